//! Which kinds have to be collected so that certain rules can be judged, and what that takes.
//!
//! A scan collects no more than its rules need. The answer follows from the declarations of rules, joins and
//! collectors; nothing is listed by hand.

use std::collections::{BTreeMap, BTreeSet};

use crate::collect::{KINDS, Kind, regions, tags};
use crate::derive::{JOINS, MADE, sources};
use crate::rules::Rule;

/// The kinds that rules need collected, in the order of their declaration.
pub fn kinds(rules: &[Rule]) -> Vec<&'static Kind> {
    let mut wanted = BTreeSet::from(["account"]);
    for rule in rules {
        let facts = rule.facts();
        let joins = JOINS.iter().filter(|join| join.kind == rule.kind);
        let needed = joins.filter(|join| join.facts.iter().any(|fact| facts.contains(fact)));
        wanted.extend(needed.flat_map(|join| join.reads).flat_map(|read| sources(read)));
        wanted.extend(KINDS.iter().map(|kind| kind.name).filter(|name| *name == rule.kind));
        wanted.extend(MADE.iter().filter(|made| made.kind == rule.kind).flat_map(|made| made.from));
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
