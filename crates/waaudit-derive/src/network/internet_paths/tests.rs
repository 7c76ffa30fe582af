//! By which ways the internet gets to load balancers.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
use waaudit_model::facts::apigateway::Stage;
use waaudit_model::facts::cloudfront::Distribution;
use waaudit_model::facts::ec2::SecurityGroup;
use waaudit_model::facts::elb::{LoadBalancer, TargetGroup};
use waaudit_model::facts::globalaccelerator::Accelerator;

fn balancer(kind: &str, scheme: &str, groups: &[&str], forward: Option<&str>) -> Value {
    let forwards: Vec<Value> =
        forward.into_iter().map(|group| json!({"target_group": arn::<TargetGroup>(group)})).collect();
    let rule = json!({"is_default": true, "action": "forward", "required_headers": [], "forwards": forwards});
    json!({
        "balancer_type": kind, "scheme": scheme, "state": "active", "security_groups": groups,
        "dns_name": format!("{kind}-{scheme}.eu-west-1.elb.amazonaws.com"),
        "listeners": [{"arn": format!("arn:aws:elb:eu-west-1:111122223333:listener/{kind}-{scheme}"), "port": 80, "protocol": "HTTP", "rules": [rule]}],
    })
}

fn admitting(source: &str, value: &str) -> Value {
    json!({"ingress": [{"id": "r", "protocol": "tcp", "from_port": 80, "to_port": 80, source: value}]})
}

fn groups() -> SnapshotBuilder {
    SnapshotBuilder::new()
        .with::<SecurityGroup>("open", admitting("cidr", "0.0.0.0/0"))
        .with::<SecurityGroup>("office", admitting("cidr", "203.0.113.0/24"))
        .with::<SecurityGroup>("of-front", admitting("group", "front-group"))
}

/// An internal Application Load Balancer behind a Network Load Balancer.
fn chained(front_scheme: &str, front_groups: &[&str], inner_groups: &[&str]) -> SnapshotBuilder {
    let targets = json!({
        "target_type": "alb", "protocol": "TCP", "load_balancers": [arn::<LoadBalancer>("front")],
        "targets": [{"id": arn::<LoadBalancer>("inner"), "port": 80, "state": "healthy"}],
    });
    groups()
        .with::<LoadBalancer>("inner", balancer("application", "internal", inner_groups, None))
        .with::<LoadBalancer>("front", balancer("network", front_scheme, front_groups, Some("to-inner")))
        .with::<TargetGroup>("to-inner", targets)
}

fn reached(world: &SnapshotBuilder) -> Option<Value> {
    world.clone().derive().fact::<LoadBalancer>("inner", "reached_from_internet")
}

fn unguarded(world: &SnapshotBuilder) -> Option<Value> {
    world.clone().derive().fact::<LoadBalancer>("inner", "unguarded_ways")
}

#[test]
fn an_internal_load_balancer_is_reached_through_a_public_one() {
    let world = chained("internet-facing", &[], &["open"]);
    assert_eq!(reached(&world), Some(json!(true)));
    assert_eq!(unguarded(&world), Some(json!(["Network Load Balancer front"])));
    assert_eq!(reached(&chained("internal", &[], &["open"])), Some(json!(false)));
    assert_eq!(reached(&chained("internet-facing", &["office"], &["open"])), Some(json!(false)));
}

#[test]
fn its_groups_have_to_admit_clients_or_the_groups_of_what_is_before_it() {
    assert_eq!(reached(&chained("internet-facing", &[], &["office"])), Some(json!(false)));
    let world = chained("internet-facing", &["front-group"], &["of-front"])
        .with::<SecurityGroup>("front-group", admitting("cidr", "0.0.0.0/0"));
    assert_eq!(reached(&world), Some(json!(true)));
}

#[test]
fn an_accelerator_reaches_it_too() {
    let endpoints =
        json!([{"region": "eu-west-1", "traffic_percent": 100.0, "endpoints": [arn::<LoadBalancer>("inner")]}]);
    let world = |groups: &[&str]| {
        chained("internal", &[], groups)
            .global::<Accelerator>("fast", json!({"enabled": true, "dns_names": [], "endpoint_groups": endpoints}))
    };
    assert_eq!(unguarded(&world(&["open"])), Some(json!(["accelerator fast"])));
    assert_eq!(reached(&world(&["office"])), Some(json!(false)));
}

#[test]
fn an_api_reaches_it_by_a_private_integration() {
    let stage = |kind: &str, acl: Value, endpoint: &str| {
        let integration = json!({"integration_type": "HTTP_PROXY", "target": "arn:aws:elb:eu-west-1:111122223333:listener/application-internal"});
        let facts = json!({
            "api": "a1", "api_type": kind, "endpoint_types": [endpoint], "web_acl": acl, "integrations": [integration],
            "domain": "a1.execute-api.eu-west-1.amazonaws.com",
        });
        chained("internal", &[], &["office"]).with::<Stage>("a1/live", facts)
    };
    assert_eq!(unguarded(&stage("HTTP", json!(null), "REGIONAL")), Some(json!(["API a1/live"])));
    let acl = json!("arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/apis/1");
    assert_eq!(unguarded(&stage("REST", acl, "REGIONAL")), Some(json!([])));
    assert_eq!(reached(&stage("REST", json!(null), "PRIVATE")), Some(json!(false)));
}

#[test]
fn a_load_balancer_that_is_open_has_its_own_address() {
    let own = |groups_of: &[&str]| {
        groups().with::<LoadBalancer>("inner", balancer("application", "internet-facing", groups_of, None))
    };
    assert_eq!(unguarded(&own(&["open"])), Some(json!(["its own address"])));
    assert_eq!(reached(&own(&["office"])), Some(json!(false)));
}

#[test]
fn a_way_that_was_not_read_takes_away_the_answer_none_alone() {
    let closed = chained("internal", &[], &["open"]);
    assert_eq!(reached(&closed.clone().half_read::<TargetGroup>()), None);
    assert_eq!(reached(&closed.clone().half_read::<Accelerator>()), None);
    assert_eq!(reached(&closed.clone().half_read::<Stage>()), None);
    assert_eq!(reached(&closed.half_read::<Distribution>()), None);
    let open = chained("internet-facing", &[], &["open"]).half_read::<Stage>();
    assert_eq!(reached(&open), Some(json!(true)));
    assert_eq!(unguarded(&open), None);
    assert_eq!(open.derive().fact::<LoadBalancer>("inner", "entered_unguarded"), Some(json!(true)));
}
