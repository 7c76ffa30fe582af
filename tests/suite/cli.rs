//! The command line as its users meet it: what it prints, and how it ends.

use std::path::Path;
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

use super::program::{program, waaudit};

fn home() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn run(args: &[&str]) -> Output {
    let home = home();
    waaudit(home.path()).args(args).output().expect("a run")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// The run could not be done: exit 2, one message with a `help:` line on stderr, nothing on stdout.
fn assert_refused(output: &Output, message: &str) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains(message), "{stderr}");
    assert_eq!(stderr.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{stderr}");
    assert_eq!(stderr.lines().filter(|line| line.starts_with("help: ")).count(), 1, "{stderr}");
    assert!(output.stdout.is_empty(), "{}", stdout(output));
}

fn demo_report() -> Value {
    serde_json::from_str(&stdout(&run(&["scan", "--demo", "--format", "json"]))).expect("JSON")
}

#[test]
fn the_demo_fails_in_every_area() {
    let report = demo_report();
    let areas = report["summary"]["areas"].as_array().expect("areas");
    assert_eq!(areas.len(), 13);
    for area in areas {
        assert!(area["fail"].as_u64() > Some(0), "{area}");
    }
}

#[test]
fn the_demo_ends_with_findings_and_without_them_clean() {
    assert_eq!(run(&["scan", "--demo"]).status.code(), Some(1));
    let low_only = run(&["scan", "--demo", "--rule", "edge-security/waf-logging", "--fail-on", "critical"]);
    assert_eq!(low_only.status.code(), Some(0));
}

#[test]
fn a_severity_above_all_failures_is_clean() {
    let all = run(&["scan", "--demo", "--area", "recovery", "--fail-on", "medium"]);
    assert_eq!(all.status.code(), Some(1));
    let critical = run(&["scan", "--demo", "--rule", "recovery/s3-versioning", "--fail-on", "high"]);
    assert_eq!(critical.status.code(), Some(0));
}

#[test]
fn strict_tells_gaps_by_the_exit_code() {
    assert_eq!(run(&["scan", "--demo", "--strict"]).status.code(), Some(3));
}

#[test]
fn two_reports_of_one_snapshot_are_byte_equal() {
    let args = ["scan", "--demo", "--format", "json"];
    assert_eq!(run(&args).stdout, run(&args).stdout);
}

