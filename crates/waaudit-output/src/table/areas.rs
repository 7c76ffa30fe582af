//! The middle of the page: for each area with something to say its findings, rule by rule; a line for each without.

use std::collections::BTreeMap;

use super::page::{Page, Tone};
use super::{Shown, tones};
use crate::words;
use waaudit_judge::report::{Area, Finding, Report, Verdict};
use waaudit_rules::Severity;

/// A rule has at most so many resources of one verdict, unless all are asked for.
const MOST_RESOURCES: usize = 5;
/// Spaces before what is said of a resource.
const INDENT: usize = 12;

/// The verdicts that are shown unless one is asked for, in their order.
const USUAL: &[Verdict] = &[Verdict::Fail, Verdict::Unknown, Verdict::Waived];

/// Findings that are told together: of one rule, or unknown for one reason.
struct Group {
    severity: Severity,
    verdict: Verdict,
    title: String,
    lines: Vec<String>,
    more: usize,
}

/// A report with its findings by fingerprint, and which of them are shown.
struct Indexed<'a> {
    report: &'a Report,
    by_fingerprint: BTreeMap<&'a str, &'a Finding>,
    shown: Shown,
}

/// All areas.
pub(super) fn areas(page: &mut Page, report: &Report) {
    let areas = &report.summary.areas;
    let shown = page.shown();
    let by_fingerprint = report.findings.iter().map(|finding| (finding.fingerprint.as_str(), finding)).collect();
    let indexed = Indexed { report, by_fingerprint, shown };
    let mut told = 0;
    for area in areas {
        let verdicts = shown.verdict.as_ref().map_or(USUAL, std::slice::from_ref);
        let groups: Vec<Group> = verdicts.iter().flat_map(|verdict| groups(&indexed, &area.area, *verdict)).collect();
        if !groups.is_empty() {
            told += 1;
            heading(page, area);
            for group in &groups {
                write_group(page, group);
            }
        }
    }
    let open = |area: &&Area| area.fail + area.unknown + waived(report, area) == 0;
    the_others(page, areas.iter().filter(open), told == 0);
    hidden(page, report, shown);
    skipped(page, &report.findings);
}

fn waived(report: &Report, area: &Area) -> usize {
    report.findings.iter().filter(|it| it.verdict == Verdict::Waived && it.rule.area == area.area).count()
}

fn heading(page: &mut Page, area: &Area) {
    let score = words::score(area.score, area.coverage);
    page.heading(&area.area, &format!("{score} · {} pass, {} fail, {} unknown", area.pass, area.fail, area.unknown));
}

fn write_group(page: &mut Page, group: &Group) {
    let (tone, word) = match group.verdict {
        Verdict::Fail => (tones::severity_tone(group.severity), group.severity.name()),
        Verdict::Unknown => (Tone::Doubtful, group.verdict.name()),
        other => (Tone::Faint, other.name()),
    };
    page.marked(tone, &format!(" {word:<9}"), &group.title, usize::MAX);
    for line in &group.lines {
        page.indented(Tone::Plain, INDENT, line);
    }
    if group.more > 0 {
        page.indented(Tone::Faint, INDENT, &format!("… and {} more (--full shows them)", group.more));
    }
}

/// The findings of one verdict in one area, the worst first.
fn groups(indexed: &Indexed, area: &str, verdict: Verdict) -> Vec<Group> {
    let here = |finding: &&Finding| finding.rule.area == area && finding.verdict == verdict;
    let findings = indexed.report.findings.iter().filter(here).filter(|finding| indexed.shown.has(finding));
    let mut together: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        let by = if verdict == Verdict::Unknown { text(finding) } else { finding.rule.id.clone() };
        together.entry(by).or_default().push(finding);
    }
    let group = |(by, findings)| match verdict {
        Verdict::Unknown => of_reason(indexed, by, findings),
        _ => of_rule(indexed, findings),
    };
    let mut groups: Vec<Group> = together.into_iter().map(group).collect();
    groups.sort_by_key(|group| group.severity);
    groups
}

/// A rule's title, and what was seen of each resource.
fn of_rule(indexed: &Indexed, mut findings: Vec<&Finding>) -> Group {
    findings.sort_by_key(|finding| (finding.severity(), words::label(&finding.resource)));
    let (severity, verdict) = findings.first().map_or((Severity::Low, Verdict::Fail), |it| (it.severity(), it.verdict));
    let rule = findings.first().map(|finding| &finding.rule);
    let title = rule.map_or_else(String::new, |rule| format!("{} · {}", rule.title, rule.id));
    let (shown, more) = first(indexed.shown, findings.len());
    let line = |finding: &&Finding| located(indexed.report, finding, &text(finding)) + &explained(finding, indexed);
    Group { severity, verdict, title, lines: findings.iter().take(shown).map(line).collect(), more }
}

