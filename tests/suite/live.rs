//! Live scans against a moto server: what an account is found to be, and what happens when AWS is in trouble.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use serde_json::{Value, json};
use waaudit::scan_plan;
use waaudit_collect::KINDS;
use waaudit_collect::call::Call;
use waaudit_rules::RuleSet;

use super::moto::{Account, moto, text, with_verdict};

/// Every call that a scan by all rules can make.
fn all_calls() -> Vec<&'static Call> {
    let rules = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"));
    scan_plan::calls(&scan_plan::wanted(&rules))
}

fn fault(call: &Call, kind: &str) -> Value {
    json!({"service": call.service, "action": call.operation, "kind": kind})
}

/// Verdicts by rule, region and resource.
fn verdicts(report: &Value) -> BTreeMap<(String, String, String), String> {
    let findings = report["findings"].as_array().expect("findings").iter();
    findings
        .map(|finding| {
            let resource = &finding["resource"];
            let key = [&finding["rule"], &resource["region"], &resource["arn"]].map(|part| text(part).to_owned());
            (key.into(), text(&finding["verdict"]).to_owned())
        })
        .collect()
}

fn gap_actions(report: &Value) -> BTreeSet<&str> {
    report["gaps"].as_array().expect("gaps").iter().map(|gap| text(&gap["action"])).collect()
}

/// Rules that moto never tells enough for: it has no answer to what can't be seen from outside either.
/// It makes no alarms for target tracking policies, and knows no attribute for zonal shift.
const MOTO_IS_SILENT: &[&str] = &[
    "caching/app-local-cache",
    "cost/anomaly-monitor",
    "cost/commitment-coverage",
    "cost/data-transfer-share",
    "multi-az/zonal-shift-enabled",
];

/// Gaps other than those of calls that cost money and that nobody allowed.
pub(crate) fn not_billed(document: &Value) -> Vec<&Value> {
    document["gaps"].as_array().expect("gaps").iter().filter(|gap| gap["reason"] != "billed").collect()
}

fn unknown_rules(report: &Value) -> Vec<String> {
    let rules = with_verdict(report, "unknown");
    let once: BTreeSet<&str> = rules.iter().filter_map(|finding| finding.split(' ').next()).collect();
    once.into_iter().map(str::to_owned).collect()
}

/// Accounts that are scanned side by side, each with another action denied.
const SIDE_BY_SIDE: u64 = 2;

/// Actions about what the account `everything` has none of, since moto knows it not or in part. Traps have answers for
/// them: `zonal_shifts`, `distribution_tenants`, `doors` and `firewall_reach`.
const NEEDED_BY_TRAPS_ALONE: &[&str] = &[
    "arc-zonal-shift:GetManagedResource",
    "arc-zonal-shift:ListZonalShifts",
    "cloudfront:ListDistributionTenants",
    "ec2:GetManagedPrefixListEntries",
    "wafv2:DescribeManagedRuleGroup",
    "wafv2:GetIPSet",
];

/// What a denied action did to findings beyond making them unknown, and the gap that it should have left.
fn harm(action: &str, report: &Value, whole: &BTreeMap<(String, String, String), String>) -> Vec<String> {
    let is_needed = !NEEDED_BY_TRAPS_ALONE.contains(&action);
    let no_gap =
        (gap_actions(report).contains(action) != is_needed).then(|| format!("{action}: a gap is due: {is_needed}"));
    let turned = verdicts(report).into_iter().filter_map(|(key, verdict)| {
        let before = whole.get(&key).map(String::as_str);
        let harmless = verdict == "unknown" || before == Some(verdict.as_str());
        (!harmless).then(|| format!("{action} denied turned {key:?} from {before:?} into {verdict}"))
    });
    turned.chain(no_gap).collect()
}

#[test]
fn with_any_one_action_denied_findings_turn_into_unknown_alone_and_the_gap_names_the_action() {
    let mut by_action: BTreeMap<String, Vec<&Call>> = BTreeMap::new();
    for call in all_calls() {
        by_action.entry(call.action()).or_default().push(call);
    }
    let queue = Mutex::new(by_action.into_iter());
    let harms = Mutex::new(Vec::new());
    let work = &|number| {
        let account = moto().account(300_000_000_200 + number);
        account.seed("everything");
        account.keep();
        let whole = verdicts(&account.scan(&["--billed-calls"]));
        assert!(["pass", "fail"].iter().all(|verdict| whole.values().any(|found| found == verdict)));
        loop {
            let next = queue.lock().expect("the queue").next();
            let Some((action, calls)) = next else { break };
            account.faults(&calls.iter().map(|call| fault(call, "denied")).collect());
            let found = harm(&action, &account.scan(&["--billed-calls"]), &whole);
            harms.lock().expect("the harms").extend(found);
        }
    };
    std::thread::scope(|scope| {
        for number in 0..SIDE_BY_SIDE {
            scope.spawn(move || work(number));
        }
    });
    assert_eq!(harms.into_inner().expect("the harms"), Vec::<String>::new());
}

