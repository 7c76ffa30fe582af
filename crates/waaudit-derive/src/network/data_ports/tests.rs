//! Which database ports the internet gets to, and what leaves that unread.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
use waaudit_model::facts::ec2::{NetworkInterface, PrefixList, SecurityGroup};
use waaudit_model::facts::elb::{LoadBalancer, TargetGroup};
use waaudit_model::facts::rds::DbInstance;

fn rule(protocol: &str, from: i64, to: i64, cidr: &str) -> Value {
    json!({"id": "sgr-1", "protocol": protocol, "from_port": from, "to_port": to, "cidr": cidr})
}

fn group(rules: Value) -> Value {
    json!({"ingress": rules})
}

fn open(world: &SnapshotBuilder, id: &str) -> Option<Value> {
    world.clone().derive().fact::<SecurityGroup>(id, "open_database_ports")
}

#[test]
fn a_port_is_open_when_what_a_group_admits_adds_up_to_the_internet() {
    let halves = json!([rule("tcp", 5432, 5432, "0.0.0.0/2"), rule("tcp", 5000, 6000, "64.0.0.0/2")]);
    let world = SnapshotBuilder::new()
        .with::<SecurityGroup>("range", group(json!([rule("tcp", 3300, 3310, "0.0.0.0/0")])))
        .with::<SecurityGroup>("halves", group(halves))
        .with::<SecurityGroup>("all", group(json!([rule("-1", -1, -1, "::/0")])))
        .with::<SecurityGroup>("number", group(json!([rule("6", 27_017, 27_017, "0.0.0.0/0")])))
        .with::<SecurityGroup>("inner", group(json!([rule("tcp", 3306, 3306, "10.0.0.0/8")])))
        .with::<SecurityGroup>("unread", json!({}));
    assert_eq!(open(&world, "range"), Some(json!(["3306/tcp (MySQL)"])));
    assert_eq!(open(&world, "halves"), Some(json!(["5432/tcp (PostgreSQL)"])));
    assert_eq!(open(&world, "all"), Some(json!(["all TCP ports", "all UDP ports"])));
    assert_eq!(open(&world, "number"), Some(json!(["27017/tcp (MongoDB)"])));
    assert_eq!(open(&world, "inner"), Some(json!([])));
    assert_eq!(open(&world, "unread"), None);
}

#[test]
fn datagrams_have_ports_of_their_own() {
    let world = SnapshotBuilder::new()
        .with::<SecurityGroup>("cache", group(json!([rule("udp", 11_211, 11_211, "0.0.0.0/0")])))
        .with::<SecurityGroup>("other", group(json!([rule("udp", 3306, 3306, "0.0.0.0/0")])));
    assert_eq!(open(&world, "cache"), Some(json!(["11211/udp (Memcached)"])));
    assert_eq!(open(&world, "other"), Some(json!([])), "MySQL does not answer there");
}

#[test]
fn a_prefix_list_is_what_it_holds() {
    let by_list = |ranges: Value| {
        let rule = json!({"id": "sgr-1", "protocol": "tcp", "from_port": 5432, "to_port": 5432, "prefix_list": "pl-1"});
        SnapshotBuilder::new()
            .with::<PrefixList>("pl-1", json!({"list_name": "clients", "ranges": ranges}))
            .with::<SecurityGroup>("sg", group(json!([rule])))
    };
    assert_eq!(open(&by_list(json!(["0.0.0.0/0"])), "sg"), Some(json!(["5432/tcp (PostgreSQL)"])));
    assert_eq!(open(&by_list(json!(["203.0.113.0/24"])), "sg"), Some(json!([])));
    assert_eq!(open(&by_list(json!(null)), "sg"), Some(json!([])), "one of AWS's own");
    assert_eq!(open(&by_list(json!([])).unread::<PrefixList>(), "sg"), None);
}

#[test]
fn a_database_of_the_account_is_known_by_its_own_port() {
    let database = |port: i64| json!({"security_groups": ["sg"], "port": port});
    let world = SnapshotBuilder::new()
        .with::<SecurityGroup>("sg", group(json!([rule("tcp", 6033, 6033, "0.0.0.0/0")])))
        .with::<DbInstance>("orders", database(6033));
    assert_eq!(open(&world, "sg"), Some(json!(["6033/tcp (orders)"])));
    assert_eq!(open(&world.half_read::<DbInstance>(), "sg"), None, "another one may listen there");
    let closed = SnapshotBuilder::new()
        .with::<SecurityGroup>("sg", group(json!([rule("tcp", 443, 443, "0.0.0.0/0")])))
        .with::<DbInstance>("orders", database(6033));
    assert_eq!(open(&closed, "sg"), Some(json!([])));
}

