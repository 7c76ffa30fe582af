//! Request paths: what serves the requests of the ways in, and what leads where, small enough to be drawn.
//!
//! What only hands requests on (listeners, target groups, addresses) is no box: its lines go through. Servers of one group in
//! one zone are one box, and so are things that the same boxes lead to and that lead to the same. A line that security
//! groups merely allow is drawn to a store alone; between servers such lines say little, and they are counted.

mod alike;
mod boxes;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use waaudit_derive::Inventory;
use waaudit_model::topology::graph::Outcome;

use self::boxes::Drawing;
use crate::single_points::SinglePoint;
use crate::ways_in::ways_in;
use crate::zone_loss::ZoneLoss;

/// More can't be taken in: boxes of a picture, of all Regions together.
const MOST_BOXES: usize = 120;
/// So many are drawn before those that are alike become one; fewer, where these are too many still.
const ATTEMPTS: [usize; 3] = [8 * MOST_BOXES, 2 * MOST_BOXES, MOST_BOXES];

/// What serves the requests of an account's ways in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestPaths {
    /// What is on them: at most 120 boxes.
    pub nodes: Vec<PathNode>,
    /// What leads where.
    pub edges: Vec<PathEdge>,
    /// Ways in that are left out, those that zones and things harm least.
    pub ways_in_left_out: usize,
    /// Calls from server to server that are left out, since security groups merely allow them.
    pub calls_left_out: usize,
}

/// A thing on a request's path, or several that are alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PathNode {
    /// The ARN of the first of them, or what else names it alone.
    pub resource: String,
    /// Its kind.
    pub kind: String,
    /// What people call it; of servers of an Auto Scaling group, what they call the group.
    pub name: String,
    /// How many it stands for.
    pub count: usize,
    /// Its Region, or "global".
    pub region: String,
    /// Zones that it is in, by name: empty where it is in all or none, null where that can't be told.
    pub zones: Option<Vec<String>>,
    /// Whether requests come in here.
    pub way_in: bool,
    /// Whether its loss alone cuts ways in off: null where it does not, false where it may have a standby.
    pub single_point: Option<bool>,
    /// What becomes of ways in for which it is the first hop that decides when a zone is lost, the worst of them; null where
    /// it decides for none.
    pub decides: Option<Outcome>,
}

/// One box of the picture leads to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PathEdge {
    /// Index in `nodes`.
    pub from: usize,
    /// Index in `nodes`.
    pub to: usize,
    /// Whether requests certainly go there; false where security groups merely allow a call.
    pub certain: bool,
    /// Whether packets leave the network by it, rather than requests being handed on.
    pub way_out: bool,
}

/// The paths of an account, with what its simulations say of each node.
pub fn request_paths(inventory: &Inventory, losses: &[ZoneLoss], points: &[SinglePoint]) -> RequestPaths {
    let (marks, ways_in) = (Marks::new(losses, points), worst_first(inventory, losses));
    let drawing = Drawing::new(&inventory.graph);
    let mut attempts = ATTEMPTS.iter().map(|most| drawing.of(&ways_in, *most, &marks));
    attempts.find(|paths| paths.nodes.len() <= MOST_BOXES).unwrap_or_default()
}

/// Ways in by what the loss of a zone does to them, the worst first; what is not known counts most.
fn worst_first<'i>(inventory: &'i Inventory, losses: &[ZoneLoss]) -> Vec<&'i str> {
    let mut harm: BTreeMap<&str, (bool, Option<Outcome>)> = BTreeMap::new();
    for loss in losses {
        let worst = harm.entry(&loss.way_in.resource).or_default();
        *worst = (*worst).max((loss.outcome.is_none(), loss.outcome));
    }
    let mut ways: Vec<&str> = ways_in(inventory).into_iter().map(|(_, node)| node.id.as_str()).collect();
    ways.sort_by_key(|way| Reverse(harm.get(way).copied()));
    ways
}

/// What simulations say of nodes, by id.
struct Marks<'s> {
    single_points: BTreeMap<&'s str, bool>,
    decides: BTreeMap<&'s str, Outcome>,
}

impl<'s> Marks<'s> {
    fn new(losses: &'s [ZoneLoss], points: &'s [SinglePoint]) -> Self {
        let mut decides: BTreeMap<&str, Outcome> = BTreeMap::new();
        for loss in losses {
            if let (Some(decider), Some(outcome)) = (&loss.decided_by, loss.outcome) {
                let worst = decides.entry(&decider.resource).or_insert(outcome);
                *worst = outcome.max(*worst);
            }
        }
        let single_points = points.iter().map(|point| (point.resource.as_str(), point.certain)).collect();
        Self { single_points, decides }
    }

    /// Whether one of these is a single point, and whether that is certain.
    fn single_point(&self, ids: &BTreeSet<&str>) -> Option<bool> {
        ids.iter().filter_map(|id| self.single_points.get(id).copied()).max()
    }

    /// The worst that one of these decides.
    fn decides(&self, ids: &BTreeSet<&str>) -> Option<Outcome> {
        ids.iter().filter_map(|id| self.decides.get(id).copied()).max()
    }
}
