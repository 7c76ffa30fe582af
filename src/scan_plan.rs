//! Which kinds have to be collected so that certain rules can be judged, and what that takes.
//!
//! A scan collects no more than its rules need. The answer follows from the declarations of rules, derivations and
//! collectors; nothing is listed by hand.

use std::collections::{BTreeMap, BTreeSet};

use waaudit_collect::call::Call;
use waaudit_collect::metrics::{GET_METRIC_DATA, Metric};
use waaudit_collect::{KINDS, Kind, METRICS, Wanted, regions, tags};
use waaudit_derive::{OWNERS, listed_as, measured_by, rests_on};
use waaudit_judge::selection::Selection;
use waaudit_rules::RuleSet;
use waaudit_rules::conditions::Effect;

/// What a rule set needs.
pub fn wanted(set: &RuleSet) -> Wanted {
    Wanted { kinds: kinds(set), metrics: metrics(set), inventory: false }
}

/// What a scan needs: beside the rules' facts, a count of what no rule looks at. Only a scan by all rules can say that.
pub fn wanted_by(set: &RuleSet, selection: &Selection) -> Wanted {
    Wanted { inventory: selection.is_of_all_areas(), ..wanted(set) }
}

/// The facts that a rule set needs measured.
fn metrics(set: &RuleSet) -> Vec<&'static Metric> {
    let mut wanted: BTreeSet<(&str, &str)> = BTreeSet::new();
    for rule in &set.rules {
        for fact in rule.facts() {
            wanted.insert((&rule.kind, fact));
            wanted.extend(measured_by(&rule.kind, fact));
        }
    }
    METRICS.iter().flat_map(|list| *list).filter(|metric| wanted.contains(&(metric.kind, metric.fact))).collect()
}

/// The kinds that a rule set needs collected, in the order of their declaration.
fn kinds(set: &RuleSet) -> Vec<&'static Kind> {
    let mut wanted = BTreeSet::from(["account"]);
    for rule in &set.rules {
        wanted.extend(listed_as(&rule.kind));
        wanted.extend(rule.facts().into_iter().flat_map(|fact| rests_on(&rule.kind, fact)));
        // What only lowers a severity is no reason to collect more: without it the severity is the rule's.
        let exempting =
            set.conditions.iter().filter(|condition| condition.kind == rule.kind && condition.effect != Effect::Lower);
        let asked = exempting.flat_map(|condition| condition.when.facts());
        wanted.extend(asked.flat_map(|fact| rests_on(&rule.kind, fact)));
    }
    let owners = OWNERS.iter().filter(|(kind, _, _)| set.rules.iter().any(|rule| rule.kind == *kind));
    wanted.extend(owners.map(|(_, _, owner)| *owner));
    declared(wanted)
}

/// What one fact of a kind needs.
pub fn wanted_of(kind: &str, fact: &str) -> Wanted {
    let wanted = listed_as(kind).into_iter().chain(rests_on(kind, fact)).chain(["account"]).collect();
    Wanted { kinds: declared(wanted), ..Wanted::default() }
}

/// Kinds and those that they start from, in the order of their declaration.
fn declared(mut wanted: BTreeSet<&str>) -> Vec<&'static Kind> {
    // A kind is declared below those that it starts from, so one pass upwards finds theirs too.
    for kind in KINDS.iter().rev() {
        if wanted.contains(kind.name) {
            wanted.extend(kind.after.iter().flatten());
        }
    }
    KINDS.iter().filter(|kind| wanted.contains(kind.name)).collect()
}

/// Every call that collecting takes.
pub fn calls(wanted: &Wanted) -> Vec<&'static Call> {
    let metrics = wanted.metrics.first().map(|_| &GET_METRIC_DATA);
    let always = [&regions::LIST_REGIONS, &tags::GET_RESOURCES];
    wanted.kinds.iter().flat_map(|kind| kind.calls).copied().chain(metrics).chain(always).collect()
}

/// The IAM actions that collecting takes, by service prefix.
pub fn actions(wanted: &Wanted) -> BTreeMap<String, BTreeSet<String>> {
    let mut by_service: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for call in calls(wanted) {
        let besides = call.besides.iter().map(|action| (*action).to_owned());
        for action in besides.chain([call.action()]) {
            let service = action.split(':').next().unwrap_or(call.service).to_owned();
            by_service.entry(service).or_default().insert(action);
        }
    }
    by_service
}
