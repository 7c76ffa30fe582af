//! What `accounts` learns, and what it leaves unread.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::{SnapshotBuilder, arn, gap};
use waaudit_model::facts::cloudfront::Distribution;
use waaudit_model::facts::derived::account::Account;
use waaudit_model::facts::dynamodb::Table;
use waaudit_model::facts::ec2::Instance;
use waaudit_model::facts::ecs::Service;
use waaudit_model::facts::eks::Cluster;
use waaudit_model::facts::elb::{ClassicLoadBalancer, LoadBalancer};
use waaudit_model::facts::lambda::{EventSourceMapping, Function};
use waaudit_model::facts::lightsail;
use waaudit_model::facts::rds::{DbCluster, DbInstance};
use waaudit_model::facts::s3::{Bucket, PublicAccessBlock};
use waaudit_model::facts::sqs::Queue;
use waaudit_model::gap::GapReason;

fn account(facts: Value) -> SnapshotBuilder {
    SnapshotBuilder::new().global::<Account>("account", facts)
}

fn fact(world: SnapshotBuilder, fact: &str) -> Option<Value> {
    world.derive().fact::<Account>("account", fact)
}

#[test]
fn a_member_of_an_organization_is_not_its_management_account() {
    let member = |management: Value| fact(account(json!({"management_account": management})), "organization_member");
    assert_eq!(member(json!("999988887777")), Some(json!(true)));
    assert_eq!(member(json!("111122223333")), Some(json!(false)));
    assert_eq!(member(json!(null)), Some(json!(false)));
    assert_eq!(fact(account(json!({})), "organization_member"), None);
}

fn entries() -> SnapshotBuilder {
    account(json!({}))
        .global::<Distribution>("D1", json!({"enabled": true}))
        .global::<Distribution>("D2", json!({"enabled": false}))
        .with::<LoadBalancer>("web", json!({"scheme": "internet-facing"}))
        .with::<LoadBalancer>("inner", json!({"scheme": "internal"}))
        .with::<LoadBalancer>("gateway", json!({"scheme": null}))
        .with::<ClassicLoadBalancer>("old", json!({"scheme": "internet-facing"}))
        .with::<Bucket>("site", website())
        .global::<PublicAccessBlock>(
            "111122223333",
            json!({"public_policies_restricted": false, "public_acls_ignored": false}),
        )
        .with::<Bucket>("moved", json!({"website": true, "website_redirects_all": true}))
        .with::<Bucket>("data", json!({"website": false}))
}

fn website() -> Value {
    json!({
        "website": true, "website_redirects_all": false, "policy_public": true, "acl_public": false, "acls_enabled": false,
        "public_policies_restricted": false, "public_acls_ignored": false,
    })
}

#[test]
fn public_entries_are_distributions_balancers_and_websites() {
    let expected = json!([
        "arn:aws:cloudfront:global:111122223333:D1",
        arn::<LoadBalancer>("web"),
        arn::<ClassicLoadBalancer>("old"),
        arn::<Bucket>("site"),
    ]);
    assert_eq!(fact(entries(), "public_entries"), Some(expected));
    assert_eq!(fact(account(json!({})), "public_entries"), Some(json!([])));
}

#[test]
fn no_entry_is_only_known_of_every_kind_of_entry() {
    for half in [
        entries().half_read::<Distribution>(),
        entries().half_read::<LoadBalancer>(),
        entries().half_read::<ClassicLoadBalancer>(),
        entries().half_read::<Bucket>(),
        entries().with::<Bucket>("denied", json!({})),
    ] {
        assert_eq!(fact(half, "public_entries"), None);
    }
}

#[test]
fn a_region_that_was_not_read_takes_account_wide_answers_away() {
    let mut world = account(json!({})).with::<Queue>("orders", json!({}));
    let mut denied = gap("sqs.queue");
    denied.region = "us-east-1".to_owned();
    world.0.gaps.push(denied);
    assert_eq!(fact(world.clone(), "queues"), None);
    world.0.gaps[0].reason = GapReason::NotInRegion;
    assert_eq!(fact(world.clone(), "queues"), Some(json!([arn::<Queue>("orders")])));
    world.0.gaps.push(gap("region"));
    assert_eq!(fact(world, "queues"), None);
}

#[test]
fn queues_include_what_functions_poll() {
    let mapping = |source: Value, state: &str| json!({"source": source, "state": state});
    let world = account(json!({}))
        .with::<EventSourceMapping>("m1", mapping(json!("arn:stream"), "Enabled"))
        .with::<EventSourceMapping>("m2", mapping(json!("arn:off"), "Disabled"))
        .with::<EventSourceMapping>("m3", mapping(json!(null), "Enabled"));
    let expected = json!([arn::<EventSourceMapping>("m3"), "arn:stream"]);
    assert_eq!(fact(world.clone(), "queues"), Some(expected));
    assert_eq!(fact(world.half_read::<EventSourceMapping>(), "queues"), None);
}

fn busy() -> SnapshotBuilder {
    account(json!({}))
        .with::<Instance>("i-1", json!({"state": "running"}))
        .with::<Instance>("i-2", json!({"state": "terminated"}))
        .with::<Function>("bill", json!({}))
        .with::<DbInstance>("orders", json!({"cluster": null, "replica_of": null}))
        .with::<DbInstance>("orders-r", json!({"cluster": null, "replica_of": "orders"}))
        .within::<Table>("us-east-1", "events", json!({}))
        .with::<LoadBalancer>("web", json!({}))
        .with::<ClassicLoadBalancer>("old", json!({}))
        .with::<Service>("tasks", json!({}))
        .with::<Cluster>("pods", json!({}))
        .with::<lightsail::Instance>("blog", json!({}))
}

#[test]
fn workloads_count_what_would_be_worth_watching() {
    assert_eq!(fact(busy(), "workloads"), Some(json!(9)));
    for half in [
        busy().half_read::<Instance>(),
        busy().half_read::<Function>(),
        busy().half_read::<DbCluster>(),
        busy().half_read::<Table>(),
        busy().half_read::<LoadBalancer>(),
        busy().half_read::<ClassicLoadBalancer>(),
        busy().half_read::<Service>(),
        busy().half_read::<Cluster>(),
        busy().half_read::<lightsail::Instance>(),
    ] {
        assert_eq!(fact(half, "workloads"), None);
    }
}
