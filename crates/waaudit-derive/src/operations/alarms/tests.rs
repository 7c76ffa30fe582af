//! What `alarms` learns, link by link: each is broken once, and once unread.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
use waaudit_model::facts::cloudwatch::Alarm;
use waaudit_model::facts::events::Rule;
use waaudit_model::facts::lambda::Function;
use waaudit_model::facts::sns::Topic;

const ABROAD: &str = "arn:aws:sns:eu-west-1:444455556666:pager";

fn acting(actions: &[&str]) -> Value {
    json!({"actions_enabled": true, "actions": actions, "alarm_rule": null})
}

fn composite(rule: &str, actions: &[&str]) -> Value {
    json!({"actions_enabled": true, "actions": actions, "alarm_rule": rule})
}

fn world() -> SnapshotBuilder {
    SnapshotBuilder::new()
        .with::<Topic>("pager", json!({"exists": true, "confirmed_subscriptions": 1}))
        .with::<Topic>("empty", json!({"exists": true, "confirmed_subscriptions": 0}))
        .with::<Topic>("gone", json!({"exists": false, "confirmed_subscriptions": 0}))
        .with::<Topic>("denied", json!({}))
}

fn pager() -> String {
    arn::<Topic>("pager")
}

fn told(world: SnapshotBuilder, fact: &str) -> Option<Value> {
    world.derive().fact::<Alarm>("cpu", fact)
}

fn notifies(world: SnapshotBuilder) -> Option<Value> {
    told(world, "notifies")
}

#[test]
fn an_action_counts_where_it_leads_somewhere() {
    let by = |topic: &str| notifies(world().with::<Alarm>("cpu", acting(&[&arn::<Topic>(topic)])));
    assert_eq!(by("pager"), Some(json!(true)));
    assert_eq!(by("empty"), Some(json!(false)));
    assert_eq!(by("gone"), Some(json!(false)));
    assert_eq!(by("denied"), None);
    assert_eq!(notifies(world().with::<Alarm>("cpu", acting(&[]))), Some(json!(false)));
    assert_eq!(notifies(world().with::<Alarm>("cpu", acting(&[ABROAD]))), None);
    let off = json!({"actions_enabled": false, "actions": [pager()], "alarm_rule": null});
    assert_eq!(notifies(world().with::<Alarm>("cpu", off)), Some(json!(false)));
}

#[test]
fn to_scale_and_to_restart_is_to_act_and_not_to_notify() {
    for action in
        ["arn:aws:autoscaling:eu-west-1:111122223333:scalingPolicy:x", "arn:aws:automate:eu-west-1:ec2:recover"]
    {
        let world = world().with::<Alarm>("cpu", acting(&[action]));
        assert_eq!((told(world.clone(), "acts"), notifies(world)), (Some(json!(true)), Some(json!(false))));
    }
    for action in
        ["arn:aws:ssm:eu-west-1:111122223333:opsitem:1", "arn:aws:ssm-incidents::111122223333:response-plan/p"]
    {
        assert_eq!(notifies(world().with::<Alarm>("cpu", acting(&[action]))), Some(json!(true)));
    }
}

#[test]
fn a_function_notifies_if_it_is_there() {
    let function = arn::<Function>("page");
    let with = |world: SnapshotBuilder| notifies(world.with::<Alarm>("cpu", acting(&[&function])));
    assert_eq!(with(world().with::<Function>("page", json!({}))), Some(json!(true)));
    assert_eq!(with(world()), Some(json!(false)));
    assert_eq!(with(world().unread::<Function>()), None);
}

#[test]
fn an_alarm_misses_the_trouble_of_a_metric_that_moves_the_other_way() {
    let missed = |metric: &str, direction: &str, threshold: f64| {
        let facts = json!({"metrics": [metric], "direction": direction, "threshold": threshold});
        told(world().with::<Alarm>("cpu", facts), "missed_metrics")
    };
    assert_eq!(missed("FreeStorageSpace", "above", 80.0), Some(json!(["FreeStorageSpace"])));
    assert_eq!(missed("FreeStorageSpace", "below", 0.0), Some(json!(["FreeStorageSpace"])));
    assert_eq!(missed("FreeStorageSpace", "below", 2e10), Some(json!([])));
    assert_eq!(missed("CPUUtilization", "above", 120.0), Some(json!(["CPUUtilization"])));
    assert_eq!(missed("CPUUtilization", "above", 80.0), Some(json!([])));
    assert_eq!(missed("CPUUtilization", "below", 10.0), Some(json!([])));
}

#[test]
fn dead_ends_are_named() {
    let actions = [arn::<Topic>("empty"), arn::<Topic>("gone"), pager()];
    let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
    let world = world().with::<Alarm>("cpu", acting(&actions));
    assert_eq!(told(world, "dead_ends"), Some(json!(["empty", "gone"])));
}

