//! What `databases` learns, and what it leaves unread.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::rds::{DbCluster, DbInstance};

fn instance(class: &str, zone: &str, cluster: Value, replica_of: Value, replicas: Value) -> Value {
    json!({
        "status": "available", "engine": "postgres", "instance_class": class, "availability_zone": zone, "vpc": "vpc-1",
        "cluster": cluster, "replica_of": replica_of, "replicas": replicas, "backup_retention_days": 7,
        "deletion_protection": true, "multi_az": false,
    })
}

fn member(id: &str, writer: bool, tier: i64) -> Value {
    json!({"instance": id, "writer": writer, "promotion_tier": tier})
}

fn cluster(members: &[Value]) -> Value {
    json!({
        "status": "available", "engine": "aurora-postgresql", "members": members, "multi_az_cluster_class": null,
        "replica_of": null, "backup_retention_days": 3, "deletion_protection": false,
    })
}

/// A primary with a replica here and one in another region, and a cluster of three.
fn world() -> SnapshotBuilder {
    let none = json!(null);
    let in_cluster = |class: &str, zone: &str| instance(class, zone, json!("shop"), json!(null), json!([]));
    let replicas = json!(["orders-r", "arn:aws:rds:us-east-1:111122223333:db:orders-far"]);
    SnapshotBuilder::new()
        .with::<DbInstance>("orders", instance("db.m7g.large", "eu-west-1a", none.clone(), none.clone(), replicas))
        .tagged("env", "prod")
        .with::<DbInstance>("orders-r", instance("db.m7g.large", "eu-west-1b", none, json!("orders"), json!([])))
        .with::<DbInstance>("shop-1", in_cluster("db.r7g.large", "eu-west-1a"))
        .with::<DbInstance>("shop-2", in_cluster("db.t4g.medium", "eu-west-1a"))
        .with::<DbInstance>("shop-3", in_cluster("db.serverless", "eu-west-1b"))
        .with::<DbCluster>(
            "shop",
            cluster(&[member("shop-1", true, 0), member("shop-2", false, 1), member("shop-3", false, 2)]),
        )
}

fn fact(world: &SnapshotBuilder, id: &str, fact: &str) -> Option<Value> {
    world.fact::<Database>(id, fact)
}

#[test]
fn primaries_and_clusters_are_databases_and_their_parts_are_not() {
    let world = world().derive();
    let made: Vec<&str> = world.0.of("database").map(|database| database.id.as_str()).collect();
    assert_eq!(made, ["orders", "shop"]);
    let orders = world.0.of("database").next().unwrap();
    assert_eq!(orders.arn, arn::<DbInstance>("orders"));
    assert_eq!(orders.tags.as_ref().and_then(|tags| tags.get("env")).map(String::as_str), Some("prod"));
}

#[test]
fn a_primary_has_its_replicas_for_readers() {
    let world = world().derive();
    let reader = json!({
        "instance": "orders-r", "instance_class": "db.m7g.large", "status": "available", "serves": true, "availability_zone": "eu-west-1b", "promotion_tier": null,
    });
    assert_eq!(fact(&world, "orders", "shape"), Some(json!("instance")));
    assert_eq!(fact(&world, "orders", "readers"), Some(json!([reader])));
    assert_eq!(fact(&world, "orders", "reader_count"), Some(json!(2)));
    assert_eq!(fact(&world, "orders", "mismatched_readers"), Some(json!([])));
    assert_eq!(fact(&world, "orders", "reader_in_other_zone"), Some(json!(true)));
    assert_eq!(fact(&world, "orders", "standby"), Some(json!(false)));
    assert_eq!(fact(&world, "orders", "has_serving_reader"), Some(json!(true)));
    assert_eq!(fact(&world, "orders", "multi_az_cluster"), Some(json!(false)));
    assert_eq!(fact(&world, "orders", "deletion_protection"), Some(json!(true)));
    assert_eq!(fact(&world, "orders", "vpc"), Some(json!("vpc-1")));
}

#[test]
fn the_reader_that_takes_over_first_is_compared_with_the_writer() {
    let world = world().derive();
    assert_eq!(fact(&world, "shop", "writer_class"), Some(json!("db.r7g.large")));
    assert_eq!(fact(&world, "shop", "writer_availability_zone"), Some(json!("eu-west-1a")));
    assert_eq!(fact(&world, "shop", "reader_count"), Some(json!(2)));
    assert_eq!(fact(&world, "shop", "mismatched_readers"), None, "the capacity range of shop-3 is unread");
    assert_eq!(fact(&world, "shop", "reader_in_other_zone"), Some(json!(true)));
    assert_eq!(fact(&world, "shop", "vpc"), Some(json!("vpc-1")));
}

