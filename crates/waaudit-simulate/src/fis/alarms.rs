//! The account's alarms on a path: what stops an experiment that does more harm than expected.

use std::collections::{BTreeMap, BTreeSet};

use waaudit_derive::Inventory;
use waaudit_model::topology::graph::Relation;

use crate::zone_loss::ZoneLoss;

/// ARNs of alarms that watch a hop, those of the way in first. Those that scaling made for itself go off as planned; one
/// that is off or in alarm already stops an experiment before it begins.
pub(super) fn on_the_path(inventory: &Inventory, loss: &ZoneLoss) -> Vec<String> {
    let order: BTreeMap<&str, usize> =
        loss.chain.iter().enumerate().map(|(place, hop)| (hop.resource.as_str(), place)).collect();
    let fit: BTreeSet<&str> = fit_alarms(inventory);
    let watching = inventory.graph.edges.iter().filter(|edge| edge.relation == Relation::Watches);
    let mut found: Vec<(usize, &str)> = watching
        .filter(|edge| fit.contains(edge.from.as_str()))
        .filter_map(|edge| Some((*order.get(edge.to.as_str())?, edge.from.as_str())))
        .collect();
    found.sort_unstable();
    let mut alarms: Vec<String> = Vec::new();
    for (_, arn) in found {
        if !alarms.iter().any(|known| known == arn) {
            alarms.push(arn.to_owned());
        }
    }
    alarms
}

fn fit_alarms(inventory: &Inventory) -> BTreeSet<&str> {
    let alarms = inventory.snapshot.of("cloudwatch.alarm").filter(|alarm| {
        let own = alarm.facts.get("target_tracking").is_some_and(|fact| fact == false);
        own && alarm.facts.get("state").is_some_and(|state| state != "ALARM")
    });
    alarms.map(|alarm| alarm.arn.as_str()).collect()
}
