//! How fast a live scan asks, what makes it slower, and when it stops waiting.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use waaudit_collect::metrics::GET_METRIC_DATA;
use waaudit_collect::{KINDS, regions, tags};

use super::moto::{Account, moto, text};

/// When calls of a service arrived, by operation, first come first.
fn arrivals(calls: &[Value], service: &str) -> Vec<(String, f64)> {
    let own = calls.iter().filter(|call| call["service"] == service);
    let mut arrivals: Vec<(String, f64)> =
        own.map(|call| (text(&call["action"]).to_owned(), call["at"].as_f64().expect("a time"))).collect();
    arrivals.sort_by(|a, b| a.1.total_cmp(&b.1));
    arrivals
}

/// Gaps as "service region reason".
fn gaps(report: &Value) -> BTreeSet<String> {
    let gaps = report["gaps"].as_array().expect("gaps").iter();
    gaps.map(|gap| format!("{} {} {}", text(&gap["service"]), text(&gap["region"]), text(&gap["reason"]))).collect()
}

#[test]
fn a_scan_takes_half_of_a_rate_and_less_where_settings_say_so() {
    let account = moto().account(300_000_000_101);
    account.seed("everything");
    for (settings, seconds) in [("", 2.0), ("pace.share = 0.25", 4.0)] {
        account.settings(settings);
        account.scan(&["--rule", "edge-security/alb-waf"]);
        let calls = arrivals(&account.calls(), "wafv2");
        let associations: Vec<f64> =
            calls.iter().filter(|call| call.0 == "ListResourcesForWebACL").map(|call| call.1).collect();
        // AWS allows one a second. On a busy machine single arrivals are late, but the first and the last tell the rate.
        let (first, last) = associations.first().zip(associations.last()).expect("calls");
        let waits = u32::try_from(associations.len() - 1).map(f64::from).expect("some calls");
        assert!(waits >= 4.0 && (last - first) / waits > seconds * 0.9, "{settings}: {associations:?}");
    }
}

#[test]
fn one_throttled_call_makes_all_calls_of_its_class_wait_and_loses_nothing() {
    let account = moto().account(300_000_000_102);
    account.seed("everything");
    account.faults(&json!([
        {"service": "elasticloadbalancing", "action": "DescribeAccountLimits", "kind": "throttled", "times": 1},
        // The lists come when the throttled answer has long been heard.
        {"service": "elasticloadbalancing", "action": "DescribeLoadBalancers", "kind": "slow", "delay_ms": 300},
        {"service": "elasticloadbalancing", "action": "DescribeTargetGroups", "kind": "slow", "delay_ms": 300},
    ]));
    assert_eq!(account.scan(&[])["gaps"], json!([]));
    let calls = arrivals(&account.calls(), "elasticloadbalancing");
    let throttled = calls.iter().find(|call| call.0 == "DescribeAccountLimits").expect("the throttled call").1;
    let lists = ["DescribeAccountLimits", "DescribeLoadBalancers", "DescribeTargetGroups"];
    let others: Vec<f64> =
        calls.iter().filter(|call| !lists.contains(&call.0.as_str())).map(|call| call.1 - throttled).collect();
    assert!(others.len() >= 3 && others.iter().all(|after| *after > 0.45), "{others:?}");
}

#[test]
fn too_fast_in_words_that_the_sdk_does_not_know_is_tried_again() {
    let account = moto().account(300_000_000_103);
    let bare = |service: &str, action: &str| json!({"service": service, "action": action, "kind": "garbage", "status": 429, "times": 1});
    account.faults(&json!([
        bare("ec2", "DescribeInstances"),
        bare("rds", "DescribeDBInstances"),
        bare("dynamodb", "ListTables"),
        bare("lambda", "ListFunctions"),
        bare("cloudwatch", "DescribeAlarms"),
        {"service": "route53", "action": "ListHostedZones", "kind": "throttled", "code": "PriorityRequestNotComplete", "times": 1},
        {"service": "elasticache", "action": "*", "kind": "throttled", "code": "TooManyRequests", "times": 1},
    ]));
    assert_eq!(account.scan(&[])["gaps"], json!([]));
}

#[test]
fn too_fast_to_the_end_is_told_as_such_whatever_its_words() {
    let account = moto().account(300_000_000_104);
    account.faults(&json!([
        {"service": "dynamodb", "action": "ListTables", "kind": "garbage", "status": 429},
        {"service": "route53", "action": "ListHostedZones", "kind": "throttled", "code": "PriorityRequestNotComplete"},
    ]));
    let report = account.scan(&["--attempts", "2"]);
    let expected = ["dynamodb eu-west-1 throttled", "route53 global throttled"].map(str::to_owned);
    assert_eq!(gaps(&report), BTreeSet::from(expected));
}

