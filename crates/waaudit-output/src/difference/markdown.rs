//! What changed as Markdown, for a pull request or a wiki.

use std::fmt::Write as _;

use super::Format;
use crate::changes::{parts, scope_lines, score_line, stage_line};
use crate::text::markdown as plain;
use crate::words;
use waaudit_judge::diff::Difference;

pub(super) const FORMAT: Format = Format {
    name: "markdown",
    about: "For a pull request or a wiki",
    write: |difference, _, to| to.write_all(markdown(difference).as_bytes()),
};

fn markdown(difference: &Difference) -> String {
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
