//! `waaudit diff` on the demo, before and after three fixes.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::moto::{python, text};
use super::program::waaudit;

/// A resource's id, its kind, and the facts that mend it.
fn fixes() -> [(&'static str, &'static str, Value); 3] {
    [
        ("orders-db", "rds.db_instance", json!({"multi_az": true, "secondary_availability_zone": "eu-west-1b"})),
        ("product-views", "dynamodb.table", json!({"billing_mode": "PAY_PER_REQUEST"})),
        (
            "stock-updates",
            "sqs.queue",
            json!({"dead_letter_target": "arn:aws:sqs:eu-west-1:123456789012:order-events-dlq", "max_receive_count": 5}),
        ),
    ]
}

/// The rules that the fixes satisfy: of the second, third and last stage.
const MENDED: [&str; 3] = ["multi-az/rds-instance", "data-tier/dynamodb-capacity-mode", "async/sqs-dlq"];

fn run(home: &Path, args: &[&str]) -> Output {
    waaudit(home).env("COLUMNS", "100").args(args).output().expect("a run")
}

fn json_of(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The rules of the first stage that nothing in the demo fails or leaves unknown, so that the stage hangs on the three alone.
fn calm_rules(home: &Path) -> Vec<String> {
    let report = json_of(&run(home, &["scan", "--demo", "--format", "json"]));
    let findings = report["findings"].as_array().expect("findings");
    let restless = |rule: &str| {
        findings
            .iter()
            .any(|finding| finding["rule"] == rule && matches!(text(&finding["verdict"]), "fail" | "unknown"))
    };
    let judged = |rule: &str| findings.iter().any(|finding| finding["rule"] == rule && finding["verdict"] == "pass");
    let rules = report["rules"].as_array().expect("rules").iter();
    let launch = rules.filter(|rule| rule["stage"] == "launch").map(|rule| text(&rule["id"]));
    let calm: std::collections::BTreeSet<&str> = launch.filter(|rule| judged(rule) && !restless(rule)).collect();
    calm.into_iter().map(str::to_owned).collect()
}

/// A folder with the demo's reports before and after the fixes.
fn before_and_after() -> TempDir {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut demo: Value = serde_json::from_str(include_str!("../../fixtures/accounts/demo.json")).expect("the demo");
    let rules = calm_rules(home.path());
    for name in ["before", "after"] {
        std::fs::write(home.path().join("snapshot.json"), demo.to_string()).expect("a file");
        let report = format!("{name}.json");
        let mut args = vec!["scan", "--snapshot", "snapshot.json", "--format", "json", "--output", &report];
        args.extend(rules.iter().map(String::as_str).chain(MENDED).flat_map(|rule| ["--rule", rule]));
        let output = run(home.path(), &args);
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        for (id, kind, facts) in fixes() {
            let resources = demo["resources"].as_array_mut().expect("resources").iter_mut();
            let mut found = resources.filter(|resource| resource["id"] == id && resource["kind"] == kind);
            let resource = found.next().expect("the resource to mend");
            for (fact, value) in facts.as_object().expect("facts") {
                resource["facts"][fact] = value.clone();
            }
        }
    }
    home
}

#[test]
fn three_fixes_are_named_with_the_stages_that_they_unlock_and_nothing_else() {
    let home = before_and_after();
    let output = run(home.path(), &["diff", "before.json", "after.json", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    let difference = json_of(&output);
    let of = |list: &str| -> Vec<(&str, &str)> {
        let changes = difference[list].as_array().expect("changes").iter();
        changes.map(|change| (text(&change["rule"]), text(&change["resource"]["id"]))).collect()
    };
    let mut fixed = of("fixed");
    fixed.sort_by_key(|(rule, _)| MENDED.iter().position(|mended| mended == rule));
    let named: Vec<(&str, &str)> = MENDED.into_iter().zip(fixes().map(|(id, ..)| id)).collect();
    assert_eq!(fixed, named);
    assert!(["new", "changed", "vanished"].iter().all(|list| of(list).is_empty()), "{difference}");
    assert_eq!((&difference["before"]["stage"], &difference["after"]["stage"]), (&json!("launch"), &json!("1m")));
    assert_eq!(difference["stages_reached"], json!(["10k", "100k", "1m"]));
    let page = run(home.path(), &["diff", "before.json", "after.json"]);
    let page = String::from_utf8_lossy(&page.stdout).into_owned();
    assert!(page.contains("Stage: launch → 1m users; reached: 10k users, 100k users, 1m users"), "{page}");
    assert!(page.contains("0 new, 3 fixed, 0 changed, 0 vanished."), "{page}");
    assert!(MENDED.iter().all(|rule| page.contains(rule)), "{page}");
    assert!(page.contains("orders-db: Standalone RDS instances"), "{page}");
}

#[test]
fn the_other_way_round_three_failures_are_new_and_count_for_the_exit_code() {
    let home = before_and_after();
    let output = run(home.path(), &["diff", "after.json", "before.json", "--format", "markdown"]);
    assert_eq!(output.status.code(), Some(1));
    let markdown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(markdown.contains("### New failures (3)") && markdown.contains("; lost: 10k users"), "{markdown}");
    assert!(markdown.contains("| critical | multi-az/rds-instance | orders-db |"), "{markdown}");
    let rows: Vec<&str> = markdown.lines().filter(|line| line.starts_with("| ")).collect();
    assert!(rows.iter().all(|row| row.replace("\\|", "").matches('|').count() == 6), "{markdown}");
    let calm = run(home.path(), &["diff", "after.json", "before.json", "--fail-on", "critical"]);
    assert_eq!(calm.status.code(), Some(1));
    let grave = run(home.path(), &["diff", "before.json", "after.json", "--fail-on", "critical"]);
    assert_eq!(grave.status.code(), Some(0));
}

#[test]
fn a_report_and_itself_differ_in_nothing_in_every_format() {
    let home = before_and_after();
    for format in ["table", "markdown"] {
        let output = run(home.path(), &["diff", "before.json", "before.json", "--format", format]);
        assert_eq!(output.status.code(), Some(0));
        assert!(String::from_utf8_lossy(&output.stdout).contains("Nothing has changed."));
    }
    let output = run(home.path(), &["diff", "before.json", "before.json", "--format", "json"]);
    let difference = json_of(&output);
    for list in ["new", "fixed", "changed", "vanished", "stages_reached", "stages_lost"] {
        assert_eq!(difference[list], json!([]), "{list}");
    }
}

#[test]
fn each_change_is_a_row_a_line_and_an_annotation() {
    let home = before_and_after();
    let print = |format: &str| {
        let output = run(home.path(), &["diff", "after.json", "before.json", "--format", format]);
        String::from_utf8(output.stdout).expect("text")
    };
    let difference: Value = serde_json::from_str(&print("json")).expect("JSON");
    let count = |list: &str| difference[list].as_array().expect("a list").len();
    let all = ["new", "fixed", "changed", "vanished"].map(count).iter().sum::<usize>();
    assert!(count("new") == 3 && all >= 3, "{difference}");
    let lines = print("ndjson");
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), all);
    assert!(lines.iter().filter(|line| line["change"] == "new" && line["after"] == "fail").count() == 3, "{lines:?}");
    let csv = print("csv");
    assert_eq!(csv.matches("\r\n").count(), all + 1, "{csv}");
    assert_eq!(csv.matches("\"new\",").count(), 3, "{csv}");
    let annotations = print("github");
    assert_eq!(annotations.lines().count(), all);
    assert_eq!(
        annotations.lines().filter(|line| line.starts_with("::error title=new%3A ")).count(),
        3,
        "{annotations}"
    );
}

#[test]
fn a_report_of_the_first_version_is_compared_with_one_of_today() {
    let home = before_and_after();
    let first = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/waaudit-judge/tests/report-v1.json");
    std::fs::copy(first, home.path().join("first.json")).expect("a copy");
    let output = run(home.path(), &["diff", "first.json", "after.json", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let difference = json_of(&output);
    let fixed = difference["fixed"].as_array().expect("changes").iter().map(|change| text(&change["rule"]));
    assert!(fixed.into_iter().any(|rule| rule == "multi-az/rds-instance"), "{difference}");
    let removed = difference["scope"]["rules_removed"].as_array().expect("rules");
    assert!(removed.contains(&json!("cost/unattached-ebs")), "{difference}");
}

#[test]
fn what_is_printed_fits_the_committed_schema() {
    let home = before_and_after();
    run(home.path(), &["diff", "before.json", "after.json", "--format", "json", "--output", "difference.json"]);
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/difference.json");
    let check = "import json, sys, jsonschema; \
                 jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))).validate(json.load(open(sys.argv[2])))";
    let mut command = std::process::Command::new(python());
    let output = command.args(["-c", check]).arg(schema).arg(home.path().join("difference.json")).output();
    let output = output.expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_is_no_report_of_the_same_account_is_refused() {
    let home = before_and_after();
    let other = std::fs::read_to_string(home.path().join("after.json")).expect("a report");
    std::fs::write(home.path().join("other.json"), other.replace("123456789012", "210987654321")).expect("a file");
    for (old, new, words) in [
        ("before.json", "other.json", "the reports are of two accounts, 123456789012 and 210987654321"),
        ("before.json", "snapshot.json", "snapshot.json is no report that this waaudit reads"),
        ("nowhere.json", "after.json", "could not read the report nowhere.json"),
    ] {
        let output = run(home.path(), &["diff", old, new]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(words) && stderr.contains("help: "), "{stderr}");
    }
}
