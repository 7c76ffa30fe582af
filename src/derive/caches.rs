//! Replication groups: the zones that their shards stand in, and how busy their busiest nodes are.

use super::view::only;
use super::{Join, Lookup, Patch, View};
use crate::facts::Fact;
use crate::facts::elasticache::{Cluster, ReplicationGroup, Shard};
use crate::facts::measured::Measured;

pub(super) const SINGLE_ZONE: Join = Join {
    kind: "elasticache.replication_group",
    facts: &["single_zone_shards"],
    reads: &[],
    learn: single_zone_shards,
};

pub(super) const LOAD: Join = Join {
    kind: "elasticache.replication_group",
    facts: &["engine_cpu_percent", "memory_percent"],
    reads: &[
        "elasticache.cluster",
        "elasticache.cluster:engine_cpu_percent_p99",
        "elasticache.cluster:memory_percent_peak",
    ],
    learn: load,
};

fn load(view: &View) -> Vec<Patch> {
    let clusters = view.here::<Cluster>();
    let clusters = clusters.by_id();
    let learned = |group: &ReplicationGroup| ReplicationGroup {
        engine_cpu_percent: highest(group, &clusters, |node| &node.engine_cpu_percent_p99).into(),
        memory_percent: highest(group, &clusters, |node| &node.memory_percent_peak).into(),
        ..ReplicationGroup::default()
    };
    view.here().iter().map(|group| group.learn(&learned(&group.facts))).collect()
}

/// The highest value among all nodes; none where they publish none. Each node bears its member's id.
fn highest(
    group: &ReplicationGroup,
    clusters: &Lookup<Cluster>,
    value: impl Fn(&Cluster) -> &Fact<Option<Measured>>,
) -> Option<Option<f64>> {
    let members = group.shards.known()?.iter().flat_map(|shard| &shard.members);
    let values = members.map(|member| {
        let measured = value(&clusters.get(&member.cluster)?.facts).known()?;
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
    view.here().iter().map(|group| group.learn(&learned(&group.facts))).collect()
}

/// Two zones among those that are known are enough to say no.
fn in_one_zone(shard: &Shard) -> Option<bool> {
    let known: Vec<&String> = shard.members.iter().filter_map(|member| member.availability_zone.as_ref()).collect();
    let first = known.first()?;
    if known.iter().any(|zone| zone != first) {
        return Some(false);
    }
    (known.len() == shard.members.len()).then_some(true)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::derive::sample::World;
    use crate::facts::elasticache::{Cluster, ReplicationGroup};

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
        let world = World::new()
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
        let world = World::new().with::<ReplicationGroup>("sessions", facts).derive();
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
}
