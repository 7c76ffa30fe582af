//! `waaudit waive` and `waaudit trend`: what they write is read again.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use super::program::waaudit;

const RULE: &str = "cost/s3-lifecycle";

fn run(home: &Path, args: &[&str]) -> Output {
    waaudit(home).args(args).output().expect("a run")
}

fn report(home: &Path, more: &[&str]) -> Value {
    let args = [&["scan", "--demo", "--quiet", "--format", "json"], more].concat();
    serde_json::from_slice(&run(home, &args).stdout).expect("JSON")
}

fn waive(home: &Path, more: &[&str]) -> Output {
    let args = [&["waive", RULE, "--reason", "moves", "--owner", "ada", "--until", "2037-01-01"], more].concat();
    run(home, &args)
}

/// Ids of the resources of the rule whose failures are waived.
fn waived(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().expect("findings").iter();
    let waived = findings.filter(|finding| finding["verdict"] == "waived" && finding["rule"] == RULE);
    waived.filter_map(|finding| finding["resource"]["id"].as_str()).collect()
}

#[test]
fn a_waiver_that_is_written_covers_what_it_names_and_lowers_no_bare_score() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let failing = report(home.path(), &[]);
    let failing_ids: Vec<&str> = failing["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| finding["verdict"] == "fail" && finding["rule"] == RULE)
        .filter_map(|finding| finding["resource"]["id"].as_str())
        .collect();
    let (first, rest) = failing_ids.split_first().expect("a failure");
    assert!(!rest.is_empty() && failing["summary"]["score_without_waivers"].is_null(), "{failing_ids:?}");
    std::fs::write(home.path().join("waivers.toml"), "# accepted in March\n").expect("a file");
    let pattern = format!("*{}", &first[first.len() / 2..]);
    let output = waive(home.path(), &["--resource", &pattern]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let some = report(home.path(), &["--waivers", "waivers.toml"]);
    assert!(waived(&some).contains(first) && waived(&some).len() < failing_ids.len(), "{:?}", waived(&some));
    assert_eq!(some["summary"]["score_without_waivers"], failing["summary"]["score"]);
    assert!(waive(home.path(), &[]).status.success());
    let all = report(home.path(), &["--waivers", "waivers.toml"]);
    assert_eq!(waived(&all), failing_ids);
    let text = std::fs::read_to_string(home.path().join("waivers.toml")).expect("the waivers");
    assert!(text.starts_with("# accepted in March\n") && text.matches("[[waiver]]").count() == 2, "{text}");
    let page =
        String::from_utf8(run(home.path(), &["scan", "--demo", "--waivers", "waivers.toml"]).stdout).expect("text");
    assert!(page.contains(" without waivers)"), "{page}");
}

#[test]
fn a_waiver_that_can_not_hold_is_refused_and_the_file_is_left_alone() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let file = home.path().join("waivers.toml");
    for (args, told) in [
        (
            vec!["waive", "multi-az/none", "--reason", "r", "--owner", "o", "--until", "2037-01-01"],
            "no rule `multi-az/none`",
        ),
        (vec!["waive", RULE, "--reason", " ", "--owner", "o", "--until", "2037-01-01"], "`--reason` is empty"),
        (vec!["waive", RULE, "--reason", "r", "--owner", "o", "--until", "2020-01-01"], "is over"),
        (vec!["waive", RULE, "--reason", "r", "--owner", "o", "--until", "2037-02-30"], "2037-02-30"),
        (
            vec!["waive", RULE, "--reason", "r", "--owner", "o", "--until", "2037-01-01", "--tag", "team"],
            "no key and value",
        ),
    ] {
        let output = run(home.path(), &args);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && stderr.contains(told), "{args:?}: {stderr}");
        assert!(!file.exists(), "{args:?}");
    }
    std::fs::write(&file, "[[waiver]]\nrule = 3\n").expect("a file");
    assert_eq!(waive(home.path(), &[]).status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(&file).expect("the file"), "[[waiver]]\nrule = 3\n");
}

#[test]
fn a_trend_follows_the_reports_in_a_folder_and_names_what_is_none() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let folder = home.path().join("reports/account=123456789012");
    std::fs::create_dir_all(&folder).expect("a folder");
    assert_eq!(run(home.path(), &["trend", "reports"]).status.code(), Some(2), "there is none yet");
    let mut first = report(home.path(), &[]);
    std::fs::write(folder.join("later.json"), first.to_string()).expect("a report");
    first["taken_at"] = "2026-10-02T09:00:00Z".into();
    first["summary"]["score"] = 41.5.into();
    std::fs::write(folder.join("z-earlier.json"), first.to_string()).expect("a report");
    std::fs::write(folder.join("other.json"), "{}").expect("a file");
    first["schema_version"] = 99.into();
    first["taken_at"] = "2026-10-03T09:00:00Z".into();
    std::fs::write(folder.join("future.json"), first.to_string()).expect("a report");
    let output = run(home.path(), &["trend", "reports", "--format", "json"]);
    let trend: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let points = trend["accounts"][0]["points"].as_array().expect("points");
    assert_eq!([&points[0]["score"], &points[1]["new"]], [&Value::from(41.5), &Value::from(0)]);
    assert_eq!((points.len(), &points[1]["deadly_zones"]), (2, &Value::from(2)));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("other.json is no report"), "{told}");
    assert!(told.contains("left out") && told.contains("future.json") && told.contains("99"), "{told}");
    let page = String::from_utf8(run(home.path(), &["trend", "reports"]).stdout).expect("text");
    assert!(page.contains("Score 41.5 → 67, ") && page.contains("████████ "), "{page}");
}
