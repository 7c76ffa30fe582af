//! What `budgets` learns, and what it leaves unread.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::SnapshotBuilder;
use waaudit_model::facts::budgets::Budget;
use waaudit_model::facts::derived::account::Account;

const PAGER: &str = "arn:aws:sns:us-east-1:111122223333:spend";

fn budget(notifications: Value) -> Value {
    json!({
        "budget_type": "COST", "time_unit": "MONTHLY", "limit": 100.0, "filters": [], "health": null,
        "starts_at": "2026-01-01T00:00:00Z", "ends_at": "2087-06-15T00:00:00Z", "topics": [],
        "notifications": notifications,
    })
}

fn notification(kind: &str, percent: Value, subscribers: Value) -> Value {
    json!({"notification_type": kind, "threshold_percent": percent, "subscribers": subscribers, "topics": []})
}

fn mailed(kind: &str, percent: f64) -> Value {
    json!([notification(kind, json!(percent), json!(["EMAIL"]))])
}

fn with(facts: Value) -> SnapshotBuilder {
    SnapshotBuilder::new().global::<Account>("account", json!({})).global::<Budget>("monthly", facts)
}

fn facts(world: SnapshotBuilder) -> [Option<Value>; 3] {
    let world = world.derive();
    ["cost_budgets", "alerting_budgets", "silent_budgets"].map(|fact| world.fact::<Account>("account", fact))
}

fn alerts(facts_of_budget: Value) -> Option<bool> {
    facts(with(facts_of_budget))[1].as_ref().map(|names| *names == json!(["monthly"]))
}

#[test]
fn actual_or_forecast_cost_in_time_is_enough() {
    for (kind, percent, in_time) in [
        ("ACTUAL", 80.0, true),
        ("ACTUAL", 90.0, true),
        ("ACTUAL", 91.0, false),
        ("FORECASTED", 100.0, true),
        ("FORECASTED", 101.0, false),
    ] {
        assert_eq!(alerts(budget(mailed(kind, percent))), Some(in_time), "{kind} {percent}");
    }
}

#[test]
fn a_daily_budget_is_heard_on_the_day_and_has_no_forecast() {
    let daily = |kind: &str, percent: f64| {
        let mut facts = budget(mailed(kind, percent));
        facts["time_unit"] = json!("DAILY");
        alerts(facts)
    };
    assert_eq!(daily("ACTUAL", 100.0), Some(true));
    assert_eq!(daily("ACTUAL", 120.0), Some(false));
    assert_eq!(daily("FORECASTED", 80.0), Some(false));
}

#[test]
fn a_silent_budget_says_why() {
    let silent = |notifications: Value| facts(with(budget(notifications)))[2].clone();
    assert_eq!(silent(json!([])), Some(json!(["monthly has no notification"])));
    let late = "monthly has no notification at or below 90 % of actual cost or 100 % of forecast cost";
    assert_eq!(silent(mailed("ACTUAL", 100.0)), Some(json!([late])));
    let unheard = json!([notification("ACTUAL", json!(80.0), json!([]))]);
    let why = "monthly notifies no mail address and no topic with a confirmed subscription";
    assert_eq!(silent(unheard), Some(json!([why])));
}

#[test]
fn a_topic_counts_with_a_confirmed_subscription() {
    let told = |topics: Value| {
        let mut facts = budget(json!([{
            "notification_type": "ACTUAL", "threshold_percent": 80.0, "subscribers": ["SNS"], "topics": [PAGER],
        }]));
        match topics {
            Value::Null => drop(facts.as_object_mut().unwrap().remove("topics")),
            topics => facts["topics"] = topics,
        }
        alerts(facts)
    };
    assert_eq!(told(json!([{"arn": PAGER, "confirmed_subscriptions": 1}])), Some(true));
    assert_eq!(told(json!([{"arn": PAGER, "confirmed_subscriptions": 0}])), Some(false));
    assert_eq!(told(json!(null)), None);
}

#[test]
fn a_threshold_that_is_not_known_may_be_in_time() {
    let unclear = json!([notification("FORECASTED", json!(null), json!(["EMAIL"]))]);
    assert_eq!(facts(with(budget(unclear))), [Some(json!(["monthly"])), None, None]);
}

#[test]
fn narrow_long_expired_and_empty_budgets_do_not_watch_the_accounts_cost() {
    for (key, value) in [
        ("budget_type", json!("USAGE")),
        ("time_unit", json!("ANNUALLY")),
        ("time_unit", json!("CUSTOM")),
        ("limit", json!(0.0)),
        ("filters", json!(["Service"])),
        ("starts_at", json!("2026-04-01T00:00:00Z")),
        ("ends_at", json!("2026-02-01T00:00:00Z")),
        ("health", json!("UNHEALTHY")),
    ] {
        let mut facts_of_budget = budget(mailed("ACTUAL", 80.0));
        facts_of_budget[key] = value;
        assert_eq!(facts(with(facts_of_budget))[0], Some(json!([])), "{key}");
    }
    let mut adjusting = budget(json!([]));
    adjusting["limit"] = json!(null);
    assert_eq!(facts(with(adjusting))[0], Some(json!(["monthly"])));
    let mut custom = budget(json!([]));
    custom["time_unit"] = json!("CUSTOM");
    custom["starts_at"] = json!("2026-03-01T00:00:00Z");
    custom["ends_at"] = json!("2026-04-01T00:00:00Z");
    assert_eq!(facts(with(custom))[0], Some(json!(["monthly"])));
}

#[test]
fn budgets_stay_unread_unless_all_were_read() {
    assert_eq!(facts(with(budget(json!([]))).half_read::<Budget>()), [None, None, None]);
    let mut denied = budget(json!([]));
    denied.as_object_mut().unwrap().remove("notifications");
    assert_eq!(facts(with(denied)), [Some(json!(["monthly"])), None, None]);
}
