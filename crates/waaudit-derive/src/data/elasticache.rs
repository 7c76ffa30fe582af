//! Caches: the zones of their nodes, how busy the busiest node is, and whether shards can be added.

use super::data_store_states;
use super::data_store_states::{Place, spans_zones};
use crate::engine::{Derivation, Item, Lookup, Patch, View, only, reads};
use waaudit_model::facts::elasticache::{Cluster, ReplicationGroup, Shard};
use waaudit_model::facts::measured::Measured;
use waaudit_model::facts::{Fact, dax, memorydb};

pub(crate) const SINGLE_ZONE: Derivation = Derivation {
    kind: "elasticache.replication_group",
    facts: &["single_zone_shards"],
    reads: reads![ReplicationGroup { shards }],
    compute: single_zone_shards,
};

pub(crate) const LOAD: Derivation = Derivation {
    kind: "elasticache.replication_group",
    facts: &["engine_cpu_percent", "memory_percent"],
    reads: reads![Cluster { engine_cpu_percent_p99, memory_percent_peak }, ReplicationGroup { shards }],
    compute: load,
};

pub(crate) const CLUSTER_MODE: Derivation = Derivation {
    kind: "elasticache.cluster",
    facts: &["in_cluster_mode"],
    reads: reads![Cluster { replication_group }, ReplicationGroup { cluster_mode }],
    compute: cluster_mode,
};
pub(crate) const MEMORYDB_ZONES: Derivation = Derivation {
    kind: "memorydb.cluster",
    facts: &["single_zone_shards"],
    reads: reads![memorydb::Cluster { availability_mode, shards }],
    compute: memorydb_zones,
};
pub(crate) const DAX_ZONES: Derivation = Derivation {
    kind: "dax.cluster",
    facts: &["in_two_zones"],
    reads: reads![dax::Cluster { nodes }],
    compute: dax_zones,
};

fn load(view: &View) -> Vec<Patch> {
    let clusters = view.here::<Cluster>();
    let clusters = clusters.by_id();
    let learned = |group: &ReplicationGroup| ReplicationGroup {
        engine_cpu_percent: highest(group, &clusters, |node| &node.engine_cpu_percent_p99).into(),
        memory_percent: highest(group, &clusters, |node| &node.memory_percent_peak).into(),
        ..ReplicationGroup::default()
    };
    view.here().iter().map(|group| group.patch(&learned(group.facts))).collect()
}

/// The highest value among all nodes; none where they publish none. A node has its member's id.
fn highest(
    group: &ReplicationGroup,
    clusters: &Lookup<Cluster>,
    value: impl Fn(&Cluster) -> &Fact<Option<Measured>>,
) -> Option<Option<f64>> {
    let members = group.shards.known()?.iter().flat_map(|shard| &shard.members);
    let values = members.map(|member| {
        let measured = value(clusters.get(&member.cluster)?.facts).known()?;
        Some(measured.as_ref().map(|measured| measured.value))
    });
    let values = values.collect::<Option<Vec<_>>>()?;
    Some(values.into_iter().flatten().reduce(f64::max))
}

fn single_zone_shards(view: &View) -> Vec<Patch> {
    let single = |group: &ReplicationGroup| {
        let shards = only(group.shards.known()?, |shard| in_one_zone(shard))?;
        Some(shards.into_iter().map(|shard| shard.id.clone()).collect::<Vec<_>>())
    };
    let learned = |group: &ReplicationGroup| ReplicationGroup {
        single_zone_shards: single(group).into(),
        ..ReplicationGroup::default()
    };
    view.here().iter().map(|group| group.patch(&learned(group.facts))).collect()
}

/// A shard without nodes is being made, or the answer is cut short.
fn in_one_zone(shard: &Shard) -> Option<bool> {
    if shard.members.is_empty() {
        return None;
    }
    let places = shard.members.iter();
    let places = places.map(|member| Place { serves: Some(true), zone: member.availability_zone.as_deref() });
    spans_zones(places).map(|spans| !spans)
}

