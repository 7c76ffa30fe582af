//! Losing a zone: what each way in does when an Availability Zone fails.
//!
//! The model is the scenario "AZ Availability: Power Interruption" of AWS Fault Injection Service, action by action:
//!
//! | in the experiment | here |
//! |---|---|
//! | compute in the zone stops | servers and tasks there serve nothing |
//! | nothing is launched in the zone | capacity comes back in other zones alone, which takes minutes and is no survival |
//! | subnets of the zone are cut off | NAT gateways, mount targets and interfaces there are gone |
//! | databases and caches fail over | those with a standby or replica elsewhere; the others are gone |
//! | volumes do not answer | servers that hold them are in the zone too |
//! | traffic shifts away | what is left has to carry the observed peak |
//!
//! Taking a fact away makes an outcome unknown or leaves it, never better: where the peak is not measured, less capacity
//! counts as a degradation that rests on an assumption.

mod outcome;
mod path;
mod practice;
mod spread;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use waaudit_derive::Inventory;
use waaudit_model::snapshot::GLOBAL;
use waaudit_model::topology::graph::{Basis, Capacity, Downtime, Outcome};
use waaudit_model::topology::reach::Reachability;

use self::path::{Addressed, Path};
use self::practice::PracticeRuns;
use self::spread::Spreads;
use crate::ways_in::{WayIn, ways_in};

/// What the loss of one zone does to one way in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ZoneLoss {
    /// The way in.
    pub way_in: WayIn,
    /// The zone's region.
    pub region: String,
    /// The zone's name.
    pub zone: String,
    /// What becomes of it; null where that can't be told.
    pub outcome: Option<Outcome>,
    /// Why the outcome can't be told; null where it can.
    pub unknown: Option<String>,
    /// The first hop that decides, and why; null where nothing happens, and where the outcome is not known.
    pub decided_by: Option<Decider>,
    /// For how long nothing is answered, of an outcome that comes back by itself; null where that is not known.
    pub downtime: Option<Downtime>,
    /// Of the hop that has the least: what is left of its capacity; null where no hop loses any.
    pub capacity: Option<Capacity>,
    /// What the outcome rests on; null where it is not known.
    pub basis: Option<Basis>,
    /// A practice run of a zonal shift that failed, against what was computed; null where none did.
    pub contradicted: Option<Contradiction>,
    /// What requests pass and need, the way in first; empty where nothing of it is in the zone.
    pub chain: Vec<Hop>,
}

/// The hop that decides an outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decider {
    /// Its ARN, or what else names it alone.
    pub resource: String,
    /// Its kind.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// What happens to it.
    pub why: String,
}

/// A practice run that showed something else than what was computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contradiction {
    /// The ARN of the resource whose traffic was shifted.
    pub resource: String,
    /// What people call it.
    pub name: String,
    /// When the run began, RFC 3339. AWS does not say here which zone it was.
    pub started_at: String,
    /// FAILED or CAPACITY_CHECK_FAILED. `PracticeRunOutcome`.
    pub practice_run: String,
    /// What was computed.
    pub computed: Outcome,
}

/// Something that a request passes or needs, and what the loss of the zone does to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hop {
    /// Its ARN, or what else names it alone.
    pub resource: String,
    /// Its kind.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// Zones that it may run in, by name: subnets of a group, enabled zones of a load balancer; null where it has no such
    /// choice or that was not read.
    pub configured_zones: Option<Vec<String>>,
    /// Zones that it runs in, by name: instances in service, healthy targets; empty where it is in all or in none, null
    /// where that was not read.
    pub zones: Option<Vec<String>>,
    /// Whether requests certainly need it; false where security groups merely allow a call.
    pub certain: bool,
    /// What becomes of it; null where that can't be told.
    pub outcome: Option<Outcome>,
    /// Why; null where nothing happens to it.
    pub why: Option<String>,
    /// For how long it answers nothing; null where it answers or that is not known.
    pub downtime: Option<Downtime>,
    /// What is left of its capacity; null where it loses none that can be counted.
    pub capacity: Option<Capacity>,
    /// What that rests on; null where the outcome is not known.
    pub basis: Option<Basis>,
}

/// What the loss of each zone in use does to each way in, by way in, region and zone.
pub fn zone_loss(inventory: &Inventory) -> Vec<ZoneLoss> {
    // Where a list was cut short the graph has ends there; whether it is whole matters for what is out of reach alone.
    let reach = Reachability::new(&inventory.graph, false);
    let (runs, spreads) = (PracticeRuns::new(inventory), Spreads::new(inventory));
    let addresses = Addressed::new(&inventory.graph);
    let zones = zones_in_use(inventory);
    let mut losses = Vec::new();
    for (way_in, node) in ways_in(inventory) {
        let path = Path::new(&reach, &runs, &spreads, &addresses, way_in, node);
        for (region, zone) in zones.iter().flat_map(|(region, zones)| zones.iter().map(move |zone| (*region, *zone))) {
            losses.push(path.lose(region, zone));
        }
    }
    losses
}

/// Zones in which something runs, by region. A subnet alone is no use.
pub fn zones_in_use(inventory: &Inventory) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut zones: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let nodes = inventory.graph.nodes.iter();
    for node in nodes.filter(|node| node.region != GLOBAL && node.kind != "ec2.subnet") {
        let own = node.zones.iter().flatten().map(String::as_str);
        let lost = node.losses.iter().flatten().map(|loss| loss.zone.as_str());
        for zone in own.chain(lost) {
            zones.entry(&node.region).or_default().insert(zone);
        }
    }
    zones
}

#[cfg(test)]
mod tests;
