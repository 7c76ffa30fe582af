//! Ways in that would outlive their region.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
use crate::testing::web_shop::{balancer, shop};
use waaudit_model::facts::cloudfront::Distribution;
use waaudit_model::facts::derived::entry_point::EntryPoint;
use waaudit_model::facts::dynamodb::Table;
use waaudit_model::facts::elb::LoadBalancer;
use waaudit_model::facts::globalaccelerator::Accelerator;
use waaudit_model::facts::rds::GlobalCluster;
use waaudit_model::facts::route53::Record;

/// The shop with another load balancer in another region.
fn two_regions() -> SnapshotBuilder {
    let mut other = balancer("internet-facing", "sg-front", &[]);
    other["dns_name"] = json!("other.us-east-1.elb.amazonaws.com");
    other["listeners"][0]["arn"] = json!("listener-other");
    shop().within::<LoadBalancer>("us-east-1", "other", other)
}

fn regions(world: SnapshotBuilder) -> Option<Value> {
    world.derive().fact::<EntryPoint>("front", "failover_regions")
}

fn record(target: &str, facts: &Value) -> Value {
    let mut record = json!({
        "zone": "Z1", "private": false, "record_name": "shop.example.com", "record_type": "A", "alias": target, "values": [],
        "failover": null, "latency_region": null, "weight": null, "geolocation": null, "multivalue": false, "other_routing": null,
        "health_check": null, "follows_target_health": false,
    });
    record.as_object_mut().unwrap().extend(facts.as_object().unwrap().clone());
    record
}

fn with_records(first: &Value, second: &Value) -> SnapshotBuilder {
    two_regions()
        .global::<Record>("1", record("internet-facing.eu-west-1.elb.amazonaws.com", first))
        .global::<Record>("2", record("other.us-east-1.elb.amazonaws.com", second))
}

#[test]
fn a_way_in_alone_has_its_own_region() {
    assert_eq!(regions(two_regions()), Some(json!(["eu-west-1"])));
    assert_eq!(regions(two_regions().half_read::<Record>()), None);
    assert_eq!(regions(two_regions().half_read::<Accelerator>()), None);
}

#[test]
fn records_of_one_name_lead_to_other_regions_if_their_health_is_checked() {
    let both = Some(json!(["eu-west-1", "us-east-1"]));
    let pair = with_records(&json!({"failover": "PRIMARY", "health_check": "h1"}), &json!({"failover": "SECONDARY"}));
    assert_eq!(regions(pair), both);
    let latency = |follows: bool| {
        with_records(
            &json!({"latency_region": "eu-west-1", "follows_target_health": follows}),
            &json!({"latency_region": "us-east-1", "follows_target_health": follows}),
        )
    };
    assert_eq!(regions(latency(true)), both);
    assert_eq!(regions(latency(false)), Some(json!(["eu-west-1"])), "no health check tells that one is down");
    assert_eq!(regions(with_records(&json!({}), &json!({}))), Some(json!(["eu-west-1"])));
}

#[test]
fn each_routing_policy_has_its_own_order_of_succession() {
    let both = Some(json!(["eu-west-1", "us-east-1"]));
    let alone = Some(json!(["eu-west-1"]));
    let checked = |mut facts: Value| {
        facts["health_check"] = json!("h1");
        facts
    };
    let pair = |own: Value, other: Value| regions(with_records(&checked(own), &other));
    assert_eq!(pair(json!({"weight": 100}), json!({"weight": 0})), both, "weight 0 answers while others are unhealthy");
    assert_eq!(pair(json!({"multivalue": true}), json!({"multivalue": true})), both);
    assert_eq!(pair(json!({"other_routing": "geoproximity"}), json!({"other_routing": "geoproximity"})), both);
    let located = |own: &str, other: &str| pair(json!({"geolocation": own}), json!({"geolocation": other}));
    assert_eq!(located("continent EU", "*"), both);
    assert_eq!(located("country US, CA", "country US"), both);
    assert_eq!(located("*", "continent EU"), alone, "a smaller area is never asked for clients outside it");
    assert_eq!(located("continent EU", "continent AS"), alone);
    assert_eq!(located("country DE", "country FR"), alone);
    assert_eq!(located("country DE", "continent EU"), None, "which continent a country is on is not known");
}

#[test]
fn a_record_without_a_health_check_keeps_its_clients() {
    let here = json!({"latency_region": "eu-west-1"});
    let there = json!({"latency_region": "us-east-1", "health_check": "h1"});
    assert_eq!(regions(with_records(&here, &there)), Some(json!(["eu-west-1"])));
    let checked_here = json!({"latency_region": "eu-west-1", "health_check": "h1"});
    let unchecked_there = json!({"latency_region": "us-east-1"});
    assert_eq!(regions(with_records(&checked_here, &unchecked_there)), Some(json!(["eu-west-1", "us-east-1"])));
}