fn cluster_mode(view: &View) -> Vec<Patch> {
    let groups = view.here::<ReplicationGroup>();
    let groups = groups.by_id();
    let mode = |cluster: &Cluster| match cluster.replication_group.known()? {
        None => Some(None),
        Some(group) => groups.get(group)?.facts.cluster_mode.get().map(Some),
    };
    let learned = |cluster: &Cluster| Cluster { in_cluster_mode: mode(cluster).into(), ..Cluster::default() };
    view.here().iter().map(|cluster| cluster.patch(&learned(cluster.facts))).collect()
}

fn memorydb_zones(view: &View) -> Vec<Patch> {
    let serves =
        |node: &memorydb::Node| node.status.as_deref().and_then(|status| data_store_states::MEMORYDB.serve(status));
    let in_one_zone = |shard: &memorydb::Shard| {
        let places = shard.nodes.iter();
        let places = places.map(|node| Place { serves: serves(node), zone: node.availability_zone.as_deref() });
        spans_zones(places).map(|spans| !spans)
    };
    let single = |cluster: &memorydb::Cluster| {
        let shards = only(cluster.shards.known()?, |shard| in_one_zone(shard))?;
        // MemoryDB that calls itself Multi-AZ and names one zone contradicts itself.
        let contradicts = || cluster.availability_mode.known().map(|mode| mode.as_deref() == Some("multiaz"));
        if shards.iter().any(|shard| shard.nodes.len() > 1) && contradicts()? {
            return None;
        }
        Some(shards.into_iter().map(|shard| shard.name.clone()).collect::<Vec<_>>())
    };
    let learned = |cluster: &Item<memorydb::Cluster>| memorydb::Cluster {
        single_zone_shards: single(cluster.facts).into(),
        ..memorydb::Cluster::default()
    };
    view.here().iter().map(|cluster| cluster.patch(&learned(cluster))).collect()
}

