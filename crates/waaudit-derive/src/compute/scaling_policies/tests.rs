//! Every link of the chain from an alarm to added capacity, broken alone.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::SnapshotBuilder;
use waaudit_model::facts::applicationautoscaling::{Policy, ScalableTarget};
use waaudit_model::facts::cloudwatch::Alarm;

const DIMENSION: &str = "lambda:function:ProvisionedConcurrency";

fn target() -> Value {
    json!({
        "namespace": "lambda", "resource": "function:quote:live", "dimension": DIMENSION, "min_capacity": 5,
        "max_capacity": 50, "scale_out_suspended": false,
    })
}

fn steps(change: &Value) -> Value {
    let mut policy = json!({
        "namespace": "lambda", "resource": "function:quote:live", "dimension": DIMENSION, "policy_type": "StepScaling",
        "alarms": ["busy"], "adjustment_type": "ChangeInCapacity", "adjustments": [-1, 2],
    });
    for (fact, value) in change.as_object().unwrap() {
        policy[fact] = value.clone();
    }
    policy
}

fn tracking(alarms: Value) -> Value {
    steps(
        &json!({"policy_type": "TargetTrackingScaling", "alarms": alarms, "adjustment_type": null, "adjustments": []}),
    )
}

fn world(target: Value, policy: Value, alarm: Value) -> SnapshotBuilder {
    SnapshotBuilder::new()
        .with::<ScalableTarget>("t", target)
        .with::<Policy>("p", policy)
        .with::<Alarm>("busy", alarm)
        .with::<Alarm>("TargetTracking-quote-AlarmHigh-1", json!({"actions_enabled": true}))
        .with::<Alarm>("TargetTracking-quote-AlarmHigh-2", json!({"actions_enabled": false}))
}

fn adds(target: Value, policy: Value, alarm: Value) -> Option<Value> {
    world(target, policy, alarm).derive().fact::<ScalableTarget>("t", "adds_capacity")
}

fn stepping(change: &Value) -> Option<Value> {
    adds(target(), steps(change), json!({"actions_enabled": true}))
}

#[test]
fn a_step_policy_adds_where_an_alarm_that_acts_sets_off_a_step_up() {
    assert_eq!(stepping(&json!({})), Some(json!(true)));
    assert_eq!(stepping(&json!({"alarms": []})), Some(json!(false)), "nothing sets it off");
    assert_eq!(stepping(&json!({"alarms": ["deleted"]})), Some(json!(false)), "its alarm is gone");
    assert_eq!(stepping(&json!({"adjustments": [-1]})), Some(json!(false)), "it only removes");
    assert_eq!(stepping(&json!({"dimension": "other"})), Some(json!(false)), "it scales something else");
    let muted = json!({"actions_enabled": false});
    assert_eq!(adds(target(), steps(&json!({})), muted), Some(json!(false)), "its alarm's actions are off");
}

#[test]
fn a_step_to_an_exact_size_adds_where_the_size_is_above_the_minimum() {
    let exact = |size: i64| json!({"adjustment_type": "ExactCapacity", "adjustments": [size]});
    assert_eq!(stepping(&exact(5)), Some(json!(false)));
    assert_eq!(stepping(&exact(20)), Some(json!(true)));
}

#[test]
fn target_tracking_adds_unless_its_upper_alarms_are_mute_or_gone() {
    let of = |alarms: Value| adds(target(), tracking(alarms), json!({}));
    assert_eq!(of(json!([])), Some(json!(true)));
    let low = "TargetTracking-quote-AlarmLow-1";
    assert_eq!(of(json!(["TargetTracking-quote-AlarmHigh-1", low])), Some(json!(true)));
    assert_eq!(of(json!(["TargetTracking-quote-AlarmHigh-2", low])), Some(json!(false)), "its actions are off");
    assert_eq!(of(json!(["TargetTracking-quote-AlarmHigh-3", low])), Some(json!(false)), "it was deleted");
}

#[test]
fn a_forecast_does_not_follow_the_load() {
    assert_eq!(stepping(&json!({"policy_type": "PredictiveScaling", "alarms": []})), Some(json!(false)));
}

#[test]
fn a_target_adds_within_its_range_and_while_scaling_out_is_not_suspended() {
    let with = |fact: &str, value: Value| {
        let mut changed = target();
        changed[fact] = value;
        adds(changed, tracking(json!([])), json!({}))
    };
    assert_eq!(with("max_capacity", json!(5)), Some(json!(false)));
    assert_eq!(with("scale_out_suspended", json!(true)), Some(json!(false)));
    assert_eq!(with("scale_out_suspended", json!(false)), Some(json!(true)));
}

#[test]
fn a_link_that_was_not_read_leaves_the_answer_unread() {
    let whole = || world(target(), steps(&json!({})), json!({"actions_enabled": true}));
    let fact = |world: SnapshotBuilder| world.derive().fact::<ScalableTarget>("t", "adds_capacity");
    assert_eq!(fact(whole().unread::<Alarm>()), None);
    assert_eq!(fact(whole().half_read::<Policy>()), None);
    assert_eq!(adds(target(), steps(&json!({})), json!({})), None);
    let mut silent = target();
    silent.as_object_mut().unwrap().remove("scale_out_suspended");
    assert_eq!(adds(silent, steps(&json!({})), json!({"actions_enabled": true})), None);
}
