//! Databases and the caches before them.
//!
//! A cluster is in the VPC of its subnet group, a serverless cache in that of its subnets. For MemoryDB, the interfaces
//! that have its security groups may tell. "No cache is in use" is only said of a VPC that no route leads out of, for at
//! the end of one may be a cache.

use std::collections::BTreeMap;

use crate::engine::{Derivation, Item, List, Lookup, Patch, Referrers, View, all, any, distinct, one, reads};
use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::ec2::{NetworkInterface, RouteTable, Subnet};
use waaudit_model::facts::elasticache::{Cluster, ReplicationGroup, ServerlessCache, SubnetGroup};
use waaudit_model::facts::measured::Measured;
use waaudit_model::facts::rds::{DbCluster, DbInstance};
use waaudit_model::facts::{Fact, dax, memorydb};

pub(crate) const WRITERS: Derivation = Derivation {
    kind: "database",
    facts: &["writer_cpu_percent"],
    reads: reads![Database { shape }, DbCluster { members }, DbInstance { cpu_percent_p95 }],
    compute: writers,
};
pub(crate) const CACHES: Derivation = Derivation {
    kind: "database",
    facts: &["caches", "cache_in_use"],
    reads: reads![
        Cluster { connections, engine, port, replication_group, security_groups, subnet_group },
        Database { vpc },
        NetworkInterface { security_groups, vpc },
        ReplicationGroup {},
        RouteTable { routes, vpc },
        ServerlessCache { connections, engine, port, security_groups, subnets },
        Subnet { vpc },
        SubnetGroup { vpc },
        memorydb::Cluster { connections, port, security_groups },
    ],
    compute: caches,
};

pub(crate) const DAX: Derivation = Derivation {
    kind: "database",
    facts: &["dax_clusters"],
    reads: reads![Database { shape }, dax::Cluster {}],
    compute: dax_clusters,
};

/// Clients that AWS itself connects, to see whether a node lives: <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html>.
const PROBES: f64 = 6.0;
/// Beginnings of the ids of what leads into other VPCs.
const ROADS: &[&str] = &["pcx-", "tgw-"];

fn writers(view: &View) -> Vec<Patch> {
    let (instances, clusters) = (view.here::<DbInstance>(), view.here::<DbCluster>());
    let (instances, clusters) = (instances.by_id(), clusters.by_id());
    let learned = |database: &Item<Database>| {
        let writer = writer(database, &clusters);
        let load = match writer {
            None => None,
            Some(None) => Some(None),
            Some(Some(id)) => instances.get(&id).and_then(|writer| writer.facts.cpu_percent_p95.known()).map(Some),
        };
        Database {
            writer_cpu_percent: load.map(|load| load.map(|measured| measured.value)).into(),
            ..Database::default()
        }
    };
    view.here().iter().map(|database| database.patch(&learned(database))).collect()
}

fn dax_clusters(view: &View) -> Vec<Patch> {
    let clusters = view.here::<dax::Cluster>();
    let ids = clusters.whole().map(|all| distinct(all.iter().map(|cluster| cluster.resource.id.clone())));
    // One of unread shape may be a part of another, and no database at all.
    let learned = |database: &Database| Database {
        dax_clusters: database.shape.known().and(ids.clone()).into(),
        ..Database::default()
    };
    view.here().iter().map(|database| database.patch(&learned(database.facts))).collect()
}

/// The id of the instance that takes the writes; none where a cluster has no such.
fn writer(database: &Item<Database>, clusters: &Lookup<DbCluster>) -> Option<Option<String>> {
    if database.facts.shape.known()? == "instance" {
        return Some(Some(database.resource.id.clone()));
    }
    let members = clusters.get(&database.resource.id)?.facts.members.known()?;
    Some(members.iter().find(|member| member.writer).map(|member| member.instance.clone()))
}

/// A cache.
pub(crate) struct Cache {
    /// What it is called.
    pub(crate) id: String,
    /// Its VPC; none where nothing tells.
    pub(crate) vpc: Option<String>,
    /// Whether more than AWS itself is connected; nothing where the derivation names no `connections`.
    used: Option<bool>,
    /// The ways into it, if they could be read.
    pub(crate) doors: Option<Vec<Door>>,
}

/// A port, and the security groups that guard it.
pub(crate) struct Door {
    /// Where it answers.
    pub(crate) port: i64,
    /// Ids of what guards it.
    pub(crate) groups: Vec<String>,
}

/// Where Redis and Valkey, and where Memcached answer, unless told otherwise.
const REDIS: i64 = 6379;
const MEMCACHED: i64 = 11211;

impl Door {
    /// Of a cache that is being made AWS does not say the port yet.
    fn new(port: Option<i64>, engine: Option<&String>, groups: Option<&Vec<String>>) -> Option<Self> {
        let usual = || engine.map(|engine| if engine == "memcached" { MEMCACHED } else { REDIS });
        Some(Self { port: port.or_else(usual)?, groups: groups?.clone() })
    }
}

fn caches(view: &View) -> Vec<Patch> {
    let caches = all_caches(view);
    let caches = caches.as_deref().map(by_vpc);
    let tables = view.here::<RouteTable>();
    let tables = tables.by(|table| one(table.facts.vpc.known()));
    let learned = |database: &Database| {
        let vpc = database.vpc.known();
        let near = vpc.zip(caches.as_ref()).map(|(vpc, caches)| near(vpc.as_deref(), caches));
        Database {
            caches: near.as_ref().map(|near| distinct(near.iter().map(|cache| cache.id.clone()))).into(),
            cache_in_use: near.zip(vpc).and_then(|(near, vpc)| in_use(&near, vpc.as_deref(), &tables)).into(),
            ..Database::default()
        }
    };
    view.here().iter().map(|database| database.patch(&learned(database.facts))).collect()
}

