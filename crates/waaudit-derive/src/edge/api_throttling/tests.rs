//! What `stages` learns, and what it leaves unread.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::SnapshotBuilder;
use waaudit_model::facts::apigateway::{Account, Stage, UsagePlan};

fn stage(api: &str, api_type: &str, limits: Value) -> Value {
    json!({"api": api, "stage": "prod", "api_type": api_type, "limits": limits})
}

fn limit(path: &str, is_default: bool, rate: Value) -> Value {
    json!({"path": path, "is_default": is_default, "rate": rate})
}

fn world(limits: Value) -> SnapshotBuilder {
    SnapshotBuilder::new()
        .with::<Account>("account", json!({"rate_limit": 10000.0}))
        .with::<Stage>("a1/prod", stage("a1", "REST", limits))
}

fn limits(world: SnapshotBuilder) -> Option<Value> {
    world.derive().fact::<Stage>("a1/prod", "limits_requests")
}

fn plan(api: &str, rate: Value) -> Value {
    json!({"rate_limit": rate, "stages": [{"api": api, "stage": "prod"}]})
}

#[test]
fn a_default_below_the_region_s_throttle_limits_and_one_at_it_does_not() {
    assert_eq!(limits(world(json!([limit("*/*", true, json!(500.0))]))), Some(json!(true)));
    assert_eq!(limits(world(json!([limit("*/*", true, json!(10000.0))]))), Some(json!(false)));
    assert_eq!(limits(world(json!([limit("*/*", true, json!(null))]))), Some(json!(false)));
    assert_eq!(limits(world(json!([]))), Some(json!(false)));
    assert_eq!(limits(world(json!([limit("*/*", true, json!(500.0))])).unread::<Account>()), None);
}

#[test]
fn a_method_with_a_limit_of_its_own_counts_beside_the_default() {
    let with = |rate| json!([limit("*/*", true, json!(500.0)), limit("~1items/GET", false, rate)]);
    assert_eq!(limits(world(with(json!(50.0)))), Some(json!(true)));
    assert_eq!(limits(world(with(json!(20000.0)))), Some(json!(false)));
    assert_eq!(limits(world(with(json!(null)))), None);
}

#[test]
fn limits_of_some_methods_or_callers_leave_the_others_unread() {
    assert_eq!(limits(world(json!([limit("~1items/GET", false, json!(50.0))]))), None);
    assert_eq!(limits(world(json!([])).with::<UsagePlan>("p1", plan("a1", json!(100.0)))), None);
    assert_eq!(limits(world(json!([])).unread::<UsagePlan>()), None);
    assert_eq!(limits(world(json!([])).with::<UsagePlan>("p1", plan("a1", json!(null)))), Some(json!(false)));
    assert_eq!(limits(world(json!([])).with::<UsagePlan>("p1", plan("a2", json!(100.0)))), Some(json!(false)));
}

#[test]
fn an_http_api_has_no_usage_plans() {
    let world = SnapshotBuilder::new().with::<Stage>("a1/prod", stage("a1", "HTTP", json!([]))).unread::<UsagePlan>();
    assert_eq!(limits(world), Some(json!(false)));
}

#[test]
fn plans_without_a_rate_limit_nobody() {
    let world = world(json!([]))
        .with::<UsagePlan>("p1", plan("a1", json!(100.0)))
        .with::<UsagePlan>("p2", plan("a1", json!(null)));
    let plans = |world: SnapshotBuilder| world.derive().fact::<Stage>("a1/prod", "usage_plans");
    assert_eq!(plans(world.clone()), Some(json!(["p1"])));
    assert_eq!(plans(world.half_read::<UsagePlan>()), None);
}

#[test]
fn the_apis_of_a_region_are_counted_once_whatever_their_stages() {
    let world = world(json!([]))
        .with::<Stage>("a1/test", json!({"api": "a1", "stage": "test"}))
        .with::<Stage>("a2/prod", json!({"api": "a2", "stage": "prod"}));
    let apis = |world: SnapshotBuilder| world.derive().fact::<Stage>("a1/prod", "apis_in_region");
    assert_eq!(apis(world.clone()), Some(json!(2)));
    assert_eq!(apis(world.half_read::<Stage>()), None);
}

#[test]
fn the_rate_is_the_region_s() {
    let rate = |world: SnapshotBuilder| world.derive().fact::<Stage>("a1/prod", "account_rate");
    assert_eq!(rate(world(json!([]))), Some(json!(10000.0)));
    assert_eq!(rate(world(json!([])).unread::<Account>()), None);
}
