//! Ways in with a target, as resources that rules judge: what their target accepts, and what the simulations say.

use std::collections::{BTreeMap, BTreeSet};

use waaudit_derive::Inventory;
use waaudit_model::facts::{self, Fact, Facts};
use waaudit_model::settings::{NonProduction, Target, Targets};
use waaudit_model::snapshot::Resource;
use waaudit_model::topology::graph::Outcome;
use waaudit_model::topology::reach::Reachability;

use crate::headroom::{self, Bottleneck, Headroom};
use crate::ways_in::WayIn;
use crate::zone_loss::{ZoneLoss, zone_loss};

/// Tags of a resource; none where they could not be read.
type Tags = Option<BTreeMap<String, String>>;

/// Outcomes, best first.
const OUTCOMES: [Outcome; 5] =
    [Outcome::Survives, Outcome::FailsOver, Outcome::Degraded, Outcome::Recovers, Outcome::Dies];

/// The ways in that have a target, as resources.
pub fn ways_in_with_targets(inventory: &Inventory, targets: &Targets, of: &NonProduction) -> Vec<Resource> {
    if targets.is_empty() {
        return Vec::new();
    }
    let mut losses: BTreeMap<WayIn, Vec<ZoneLoss>> = BTreeMap::new();
    for loss in zone_loss(inventory) {
        losses.entry(loss.way_in.clone()).or_default().push(loss);
    }
    // A way in of an account without a zone in use has no loss: it is a way in all the same.
    for (way_in, _) in crate::ways_in::ways_in(inventory) {
        losses.entry(way_in).or_default();
    }
    let growth = Growth::new(inventory, of);
    let all = inventory.snapshot.resources.iter().rev();
    let tags: BTreeMap<&str, &Tags> = all.map(|one| (one.arn.as_str(), &one.tags)).collect();
    let with_target = losses.iter().filter_map(|(way_in, losses)| {
        let (_, target) = targets.of(&names(&way_in.name, &way_in.resource))?;
        let tags = tags.get(way_in.resource.as_str()).map_or_else(|| Some(BTreeMap::new()), |tags| (*tags).clone());
        Some(resource(inventory, way_in, tags, &facts_of(way_in, target, losses, &growth)))
    });
    with_target.collect()
}

/// Targets that are set for nothing that is a way in: no resource was made for them.
pub fn unused_targets<'t>(inventory: &Inventory, targets: &'t Targets) -> impl Iterator<Item = &'t str> {
    let made = inventory.snapshot.of(facts::derived::way_in::WayIn::KIND);
    let known: BTreeSet<String> = made.flat_map(|one| names(&one.id, &one.arn).map(str::to_owned)).collect();
    targets.names().filter(move |name| *name != "*" && !known.contains(*name))
}

/// What a way in may be called: its name, its ARN, and the last part of that.
fn names<'w>(name: &'w str, arn: &'w str) -> [&'w str; 3] {
    [name, arn, arn.rsplit(['/', ':']).next().unwrap_or_default()]
}

fn resource(inventory: &Inventory, way_in: &WayIn, tags: Tags, facts: &facts::derived::way_in::WayIn) -> Resource {
    Resource {
        kind: facts::derived::way_in::WayIn::KIND.to_owned(),
        arn: way_in.resource.clone(),
        id: way_in.name.clone(),
        name: None,
        region: way_in.region.clone(),
        account: inventory.snapshot.account.id.clone(),
        tags,
        facts: facts.by_name(),
        unread: BTreeMap::new(),
    }
}

fn facts_of(way_in: &WayIn, target: &Target, losses: &[ZoneLoss], growth: &Growth) -> facts::derived::way_in::WayIn {
    let accepted = |outcome: Outcome| target.zone_loss.is_none_or(|worst| outcome <= worst);
    let touched = || losses.iter().filter(|loss| !loss.chain.is_empty());
    let worse = || touched().filter(|loss| loss.outcome.is_some_and(|outcome| !accepted(outcome)));
    let known = touched().all(|loss| loss.outcome.is_some()) || worse().next().is_some();
    let worst = touched().filter_map(|loss| loss.outcome).max().unwrap_or(Outcome::Survives);
    let (first, unknown) = growth.of(&way_in.resource);
    let below = |first: &Bottleneck| target.grow.is_some_and(|grow| first.multiple < grow);
    let told = !unknown || first.as_ref().is_some_and(below);
    facts::derived::way_in::WayIn {
        way_in_type: way_in.way_in_type.clone().into(),
        zone_loss_target: target.zone_loss.map(|outcome| outcome.name().to_owned()).into(),
        accepted_outcomes: OUTCOMES
            .into_iter()
            .filter(|outcome| accepted(*outcome))
            .map(|outcome| outcome.name().to_owned())
            .collect::<Vec<_>>()
            .into(),
        worst_outcome: if known { Fact::Known(worst.name().to_owned()) } else { Fact::Unread },
        worse_zones: worse().map(words).collect::<Vec<_>>().into(),
        growth_target: target.grow.into(),
        saturates_at: if told { Fact::Known(first.as_ref().map(|first| first.multiple)) } else { Fact::Unread },
        first_limit: if told {
            Fact::Known(first.as_ref().map(|first| format!("{} of {}", first.resource.words(), first.name)))
        } else {
            Fact::Unread
        },
    }
}

/// "eu-west-1a: dies (orders-db)".
fn words(loss: &ZoneLoss) -> String {
    let outcome = loss.outcome.map_or("unknown", Outcome::words);
    let hop = loss.decided_by.as_ref().map_or(String::new(), |by| format!(" ({})", by.name));
    format!("{}: {outcome}{hop}", loss.zone)
}

/// How far ways in can grow. A DNS name grows as far as what it leads to.
struct Growth<'i> {
    reach: Reachability<'i>,
    headroom: Headroom,
}

impl<'i> Growth<'i> {
    fn new(inventory: &'i Inventory, non_production: &NonProduction) -> Self {
        let options = headroom::Options { non_production: non_production.clone() };
        Self { reach: Reachability::new(&inventory.graph, false), headroom: headroom::headroom(inventory, &options) }
    }

    /// The limit that is reached first, and whether there may be another one.
    fn of(&self, way_in: &str) -> (Option<Bottleneck>, bool) {
        let behind: BTreeSet<&str> = self.reach.behind(way_in).into_iter().map(|node| node.id.as_str()).collect();
        let ways: Vec<_> = self.headroom.ways_in.iter().filter(|way| behind.contains(way.id.as_str())).collect();
        let firsts = ways.iter().filter_map(|way| way.first.as_ref());
        let first = firsts.min_by(|a, b| a.multiple.total_cmp(&b.multiple)).cloned();
        (first, ways.is_empty() || ways.iter().any(|way| !way.unknown.is_empty()))
    }
}

#[cfg(test)]
mod tests;
