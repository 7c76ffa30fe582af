//! Resources by what names them: by kind and ARN, and by kind, region and id.

use std::collections::BTreeMap;

use waaudit_derive::Inventory;
use waaudit_model::facts::Facts;
use waaudit_model::facts::applicationautoscaling::ScalableTarget;
use waaudit_model::snapshot::Resource;

/// Resources by kind and ARN.
pub(crate) struct ByArn<'i>(BTreeMap<(&'i str, &'i str), &'i Resource>);

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
    by_id: BTreeMap<(&'i str, &'i str, &'i str), &'i Resource>,
    /// Scalable targets by region, resource and dimension.
    targets: BTreeMap<[String; 3], ScalableTarget>,
    /// Cache nodes by region and replication group.
    nodes: BTreeMap<[String; 2], Vec<&'i Resource>>,
}

impl<'i> Index<'i> {
    pub(crate) fn new(inventory: &'i Inventory) -> Self {
        let all = &inventory.snapshot.resources;
        Self {
            inventory,
            by_arn: ByArn::new(inventory),
            by_id: all.iter().map(|one| ((one.kind.as_str(), one.region.as_str(), one.id.as_str()), one)).collect(),
            targets: all.iter().filter_map(scalable_target).collect(),
            nodes: cache_nodes(all),
        }
    }

    pub(crate) fn by_arn(&self, kind: &str, arn: &str) -> Option<&'i Resource> {
        self.by_arn.get(kind, arn)
    }

    pub(crate) fn by_id(&self, kind: &str, region: &str, id: &str) -> Option<&'i Resource> {
        self.by_id.get(&(kind, region, id)).copied()
    }

    /// All resources of a kind in a region, by id.
    pub(crate) fn in_region(&self, kind: &'i str, region: &'i str) -> impl Iterator<Item = &'i Resource> {
        let from = (kind, region, "");
        self.by_id.range(from..).take_while(move |(key, _)| key.0 == kind && key.1 == region).map(|(_, one)| *one)
    }

    /// The facts of a resource by its id, as their struct.
    pub(crate) fn facts<F: Facts>(&self, region: &str, id: &str) -> Option<F> {
        self.by_id(F::KIND, region, id)?.facts().ok()
    }

    pub(crate) fn scalable_target(&self, region: &str, resource: &str, dimension: &str) -> Option<&ScalableTarget> {
        self.targets.get(&[region, resource, dimension].map(str::to_owned))
    }

    /// The nodes of a replication group.
    pub(crate) fn cache_nodes(&self, region: &str, group: &str) -> &[&'i Resource] {
        self.nodes.get(&[region, group].map(str::to_owned)).map_or(&[], Vec::as_slice)
    }
}

fn scalable_target(resource: &Resource) -> Option<([String; 3], ScalableTarget)> {
    if resource.kind != ScalableTarget::KIND {
        return None;
    }
    let facts: ScalableTarget = resource.facts().ok()?;
    let key = [resource.region.clone(), facts.resource.known()?.clone(), facts.dimension.known()?.clone()];
    Some((key, facts))
}

fn cache_nodes(all: &[Resource]) -> BTreeMap<[String; 2], Vec<&Resource>> {
    let mut nodes: BTreeMap<[String; 2], Vec<&Resource>> = BTreeMap::new();
    for resource in all.iter().filter(|resource| resource.kind == "elasticache.cluster") {
        if let Some(group) = resource.facts.get("replication_group").and_then(|group| group.as_str()) {
            nodes.entry([resource.region.clone(), group.to_owned()]).or_default().push(resource);
        }
    }
    nodes
}