#[test]
fn reports_and_snapshots_fit_their_committed_schemas() {
    let home = home();
    let args = ["scan", "--demo", "--format", "json", "--output", "report.json", "--save-snapshot", "snapshot.json"];
    assert_eq!(waaudit(home.path()).args(args).output().expect("a run").status.code(), Some(1));
    for form in ["report", "snapshot"] {
        let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{form}.json"));
        let check = "import json, sys, jsonschema; \
                     jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))).validate(json.load(open(sys.argv[2])))";
        let document = home.path().join(format!("{form}.json"));
        let python = super::moto::python();
        let output = std::process::Command::new(python).args(["-c", check]).arg(schema).arg(document).output();
        let output = output.expect("Python runs");
        assert!(output.status.success(), "{form}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn the_terminal_report_of_the_demo_opens_with_the_verdict() {
    let home = home();
    let mut command = waaudit(home.path());
    let text = stdout(&command.env("COLUMNS", "100").args(["scan", "--demo"]).output().expect("a run"));
    let opening: String = text.lines().take(30).map(|line| line.trim_end().to_owned() + "\n").collect();
    insta::assert_snapshot!(opening);
}

#[test]
fn a_profile_that_does_not_exist_is_refused() {
    assert_refused(&run(&["scan", "--profile", "nobody"]), "the profile `nobody` does not exist");
}

#[test]
fn no_credentials_are_refused() {
    assert_refused(&run(&["scan"]), "no usable credentials");
}

#[test]
fn a_broken_rule_file_is_refused_with_its_place() {
    let home = home();
    std::fs::create_dir_all(home.path().join("mine/multi-az")).expect("a folder");
    let rule = include_str!("../../rules/multi-az/rds-instance.toml").replace("r.multi_az", "r.mutli_az");
    std::fs::write(home.path().join("mine/multi-az/mine.toml"), rule).expect("a file");
    let output = waaudit(home.path()).args(["scan", "--demo", "--rules", "mine"]).output().expect("a run");
    assert_refused(&output, "mine/multi-az/mine.toml:");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("no fact `mutli_az` of rds.db_instance"), "{stderr}");
    assert!(stderr.contains("did you mean `multi_az`?"), "{stderr}");
}

#[test]
fn a_snapshot_of_another_version_or_cut_short_is_refused_and_nothing_is_written() {
    let demo = include_str!("../../fixtures/accounts/demo.json");
    let cases = [
        (demo.replacen("\"snapshot_version\": 1", "\"snapshot_version\": 99", 1), "it has version 99, not 2"),
        (demo[..demo.len() / 2].to_owned(), "not valid JSON (truncated?)"),
        ("[]".to_owned(), "it has no `snapshot_version`"),
        (demo.replacen("\"engine\": ", "\"engin\": ", 1), "unknown field `engin`"),
    ];
    for (text, message) in cases {
        let home = home();
        std::fs::write(home.path().join("account.json"), text).expect("a file");
        let args = ["scan", "--snapshot", "account.json", "--output", "report.json", "--save-snapshot", "again.json"];
        let output = waaudit(home.path()).args(args).output().expect("a run");
        assert_refused(&output, message);
        assert!(!home.path().join("report.json").exists() && !home.path().join("again.json").exists());
    }
}

#[test]
fn a_snapshot_that_is_missing_is_refused() {
    assert_refused(&run(&["scan", "--snapshot", "nowhere.json"]), "could not read the snapshot nowhere.json");
}

#[test]
fn a_saved_snapshot_is_judged_as_the_account_was() {
    let home = home();
    let first = waaudit(home.path()).args(["scan", "--demo", "--save-snapshot", "s.json", "--format", "json"]).output();
    let second = waaudit(home.path()).args(["scan", "--snapshot", "s.json", "--format", "json"]).output();
    assert_eq!(first.expect("a run").stdout, second.expect("a run").stdout);
}

#[test]
fn unknown_rules_areas_and_kinds_are_refused_with_the_nearest_name() {
    assert_refused(&run(&["scan", "--demo", "--rule", "multi-az/rds-instanze"]), "no rule `multi-az/rds-instanze`");
    assert_refused(&run(&["scan", "--demo", "--area", "networking"]), "no area `networking`");
    assert_refused(&run(&["facts", "rds.db"]), "no kind `rds.db`");
    assert_refused(&run(&["rule", "explain", "nothing/here"]), "no rule `nothing/here`");
}

#[test]
fn broken_settings_and_waivers_are_refused() {
    let home = home();
    std::fs::write(home.path().join("bad.toml"), "attest = 3\n").expect("a file");
    for flag in ["--settings", "--waivers"] {
        let output = waaudit(home.path()).args(["scan", "--demo", flag, "bad.toml"]).output().expect("a run");
        assert_refused(&output, "bad.toml");
    }
}

#[test]
fn flags_of_a_live_scan_are_refused_without_an_account() {
    let flags = [
        &["--profile", "prod"][..],
        &["--region", "eu-west-1"],
        &["--external-id", "x", "--role-arn", "arn:aws:iam::1:role/audit"],
        &["--timeout", "5"],
        &["--deadline", "5"],
        &["--attempts", "2"],
        &["--no-metrics"],
        &["--billed-calls"],
    ];
    for flag in flags {
        for source in [&["--demo"][..], &["--snapshot", "s.json"]] {
            let output = run(&[&["scan"], source, flag].concat());
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{flag:?}: {stderr}");
            assert!(stderr.contains("cannot be used with"), "{flag:?}: {stderr}");
        }
    }
}

#[test]
fn lines_of_findings_are_the_reports_findings_each_with_its_rules_words() {
    let home = home();
    let scan = |format: &str| {
        let args = ["scan", "--demo", "--area", "recovery", "--format", format];
        stdout(&waaudit(home.path()).args(args).output().expect("a run"))
    };
    let report: Value = serde_json::from_str(&scan("json")).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    let lines = scan("ndjson");
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    assert_eq!(lines.len(), findings.len());
    for (line, finding) in lines.iter().zip(findings) {
        assert_eq!((&line["fingerprint"], &line["area"]), (&finding["fingerprint"], &Value::from("recovery")));
        assert_eq!(line["taken_at"], report["taken_at"]);
    }
    let refused = waaudit(home.path()).args(["scan", "--demo", "--format", "jsonl"]).output().expect("a run");
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(2) && told.contains("possible values: table, html, json, ndjson"), "{told}");
}

#[test]
fn a_waiver_of_an_unknown_rule_is_refused_and_one_without_effect_is_reported() {
    let home = home();
    let waiver = |rule: &str| {
        let text = format!(
            "[[waiver]]\nrule = \"{rule}\"\nresource = \"nothing\"\nreason = \"moving\"\nowner = \"ada\"\nuntil = \"2027-01-01\"\n"
        );
        std::fs::write(home.path().join("waivers.toml"), text).expect("a file");
        let args = ["scan", "--demo", "--area", "multi-az", "--waivers", "waivers.toml"];
        waaudit(home.path()).args(args).output().expect("a run")
    };
    assert_refused(&waiver("multi-az/rds-instanze"), "a waiver names the rule `multi-az/rds-instanze`");
    let page = stdout(&waiver("multi-az/rds-instance"));
    assert!(
        page.contains("Waivers and targets without effect") && page.contains("of ada for multi-az/rds-instance"),
        "{page}"
    );
}