/// One call for each wire protocol: EC2 query, query, JSON 1.0 and 1.1, REST-JSON, REST-XML, CBOR.
const PROTOCOLS: &[(&str, &str, &str)] = &[
    ("ec2", "ec2", "DescribeInstances"),
    ("query", "rds", "DescribeDBInstances"),
    ("json 1.0", "dynamodb", "ListTables"),
    ("json 1.1", "wafv2", "ListWebACLs"),
    ("rest-json", "lambda", "ListFunctions"),
    ("rest-xml", "cloudfront", "ListDistributions"),
    ("rest-xml of S3", "s3", "ListBuckets"),
    ("cbor", "cloudwatch", "DescribeAlarms"),
];

fn gap_reasons(account: &Account, kind: &str, flags: &[&str]) -> BTreeMap<String, String> {
    let faults =
        PROTOCOLS.iter().map(|(_, service, action)| json!({"service": service, "action": action, "kind": kind}));
    account.faults(&faults.collect());
    let report = account.scan(flags);
    let gaps = report["gaps"].as_array().expect("gaps").iter();
    gaps.map(|gap| (format!("{}:{}", text(&gap["service"]), text(&gap["operation"])), text(&gap["reason"]).to_owned()))
        .collect()
}

fn assert_reason(account: &Account, kind: &str, flags: &[&str], reason: &str) {
    let reasons = gap_reasons(account, kind, flags);
    for (protocol, service, action) in PROTOCOLS {
        let call = format!("{service}:{action}");
        assert_eq!(reasons.get(&call).map(String::as_str), Some(reason), "{kind} over {protocol}: {reasons:?}");
    }
}

#[test]
fn a_denied_call_is_told_from_others_in_each_wire_protocol() {
    assert_reason(&moto().account(300_000_000_002), "denied", &[], "denied");
}

#[test]
fn a_throttled_call_is_tried_again_and_told_from_others_in_each_wire_protocol() {
    let account = moto().account(300_000_000_003);
    assert_reason(&account, "throttled", &["--attempts", "2"], "throttled");
    let calls = account.calls();
    let tables = calls.iter().filter(|call| call["action"] == "ListTables").count();
    assert_eq!(tables, 2);
}

#[test]
fn a_call_that_is_throttled_once_loses_nothing() {
    let account = moto().account(300_000_000_004);
    let faults = PROTOCOLS
        .iter()
        .map(|(_, service, action)| json!({"service": service, "action": action, "kind": "throttled", "times": 1}));
    account.faults(&faults.collect());
    assert_eq!(account.scan(&[])["gaps"], json!([]));
}

#[test]
fn a_hanging_call_times_out_in_each_wire_protocol_and_holds_nothing_else_back() {
    let account = moto().account(300_000_000_005);
    assert_reason(&account, "hang", &["--timeout", "2", "--attempts", "1"], "timed-out");
}

#[test]
fn an_answer_that_can_not_be_understood_is_a_gap_and_not_an_empty_list() {
    let account = moto().account(300_000_000_006);
    let reasons = gap_reasons(&account, "garbage", &["--attempts", "1"]);
    for call in
        ["rds:DescribeDBInstances", "dynamodb:ListTables", "cloudfront:ListDistributions", "cloudwatch:DescribeAlarms"]
    {
        assert_eq!(reasons.get(call).map(String::as_str), Some("unreadable"), "{reasons:?}");
    }
}

#[test]
fn a_region_that_is_not_enabled_is_told_from_a_denied_one() {
    assert_reason(&moto().account(300_000_000_007), "optin", &["--attempts", "1"], "opt-in-required");
}

