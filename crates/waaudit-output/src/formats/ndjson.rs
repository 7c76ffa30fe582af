//! The findings as lines of JSON, for Athena, log stores and `jq`: each finding with the moment it was found at, and with
//! what queries ask of its rule. A line is a row of a table and is read by itself, so these words are in each.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Format;
use waaudit_judge::report::{Finding, Report};

pub(super) const FORMAT: Format =
    Format { name: "ndjson", about: "For log stores: a finding a line", write: |report, _, to| lines(report, to) };

/// One line for each finding, in the report's order.
pub fn lines(report: &Report, to: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        serde_json::to_writer(&mut *to, &line(report, finding)?)?;
        to.write_all(b"\n")?;
    }
    Ok(())
}

fn line(report: &Report, finding: &Finding) -> io::Result<Value> {
    let mut line = serde_json::to_value(finding)?;
    if let Value::Object(fields) = &mut line {
        let rule = &finding.rule;
        let of_report = [("taken_at", json!(report.taken_at)), ("complete", json!(report.complete))];
        let of_rule = [
            ("title", json!(rule.title)),
            ("area", json!(rule.area)),
            ("severity", json!(finding.severity())),
            ("stage", json!(rule.stage)),
            ("pillars", json!(rule.pillars)),
        ];
        fields.extend(of_report.into_iter().chain(of_rule).map(|(name, value)| (name.to_owned(), value)));
    }
    Ok(line)
}