/// A reason, and which rules it keeps from what.
fn of_reason(indexed: &Indexed, reason: String, findings: Vec<&Finding>) -> Group {
    let mut by_rule: BTreeMap<(Severity, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        by_rule.entry((finding.severity(), &finding.rule.id)).or_default().push(finding);
    }
    let severity = by_rule.keys().next().map_or(Severity::Low, |(severity, _)| *severity);
    let line = |((severity, rule), findings): (&(Severity, &str), &Vec<&Finding>)| {
        let (what, regions) = words::place(findings, &indexed.report.regions);
        format!("{rule} ({}): {what}; {regions}", severity.name())
    };
    let (shown, more) = first(indexed.shown, by_rule.len());
    let lines = by_rule.iter().take(shown).map(line).collect();
    Group { severity, verdict: Verdict::Unknown, title: reason, lines, more }
}

/// How many of so many are shown, and how many are left.
fn first(shown: Shown, all: usize) -> (usize, usize) {
    let most = if shown.full { all } else { MOST_RESOURCES.min(all) };
    (most, all - most)
}

/// The first line with the region, where there are several and it does not name it.
fn located(report: &Report, finding: &Finding, text: &str) -> String {
    let region = &finding.resource.region;
    let (first, rest) =
        text.split_once('\n').map_or((text, String::new()), |(first, rest)| (first, format!("\n{rest}")));
    if report.regions.len() < 2 || first.contains(region.as_str()) {
        return text.to_owned();
    }
    format!("{first} [{region}]{rest}")
}

/// The failures whose cause a failure names, in a line of its own.
fn explained(finding: &Finding, indexed: &Indexed) -> String {
    let children = finding.explains.iter().filter_map(|other| indexed.by_fingerprint.get(other.as_str()));
    let children: Vec<String> =
        children.map(|child| format!("{} of {}", child.rule.id, words::label(&child.resource))).collect();
    match (finding.verdict, children.len()) {
        (Verdict::Fail, 1..) => format!("\nexplains {}", words::some_of(children.iter().map(String::as_str), 4)),
        _ => String::new(),
    }
}

/// The message. An unknown's reason leaves out its region, which has a place of its own.
pub(crate) fn text(finding: &Finding) -> String {
    let text = match (&finding.reason, finding.verdict) {
        (Some(reason), Verdict::Unknown) => reason.replace(&format!(" in {}:", finding.resource.region), ":"),
        (Some(reason), Verdict::Skip) => format!("{}: {reason}", words::label(&finding.resource)),
        (Some(reason), _) => format!("{} ({reason})", finding.message),
        (None, _) => finding.message.clone(),
    };
    match &finding.severity_reason {
        Some(reason) if finding.verdict == Verdict::Fail => format!("{text}\n{reason}"),
        _ => text,
    }
}

/// One line for each area where nothing fails and nothing is unknown.
fn the_others<'a>(page: &mut Page, areas: impl Iterator<Item = &'a Area>, alone: bool) {
    let (judged, unjudged): (Vec<&Area>, Vec<&Area>) = areas.partition(|area| area.pass > 0);
    if judged.is_empty() && unjudged.is_empty() {
        return;
    }
    page.heading(if alone { "Areas" } else { "The other areas" }, "");
    for area in judged {
        let passes = match area.pass {
            1 => "1 passes".to_owned(),
            several => format!("all {several} pass"),
        };
        page.line(Tone::Plain, &format!("{}: {passes}", area.area));
    }
    if !unjudged.is_empty() {
        let names: Vec<&str> = unjudged.iter().map(|area| area.area.as_str()).collect();
        page.line(Tone::Plain, &format!("nothing to judge: {}", names.join(", ")));
    }
}

/// How many of the findings that are usually shown a filter left out.
fn hidden(page: &mut Page, report: &Report, shown: Shown) {
    let usual = report.findings.iter().filter(|finding| USUAL.contains(&finding.verdict));
    let hidden = usual.filter(|finding| !shown.has(finding)).count();
    if hidden > 0 {
        page.gap();
        let findings = words::count(hidden, "finding");
        page.line(Tone::Faint, &format!("{findings} not shown: --severity and --verdict left them out"));
    }
}

/// One line on what does not apply, by reason.
fn skipped(page: &mut Page, findings: &[Finding]) {
    if let Some(line) = skips(findings) {
        page.gap();
        page.line(Tone::Faint, &line);
    }
}

/// "235 skipped: 120 not applicable, 15 non-production", where anything was.
pub(crate) fn skips(findings: &[Finding]) -> Option<String> {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let skips = findings.iter().filter(|finding| finding.verdict == Verdict::Skip);
    for finding in skips {
        *reasons.entry(condition(finding).unwrap_or("not applicable")).or_default() += 1;
    }
    let total: usize = reasons.values().sum();
    let mut reasons: Vec<(&str, usize)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let reasons: Vec<String> = reasons.into_iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    (total > 0).then(|| format!("{total} skipped: {}", reasons.join(", ")))
}

/// The general condition that exempts a resource: the word before a reason's first colon, if it looks like an id.
fn condition(finding: &Finding) -> Option<&str> {
    let (id, _) = finding.reason.as_deref()?.split_once(": ")?;
    let is_id = id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let names = [finding.resource.id.as_deref(), finding.resource.name.as_deref()];
    (is_id && !names.contains(&Some(id))).then_some(id)
}
