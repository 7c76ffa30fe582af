//! The report as JSON, the contract for dashboards.

use super::Report;

/// The report as indented JSON with a line end.
pub fn to_json(report: &Report) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report).map(|json| json + "\n")
}
