//! What changed between two reports, for its template.

use crate::changes::{Part, parts, scope_lines, score_line, stage_line};
use crate::table::moment;
use crate::words;
use waaudit_judge::diff::{Change, Difference};

pub(super) struct Changes<'d> {
    pub(super) before: String,
    pub(super) after: String,
    /// "16 new failures, 22 fixed".
    pub(super) sentence: String,
    /// What to know of the two, in sentences.
    pub(super) lines: Vec<String>,
    pub(super) parts: Vec<Sort<'d>>,
}

/// Changes of one sort.
pub(super) struct Sort<'d> {
    pub(super) title: &'static str,
    pub(super) class: &'static str,
    pub(super) changes: Vec<Row<'d>>,
}

pub(super) struct Row<'d> {
    pub(super) severity: &'static str,
    pub(super) rule: &'d str,
    pub(super) resource: String,
    pub(super) region: &'d str,
    pub(super) words: String,
}

impl<'d> Changes<'d> {
    pub(super) fn new(of: &'d Difference) -> Self {
        let sides = [(&of.before, "earlier"), (&of.after, "later")];
        let incomplete = sides.into_iter().filter(|(standing, _)| !standing.complete);
        let incomplete = incomplete.map(|(_, which)| format!("The {which} report is incomplete."));
        let lines =
            if of.is_empty() { vec!["Nothing has changed.".to_owned()] } else { vec![score_line(of), stage_line(of)] };
        Self {
            before: moment(&of.before.taken_at),
            after: moment(&of.after.taken_at),
            sentence: sentence(of),
            lines: lines.into_iter().chain(incomplete).chain(scope_lines(&of.scope)).collect(),
            parts: parts(of).into_iter().filter(|part| !part.changes.is_empty()).map(sort).collect(),
        }
    }
}

fn sentence(of: &Difference) -> String {
    let told = parts(of).into_iter().filter(|part| !part.changes.is_empty()).map(|part| match part.word {
        "new" => words::count(part.changes.len(), "new failure"),
        word => format!("{} {word}", part.changes.len()),
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() { "No finding has changed".to_owned() } else { told.join(", ") }
}

fn sort(part: Part) -> Sort {
    let row = |change| row(&part, change);
    let class = match part.word {
        "new" => "bad",
        "fixed" => "good",
        _ => "doubtful",
    };
    Sort { title: part.title, class, changes: part.changes.iter().map(row).collect() }
}

fn row<'d>(part: &Part<'d>, change: &'d Change) -> Row<'d> {
    Row {
        severity: change.severity.name(),
        rule: &change.rule,
        resource: words::label(&change.resource),
        region: &change.resource.region,
        words: part.words(change),
    }
}
