//! What resources are a part of, for the general conditions: a cluster that is tagged as no production says so for its
//! members too. It decides nothing, and an owner that was not read is left out.

use std::collections::BTreeMap;
use std::sync::Arc;

use waaudit_model::snapshot::{Owner, Resource, Snapshot};

/// A kind, the fact that holds its owner's id or ARN, and the owner's kind.
pub const OWNERS: &[(&str, &str, &str)] = &[
    ("ec2.instance", "auto_scaling_group", "autoscaling.group"),
    ("ecs.service", "cluster", "ecs.cluster"),
    ("eks.nodegroup", "cluster", "eks.cluster"),
    ("elasticache.cluster", "replication_group", "elasticache.replication_group"),
    ("rds.db_instance", "cluster", "rds.db_cluster"),
];

type Key<'r> = (&'r str, &'r str, &'r str);

/// What each resource is a part of, in the order of the resources.
pub(crate) fn of(snapshot: &Snapshot) -> Vec<Arc<[Owner]>> {
    let known: BTreeMap<Key, &Resource> = snapshot
        .resources
        .iter()
        .filter(|resource| OWNERS.iter().any(|(_, _, owner)| *owner == resource.kind))
        .flat_map(|resource| [&resource.id, &resource.arn].map(|name| (key(resource, name), resource)))
        .collect();
    let account = snapshot.account.alias.as_ref();
    let account = account.map(|alias| Owner { kind: "account".to_owned(), id: alias.clone(), tags: None });
    // Members of one cluster share its tags, and most resources are a part of the account alone.
    let mut shared: BTreeMap<Vec<Key>, Arc<[Owner]>> = BTreeMap::new();
    let parents = snapshot.resources.iter().map(|resource| {
        let found = owners_of(resource, &known);
        let names = found.iter().map(|owner| key(owner, &owner.arn)).collect();
        let owners = || found.iter().map(|owner| as_owner(owner)).chain(account.clone()).collect();
        Arc::clone(shared.entry(names).or_insert_with(owners))
    });
    parents.collect()
}

fn owners_of<'r>(resource: &Resource, known: &BTreeMap<Key<'r>, &'r Resource>) -> Vec<&'r Resource> {
    let own = OWNERS.iter().filter(|(kind, _, _)| *kind == resource.kind);
    let named = own.filter_map(|(_, fact, owner)| Some((*owner, resource.facts.get(*fact)?.as_str()?)));
    named.filter_map(|(owner, name)| known.get(&(owner, resource.region.as_str(), name)).copied()).collect()
}

fn key<'r>(resource: &'r Resource, name: &'r str) -> Key<'r> {
    (&resource.kind, &resource.region, name)
}

fn as_owner(resource: &Resource) -> Owner {
    Owner { kind: resource.kind.clone(), id: resource.id.clone(), tags: resource.tags.clone() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::OWNERS;
    use crate::testing::snapshot_builder::{SnapshotBuilder, properties};
    use waaudit_model::facts::rds::{DbCluster, DbInstance};

    #[test]
    fn a_member_knows_its_cluster_and_the_account() {
        let mut world = SnapshotBuilder::new().with::<DbCluster>("catalog", json!({}));
        world = world.with::<DbInstance>("catalog-1", json!({"cluster": "catalog"}));
        world = world.with::<DbInstance>("orders", json!({"cluster": null}));
        world.0.account.alias = Some("shop-dev".to_owned());
        let derived = world.inventory();
        let owners = |id: &str| {
            let (_, parents) =
                derived.resources().find(|(one, _)| one.kind == "rds.db_instance" && one.id == id).unwrap();
            parents.iter().map(|owner| owner.id.as_str()).collect::<Vec<_>>()
        };
        assert_eq!((owners("catalog-1"), owners("orders")), (vec!["catalog", "shop-dev"], vec!["shop-dev"]));
    }

    #[test]
    fn owners_are_named_by_facts_that_there_are() {
        for (kind, fact, owner) in OWNERS {
            assert!(properties(kind).contains(*fact), "{kind} has no fact {fact}");
            assert!(!properties(owner).is_empty());
        }
    }
}
