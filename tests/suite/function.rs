//! The scheduled run against a moto server, behind a runtime API: what it leaves, what it says, and how it fails.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::moto::{Account, moto, python, text};
use super::runtime::Function;

const LONG: Duration = Duration::from_mins(10);
const SCHEDULED: &str = "2026-11-24T03:00:00Z";

/// A rule that gates the launch, and one that gates the next stage: a nearly clean account passes both.
const TWO_RULES: &[&str] = &["recovery/rds-backups", "multi-az/rds-instance"];

/// An account with a bucket, a topic and a queue behind it, and an event that names them.
struct Stage {
    account: Account,
    event: Value,
    bucket: String,
    queue: String,
}

impl Stage {
    fn set(number: u64, names: &[&str]) -> Self {
        let account = moto().account(number);
        for name in names {
            account.seed(name);
        }
        let ids = account.seed("reports");
        let event = json!({
            "scope": {"regions": ["eu-west-1"]},
            "destination": {"bucket": ids["bucket"], "topic_arn": ids["topic"]},
            "scheduled_at": SCHEDULED,
        });
        let name = |id: &Value| text(id).to_owned();
        Self { bucket: name(&ids["bucket"]), queue: name(&ids["queue"]), account, event }
    }

    /// The same event at another time, by two rules.
    fn at(&self, time: &str) -> Value {
        let mut event = self.event.clone();
        event["scheduled_at"] = json!(time);
        event["rules"] = json!({"only": TWO_RULES});
        event
    }

    fn keys(&self) -> Vec<String> {
        self.account.keys(&self.bucket)
    }

    fn object(&self, folder: &str, time: &str, ending: &str) -> String {
        let (day, name) = (&time[..10], time.replace(':', ""));
        self.account.object(&self.bucket, &format!("{folder}/account={}/date={day}/{name}.{ending}", self.account.id))
    }

    fn report(&self, time: &str) -> Value {
        serde_json::from_str(&self.object("reports", time, "json")).expect("a report")
    }

    /// Makes the database run in one zone, as AWS would then say it.
    fn break_multi_az(&self) {
        let replace = json!({"<MultiAZ>true</MultiAZ>": "<MultiAZ>false</MultiAZ>"});
        let answer = json!({"service": "rds", "action": "DescribeDBInstances", "replace": replace});
        self.account.answers(&json!([answer]));
    }
}

fn fault(service: &str, action: &str, kind: &str) -> Value {
    json!([{"service": service, "action": action, "kind": kind}])
}

/// The metric lines of a log, each of which fits AWS's published schema and has all the members that it refers to.
fn metrics(log: &[Value]) -> Vec<&Value> {
    let lines: Vec<&Value> = log.iter().filter(|line| line.get("_aws").is_some()).collect();
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/embedded_metric_format.json");
    let check = "import json, sys, jsonschema; schema = json.load(open(sys.argv[1])); \
                 jsonschema.Draft7Validator.check_schema(schema); \
                 [jsonschema.Draft7Validator(schema).validate(line) for line in json.loads(sys.argv[2])]";
    let mut validation = std::process::Command::new(python());
    let output = validation.args(["-c", check]).arg(schema).arg(json!(lines).to_string()).output();
    let output = output.expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for line in &lines {
        for directive in line["_aws"]["CloudWatchMetrics"].as_array().expect("directives") {
            let sets = directive["Dimensions"].as_array().expect("sets").iter();
            for dimension in sets.flat_map(|set| set.as_array().expect("a set")) {
                assert!(line[text(dimension)].is_string(), "{line}");
            }
            for metric in directive["Metrics"].as_array().expect("metrics") {
                assert!(line[text(&metric["Name"])].is_number(), "{line}");
            }
        }
    }
    lines
}

fn summaries(log: &[Value]) -> Vec<&Value> {
    log.iter().filter_map(|line| line.get("waaudit")).collect()
}

fn writes(account: &Account) -> Vec<String> {
    let writing = |call: &Value| ["PutObject", "Publish", "DeleteObject"].contains(&text(&call["action"]));
    account.calls().iter().filter(|call| writing(call)).map(|call| text(&call["action"]).to_owned()).collect()
}

