//! What `clients` learns, and what it leaves unread.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::SnapshotBuilder;
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::ec2::{Instance, PrefixList, SecurityGroup, Subnet};
use waaudit_model::facts::lambda::{Concurrency, Function};
use waaudit_model::facts::rds::{DbInstance, DbProxy};

fn rule(port: i64, from: Value) -> Value {
    let mut rule = json!({"id": "sgr-1", "protocol": "tcp", "from_port": port, "to_port": port});
    for (key, value) in from.as_object().unwrap() {
        rule[key] = value.clone();
    }
    rule
}

fn measured(value: f64) -> Value {
    json!({"value": value, "statistic": "95th percentile", "window_days": 14, "points_share": 1.0})
}

fn group(size: Value, members: Value) -> Value {
    json!({"max_size": 8, "in_service_p95": size, "members": members})
}

fn member(id: &str, weight: Value) -> Value {
    json!({
        "instance": id, "availability_zone": "eu-west-1a", "lifecycle_state": "InService", "health_status": "Healthy",
        "weight": weight,
    })
}

fn instance(group: &str, name: &str) -> (Value, String) {
    (json!({"state": "running", "vpc": "vpc-1", "subnet": "subnet-web", "security_groups": [group]}), name.to_owned())
}

/// A database whose group has these rules, two functions and a group of instances.
fn world(rules: Value) -> SnapshotBuilder {
    let (web, name) = instance("sg-web", "web");
    SnapshotBuilder::new()
        .with::<Subnet>("subnet-web", json!({"vpc": "vpc-1", "cidr": "10.0.1.0/24"}))
        .with::<Subnet>("subnet-jobs", json!({"vpc": "vpc-1", "cidr": "10.0.2.0/24"}))
        .with::<Subnet>("subnet-far", json!({"vpc": "vpc-2", "cidr": "10.0.2.0/24"}))
        .with::<SecurityGroup>("sg-db", json!({"ingress": rules}))
        .with::<PrefixList>("pl-aws", json!({"list_name": "com.amazonaws.global.cloudfront.origin-facing"}))
        .with::<PrefixList>("pl-own", json!({"list_name": "offices"}))
        .with::<Function>("bill", json!({"subnets": ["subnet-jobs"], "security_groups": ["sg-bill"]}))
        .with::<Function>("far", json!({"subnets": ["subnet-far"], "security_groups": ["sg-far"]}))
        .with::<Function>("outside", json!({"subnets": [], "security_groups": []}))
        .with::<Concurrency>("bill", json!({"reserved": 30}))
        .with::<Concurrency>("far", json!({"reserved": null}))
        .with::<Instance>("i-web", web)
        .tagged("Name", &name)
        .with::<Group>("web", group(measured(2.0), json!([member("i-web", json!(null))])))
        .with::<DbInstance>(
            "orders",
            json!({
                "engine": "mysql", "cluster": null, "replica_of": null, "replicas": [], "vpc": "vpc-1", "port": 3306,
                "security_groups": ["sg-db"], "connections_p95": measured(100.0),
            }),
        )
}

fn fact(world: SnapshotBuilder, fact: &str) -> Option<Value> {
    world.derive().fact::<Database>("orders", fact)
}

fn functions(rules: Value) -> Option<Value> {
    fact(world(rules), "reaching_functions")
}

#[test]
fn functions_reach_a_database_by_their_group_or_their_subnet() {
    assert_eq!(functions(json!([rule(3306, json!({"group": "sg-bill"}))])), Some(json!(["bill"])));
    assert_eq!(functions(json!([rule(3306, json!({"cidr": "10.0.0.0/16"}))])), Some(json!(["bill"])));
    assert_eq!(functions(json!([rule(3306, json!({"cidr": "10.0.2.7/32"}))])), Some(json!([])));
    assert_eq!(functions(json!([rule(5432, json!({"group": "sg-bill"}))])), Some(json!([])), "another port");
    assert_eq!(functions(json!([])), Some(json!([])));
}