#[test]
fn an_accelerator_leads_to_the_regions_of_its_endpoint_groups() {
    let accelerator = |enabled: bool, percent: f64| {
        let group = |region: &str, endpoint: String, percent: f64| json!({"region": region, "traffic_percent": percent, "endpoints": [endpoint]});
        let other = "arn:aws:elb:us-east-1:111122223333:other".to_owned();
        let groups = [group("eu-west-1", arn::<LoadBalancer>("front"), 100.0), group("us-east-1", other, percent)];
        two_regions()
            .global::<Accelerator>("a", json!({"enabled": enabled, "dns_names": [], "endpoint_groups": groups}))
    };
    assert_eq!(regions(accelerator(true, 100.0)), Some(json!(["eu-west-1", "us-east-1"])));
    assert_eq!(regions(accelerator(true, 0.0)), Some(json!(["eu-west-1", "us-east-1"])), "failover ignores the dial");
    assert_eq!(regions(accelerator(false, 100.0)), Some(json!(["eu-west-1"])));
}

#[test]
fn an_origin_group_leads_to_the_regions_of_its_origins() {
    let distribution = |origin: &str| {
        let origins = json!([
            {"id": "here", "domain": "internet-facing.eu-west-1.elb.amazonaws.com", "custom_headers": []},
            {"id": "there", "domain": "other.us-east-1.elb.amazonaws.com", "custom_headers": []},
        ]);
        let facts = json!({
            "enabled": true, "staging": false, "domain": "d1.cloudfront.net", "web_acl": null, "origins": origins,
            "behaviors": [{"path": "*", "origin": origin, "signed_only": false, "methods": []}],
            "origin_group_members": [{"id": "both", "origins": ["here", "there"]}],
        });
        two_regions().global::<Distribution>("D1", facts).derive().fact::<EntryPoint>("D1", "failover_regions")
    };
    assert_eq!(distribution("both"), Some(json!(["eu-west-1", "us-east-1"])));
    assert_eq!(distribution("here"), Some(json!(["eu-west-1"])), "it is in no region, and has one to go to");
}

fn stores(world: SnapshotBuilder) -> Option<Value> {
    world.derive().fact::<EntryPoint>("front", "single_region_stores")
}

#[test]
fn a_database_has_a_copy_where_a_replica_of_another_region_is() {
    assert_eq!(stores(shop()), Some(json!(["orders"])));
    let mut world = shop();
    let database = world.0.resources.iter_mut().find(|resource| resource.id == "orders").unwrap();
    let replicas = json!(["near", "arn:aws:rds:us-east-1:111122223333:db:far"]);
    database.facts.insert("replicas".to_owned(), replicas);
    assert_eq!(stores(world), Some(json!([])));
}

#[test]
fn without_a_database_tables_are_the_data() {
    let mut world = shop();
    world.0.resources.retain(|resource| resource.id != "orders");
    let table = |regions: Value| json!({"replica_regions": regions});
    assert_eq!(stores(world.clone()), Some(json!([])));
    let alone = world.with::<Table>("carts", table(json!([])));
    assert_eq!(stores(alone.clone()), Some(json!(["carts"])));
    assert_eq!(stores(alone.with::<Table>("orders", table(json!(["us-east-1"])))), Some(json!([])));
}

#[test]
fn of_many_tables_ten_are_named_and_all_are_counted() {
    let mut world = shop();
    world.0.resources.retain(|resource| resource.id != "orders");
    let of = |tables: i32| {
        let many = (0..tables).map(|table| format!("table-{table:02}"));
        many.fold(world.clone(), |world, table| world.with::<Table>(&table, json!({"replica_regions": []}))).derive()
    };
    for (tables, named) in [(9, 9), (10, 10), (12, 10)] {
        let derived = of(tables);
        let fact = |fact| derived.fact::<EntryPoint>("front", fact);
        let first: Vec<String> = (0..named).map(|table| format!("table-{table:02}")).collect();
        assert_eq!(fact("single_region_stores"), Some(json!(first)));
        assert_eq!(fact("single_region_store_count"), Some(json!(tables)));
    }
}

#[test]
fn global_clusters_are_only_missing_where_all_were_read() {
    use waaudit_model::facts::rds::{DbCluster, DbInstance};
    let member = json!({"cluster": "c", "replica_of": null, "availability_zone": "eu-west-1a", "status": "available", "vpc": "vpc-1"});
    let cluster = json!({"engine": "aurora-mysql", "members": [{"instance": "c-1", "writer": true}], "status": "available", "replica_of": null, "replicas": []});
    let world = SnapshotBuilder::new().with::<DbCluster>("c", cluster).with::<DbInstance>("c-1", member);
    let copies = |world: SnapshotBuilder| {
        world.derive().fact::<waaudit_model::facts::derived::database::Database>("c", "copy_regions")
    };
    assert_eq!(copies(world.clone()), Some(json!([])));
    assert_eq!(copies(world.clone().half_read::<GlobalCluster>()), None);
    let members = json!({"clusters": [arn::<DbCluster>("c"), "arn:aws:rds:us-east-1:111122223333:cluster:c2"]});
    assert_eq!(copies(world.clone().with::<GlobalCluster>("g", members)), Some(json!(["us-east-1"])));
    let mut followed = world;
    let replica = json!(["arn:aws:rds:us-east-1:111122223333:cluster:c-far"]);
    followed.0.resources[0].facts.insert("replicas".to_owned(), replica);
    assert_eq!(copies(followed), Some(json!(["us-east-1"])), "a replica cluster, without a global database");
}
