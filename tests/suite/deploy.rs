//! What `deploy/` holds is what the program needs: the policy, the template's resources, the tables, the dashboard.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use waaudit::lambda::metrics::{NAMESPACE, OF_ACCOUNT, OF_AREA};

use super::moto::{Account, moto, python, text};
use super::program::waaudit;
use super::runtime::Function;

pub(crate) fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(name)
}

pub(crate) fn read(name: &str) -> String {
    std::fs::read_to_string(file(name)).expect("a file of deploy/")
}

pub(crate) fn printed_policy() -> Value {
    let home = tempfile::tempdir().expect("a temporary folder");
    let output = waaudit(home.path()).arg("permissions").output().expect("a run");
    serde_json::from_slice(&output.stdout).expect("a policy")
}

#[test]
fn the_template_passes_cfn_lint() {
    let mut lint = Command::new(python().with_file_name("cfn-lint"));
    let output = lint.arg("--template").arg(file("account.yaml")).args(["--include-checks", "I"]).output();
    let output = output.expect("cfn-lint runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    // Larger templates have to be uploaded first.
    assert!(read("account.yaml").len() < 51_200);
}

fn deployed(account: &Account) -> Value {
    let parameters = json!({
        "CodeBucket": format!("code-{}", account.id), "CodeKey": "waaudit.zip", "Regions": "eu-west-1,eu-central-1",
        "AlarmEmail": "ops@example.com", "AuditRoleArns": "arn:aws:iam::111122223333:role/audit",
    });
    let template = file("account.yaml");
    let args = ["--template", template.to_str().expect("a path"), "--parameters", &parameters.to_string()];
    serde_json::from_str(&account.python("deploy.py", &args)).expect("what was made")
}

#[test]
fn the_templates_resources_are_made_on_moto_and_serve_a_run() {
    let account = moto().account(400_000_000_101);
    let stack = deployed(&account);
    assert_eq!(stack["versioning"], "Enabled");
    assert!(stack["public_access"].as_object().expect("a block").values().all(|blocked| blocked == &json!(true)));
    assert_eq!(stack["encryption"][0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256");
    assert_eq!(stack["bucket_policy"]["Statement"][0]["Effect"], "Deny");
    assert_eq!(stack["lifecycle"].as_array().expect("rules").len(), 5);
    assert_eq!(stack["runtime"], "provided.al2023");
    assert_eq!(stack["target"], json!(true));
    let alarms: BTreeSet<&str> = stack["alarms"].as_object().expect("alarms").keys().map(String::as_str).collect();
    assert_eq!(alarms, BTreeSet::from(["Errors", "IncompleteReports", "Reports"]));
    assert!(stack["alarms"].as_object().expect("alarms").values().all(|actions| *actions == json!([stack["topic"]])));
    assert!(stack["policy_sizes"].as_array().expect("sizes").iter().all(|size| size.as_u64() < Some(6_144)));

    // The role may do what the printed policy says and what its destinations take, and nothing else.
    let actions = |statements: &Value| -> BTreeSet<String> {
        let statements = statements.as_array().expect("statements").iter();
        let actions = statements.flat_map(|statement| match &statement["Action"] {
            Value::Array(actions) => actions.clone(),
            action => vec![action.clone()],
        });
        actions.map(|action| text(&action).to_owned()).collect()
    };
    assert_eq!(actions(&stack["audit"]), actions(&printed_policy()["Statement"]));
    let own =
        ["logs:CreateLogStream", "logs:PutLogEvents", "s3:GetObject", "s3:ListBucket", "s3:PutObject", "sns:Publish"];
    assert_eq!(actions(&stack["destinations"]["Statement"]), own.map(str::to_owned).into());
    for statement in stack["destinations"]["Statement"].as_array().expect("statements") {
        assert!(statement["Resource"] != "*", "{statement}");
    }

    // The function as the stack sets it up, with the schedule's event.
    let environment = stack["environment"].as_object().expect("variables");
    let function = Function::start_with(&account, environment.iter().map(|(name, value)| (name.as_str(), text(value))));
    let event = text(&stack["input"]).replace("<aws.scheduler.scheduled-time>", "2026-11-24T03:00:00Z");
    let mut event: Value = serde_json::from_str(&event).expect("an event");
    assert_eq!(event["scope"]["regions"], json!(["eu-west-1", "eu-central-1"]));
    event["rules"] = json!({"only": ["multi-az/rds-instance"]});
    let summary = function.invoke(&event, "one", Duration::from_mins(10)).response();
    assert!(text(&summary["report"]).starts_with(&format!("s3://{}/reports/", text(&stack["bucket"]))), "{summary}");
}

#[test]
fn the_dashboard_shows_metrics_that_there_are() {
    let dashboard: Value = serde_json::from_str(&read("grafana/waaudit.json")).expect("JSON");
    let known: BTreeSet<&str> = OF_ACCOUNT.iter().chain(OF_AREA).map(|(name, _)| *name).collect();
    let mut shown = BTreeSet::new();
    for panel in dashboard["panels"].as_array().expect("panels") {
        for target in panel["targets"].as_array().into_iter().flatten() {
            assert_eq!(target["namespace"], NAMESPACE, "{panel}");
            assert!(known.contains(text(&target["metricName"])), "{target}");
            shown.insert(text(&target["metricName"]).to_owned());
        }
    }
    for name in ["Score", "Coverage", "Stage", "Fail", "Unknown", "AreaScore", "Duration", "Calls", "IncompleteReports"]
    {
        assert!(shown.contains(name), "{name}");
    }
    assert!(read("account.yaml").contains(&format!("Namespace: {NAMESPACE}")));
}

#[test]
fn the_prometheus_dashboard_shows_metrics_and_labels_that_a_scan_writes() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let metrics = home.path().join("scan.openmetrics");
    let mut scan = waaudit(home.path());
    scan.args(["scan", "--demo", "--format", "openmetrics", "--output"]).arg(&metrics);
    assert_eq!(scan.output().expect("a run").status.code(), Some(1));
    let check = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/moto/grafana.py");
    let mut command = Command::new(python());
    let output = command.arg(check).arg(file("grafana/waaudit-prometheus.json")).arg(metrics).output();
    let output = output.expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let names: Value = serde_json::from_slice(&output.stdout).expect("names");
    let shown: BTreeSet<&str> = names["shown"].as_array().expect("names").iter().map(text).collect();
    for name in ["score", "coverage_ratio", "stage", "findings", "area_score", "zone_loss_ways_in", "headroom_multiple"]
    {
        assert!(shown.contains(format!("waaudit_{name}").as_str()), "{name}");
    }
}

/// Queries over what breaks first, which a scan of a part of an account does not have.
const FORECASTS: [&str; 3] = ["first-limits", "plan", "zone-loss"];

/// The rows of each query, over two reports in a folder.
fn queried(home: &Path, old: &str, new: &str) -> Value {
    let check = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/moto/athena.py");
    let mut command = Command::new(python());
    command.arg(check).arg(file("athena")).args([old, new]).current_dir(home);
    let output = command.output().expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("rows by query")
}

#[test]
fn the_tables_read_reports_of_the_first_version_beside_those_of_today() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let first = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/waaudit-judge/tests/report-v1.json");
    std::fs::copy(first, home.path().join("old.json")).expect("a copy");
    let output = home.path().join("new.json");
    let mut command = waaudit(home.path());
    command.args(["scan", "--demo", "--format", "json", "--area", "multi-az", "--output"]).arg(&output);
    assert_eq!(command.output().expect("a run").status.code(), Some(1));
    let rows = queried(home.path(), "old.json", "new.json");
    let changes = rows["what-changed"].as_array().expect("rows").iter();
    let of = |change: &str| -> BTreeSet<&str> {
        let same = changes.clone().filter(|row| row["change"] == change);
        same.map(|row| text(&row["rule"])).collect()
    };
    // The first report knew of three rules, and what fails in both is no change.
    assert!(of("not found any more").contains("cost/unattached-ebs"), "{rows}");
    assert!(!of("new").is_empty() && !of("new").contains("multi-az/rds-instance"), "{rows}");
}

#[test]
fn the_tables_read_what_breaks_first_beside_reports_without_it() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let first = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/waaudit-judge/tests/report-v1.json");
    std::fs::copy(first, home.path().join("old.json")).expect("a copy");
    let output = home.path().join("new.json");
    let mut command = waaudit(home.path());
    command.args(["scan", "--demo", "--format", "json", "--output"]).arg(&output);
    assert_eq!(command.output().expect("a run").status.code(), Some(1));
    let report: Value = serde_json::from_slice(&std::fs::read(output).expect("the report")).expect("JSON");
    let rows = queried(home.path(), "old.json", "new.json");
    let count = |query: &str| rows[query].as_array().expect("rows").len();
    let zones = report["simulation"]["zones"].as_array().expect("zones").iter();
    assert_eq!(count("zone-loss"), zones.filter(|zone| zone["outcome"] != "survives").count());
    assert_eq!(count("first-limits"), report["headroom"].as_array().expect("limits").len());
    assert_eq!(count("plan"), report["plan"]["steps"].as_array().expect("steps").len());
    assert!(FORECASTS.iter().all(|query| count(query) > 0), "{rows}");
    assert!(rows["zone-loss"].as_array().expect("rows").iter().all(|row| row["why"].is_string()), "{rows}");
}

