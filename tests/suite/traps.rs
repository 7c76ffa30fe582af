//! Traps: accounts in which each rule must fire on one resource, and stay silent on one that differs in what matters.
//!
//! `tests/moto/traps/` holds them, one account a file, each with what the rules have to say of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;

use serde_json::Value;
use waaudit_rules::RuleSet;

use super::fixes::{Carried, assert_proven, carry_out};
use super::moto::{moto, text};

/// Accounts that are scanned side by side.
const SIDE_BY_SIDE: usize = 3;

/// By rule, the ids of resources.
type Ids = BTreeMap<String, BTreeSet<String>>;

/// What one account's rules had to say.
struct Outcome {
    trap: String,
    problems: Vec<String>,
    fired: BTreeSet<String>,
    silent: BTreeSet<String>,
    carried: Carried,
}

fn ids(of: &Value) -> Ids {
    let lists = of.as_object().into_iter().flatten();
    lists
        .map(|(rule, ids)| (rule.clone(), ids.as_array().into_iter().flatten().map(|id| text(id).to_owned()).collect()))
        .collect()
}

fn found(report: &Value, verdict: &str) -> Ids {
    let mut found = Ids::new();
    let findings = report["findings"].as_array().into_iter().flatten();
    for finding in findings.filter(|finding| finding["verdict"] == verdict) {
        found.entry(text(&finding["rule"]).to_owned()).or_default().insert(text(&finding["resource"]["id"]).to_owned());
    }
    found
}

fn spring(name: &str, number: u64) -> Outcome {
    let account = moto().account(310_000_000_000 + number);
    let expected = account.seed(&format!("traps.{name}"));
    if let Some(settings) = expected["settings"].as_str() {
        std::fs::write(account.file("waaudit.toml"), settings).expect("the settings");
    }
    let mentioned: BTreeSet<String> =
        ["fail", "pass", "skip", "unknown"].iter().flat_map(|verdict| ids(&expected[verdict]).into_keys()).collect();
    let regions: Vec<&str> = match expected["regions"].as_array() {
        Some(regions) => regions.iter().map(text).collect(),
        None => vec!["eu-west-1"],
    };
    let scan = |rules: &BTreeSet<&str>| {
        let mut flags: Vec<&str> = regions.iter().flat_map(|region| ["--region", region]).collect();
        flags.extend(rules.iter().flat_map(|rule| ["--rule", rule]));
        flags.extend(expected["flags"].as_array().into_iter().flatten().map(text));
        account.scan(&flags)
    };
    let report = scan(&mentioned.iter().map(String::as_str).collect());
    let carried = carry_out(&account, &report, scan);
    let mut problems = Vec::new();
    let failed = found(&report, "fail");
    for rule in &mentioned {
        let none = BTreeSet::new();
        let (should, does) = (ids(&expected["fail"]), failed.get(rule).unwrap_or(&none));
        if should.get(rule).unwrap_or(&none) != does {
            let should = should.get(rule).unwrap_or(&none);
            problems.push(format!("{name}: {rule} fails {does:?}, not {should:?}: {:#?}", told(&report, rule)));
        }
    }
    for verdict in ["pass", "skip", "unknown"] {
        let found = found(&report, verdict);
        for (rule, should) in ids(&expected[verdict]) {
            let does = found.get(&rule).cloned().unwrap_or_default();
            if !should.is_subset(&does) {
                problems.push(format!("{name}: {rule} is not {verdict} for {should:?}: {:#?}", told(&report, &rule)));
            }
        }
    }
    problems.extend(super::language::unsaid(name, &report));
    let silent = ids(&expected["pass"]).into_keys().collect();
    Outcome { trap: name.to_owned(), problems, fired: ids(&expected["fail"]).into_keys().collect(), silent, carried }
}

/// All that a rule said.
fn told(report: &Value, rule: &str) -> Vec<String> {
    let of_rule = report["findings"].as_array().into_iter().flatten().filter(|finding| finding["rule"] == rule);
    let said = |finding: &Value| {
        format!("{} {}: {}", text(&finding["resource"]["id"]), text(&finding["verdict"]), text(&finding["message"]))
    };
    of_rule.map(said).collect()
}

/// The names of the accounts, or of the one that `TRAP` names.
fn names() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/moto/traps");
    let files = std::fs::read_dir(folder).expect("the traps").map(|entry| entry.expect("an entry").path());
    let stems = files.filter_map(|path| Some(path.file_name()?.to_str()?.strip_suffix(".py")?.to_owned()));
    let mut names: Vec<String> = stems.filter(|stem| stem != "__init__" && !stem.starts_with('_')).collect();
    names.sort();
    names
}

#[test]
fn each_rule_fires_on_one_resource_and_not_on_one_that_differs_in_what_matters() {
    let only = std::env::var("TRAP").ok();
    let names: Vec<(u64, String)> = (0..).zip(names()).collect();
    let queue = Mutex::new(names.iter().filter(|(_, name)| only.as_ref().is_none_or(|only| only == name)));
    let outcomes = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().expect("the queue").next();
                    let Some((number, name)) = next else { break };
                    let outcome = spring(name, *number);
                    outcomes.lock().expect("the outcomes").push(outcome);
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().expect("the outcomes");
    let problems: Vec<&String> = outcomes.iter().flat_map(|outcome| &outcome.problems).collect();
    assert!(problems.is_empty(), "{problems:#?}");
    if only.is_none() {
        let union =
            |of: fn(&Outcome) -> &BTreeSet<String>| outcomes.iter().flat_map(of).cloned().collect::<BTreeSet<_>>();
        let (fired, silent) = (union(|outcome| &outcome.fired), union(|outcome| &outcome.silent));
        let rules = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}")).rules;
        let untested: Vec<&str> = rules
            .iter()
            .map(|rule| rule.id.as_str())
            .filter(|id| !fired.contains(*id) || !silent.contains(*id))
            .collect();
        assert!(untested.is_empty(), "{} rules spring no trap: {untested:#?}", untested.len());
        assert_proven(outcomes.iter().map(|outcome| (outcome.trap.as_str(), &outcome.carried)));
    }
}
