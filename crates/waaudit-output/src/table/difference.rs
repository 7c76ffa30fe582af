//! What changed between two reports, for a person at a terminal: the verdict first, then what is worse, then what is better.

use super::page::{Page, Size, Tone, cell};
use super::{tones, verdict};
use crate::changes::{Part, parts, scope_lines, score_line, stage_line};
use crate::words;
use waaudit_judge::diff::{Change, Difference, ScopeChange};

/// Whose account it is, and the two moments.
pub(super) fn header(page: &mut Page, difference: &Difference) {
    let (before, after) = (&difference.before, &difference.after);
    let moments = format!("{} → {}", verdict::moment(&before.taken_at), verdict::moment(&after.taken_at));
    page.line(Tone::Faint, &format!("account {} · {moments}", difference.account));
    for (standing, which) in [(before, "older"), (after, "newer")] {
        if !standing.complete {
            let words = format!("The {which} report is incomplete: the scan ended before everything was read.");
            page.line(Tone::Worst, &words);
        }
    }
}

/// Score, stage and counts.
pub(super) fn verdict(page: &mut Page, difference: &Difference) {
    page.gap();
    if difference.is_empty() {
        page.line(Tone::Strong, "Nothing has changed.");
        return;
    }
    page.line(Tone::Strong, &score_line(difference));
    let tone = match (difference.stages_lost.is_empty(), difference.stages_reached.is_empty()) {
        (false, _) => Tone::Bad,
        (true, false) => Tone::Good,
        (true, true) => Tone::Plain,
    };
    page.line(tone, &stage_line(difference));
    let counts: Vec<String> =
        parts(difference).iter().map(|part| format!("{} {}", part.changes.len(), part.word)).collect();
    page.line(Tone::Plain, &format!("{}.", counts.join(", ")));
}

/// What was looked at in one report alone.
pub(super) fn scope(page: &mut Page, scope: &ScopeChange) {
    let lines = scope_lines(scope);
    if !lines.is_empty() {
        page.gap();
    }
    for line in lines {
        page.line(Tone::Doubtful, &line);
    }
}

/// All changes, part by part.
pub(super) fn changes(page: &mut Page, difference: &Difference) {
    for part in parts(difference).iter().filter(|part| !part.changes.is_empty()) {
        page.heading(part.title, &words::count(part.changes.len(), "finding"));
        let rows = part.changes.iter().map(|change| {
            let severity = cell(tones::severity_tone(change.severity), change.severity.name());
            [severity, cell(Tone::Plain, &lines(part, change))]
        });
        page.table(["severity", "finding, and the rule"], [Size::Whole, Size::Rest], rows.collect());
    }
}

fn lines(part: &Part, change: &Change) -> String {
    format!("{}\n{} · {}", part.words(change), change.rule, change.resource.region)
}
