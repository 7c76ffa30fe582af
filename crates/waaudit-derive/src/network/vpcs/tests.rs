//! What `vpcs` learns, and what it leaves unread.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::SnapshotBuilder;
use waaudit_model::facts::derived::vpc::Vpc;
use waaudit_model::facts::dynamodb::Table;
use waaudit_model::facts::ec2::{NatGateway, NetworkInterface, RouteTable, Subnet, VpcEndpoint};

fn subnet(zone: &str) -> Value {
    json!({"vpc": "vpc-1", "availability_zone": zone})
}

fn interface(subnet: &str, interface_type: &str) -> Value {
    json!({"subnet": subnet, "vpc": "vpc-1", "interface_type": interface_type, "status": "in-use", "description": ""})
}

fn table(subnets: &[&str], main: bool, target: &str) -> Value {
    let route = json!({"destination": "0.0.0.0/0", "target": target, "active": true});
    json!({"vpc": "vpc-1", "main": main, "subnets": subnets, "routes": [route]})
}

fn gateway(subnet: &str) -> Value {
    json!({"state": "available", "vpc": "vpc-1", "subnet": subnet, "connectivity": null, "availability_mode": null})
}

/// A public subnet with a gateway in zone a, and private subnets in zones a and b whose route leads there.
fn world() -> SnapshotBuilder {
    SnapshotBuilder::new()
        .with::<Subnet>("public", subnet("eu-west-1a"))
        .with::<Subnet>("private-a", subnet("eu-west-1a"))
        .with::<Subnet>("private-b", subnet("eu-west-1b"))
        .with::<Subnet>("empty", subnet("eu-west-1c"))
        .with::<RouteTable>("rtb-public", table(&["public"], false, "igw-1"))
        .with::<RouteTable>("rtb-main", table(&[], true, "nat-a"))
        .with::<NatGateway>("nat-a", gateway("public"))
        .with::<NetworkInterface>("eni-nat", interface("public", "nat_gateway"))
        .with::<NetworkInterface>("eni-a", interface("private-a", "interface"))
        .with::<NetworkInterface>("eni-b", interface("private-b", "lambda"))
        .with::<NetworkInterface>("eni-c", interface("empty", "vpc_endpoint"))
}

fn fact(world: SnapshotBuilder, fact: &str) -> Option<Value> {
    world.derive().fact::<Vpc>("vpc-1", fact)
}

#[test]
fn a_vpc_spans_the_zones_of_its_subnets() {
    assert_eq!(fact(world(), "availability_zones"), Some(json!(["eu-west-1a", "eu-west-1b", "eu-west-1c"])));
    assert_eq!(fact(world().half_read::<Subnet>(), "availability_zones"), None);
    let arn = &world().derive().0.of("vpc").next().unwrap().arn.clone();
    assert_eq!(arn, "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1");
}

#[test]
fn nat_gateways_that_lead_out_are_known_of_a_whole_list() {
    assert_eq!(fact(world().half_read::<NatGateway>(), "nat_gateways"), None);
    assert_eq!(fact(world(), "nat_gateways"), Some(json!(["nat-a"])));
}

fn endpoint(service: &str, endpoint_type: &str, state: &str) -> Value {
    json!({
        "vpc": "vpc-1", "service": service, "endpoint_type": endpoint_type, "state": state, "route_tables": ["rtb-main"],
        "private_dns": false,
    })
}

#[test]
fn an_interface_endpoint_to_which_the_name_leads_takes_the_traffic_of_its_vpc() {
    let with = |private_dns: bool, vpc: &str| {
        let mut facts = endpoint("com.amazonaws.eu-west-1.s3", "Interface", "available");
        facts["private_dns"] = json!(private_dns);
        facts["vpc"] = json!(vpc);
        fact(world().with::<VpcEndpoint>("vpce-1", facts), "nat_tables_without_s3_endpoint")
    };
    assert_eq!(with(true, "vpc-1"), Some(json!([])));
    assert_eq!(with(false, "vpc-1"), Some(json!(["rtb-main"])));
    assert_eq!(with(true, "vpc-2"), Some(json!(["rtb-main"])));
}

