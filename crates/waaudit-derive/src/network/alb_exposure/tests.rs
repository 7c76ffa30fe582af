//! What `doors` learns, and what it leaves unread.

use serde_json::{Value, json};

use super::is_private;
use crate::testing::snapshot_builder::SnapshotBuilder;
use waaudit_model::facts::ec2::{PrefixList, SecurityGroup};
use waaudit_model::facts::elb::LoadBalancer;

const CLOUDFRONT: &str = "com.amazonaws.global.cloudfront.origin-facing";

fn balancer(balancer_type: &str, scheme: &str, groups: &[&str]) -> Value {
    json!({
        "balancer_type": balancer_type, "scheme": scheme, "security_groups": groups,
        "listeners": [{"arn": "listener", "port": 443, "protocol": "HTTPS", "rules": []}],
    })
}

fn group(port: i64, source: &str, value: &str) -> Value {
    json!({"ingress": [{"id": "sgr-1", "protocol": "tcp", "from_port": port, "to_port": port, source: value}]})
}

fn world(groups: &[&str]) -> SnapshotBuilder {
    SnapshotBuilder::new()
        .with::<PrefixList>("pl-cloudfront", json!({"list_name": CLOUDFRONT, "ranges": null}))
        .with::<PrefixList>("pl-partners", json!({"list_name": "partners", "ranges": ["203.0.113.0/24"]}))
        .with::<PrefixList>("pl-clients", json!({"list_name": "clients", "ranges": ["0.0.0.0/0"]}))
        .with::<PrefixList>("pl-own", json!({"list_name": "own", "ranges": ["10.0.0.0/8"]}))
        .with::<SecurityGroup>("all", group(443, "cidr", "0.0.0.0/0"))
        .with::<SecurityGroup>("ssh", group(22, "cidr", "0.0.0.0/0"))
        .with::<SecurityGroup>("office", group(443, "cidr", "203.0.113.0/24"))
        .with::<SecurityGroup>("private", group(443, "cidr", "10.0.0.0/8"))
        .with::<SecurityGroup>("group", group(443, "group", "sg-1"))
        .with::<SecurityGroup>("cloudfront", group(443, "prefix_list", "pl-cloudfront"))
        .with::<SecurityGroup>("partners", group(443, "prefix_list", "pl-partners"))
        .with::<SecurityGroup>("clients", group(443, "prefix_list", "pl-clients"))
        .with::<SecurityGroup>("own", group(443, "prefix_list", "pl-own"))
        .with::<SecurityGroup>("unknown", group(443, "prefix_list", "pl-unknown"))
        .with::<LoadBalancer>("lb", balancer("application", "internet-facing", groups))
}

fn open(world: SnapshotBuilder) -> Option<Value> {
    world.derive().fact::<LoadBalancer>("lb", "open_to_the_world")
}

fn cloudfront_only(world: SnapshotBuilder) -> Option<Value> {
    world.derive().fact::<LoadBalancer>("lb", "admits_cloudfront_only")
}

#[test]
fn a_balancer_is_open_when_a_group_admits_every_address_on_a_listeners_port() {
    assert_eq!(open(world(&["private", "all"])), Some(json!(true)));
    assert_eq!(open(world(&["private", "ssh"])), Some(json!(false)));
    assert_eq!(open(world(&["no-rules"])), Some(json!(false)));
}

#[test]
fn an_open_group_is_enough_but_a_closed_balancer_takes_all_groups() {
    assert_eq!(open(world(&["missing", "all"]).half_read::<SecurityGroup>()), Some(json!(true)));
    assert_eq!(open(world(&["missing", "private"]).half_read::<SecurityGroup>()), None);
}

#[test]
fn only_a_network_load_balancer_without_groups_admits_everybody() {
    let world = |balancer_type| {
        SnapshotBuilder::new().with::<LoadBalancer>("lb", balancer(balancer_type, "internet-facing", &[]))
    };
    assert_eq!(open(world("network")), Some(json!(true)));
    assert_eq!(cloudfront_only(world("network")), Some(json!(false)));
    assert_eq!(open(world("application")), None);
    assert_eq!(cloudfront_only(world("application")), None);
}

