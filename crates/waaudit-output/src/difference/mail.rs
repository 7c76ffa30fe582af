//! What changed as lines of plain text, for a mail.

use std::fmt::Write as _;

use crate::changes::{parts, scope_lines, score_line, stage_line};
use crate::text::clean;
use waaudit_judge::diff::Difference;

/// Some messages list names without end.
const MOST_OF_A_LINE: usize = 500;

/// At most so many changes of each sort, worst first.
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