#[test]
fn a_run_leaves_report_findings_and_snapshot_and_prints_metrics() {
    let stage = Stage::set(400_000_000_001, &["web_shop"]);
    let function = Function::start(&stage.account);
    let summary = function.invoke(&stage.event, "one", LONG).response();
    let report = stage.report(SCHEDULED);
    let partition = format!("account={}/date=2026-11-24/2026-11-24T030000Z", stage.account.id);
    assert_eq!(
        stage.keys(),
        [
            format!("findings/{partition}.ndjson"),
            format!("reports/{partition}.json"),
            format!("snapshots/{partition}.json")
        ]
    );
    assert_eq!(summary["report"], format!("s3://{}/reports/{partition}.json", stage.bucket));
    assert_eq!(summary["score"], report["summary"]["score"]);
    assert_eq!((&summary["complete"], &summary["repeated"]), (&json!(true), &json!(false)));
    assert_eq!(summary["told"], json!([]));

    let findings = stage.object("findings", SCHEDULED, "ndjson");
    let findings: Vec<Value> = findings.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let rules = |findings: &[Value]| findings.iter().map(|finding| finding["fingerprint"].clone()).collect::<Vec<_>>();
    assert_eq!(rules(&findings), rules(report["findings"].as_array().expect("findings")));
    assert!(findings.iter().all(|finding| finding["taken_at"] == report["taken_at"]));

    // The snapshot is what a scan would have saved: it gives the same report.
    std::fs::write(stage.account.file("snapshot.json"), stage.object("snapshots", SCHEDULED, "json")).expect("a file");
    let again = stage.account.waaudit(&["scan", "--snapshot", "snapshot.json", "--format", "json"]).output();
    let again: Value = serde_json::from_slice(&again.expect("a run").stdout).expect("a report");
    assert_eq!(again, report);

    // The memory that the template gives it, and the time that Lambda gives it to start.
    assert!(function.peak_mib() < 512.0 && function.first_poll() < Duration::from_secs(10));
    let log = function.log();
    assert_eq!(summaries(&log), [&summary]);
    let metrics = metrics(&log);
    assert_eq!(metrics.len(), 1 + with_a_score(&report), "{metrics:?}");
    let of_account = metrics[0];
    assert_eq!(of_account["Account"], json!(stage.account.id));
    assert_eq!(of_account["Score"], report["summary"]["score"]);
    assert_eq!(of_account["Fail"], report["summary"]["verdicts"]["fail"]);
    assert_eq!((&of_account["Reports"], &of_account["IncompleteReports"]), (&json!(1), &json!(0)));
    assert!(of_account["Duration"].as_u64() > Some(0) && of_account["Calls"].as_u64() > Some(20), "{of_account}");
}

fn with_a_score(report: &Value) -> usize {
    report["summary"]["areas"].as_array().expect("areas").iter().filter(|area| !area["score"].is_null()).count()
}

#[test]
fn the_same_event_again_changes_nothing_and_asks_the_account_nothing() {
    let stage = Stage::set(400_000_000_002, &["web_shop"]);
    let function = Function::start(&stage.account);
    let first = function.invoke(&stage.event, "one", LONG).response();
    let (report, keys) = (stage.report(SCHEDULED), stage.keys());
    function.log();
    stage.account.calls();
    let second = function.invoke(&stage.event, "two", LONG).response();
    assert_eq!(second["repeated"], json!(true));
    assert_eq!(second["score"], first["score"]);
    assert!(metrics(&function.log()).is_empty());
    let calls = stage.account.calls();
    let services: Vec<&str> = calls.iter().map(|call| text(&call["service"])).collect();
    assert!(services.iter().all(|service| ["sts", "s3"].contains(service)), "{services:?}");
    assert!(calls.iter().all(|call| call["action"] != "PutObject"));
    assert_eq!((stage.report(SCHEDULED), stage.keys()), (report, keys));
}

#[test]
fn a_request_that_nobody_scheduled_is_one_run_however_often_lambda_tries_it() {
    let stage = Stage::set(400_000_000_003, &[]);
    let mut event = stage.at(SCHEDULED);
    event.as_object_mut().expect("an object").remove("scheduled_at");
    let function = Function::start(&stage.account);
    let first = function.invoke(&event, "8476a536-e9f4-11e8-9739-2dfe598c3fcd", LONG).response();
    let second = function.invoke(&event, "8476a536-e9f4-11e8-9739-2dfe598c3fcd", LONG).response();
    assert_eq!((&second["report"], &second["repeated"]), (&first["report"], &json!(true)));
    let third = function.invoke(&event, "93b0e2c2-0000-11e8-9739-2dfe598c3fcd", LONG).response();
    assert_ne!(third["report"], first["report"]);
    assert_eq!(stage.keys().len(), 6);
}