#[test]
fn cloudfront_is_alone_when_every_public_rule_is_its_list() {
    assert_eq!(cloudfront_only(world(&["cloudfront", "private", "group", "ssh"])), Some(json!(true)));
    assert_eq!(cloudfront_only(world(&["cloudfront", "office"])), Some(json!(false)));
    assert_eq!(cloudfront_only(world(&["cloudfront", "partners"])), Some(json!(false)));
    assert_eq!(cloudfront_only(world(&["private"])), Some(json!(false)));
}

#[test]
fn a_prefix_list_admits_what_it_holds() {
    assert_eq!(open(world(&["clients"])), Some(json!(true)));
    assert_eq!(open(world(&["partners"])), Some(json!(false)));
    assert_eq!(open(world(&["unknown"])), None);
    assert_eq!(cloudfront_only(world(&["cloudfront", "own"])), Some(json!(true)));
    assert_eq!(cloudfront_only(world(&["cloudfront", "clients"])), Some(json!(false)));
}

#[test]
fn a_prefix_list_or_group_that_was_not_read_may_admit_anybody() {
    assert_eq!(cloudfront_only(world(&["cloudfront", "unknown"])), None);
    assert_eq!(cloudfront_only(world(&["cloudfront", "unknown", "office"])), Some(json!(false)));
    assert_eq!(cloudfront_only(world(&["cloudfront", "missing"]).half_read::<SecurityGroup>()), None);
    assert_eq!(cloudfront_only(world(&["cloudfront"]).unread::<PrefixList>()), None);
}

#[test]
fn the_question_is_not_put_to_an_internal_balancer() {
    let world = SnapshotBuilder::new().with::<LoadBalancer>("lb", balancer("application", "internal", &["cloudfront"]));
    assert_eq!(cloudfront_only(world), None);
}

#[test]
fn private_ranges_are_private_and_others_are_not() {
    assert!(is_private("10.1.0.0/16") && is_private("192.168.1.1/32") && is_private("fd00::/8"));
    assert!(!is_private("0.0.0.0/0") && !is_private("10.0.0.0/7") && !is_private("2001:db8::/32"));
}

#[test]
fn a_header_is_demanded_when_every_rule_that_forwards_demands_one() {
    let forward = |is_default: bool, headers: Value| {
        let forwards = [json!({"target_group": "arn"})];
        json!({"is_default": is_default, "action": "forward", "required_headers": headers, "forwards": forwards})
    };
    let answer = |action: &str| json!({"is_default": true, "action": action, "required_headers": [], "forwards": []});
    let listener = |rules: Value| json!({"arn": "listener", "port": 443, "protocol": "HTTPS", "rules": rules});
    let demands = |listeners: Value| {
        let world = SnapshotBuilder::new().with::<LoadBalancer>("lb", json!({"listeners": listeners})).derive();
        world.fact::<LoadBalancer>("lb", "demands_origin_header")
    };
    let guarded = listener(json!([forward(false, json!(["x-origin"])), answer("fixed-response")]));
    let redirect = listener(json!([answer("redirect")]));
    let open_default = listener(json!([forward(false, json!(["x-origin"])), forward(true, json!([]))]));
    let open_rule = listener(json!([forward(false, json!([])), answer("fixed-response")]));
    let idle = listener(json!([forward(false, json!(["user-agent"])), answer("fixed-response")]));
    assert_eq!(demands(json!([guarded, redirect])), Some(json!(true)));
    assert_eq!(demands(json!([guarded, open_default])), Some(json!(false)));
    assert_eq!(demands(json!([open_rule])), Some(json!(false)));
    assert_eq!(demands(json!([idle])), Some(json!(false)));
    let denied = SnapshotBuilder::new().with::<LoadBalancer>("lb", json!({})).derive();
    assert_eq!(denied.fact::<LoadBalancer>("lb", "demands_origin_header"), None);
}
