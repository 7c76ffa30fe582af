//! The findings as lines of JSON, for Athena and for streams: each finding with the moment it was found at.

use serde_json::{Value, json};

use super::trouble::Trouble;
use crate::exit::Failure;
use crate::report::Report;

/// One line for each finding, in the report's order.
pub(super) fn lines(report: &Report) -> Result<String, Trouble> {
    let mut lines = String::new();
    for finding in &report.findings {
        let mut line = serde_json::to_value(finding)
            .map_err(|error| Failure::new(format!("could not write a finding: {error}")))?;
        if let Value::Object(fields) = &mut line {
            fields.insert("taken_at".to_owned(), json!(report.taken_at));
            fields.insert("complete".to_owned(), json!(report.complete));
        }
        lines.push_str(&line.to_string());
        lines.push('\n');
    }
    Ok(lines)
}
