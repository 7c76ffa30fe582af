//! The findings as CSV (RFC 4180), for spreadsheets: a finding a row.
//!
//! A name may be a formula. What a spreadsheet would compute begins with an apostrophe instead, as OWASP advises:
//! <https://owasp.org/www-community/attacks/CSV_Injection>.

use std::io::{self, Write};

use csv_core::{QuoteStyle, Terminator, WriteResult, Writer, WriterBuilder};

use super::Format;
use crate::text::clean;
use waaudit_judge::report::{Finding, Report};

pub(super) const FORMAT: Format =
    Format { name: "csv", about: "For spreadsheets: a finding a row", write: |report, _, to| rows(report, to) };

const HEADER: [&str; 14] = [
    "verdict", "severity", "rule", "area", "stage", "region", "account", "kind", "id", "arn", "name", "message",
    "reason", "fix",
];

fn rows(report: &Report, to: &mut dyn Write) -> io::Result<()> {
    let mut csv = writer();
    row(&mut csv, HEADER.map(str::to_owned), to)?;
    report.findings.iter().try_for_each(|finding| row(&mut csv, cells(finding), to))
}

/// Every cell is quoted, so that none is taken for a number.
pub(crate) fn writer() -> Writer {
    WriterBuilder::new().terminator(Terminator::CRLF).quote_style(QuoteStyle::Always).build()
}

fn cells(finding: &Finding) -> [String; 14] {
    let (rule, resource) = (&finding.rule, &finding.resource);
    let maybe = |text: &Option<String>| harmless(text.as_deref().unwrap_or_default());
    [
        finding.verdict.name().to_owned(),
        finding.severity().name().to_owned(),
        harmless(&rule.id),
        harmless(&rule.area),
        rule.stage.name().to_owned(),
        harmless(&resource.region),
        harmless(&resource.account),
        harmless(&resource.kind),
        maybe(&resource.id),
        maybe(&resource.arn),
        maybe(&resource.name),
        harmless(&finding.message),
        maybe(&finding.reason),
        finding.fix.as_ref().map(|fix| harmless_lines(&fix.cli)).unwrap_or_default(),
    ]
}

/// Text that no spreadsheet computes, not even where a semicolon ends a cell, as it does in half of Europe.
pub(crate) fn harmless(text: &str) -> String {
    clean(text).split(';').map(not_computed).collect::<Vec<_>>().join(";")
}

/// Some spreadsheets leave out what is white before a formula.
fn not_computed(text: &str) -> String {
    let computes = |c| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    if text.trim_start().starts_with(computes) { format!("'{text}") } else { text.to_owned() }
}

fn harmless_lines(text: &str) -> String {
    text.lines().map(harmless).collect::<Vec<_>>().join("\n")
}

pub(crate) fn row<const CELLS: usize>(csv: &mut Writer, cells: [String; CELLS], to: &mut dyn Write) -> io::Result<()> {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            whole(to, |room| csv.delimiter(room))?;
        }
        let mut left = cell.as_bytes();
        whole(to, |room| {
            let (result, read, written) = csv.field(left, room);
            left = &left[read..];
            (result, written)
        })?;
    }
    whole(to, |room| csv.terminator(room))
}

/// Writes what takes more than one buffer.
fn whole(to: &mut dyn Write, mut step: impl FnMut(&mut [u8]) -> (WriteResult, usize)) -> io::Result<()> {
    let mut room = [0; 1024];
    loop {
        let (result, written) = step(&mut room);
        to.write_all(&room[..written])?;
        if result == WriteResult::InputEmpty {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{harmless, harmless_lines};

    #[test]
    fn what_a_spreadsheet_would_compute_is_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\u{a0}=1", "\u{202e}=1", "＝1"] {
            assert!(harmless(formula).starts_with('\''), "{formula:?}");
        }
        assert_eq!([harmless("orders-db"), harmless("a;=1;b")], ["orders-db", "a;'=1;b"]);
        assert_eq!(harmless_lines("aws a\n=b"), "aws a\n'=b");
    }
}
