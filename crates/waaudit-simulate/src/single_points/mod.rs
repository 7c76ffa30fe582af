//! Losing one thing: what alone cuts ways in off from something that they need, ranked by what it takes with it.
//!
//! A thing is what fails as a unit and is the user's own: a server, a task behind an address, a database or cache without
//! a standby, a NAT gateway, and a Region. Services that AWS runs over a whole Region (load balancers, functions, APIs,
//! queues, buckets) are no single things; they fail with their Region. A member of a fleet among several healthy ones is
//! no single point, nor is an origin that another one of its group replaces.

mod needs;
mod things;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use waaudit_derive::Inventory;
use waaudit_model::snapshot::GLOBAL;
use waaudit_model::topology::graph::Node;
use waaudit_model::topology::reach::Reachability;

use self::needs::Needs;
pub(crate) use self::needs::{is_membership, is_store};
use self::things::Things;
use crate::traffic::Traffic;
use crate::ways_in::{WayIn, ways_in};

/// A single point of failure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SinglePoint {
    /// Its ARN, or what else names it alone; the name of a Region.
    pub resource: String,
    /// Its kind; "region" for a Region.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// Its Region.
    pub region: String,
    /// Zones that it is in, by name; empty for a Region, null where that was not read.
    pub zones: Option<Vec<String>>,
    /// Whether it certainly has no standby; false where what decides that was not read.
    pub certain: bool,
    /// What starts another one in its place within minutes: a group or service, by name; null where nothing does.
    pub replaced_by: Option<String>,
    /// The ways in that its loss cuts off, with what each of them loses.
    pub cuts: Vec<Cut>,
    /// Mean requests per second of these ways in, names that lead to another one of them left out; null where none has such
    /// a metric. The peak is at least as much.
    pub requests_per_second: Option<f64>,
}

/// A way in that is cut off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// The way in.
    pub way_in: WayIn,
    /// What it loses: itself, all that answers behind a target group, a store, its way out to the internet.
    pub loses: Vec<String>,
}

/// The single points of failure of an account, those that take most ways in first.
pub fn single_points(inventory: &Inventory) -> Vec<SinglePoint> {
    let reach = Reachability::new(&inventory.graph, false);
    let (things, traffic) = (Things::new(inventory), Traffic::new(inventory));
    let mut needs = Needs::new(&inventory.graph);
    let mut found: BTreeMap<&str, SinglePoint> = BTreeMap::new();
    let mut regions: BTreeMap<String, SinglePoint> = BTreeMap::new();
    for (way_in, node) in ways_in(inventory) {
        let mut lost: BTreeMap<&str, (&Node, BTreeSet<String>)> = BTreeMap::new();
        for (id, what) in needs.cut_by(&node.id) {
            if let Some(cutter) = needs.node(id).filter(|cutter| things.may_be_single(cutter)) {
                lost.insert(id, (cutter, what));
            }
        }
        if let Some(gateway) = only_way_out(&reach, &node.id) {
            let (_, what) = lost.entry(&gateway.id).or_insert_with(|| (gateway, BTreeSet::new()));
            what.insert("its way out to the internet".to_owned());
        }
        for (id, (cutter, what)) in lost {
            let point = found.entry(id).or_insert_with(|| things.point(cutter));
            point.cuts.push(Cut { way_in: way_in.clone(), loses: what.into_iter().collect() });
        }
        for region in needs.regions_of(&node.id) {
            let point = regions.entry(region.clone()).or_insert_with(|| of_region(&region));
            point.cuts.push(Cut { way_in: way_in.clone(), loses: vec![format!("what it needs in {region}")] });
        }
    }
    ranked(found.into_values().chain(regions.into_values()), &traffic)
}

/// By ways in, by traffic, by kind and name.
fn ranked(points: impl Iterator<Item = SinglePoint>, traffic: &Traffic) -> Vec<SinglePoint> {
    let mut points: Vec<SinglePoint> = points
        .map(|point| SinglePoint {
            requests_per_second: traffic.of(point.cuts.iter().map(|cut| cut.way_in.resource.as_str())),
            ..point
        })
        .collect();
    let flow = |point: &SinglePoint| point.requests_per_second.unwrap_or(0.0);
    points.sort_by(|a, b| {
        let by_size = b.cuts.len().cmp(&a.cuts.len()).then_with(|| flow(b).total_cmp(&flow(a)));
        by_size.then_with(|| (&a.kind, &a.name, &a.resource).cmp(&(&b.kind, &b.name, &b.resource)))
    });
    points
}

fn of_region(region: &str) -> SinglePoint {
    SinglePoint {
        resource: region.to_owned(),
        kind: "region".to_owned(),
        name: region.to_owned(),
        region: region.to_owned(),
        zones: Some(Vec::new()),
        certain: true,
        replaced_by: None,
        cuts: Vec::new(),
        requests_per_second: None,
    }
}

/// The gateway that all servers behind a way in leave their VPC by, if it is in one zone and there is no other.
fn only_way_out<'g>(reach: &Reachability<'g>, id: &str) -> Option<&'g Node> {
    let gateways = reach.gateways(id)?;
    match gateways.as_slice() {
        [gateway] if gateway.region != GLOBAL => {
            gateway.zones.as_ref().is_some_and(|zones| !zones.is_empty()).then_some(*gateway)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
