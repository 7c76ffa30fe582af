//! Whether requests from the internet get to a resource.
//!
//! Yes only where the graph leads there from a public way in; no only where nothing leads there that is not ruled out,
//! in an account of which every list was read. Between the two it can't be told.

use crate::engine::{Derivation, Item, Patch, View, reads};
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::ec2::Instance;
use waaudit_model::facts::ecs::Service;
use waaudit_model::facts::elasticache::{Cluster, ReplicationGroup, ServerlessCache};
use waaudit_model::facts::rds::{DbCluster, DbInstance};
use waaudit_model::facts::{Fact, Facts};

const FACTS: &[&str] = &["on_request_path"];

pub(crate) const FLEET: Derivation = Derivation {
    kind: "autoscaling.group",
    facts: FACTS,
    reads: reads![GRAPH, Group {}],
    compute: |view| own(view, |on_request_path| Group { on_request_path, ..Group::default() }),
};
pub(crate) const DATABASE: Derivation = Derivation {
    kind: "database",
    facts: FACTS,
    reads: reads![GRAPH, Database {}],
    compute: |view| own(view, |on_request_path| Database { on_request_path, ..Database::default() }),
};
pub(crate) const INSTANCE: Derivation = Derivation {
    kind: "ec2.instance",
    facts: FACTS,
    reads: reads![GRAPH, Instance {}],
    compute: |view| own(view, |on_request_path| Instance { on_request_path, ..Instance::default() }),
};
pub(crate) const SERVICE: Derivation = Derivation {
    kind: "ecs.service",
    facts: FACTS,
    reads: reads![GRAPH, Service {}],
    compute: |view| own(view, |on_request_path| Service { on_request_path, ..Service::default() }),
};
pub(crate) const CACHE_CLUSTER: Derivation = Derivation {
    kind: "elasticache.cluster",
    facts: FACTS,
    reads: reads![GRAPH, Cluster { replication_group }, ReplicationGroup {}],
    compute: cache_clusters,
};
pub(crate) const CACHE_GROUP: Derivation = Derivation {
    kind: "elasticache.replication_group",
    facts: FACTS,
    reads: reads![GRAPH, ReplicationGroup {}],
    compute: |view| own(view, |on_request_path| ReplicationGroup { on_request_path, ..ReplicationGroup::default() }),
};
pub(crate) const SERVERLESS_CACHE: Derivation = Derivation {
    kind: "elasticache.serverless_cache",
    facts: FACTS,
    reads: reads![GRAPH, ServerlessCache {}],
    compute: |view| own(view, |on_request_path| ServerlessCache { on_request_path, ..ServerlessCache::default() }),
};
pub(crate) const DB_CLUSTER: Derivation = Derivation {
    kind: "rds.db_cluster",
    facts: FACTS,
    reads: reads![GRAPH, DbCluster {}],
    compute: |view| own(view, |on_request_path| DbCluster { on_request_path, ..DbCluster::default() }),
};
pub(crate) const DB_INSTANCE: Derivation = Derivation {
    kind: "rds.db_instance",
    facts: FACTS,
    reads: reads![GRAPH, DbCluster {}, DbInstance { cluster, replica_of }],
    compute: db_instances,
};

/// What a kind learns of nodes that bear its resources' own ARNs.
fn own<F: Facts>(view: &View, facts: fn(Fact<bool>) -> F) -> Vec<Patch> {
    let learned = |item: &Item<F>| item.patch(&facts(view.on_request_path(&item.resource.arn).into()));
    view.here::<F>().iter().map(learned).collect()
}

/// A member of a cluster, and a replica, serve who calls the cluster or the source.
fn db_instances(view: &View) -> Vec<Patch> {
    let (instances, clusters) = (view.here::<DbInstance>(), view.here::<DbCluster>());
    let (by_id, clusters) = (instances.by_id(), clusters.by_id());
    let node = |instance: &Item<DbInstance>| {
        if let Some(cluster) = instance.facts.cluster.known()? {
            return Some(clusters.get(cluster)?.resource.arn.clone());
        }
        match instance.facts.replica_of.known()? {
            Some(source) => Some(by_id.get(source)?.resource.arn.clone()),
            None => Some(instance.resource.arn.clone()),
        }
    };
    let learned = |instance: &Item<DbInstance>| {
        let on_path = node(instance).and_then(|node| view.on_request_path(&node));
        DbInstance { on_request_path: on_path.into(), ..DbInstance::default() }
    };
    instances.iter().map(|instance| instance.patch(&learned(instance))).collect()
}

/// A member of a replication group serves who calls the group.
fn cache_clusters(view: &View) -> Vec<Patch> {
    let groups = view.here::<ReplicationGroup>();
    let groups = groups.by_id();
    let node = |cluster: &Item<Cluster>| match cluster.facts.replication_group.known()? {
        Some(group) => Some(groups.get(group)?.resource.arn.clone()),
        None => Some(cluster.resource.arn.clone()),
    };
    let learned = |cluster: &Item<Cluster>| {
        let on_path = node(cluster).and_then(|node| view.on_request_path(&node));
        Cluster { on_request_path: on_path.into(), ..Cluster::default() }
    };
    view.here::<Cluster>().iter().map(|cluster| cluster.patch(&learned(cluster))).collect()
}
