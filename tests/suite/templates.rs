//! Accounts deployed from other people's templates, judged finding by finding: `templates.toml` holds an architect's judgement.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

use super::moto::{moto, python, text};

const HOME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/moto");

/// The verdict on each rule and resource, the latter in the templates' names.
type Verdicts = BTreeMap<(String, String), String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Judgements {
    /// What the templates tag with the environment.
    development: BTreeSet<String>,
    judgement: Vec<Judgement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Judgement {
    rule: String,
    /// The one account that it holds for.
    only: Option<String>,
    #[serde(default)]
    pass: Vec<String>,
    #[serde(default)]
    fail: Vec<String>,
    #[serde(default)]
    unknown: Vec<String>,
    #[serde(default)]
    skip: Vec<String>,
    why: String,
}

fn judgements() -> Judgements {
    toml::from_str(include_str!("templates.toml")).expect("the judgements")
}

/// What is judged of an account, be it of all or of this one alone.
fn judged(judgements: &Judgements, account: &str) -> Verdicts {
    verdicts(judgements.judgement.iter().filter(|one| one.only.as_deref().is_none_or(|only| only == account)))
}

fn judged_only(judgements: &Judgements, account: &str) -> Verdicts {
    verdicts(judgements.judgement.iter().filter(|one| one.only.as_deref() == Some(account)))
}

fn verdicts<'j>(judgements: impl Iterator<Item = &'j Judgement>) -> Verdicts {
    let mut verdicts = Verdicts::new();
    for one in judgements {
        assert!(!one.why.is_empty(), "{}: no reason", one.rule);
        let lists = [("pass", &one.pass), ("fail", &one.fail), ("unknown", &one.unknown), ("skip", &one.skip)];
        for (verdict, resources) in lists {
            for resource in resources {
                let before = verdicts.insert((one.rule.clone(), resource.clone()), verdict.to_owned());
                assert_eq!(before, None, "{} {resource} is judged twice", one.rule);
            }
        }
    }
    verdicts
}

/// Once a run, and before any test needs them.
pub(crate) fn get_templates() {
    static GOT: OnceLock<()> = OnceLock::new();
    GOT.get_or_init(|| {
        let got = Command::new(python()).arg("templates/get.py").current_dir(HOME).status().expect("Python runs");
        assert!(got.success(), "the templates could not be had");
    });
}

/// Deploys an account and scans it.
fn found(name: &str, number: u64) -> (Verdicts, BTreeMap<(String, String), String>) {
    get_templates();
    let account = moto().account(number);
    let names = account.seed(&format!("quick_start_{name}"))["names"].clone();
    let report = account.scan(&[]);
    assert_eq!(report["gaps"], Value::Array(Vec::new()));
    let (mut verdicts, mut messages) = (Verdicts::new(), BTreeMap::new());
    for finding in report["findings"].as_array().expect("findings") {
        let resource = &finding["resource"];
        let name = match text(&resource["id"]) {
            "" => text(&resource["region"]),
            id if id == account.id => "account",
            id => names[id].as_str().unwrap_or(id),
        };
        let key = (text(&finding["rule"]).to_owned(), name.to_owned());
        messages.insert(key.clone(), text(&finding["message"]).to_owned());
        let before = verdicts.insert(key.clone(), text(&finding["verdict"]).to_owned());
        assert_eq!(before, None, "found twice: {key:?}");
    }
    (verdicts, messages)
}

/// Every finding but a skip is as judged, and everything that was judged is found.
fn assert_as_judged(name: &str, number: u64, judged: &Verdicts) {
    let (found, messages) = found(name, number);
    let keys: BTreeSet<_> = judged.keys().chain(found.keys()).collect();
    let differs = |key: &&&(String, String)| match (judged.get(**key), found.get(**key).map(String::as_str)) {
        (None, Some("skip")) => false,
        (judged, found) => judged.map(String::as_str) != found,
    };
    let problems: Vec<String> = keys
        .iter()
        .filter(differs)
        .map(|key| {
            let message = messages.get(*key).map_or("", String::as_str);
            format!("{} {}: judged {:?}, found {:?}: {message}", key.0, key.1, judged.get(*key), found.get(*key))
        })
        .collect();
    assert!(problems.is_empty(), "{name}:\n{}", problems.join("\n"));
}

#[test]
fn a_quick_start_with_one_nat_gateway_is_judged_as_an_architect_would() {
    assert_as_judged("one_nat", 320_000_000_001, &judged(&judgements(), "one_nat"));
}

#[test]
fn a_quick_start_with_a_nat_gateway_in_each_zone_and_burstable_servers_is_judged_as_an_architect_would() {
    assert_as_judged("zonal", 320_000_000_002, &judged(&judgements(), "zonal"));
}

#[test]
fn a_quick_start_that_calls_itself_development_is_not_judged_where_it_says_so() {
    let judgements = judgements();
    let mut expected = judged(&judgements, "one_nat");
    for (_, verdict) in expected.iter_mut().filter(|((_, resource), _)| judgements.development.contains(resource)) {
        "skip".clone_into(verdict);
    }
    expected.extend(judged_only(&judgements, "development"));
    assert_as_judged("development", 320_000_000_003, &expected);
}
