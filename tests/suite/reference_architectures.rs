//! Reference architectures deployed from other people's templates, and what simulations say of them:
//! `reference_architectures/` holds an architect's word.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::moto::{Account, moto, text};
use super::templates::get_templates;

const SNAPSHOT: &str = "account.json";

/// What a row says of itself, and not of the architecture.
const REMARKS: [&str; 2] = ["today", "why"];

/// The mark of what waaudit should say and does not.
const MARKS: [&str; 2] = ["", "absent"];

/// What a simulation printed.
fn simulated(account: &Account, simulation: &str, flags: &[&str]) -> String {
    let args = [&["simulate", simulation, "--snapshot", SNAPSHOT], flags].concat();
    let output = account.waaudit(&args).env("COLUMNS", "100").output().expect("a run");
    assert!(output.status.success(), "{simulation}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn document(account: &Account, simulation: &str) -> Value {
    serde_json::from_str(&simulated(account, simulation, &["--format", "json"])).expect("JSON")
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// What the templates call something, or else its kind. Names go by what a template's reference to it is, or by the end of that.
fn name(names: &Value, arn: &Value, kind: &Value) -> String {
    let arn = text(arn);
    let behind = |separator: char| arn.rsplit(separator).next().unwrap_or(arn);
    let ends = [arn, behind(':'), behind('/')];
    let known = ends.into_iter().find_map(|end| names[end].as_str());
    known.unwrap_or(text(kind)).to_owned()
}

/// A sentence with what the templates call things in braces.
fn with_names(names: &Value, words: &str) -> String {
    let known = names.as_object().into_iter().flatten();
    known.fold(words.to_owned(), |words, (id, name)| match name.as_str() {
        Some(name) if id.len() > 8 => words.replace(id, &format!("{{{name}}}")),
        _ => words,
    })
}

/// A row as text, without what is null and what is no part of it.
fn row(members: &Value) -> String {
    let members = members.as_object().expect("a row").iter();
    let members: BTreeMap<&String, &Value> =
        members.filter(|(name, value)| !REMARKS.contains(&name.as_str()) && !value.is_null()).collect();
    serde_json::to_string(&members).expect("JSON")
}

fn zone_losses(document: &Value, names: &Value) -> BTreeSet<String> {
    let losses = list(&document["zone_losses"]);
    let rows = losses.map(|loss| {
        let (decider, downtime) = (&loss["decided_by"], &loss["downtime"]);
        row(&json!({
            "way_in": name(names, &loss["way_in"]["resource"], &loss["way_in"]["name"]),
            "zone": loss["zone"],
            "outcome": loss["outcome"],
            "unknown": loss["unknown"].as_str().map(|words| with_names(names, words)),
            "decided_by": (!decider.is_null()).then(|| name(names, &decider["resource"], &decider["kind"])),
            "left_percent": loss["capacity"]["left_percent"],
            "peak_percent": loss["capacity"]["peak_percent"],
            "downtime": (!downtime.is_null()).then(|| json!([downtime["min_seconds"], downtime["max_seconds"]])),
            "basis": loss["basis"],
        }))
    });
    rows.collect()
}

fn single_points(document: &Value, names: &Value) -> BTreeSet<String> {
    let rows = list(&document["single_points"]).map(|point| {
        let ways_in = list(&point["cuts"]).map(|cut| &cut["way_in"]);
        let cuts: BTreeSet<String> = ways_in.map(|way_in| name(names, &way_in["resource"], &way_in["name"])).collect();
        row(&json!({"hop": name(names, &point["resource"], &point["kind"]), "cuts": cuts}))
    });
    rows.collect()
}

/// Of free addresses nothing is written down.
fn is_written_down(limit: &Value) -> bool {
    limit["resource"] != "addresses"
}

fn limits(document: &Value, names: &Value) -> BTreeSet<String> {
    let rows = list(&document["headroom"]["limits"]).filter(|limit| is_written_down(limit)).map(|limit| {
        let multiple = limit["multiple"].as_f64().expect("a multiple");
        row(&json!({
            "hop": name(names, &limit["node"], &limit["kind"]),
            "limited": limit["resource"],
            "peak": limit["peak"]["value"],
            "limit": limit["limit"]["value"],
            "multiple": (multiple * 1e6).round() / 1e6,
            "source": limit["limit"]["source"],
            "reference": limit["limit"]["reference"],
            "then": limit["then"],
            "ways_in": limit["ways_in"].is_null().then_some("unknown"),
        }))
    });
    rows.collect()
}

fn not_computed(document: &Value, names: &Value) -> BTreeSet<String> {
    let rows = list(&document["headroom"]["not_computed"]).filter(|limit| is_written_down(limit)).map(|lack| {
        row(&json!({
            "hop": name(names, &lack["node"], &lack["kind"]),
            "limited": lack["resource"],
            "missing": lack["missing"],
            "because": lack["why"],
            "ways_in": lack["ways_in"].is_null().then_some("unknown"),
        }))
    });
    rows.collect()
}

/// What was written down of one sort and is not found, and what is found and was not written down.
fn differences(architecture: &Value, sort: &str, found: &BTreeSet<String>) -> Vec<String> {
    let mut expected = BTreeSet::new();
    for one in list(&architecture[sort]) {
        assert!(!text(&one["why"]).is_empty() && MARKS.contains(&text(&one["today"])), "{one}");
        if one["today"] != "absent" {
            expected.insert(row(one));
        }
    }
    let missing = expected.difference(found).map(|row| format!("{sort}, not found: {row}"));
    let added = found.difference(&expected).map(|row| format!("{sort}, not written down: {row}"));
    missing.chain(added).collect()
}

/// The ways in are those that were written down, and what is reached first is the first of the limits.
fn assert_ways_in(architecture: &Value, document: &Value, names: &Value) {
    let ways_in: BTreeSet<String> =
        list(&document["headroom"]["ways_in"]).map(|way| name(names, &way["id"], &way["name"])).collect();
    let expected: BTreeSet<String> = list(&architecture["ways_in"]).map(|way| text(way).to_owned()).collect();
    assert_eq!(ways_in, expected);
    let is_said = |limit: &&Value| limit["today"] != "absent" && limit["ways_in"] != "unknown";
    let said: Vec<&Value> = list(&architecture["limit"]).filter(is_said).collect();
    let multiples: Vec<f64> = said.iter().filter_map(|limit| limit["multiple"].as_f64()).collect();
    assert!(multiples.len() == said.len() && multiples.is_sorted(), "{multiples:?}");
    for way in list(&document["headroom"]["ways_in"]) {
        let first = way["first"]["multiple"].as_f64().expect("a limit that is reached first");
        assert!(multiples.first().is_some_and(|least| (first - least).abs() < 1e-6), "{way}");
    }
}

fn assert_as_an_architect_says(architecture: &str, account: &str, number: u64) {
    let architecture: Value = toml::from_str(architecture).expect("what an architect says");
    get_templates();
    let deployed = moto().account(number);
    let names = deployed.seed(&format!("reference_{account}"))["names"].clone();
    let report = deployed.scan(&["--save-snapshot", SNAPSHOT]);
    assert_eq!(report["gaps"], Value::Array(Vec::new()));
    let headroom = document(&deployed, "headroom");
    let found = [
        ("zone_loss", zone_losses(&document(&deployed, "zone-loss"), &names)),
        ("single_point", single_points(&document(&deployed, "spof"), &names)),
        ("limit", limits(&headroom, &names)),
        ("not_computed", not_computed(&headroom, &names)),
    ];
    let problems: Vec<String> = found.iter().flat_map(|(sort, rows)| differences(&architecture, sort, rows)).collect();
    assert!(problems.is_empty(), "{account}:\n{}", problems.join("\n"));
    assert_ways_in(&architecture, &headroom, &names);
    let page = simulated(&deployed, "zone-loss", &[]);
    assert!(page.contains(text(&architecture["page"])), "{page}");
}

#[test]
fn two_tiers_with_a_database_share_a_nat_gateway() {
    let architecture = include_str!("reference_architectures/two_tiers.toml");
    assert_as_an_architect_says(architecture, "two_tiers", 320_000_000_011);
}

#[test]
fn two_tiers_whose_security_groups_name_their_callers_leave_no_doubt() {
    let architecture = include_str!("reference_architectures/two_tiers_named.toml");
    assert_as_an_architect_says(architecture, "two_tiers_named", 320_000_000_012);
}

#[test]
fn two_tiers_with_a_nat_gateway_in_each_zone_fail_over() {
    let architecture = include_str!("reference_architectures/two_tiers_zonal.toml");
    assert_as_an_architect_says(architecture, "two_tiers_zonal", 320_000_000_013);
}

#[test]
fn containers_lose_half_of_their_capacity_with_either_zone() {
    let architecture = include_str!("reference_architectures/containers.toml");
    assert_as_an_architect_says(architecture, "containers", 320_000_000_014);
}

#[test]
fn a_serverless_api_has_nothing_in_a_zone_to_lose() {
    let architecture = include_str!("reference_architectures/serverless.toml");
    assert_as_an_architect_says(architecture, "serverless", 320_000_000_015);
}
