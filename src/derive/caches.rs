//! The zones that a cache's shards stand in.

use super::view::only;
use super::{Join, Patch, View};
use crate::facts::elasticache::{ReplicationGroup, Shard};

pub(super) const SINGLE_ZONE: Join = Join {
    kind: "elasticache.replication_group",
    facts: &["single_zone_shards"],
    reads: &[],
    learn: single_zone_shards,
};

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
    use crate::facts::elasticache::ReplicationGroup;

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
