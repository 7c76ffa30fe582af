//! Several formats at once, and what an earlier report takes off the exit code.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use super::moto::text;
use super::program::waaudit;

const SCAN: [&str; 2] = ["scan", "--demo"];

fn run(home: &Path, args: &[&str]) -> Output {
    waaudit(home).env("COLUMNS", "100").args(SCAN).args(args).output().expect("a run")
}

fn refused(home: &Path, args: &[&str], words: &str) {
    let output = run(home, args);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && told.contains(words) && output.stdout.is_empty(), "{args:?}: {told}");
}

/// The demo's report with a change.
fn changed(home: &Path, file: &str, change: impl FnOnce(&mut Value)) {
    let mut report: Value = serde_json::from_slice(&run(home, &["--format", "json"]).stdout).expect("JSON");
    change(&mut report);
    std::fs::write(home.join(file), report.to_string()).expect("a file");
}

#[test]
fn several_formats_are_written_at_once_as_each_by_itself() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let home = home.path();
    let all = run(home, &["--report", "json=a.json", "--report", "ndjson=a.ndjson"]);
    assert_eq!(all.stdout, run(home, &[]).stdout);
    for (file, format) in [("a.json", "json"), ("a.ndjson", "ndjson")] {
        let alone = run(home, &["--format", format]).stdout;
        assert_eq!(std::fs::read(home.join(file)).expect("a report"), alone, "{format}");
    }
}

#[test]
fn a_report_without_a_format_or_a_file_is_refused_before_anything_is_read() {
    let home = tempfile::tempdir().expect("a temporary folder");
    refused(home.path(), &["--report", "report.json"], "write it as FORMAT=FILE");
    refused(home.path(), &["--report", "json="], "write it as FORMAT=FILE");
    refused(home.path(), &["--report", "jsom=report.json"], "no format `jsom`; formats: table, html, json");
    assert!(!home.path().join("report.json").exists());
}

#[test]
fn a_baseline_leaves_what_is_new_for_the_exit_code() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let home = home.path();
    let code = |args: &[&str]| run(home, args).status.code();
    changed(home, "same.json", |_| {});
    assert_eq!((code(&[]), code(&["--baseline", "same.json"])), (Some(1), Some(0)));
    // One critical failure less than today.
    changed(home, "better.json", |report| {
        let findings = report["findings"].as_array_mut().expect("findings").iter_mut();
        let mut own = findings.filter(|one| one["rule"] == "multi-az/rds-instance" && text(&one["verdict"]) == "fail");
        let finding = own.next().expect("a failure");
        finding["verdict"] = "pass".into();
        finding["fix"] = Value::Null;
    });
    assert_eq!(code(&["--baseline", "better.json", "--fail-on", "critical"]), Some(1));
    assert_eq!(code(&["--baseline", "same.json", "--strict"]), Some(3));
}

#[test]
fn a_baseline_of_another_account_or_of_no_account_is_refused() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let home = home.path();
    std::fs::write(home.join("none.json"), "{}").expect("a file");
    refused(home, &["--baseline", "none.json"], "is no report that this waaudit reads");
    refused(home, &["--baseline", "absent.json"], "absent.json");
    changed(home, "other.json", |report| report["account"]["id"] = "210987654321".into());
    let output = run(home, &["--baseline", "other.json"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && told.contains("the reports are of two accounts"), "{told}");
}
