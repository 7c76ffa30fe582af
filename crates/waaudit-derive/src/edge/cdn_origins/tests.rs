//! What `origins` learns, and what it leaves unread.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::SnapshotBuilder;
use waaudit_model::facts::cloudfront::Distribution;
use waaudit_model::facts::elb::LoadBalancer;
use waaudit_model::facts::route53::Record;

const DNS: &str = "web-1.eu-west-1.elb.amazonaws.com";

fn distribution(domain: &str, enabled: bool, web_acl: Value) -> Value {
    json!({"enabled": enabled, "connection_mode": "direct", "web_acl": web_acl, "origins": [{"id": "o", "domain": domain, "custom_headers": []}]})
}

fn alias(name: &str, target: &str) -> Value {
    json!({"private": false, "record_name": name, "record_type": "A", "alias": target, "values": []})
}

fn cname(name: &str, target: &str) -> Value {
    json!({"private": false, "record_name": name, "record_type": "CNAME", "alias": null, "values": [target]})
}

fn balancer() -> SnapshotBuilder {
    SnapshotBuilder::new().with::<LoadBalancer>(
        "lb",
        json!({"dns_name": DNS, "scheme": "internet-facing", "balancer_type": "application"}),
    )
}

fn with_origin(domain: &str) -> SnapshotBuilder {
    balancer().global::<Distribution>("D1", distribution(domain, true, json!(null)))
}

fn users(world: SnapshotBuilder) -> Option<Value> {
    world.derive().fact::<LoadBalancer>("lb", "distributions")
}

fn unguarded(world: SnapshotBuilder) -> Option<Value> {
    world.derive().fact::<LoadBalancer>("lb", "distributions_without_web_acl")
}

#[test]
fn a_distribution_uses_the_balancer_whose_name_its_origin_bears() {
    assert_eq!(users(with_origin(DNS)), Some(json!(["D1"])));
    assert_eq!(users(with_origin(DNS).unread::<Record>()), Some(json!(["D1"])));
    assert_eq!(users(with_origin("other-1.eu-west-1.elb.amazonaws.com")), Some(json!([])));
    let disabled = balancer().global::<Distribution>("D1", distribution(DNS, false, json!(null)));
    assert_eq!(users(disabled), Some(json!([])));
}

#[test]
fn no_distribution_uses_it_is_only_known_of_all_distributions() {
    assert_eq!(users(balancer()), Some(json!([])));
    assert_eq!(users(balancer().unread::<Distribution>()), None);
    assert_eq!(unguarded(balancer().unread::<Distribution>()), None);
}

#[test]
fn a_name_is_followed_through_aliases_and_other_records() {
    let world = with_origin("origin.example.com")
        .global::<Record>("r1", cname("origin.example.com", "lb.example.com"))
        .global::<Record>("r2", alias("lb.example.com", &format!("dualstack.{DNS}.")));
    assert_eq!(users(world.clone()), Some(json!(["D1"])));
    assert_eq!(users(world.half_read::<Record>()), Some(json!(["D1"])));
}

#[test]
fn a_wildcard_answers_for_names_without_records() {
    let world = with_origin("origin.example.com").global::<Record>("r1", cname("\\052.example.com", DNS));
    assert_eq!(users(world), Some(json!(["D1"])));
}

#[test]
fn a_name_that_leads_elsewhere_is_an_answer() {
    let elsewhere = "bucket.s3.amazonaws.com";
    let world = with_origin("origin.example.com").global::<Record>("r1", cname("origin.example.com", elsewhere));
    assert_eq!(users(world.clone()), Some(json!([])));
    assert_eq!(users(world.half_read::<Record>()), None);
}

#[test]
fn a_name_outside_the_accounts_records_takes_the_answer_none_away() {
    let foreign = with_origin("origin.example.net");
    assert_eq!(users(foreign.clone()), None);
    let found = foreign.global::<Distribution>("D2", distribution(DNS, true, json!(null)));
    assert_eq!(users(found), Some(json!(["D2"])));
}

#[test]
fn a_private_record_leads_no_distribution() {
    let mut record = alias("origin.example.com", DNS);
    record["private"] = json!(true);
    assert_eq!(users(with_origin("origin.example.com").global::<Record>("r1", record)), None);
}

#[test]
fn records_that_lead_in_circles_end() {
    let world = with_origin("a.example.com")
        .global::<Record>("r1", cname("a.example.com", "b.example.com"))
        .global::<Record>("r2", cname("b.example.com", "a.example.com"));
    assert_eq!(users(world), None);
}

#[test]
fn a_vpc_origin_can_only_lead_to_an_internal_balancer() {
    let origin = json!({"id": "o", "domain": "inner.example.net", "vpc_origin": "vo-1", "custom_headers": []});
    let facts = json!({"enabled": true, "connection_mode": "direct", "web_acl": null, "origins": [origin]});
    let world = balancer().with::<LoadBalancer>(
        "inner",
        json!({"dns_name": "internal-1.elb.amazonaws.com", "scheme": "internal", "balancer_type": "application"}),
    );
    let world = world.global::<Distribution>("D1", facts).derive();
    assert_eq!(world.fact::<LoadBalancer>("inner", "distributions"), None);
    assert_eq!(world.fact::<LoadBalancer>("lb", "distributions"), Some(json!([])));
}

#[test]
fn only_a_wafv2_acl_guards() {
    let acl = json!("arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/1");
    let world = |web_acl| balancer().global::<Distribution>("D1", distribution(DNS, true, web_acl));
    assert_eq!(unguarded(world(acl)), Some(json!([])));
    assert_eq!(unguarded(world(json!("473e64fd-f30b-4765-81a0-62ad96dd167a"))), Some(json!(["D1"])));
    assert_eq!(unguarded(world(json!(null))), Some(json!(["D1"])));
}

#[test]
fn a_distribution_that_may_use_it_matters_only_without_an_acl() {
    let foreign = |web_acl| {
        let world = balancer().global::<Distribution>("D1", distribution("origin.example.net", true, web_acl));
        unguarded(world)
    };
    assert_eq!(foreign(json!("arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/1")), Some(json!([])));
    assert_eq!(foreign(json!(null)), None);
}
