//! What `queues` learns, and what it leaves unread.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
use waaudit_model::facts::events::Rule;
use waaudit_model::facts::lambda::{AsyncConfig, EventSourceMapping, Function};
use waaudit_model::facts::sns::Subscription;
use waaudit_model::facts::sqs::Queue;

fn queue(target: Value, redrive_allow_policy: bool) -> Value {
    json!({
        "dead_letter_target": target, "redrive_allow_policy": redrive_allow_policy, "visibility_timeout_seconds": 60,
    })
}

fn world() -> SnapshotBuilder {
    SnapshotBuilder::new()
        .with::<Queue>("orders", queue(json!(arn::<Queue>("failed")), false))
        .with::<Queue>("failed", queue(json!(null), false))
        .with::<Queue>("lost", queue(json!(arn::<Queue>("nowhere")), false))
}

fn fact(world: SnapshotBuilder, id: &str, fact: &str) -> Option<Value> {
    world.derive().fact::<Queue>(id, fact)
}

#[test]
fn a_queue_is_a_dead_letter_queue_by_pointer_policy_or_name() {
    let is = |world: SnapshotBuilder, id: &str| fact(world, id, "dead_letter_queue");
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
    let exists = |world: SnapshotBuilder, id: &str| fact(world, id, "dead_letter_target_exists");
    assert_eq!(exists(world(), "orders"), Some(json!(true)));
    assert_eq!(exists(world(), "failed"), Some(json!(null)));
    assert_eq!(exists(world(), "lost"), Some(json!(false)));
    assert_eq!(exists(world().half_read::<Queue>(), "lost"), None);
    let away = queue(json!("arn:aws:sqs:us-east-1:111122223333:failed"), false);
    assert_eq!(exists(world().with::<Queue>("away", away), "away"), Some(json!(false)));
    assert_eq!(exists(world().with::<Queue>("denied", json!({})), "denied"), None);
}

#[test]
fn whatever_sends_its_failures_to_a_queue_makes_it_a_dead_letter_queue() {
    let queue_arn = || arn::<Queue>("kept");
    let is = |world: SnapshotBuilder| {
        fact(world.with::<Queue>("kept", queue(json!(null), false)), "kept", "dead_letter_queue")
    };
    assert_eq!(is(world()), Some(json!(false)));
    let function = json!({"dead_letter_target": queue_arn()});
    assert_eq!(is(world().with::<Function>("mail", function)), Some(json!(true)));
    let config = json!({"configurations": [{"qualifier": "$LATEST", "on_failure": queue_arn()}]});
    assert_eq!(is(world().with::<AsyncConfig>("mail", config)), Some(json!(true)));
    let mapping = json!({"failure_destination": queue_arn()});
    assert_eq!(is(world().with::<EventSourceMapping>("m1", mapping)), Some(json!(true)));
    let subscription = json!({"dead_letter_target": queue_arn()});
    assert_eq!(is(world().with::<Subscription>("s1", subscription)), Some(json!(true)));
    let rule = json!({"targets": [{"arn": "arn:aws:lambda:x", "dead_letter_target": queue_arn()}]});
    assert_eq!(is(world().with::<Rule>("placed", rule)), Some(json!(true)));
}

#[test]
fn that_nothing_sends_its_failures_to_a_queue_is_only_known_of_all_that_may() {
    let is = |world: SnapshotBuilder| fact(world, "orders", "dead_letter_queue");
    for half in [
        world().half_read::<Function>(),
        world().half_read::<AsyncConfig>(),
        world().half_read::<EventSourceMapping>(),
        world().half_read::<Subscription>(),
        world().half_read::<Rule>(),
        world().with::<Rule>("denied", json!({})),
    ] {
        assert_eq!(is(half), None);
    }
}

fn polled(state: &str) -> SnapshotBuilder {
    let mapping = json!({
        "source": arn::<Queue>("orders"), "function": arn::<Function>("bill"), "state": state,
        "batching_window_seconds": 5, "reports_batch_item_failures": true, "failure_destination": null,
    });
    world()
        .with::<Function>("bill", json!({"timeout_seconds": 10, "dead_letter_target": null}))
        .with::<EventSourceMapping>("m1", mapping)
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
