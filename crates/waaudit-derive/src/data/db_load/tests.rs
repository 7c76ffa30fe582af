//! What `loads` learns, and what it leaves unread.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::SnapshotBuilder;
use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::rds::{Class, DbCluster, DbInstance};

fn measured(value: f64) -> Value {
    json!({"value": value, "statistic": "average", "window_days": 14, "points_share": 1.0})
}

fn instance(engine: &str, cluster: Value, connections: f64) -> Value {
    json!({
        "engine": engine, "status": "available", "instance_class": "db.r7g.large", "availability_zone": "eu-west-1a",
        "cluster": cluster, "replica_of": null, "replicas": [], "storage_type": "gp3",
        "read_share": measured(0.8), "write_iops_p99": measured(1200.0), "connections_max_week": measured(connections),
    })
}

fn world() -> SnapshotBuilder {
    let members = json!([{"instance": "shop-1", "writer": true}, {"instance": "shop-2", "writer": false}]);
    SnapshotBuilder::new()
        .with::<Class>("db.r7g.large", json!({"vcpus": 2, "family_max_vcpus": 64}))
        .with::<DbInstance>("orders-1", instance("mysql", json!(null), 0.0))
        .with::<DbInstance>("orders-2", instance("mysql", json!(null), 3.0))
        .with::<DbInstance>("shop-1", instance("aurora-mysql", json!("shop"), 0.0))
        .with::<DbInstance>("shop-2", instance("aurora-mysql", json!("shop"), 4.0))
        .with::<DbCluster>("shop", json!({"engine": "aurora-mysql", "members": members}))
        .with::<DbCluster>(
            "copy",
            json!({"engine": "aurora-mysql", "members": [{"instance": "shop-2", "writer": false}]}),
        )
}

fn fact(world: SnapshotBuilder, id: &str, fact: &str) -> Option<Value> {
    world.derive().fact::<Database>(id, fact)
}

#[test]
fn a_database_reads_and_writes_as_its_writer_does() {
    assert_eq!(fact(world(), "shop", "writer_read_share"), Some(json!(0.8)));
    assert_eq!(fact(world(), "shop", "writer_write_iops_p99"), Some(json!(1200.0)));
    assert_eq!(fact(world(), "copy", "writer_read_share"), Some(json!(null)));
    assert_eq!(fact(world().unread::<DbInstance>(), "shop", "writer_read_share"), None);
}

#[test]
fn a_database_has_users_where_any_of_its_instances_has() {
    assert_eq!(fact(world(), "orders-1", "connections_max_week"), Some(json!(0.0)));
    assert_eq!(fact(world(), "shop", "connections_max_week"), Some(json!(4.0)));
    assert_eq!(fact(world().unread::<DbInstance>(), "shop", "connections_max_week"), None);
}

#[test]
fn a_writer_can_grow_to_the_largest_of_its_family_and_its_storage() {
    assert_eq!(fact(world(), "orders-1", "writer_family_max_vcpus"), Some(json!(64)));
    assert_eq!(fact(world(), "orders-1", "storage_iops_max"), Some(json!(64000)));
    assert_eq!(fact(world(), "shop", "storage_iops_max"), Some(json!(null)));
    assert_eq!(fact(world().unread::<Class>(), "orders-1", "writer_vcpus"), None);
}

#[test]
fn databases_whose_names_differ_in_digits_are_alike() {
    assert_eq!(fact(world(), "orders-1", "similar_databases"), Some(json!(["orders-1", "orders-2"])));
    assert_eq!(fact(world(), "shop", "similar_databases"), Some(json!(["shop"])));
    assert_eq!(fact(world().half_read::<DbInstance>(), "orders-1", "similar_databases"), None);
}

#[test]
fn of_many_databases_that_are_alike_each_names_ten() {
    let many = (0..12).fold(world(), |world, shard| {
        world.with::<DbInstance>(&format!("users-{shard:02}"), instance("mysql", json!(null), 0.0))
    });
    let ten: Vec<String> = (0..10).map(|shard| format!("users-{shard:02}")).collect();
    for shard in ["users-00", "users-11"] {
        assert_eq!(fact(many.clone(), shard, "similar_databases"), Some(json!(ten)));
    }
    assert_eq!(fact(many, "orders-1", "similar_databases"), Some(json!(["orders-1", "orders-2"])));
}
