//! Resources by what names them: by kind and ARN, and by kind, region and id.

use std::hash::Hash;

use waaudit_derive::Inventory;
use waaudit_model::facts::Facts;
use waaudit_model::facts::applicationautoscaling::{self, ScalableTarget};
use waaudit_model::facts::autoscaling;
use waaudit_model::lookup::Lookup;
use waaudit_model::snapshot::Resource;

/// Resources by kind and ARN.
pub(crate) struct ByArn<'i>(Lookup<(&'i str, &'i str), &'i Resource>);

impl<'i> ByArn<'i> {
    pub(crate) fn new(inventory: &'i Inventory) -> Self {
        let all = inventory.snapshot.resources.iter();
        Self(all.map(|one| ((one.kind.as_str(), one.arn.as_str()), one)).collect())
    }

    pub(crate) fn get(&self, kind: &str, arn: &str) -> Option<&'i Resource> {
        self.0.get(&(kind, arn)).copied()
    }
}

/// The resources of an inventory, ready to be looked up.
pub(crate) struct Index<'i> {
    pub(crate) inventory: &'i Inventory,
    by_arn: ByArn<'i>,
    by_id: Lookup<(&'i str, &'i str, &'i str), &'i Resource>,
    /// Resources by kind and region, in the snapshot's order.
    by_region: Lookup<(&'i str, &'i str), Vec<&'i Resource>>,
    /// Scalable targets by region, resource and dimension.
    targets: Lookup<[String; 3], ScalableTarget>,
    /// Scaling policies by region and Auto Scaling group.
    group_policies: Lookup<[String; 2], Vec<autoscaling::Policy>>,
    /// Scaling policies by region, resource and dimension.
    target_policies: Lookup<[String; 3], Vec<applicationautoscaling::Policy>>,
    /// Cache nodes by region and replication group.
    nodes: Lookup<[String; 2], Vec<&'i Resource>>,
}

impl<'i> Index<'i> {
    pub(crate) fn new(inventory: &'i Inventory) -> Self {
        let all = &inventory.snapshot.resources;
        Self {
            inventory,
            by_arn: ByArn::new(inventory),
            by_id: all.iter().map(|one| ((one.kind.as_str(), one.region.as_str(), one.id.as_str()), one)).collect(),
            by_region: grouped(all.iter().map(|one| ((one.kind.as_str(), one.region.as_str()), one))),
            targets: parsed(inventory).filter_map(target_key).collect(),
            group_policies: grouped(parsed(inventory).filter_map(group_key)),
            target_policies: grouped(parsed(inventory).filter_map(target_policy_key)),
            nodes: grouped(inventory.snapshot.of("elasticache.cluster").filter_map(replication_group_key)),
        }
    }

    pub(crate) fn by_arn(&self, kind: &str, arn: &str) -> Option<&'i Resource> {
        self.by_arn.get(kind, arn)
    }

    pub(crate) fn by_id(&self, kind: &str, region: &str, id: &str) -> Option<&'i Resource> {
        self.by_id.get(&(kind, region, id)).copied()
    }

    /// All resources of a kind in a region.
    pub(crate) fn in_region<'s>(&'s self, kind: &'s str, region: &'s str) -> &'s [&'i Resource] {
        self.by_region.get(&(kind, region)).map_or(&[], Vec::as_slice)
    }

    /// The facts of a resource by its id, as their struct.
    pub(crate) fn facts<F: Facts>(&self, region: &str, id: &str) -> Option<F> {
        self.by_id(F::KIND, region, id)?.facts().ok()
    }

    pub(crate) fn scalable_target(&self, region: &str, resource: &str, dimension: &str) -> Option<&ScalableTarget> {
        self.targets.get(&[region, resource, dimension].map(str::to_owned))
    }

    /// The policies of an Auto Scaling group.
    pub(crate) fn group_policies(&self, region: &str, group: &str) -> &[autoscaling::Policy] {
        self.group_policies.get(&[region, group].map(str::to_owned)).map_or(&[], Vec::as_slice)
    }

    /// The policies of a dimension of a resource.
    pub(crate) fn target_policies(
        &self,
        region: &str,
        resource: &str,
        dimension: &str,
    ) -> &[applicationautoscaling::Policy] {
        self.target_policies.get(&[region, resource, dimension].map(str::to_owned)).map_or(&[], Vec::as_slice)
    }

    /// The nodes of a replication group.
    pub(crate) fn cache_nodes(&self, region: &str, group: &str) -> &[&'i Resource] {
        self.nodes.get(&[region, group].map(str::to_owned)).map_or(&[], Vec::as_slice)
    }
}

/// The resources of a kind whose facts are what they should be, with these.
fn parsed<F: Facts>(inventory: &Inventory) -> impl Iterator<Item = (&Resource, F)> {
    inventory.snapshot.of(F::KIND).filter_map(|one| Some((one, one.facts().ok()?)))
}

fn grouped<K: Eq + Hash, V>(pairs: impl Iterator<Item = (K, V)>) -> Lookup<K, Vec<V>> {
    let mut groups: Lookup<K, Vec<V>> = Lookup::default();
    for (key, value) in pairs {
        groups.entry(key).or_default().push(value);
    }
    groups
}

fn target_key((own, facts): (&Resource, ScalableTarget)) -> Option<([String; 3], ScalableTarget)> {
    Some(([own.region.clone(), facts.resource.known()?.clone(), facts.dimension.known()?.clone()], facts))
}

fn group_key((own, facts): (&Resource, autoscaling::Policy)) -> Option<([String; 2], autoscaling::Policy)> {
    Some(([own.region.clone(), facts.group.known()?.clone()], facts))
}

fn target_policy_key(
    (own, facts): (&Resource, applicationautoscaling::Policy),
) -> Option<([String; 3], applicationautoscaling::Policy)> {
    Some(([own.region.clone(), facts.resource.known()?.clone(), facts.dimension.known()?.clone()], facts))
}

fn replication_group_key(node: &Resource) -> Option<([String; 2], &Resource)> {
    let group = node.facts.get("replication_group")?.as_str()?;
    Some(([node.region.clone(), group.to_owned()], node))
}
