//! Databases and caches by VPC.
//!
//! AWS does not say in which VPC a cache lies. Its subnets or the interfaces that wear its security groups may tell;
//! a cache that neither tells of is counted in every VPC of its region. So "no cache" is never said of a VPC that
//! has one, and is now and then not said of one that has none.

use std::collections::BTreeMap;

use super::databases::is_relational;
use super::view::{all, distinct};
use super::{Item, Join, List, Patch, View};
use crate::facts::database::Database;
use crate::facts::ec2::{NetworkInterface, Subnet};
use crate::facts::elasticache::{Cluster, ReplicationGroup, ServerlessCache};
use crate::facts::vpc::Vpc;
use crate::facts::{Facts, dax, memorydb};

pub(super) const DATABASES: Join =
    Join { kind: "vpc", facts: &["relational_databases"], reads: &["database"], learn: databases };
pub(super) const CACHES: Join = Join {
    kind: "vpc",
    facts: &["caches"],
    reads: &[
        "elasticache.replication_group",
        "elasticache.cluster",
        "elasticache.serverless_cache",
        "memorydb.cluster",
        "dax.cluster",
        "ec2.network_interface",
        "ec2.subnet",
    ],
    learn: caches,
};

fn databases(view: &View) -> Vec<Patch> {
    let databases = view.here::<Database>();
    let of_vpc = |vpc: &String| {
        let lies_here = |database: &&Item<Database>| {
            let lies = database.facts.vpc.known().map(|other| other.as_ref() == Some(vpc));
            all([lies, is_relational(&database.facts)])
        };
        let found = super::view::only(databases.whole()?, lies_here)?;
        Some(found.into_iter().map(|database| database.resource.id.clone()).collect::<Vec<_>>())
    };
    let learned = |vpc: &String| Vpc { relational_databases: of_vpc(vpc).into(), ..Vpc::default() };
    view.here::<Vpc>().iter().map(|vpc| vpc.learn(&learned(&vpc.resource.id))).collect()
}

/// A cache and its VPC; none where nothing tells.
struct Cache {
    id: String,
    vpc: Option<String>,
}

fn caches(view: &View) -> Vec<Patch> {
    let caches = all_caches(view);
    let of_vpc = |vpc: &String| {
        let may_lie_here = |cache: &&Cache| cache.vpc.as_ref().is_none_or(|other| other == vpc);
        let found = caches.as_ref()?.iter().filter(may_lie_here);
        Some(distinct(found.map(|cache| cache.id.clone())))
    };
    let learned = |vpc: &String| Vpc { caches: of_vpc(vpc).into(), ..Vpc::default() };
    view.here::<Vpc>().iter().map(|vpc| vpc.learn(&learned(&vpc.resource.id))).collect()
}

/// All caches of the region; nothing where one may be missing, or be of a VPC that was not read.
fn all_caches(view: &View) -> Option<Vec<Cache>> {
    let (groups, clusters) = (view.here::<ReplicationGroup>(), view.here::<Cluster>());
    let (serverless, subnets) = (view.here::<ServerlessCache>(), view.here::<Subnet>());
    let interfaces = view.here::<NetworkInterface>();
    let (memory, accelerators) = (view.here::<memorydb::Cluster>(), view.here::<dax::Cluster>());

    let subnets = subnets.by_id();
    let mut found = silent(&memory)?;
    found.extend(silent(&accelerators)?);
    for cache in serverless.whole()? {
        let vpc = match cache.facts.subnets.known()?.first() {
            Some(subnet) => Some(subnets.get(subnet)?.facts.vpc.known()?.clone()),
            None => None,
        };
        found.push(Cache { id: cache.resource.id.clone(), vpc });
    }
    found.extend(of_elasticache(&groups, &clusters, &interfaces)?);
    Some(found)
}

/// Caches of which nothing tells the VPC.
fn silent<F: Facts>(caches: &List<F>) -> Option<Vec<Cache>> {
    Some(caches.whole()?.iter().map(|cache| Cache { id: cache.resource.id.clone(), vpc: None }).collect())
}

/// Replication groups, and the clusters that belong to none. A group lies where its members do.
fn of_elasticache(
    groups: &List<ReplicationGroup>,
    clusters: &List<Cluster>,
    interfaces: &List<NetworkInterface>,
) -> Option<Vec<Cache>> {
    let mut found: BTreeMap<&str, Option<String>> = BTreeMap::new();
    for group in groups.whole()? {
        found.insert(&group.resource.id, None);
    }
    let clusters = clusters.whole()?;
    if clusters.is_empty() {
        return Some(named(found));
    }
    let vpc_of = vpc_of_groups(interfaces)?;
    for cluster in clusters {
        let id = cluster.facts.replication_group.known()?.as_ref().unwrap_or(&cluster.resource.id);
        let vpc = cluster.facts.security_groups.known()?.iter().find_map(|group| vpc_of.get(group.as_str()));
        let known = found.entry(id).or_default();
        if known.is_none() {
            *known = vpc.map(|vpc| (*vpc).to_owned());
        }
    }
    Some(named(found))
}

