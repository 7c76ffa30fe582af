//! Live scans by who asks and where: credentials, roles, profiles, regions and endpoints.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::live::{not_billed, wrong_with_the_web_shop};
use super::moto::{Account, moto, text, with_verdict};

#[test]
fn credentials_that_ran_out_are_refused() {
    let account = moto().account(300_000_000_014);
    account.faults(&json!([{"service": "sts", "action": "GetCallerIdentity", "kind": "expired"}]));
    let output = account.waaudit(&["scan"]).output().expect("a run");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("the credentials have expired") && stderr.contains("help: aws sso login"), "{stderr}");
}

#[test]
fn an_unknown_region_is_refused_with_the_enabled_ones() {
    let account = moto().account(300_000_000_015);
    let output =
        account.waaudit(&["scan", "--region", "eu-north-9", "--output", "report.json"]).output().expect("a run");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("no region eu-north-9") && stderr.contains("help: enabled: "), "{stderr}");
    assert!(!account.file("report.json").exists());
}

#[test]
fn a_role_is_assumed_with_its_external_id() {
    let account = moto().account(300_000_000_016);
    let args = ["--role-arn", "arn:aws:iam::300000000017:role/audit", "--external-id", "x1"];
    let report = account.scan(&args);
    assert_eq!(report["account"]["id"], "300000000017");
    let assumed =
        account.calls().iter().any(|call| call["action"] == "AssumeRole" && call["params"]["ExternalId"] == "x1");
    assert!(assumed);
}

/// The regions that every account has switched on.
const REGIONS: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// What AWS answers to the question which regions there are; the last one is not switched on.
fn enabled_regions() -> String {
    let regions =
        REGIONS.iter().map(|region| (*region, if *region == "sa-east-1" { "opted-in" } else { "opt-in-not-required" }));
    let items = regions.chain([("me-south-1", "not-opted-in")]).map(|(name, status)| {
        format!("<item><regionName>{name}</regionName><optInStatus>{status}</optInStatus></item>")
    });
    format!("<DescribeRegionsResponse><regionInfo>{}</regionInfo></DescribeRegionsResponse>", items.collect::<String>())
}

/// Rule, resource, region and verdict of each finding but the skips: every region has a network of AWS's own making, to
/// which nothing applies.
fn judged(report: &Value) -> BTreeSet<[&str; 4]> {
    let findings = report["findings"].as_array().expect("findings").iter().filter(|one| one["verdict"] != "skip");
    findings
        .map(|one| [&one["rule"], &one["resource"]["id"], &one["resource"]["region"], &one["verdict"]].map(text))
        .collect()
}

#[test]
fn all_enabled_regions_are_looked_at_by_default_and_empty_ones_are_silent() {
    let account = moto().account(300_000_000_018);
    account.seed("web_shop");
    account.answers(&json!([
        {"service": "ec2", "action": "DescribeRegions", "body": enabled_regions()},
        // moto has no MemoryDB in one of them, and fails.
        {"service": "memorydb", "action": "DescribeClusters", "body": {"Clusters": []}},
    ]));
    let output = account.waaudit(&["scan", "--format", "json", "--save-snapshot", "s.json"]).output().expect("a run");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["regions"], json!(REGIONS));
    assert_eq!(with_verdict(&report, "fail"), wrong_with_the_web_shop(&account));
    assert_eq!(not_billed(&report), Vec::<&Value>::new());
    let two = account.scan(&["--region", "eu-west-1", "--region", "us-east-1"]);
    let (of_all, of_two) = (judged(&report), judged(&two));
    assert_eq!(of_all.difference(&of_two).collect::<Vec<_>>(), Vec::<&[&str; 4]>::new());
    assert_eq!(of_two.difference(&of_all).collect::<Vec<_>>(), Vec::<&[&str; 4]>::new());
    let page = account.waaudit(&["scan", "--snapshot", "s.json", "--no-color"]).output().expect("a run");
    let page = String::from_utf8(page.stdout).expect("text");
    let (title, rest) = page.split_once("Score:").expect("a score");
    let empty = REGIONS.iter().filter(|region| !["eu-west-1", "us-east-1"].contains(region));
    let named: Vec<&&str> = empty.filter(|region| rest.contains(**region)).collect();
    assert!(named.is_empty(), "{named:?} in {rest}");
    assert!(title.lines().count() < 8, "{title}");
}

#[test]
fn an_endpoint_of_one_service_is_honoured_and_its_failure_costs_that_service_alone() {
    let account = moto().account(300_000_000_021);
    let args = ["scan", "--region", "eu-west-1", "--format", "json", "--attempts", "1", "--timeout", "5"];
    let output = account.waaudit(&args).env("AWS_ENDPOINT_URL_RDS", "http://127.0.0.1:9").output().expect("a run");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let gaps = not_billed(&report).into_iter();
    let gaps: BTreeSet<(&str, &str)> = gaps.map(|gap| (text(&gap["service"]), text(&gap["reason"]))).collect();
    assert_eq!(gaps, BTreeSet::from([("rds", "unreachable")]));
}

/// The account that a scan with the profile `prod` of such a configuration audits.
fn account_of_prod(account: &Account, config: &str) -> String {
    std::fs::write(account.file("config"), config).expect("a file");
    let mut command = account.waaudit(&["scan", "--region", "eu-west-1", "--format", "json", "--profile", "prod"]);
    let output = command.env("AWS_CONFIG_FILE", account.file("config")).output().expect("a run");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    text(&report["account"]["id"]).to_owned()
}

#[test]
fn a_named_profile_goes_before_credentials_of_the_environment() {
    let account = moto().account(300_000_000_022);
    let config =
        "[profile prod]\naws_access_key_id = AKIA300000000023\naws_secret_access_key = x\nregion = eu-west-1\n";
    assert_eq!(account_of_prod(&account, config), "300000000023");
}

#[test]
fn a_profile_that_assumes_a_role_leads_to_the_account_of_the_role() {
    let account = moto().account(300_000_000_024);
    let config = "[profile base]\naws_access_key_id = AKIA300000000024\naws_secret_access_key = x\n\
        [profile prod]\nrole_arn = arn:aws:iam::300000000025:role/audit\nsource_profile = base\nregion = eu-west-1\n";
    assert_eq!(account_of_prod(&account, config), "300000000025");
}