#[test]
fn every_page_of_every_paged_list_is_read() {
    let account = moto().account(300_000_000_008);
    let counts = account.seed("many");
    let output =
        account.waaudit(&["scan", "--region", "eu-west-1", "--format", "json", "--save-snapshot", "s.json"]).output();
    assert_eq!(output.expect("a run").status.code(), Some(1));
    let snapshot: Value =
        serde_json::from_slice(&std::fs::read(account.file("s.json")).expect("a snapshot")).expect("JSON");
    let mut found: BTreeMap<&str, u64> = BTreeMap::new();
    for resource in snapshot["resources"].as_array().expect("resources") {
        *found.entry(text(&resource["kind"])).or_default() += 1;
    }
    let counts = counts["counts"].as_object().expect("counts by kind");
    assert!(counts.len() >= 10, "{counts:?}");
    for (kind, count) in counts {
        assert!(
            found.get(kind.as_str()).is_some_and(|found| Some(*found) >= count.as_u64()),
            "{kind}: {count} {found:?}"
        );
    }
    assert_eq!(not_billed(&snapshot), Vec::<&Value>::new());
}

#[test]
fn no_call_is_made_twice_and_no_more_than_one_for_each_resource_beside_the_lists() {
    let account = moto().account(300_000_000_009);
    account.seed("everything");
    let path = account.file("s.json");
    account.scan(&["--save-snapshot", "s.json", "--region", "eu-west-1", "--region", "eu-central-1"]);
    let snapshot: Value = serde_json::from_slice(&std::fs::read(path).expect("a snapshot")).expect("JSON");
    let resources = snapshot["resources"].as_array().expect("resources").len();
    let calls = account.calls();
    let mut seen = BTreeSet::new();
    for call in &calls {
        let key = [&call["service"], &call["action"], &call["region"], &call["params"]].map(Value::to_string);
        assert!(seen.insert(key.join(" ")), "made twice: {call}");
    }
    let lists: BTreeSet<String> = calls
        .iter()
        .map(|call| [&call["service"], &call["action"], &call["region"]].map(Value::to_string).join(" "))
        .collect();
    let beside = calls.len() - lists.len();
    assert!(beside <= resources, "{beside} calls beside {} lists for {resources} resources", lists.len());
}

#[test]
fn only_declared_calls_are_made() {
    let account = moto().account(300_000_000_010);
    account.seed("everything");
    account.scan(&[]);
    let declared: BTreeSet<(String, String)> =
        all_calls().iter().map(|call| (call.service.to_owned(), call.operation.to_owned())).collect();
    for call in account.calls() {
        let made = (text(&call["service"]).to_owned(), text(&call["action"]).to_owned());
        assert!(made.1 == "GetCallerIdentity" || declared.contains(&made), "{made:?}");
    }
}

#[test]
fn every_declared_kind_is_found_where_there_is_one() {
    let account = moto().account(300_000_000_011);
    account.seed("everything");
    account.scan(&["--billed-calls", "--save-snapshot", "s.json"]);
    let snapshot: Value =
        serde_json::from_slice(&std::fs::read(account.file("s.json")).expect("a snapshot")).expect("JSON");
    let found: BTreeSet<&str> =
        snapshot["resources"].as_array().expect("resources").iter().map(|r| text(&r["kind"])).collect();
    // moto has neither serverless caches, nor distribution tenants, nor resources of zonal shift.
    let missing: Vec<&str> = KINDS.iter().map(|kind| kind.name).filter(|kind| !found.contains(kind)).collect();
    assert_eq!(missing, ["arczonalshift.resource", "cloudfront.distribution_tenant", "elasticache.serverless_cache"]);
}

/// The value of a measured fact of a kind's resources, each once.
fn values(snapshot: &Value, kind: &str, fact: &str) -> Vec<f64> {
    let resources = snapshot["resources"].as_array().expect("resources").iter().filter(|one| one["kind"] == kind);
    let mut values: Vec<f64> = resources.filter_map(|one| one["facts"][fact]["value"].as_f64()).collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    values
}

/// Servers without a group, and each hop that counts its requests or clients, are measured at their busiest.
#[test]
fn peaks_are_measured_in_the_unit_of_their_fact() {
    let account = moto().account(300_000_000_023);
    account.seed("everything");
    account.scan(&["--save-snapshot", "s.json"]);
    let snapshot: Value =
        serde_json::from_slice(&std::fs::read(account.file("s.json")).expect("a snapshot")).expect("JSON");
    for (kind, fact, peak) in [
        ("apigateway.stage", "requests_per_minute_max", 1200.0),
        ("cloudfront.distribution", "requests_per_minute_max", 6000.0),
        ("ec2.instance", "cpu_percent_p99", 40.0),
        ("ecs.service", "cpu_percent_p99", 35.0),
        ("ecs.service", "running_tasks_p95", 2.0),
        ("elasticache.cluster", "connections_max", 40.0),
        // Allowed, blocked, and answered with a puzzle or a challenge.
        ("wafv2.web_acl", "requests_per_minute_max", 4.0 * 300.0),
    ] {
        assert_eq!(values(&snapshot, kind, fact), [peak], "{kind} {fact}");
    }
}