/// The calls that a service's kinds make in regions.
fn kinds_of(service: &str) -> BTreeSet<&'static str> {
    let own = KINDS.iter().filter(|kind| kind.calls.iter().any(|call| call.service == service));
    own.map(|kind| kind.name).collect()
}

#[test]
fn a_service_that_hangs_in_one_region_becomes_gaps_there_and_holds_nothing_else_back() {
    let account = moto().account(300_000_000_105);
    account.seed("everything");
    account.faults(&json!([
        {"service": "rds", "region": "eu-central-1", "kind": "hang"},
        {"service": "elasticloadbalancing", "region": "eu-central-1", "kind": "hang"},
    ]));
    let began = std::time::Instant::now();
    let flags = ["--region", "eu-west-1", "--region", "eu-central-1", "--timeout", "8", "--attempts", "2"];
    let report = account.scan(&flags);
    let expected = ["elasticloadbalancing eu-central-1 timed-out", "rds eu-central-1 timed-out"].map(str::to_owned);
    assert_eq!(gaps(&report), BTreeSet::from(expected));
    let named: BTreeSet<&str> = report["gaps"]
        .as_array()
        .expect("gaps")
        .iter()
        .flat_map(|gap| gap["kinds"].as_array().expect("kinds"))
        .map(text)
        .collect();
    let hanging: BTreeSet<&str> = kinds_of("rds").union(&kinds_of("elasticloadbalancing")).copied().collect();
    assert!(hanging.is_subset(&named), "{hanging:?} {named:?}");
    // Kinds of one service do not wait one after another, each for two attempts.
    let in_a_row = hanging.len() as u64 * 2 * 8;
    assert!(began.elapsed().as_secs() < in_a_row / 2, "{:?}", began.elapsed());
}

#[test]
fn past_a_deadline_a_scan_ends_with_what_it_has_and_says_what_is_missing() {
    let account = moto().account(300_000_000_106);
    account.seed("everything");
    account.faults(&json!([{"service": "dynamodb", "action": "DescribeTable", "kind": "hang"}]));
    let began = std::time::Instant::now();
    let report = account.scan(&["--billed-calls", "--deadline", "6", "--save-snapshot", "s.json"]);
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
    let late: BTreeSet<&str> =
        report["gaps"].as_array().expect("gaps").iter().map(|gap| text(&gap["action"])).collect();
    assert!(late.contains("dynamodb:DescribeTable"), "{late:?}");
    assert!(report["gaps"].as_array().expect("gaps").iter().all(|gap| gap["reason"] == "out-of-time"));
    assert_eq!(report["complete"], json!(false));
    assert!(report["summary"]["verdicts"]["pass"].as_u64() > Some(0));
    let again = account.waaudit(&["scan", "--snapshot", "s.json", "--format", "json"]).output().expect("a run");
    let again: Value = serde_json::from_slice(&again.stdout).expect("a report");
    assert_eq!(again, report);
}

#[test]
fn a_report_counts_the_calls_that_were_made() {
    let account = moto().account(300_000_000_107);
    account.seed("everything");
    let fault = json!([{"service": "rds", "action": "DescribeDBInstances", "kind": "throttled", "times": 1}]);
    account.faults(&fault);
    let report = account.scan(&[]);
    let shared = [&regions::LIST_REGIONS, &tags::GET_RESOURCES, &GET_METRIC_DATA];
    let declared = KINDS.iter().flat_map(|kind| kind.calls).copied().chain(shared);
    let mut actions: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
    for call in declared {
        actions.entry((call.service, call.operation)).or_default().insert(call.action());
    }
    // Where one operation's name has several actions, they count as the first.
    let first = |all: &BTreeSet<String>| all.first().cloned().expect("an action");
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    for (action, count) in report["effort"]["calls"].as_object().expect("calls") {
        let all = actions.values().find(|all| all.contains(action)).unwrap_or_else(|| panic!("{action} is declared"));
        *counted.entry(first(all)).or_default() += count.as_u64().expect("a count");
    }
    let mut made: BTreeMap<String, u64> = BTreeMap::new();
    for call in account.calls().iter().filter(|call| call["action"] != "GetCallerIdentity") {
        let name = (text(&call["service"]), text(&call["action"]));
        let action = actions.get(&name).map_or_else(|| format!("{}:{}", name.0, name.1), first);
        *made.entry(action).or_default() += 1;
    }
    assert_eq!(counted, made);
    assert!(report["effort"]["milliseconds"].as_u64() > Some(0));
}