fn named(caches: BTreeMap<&str, Option<String>>) -> Vec<Cache> {
    caches.into_iter().map(|(id, vpc)| Cache { id: id.to_owned(), vpc }).collect()
}

/// The VPC of each security group that an interface wears. A group belongs to one VPC.
fn vpc_of_groups<'l>(interfaces: &'l List<NetworkInterface>) -> Option<BTreeMap<&'l str, &'l str>> {
    let mut vpc_of = BTreeMap::new();
    for interface in interfaces.whole()? {
        for group in interface.facts.security_groups.known()? {
            vpc_of.insert(group.as_str(), interface.facts.vpc.known()?.as_str());
        }
    }
    Some(vpc_of)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::derive::sample::World;
    use crate::facts::ec2::{NetworkInterface, Subnet};
    use crate::facts::elasticache::{Cluster, ReplicationGroup, ServerlessCache};
    use crate::facts::rds::{DbCluster, DbInstance};
    use crate::facts::vpc::Vpc;
    use crate::facts::{dax, memorydb};

    fn two_vpcs() -> World {
        World::new()
            .with::<Subnet>("subnet-1", json!({"vpc": "vpc-1"}))
            .with::<Subnet>("subnet-2", json!({"vpc": "vpc-2"}))
    }

    fn database(engine: &str, vpc: Value) -> Value {
        json!({"engine": engine, "vpc": vpc, "cluster": null, "replica_of": null})
    }

    fn fact(world: &World, vpc: &str, fact: &str) -> Option<Value> {
        world.clone().derive().fact::<Vpc>(vpc, fact)
    }

    #[test]
    fn relational_databases_are_those_that_lie_in_the_vpc() {
        let world = two_vpcs()
            .with::<DbInstance>("orders", database("postgres", json!("vpc-1")))
            .with::<DbInstance>("papers", database("docdb", json!("vpc-1")))
            .with::<DbInstance>("old", database("mysql", json!(null)));
        assert_eq!(fact(&world, "vpc-1", "relational_databases"), Some(json!(["orders"])));
        assert_eq!(fact(&world, "vpc-2", "relational_databases"), Some(json!([])));
        assert_eq!(fact(&world.clone().half_read::<DbCluster>(), "vpc-1", "relational_databases"), None);
        let denied = world.with::<DbInstance>("denied", json!({}));
        assert_eq!(fact(&denied, "vpc-1", "relational_databases"), None);
    }

    fn with_caches() -> World {
        two_vpcs()
            .with::<ReplicationGroup>("sessions", json!({}))
            .with::<Cluster>("sessions-1", json!({"replication_group": "sessions", "security_groups": ["sg-1"]}))
            .with::<NetworkInterface>("eni-1", json!({"vpc": "vpc-1", "security_groups": ["sg-1"]}))
            .with::<ServerlessCache>("pages", json!({"subnets": ["subnet-2"]}))
    }

    #[test]
    fn a_cache_lies_where_its_subnets_or_interfaces_do() {
        assert_eq!(fact(&with_caches(), "vpc-1", "caches"), Some(json!(["sessions"])));
        assert_eq!(fact(&with_caches(), "vpc-2", "caches"), Some(json!(["pages"])));
    }

    #[test]
    fn a_cache_that_may_lie_anywhere_counts_everywhere() {
        let world = two_vpcs()
            .with::<memorydb::Cluster>("ledger", json!({}))
            .with::<dax::Cluster>("fast", json!({}))
            .with::<Cluster>("memcached", json!({"replication_group": null, "security_groups": []}));
        assert_eq!(fact(&world, "vpc-1", "caches"), Some(json!(["fast", "ledger", "memcached"])));
        assert_eq!(fact(&world, "vpc-2", "caches"), Some(json!(["fast", "ledger", "memcached"])));
    }

    #[test]
    fn no_cache_is_only_known_of_every_kind_of_cache() {
        assert_eq!(fact(&two_vpcs(), "vpc-1", "caches"), Some(json!([])));
        for half in [
            two_vpcs().half_read::<ReplicationGroup>(),
            two_vpcs().half_read::<Cluster>(),
            two_vpcs().half_read::<ServerlessCache>(),
            two_vpcs().half_read::<memorydb::Cluster>(),
            two_vpcs().half_read::<dax::Cluster>(),
            with_caches().half_read::<NetworkInterface>(),
        ] {
            assert_eq!(fact(&half, "vpc-1", "caches"), None);
        }
    }
}
