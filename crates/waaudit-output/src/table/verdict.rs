//! The details of the verdict: the ladder, the pillars, what blocks the next stage, and why an item is no go.

use jiff::Timestamp;

use super::page::{Page, Size, Tone, cell, number};
use super::tones;
use crate::words;
use waaudit_judge::report::{Finding, PillarScore, Readiness, Report, StageStatus, Summary, Verdict, Verdicts};
use waaudit_rules::{Severity, Stage};

/// "2026-08-14 09:12 UTC".
pub(crate) fn moment(taken_at: &str) -> String {
    let Ok(moment) = taken_at.parse::<Timestamp>() else { return taken_at.to_owned() };
    moment.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// Counts, ladder and pillars.
pub(super) fn scores(page: &mut Page, summary: &Summary) {
    page.gap();
    page.line(Tone::Plain, &counts(summary));
    if is_judged(summary) {
        ladder(page, &summary.stages);
        pillars(page, &summary.pillars);
    }
}

/// "12 findings: 10 pass, 2 fail, 0 unknown, 0 skipped, 0 waived."
pub(crate) fn counts(summary: &Summary) -> String {
    let Verdicts { pass, fail, unknown, skip, waived } = summary.verdicts;
    let all = words::count(pass + fail + unknown + skip + waived, "finding");
    format!("{all}: {pass} pass, {fail} fail, {unknown} unknown, {skip} skipped, {waived} waived.")
}

/// Whether there was anything to judge; if not, nothing fails either, and the ladder would flatter.
pub(crate) const fn is_judged(summary: &Summary) -> bool {
    summary.score.is_some() || summary.coverage.is_some()
}

/// Which stage is reached, and what is between it and the next.
pub(crate) fn standing(summary: &Summary) -> String {
    if !is_judged(summary) {
        return "Nothing could be evaluated, so no stage is reached.".to_owned();
    }
    let Some(next) = next(summary) else {
        let is_top = summary.next_stage.is_none() && summary.stage == Some(Stage::Million);
        let words = if is_top { "Ready for 1m users, the top of the ladder." } else { "No stage was evaluated." };
        return words.to_owned();
    };
    let blocked = next.status == Readiness::Blocked;
    let rules = words::count(next.blockers.len(), "rule");
    let (stage, reason) = (words::stage(next.stage), "no critical or high rule fails, but some could not be evaluated");
    match (summary.stage.map(words::stage), blocked) {
        (None, true) => format!("Not ready for {stage}: blocked by {rules}."),
        (None, false) => format!("Ready for {stage} is unproven: {reason}."),
        (Some(reached), true) => format!("Ready for {reached}; next: {stage}, blocked by {rules}."),
        (Some(reached), false) => format!("Ready for {reached}; next: {stage}, unproven: {reason}."),
    }
}

/// The stage that is not reached yet.
pub(crate) fn next(summary: &Summary) -> Option<&StageStatus> {
    summary.stages.iter().find(|status| Some(status.stage) == summary.next_stage)
}

/// One rung beside the other.
fn ladder(page: &mut Page, stages: &[StageStatus]) {
    let heads: Vec<String> = stages.iter().map(|status| words::stage(status.stage)).collect();
    let rungs = stages.iter().map(|status| cell(tones::readiness(status.status), &words::rung(status)));
    page.gap();
    page.row(&heads, rungs.collect());
}

/// One pillar beside the other.
fn pillars(page: &mut Page, pillars: &[PillarScore]) {
    if pillars.is_empty() {
        return;
    }
    let heads: Vec<String> = pillars.iter().map(|score| words::pillar(score.pillar).to_owned()).collect();
    let score =
        |pillar: &PillarScore| cell(Tone::Plain, &words::score(pillar.score, pillar.coverage).replace(", ", "\n"));
    page.gap();
    page.row(&heads, pillars.iter().map(score).collect());
}

/// What blocks the next stage, worst first.
pub(super) fn blockers(page: &mut Page, summary: &Summary) {
    let Some(next) = next(summary).filter(|next| !next.blockers.is_empty()) else { return };
    page.heading(&format!("What blocks {}", words::stage(next.stage)), &words::count(next.blockers.len(), "rule"));
    let severity = |severity: Severity| cell(tones::severity_tone(severity), severity.name());
    let rows = next.blockers.iter();
    if page.is_wide() {
        let rows = rows.map(|it| {
            let title = cell(Tone::Plain, &it.title);
            [severity(it.severity), number(it.failing), title, cell(Tone::Plain, &it.rule)]
        });
        let sizes = [Size::Whole, Size::Whole, Size::Rest, Size::Whole];
        page.table(["severity", "failing", "expectation", "rule"], sizes, rows.collect());
    } else {
        let rows = rows.map(|it| {
            let title = cell(Tone::Plain, &format!("{}\n{}", it.title, it.rule));
            [severity(it.severity), number(it.failing), title]
        });
        let sizes = [Size::Whole, Size::Whole, Size::Rest];
        page.table(["severity", "failing", "expectation, and the rule"], sizes, rows.collect());
    }
}

/// Go or no-go, item by item.
pub(super) fn checklist(page: &mut Page, report: &Report) {
    if report.summary.checklist.is_empty() || !is_judged(&report.summary) {
        return;
    }
    page.heading("Before an expected peak", "");
    let rows = report.summary.checklist.iter().map(|line| {
        let (tone, status) = (tones::go(line.status), words::go(line.status));
        let because = because(&line.because, &report.findings);
        [cell(Tone::Plain, line.item.words()), cell(tone, status), cell(Tone::Plain, &because)]
    });
    page.table(["item", "status", "because"], [Size::Whole, Size::Whole, Size::Rest], rows.collect());
}

/// The gravest reason, and how many other rules there are.
pub(crate) fn because(reasons: &[String], findings: &[Finding]) -> String {
    let mut reasons: Vec<&str> = reasons.iter().map(String::as_str).collect();
    reasons.sort_by_key(|reason| gravity(reason, findings).map_or((1, None), |gravity| (0, Some(gravity))));
    let Some(first) = reasons.first() else { return "all applicable checks pass".to_owned() };
    match reasons.len() {
        1 => (*first).to_owned(),
        several => format!("{first}; and {}", words::count(several - 1, "more rule")),
    }
}

/// Failures before unknowns, each by severity. A reason begins with its rule's id.
fn gravity(reason: &str, findings: &[Finding]) -> Option<(Verdict, Severity)> {
    let (rule, _) = reason.split_once(": ")?;
    let of_rule = findings.iter().filter(|finding| finding.rule.id == rule);
    let open = of_rule.filter(|finding| matches!(finding.verdict, Verdict::Fail | Verdict::Unknown));
    open.map(|finding| (finding.verdict, finding.severity())).min()
}