#[test]
fn a_cluster_without_instances_does_not_take_any_readers() {
    let hidden = world().unread::<DbInstance>().derive();
    assert_eq!(fact(&hidden, "shop", "shape"), Some(json!("cluster")));
    for unread in ["readers", "writer_class", "mismatched_readers", "reader_in_other_zone", "vpc"] {
        assert_eq!(fact(&hidden, "shop", unread), None, "{unread}");
    }
}

#[test]
fn a_database_alone_has_no_readers_and_a_cluster_alone_no_writer() {
    let alone = instance("db.m7g.large", "eu-west-1a", json!(null), json!(null), json!([]));
    let world = world()
        .with::<DbInstance>("alone", alone)
        .with::<DbCluster>("headless", cluster(&[member("shop-2", false, 1)]))
        .with::<DbCluster>("empty", cluster(&[]))
        .derive();
    assert_eq!(fact(&world, "alone", "reader_count"), Some(json!(0)));
    assert_eq!(fact(&world, "alone", "reader_in_other_zone"), Some(json!(false)));
    assert_eq!(fact(&world, "headless", "writer_class"), Some(json!(null)));
    assert_eq!(fact(&world, "headless", "mismatched_readers"), None);
    assert!(world.0.of("database").all(|database| database.id != "empty"));
}

#[test]
fn a_multi_az_cluster_has_two_standbys_by_construction() {
    let mut facts = cluster(&[member("shop-1", true, 0)]);
    facts["multi_az_cluster_class"] = json!("db.r6gd.large");
    let world = world().with::<DbCluster>("wide", facts).derive();
    assert_eq!(fact(&world, "wide", "multi_az_cluster"), Some(json!(true)));
    assert_eq!(fact(&world, "wide", "reader_count"), Some(json!(2)));
}

#[test]
fn an_instance_that_may_be_part_of_another_is_a_database_of_which_nothing_is_known() {
    let world =
        SnapshotBuilder::new().with::<DbInstance>("unclear", json!({"engine": "postgres", "cluster": null})).derive();
    assert_eq!(fact(&world, "unclear", "engine"), None);
}

#[test]
fn members_serve_when_their_instances_do() {
    let of = |status: &str| {
        let mut second = instance("db.r7g.large", "eu-west-1c", json!("big"), json!(null), json!([]));
        second["status"] = json!(status);
        let members = [member("shop-1", true, 0), member("second", false, 1), member("gone", false, 1)];
        world().with::<DbInstance>("second", second).with::<DbCluster>("big", cluster(&members))
    };
    let facts = |world: SnapshotBuilder| {
        let world = world.derive();
        ["available_members", "member_zones", "in_two_zones"].map(|fact| world.fact::<DbCluster>("big", fact))
    };
    let both = [json!(["shop-1", "second"]), json!(["eu-west-1a", "eu-west-1c"]), json!(true)].map(Some);
    assert_eq!(facts(of("available")), both);
    assert_eq!(facts(of("backing-up")), both);
    assert_eq!(facts(of("stopped")), [json!(["shop-1"]), json!(["eu-west-1a"]), json!(false)].map(Some));
    assert_eq!(facts(of("rebooting")), [None, None, None]);
    let half = facts(of("available").half_read::<DbInstance>());
    assert_eq!(half, [None, None, Some(json!(true))], "two zones are enough, whatever the third member is");
}

#[test]
fn an_instance_knows_the_sort_of_its_cluster() {
    let mut wide = cluster(&[member("wide-1", true, 0)]);
    wide["multi_az_cluster_class"] = json!("db.r6gd.large");
    let of = |cluster: Value| instance("db.r6gd.large", "eu-west-1a", cluster, json!(null), json!([]));
    let world = world()
        .with::<DbCluster>("wide", wide)
        .with::<DbInstance>("wide-1", of(json!("wide")))
        .with::<DbInstance>("lost-1", of(json!("lost")))
        .derive();
    let member = |id: &str| world.fact::<DbInstance>(id, "in_multi_az_cluster");
    assert_eq!(
        (member("wide-1"), member("shop-1"), member("orders")),
        (Some(json!(true)), Some(json!(false)), Some(json!(false)))
    );
    assert_eq!(member("lost-1"), None);
    assert_eq!(world.fact::<DbCluster>("shop", "writer_class"), Some(json!("db.r7g.large")));
}

#[test]
fn a_reader_counts_only_while_it_serves() {
    let of = |status: &str| {
        let mut reader = instance("db.m7g.large", "eu-west-1b", json!(null), json!("alone"), json!([]));
        reader["status"] = json!(status);
        let alone = instance("db.m7g.large", "eu-west-1a", json!(null), json!(null), json!(["alone-r"]));
        let world =
            SnapshotBuilder::new().with::<DbInstance>("alone", alone).with::<DbInstance>("alone-r", reader).derive();
        fact(&world, "alone", "has_serving_reader")
    };
    assert_eq!((of("modifying"), of("stopped"), of("rebooting")), (Some(json!(true)), Some(json!(false)), None));
}
