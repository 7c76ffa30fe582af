//! What pins clients to servers, and what only looks as if it did.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
use waaudit_model::facts::derived::server_pool::ServerPool;
use waaudit_model::facts::ec2::Subnet;
use waaudit_model::facts::elb::{ClassicLoadBalancer, LoadBalancer, TargetGroup};

fn group(targets: usize, stickiness: Value) -> Value {
    let targets: Vec<Value> = (0..targets).map(|n| json!({"id": format!("i-{n}"), "state": "healthy"})).collect();
    json!({
        "target_type": "instance", "protocol": "HTTP", "targets": targets, "stickiness": stickiness,
        "load_balancers": [arn::<LoadBalancer>("web")],
    })
}

fn free() -> Value {
    json!({"enabled": false})
}

fn balancer(weights: [i64; 2], seconds: Value) -> Value {
    let forwards: Vec<Value> = ["blue", "green"]
        .iter()
        .zip(weights)
        .map(|(id, weight)| json!({"target_group": arn::<TargetGroup>(id), "weight": weight}))
        .collect();
    let rule = json!({"is_default": true, "action": "forward", "required_headers": [], "forwards": forwards, "group_stickiness_seconds": seconds});
    json!({"listeners": [{"arn": "l", "rules": [rule]}]})
}

fn world(blue: Value, balancer: Value) -> SnapshotBuilder {
    SnapshotBuilder::new()
        .with::<TargetGroup>("blue", blue)
        .with::<TargetGroup>("green", group(1, free()))
        .with::<LoadBalancer>("web", balancer)
}

fn told(world: SnapshotBuilder, id: &str) -> [Option<Value>; 3] {
    let derived = world.derive();
    ["choices", "pinned_by", "pinned_seconds"].map(|fact| derived.fact::<ServerPool>(id, fact))
}

#[test]
fn stickiness_between_groups_pins_to_a_group_of_one_server() {
    let day = balancer([50, 50], json!(86_400));
    let pinned = [json!(2), json!("stickiness between target groups"), json!(86_400)].map(Some);
    assert_eq!(told(world(group(1, free()), day.clone()), "blue"), pinned);
    let free_choice = [json!(3), json!(null), json!(null)].map(Some);
    assert_eq!(
        told(world(group(2, free()), day.clone()), "blue"),
        free_choice,
        "two servers to choose from in the group"
    );
    assert_eq!(told(world(group(2, free()), day), "green")[1], Some(json!("stickiness between target groups")));
}

#[test]
fn a_group_without_traffic_is_no_choice() {
    let idle = balancer([100, 0], json!(86_400));
    assert_eq!(told(world(group(1, free()), idle), "blue"), [json!(1), json!(null), json!(null)].map(Some));
}

#[test]
fn the_longer_pin_counts() {
    let hour = json!({"enabled": true, "method": "lb_cookie", "duration_seconds": 3600});
    assert_eq!(told(world(group(1, hour), balancer([1, 1], json!(86_400))), "blue")[2], Some(json!(86_400)));
    let endless = json!({"enabled": true, "method": "source_ip"});
    let told = told(world(group(1, endless), balancer([1, 1], json!(86_400))), "blue");
    assert_eq!((told[1].clone(), told[2].clone()), (Some(json!("source_ip")), Some(json!(null))));
}

#[test]
fn without_the_load_balancers_nothing_is_told() {
    let unread = world(group(1, free()), balancer([1, 1], json!(60))).unread::<LoadBalancer>();
    assert_eq!(told(unread, "blue"), [None, None, None]);
}

fn classic(policies: &[&str]) -> SnapshotBuilder {
    let facts = json!({
        "instances": ["i-1", "i-2"],
        "stickiness_policies": [
            {"policy": "day", "method": "lb_cookie", "duration_seconds": 86_400},
            {"policy": "app", "method": "app_cookie", "duration_seconds": null},
        ],
        "listeners": [{"port": 80, "protocol": "HTTP", "instance_port": 8080, "policies": policies}],
        "subnets": ["subnet-a", "subnet-b"],
    });
    SnapshotBuilder::new()
        .with::<Subnet>("subnet-a", json!({"availability_zone": "eu-west-1a"}))
        .with::<Subnet>("subnet-b", json!({"availability_zone": "eu-west-1b"}))
        .with::<ClassicLoadBalancer>("old", facts)
}

#[test]
fn a_cookie_policy_pins_where_a_listener_uses_it() {
    let told = |policies: &[&str]| told(classic(policies), "old");
    assert_eq!(told(&[]), [json!(2), json!(null), json!(null)].map(Some));
    assert_eq!(told(&["day"]), [json!(2), json!("lb_cookie policy day"), json!(86_400)].map(Some));
    assert_eq!(told(&["day", "app"])[1], Some(json!("app_cookie policy app")));
}

#[test]
fn zones_of_a_classic_balancer_follow_from_its_subnets() {
    let zones = |world: SnapshotBuilder| world.derive().fact::<ClassicLoadBalancer>("old", "zones");
    assert_eq!(zones(classic(&[])), Some(json!(["eu-west-1a", "eu-west-1b"])));
    assert_eq!(zones(classic(&[]).unread::<Subnet>()), None);
}