#[test]
fn a_table_that_leads_to_a_gateway_wants_an_endpoint_of_its_own() {
    let without = |world: SnapshotBuilder| fact(world, "nat_tables_without_s3_endpoint");
    let with = |facts: Value| world().with::<VpcEndpoint>("vpce-1", facts);
    assert_eq!(without(world()), Some(json!(["rtb-main"])));
    let s3 = "com.amazonaws.eu-west-1.s3";
    assert_eq!(without(with(endpoint(s3, "Gateway", "available"))), Some(json!([])));
    assert_eq!(without(with(endpoint(s3, "Gateway", "available")).half_read::<VpcEndpoint>()), Some(json!([])));
    assert_eq!(without(with(endpoint(s3, "Interface", "available"))), Some(json!(["rtb-main"])));
    assert_eq!(without(with(endpoint(s3, "Gateway", "deleted"))), Some(json!(["rtb-main"])));
    assert_eq!(without(world().half_read::<VpcEndpoint>()), None);
    assert_eq!(without(world().half_read::<RouteTable>()), None);
}

#[test]
fn an_endpoint_for_dynamodb_is_missed_only_where_there_are_tables() {
    let without = |world: SnapshotBuilder| fact(world, "nat_tables_without_dynamodb_endpoint");
    let table = || world().with::<Table>("orders", json!({}));
    assert_eq!(without(world()), Some(json!([])));
    assert_eq!(without(table()), Some(json!(["rtb-main"])));
    assert_eq!(without(table().half_read::<Table>()), Some(json!(["rtb-main"])));
    assert_eq!(without(world().half_read::<Table>()), None);
    let served = endpoint("com.amazonaws.eu-west-1.dynamodb", "Gateway", "available");
    assert_eq!(without(table().with::<VpcEndpoint>("vpce-1", served)), Some(json!([])));
    assert_eq!(without(world().half_read::<VpcEndpoint>()), Some(json!([])));
}

#[test]
fn traffic_is_that_of_all_gateways_that_lead_out() {
    let measured = |value: f64| json!({"value": value, "statistic": "mean", "window_days": 7, "points_share": 1.0});
    let busy = |connectivity: &str, value: f64| {
        let mut facts = gateway("public");
        facts["connectivity"] = json!(connectivity);
        facts["gigabytes_a_day"] = measured(value);
        facts
    };
    let world = SnapshotBuilder::new()
        .with::<Subnet>("public", subnet("eu-west-1a"))
        .with::<NatGateway>("nat-a", busy("public", 1.5))
        .with::<NatGateway>("nat-b", busy("public", 2.0))
        .with::<NatGateway>("inner", busy("private", 9.0));
    assert_eq!(fact(world.clone(), "nat_gigabytes_a_day"), Some(json!(3.5)));
    assert_eq!(fact(world.clone().half_read::<NatGateway>(), "nat_gigabytes_a_day"), None);
    assert_eq!(fact(world.with::<NatGateway>("nat-c", gateway("public")), "nat_gigabytes_a_day"), None);
}

#[test]
fn a_vpc_bears_the_tags_that_all_its_subnets_bear_alike() {
    let both = |second: &dyn Fn(SnapshotBuilder) -> SnapshotBuilder| {
        let first =
            SnapshotBuilder::new().with::<Subnet>("a", subnet("eu-west-1a")).tagged("env", "dev").tagged("name", "a");
        second(first.with::<Subnet>("b", subnet("eu-west-1b")))
    };
    let tags = |world: SnapshotBuilder| {
        let derived = world.derive();
        let vpc = derived.0.of("vpc").next().unwrap();
        vpc.tags.as_ref().map(|tags| tags.clone().into_iter().collect::<Vec<_>>())
    };
    let shared = vec![("env".to_owned(), "dev".to_owned())];
    let alike = || both(&|world| world.tagged("env", "dev").tagged("name", "b"));
    assert_eq!(tags(alike()), Some(shared));
    assert_eq!(tags(both(&|world| world.tagged("env", "production"))), Some(Vec::new()));
    assert_eq!(tags(both(&SnapshotBuilder::tags_unread)), None);
    assert_eq!(tags(alike().half_read::<Subnet>()), None, "the next subnet may differ");
}
