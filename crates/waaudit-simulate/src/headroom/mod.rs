//! Headroom: for each hop of each path from a public way in, how many times today's peak it can serve, and what goes first.
//!
//! ```
//! # use waaudit_simulate::headroom::{Options, Survey, grow, next_steps, users};
//! # fn story(inventory: &waaudit_derive::Inventory) {
//! let survey = Survey::new(inventory, &Options::default());
//! let found = survey.headroom();
//! let first = found.limits.first();                  // what saturates first, with its numbers and their sources
//! let growth = grow(&found, 10.0);                   // what breaks at ten times the users, in that order
//! let growth = users(&found, 4_000.0, 100_000.0);    // the same in users
//! let steps = next_steps(&survey, &found, None, 10.0);
//! # }
//! ```
//!
//! The multiple of a limit is target × limit ÷ peak, where the target is the share of the limit at which waiting begins:
//! 0.7 for rates and for whatever queues, 1 for counts and for limits that are a working limit already. Multiples are of
//! today's *users*: what caches answer today they answer then, so each hop's demand grows as the users do, and the ratios
//! between hops stay. [`next_steps`] says what becomes of them when a ratio changes.
//!
//! A limit whose peak or bound was not read is listed as not computed: a hop without a number is not a hop with room.

mod growth;
mod hops;
mod next_steps;
mod report;
mod rows;
mod sizes;
#[cfg(test)]
mod tests;

use waaudit_derive::Inventory;
use waaudit_model::settings::NonProduction;

pub use self::growth::{Growth, GrowthOfWayIn, Step, grow, users};
pub use self::next_steps::{Change, NextStep, NextSteps, next_steps};
pub use self::report::{
    Bottleneck, Bound, Consequence, Headroom, HopLimit, Limited, Missing, NotComputed, Peak, Source, WayIn,
};

use self::hops::Entry;
pub(crate) use self::hops::Hops;
pub(crate) use self::rows::number;
use self::rows::{Applied, Around};
use crate::index::Index;

/// What headroom depends on beside the account.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// What is no production: queues, streams and tables of that kind, which no path leads to, are left out.
    pub non_production: NonProduction,
}

/// The hops of an account and all that their limits are read from, found once for all that is asked about them.
pub struct Survey<'i> {
    pub(crate) index: Index<'i>,
    pub(crate) hops: Hops<'i>,
}

impl<'i> Survey<'i> {
    /// Finds the hops of an account.
    pub fn new(inventory: &'i Inventory, options: &Options) -> Self {
        let index = Index::new(inventory);
        let hops = Hops::find(&index, &options.non_production);
        Self { index, hops }
    }

    /// Compares each limit of each hop with today's peak.
    pub fn headroom(&self) -> Headroom {
        let Self { index, hops } = self;
        let mut found = Headroom::default();
        for hop in hops.resources.values() {
            let (resource, name, ways_in) = (hop.0, hop.0.label(), hops.ids(hop));
            let (node, kind, region) = (&resource.arn, &resource.kind, &resource.region);
            let head = Head { node, kind, name: &name, region, ways_in: &ways_in };
            for applied in rows::apply(&Around { index, resource }) {
                head.add(applied, &mut found);
            }
        }
        for ((_, words), (node, places)) in &hops.absent {
            let ways_in = Some(places.iter().filter_map(|at| hops.entries.get(*at)).map(id).collect());
            let head =
                Head { node: &node.id, kind: &node.kind, name: &node.name, region: &node.region, ways_in: &ways_in };
            head.add(rows::absent(words), &mut found);
        }
        found.limits.sort_by(|a, b| a.multiple.total_cmp(&b.multiple).then_with(|| key(a).cmp(&key(b))));
        found.ways_in = ways_in(&hops.entries, &found);
        found
    }
}

/// Compares each limit of each hop of an account with today's peak.
pub fn headroom(inventory: &Inventory, options: &Options) -> Headroom {
    Survey::new(inventory, options).headroom()
}

fn id(entry: &Entry) -> String {
    entry.resource.arn.clone()
}

fn key(limit: &HopLimit) -> (&str, &str, Limited) {
    (&limit.kind, &limit.node, limit.resource)
}

/// What every entry says of its hop.
struct Head<'a> {
    node: &'a str,
    kind: &'a str,
    name: &'a str,
    region: &'a str,
    ways_in: &'a Option<Vec<String>>,
}

impl Head<'_> {
    fn add(&self, applied: Applied, found: &mut Headroom) {
        let (node, kind) = (self.node.to_owned(), self.kind.to_owned());
        let (name, region) = (self.name.to_owned(), self.region.to_owned());
        let ways_in = self.ways_in.clone();
        match (applied.result, applied.limited) {
            (Ok(computed), Some(resource)) => found.limits.push(HopLimit {
                node,
                kind,
                name,
                region,
                resource,
                peak: computed.peak,
                limit: computed.limit,
                target: computed.target,
                multiple: computed.multiple,
                multiple_at_limit: computed.multiple_at_limit,
                then: computed.then,
                assumptions: computed.assumptions,
                ways_in,
            }),
            (Ok(_), None) => {}
            (Err(lack), resource) => {
                let (missing, why) = (lack.missing, lack.why);
                found.not_computed.push(NotComputed { node, kind, name, region, resource, missing, why, ways_in });
            }
        }
    }
}

/// Each way in with its first limit. Both lists are walked once, so that the cost is what is on the paths.
fn ways_in(entries: &[Entry], found: &Headroom) -> Vec<WayIn> {
    let mut ways: Vec<WayIn> = entries.iter().map(way_in).collect();
    ways.sort_by(|a, b| a.id.cmp(&b.id));
    let place = |ways: &[WayIn], id: &str| ways.binary_search_by(|way| way.id.as_str().cmp(id)).ok();
    for limit in &found.limits {
        for at in limit.ways_in.iter().flatten().filter_map(|id| place(&ways, id)).collect::<Vec<_>>() {
            if let Some(way) = ways.get_mut(at) {
                way.first.get_or_insert_with(|| limit.as_bottleneck());
            }
        }
    }
    for lack in found.not_computed.iter().filter(|lack| lack.why != Missing::Idle) {
        let words = format!("{}, {}: {}", lack.name, lack.resource.map_or("limits", Limited::words), lack.missing);
        for at in lack.ways_in.iter().flatten().filter_map(|id| place(&ways, id)).collect::<Vec<_>>() {
            if let Some(way) = ways.get_mut(at) {
                way.unknown.push(words.clone());
            }
        }
    }
    ways
}

fn way_in(entry: &Entry) -> WayIn {
    WayIn { id: entry.resource.arn.clone(), name: entry.resource.label(), first: None, unknown: entry.unread.clone() }
}
