//! A run's numbers as CloudWatch metrics: lines in the embedded metric format, which CloudWatch reads from the log.
//!
//! Pure: it makes lines and prints none. What could not be judged has no number, and so no metric. Each name here with its
//! dimensions is one custom metric on the bill.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use waaudit_judge::report::{Report, Verdict};
use waaudit_rules::{Severity, Stage};

/// The metrics' namespace.
pub const NAMESPACE: &str = "Waaudit";

/// The metrics of an account, with their units.
pub const OF_ACCOUNT: &[(&str, &str)] = &[
    ("Reports", "Count"),
    ("IncompleteReports", "Count"),
    ("Score", "None"),
    ("Coverage", "Percent"),
    ("Stage", "None"),
    ("Pass", "Count"),
    ("Fail", "Count"),
    ("Unknown", "Count"),
    ("Skip", "Count"),
    ("Waived", "Count"),
    ("CriticalFailures", "Count"),
    ("Gaps", "Count"),
    ("Duration", "Milliseconds"),
    ("Calls", "Count"),
];

/// The metrics of an area of an account, with their units.
pub const OF_AREA: &[(&str, &str)] = &[("AreaScore", "None")];

/// The lines of a report, the account's first. One that could not be stored counts as none.
pub(super) fn lines(report: &Report, is_kept: bool, at: Timestamp) -> Vec<String> {
    let account = json!({"Account": report.account.id});
    let mut lines = vec![line(at, OF_ACCOUNT, &account, &numbers(report, is_kept))];
    for area in &report.summary.areas {
        if let Some(score) = area.score {
            let dimensions = json!({"Account": report.account.id, "Area": area.area});
            lines.push(line(at, OF_AREA, &dimensions, &json!({"AreaScore": score})));
        }
    }
    lines
}

/// Zero where launch is not reached, four at the top.
fn rung(stage: Option<Stage>) -> usize {
    Stage::ALL.iter().filter(|rung| Some(**rung) <= stage).count()
}

fn numbers(report: &Report, is_kept: bool) -> Value {
    let summary = &report.summary;
    let critical = |finding: &&waaudit_judge::report::Finding| {
        finding.verdict == Verdict::Fail && finding.severity() == Severity::Critical
    };
    json!({
        "Reports": usize::from(is_kept),
        "IncompleteReports": usize::from(!report.complete),
        "Score": summary.score,
        "Coverage": summary.coverage.map(|share| share * 100.0),
        "Stage": rung(summary.stage),
        "Pass": summary.verdicts.pass,
        "Fail": summary.verdicts.fail,
        "Unknown": summary.verdicts.unknown,
        "Skip": summary.verdicts.skip,
        "Waived": summary.verdicts.waived,
        "CriticalFailures": report.findings.iter().filter(critical).count(),
        "Gaps": report.failed_calls(),
        "Duration": report.effort.as_ref().map(|effort| effort.milliseconds),
        "Calls": report.effort.as_ref().map(|effort| effort.calls.values().sum::<u64>()),
    })
}

/// One document of the format. A number that is not known is left out, and its definition with it.
fn line(at: Timestamp, definitions: &[(&str, &str)], dimensions: &Value, numbers: &Value) -> String {
    let known: Vec<&(&str, &str)> = definitions.iter().filter(|(name, _)| !numbers[*name].is_null()).collect();
    let metrics: Vec<Value> = known.iter().map(|(name, unit)| json!({"Name": name, "Unit": unit})).collect();
    let keys: Vec<&String> = dimensions.as_object().into_iter().flat_map(Map::keys).collect();
    let directive = json!({"Namespace": NAMESPACE, "Dimensions": [keys], "Metrics": metrics});
    let mut document = Map::new();
    document.insert("_aws".to_owned(), json!({"Timestamp": at.as_millisecond(), "CloudWatchMetrics": [directive]}));
    for (name, value) in dimensions.as_object().into_iter().flatten() {
        document.insert(name.clone(), value.clone());
    }
    for (name, _) in known {
        document.insert((*name).to_owned(), numbers[*name].clone());
    }
    Value::Object(document).to_string()
}