#[test]
fn a_lost_stage_is_told_once_with_what_changed_and_where() {
    let stage = Stage::set(400_000_000_004, &["clean_shop"]);
    let function = Function::start(&stage.account);
    let first = function.invoke(&stage.at("2026-11-23T03:00:00Z"), "one", LONG).response();
    assert_eq!(first["stage"], "1m");
    stage.break_multi_az();
    let second = function.invoke(&stage.at(SCHEDULED), "two", LONG).response();
    assert_eq!((&second["stage"], &second["compared_with"]), (&json!("launch"), &first["report"]));
    let again = function.invoke(&stage.at(SCHEDULED), "three", LONG).response();
    assert_eq!(again["repeated"], json!(true));
    let told = stage.account.messages(&stage.queue);
    assert_eq!(told.len(), 1, "{told:?}");
    let (subject, message) = (text(&told[0]["Subject"]), text(&told[0]["Message"]));
    assert!(subject.contains("The stage fell from 1m to launch"), "{subject}");
    for words in [
        "The stage fell from 1m to launch: 10k is blocked by multi-az/rds-instance",
        "A critical finding is new",
        "New failures (1)",
        text(&first["report"]),
        text(&second["report"]),
    ] {
        assert!(message.contains(words), "{words}: {message}");
    }
    // The account is the same the next day: nothing more to say.
    let next = function.invoke(&stage.at("2026-11-25T03:00:00Z"), "four", LONG).response();
    assert_eq!(next["told"], json!([]));
    assert!(stage.account.messages(&stage.queue).is_empty());
}

#[test]
fn near_the_deadline_it_stops_and_stores_what_it_has() {
    let stage = Stage::set(400_000_000_005, &["web_shop"]);
    stage.account.faults(&fault("rds", "DescribeDBInstances", "hang"));
    let function = Function::start(&stage.account);
    let summary = function.invoke(&stage.event, "one", Duration::from_secs(12)).response();
    assert_eq!(summary["complete"], json!(false));
    let missing = summary["missing"].as_array().expect("what is missing");
    assert!(missing.contains(&json!("rds.db_instance in eu-west-1")), "{missing:?}");
    let report = stage.report(SCHEDULED);
    assert_eq!(report["complete"], json!(false));
    let verdicts = |rule: &str| -> Vec<&str> {
        let of_rule = report["findings"].as_array().expect("findings").iter().filter(|finding| finding["rule"] == rule);
        of_rule.map(|finding| text(&finding["verdict"])).collect()
    };
    assert_eq!(verdicts("multi-az/rds-instance"), ["unknown"]);
    assert!(verdicts("edge-security/alb-waf").contains(&"fail"));
    let log = function.log();
    assert_eq!(metrics(&log)[0]["IncompleteReports"], json!(1));
    // Another day: what is incomplete is nothing to compare with.
    stage.account.faults(&json!([]));
    let next = function.invoke(&stage.at("2026-11-25T03:00:00Z"), "two", LONG).response();
    assert_eq!((&next["complete"], &next["compared_with"]), (&json!(true), &Value::Null));
}

#[test]
fn a_bucket_that_can_not_be_written_is_a_clear_error_and_the_log_has_the_summary() {
    let stage = Stage::set(400_000_000_006, &[]);
    let function = Function::start(&stage.account);
    for (kind, code) in [("denied", "AccessDenied"), ("throttled", "SlowDown")] {
        stage.account.faults(&fault("s3", "PutObject", kind));
        let (sort, message) = function.invoke(&stage.at(SCHEDULED), "one", LONG).error();
        assert_eq!(sort, "DestinationFailed");
        let place = format!("s3:PutObject on s3://{}/snapshots/account={}", stage.bucket, stage.account.id);
        assert!(message.contains(&place) && message.contains(code), "{message}");
        assert!(!message.contains("/findings/"), "{message}");
        let log = function.log();
        assert_eq!(summaries(&log).len(), 1);
        assert_eq!(summaries(&log)[0]["report"], Value::Null);
        assert_eq!(metrics(&log).iter().map(|line| &line["Reports"]).collect::<Vec<_>>(), [&json!(0)]);
    }
    stage.account.faults(&json!([]));
    let mut event = stage.at(SCHEDULED);
    event["destination"]["bucket"] = json!("nobody-has-this-bucket");
    let (_, message) = function.invoke(&event, "two", LONG).error();
    assert!(message.contains("NoSuchBucket") && message.contains("nobody-has-this-bucket"), "{message}");
    assert!(stage.keys().is_empty());
}

