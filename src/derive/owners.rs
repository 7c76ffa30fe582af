//! What resources are a part of, for the general conditions: a cluster that is tagged as no production says so for its
//! members too. It decides nothing, and an owner that was not read is left out.

use std::collections::BTreeMap;

use crate::snapshot::{Owner, Resource, Snapshot};

/// A kind, the fact that holds its owner's id or ARN, and the owner's kind.
pub const OWNERS: &[(&str, &str, &str)] = &[
    ("ec2.instance", "auto_scaling_group", "autoscaling.group"),
    ("ecs.service", "cluster", "ecs.cluster"),
    ("eks.nodegroup", "cluster", "eks.cluster"),
    ("elasticache.cluster", "replication_group", "elasticache.replication_group"),
    ("rds.db_instance", "cluster", "rds.db_cluster"),
];

/// Fills in the owners of all resources.
pub(super) fn fill_in(snapshot: &mut Snapshot) {
    let known: BTreeMap<(&str, &str, &str), &Resource> = snapshot
        .resources
        .iter()
        .filter(|resource| OWNERS.iter().any(|(_, _, owner)| *owner == resource.kind))
        .flat_map(|resource| [&resource.id, &resource.arn].map(|name| (key(resource, name), resource)))
        .collect();
    let account = snapshot.account.alias.as_ref();
    let account = account.map(|alias| Owner { kind: "account".to_owned(), id: alias.clone(), tags: None });
    let owners = snapshot.resources.iter().map(|resource| {
        let own = OWNERS.iter().filter(|(kind, _, _)| *kind == resource.kind);
        let named = own.filter_map(|(_, fact, owner)| Some((*owner, resource.facts.get(*fact)?.as_str()?)));
        let found = named.filter_map(|(owner, name)| known.get(&(owner, resource.region.as_str(), name)));
        found.map(|owner| as_owner(owner)).chain(account.clone()).collect()
    });
    let owners: Vec<Vec<Owner>> = owners.collect();
    for (resource, owners) in snapshot.resources.iter_mut().zip(owners) {
        resource.owners = owners;
    }
}

fn key<'r>(resource: &'r Resource, name: &'r str) -> (&'r str, &'r str, &'r str) {
    (&resource.kind, &resource.region, name)
}

fn as_owner(resource: &Resource) -> Owner {
    Owner { kind: resource.kind.clone(), id: resource.id.clone(), tags: resource.tags.clone() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::OWNERS;
    use crate::derive::sample::{World, properties};
    use crate::facts::rds::{DbCluster, DbInstance};

    #[test]
    fn a_member_knows_its_cluster_and_the_account() {
        let mut world = World::new().with::<DbCluster>("catalog", json!({}));
        world = world.with::<DbInstance>("catalog-1", json!({"cluster": "catalog"}));
        world = world.with::<DbInstance>("orders", json!({"cluster": null}));
        world.0.account.alias = Some("shop-dev".to_owned());
        let derived = world.derive().0;
        let owners = |id: &str| {
            let resource = derived.of("rds.db_instance").find(|resource| resource.id == id).unwrap();
            resource.owners.iter().map(|owner| owner.id.as_str()).collect::<Vec<_>>()
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
