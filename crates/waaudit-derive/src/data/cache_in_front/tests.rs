//! What `stores` learns, and what it leaves unread.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::SnapshotBuilder;
use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::ec2::{NetworkInterface, RouteTable, Subnet};
use waaudit_model::facts::elasticache::{Cluster, ReplicationGroup, ServerlessCache, SubnetGroup};
use waaudit_model::facts::rds::{DbCluster, DbInstance};
use waaudit_model::facts::{dax, memorydb};

fn measured(value: f64) -> Value {
    json!({"value": value, "statistic": "mean", "window_days": 7, "points_share": 1.0})
}

fn instance(vpc: &str) -> Value {
    json!({"vpc": vpc, "cluster": null, "replica_of": null, "cpu_percent_p95": measured(61.0)})
}

fn databases() -> SnapshotBuilder {
    SnapshotBuilder::new()
        .with::<Subnet>("subnet-2", json!({"vpc": "vpc-2"}))
        .with::<DbInstance>("orders", instance("vpc-1"))
        .with::<DbInstance>("papers", instance("vpc-2"))
}

fn node(group: Value, clients: f64) -> Value {
    json!({"replication_group": group, "subnet_group": "data", "connections": measured(clients)})
}

fn with_group(clients: f64) -> SnapshotBuilder {
    databases()
        .with::<SubnetGroup>("data", json!({"vpc": "vpc-1"}))
        .with::<ReplicationGroup>("pages", json!({}))
        .with::<Cluster>("pages-1", node(json!("pages"), 2.0))
        .with::<Cluster>("pages-2", node(json!("pages"), clients))
}

fn fact(world: &SnapshotBuilder, database: &str, fact: &str) -> Option<Value> {
    world.clone().derive().fact::<Database>(database, fact)
}

#[test]
fn the_writer_of_a_database_is_its_instance_or_the_member_that_writes() {
    let cluster = |members: Value| {
        let member = json!({"vpc": "vpc-1", "cluster": "c", "replica_of": null, "cpu_percent_p95": measured(88.0)});
        SnapshotBuilder::new().with::<DbInstance>("a", member).with::<DbCluster>("c", json!({"members": members}))
    };
    let member = |writer: bool| json!([{"instance": "a", "writer": writer}]);
    assert_eq!(fact(&databases(), "orders", "writer_cpu_percent"), Some(json!(61.0)));
    assert_eq!(fact(&cluster(member(true)), "c", "writer_cpu_percent"), Some(json!(88.0)));
    assert_eq!(fact(&cluster(member(false)), "c", "writer_cpu_percent"), Some(json!(null)));
    let unmeasured = SnapshotBuilder::new().with::<DbInstance>("new", json!({"cluster": null, "replica_of": null}));
    assert_eq!(fact(&unmeasured, "new", "writer_cpu_percent"), None);
}

#[test]
fn a_cache_lies_where_its_subnet_group_does_and_is_used_by_more_than_probes() {
    assert_eq!(fact(&with_group(40.0), "orders", "caches"), Some(json!(["pages"])));
    assert_eq!(fact(&with_group(40.0), "orders", "cache_in_use"), Some(json!(true)));
    assert_eq!(fact(&with_group(6.0), "orders", "cache_in_use"), Some(json!(false)));
    assert_eq!(fact(&with_group(40.0), "papers", "caches"), Some(json!([])));
    assert_eq!(fact(&with_group(40.0), "papers", "cache_in_use"), Some(json!(false)));
}

#[test]
fn serverless_caches_and_memorydb_count_too() {
    let serverless = json!({"subnets": ["subnet-2"], "connections": measured(9.0)});
    let memory = json!({"security_groups": ["sg-1"], "connections": measured(9.0)});
    let world = databases()
        .with::<ServerlessCache>("burst", serverless)
        .with::<memorydb::Cluster>("ledger", memory.clone())
        .with::<NetworkInterface>("eni-1", json!({"vpc": "vpc-1", "security_groups": ["sg-1"]}));
    assert_eq!(fact(&world, "papers", "caches"), Some(json!(["burst"])));
    assert_eq!(fact(&world, "papers", "cache_in_use"), Some(json!(true)));
    assert_eq!(fact(&world, "orders", "caches"), Some(json!(["ledger"])));
    assert_eq!(fact(&world, "orders", "cache_in_use"), Some(json!(true)));
    let nowhere = databases().with::<memorydb::Cluster>("ledger", memory);
    assert_eq!(fact(&nowhere, "orders", "caches"), Some(json!(["ledger"])));
    assert_eq!(fact(&nowhere, "orders", "cache_in_use"), None);
}

#[test]
fn dax_is_no_cache_of_a_relational_database() {
    let world = databases().with::<dax::Cluster>("carts", json!({}));
    assert_eq!(fact(&world, "orders", "cache_in_use"), Some(json!(false)));
    assert_eq!(fact(&world, "orders", "dax_clusters"), Some(json!(["carts"])));
    assert_eq!(fact(&world.half_read::<dax::Cluster>(), "orders", "dax_clusters"), None);
}

#[test]
fn that_no_cache_is_in_use_is_not_said_where_a_road_leads_into_another_vpc() {
    let route = |target: &str| json!({"destination": "10.2.0.0/16", "target": target, "active": true});
    let table = |target: &str| json!({"vpc": "vpc-1", "main": true, "subnets": [], "routes": [route(target)]});
    let with = |clients: f64, target: &str| with_group(clients).with::<RouteTable>("rtb-1", table(target));
    assert_eq!(fact(&with(2.0, "pcx-1"), "orders", "cache_in_use"), None);
    assert_eq!(fact(&with(2.0, "tgw-1"), "orders", "cache_in_use"), None);
    assert_eq!(fact(&with(2.0, "nat-1"), "orders", "cache_in_use"), Some(json!(false)));
    assert_eq!(fact(&with(40.0, "pcx-1"), "orders", "cache_in_use"), Some(json!(true)));
    assert_eq!(fact(&with_group(2.0).half_read::<RouteTable>(), "orders", "cache_in_use"), None);
}

#[test]
fn no_cache_is_only_known_of_every_kind_of_cache() {
    assert_eq!(fact(&databases(), "orders", "cache_in_use"), Some(json!(false)));
    for half in [
        databases().half_read::<ReplicationGroup>(),
        databases().half_read::<Cluster>(),
        databases().half_read::<ServerlessCache>(),
        databases().half_read::<memorydb::Cluster>(),
    ] {
        assert_eq!(fact(&half, "orders", "caches"), None);
        assert_eq!(fact(&half, "orders", "cache_in_use"), None);
    }
    assert_eq!(fact(&with_group(40.0).unread::<SubnetGroup>(), "orders", "caches"), None);
    let bare = databases().with::<ReplicationGroup>("pages", json!({}));
    assert_eq!(fact(&bare, "orders", "cache_in_use"), None);
}