#[test]
fn only_an_emulator_on_this_machine_may_be_asked_without_rates() {
    let account: Account = moto().account(300_000_000_108);
    let args = ["scan", "--endpoint-url", "http://aws.example.com"];
    let output = account.waaudit(&args).output().expect("a run");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("`pace.emulator` is set, but http://aws.example.com"), "{stderr}");
}

#[test]
fn a_service_whose_name_does_not_exist_is_not_looked_up_for_long() {
    let account = moto().account(300_000_000_109);
    let mut command =
        account.waaudit(&["scan", "--rule", "multi-az/rds-instance", "--region", "eu-west-1", "--format", "json"]);
    let began = std::time::Instant::now();
    let output = command.env("AWS_ENDPOINT_URL_RDS", "http://rds.invalid").output().expect("a run");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let gaps = gaps(&report);
    // Where there is no resolver, nobody knows whether the name exists.
    let expected = ["rds eu-west-1 not-in-region", "rds eu-west-1 unreachable"].map(str::to_owned);
    assert!(gaps.len() == 1 && gaps.is_subset(&BTreeSet::from(expected)), "{gaps:?}");
    assert!(began.elapsed().as_secs() < 60 || gaps.contains("rds eu-west-1 unreachable"), "{:?}", began.elapsed());
}

/// Sends a signal to a process.
fn send(signal: &str, process: &std::process::Child) {
    let status = std::process::Command::new("kill").args([signal, &process.id().to_string()]).status();
    assert!(status.expect("kill runs").success());
}

/// Waits until something holds, for ten minutes at most: other tests share this machine.
fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = std::time::Instant::now();
    while !holds() {
        assert!(began.elapsed().as_secs() < 600, "{what}");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

#[test]
fn a_scan_that_is_interrupted_writes_what_it_has_and_one_interrupted_again_ends() {
    let account = moto().account(300_000_000_110);
    account.seed("everything");
    account.faults(&json!([{"service": "dynamodb", "action": "DescribeTable", "kind": "hang"}]));
    let pipe = account.file("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    // A pipe that nobody reads keeps the program from its end.
    for (signal, output, code) in
        [("-INT", "r.json", 3), ("-TERM", "r.json", 3), ("-INT", "pipe", 130), ("-TERM", "pipe", 143)]
    {
        let mut args = vec!["scan", "--region", "eu-west-1", "--format", "json", "--save-snapshot", "s.json"];
        args.extend([
            "--output",
            output,
            "--rule",
            "data-tier/dynamodb-capacity-mode",
            "--rule",
            "multi-az/rds-instance",
            "--strict",
        ]);
        account.calls();
        let mut process = account.process().args(args).spawn().expect("a process");
        wait_until("the call that hangs", || account.calls().iter().any(|call| call["action"] == "DescribeTable"));
        std::thread::sleep(std::time::Duration::from_secs(1));
        send(signal, &process);
        wait_until("the snapshot", || account.file("s.json").exists());
        if output == "pipe" {
            std::thread::sleep(std::time::Duration::from_secs(1));
            send(signal, &process);
        }
        assert_eq!(process.wait().expect("an end").code(), Some(code), "{signal} {output}");
        let read = |name: &str| -> Value {
            let text = std::fs::read(account.file(name)).expect("a file");
            std::fs::remove_file(account.file(name)).expect("a file");
            serde_json::from_slice(&text).expect("JSON")
        };
        let snapshot = read("s.json");
        assert!(!snapshot["resources"].as_array().expect("resources").is_empty());
        let late = snapshot["gaps"].as_array().expect("gaps").iter().find(|gap| gap["operation"] == "DescribeTable");
        let late = late.expect("the call that hung");
        assert_eq!(
            (text(&late["reason"]), text(&late["message"])),
            ("out-of-time", "the scan was interrupted before it was done")
        );
        if output == "r.json" {
            assert_eq!(read(output)["complete"], json!(false));
        }
    }
}

#[test]
fn a_service_that_throttles_by_its_own_bucket_costs_time_and_no_call() {
    let account = moto().account(300_000_000_111);
    account.seed("everything");
    let every = |n: u64| json!({"service": "*", "action": "*", "kind": "throttled", "skip": n, "times": 1});
    account.faults(&(0..30).map(|n| every(n * 7)).collect());
    assert_eq!(account.scan(&[])["gaps"], json!([]));
    account.faults(
        &(0..15)
            .map(|n| json!({"service": "*", "action": "*", "kind": "internal", "skip": n * 11, "times": 1}))
            .collect(),
    );
    assert_eq!(account.scan(&[])["gaps"], json!([]));
}
