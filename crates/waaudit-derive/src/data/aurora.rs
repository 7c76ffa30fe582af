//! Database clusters: what their members are, and what scales them.

use crate::compute::scaling_policies::{fault, target, targets_by_resource};
use crate::engine::{Derivation, Item, Patch, View, distinct, reads};
use waaudit_model::facts::Fact;
use waaudit_model::facts::applicationautoscaling::ScalableTarget;
use waaudit_model::facts::rds::{DbCluster, DbInstance};

pub(crate) const READERS: Derivation = Derivation {
    kind: "rds.db_cluster",
    facts: &["reader_classes"],
    reads: reads![DbCluster { members }, DbInstance { instance_class }],
    compute: readers,
};
pub(crate) const SCALED: Derivation = Derivation {
    kind: "rds.db_cluster",
    facts: &["scaled_readers_min", "scaled_readers_max", "reader_scaling_fault"],
    reads: reads![
        DbCluster {},
        ScalableTarget { adding_policies, dimension, max_capacity, min_capacity, resource, scale_out_suspended },
    ],
    compute: scaled,
};
pub(crate) const CAPACITY: Derivation = Derivation {
    kind: "rds.db_cluster",
    facts: &["acu_percent_p99"],
    reads: reads![DbCluster { members }, DbInstance { acu_percent_p99 }],
    compute: capacity,
};

/// What of a cluster Application Auto Scaling counts.
const READER_COUNT: &str = "rds:cluster:ReadReplicaCount";

fn readers(view: &View) -> Vec<Patch> {
    let instances = view.here::<DbInstance>();
    let instances = instances.by_id();
    let classes = |cluster: &DbCluster| {
        let readers = cluster.members.known()?.iter().filter(|member| !member.writer);
        let classes = readers.map(|reader| instances.get(&reader.instance)?.facts.instance_class.known().cloned());
        Some(distinct(classes.collect::<Option<Vec<_>>>()?))
    };
    let learned = |cluster: &DbCluster| DbCluster { reader_classes: classes(cluster).into(), ..DbCluster::default() };
    view.here().iter().map(|cluster| cluster.patch(&learned(cluster.facts))).collect()
}

fn scaled(view: &View) -> Vec<Patch> {
    let targets = view.here::<ScalableTarget>();
    let targets = targets_by_resource(&targets);
    let of_cluster = |cluster: &str| target(&format!("cluster:{cluster}"), READER_COUNT, &targets);
    let learned = |cluster: &Item<DbCluster>| match of_cluster(&cluster.resource.id) {
        None => DbCluster::default(),
        Some(None) => DbCluster {
            scaled_readers_min: Fact::Known(None),
            scaled_readers_max: Fact::Known(None),
            reader_scaling_fault: fault(None).into(),
            ..DbCluster::default()
        },
        Some(Some(target)) => DbCluster {
            scaled_readers_min: target.min_capacity.get().map(Some).into(),
            scaled_readers_max: target.max_capacity.get().map(Some).into(),
            reader_scaling_fault: fault(Some(target)).into(),
            ..DbCluster::default()
        },
    };
    view.here().iter().map(|cluster| cluster.patch(&learned(cluster))).collect()
}

