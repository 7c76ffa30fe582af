//! Which readers are found too small, and which are left open.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::SnapshotBuilder;
use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::rds::{Class, DbCluster, DbInstance};

const WRITER: &str = "writer";

/// A cluster whose writer is in zone a; readers are (id, class, zone, tier, status).
fn world(writer: &str, readers: &[(&str, &str, &str, i64, &str)], capacity: Value) -> SnapshotBuilder {
    let member = |id: &str, writer: bool, tier: i64| json!({"instance": id, "writer": writer, "promotion_tier": tier});
    let instance = |class: &str, zone: &str, status: &str| {
        json!({
            "status": status, "engine": "aurora-postgresql", "instance_class": class, "availability_zone": zone,
            "vpc": "vpc-1", "cluster": "shop", "replica_of": null, "replicas": [],
        })
    };
    let mut members = vec![member(WRITER, true, 0)];
    members.extend(readers.iter().map(|(id, _, _, tier, _)| member(id, false, *tier)));
    let cluster = json!({
        "engine": "aurora-postgresql", "members": members, "multi_az_cluster_class": null, "replica_of": null,
        "serverless_min_capacity": capacity[0], "serverless_max_capacity": capacity[1],
    });
    let world = SnapshotBuilder::new()
        .with::<DbCluster>("shop", cluster)
        .with::<DbInstance>(WRITER, instance(writer, "a", "available"))
        .with::<Class>("db.r7g.large", json!({"vcpus": 2, "memory_mib": 16384}))
        .with::<Class>("db.r7g.2xlarge", json!({"vcpus": 8, "memory_mib": 65536}))
        .with::<Class>("db.m7g.xlarge", json!({"vcpus": 4, "memory_mib": 16384}))
        .with::<Class>("db.t4g.xlarge", json!({"vcpus": 4, "memory_mib": 16384}));
    readers
        .iter()
        .fold(world, |world, (id, class, zone, _, status)| world.with::<DbInstance>(id, instance(class, zone, status)))
}

fn facts(world: SnapshotBuilder) -> (Option<Value>, Option<Value>) {
    let world = world.derive();
    (world.fact::<Database>("shop", "mismatched_readers"), world.fact::<Database>("shop", "reader_in_other_zone"))
}

/// What is too small of one reader in another zone.
fn too_small(writer: &str, reader: &str, tier: i64, capacity: Value) -> Option<Value> {
    facts(world(writer, &[("r", reader, "b", tier, "available")], capacity)).0
}

#[test]
fn a_reader_carries_what_has_no_more_memory_and_vcpus() {
    let compare = |writer: &str, reader: &str| too_small(writer, reader, 1, json!([null, null]));
    assert_eq!(compare("db.r7g.large", "db.r7g.large"), Some(json!([])));
    assert_eq!(compare("db.r7g.large", "db.r7g.2xlarge"), Some(json!([])), "a larger one is no fault");
    assert_eq!(compare("db.r7g.large", "db.m7g.xlarge"), Some(json!([])), "another family may carry as much");
    assert_eq!(compare("db.r7g.2xlarge", "db.r7g.large"), Some(json!(["r"])));
    assert_eq!(compare("db.m7g.xlarge", "db.r7g.large"), Some(json!(["r"])), "it has half the vCPUs");
    assert_eq!(compare("db.r7g.large", "db.t4g.xlarge"), Some(json!(["r"])), "its credits end");
    assert_eq!(compare("db.r7g.large", "db.x9z.large"), None);
}

#[test]
fn a_serverless_reader_carries_what_its_range_and_its_tier_let_it() {
    let small = |tier, range: Value| too_small("db.r7g.2xlarge", "db.serverless", tier, range);
    assert_eq!(small(1, json!([0.5, 32.0])), Some(json!([])), "32 units are 64 GiB");
    assert_eq!(small(1, json!([0.5, 31.5])), Some(json!(["r"])));
    assert_eq!(small(2, json!([0.5, 64.0])), Some(json!(["r"])), "it shrinks on its own");
    assert_eq!(small(2, json!([32.0, 64.0])), Some(json!([])), "it never shrinks below the writer");
    assert_eq!(small(1, json!([null, null])), None);
}

#[test]
fn a_serverless_writer_is_followed_by_serverless_readers_of_the_first_tiers() {
    let small = |tier, range: Value| too_small("db.serverless", "db.serverless", tier, range);
    assert_eq!(small(1, json!([0.5, 64.0])), Some(json!([])));
    assert_eq!(small(2, json!([0.5, 64.0])), Some(json!(["r"])));
    assert_eq!(small(15, json!([64.0, 64.0])), Some(json!([])));
}

#[test]
fn a_reader_of_fixed_size_carries_what_a_serverless_writer_used() {
    let small = |used: Option<f64>| {
        let mut world = world("db.serverless", &[("r", "db.r7g.large", "b", 1, "available")], json!([0.5, 16.0]));
        let measured =
            used.map(|value| json!({"value": value, "statistic": "p99", "window_days": 7, "points_share": 1.0}));
        if let Some(measured) = measured {
            let writer = world.0.resources.iter_mut().find(|resource| resource.id == WRITER).unwrap();
            writer.facts.insert("acu_percent_p99".to_owned(), measured);
        }
        facts(world).0
    };
    assert_eq!(small(Some(40.0)), Some(json!([])), "of 32 GiB it used 13");
    assert_eq!(small(Some(90.0)), Some(json!(["r"])));
    assert_eq!(small(None), None);
    assert_eq!(too_small("db.serverless", "db.r7g.large", 1, json!([0.5, 8.0])), Some(json!([])));
}

#[test]
fn the_largest_of_the_first_tier_takes_over_and_small_ones_may_follow() {
    let (large, small) = ("db.r7g.2xlarge", "db.r7g.large");
    let of = |readers: &[(&str, &str, &str, i64, &str)]| facts(world(large, readers, json!([null, null])));
    let even =
        [("r1", large, "b", 1, "available"), ("r2", small, "b", 1, "available"), ("r3", small, "c", 9, "stopped")];
    assert_eq!(of(&even), (Some(json!([])), Some(json!(true))));
    let reports = [("r1", large, "b", 1, "available"), ("r2", small, "b", 15, "available")];
    assert_eq!(of(&reports), (Some(json!([])), Some(json!(true))));
    let same_zone = [("r1", large, "a", 0, "available"), ("r2", small, "b", 1, "available")];
    assert_eq!(of(&same_zone), (Some(json!(["r2"])), Some(json!(true))), "it is all that is left of the zone");
    assert_eq!(of(&same_zone[..1]), (Some(json!([])), Some(json!(false))));
}

#[test]
fn a_reader_that_does_not_serve_is_no_target() {
    let (large, small) = ("db.r7g.2xlarge", "db.r7g.large");
    let of = |state: &'static str| {
        let readers = [("r1", large, "b", 0, state), ("r2", small, "b", 1, "available")];
        facts(world(large, &readers, json!([null, null]))).0
    };
    assert_eq!(of("backing-up"), Some(json!([])));
    assert_eq!(of("stopped"), Some(json!(["r2"])));
    assert_eq!(of("rebooting"), None);
    let alone = facts(world(large, &[("r1", large, "b", 0, "stopped")], json!([null, null])));
    assert_eq!(alone, (Some(json!([])), Some(json!(false))));
}
