//! Which nodes are things of the user's own that fail as a unit, and which of them have a standby.

use waaudit_derive::Inventory;
use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::ecs::Service;
use waaudit_model::facts::elasticache::{Cluster, ReplicationGroup};
use waaudit_model::facts::lightsail;
use waaudit_model::lookup::Lookup;
use waaudit_model::snapshot::Resource;
use waaudit_model::topology::graph::Node;

use super::SinglePoint;
use super::needs::is_membership;
use crate::index::ByArn;

/// Resources by ARN, and the groups and services that start others in their place.
pub(super) struct Things<'i> {
    by_arn: ByArn<'i>,
    replaced_by: Lookup<&'i str, &'i str>,
}

impl<'i> Things<'i> {
    pub(super) fn new(inventory: &'i Inventory) -> Self {
        let graph = &inventory.graph;
        let names: Lookup<&str, &str> = graph.nodes.iter().map(|node| (node.id.as_str(), node.name.as_str())).collect();
        let mut replaced_by: Lookup<&str, &str> = Lookup::default();
        for edge in graph.edges.iter().filter(|edge| is_membership(edge)) {
            if let Some(name) = names.get(edge.to.as_str()) {
                replaced_by.insert(&edge.from, name);
            }
        }
        Self { by_arn: ByArn::new(inventory), replaced_by }
    }

    /// Whether a node fails as a unit and nothing is known that takes over.
    pub(super) fn may_be_single(&self, node: &Node) -> bool {
        self.has_standby(node).is_some_and(|standby| standby != Some(true))
    }

    /// Whether something takes over, if that is known; nothing for what is no thing of the user's.
    fn has_standby(&self, node: &Node) -> Option<Option<bool>> {
        match node.kind.as_str() {
            "ec2.instance" | "address" | "lightsail.instance" | "ec2.nat_gateway" => Some(Some(false)),
            "database" => Some(self.of(node).and_then(|resource| database(&resource.facts::<Database>().ok()?))),
            "ecs.service" => Some(
                self.of(node).and_then(|resource| Some(resource.facts::<Service>().ok()?.desired_count.get()? > 1)),
            ),
            "elasticache.cluster" => {
                Some(self.of(node).and_then(|resource| Some(resource.facts::<Cluster>().ok()?.node_count.get()? > 1)))
            }
            "elasticache.replication_group" => {
                Some(self.of(node).and_then(|resource| cache_group(&resource.facts::<ReplicationGroup>().ok()?)))
            }
            "lightsail.database" => Some(self.of(node).and_then(|resource| {
                Some(resource.facts::<lightsail::Database>().ok()?.standby_zone.known()?.is_some())
            })),
            _ => None,
        }
    }

    fn of(&self, node: &Node) -> Option<&'i Resource> {
        self.by_arn.get(&node.kind, &node.id)
    }

    /// A node as a single point of failure that cuts nothing yet.
    pub(super) fn point(&self, node: &Node) -> SinglePoint {
        SinglePoint {
            resource: node.id.clone(),
            kind: node.kind.clone(),
            name: node.name.clone(),
            region: node.region.clone(),
            zones: node.zones.clone(),
            certain: self.has_standby(node) == Some(Some(false)),
            replaced_by: self.replaced_by.get(node.id.as_str()).map(|name| (*name).to_owned()),
            cuts: Vec::new(),
            requests_per_second: None,
        }
    }
}

/// A standby of its own, or a cluster's reader that serves.
fn database(database: &Database) -> Option<bool> {
    let is_cluster = database.shape.known()? == "cluster";
    let (standby, serving) = (database.standby.get(), database.has_serving_reader.get());
    match (standby, database.multi_az_cluster.get()) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        _ if is_cluster => serving,
        (standby, _) => standby,
    }
}

/// A replica in each shard, and a failover that promotes it.
fn cache_group(group: &ReplicationGroup) -> Option<bool> {
    let promotes = group.automatic_failover.known()? == "enabled";
    Some(promotes && group.shards.known()?.iter().all(|shard| shard.members.len() > 1))
}