/// Caches that may be in a VPC. A database outside all of them has none.
fn near<'c>(vpc: Option<&str>, caches: &BTreeMap<Option<&str>, Vec<&'c Cache>>) -> Vec<&'c Cache> {
    let placed = vpc.map(|vpc| [None, Some(vpc)]).into_iter().flatten();
    placed.filter_map(|vpc| caches.get(&vpc)).flatten().copied().collect()
}

fn by_vpc(caches: &[Cache]) -> BTreeMap<Option<&str>, Vec<&Cache>> {
    let mut by_vpc: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for cache in caches {
        by_vpc.entry(cache.vpc.as_deref()).or_default().push(cache);
    }
    by_vpc
}

fn in_use(near: &[&Cache], vpc: Option<&str>, tables: &Referrers<RouteTable>) -> Option<bool> {
    let used = |cache: &&Cache| all([cache.vpc.is_some().then_some(true), cache.used]);
    let elsewhere = match vpc {
        Some(vpc) => leads_elsewhere(vpc, tables),
        None => Some(false),
    };
    let unseen = elsewhere.filter(|leads| !leads);
    any(near.iter().map(used).chain([unseen]))
}

/// Whether a road into other VPCs leads out of one.
fn leads_elsewhere(vpc: &str, tables: &Referrers<RouteTable>) -> Option<bool> {
    let leads = |table: &RouteTable| {
        let roads = table.routes.known().map(|routes| {
            routes.iter().any(|route| route.active && ROADS.iter().any(|road| route.target.starts_with(road)))
        });
        all([table.vpc.known().map(|other| other == vpc), roads])
    };
    any(tables.of(vpc).map(|table| leads(table.facts)).chain(tables.missing()))
}

/// All caches of the region; nothing where one may be missing.
pub(crate) fn all_caches(view: &View) -> Option<Vec<Cache>> {
    let (groups, clusters) = (view.here::<ReplicationGroup>(), view.here::<Cluster>());
    let (serverless, subnets) = (view.here::<ServerlessCache>(), view.here::<Subnet>());
    let (memory, interfaces) = (view.here::<memorydb::Cluster>(), view.here::<NetworkInterface>());
    let subnet_groups = view.here::<SubnetGroup>();
    let (subnets, subnet_groups) = (subnets.by_id(), subnet_groups.by_id());

    let mut found = of_elasticache(&groups, &clusters, &subnet_groups)?;
    for cache in serverless.whole()? {
        let vpc = match cache.facts.subnets.known()?.first() {
            Some(subnet) => Some(subnets.get(subnet)?.facts.vpc.known()?.clone()),
            None => None,
        };
        let facts = cache.facts;
        let door = Door::new(facts.port.get().flatten(), facts.engine.known(), facts.security_groups.known());
        found.push(Cache {
            id: cache.resource.id.clone(),
            vpc,
            used: is_used(&facts.connections),
            doors: door.map(|door| vec![door]),
        });
    }
    let memory = memory.whole()?;
    if !memory.is_empty() {
        let vpc_of = vpc_of_groups(&interfaces)?;
        for cluster in memory {
            let groups = cluster.facts.security_groups.known()?;
            let vpc = groups.iter().find_map(|group| vpc_of.get(group.as_str())).map(|vpc| (*vpc).to_owned());
            found.push(Cache {
                id: cluster.resource.id.clone(),
                vpc,
                used: is_used(&cluster.facts.connections),
                doors: Some(vec![Door {
                    port: cluster.facts.port.get().flatten().unwrap_or(REDIS),
                    groups: groups.clone(),
                }]),
            });
        }
    }
    Some(found)
}

fn is_used(connections: &Fact<Measured>) -> Option<bool> {
    connections.known().map(|measured| measured.value > PROBES)
}

/// Replication groups, and the clusters that belong to none. A group is where its members are, and is used as one of
/// them is.
fn of_elasticache(
    groups: &List<ReplicationGroup>,
    clusters: &List<Cluster>,
    subnet_groups: &Lookup<SubnetGroup>,
) -> Option<Vec<Cache>> {
    let mut members: BTreeMap<&str, Vec<&Cluster>> = BTreeMap::new();
    for group in groups.whole()? {
        members.insert(&group.resource.id, Vec::new());
    }
    for cluster in clusters.whole()? {
        let id = cluster.facts.replication_group.known()?.as_ref().unwrap_or(&cluster.resource.id);
        members.entry(id).or_default().push(cluster.facts);
    }
    members.into_iter().map(|(id, nodes)| of_nodes(id, &nodes, subnet_groups)).collect()
}

fn of_nodes(id: &str, nodes: &[&Cluster], subnet_groups: &Lookup<SubnetGroup>) -> Option<Cache> {
    let mut vpc = None;
    for node in nodes {
        if let Some(group) = node.subnet_group.known()? {
            vpc = vpc.or(subnet_groups.get(group)?.facts.vpc.known()?.clone());
        }
    }
    // A group without a node that was listed is being made, or the list is one of another moment.
    let unseen = nodes.is_empty().then_some(None);
    let used = any(nodes.iter().map(|node| is_used(&node.connections)).chain(unseen));
    let door = |node: &&Cluster| Door::new(node.port.get()?, node.engine.known(), node.security_groups.known());
    Some(Cache { id: id.to_owned(), vpc, used, doors: nodes.iter().map(door).collect() })
}

/// The VPC of each security group that an interface has. A group belongs to one VPC.
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
mod tests;
