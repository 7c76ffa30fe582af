//! Which kinds have to be collected so that certain rules can be judged, and what that takes.
//!
//! A scan collects no more than its rules need. The answer follows from the declarations of rules, joins and
//! collectors; nothing is listed by hand.

use std::collections::{BTreeMap, BTreeSet};

use crate::collect::{KINDS, Kind, regions, tags};
use crate::derive::{listed_as, rests_on};
use crate::rules::RuleSet;

/// The kinds that a rule set needs collected, in the order of their declaration.
pub fn kinds(set: &RuleSet) -> Vec<&'static Kind> {
    let mut wanted = BTreeSet::from(["account"]);
    for rule in &set.rules {
        wanted.extend(listed_as(&rule.kind));
        wanted.extend(rule.facts().into_iter().flat_map(|fact| rests_on(&rule.kind, fact)));
        let exempting = set.conditions.iter().filter(|condition| condition.kind == rule.kind);
        let asked = exempting.flat_map(|condition| condition.when.facts());
        wanted.extend(asked.flat_map(|fact| rests_on(&rule.kind, fact)));
    }
    let befores: Vec<&str> =
        KINDS.iter().filter(|kind| wanted.contains(kind.name)).filter_map(|kind| kind.after).collect();
    wanted.extend(befores);
    KINDS.iter().filter(|kind| wanted.contains(kind.name)).collect()
}

/// The IAM actions that collecting kinds takes, by service prefix.
pub fn actions(kinds: &[&Kind]) -> BTreeMap<String, BTreeSet<String>> {
    let calls = kinds.iter().flat_map(|kind| kind.calls).copied().chain([&regions::LIST_REGIONS, &tags::GET_RESOURCES]);
    let mut by_service: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for call in calls {
        by_service.entry(call.service.to_owned()).or_default().insert(call.action());
    }
    by_service
}