#[test]
fn an_alarm_notifies_through_a_composite_that_goes_off_with_it() {
    let through = |rule: &str, actions: &[&str]| {
        let world = world().with::<Alarm>("cpu", acting(&[])).with::<Alarm>("disk", acting(&[]));
        notifies(world.with::<Alarm>("page", composite(rule, actions)))
    };
    assert_eq!(through("ALARM(cpu) OR ALARM(disk)", &[&pager()]), Some(json!(true)));
    assert_eq!(through("ALARM(cpu) AND ALARM(disk)", &[&pager()]), Some(json!(false)));
    assert_eq!(through("ALARM(cpu)", &[&arn::<Topic>("empty")]), Some(json!(false)));
    assert_eq!(through("ALARM(disk)", &[&pager()]), Some(json!(false)));
    assert_eq!(through("ALARM(cpu) AND UNHEARD(disk)", &[&pager()]), None);
    assert_eq!(through("AT_LEAST(1, ALARM, (disk, memory))", &[&pager()]), Some(json!(false)));
}

#[test]
fn composites_of_composites_carry_on() {
    let chain = world()
        .with::<Alarm>("cpu", acting(&[]))
        .with::<Alarm>("inner", composite("ALARM(cpu)", &[]))
        .with::<Alarm>("outer", composite("ALARM(inner) AND NOT ALARM(deploying)", &[&pager()]));
    assert_eq!(notifies(chain.clone()), Some(json!(true)));
    assert_eq!(chain.derive().fact::<Alarm>("inner", "notifies"), Some(json!(true)));
}

#[test]
fn half_a_list_of_alarms_leaves_silence_unread() {
    let half = world().with::<Alarm>("cpu", acting(&[])).half_read::<Alarm>();
    assert_eq!(notifies(half.clone()), None);
    assert_eq!(told(half, "feeds_composite"), None);
    let loud = world().with::<Alarm>("cpu", acting(&[&pager()])).half_read::<Alarm>();
    assert_eq!(notifies(loud), Some(json!(true)));
}

#[test]
fn an_alarm_feeds_the_composite_that_names_it() {
    let derived = world()
        .with::<Alarm>("cpu", acting(&[]))
        .with::<Alarm>("disk", acting(&[]))
        .with::<Alarm>("page", composite("ALARM(\"cpu\") AND NOT OK(net)", &[]))
        .derive();
    assert_eq!(derived.fact::<Alarm>("cpu", "feeds_composite"), Some(json!(true)));
    assert_eq!(derived.fact::<Alarm>("disk", "feeds_composite"), Some(json!(false)));
}

fn rule(pattern: &Value, target: &str) -> Value {
    json!({
        "bus": "default", "state": "ENABLED", "alarm_pattern": pattern.to_string(),
        "targets": [{"arn": target, "dead_letter_target": null}],
    })
}

fn on_alarms() -> Value {
    json!({"source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"]})
}

fn by_rule(facts: Value) -> Option<Value> {
    notifies(world().with::<Alarm>("cpu", acting(&[])).with::<Rule>("alarms", facts))
}

#[test]
fn an_alarm_notifies_through_a_rule_that_waits_for_it() {
    assert_eq!(by_rule(rule(&on_alarms(), &pager())), Some(json!(true)));
    assert_eq!(by_rule(rule(&on_alarms(), &arn::<Topic>("empty"))), Some(json!(false)));
    assert_eq!(by_rule(rule(&on_alarms(), "arn:aws:logs:eu-west-1:111122223333:log-group:alarms")), Some(json!(false)));
    assert_eq!(by_rule(rule(&on_alarms(), "arn:aws:events:eu-west-1:444455556666:event-bus/central")), None);
    assert_eq!(by_rule(rule(&on_alarms(), "arn:aws:sqs:eu-west-1:111122223333:alarms")), Some(json!(true)));
    let fine = json!({"source": ["aws.cloudwatch"], "detail": {"state": {"value": ["OK"]}}});
    assert_eq!(by_rule(rule(&fine, &pager())), Some(json!(false)));
    let others = json!({"source": ["aws.cloudwatch"], "detail": {"alarmName": [{"prefix": "disk"}]}});
    assert_eq!(by_rule(rule(&others, &pager())), Some(json!(false)));
}

#[test]
fn a_rule_that_is_off_on_another_bus_or_on_something_else_does_not_count() {
    for (key, value) in
        [("state", json!("DISABLED")), ("bus", json!("shop")), ("alarm_pattern", json!(null)), ("targets", json!([]))]
    {
        let mut facts = rule(&on_alarms(), &pager());
        facts[key] = value;
        assert_eq!(by_rule(facts), Some(json!(false)), "{key}");
        let mut unread = rule(&on_alarms(), &pager());
        unread.as_object_mut().unwrap().remove(key);
        assert_eq!(by_rule(unread), None, "{key}");
    }
    let quiet = world().with::<Alarm>("cpu", acting(&[]));
    assert_eq!(notifies(quiet.half_read::<Rule>()), None);
}
