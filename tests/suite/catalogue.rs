//! The catalogue that the checklist was written from: each of its rules is there, with all that it promised, and nothing
//! more of the account is read than it says, but for what is explained.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::deploy::printed_policy;
use super::moto::text;
use super::program::waaudit;

/// Ids, severities and stages, a rule a line.
const CATALOGUE: &str = include_str!("catalogue.txt");

/// The catalogue's IAM actions, an action a line. A minus marks one that is not needed, a plus one that it lacks; both say
/// why.
const ACTIONS: &str = include_str!("actions.txt");

/// What stands in the list for each id, today's and former ones.
fn listed() -> BTreeMap<String, Value> {
    let home = tempfile::tempdir().expect("a temporary folder");
    let output = waaudit(home.path()).args(["rule", "list", "--format", "json"]).output().expect("a run");
    let rules: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    let names = |rule: &Value| {
        let former = rule["formerly"].as_array().expect("former ids").iter().map(|id| text(id).to_owned());
        former.chain([text(&rule["id"]).to_owned()]).collect::<Vec<_>>()
    };
    rules.iter().flat_map(|rule| names(rule).into_iter().map(move |id| (id, rule.clone()))).collect()
}

#[test]
fn every_rule_of_the_catalogue_is_listed_as_it_was_promised() {
    let listed = listed();
    assert_eq!(CATALOGUE.lines().count(), 139);
    for line in CATALOGUE.lines() {
        let mut words = line.split(' ');
        let mut word = || words.next().expect("an id, a severity and a stage");
        let (id, severity, stage) = (word(), word(), word());
        let rule = listed.get(id).unwrap_or_else(|| panic!("{id} is not listed"));
        assert_eq!((text(&rule["severity"]), text(&rule["stage"])), (severity, stage), "{id}");
        assert_eq!(text(&rule["area"]), text(&rule["id"]).split('/').next().expect("an area"), "{id}");
        assert!(rule["pillars"].as_array().is_some_and(|pillars| !pillars.is_empty()), "{id} serves no pillar");
        assert!(rule["refs"].as_object().is_some_and(|refs| !refs.is_empty()), "{id} has no reference");
    }
}

#[test]
fn the_policy_is_the_catalogues_but_for_what_is_explained() {
    let mut expected = BTreeSet::new();
    for line in ACTIONS.lines() {
        let (mark, rest) = line.split_at(2);
        let (action, why) = rest.split_once(": ").unwrap_or((rest, ""));
        assert_eq!(mark == "  ", why.is_empty(), "{line}");
        if mark != "- " {
            expected.insert(action);
        }
    }
    let policy = printed_policy();
    let statements = policy["Statement"].as_array().expect("statements").iter();
    let printed: BTreeSet<&str> =
        statements.flat_map(|one| one["Action"].as_array().expect("actions")).map(text).collect();
    assert_eq!(printed, expected);
}
