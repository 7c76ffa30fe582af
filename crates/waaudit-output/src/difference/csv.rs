//! What changed as CSV, for spreadsheets: a change a row.

use std::io::{self, Write};

use super::Format;
use crate::changes::{Part, parts};
use crate::formats::csv::{harmless, row, writer};
use waaudit_judge::diff::{Change, Difference};
use waaudit_judge::report::Verdict;

pub(super) const FORMAT: Format =
    Format { name: "csv", about: "For spreadsheets: a change a row", write: |difference, _, to| rows(difference, to) };

const HEADER: [&str; 11] =
    ["change", "before", "after", "severity", "rule", "region", "account", "id", "arn", "name", "message"];

fn rows(difference: &Difference, to: &mut dyn Write) -> io::Result<()> {
    let mut csv = writer();
    row(&mut csv, HEADER.map(str::to_owned), to)?;
    for part in &parts(difference) {
        part.changes.iter().try_for_each(|change| row(&mut csv, cells(part, change), to))?;
    }
    Ok(())
}

fn cells(part: &Part, change: &Change) -> [String; 11] {
    let resource = &change.resource;
    let verdict = |verdict: Option<Verdict>| verdict.map_or("", Verdict::name).to_owned();
    let maybe = |text: &Option<String>| harmless(text.as_deref().unwrap_or_default());
    [
        part.word.to_owned(),
        verdict(change.before),
        verdict(change.after),
        change.severity.name().to_owned(),
        harmless(&change.rule),
        harmless(&resource.region),
        harmless(&resource.account),
        maybe(&resource.id),
        maybe(&resource.arn),
        maybe(&resource.name),
        harmless(&part.words(change)),
    ]
}
