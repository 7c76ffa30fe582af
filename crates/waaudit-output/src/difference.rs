//! What changed between two reports, in words, and as Markdown for a pull request or a wiki. It lays out and computes nothing.

use std::fmt::Write as _;

use super::text::{clean, markdown as plain};
use super::words;
use waaudit_judge::diff::{Change, Difference, ScopeChange, Standing};
use waaudit_judge::report::Verdict;
use waaudit_rules::Stage;

/// Changes of one sort.
pub(super) struct Part<'a> {
    /// Its title.
    pub(super) title: &'static str,
    /// The word behind a number of them.
    pub(super) word: &'static str,
    /// Whether the move from one verdict to the other has to be told.
    pub(super) moves: bool,
    /// The changes.
    pub(super) changes: &'a [Change],
}

/// All sorts, what is worse first.
pub(super) fn parts(difference: &Difference) -> [Part<'_>; 4] {
    [
        Part { title: "New failures", word: "new", moves: false, changes: &difference.new },
        Part { title: "Fixed", word: "fixed", moves: false, changes: &difference.fixed },
        Part { title: "Other verdicts", word: "changed", moves: true, changes: &difference.changed },
        Part { title: "Failures not found any more", word: "vanished", moves: false, changes: &difference.vanished },
    ]
}

impl Part<'_> {
    /// A finding's message, and why there is no verdict any more.
    pub(super) fn words(&self, change: &Change) -> String {
        let name = |verdict: Option<Verdict>| verdict.map_or("none", Verdict::name);
        let moved = format!("{} → {}: ", name(change.before), name(change.after));
        let gone = match (&change.reason, change.after) {
            (Some(reason), None) => format!(" ({reason})"),
            _ => String::new(),
        };
        // A pass has no words of its own; its rule's title reads true of it.
        let so = match change.after {
            Some(Verdict::Pass) => format!("{}: {}", words::label(&change.resource), change.title),
            _ => change.message.clone(),
        };
        format!("{}{so}{gone}", if self.moves { moved.as_str() } else { "" })
    }
}

/// "Score: 59.9 → 64.2, coverage 98 % → 97 %".
pub(super) fn score_line(difference: &Difference) -> String {
    let score = |standing: &Standing| standing.score.map_or("none".to_owned(), words::tenths);
    let coverage = |standing: &Standing| {
        standing.coverage.map_or("nothing".to_owned(), |share| words::tenths(share * 100.0) + " %")
    };
    let (before, after) = (&difference.before, &difference.after);
    format!("Score: {} → {}, coverage {} → {}", score(before), score(after), coverage(before), coverage(after))
}

/// "Stage: not ready for launch → 10k users; reached: launch, 10k users".
pub(super) fn stage_line(difference: &Difference) -> String {
    let name = |stage: Option<Stage>| stage.map_or("not ready for launch".to_owned(), words::stage);
    let list = |stages: &[Stage]| stages.iter().map(|stage| words::stage(*stage)).collect::<Vec<_>>().join(", ");
    let (before, after) = (difference.before.stage, difference.after.stage);
    if before == after {
        return format!("Stage: {}, as before", name(after));
    }
    let lost = !difference.stages_lost.is_empty();
    let (word, stages) = if lost { ("lost", &difference.stages_lost) } else { ("reached", &difference.stages_reached) };
    format!("Stage: {} → {}; {word}: {}", name(before), name(after), list(stages))
}

/// What was looked at in one report alone, in sentences.
pub(super) fn scope_lines(scope: &ScopeChange) -> Vec<String> {
    let lists = [
        ("Only the newer report covers", &scope.regions_added, "region"),
        ("Only the older report covers", &scope.regions_removed, "region"),
        ("Only the newer report uses", &scope.rules_added, "rule"),
        ("Only the older report uses", &scope.rules_removed, "rule"),
    ];
    let told = lists.into_iter().filter(|(_, names, _)| !names.is_empty());
    told.map(|(words, names, noun)| {
        let some = words::some_of(names.iter().map(String::as_str), 5);
        format!("{words} {}: {some}.", words::count(names.len(), noun))
    })
    .collect()
}

/// As Markdown.
pub fn markdown(difference: &Difference) -> String {
    let (before, after) = (&difference.before, &difference.after);
    let mut text = format!("## Readiness of account {}\n\n", difference.account);
    // Writing to a string can't fail.
    let _ = writeln!(text, "{} → {}", before.taken_at, after.taken_at);
    for (standing, which) in [(before, "older"), (after, "newer")] {
        if !standing.complete {
            let _ = writeln!(text, "\n**The {which} report is incomplete.**");
        }
    }
    if difference.is_empty() {
        text.push_str("\nNothing has changed.\n");
    } else {
        let _ = writeln!(text, "\n* {}\n* {}", score_line(difference), stage_line(difference));
    }
    for line in scope_lines(&difference.scope) {
        let _ = writeln!(text, "* {}", plain(&line));
    }
    for part in parts(difference).iter().filter(|part| !part.changes.is_empty()) {
        let _ = writeln!(text, "\n### {} ({})\n", part.title, part.changes.len());
        text.push_str("| severity | rule | resource | region | finding |\n|---|---|---|---|---|\n");
        for change in part.changes {
            let resource = plain(&words::label(&change.resource));
            let (severity, region) = (change.severity.name(), plain(&change.resource.region));
            let words = plain(&part.words(change));
            let _ = writeln!(text, "| {severity} | {} | {resource} | {region} | {words} |", plain(&change.rule));
        }
    }
    text
}

/// As lines of plain text, for a mail: at most so many changes of each sort, worst first.
pub fn plain_text(difference: &Difference, most: usize) -> String {
    let mut text = format!("{}\n{}\n", score_line(difference), stage_line(difference));
    for line in scope_lines(&difference.scope) {
        let _ = writeln!(text, "{line}");
    }
    for part in parts(difference).iter().filter(|part| !part.changes.is_empty()) {
        let _ = writeln!(text, "\n{} ({})", part.title, part.changes.len());
        for change in part.changes.iter().take(most) {
            let words: String = clean(&part.words(change)).chars().take(MOST_OF_A_LINE).collect();
            let _ =
                writeln!(text, "- {}, {}, {}: {words}", change.severity.name(), change.rule, change.resource.region);
        }
        if part.changes.len() > most {
            let _ = writeln!(text, "- and {} more", part.changes.len() - most);
        }
    }
    text
}

/// Some messages list names without end.
const MOST_OF_A_LINE: usize = 500;