/// A database behind a Network Load Balancer, whose group admits a range on its port.
fn balanced(scheme: &str, range: &str, preserves: Value, state: &str) -> SnapshotBuilder {
    let forward = json!({"is_default": true, "action": "forward", "required_headers": [], "forwards": [{"target_group": arn::<TargetGroup>("db")}]});
    let balancer = json!({
        "balancer_type": "network", "scheme": scheme, "state": "active", "security_groups": [],
        "listeners": [{"arn": "listener", "port": 5432, "protocol": "TCP", "rules": [forward]}],
    });
    let targets = json!({
        "target_type": "ip", "protocol": "TCP", "vpc": "vpc-1", "preserves_client_ip": preserves,
        "targets": [{"id": "10.0.2.5", "port": 5432, "state": state}],
    });
    let interface = json!({
        "vpc": "vpc-1", "private_ips": ["10.0.2.5"], "ipv6_addresses": [], "instance": null, "status": "in-use",
        "public_ip": null, "security_groups": ["sg"],
    });
    SnapshotBuilder::new()
        .with::<SecurityGroup>("sg", group(json!([rule("tcp", 5432, 5432, range)])))
        .with::<SecurityGroup>("web", group(json!([rule("tcp", 443, 443, range)])))
        .with::<LoadBalancer>("front", balancer)
        .with::<TargetGroup>("db", targets)
        .with::<NetworkInterface>("eni-db", interface)
}

fn through(world: &SnapshotBuilder, id: &str) -> Option<Value> {
    world.clone().derive().fact::<SecurityGroup>(id, "balanced_database_ports")
}

#[test]
fn a_database_without_a_public_address_is_reached_through_a_public_load_balancer() {
    let found = Some(json!(["5432/tcp (PostgreSQL) through front"]));
    assert_eq!(through(&balanced("internet-facing", "0.0.0.0/0", json!(true), "unhealthy"), "sg"), found);
    assert_eq!(through(&balanced("internal", "0.0.0.0/0", json!(true), "healthy"), "sg"), Some(json!([])));
    assert_eq!(through(&balanced("internet-facing", "10.0.0.0/16", json!(true), "healthy"), "sg"), Some(json!([])));
}

#[test]
fn where_the_load_balancer_hides_its_clients_the_group_sees_the_load_balancer() {
    let found = Some(json!(["5432/tcp (PostgreSQL) through front"]));
    assert_eq!(through(&balanced("internet-facing", "10.0.0.0/16", json!(false), "healthy"), "sg"), found);
    assert_eq!(through(&balanced("internet-facing", "10.0.0.0/16", json!(false), "unhealthy"), "sg"), Some(json!([])));
    assert_eq!(through(&balanced("internet-facing", "10.0.0.0/16", json!(null), "healthy"), "sg"), None);
}

#[test]
fn what_a_load_balancer_forwards_to_is_only_ruled_out_where_all_was_read() {
    let world = balanced("internal", "0.0.0.0/0", json!(true), "healthy");
    assert_eq!(through(&world.clone().half_read::<LoadBalancer>(), "sg"), None);
    assert_eq!(through(&world.clone().half_read::<TargetGroup>(), "sg"), None);
    assert_eq!(through(&world.clone().half_read::<NetworkInterface>(), "sg"), None);
    assert_eq!(through(&world.half_read::<LoadBalancer>(), "web"), Some(json!([])), "it admits no database port");
}

#[test]
fn a_target_that_no_interface_holds_counts_for_groups_that_admit_the_internet() {
    let moved = |range: &str| {
        let mut world = balanced("internet-facing", range, json!(false), "healthy");
        let target = world.0.resources.iter_mut().find(|resource| resource.id == "db").unwrap();
        target.facts["targets"][0]["id"] = json!("10.0.2.99");
        world
    };
    assert_eq!(through(&moved("0.0.0.0/0"), "sg"), Some(json!(["5432/tcp (PostgreSQL) through front"])));
    assert_eq!(through(&moved("10.0.0.0/16"), "sg"), Some(json!([])));
}
