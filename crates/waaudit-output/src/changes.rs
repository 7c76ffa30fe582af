//! What changed between two reports, in words that all formats share.

use crate::words;
use waaudit_judge::diff::{Change, Difference, ScopeChange, Standing};
use waaudit_judge::report::Verdict;
use waaudit_rules::Stage;

/// Changes of one sort.
pub(crate) struct Part<'a> {
    /// Its title.
    pub(crate) title: &'static str,
    /// The word behind a number of them.
    pub(crate) word: &'static str,
    /// Whether the move from one verdict to the other has to be told.
    pub(crate) moves: bool,
    /// The changes.
    pub(crate) changes: &'a [Change],
}

/// All sorts, what is worse first.
pub(crate) fn parts(difference: &Difference) -> [Part<'_>; 4] {
    [
        Part { title: "New failures", word: "new", moves: false, changes: &difference.new },
        Part { title: "Fixed", word: "fixed", moves: false, changes: &difference.fixed },
        Part { title: "Other verdicts", word: "changed", moves: true, changes: &difference.changed },
        Part { title: "Failures not found any more", word: "vanished", moves: false, changes: &difference.vanished },
    ]
}

impl Part<'_> {
    /// A finding's message, and why there is no verdict any more.
    pub(crate) fn words(&self, change: &Change) -> String {
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
pub(crate) fn score_line(difference: &Difference) -> String {
    let score = |standing: &Standing| standing.score.map_or("none".to_owned(), words::tenths);
    let coverage = |standing: &Standing| {
        standing.coverage.map_or("nothing".to_owned(), |share| words::tenths(share * 100.0) + " %")
    };
    let (before, after) = (&difference.before, &difference.after);
    format!("Score: {} → {}, coverage {} → {}", score(before), score(after), coverage(before), coverage(after))
}

/// "Stage: not ready for launch → 10k users; reached: launch, 10k users".
pub(crate) fn stage_line(difference: &Difference) -> String {
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
pub(crate) fn scope_lines(scope: &ScopeChange) -> Vec<String> {
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
