use serde_json::{Value, json};

use crate::derive::sample::{World, arn};
use crate::facts::cloudwatch::Alarm;
use crate::facts::lambda::{EventSourceMapping, Function};
use crate::facts::sqs::Queue;

fn queue(target: Value, redrive_allow_policy: bool) -> Value {
    json!({
        "dead_letter_target": target, "redrive_allow_policy": redrive_allow_policy, "visibility_timeout_seconds": 60,
    })
}

fn world() -> World {
    World::new()
        .with::<Queue>("orders", queue(json!(arn::<Queue>("failed")), false))
        .with::<Queue>("failed", queue(json!(null), false))
        .with::<Queue>("lost", queue(json!(arn::<Queue>("nowhere")), false))
}

fn fact(world: World, id: &str, fact: &str) -> Option<Value> {
    world.derive().fact::<Queue>(id, fact)
}

#[test]
fn a_queue_is_a_dead_letter_queue_by_pointer_policy_or_name() {
    let is = |world: World, id: &str| fact(world, id, "dead_letter_queue");
    assert_eq!(is(world(), "failed"), Some(json!(true)));
    assert_eq!(is(world(), "orders"), Some(json!(false)));
    assert_eq!(is(world().with::<Queue>("dumped", queue(json!(null), true)), "dumped"), Some(json!(true)));
    assert_eq!(
        is(world().with::<Queue>("orders-DLQ.fifo", queue(json!(null), false)), "orders-DLQ.fifo"),
        Some(json!(true))
    );
    assert_eq!(is(world().half_read::<Queue>(), "failed"), Some(json!(true)));
    assert_eq!(is(world().half_read::<Queue>(), "orders"), None);
}

#[test]
fn a_dead_letter_target_exists_if_it_is_listed_in_the_same_place() {
    let exists = |world: World, id: &str| fact(world, id, "dead_letter_target_exists");
    assert_eq!(exists(world(), "orders"), Some(json!(true)));
    assert_eq!(exists(world(), "failed"), Some(json!(null)));
    assert_eq!(exists(world(), "lost"), Some(json!(false)));
    assert_eq!(exists(world().half_read::<Queue>(), "lost"), None);
    let away = queue(json!("arn:aws:sqs:us-east-1:111122223333:failed"), false);
    assert_eq!(exists(world().with::<Queue>("away", away), "away"), Some(json!(false)));
    assert_eq!(exists(world().with::<Queue>("denied", json!({})), "denied"), None);
}

#[test]
fn a_queue_is_alarmed_when_an_alarm_on_queues_names_it() {
    let alarm = |namespace: &str| json!({"namespaces": [namespace], "watches": ["orders"]});
    let alarmed = |world: World| fact(world, "orders", "alarmed");
    let watched = world().with::<Alarm>("depth", alarm("AWS/SQS"));
    assert_eq!(alarmed(watched.clone()), Some(json!(true)));
    assert_eq!(alarmed(watched.half_read::<Alarm>()), Some(json!(true)));
    assert_eq!(alarmed(world().with::<Alarm>("cpu", alarm("AWS/ECS"))), Some(json!(false)));
    assert_eq!(alarmed(world().half_read::<Alarm>()), None);
}

fn polled(state: &str) -> World {
    let mapping = json!({
        "source": arn::<Queue>("orders"), "function": arn::<Function>("bill"), "state": state,
        "batching_window_seconds": 5, "reports_batch_item_failures": true,
    });
    world().with::<Function>("bill", json!({"timeout_seconds": 10})).with::<EventSourceMapping>("m1", mapping)
}

#[test]
fn a_consumer_needs_six_timeouts_and_the_window() {
    let consumer = json!({
        "function": arn::<Function>("bill"), "needed_visibility_seconds": 65, "reports_batch_item_failures": true,
    });
    assert_eq!(fact(polled("Enabled"), "orders", "consumers"), Some(json!([consumer])));
    assert_eq!(fact(polled("Enabled"), "orders", "short_for"), Some(json!([arn::<Function>("bill")])));
    assert_eq!(fact(polled("Disabled"), "orders", "consumers"), Some(json!([])));
    assert_eq!(fact(polled("Disabled"), "orders", "short_for"), Some(json!([])));
}

#[test]
fn consumers_stay_unread_without_all_mappings_or_their_functions() {
    assert_eq!(fact(polled("Enabled").half_read::<EventSourceMapping>(), "failed", "consumers"), None);
    assert_eq!(fact(polled("Enabled").unread::<Function>(), "orders", "short_for"), None);
    assert_eq!(fact(polled("Enabled").unread::<Function>(), "failed", "short_for"), Some(json!([])));
}