fn dax_zones(view: &View) -> Vec<Patch> {
    let serves = |node: &dax::Node| node.status.as_deref().and_then(|status| data_store_states::DAX.serve(status));
    let in_two_zones = |cluster: &dax::Cluster| {
        let nodes = cluster.nodes.known()?.iter();
        spans_zones(nodes.map(|node| Place { serves: serves(node), zone: node.availability_zone.as_deref() }))
    };
    let learned = |cluster: &Item<dax::Cluster>| dax::Cluster {
        in_two_zones: in_two_zones(cluster.facts).into(),
        ..dax::Cluster::default()
    };
    view.here().iter().map(|cluster| cluster.patch(&learned(cluster))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::elasticache::{Cluster, ReplicationGroup};
    use waaudit_model::facts::{dax, memorydb};

    fn group(members: &[&str]) -> Value {
        let members: Vec<Value> = members.iter().map(|id| json!({"cluster": id})).collect();
        json!({"shards": [{"id": "0001", "members": members}]})
    }

    fn node(cpu: Option<f64>) -> Value {
        let measured =
            cpu.map(|value| json!({"value": value, "statistic": "p", "window_days": 7, "points_share": 1.0}));
        json!({"engine_cpu_percent_p99": measured, "memory_percent_peak": null})
    }

    #[test]
    fn a_group_is_as_busy_as_its_busiest_node() {
        let world = SnapshotBuilder::new()
            .with::<ReplicationGroup>("both", group(&["a", "b"]))
            .with::<ReplicationGroup>("small", group(&["c"]))
            .with::<ReplicationGroup>("cut", group(&["a", "gone"]))
            .with::<Cluster>("a", node(Some(12.0)))
            .with::<Cluster>("b", node(Some(71.0)))
            .with::<Cluster>("c", node(None));
        let derived = world.derive();
        let cpu = |id: &str| derived.fact::<ReplicationGroup>(id, "engine_cpu_percent");
        assert_eq!(cpu("both"), Some(json!(71.0)));
        assert_eq!(cpu("small"), Some(json!(null)));
        assert_eq!(cpu("cut"), None);
        assert_eq!(derived.fact::<ReplicationGroup>("both", "memory_percent"), Some(json!(null)));
    }

    fn single(zones: &[Option<&str>]) -> Option<Value> {
        let members: Vec<Value> = zones.iter().map(|zone| json!({"cluster": "c", "availability_zone": zone})).collect();
        let facts = json!({"shards": [{"id": "0001", "members": members}]});
        let world = SnapshotBuilder::new().with::<ReplicationGroup>("sessions", facts).derive();
        world.fact::<ReplicationGroup>("sessions", "single_zone_shards")
    }

    #[test]
    fn a_shard_over_two_zones_is_not_in_one() {
        assert_eq!(single(&[Some("a"), Some("b")]), Some(json!([])));
        assert_eq!(single(&[Some("a"), Some("b"), None]), Some(json!([])));
    }

    #[test]
    fn a_shard_is_in_one_zone_when_all_its_nodes_are() {
        assert_eq!(single(&[Some("a"), Some("a")]), Some(json!(["0001"])));
        assert_eq!(single(&[Some("a")]), Some(json!(["0001"])));
    }

    #[test]
    fn a_node_without_a_zone_leaves_the_answer_unread() {
        assert_eq!(single(&[Some("a"), None]), None);
        assert_eq!(single(&[]), None);
    }

    #[test]
    fn one_node_is_in_one_zone_wherever_it_is() {
        assert_eq!(single(&[None]), Some(json!(["0001"])));
    }

    #[test]
    fn a_node_can_be_given_shards_where_its_group_is_in_cluster_mode() {
        let world = SnapshotBuilder::new()
            .with::<ReplicationGroup>("sharded", json!({"cluster_mode": true}))
            .with::<Cluster>("a", json!({"replication_group": "sharded"}))
            .with::<Cluster>("b", json!({"replication_group": null}))
            .with::<Cluster>("c", json!({"replication_group": "lost"}))
            .derive();
        let mode = |id: &str| world.fact::<Cluster>(id, "in_cluster_mode");
        assert_eq!((mode("a"), mode("b"), mode("c")), (Some(json!(true)), Some(json!(null)), None));
    }

    #[test]
    fn a_shard_of_memorydb_needs_nodes_that_serve_in_two_zones() {
        let shard = |name: &str, nodes: &[(&str, &str)]| {
            let nodes = nodes.iter().enumerate();
            let nodes: Vec<Value> = nodes
                .map(
                    |(n, (zone, status))| json!({"name": format!("n{n}"), "status": status, "availability_zone": zone}),
                )
                .collect();
            json!({"name": name, "nodes": nodes})
        };
        let shards = [
            shard("0001", &[("a", "available"), ("b", "available")]),
            shard("0002", &[("a", "available")]),
            shard("0003", &[("a", "available"), ("b", "creating")]),
        ];
        let of = |mode: Value| json!({"availability_mode": mode, "shards": shards});
        let world = SnapshotBuilder::new()
            .with::<memorydb::Cluster>("ledger", of(json!("singleaz")))
            .with::<memorydb::Cluster>("contradiction", of(json!("multiaz")));
        let world = world.with::<memorydb::Cluster>(
            "odd",
            json!({"shards": [shard("0001", &[("a", "available"), ("b", "a-state-to-come")])]}),
        );
        let world = world.derive();
        let single = |id: &str| world.fact::<memorydb::Cluster>(id, "single_zone_shards");
        assert_eq!((single("ledger"), single("odd")), (Some(json!(["0002", "0003"])), None));
        assert_eq!(single("contradiction"), None);
    }

    #[test]
    fn nodes_of_dax_are_in_two_zones_or_in_one() {
        let node = |id: &str, zone: &str| json!({"id": id, "status": "available", "availability_zone": zone});
        let world = SnapshotBuilder::new()
            .with::<dax::Cluster>("one", json!({"nodes": [node("n1", "a")]}))
            .with::<dax::Cluster>("near", json!({"nodes": [node("n1", "a"), node("n2", "a")]}))
            .with::<dax::Cluster>("apart", json!({"nodes": [node("n1", "a"), node("n2", "b")]}))
            .derive();
        let spans = |id: &str| world.fact::<dax::Cluster>(id, "in_two_zones");
        assert_eq!(
            (spans("one"), spans("near"), spans("apart")),
            (Some(json!(false)), Some(json!(false)), Some(json!(true)))
        );
    }
}
