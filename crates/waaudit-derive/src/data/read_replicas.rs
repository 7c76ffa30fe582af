//! Which instance another one follows, and how they compare.

use crate::engine::{Derivation, Item, Lookup, Patch, View, reads};
use waaudit_model::facts::Fact;
use waaudit_model::facts::measured::Measured;
use waaudit_model::facts::rds::{DbCluster, DbInstance};

pub(crate) const PRIMARY: Derivation = Derivation {
    kind: "rds.db_instance",
    facts: &["primary"],
    reads: reads![DbCluster { members }, DbInstance { cluster, replica_of }],
    compute: primary,
};
pub(crate) const PRIMARY_CPU: Derivation = Derivation {
    kind: "rds.db_instance",
    facts: &["primary_cpu_percent_p95"],
    reads: reads![DbInstance { cpu_percent_p95, primary }],
    compute: primary_cpu,
};
pub(crate) const READS: Derivation = Derivation {
    kind: "rds.db_instance",
    facts: &["share_of_reads"],
    reads: reads![DbInstance { primary, read_iops_average }],
    compute: share_of_reads,
};

fn primary(view: &View) -> Vec<Patch> {
    let (instances, clusters) = (view.here::<DbInstance>(), view.here::<DbCluster>());
    let (instances_by_id, clusters) = (instances.by_id(), clusters.by_id());
    let learned = |instance: &Item<DbInstance>| DbInstance {
        primary: followed(instance, &instances_by_id, &clusters).into(),
        ..DbInstance::default()
    };
    instances.iter().map(|instance| instance.patch(&learned(instance))).collect()
}

fn followed(
    instance: &Item<DbInstance>,
    instances: &Lookup<DbInstance>,
    clusters: &Lookup<DbCluster>,
) -> Option<Option<String>> {
    if let Some(source) = instance.facts.replica_of.known()? {
        // RDS names what is in the same region by id, and the rest by ARN.
        if source.starts_with("arn:") {
            return Some(None);
        }
        if let Some(cluster) = clusters.get(source) {
            return writer(cluster.facts);
        }
        return instances.get(source).map(|source| Some(source.resource.id.clone()));
    }
    let Some(cluster) = instance.facts.cluster.known()? else { return Some(None) };
    let writer = writer(clusters.get(cluster)?.facts)?;
    Some(writer.filter(|writer| *writer != instance.resource.id))
}

fn writer(cluster: &DbCluster) -> Option<Option<String>> {
    let writer = cluster.members.known()?.iter().find(|member| member.writer);
    Some(writer.map(|writer| writer.instance.clone()))
}

/// Calls `compare` on each instance that follows another one, and on that.
fn compared(
    view: &View,
    compare: fn(&DbInstance, &DbInstance) -> Option<f64>,
    learned: fn(Fact<Option<f64>>) -> DbInstance,
) -> Vec<Patch> {
    let instances = view.here::<DbInstance>();
    let by_id = instances.by_id();
    let answer = |instance: &Item<DbInstance>| match instance.facts.primary.known()? {
        None => Some(None),
        Some(primary) => compare(instance.facts, by_id.get(primary)?.facts).map(Some),
    };
    instances.iter().map(|instance| instance.patch(&learned(answer(instance).into()))).collect()
}

fn primary_cpu(view: &View) -> Vec<Patch> {
    compared(
        view,
        |_, primary| primary.cpu_percent_p95.known().map(|cpu| cpu.value),
        |cpu| DbInstance { primary_cpu_percent_p95: cpu, ..DbInstance::default() },
    )
}

fn share_of_reads(view: &View) -> Vec<Patch> {
    compared(
        view,
        |own, primary| {
            let (own, primary) = (number(&own.read_iops_average)?, number(&primary.read_iops_average)?);
            (own + primary > 0.0).then(|| own / (own + primary))
        },
        |share| DbInstance { share_of_reads: share, ..DbInstance::default() },
    )
}

fn number(measured: &Fact<Option<Measured>>) -> Option<f64> {
    Some(measured.known()?.as_ref()?.value)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::rds::{DbCluster, DbInstance};

    fn measured(value: f64) -> Value {
        json!({"value": value, "statistic": "average", "window_days": 14, "points_share": 1.0})
    }

    fn instance(cluster: Value, replica_of: Value, cpu: f64, reads: f64) -> Value {
        json!({
            "cluster": cluster, "replica_of": replica_of, "cpu_percent_p95": measured(cpu),
            "read_iops_average": measured(reads),
        })
    }

    fn world() -> SnapshotBuilder {
        let members = json!([{"instance": "shop-1", "writer": true}, {"instance": "shop-2", "writer": false}]);
        SnapshotBuilder::new()
            .with::<DbInstance>("orders", instance(json!(null), json!(null), 55.0, 300.0))
            .with::<DbInstance>("orders-r", instance(json!(null), json!("orders"), 5.0, 100.0))
            .with::<DbInstance>("far", instance(json!(null), json!("arn:aws:rds:us-east-1:1:db:orders"), 5.0, 0.0))
            .with::<DbInstance>("lost", instance(json!(null), json!("elsewhere"), 5.0, 0.0))
            .with::<DbInstance>("shop-1", instance(json!("shop"), json!(null), 70.0, 0.0))
            .with::<DbInstance>("shop-2", instance(json!("shop"), json!(null), 3.0, 0.0))
            .with::<DbCluster>("shop", json!({"members": members}))
    }

    fn fact(world: &SnapshotBuilder, id: &str, fact: &str) -> Option<Value> {
        world.clone().derive().fact::<DbInstance>(id, fact)
    }

    #[test]
    fn replicas_follow_their_source_and_readers_their_writer() {
        let of = |id: &str| fact(&world(), id, "primary");
        assert_eq!(of("orders"), Some(json!(null)));
        assert_eq!(of("orders-r"), Some(json!("orders")));
        assert_eq!(of("shop-1"), Some(json!(null)));
        assert_eq!(of("shop-2"), Some(json!("shop-1")));
        assert_eq!(of("far"), Some(json!(null)), "its source is in another region");
        assert_eq!(of("lost"), None);
        assert_eq!(fact(&world().unread::<DbCluster>(), "shop-2", "primary"), None);
    }

    #[test]
    fn a_replica_is_compared_with_what_it_follows() {
        assert_eq!(fact(&world(), "orders-r", "primary_cpu_percent_p95"), Some(json!(55.0)));
        assert_eq!(fact(&world(), "orders", "primary_cpu_percent_p95"), Some(json!(null)));
        assert_eq!(fact(&world(), "orders-r", "share_of_reads"), Some(json!(0.25)));
        assert_eq!(fact(&world(), "shop-2", "share_of_reads"), None, "there are no reads");
        assert_eq!(fact(&world(), "lost", "share_of_reads"), None);
    }
}