#[test]
fn a_prefix_list_of_somebodys_own_leaves_clients_unread() {
    assert_eq!(functions(json!([rule(3306, json!({"prefix_list": "pl-aws"}))])), Some(json!([])));
    assert_eq!(functions(json!([rule(3306, json!({"prefix_list": "pl-own"}))])), None);
    assert_eq!(functions(json!([rule(3306, json!({"prefix_list": "pl-lost"}))])), None);
}

fn by_group() -> SnapshotBuilder {
    world(json!([rule(3306, json!({"group": "sg-bill"})), rule(3306, json!({"group": "sg-web"}))]))
}

#[test]
fn no_client_is_only_known_of_all_clients() {
    assert_eq!(fact(by_group().half_read::<Function>(), "reaching_functions"), None);
    assert_eq!(fact(by_group().unread::<SecurityGroup>(), "reaching_functions"), None);
    assert_eq!(fact(by_group().unread::<Subnet>(), "reaching_functions"), None);
    assert_eq!(fact(by_group().half_read::<Group>(), "reaching_groups"), None);
    assert_eq!(fact(by_group().unread::<Instance>(), "reaching_groups"), None);
}

#[test]
fn functions_are_bound_where_each_of_them_is() {
    assert_eq!(fact(by_group(), "reaching_concurrency"), Some(json!(30)));
    assert_eq!(fact(by_group(), "connections_of_functions"), Some(json!(30)));
    assert_eq!(fact(by_group().unread::<Concurrency>(), "reaching_concurrency"), None);
    let free = json!({"subnets": ["subnet-jobs"], "security_groups": ["sg-bill"]});
    let with_free = by_group().with::<Function>("free", free).with::<Concurrency>("free", json!({"reserved": null}));
    assert_eq!(fact(with_free.clone(), "reaching_concurrency"), Some(json!(null)));
    assert_eq!(fact(with_free, "connections_of_functions"), None);
}

#[test]
fn a_fleet_at_its_greatest_size_holds_as_many_times_the_connections() {
    assert_eq!(fact(by_group(), "reaching_groups"), Some(json!(["web"])));
    assert_eq!(fact(by_group(), "connections_at_fleet_max"), Some(json!(400.0)));
    let closed = world(json!([]));
    assert_eq!(fact(closed, "connections_at_fleet_max"), Some(json!(null)));
}

#[test]
fn a_fleet_that_can_not_be_counted_leaves_its_connections_unread() {
    let with = |facts: Value| fact(by_group().with::<Group>("more", facts), "connections_at_fleet_max");
    let off = json!({"max_size": 8, "members": [member("i-web", json!(null))]});
    assert_eq!(with(off), None, "its metrics are off");
    assert_eq!(with(group(measured(2.0), json!([member("i-web", json!("2"))]))), None, "it has weights");
    assert_eq!(with(group(measured(0.0), json!([]))), None, "it is empty, and may grow");
    let asleep = json!({"max_size": 0, "members": []});
    assert_eq!(with(asleep), Some(json!(400.0)));
}

#[test]
fn a_proxy_leads_to_its_targets_while_it_answers() {
    let with = |status: &str, target: &str| {
        let facts = json!({"status": status, "targets": [{"resource": target, "cluster": null}]});
        fact(by_group().with::<DbProxy>("pool", facts), "proxies")
    };
    assert_eq!(with("available", "orders"), Some(json!(["pool"])));
    assert_eq!(with("available", "papers"), Some(json!([])));
    assert_eq!(with("creating", "orders"), Some(json!([])));
    assert_eq!(fact(by_group().half_read::<DbProxy>(), "proxies"), None);
    assert_eq!(fact(by_group().with::<DbProxy>("pool", json!({"status": "available"})), "proxies"), None);
}

#[test]
fn a_pooler_is_an_instance_named_after_one() {
    let (facts, _) = instance("sg-web", "");
    let with = |name: &str| fact(by_group().with::<Instance>("i-pool", facts.clone()).tagged("Name", name), "poolers");
    assert_eq!(with("orders-pgbouncer-1"), Some(json!(["i-pool"])));
    assert_eq!(with("orders-worker"), Some(json!([])));
    let untold = by_group().with::<Instance>("i-odd", facts.clone()).tags_unread();
    assert_eq!(fact(untold, "poolers"), None);
}