#[test]
fn the_tables_fit_what_a_run_leaves_and_the_queries_run_over_it() {
    let home = tempfile::tempdir().expect("a temporary folder");
    for (name, rules) in [("old", "multi-az"), ("new", "recovery")] {
        let output = home.path().join(format!("{name}.json"));
        let mut command = waaudit(home.path());
        command.args(["scan", "--demo", "--format", "json", "--output"]).arg(&output);
        // The older report lacks an area that the newer one has, and the other way round.
        command.args(["--area", rules, "--area", "data-tier", "--area", "observability"]);
        assert_eq!(command.output().expect("a run").status.code(), Some(1));
    }
    let rows = queried(home.path(), "old.json", "new.json");
    let queries: Vec<&String> = rows.as_object().expect("queries").keys().collect();
    assert_eq!(
        queries,
        [
            "coverage",
            "first-limits",
            "plan",
            "score-by-area",
            "stage-by-account",
            "unknowns-by-action",
            "what-changed",
            "worst-findings",
            "zone-loss"
        ]
    );
    for (query, rows) in rows.as_object().expect("queries") {
        let is_empty = rows.as_array().expect("rows").is_empty();
        assert_eq!(is_empty, FORECASTS.contains(&query.as_str()), "{query}: {rows}");
    }
    let changes: BTreeSet<&str> =
        rows["what-changed"].as_array().expect("rows").iter().map(|row| text(&row["change"])).collect();
    assert_eq!(changes, BTreeSet::from(["new", "not found any more"]));
}
