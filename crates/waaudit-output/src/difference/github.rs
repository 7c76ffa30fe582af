//! What changed as annotations of GitHub Actions: new failures by their severity, what is fixed as a notice.

use std::io::{self, Write};

use super::Format;
use crate::changes::{Part, parts};
use crate::formats::github::{data, of_severity, property};
use waaudit_judge::diff::{Change, Difference};
use waaudit_judge::report::Verdict;

pub(super) const FORMAT: Format = Format {
    name: "github",
    about: "For GitHub Actions: annotations of a workflow's run",
    write: |difference, _, to| annotations(difference, to),
};

fn annotations(difference: &Difference, to: &mut dyn Write) -> io::Result<()> {
    for part in &parts(difference) {
        part.changes.iter().try_for_each(|change| annotation(part, change, to))?;
    }
    Ok(())
}

fn annotation(part: &Part, change: &Change, to: &mut dyn Write) -> io::Result<()> {
    let is_new = change.after == Some(Verdict::Fail);
    let command = if is_new { of_severity(change.severity) } else { "notice" };
    let title = property(&format!("{}: {}", part.word, change.title));
    let message = format!("{} [{} in {}]", part.words(change), change.rule, change.resource.region);
    writeln!(to, "::{command} title={title}::{}", data(&message))
}
