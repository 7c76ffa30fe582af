//! Configured and actual spread: the zones that something may run in, and those in which it does.

use std::collections::BTreeMap;

use waaudit_derive::Inventory;
use waaudit_model::topology::graph::Node;

/// Zones of resources beyond what the graph says, by ARN.
pub(super) struct Spreads<'i> {
    launch_zones: BTreeMap<&'i str, Vec<String>>,
    healthy_zones: BTreeMap<&'i str, Vec<String>>,
}

/// The zones of a hop; none where they are not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Spread {
    pub(super) configured: Option<Vec<String>>,
    pub(super) actual: Option<Vec<String>>,
}

impl<'i> Spreads<'i> {
    pub(super) fn new(inventory: &'i Inventory) -> Self {
        let groups = inventory.snapshot.of("autoscaling.group");
        let launch_zones = groups.filter_map(|group| {
            let zones = group.facts.get("availability_zones")?.as_array()?;
            let names = zones.iter().filter_map(|zone| zone.as_str().map(str::to_owned)).collect();
            Some((group.arn.as_str(), names))
        });
        let balancers = inventory.snapshot.of("elb.load_balancer");
        let healthy_zones = balancers.filter_map(|balancer| {
            let by_zone = balancer.facts.get("healthy_targets_by_zone")?.as_object()?;
            let healthy = by_zone.iter().filter(|(_, count)| count.as_i64().is_some_and(|count| count > 0));
            Some((balancer.arn.as_str(), healthy.map(|(zone, _)| zone.clone()).collect()))
        });
        Self { launch_zones: launch_zones.collect(), healthy_zones: healthy_zones.collect() }
    }

    /// The zones of a node. Those of a load balancer are enabled, and its targets are healthy in some of them; those of a
    /// service are where its tasks may be placed, and where they are is not read.
    pub(super) fn of(&self, node: &Node) -> Spread {
        let id = node.id.as_str();
        match node.kind.as_str() {
            "elb.load_balancer" => {
                Spread { configured: node.zones.clone(), actual: self.healthy_zones.get(id).cloned() }
            }
            "ecs.service" => Spread { configured: node.zones.clone(), actual: None },
            "autoscaling.group" => {
                Spread { configured: self.launch_zones.get(id).cloned(), actual: node.zones.clone() }
            }
            _ => Spread { configured: None, actual: node.zones.clone() },
        }
    }
}