#[test]
fn a_run_that_was_cut_short_is_finished_from_its_snapshot() {
    let stage = Stage::set(400_000_000_007, &["clean_shop"]);
    let function = Function::start(&stage.account);
    let denied = json!([{"service": "s3", "action": "PutObject", "kind": "denied", "skip": 1}]);
    stage.account.faults(&denied);
    function.invoke(&stage.at(SCHEDULED), "one", LONG).error();
    assert_eq!(stage.keys().len(), 1);
    stage.account.faults(&json!([]));
    stage.account.calls();
    let summary = function.invoke(&stage.at(SCHEDULED), "one", LONG).response();
    assert_eq!((&summary["repeated"], &summary["stage"]), (&json!(false), &json!("1m")));
    assert!(stage.account.calls().iter().all(|call| call["service"] != "rds"));
    assert_eq!(stage.keys().len(), 3);
}

#[test]
fn a_topic_that_can_not_be_told_is_a_clear_error_and_told_the_next_time() {
    let stage = Stage::set(400_000_000_008, &["clean_shop"]);
    let function = Function::start(&stage.account);
    function.invoke(&stage.at("2026-11-23T03:00:00Z"), "one", LONG).response();
    stage.break_multi_az();
    stage.account.faults(&fault("sns", "Publish", "denied"));
    let (_, message) = function.invoke(&stage.at(SCHEDULED), "two", LONG).error();
    let topic = text(&stage.event["destination"]["topic_arn"]);
    assert!(
        message.contains(&format!("sns:Publish on {topic}: Auth")) || message.contains("AccessDenied"),
        "{message}"
    );
    assert_eq!(stage.report(SCHEDULED)["summary"]["stage"], "launch");
    stage.account.faults(&json!([]));
    let again = function.invoke(&stage.at(SCHEDULED), "two", LONG).response();
    assert_eq!(again["repeated"], json!(true));
    assert_eq!(stage.account.messages(&stage.queue).len(), 1);
}

#[test]
fn two_deliveries_at_once_leave_one_report_and_print_its_metrics_once() {
    let stage = Stage::set(400_000_000_009, &["web_shop"]);
    let (one, two) = (Function::start(&stage.account), Function::start(&stage.account));
    one.send(&stage.event, "one", LONG);
    two.send(&stage.event, "two", LONG);
    let (first, second) = (one.answer("one").response(), two.answer("two").response());
    assert_eq!((&first["report"], &first["taken_at"]), (&second["report"], &second["taken_at"]));
    assert_ne!(first["repeated"], second["repeated"]);
    assert_eq!(stage.keys().len(), 3);
    let (log, other) = (one.log(), two.log());
    let printed = [metrics(&log), metrics(&other)];
    assert_eq!(printed.iter().filter(|lines| lines.is_empty()).count(), 1);
}

#[test]
fn another_account_is_audited_by_a_role_and_stored_with_the_functions_own() {
    let stage = Stage::set(400_000_000_010, &[]);
    let other = moto().account(400_000_000_011);
    other.seed("clean_shop");
    let mut event = stage.at(SCHEDULED);
    event["scope"]["role_arn"] = json!(format!("arn:aws:iam::{}:role/audit", other.id));
    event["scope"]["external_id"] = json!("from-the-contract");
    let function = Function::start(&stage.account);
    let summary = function.invoke(&event, "one", LONG).response();
    assert_eq!((&summary["account"], &summary["stage"]), (&json!(other.id), &json!("1m")));
    assert!(stage.keys().iter().all(|key| key.contains(&format!("account={}/", other.id))));
    assert_eq!(stage.keys().len(), 3);
}

#[test]
fn a_wrong_event_is_an_error_that_names_the_field() {
    let account = moto().account(400_000_000_012);
    let function = Function::start(&account);
    for (event, words) in [
        (json!({"scope": {"regions": ["eu-west-1", 7]}}), "`scope.regions[1]`"),
        (json!({"destinaton": {}}), "unknown field `destinaton`"),
        (json!({"rules": {"only": ["multi-az/rds-instanze"]}}), "no rule `multi-az/rds-instanze`"),
        (json!({"scope": {"regions": ["eu-west-9"]}}), "no region eu-west-9 is enabled"),
    ] {
        let (_, message) = function.invoke(&event, "one", LONG).error();
        assert!(message.contains(words), "{event}: {message}");
    }
}

#[test]
fn without_a_bucket_the_answer_and_the_metrics_are_all() {
    let account = moto().account(400_000_000_013);
    account.seed("clean_shop");
    account.calls();
    let function = Function::start(&account);
    let event = json!({"scope": {"regions": ["eu-west-1"]}, "rules": {"only": TWO_RULES}});
    let summary = function.invoke(&event, "one", LONG).response();
    assert_eq!((&summary["stage"], &summary["report"]), (&json!("1m"), &Value::Null));
    let log = function.log();
    assert!(!metrics(&log).is_empty() && summaries(&log).len() == 1);
    assert!(writes(&account).is_empty());
}