pub(crate) fn wrong_with_the_web_shop(account: &Account) -> [String; 13] {
    [
        "caching/alb-behind-cdn shop".to_owned(),
        "caching/db-cache-present orders".to_owned(),
        format!("cost/budget-alerts {}", account.id),
        "edge-security/alb-waf shop".to_owned(),
        "multi-az/rds-instance orders".to_owned(),
        "multi-az/region-failover shop".to_owned(),
        "multi-az/request-path-az-loss shop".to_owned(),
        "observability/external-probe shop".to_owned(),
        "recovery/cross-region-copy orders".to_owned(),
        format!("recovery/restore-tested {}", account.id),
        "statelessness/assets-in-s3 shop".to_owned(),
        "statelessness/session-store shop-web".to_owned(),
        "statelessness/sticky-sessions shop-web".to_owned(),
    ]
}

#[test]
fn a_web_shop_fails_exactly_what_is_wrong() {
    let account = moto().account(300_000_000_012);
    account.seed("web_shop");
    let report = account.scan(&["--region", "eu-west-1", "--region", "us-east-1"]);
    assert_eq!(with_verdict(&report, "fail"), wrong_with_the_web_shop(&account));
    assert_eq!(unknown_rules(&report), MOTO_IS_SILENT);
    assert_eq!(report["summary"]["stage"], "launch");
    assert_eq!(report["summary"]["next_stage"], "10k");
}

#[test]
fn a_clean_shop_comes_out_nearly_clean() {
    let account = moto().account(300_000_000_013);
    account.seed("clean_shop");
    let report = account.scan(&["--region", "eu-west-1", "--region", "us-east-1"]);
    // What a shop of a million users has beside: a second region, drills, probes.
    let later = [
        "multi-az/region-failover",
        "observability/external-probe",
        "recovery/cross-region-copy",
        "recovery/restore-tested",
    ];
    let failed = with_verdict(&report, "fail");
    let now: Vec<&String> = failed.iter().filter(|failed| !later.iter().any(|rule| failed.starts_with(rule))).collect();
    assert_eq!(now, Vec::<&String>::new());
    assert_eq!(unknown_rules(&report), MOTO_IS_SILENT);
    assert!(report["summary"]["score"].as_f64() > Some(90.0));
}

#[test]
fn a_standby_that_is_being_made_counts() {
    let account = moto().account(300_000_000_019);
    account.seed("web_shop");
    let rule = ["--rule", "multi-az/rds-instance"];
    assert_eq!(with_verdict(&account.scan(&rule), "fail"), ["multi-az/rds-instance orders"]);
    let pending = "<MultiAZ>false</MultiAZ><PendingModifiedValues><MultiAZ>true</MultiAZ></PendingModifiedValues>";
    let replace = json!({"<MultiAZ>false</MultiAZ>": pending});
    account.answers(&json!([{"service": "rds", "action": "DescribeDBInstances", "replace": replace}]));
    assert_eq!(with_verdict(&account.scan(&rule), "pass"), ["multi-az/rds-instance orders"]);
}

#[test]
fn no_secret_address_or_credential_is_written_down() {
    let account = moto().account(300_000_000_020);
    account.seed("everything");
    let args =
        ["scan", "--region", "eu-west-1", "--format", "json", "--output", "report.json", "--save-snapshot", "s.json"];
    let output = account.waaudit(&args).output().expect("a run");
    assert_eq!(output.status.code(), Some(1));
    for file in ["report.json", "s.json"] {
        let written = std::fs::read_to_string(account.file(file)).expect("a file");
        assert!(written.contains("x-from-edge") || file == "report.json", "the header's name is kept");
        // The seed's secret (a header's value, a variable of a function, user data, a TXT record), the subscribers of a
        // budget and a topic, and the credentials of this run.
        for secret in ["hunter2", "finance@", "on-call@", &format!("AKIA{}", account.id), "DATABASE_PASSWORD"] {
            assert!(!written.contains(secret), "{file} holds {secret}");
        }
    }
}