#[test]
fn a_waiver_turns_a_fail_into_waived_until_its_last_day() {
    let rule = "recovery/s3-versioning";
    for (until, verdict) in [("2027-01-01", "waived"), ("2026-01-01", "fail")] {
        let home = home();
        let waiver =
            format!("[[waiver]]\nrule = \"{rule}\"\nreason = \"moving\"\nowner = \"ada\"\nuntil = \"{until}\"\n");
        std::fs::write(home.path().join("waivers.toml"), waiver).expect("a file");
        let args = ["scan", "--demo", "--rule", rule, "--waivers", "waivers.toml", "--format", "json"];
        let report = stdout(&waaudit(home.path()).args(args).output().expect("a run"));
        let report: Value = serde_json::from_str(&report).expect("JSON");
        let verdicts: Vec<&str> =
            report["findings"].as_array().expect("findings").iter().filter_map(|f| f["verdict"].as_str()).collect();
        assert!(verdicts.contains(&verdict), "{verdicts:?}");
    }
}

#[test]
fn an_attestation_answers_what_can_not_be_seen() {
    let rule = ["scan", "--demo", "--rule", "caching/app-local-cache", "--format", "json"];
    for (settings, verdict) in [
        ("", "unknown"),
        ("[attest]\napp_local_cache = true\n", "pass"),
        ("[attest]\napp_local_cache = false\n", "fail"),
    ] {
        let home = home();
        std::fs::write(home.path().join("waaudit.toml"), settings).expect("a file");
        let report: Value =
            serde_json::from_str(&stdout(&waaudit(home.path()).args(rule).output().expect("a run"))).expect("JSON");
        assert_eq!(report["findings"][0]["verdict"], verdict);
    }
}

#[test]
fn a_pipe_that_closes_early_is_no_error() {
    use std::process::{Command, Stdio};
    let mut child = Command::new(program())
        .args(["scan", "--demo", "--format", "json", "--fail-on", "critical", "--area", "cost"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("a run");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("an end").code(), Some(0));
}

#[test]
fn every_command_prints_something_useful() {
    for (args, expected) in [
        (vec!["rule", "list"], "multi-az/rds-instance"),
        (vec!["rule", "list", "--format", "json"], "\"security_hub\""),
        (vec!["rule", "explain", "multi-az/rds-instance"], "aws rds modify-db-instance"),
        (vec!["rule", "test"], " 0 failed"),
        (vec!["facts"], "rds.db_instance"),
        (vec!["facts", "rds.db_instance"], "`MultiAZ`"),
        (vec!["permissions"], "rds:DescribeDBInstances"),
        (vec!["lens", "--area", "recovery"], "\"condition\": \"default\""),
        (vec!["completions", "bash"], "waaudit"),
        (vec!["--help"], "Exit codes"),
    ] {
        let output = run(&args);
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert!(stdout(&output).contains(expected), "{args:?}");
    }
}

#[test]
fn the_graph_of_the_demo_is_drawn_in_three_formats() {
    let dot = stdout(&run(&["graph", "--demo"]));
    assert!(dot.starts_with("digraph account {") && dot.trim_end().ends_with('}'), "{dot}");
    assert_eq!(dot.matches('{').count(), dot.matches('}').count());
    assert!(
        dot.contains("label=\"orders-db\\ndatabase\"") && dot.contains("subgraph \"cluster eu-west-1 eu-west-1a\""),
        "{dot}"
    );
    let mermaid = stdout(&run(&["graph", "--demo", "--format", "mermaid"]));
    assert!(mermaid.starts_with("flowchart LR\n") && mermaid.contains("[\"orders-db<br/>database\"]"), "{mermaid}");
    assert_eq!(mermaid.matches("subgraph").count(), mermaid.lines().filter(|line| line.trim() == "end").count());
    for picture in [&dot, &mermaid] {
        assert!(!picture.contains("arn:aws:"), "names, not ARNs: {picture}");
    }
    let whole: Value = serde_json::from_str(&stdout(&run(&["graph", "--demo", "--format", "json"]))).expect("JSON");
    let size = |part: &str| whole[part].as_array().expect("a list").len();
    assert!(size("nodes") > 60 && size("edges") > 60, "{} nodes, {} edges", size("nodes"), size("edges"));
    let all = stdout(&run(&["graph", "--demo", "--all"]));
    assert!(all.lines().count() > dot.lines().count() && all.contains("fernweh-nat"), "{all}");
}