fn capacity(view: &View) -> Vec<Patch> {
    let instances = view.here::<DbInstance>();
    let instances = instances.by_id();
    let largest = |cluster: &DbCluster| {
        let members = cluster.members.known()?.iter().map(|member| instances.get(&member.instance));
        let percents = members.map(|member| {
            let measured = member?.facts.acu_percent_p99.known()?;
            Some(measured.as_ref().map(|measured| measured.value))
        });
        Some(percents.collect::<Option<Vec<_>>>()?.into_iter().flatten().reduce(f64::max))
    };
    let learned = |cluster: &DbCluster| DbCluster { acu_percent_p99: largest(cluster).into(), ..DbCluster::default() };
    view.here().iter().map(|cluster| cluster.patch(&learned(cluster.facts))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::applicationautoscaling::{Policy, ScalableTarget};
    use waaudit_model::facts::rds::{DbCluster, DbInstance};

    fn measured(value: f64) -> Value {
        json!({"value": value, "statistic": "99th percentile", "window_days": 7, "points_share": 1.0})
    }

    fn target(resource: &str, dimension: &str) -> Value {
        json!({
            "resource": resource, "dimension": dimension, "min_capacity": 1, "max_capacity": 5, "scale_out_suspended": false,
        })
    }

    fn world() -> SnapshotBuilder {
        let member = |id: &str, writer: bool| json!({"instance": id, "writer": writer});
        SnapshotBuilder::new()
            .with::<DbInstance>("shop-1", json!({"instance_class": "db.serverless", "acu_percent_p99": measured(40.0)}))
            .with::<DbInstance>("shop-2", json!({"instance_class": "db.serverless", "acu_percent_p99": measured(95.0)}))
            .with::<DbInstance>("shop-3", json!({"instance_class": "db.r7g.large", "acu_percent_p99": null}))
            .with::<DbCluster>(
                "shop",
                json!({"members": [member("shop-1", true), member("shop-2", false), member("shop-3", false)]}),
            )
            .with::<DbCluster>("plain", json!({"members": [member("shop-3", true)]}))
            .with::<ScalableTarget>("t1", target("cluster:shop", "rds:cluster:ReadReplicaCount"))
            .with::<ScalableTarget>("t2", target("cluster:plain", "rds:cluster:Other"))
    }

    fn fact(world: SnapshotBuilder, id: &str, fact: &str) -> Option<Value> {
        world.derive().fact::<DbCluster>(id, fact)
    }

    #[test]
    fn readers_are_the_members_that_do_not_write() {
        assert_eq!(fact(world(), "shop", "reader_classes"), Some(json!(["db.r7g.large", "db.serverless"])));
        assert_eq!(fact(world(), "plain", "reader_classes"), Some(json!([])));
        assert_eq!(fact(world().unread::<DbInstance>(), "shop", "reader_classes"), None);
    }

    #[test]
    fn readers_scale_where_a_target_counts_them() {
        assert_eq!(fact(world(), "shop", "scaled_readers_max"), Some(json!(5)));
        assert_eq!(fact(world(), "plain", "scaled_readers_max"), Some(json!(null)));
        assert_eq!(fact(world().half_read::<ScalableTarget>(), "plain", "scaled_readers_max"), None);
        assert_eq!(fact(world().half_read::<ScalableTarget>(), "shop", "scaled_readers_min"), Some(json!(1)));
        let silent = world().with::<ScalableTarget>("t3", json!({"min_capacity": 1, "max_capacity": 2}));
        assert_eq!(fact(silent, "plain", "scaled_readers_max"), None);
    }

    #[test]
    fn readers_are_added_by_a_policy_of_their_target() {
        assert_eq!(fact(world(), "plain", "reader_scaling_fault"), Some(json!("no scalable target")));
        assert_eq!(fact(world(), "shop", "reader_scaling_fault"), Some(json!("no scaling policy adds capacity")));
        let policy = json!({
            "resource": "cluster:shop", "dimension": "rds:cluster:ReadReplicaCount", "alarms": [], "policy_type": "TargetTrackingScaling",
        });
        let scaled = world().with::<Policy>("cpu", policy);
        assert_eq!(fact(scaled.clone(), "shop", "reader_scaling_fault"), Some(json!(null)));
        assert_eq!(fact(scaled.half_read::<Policy>(), "shop", "reader_scaling_fault"), None);
    }

    #[test]
    fn the_fullest_serverless_member_speaks_for_the_cluster() {
        assert_eq!(fact(world(), "shop", "acu_percent_p99"), Some(json!(95.0)));
        assert_eq!(fact(world(), "plain", "acu_percent_p99"), Some(json!(null)));
        assert_eq!(fact(world().half_read::<DbInstance>(), "shop", "acu_percent_p99"), Some(json!(95.0)));
        assert_eq!(fact(world().unread::<DbInstance>(), "shop", "acu_percent_p99"), None);
    }
}
