//! The first screen, in 24 lines of 80 columns: whose account it is, how ready it is, what a lost zone takes down, what
//! saturates first, go or no-go, and the next three steps. Details follow it.

use super::breaks_first::breaks_first;
use super::page::{Page, Tone, length};
use super::tones;
use super::verdict::{is_judged, moment, standing};
use crate::next_steps::{NextStep, ON_FIRST_SCREEN, next_steps};
use crate::words;
use waaudit_judge::report::{Go, Readiness, Report, StageStatus, Summary, Verdicts};

/// Lines that one item may take.
const MOST_LINES: usize = 2;

/// The screen.
pub(super) fn first_screen(page: &mut Page, report: &Report) {
    header(page, report);
    page.gap();
    readiness(page, &report.summary);
    page.gap();
    breaks_first(page, report);
    page.gap();
    checklist(page, &report.summary);
    page.gap();
    next(page, report);
}

/// What, whose, where, when.
fn header(page: &mut Page, report: &Report) {
    let account = match &report.account.alias {
        Some(alias) => format!("account {} ({alias})", report.account.id),
        None => format!("account {}", report.account.id),
    };
    let when = moment(&report.taken_at);
    let (tool, version) = (&report.tool.name, &report.tool.version);
    let named = report.regions.join(", ");
    let counted = words::count(report.regions.len(), "region");
    let lines = [
        format!("{tool} {version} · {account} · {named} · {when}"),
        format!("{tool} {version} · {account} · {counted} · {when}"),
        format!("{tool} · {account} · {counted} · {when}"),
    ];
    let fits = lines.iter().find(|line| length(line) < page.width());
    page.brief(Tone::Faint, " ", fits.unwrap_or(&lines[2]), MOST_LINES);
    if !report.complete {
        page.line(Tone::Worst, "Incomplete: the scan ended before everything was read. What is missing is below.");
    }
}

/// How far the account is, its score, and the ladder.
fn readiness(page: &mut Page, summary: &Summary) {
    page.brief(Tone::Strong, " ", &standing(summary), MOST_LINES);
    let Verdicts { pass, fail, unknown, .. } = summary.verdicts;
    let score = words::score_of(summary);
    page.brief(Tone::Plain, " ", &format!("Score: {score} · {fail} fail, {unknown} unknown, {pass} pass"), MOST_LINES);
    if is_judged(summary) && !summary.stages.is_empty() {
        page.brief(Tone::Plain, " ", &ladder(&summary.stages), MOST_LINES);
    }
}

/// "launch ready, 10k users blocked by 3 rules, 100k users by 12, 1m users by 14".
fn ladder(stages: &[StageStatus]) -> String {
    let rungs = stages.chunk_by(|one, other| one.status == other.status);
    let rungs = rungs.flat_map(|alike| alike.iter().enumerate().map(|(place, status)| rung(place == 0, status)));
    rungs.collect::<Vec<_>>().join(", ")
}

fn rung(first: bool, status: &StageStatus) -> String {
    let stage = words::stage(status.stage);
    let rules = status.blockers.len();
    match (status.status, first) {
        (Readiness::Blocked, true) => format!("{stage} blocked by {}", words::count(rules, "rule")),
        (Readiness::Blocked, false) => format!("{stage} by {rules}"),
        (other, _) => format!("{stage} {}", words::readiness(other)),
    }
}

/// The checklist, an item with the others of its status.
fn checklist(page: &mut Page, summary: &Summary) {
    if !is_judged(summary) {
        return;
    }
    for status in [Go::NoGo, Go::Hold, Go::Go] {
        let items = summary.checklist.iter().filter(|line| line.status == status).map(|line| line.item.words());
        let items: Vec<&str> = items.collect();
        let (tone, word) = (tones::go(status), words::go(status));
        if !items.is_empty() {
            page.marked(tone, &format!(" {word:<7}"), &items.join(", "), MOST_LINES);
        }
    }
}

/// What to fix first.
fn next(page: &mut Page, report: &Report) {
    for (place, step) in next_steps(report).iter().take(ON_FIRST_SCREEN).enumerate() {
        let NextStep { title, resources } = step;
        page.marked(Tone::Strong, &format!(" {}. ", place + 1), &format!("{title}: {resources}"), MOST_LINES);
    }
}
