//! Budgets that watch the whole account's cost, and whom they tell.

use super::view::{all, any, only};
use super::{Item, Join, Patch, View};
use crate::facts::account::Account;
use crate::facts::budgets::{Budget, Notification};

pub(super) const BUDGETS: Join = Join {
    kind: "account",
    facts: &["cost_budgets", "alerting_budgets", "silent_budgets"],
    reads: &["budgets.budget"],
    learn: budgets,
};

/// What a budget has to say, by the time it is too late: the type, its name in words, and the latest threshold.
const WARNINGS: &[(&str, &str, f64)] = &[("FORECASTED", "forecast", 100.0), ("ACTUAL", "actual", 90.0)];

fn budgets(view: &View) -> Vec<Patch> {
    let budgets = view.here::<Budget>();
    let cost = budgets.whole().and_then(|all| only(all, |budget| watches_cost(&budget.facts)));
    let silences = cost.as_ref().and_then(|cost| {
        let silences = cost.iter().map(|budget| Some((*budget, silence(budget.facts.notifications.known()?)?)));
        silences.collect::<Option<Vec<_>>>()
    });
    let name = |budget: &Item<Budget>| budget.resource.id.clone();
    let alerting = silences.as_ref().map(|silences| {
        let alerting = silences.iter().filter(|(_, silence)| silence.is_empty());
        alerting.map(|(budget, _)| name(budget)).collect::<Vec<_>>()
    });
    let silent = silences.as_ref().map(|silences| {
        let silent = silences.iter().filter(|(_, silence)| !silence.is_empty());
        silent.map(|(budget, silence)| format!("{}: {}", name(budget), silence.join(", "))).collect::<Vec<_>>()
    });
    let learned = Account {
        cost_budgets: cost.map(|cost| cost.into_iter().map(name).collect::<Vec<_>>()).into(),
        alerting_budgets: alerting.into(),
        silent_budgets: silent.into(),
        ..Account::default()
    };
    view.here::<Account>().iter().map(|account| account.learn(&learned)).collect()
}

/// Whether a budget is about all cost, in time to act. One without a fixed limit adjusts itself and counts.
fn watches_cost(budget: &Budget) -> Option<bool> {
    all([
        budget.budget_type.known().map(|kind| kind == "COST"),
        budget.time_unit.known().map(|unit| ["DAILY", "MONTHLY"].contains(&unit.as_str())),
        budget.limit.get().map(|limit| limit.is_none_or(|limit| limit > 0.0)),
        budget.filters.known().map(Vec::is_empty),
    ])
}

/// What is missing from a budget's notifications; empty where nothing is.
fn silence(notifications: &[Notification]) -> Option<Vec<String>> {
    if notifications.is_empty() {
        return Some(vec!["no notification".to_owned()]);
    }
    let mut missing = Vec::new();
    for (kind, word, latest) in WARNINGS {
        let in_time = |notification: &Notification| {
            let of_kind = notification.notification_type == *kind;
            all([Some(of_kind), notification.threshold_percent.map(|percent| percent <= *latest)])
        };
        let heard = |notification: &Notification| Some(!notification.subscribers.is_empty());
        if any(notifications.iter().map(|each| all([in_time(each), heard(each)])))? {
            continue;
        }
        let unheard = any(notifications.iter().map(in_time))?;
        let what = if unheard {
            format!("{word} notification without a subscriber")
        } else {
            format!("no {word} notification at or below {latest} %")
        };
        missing.push(what);
    }
    Some(missing)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::derive::sample::World;
    use crate::facts::account::Account;
    use crate::facts::budgets::Budget;

    fn budget(notifications: Value) -> Value {
        json!({
            "budget_type": "COST", "time_unit": "MONTHLY", "limit": 100.0, "filters": [], "notifications": notifications,
        })
    }

    fn notification(kind: &str, percent: Value, subscribers: Value) -> Value {
        json!({"notification_type": kind, "threshold_percent": percent, "subscribers": subscribers})
    }

    fn both(subscribers: &Value) -> Value {
        json!([
            notification("FORECASTED", json!(100.0), subscribers.clone()),
            notification("ACTUAL", json!(80.0), subscribers.clone()),
        ])
    }

    fn with(facts: Value) -> World {
        World::new().global::<Account>("account", json!({})).global::<Budget>("monthly", facts)
    }

    fn facts(world: World) -> [Option<Value>; 3] {
        let world = world.derive();
        ["cost_budgets", "alerting_budgets", "silent_budgets"].map(|fact| world.fact::<Account>("account", fact))
    }

    #[test]
    fn a_budget_alerts_when_forecast_and_actual_reach_somebody_in_time() {
        let monthly = || Some(json!(["monthly"]));
        assert_eq!(facts(with(budget(both(&json!(["EMAIL"]))))), [monthly(), monthly(), Some(json!([]))]);
    }

    #[test]
    fn a_silent_budget_says_why() {
        let silent = |notifications: Value| facts(with(budget(notifications)))[2].clone();
        assert_eq!(silent(json!([])), Some(json!(["monthly: no notification"])));
        let unheard = "monthly: forecast notification without a subscriber, actual notification without a subscriber";
        assert_eq!(silent(both(&json!([]))), Some(json!([unheard])));
        let late = json!([notification("ACTUAL", json!(100.0), json!(["SNS"]))]);
        let why = "monthly: no forecast notification at or below 100 %, no actual notification at or below 90 %";
        assert_eq!(silent(late), Some(json!([why])));
    }

    #[test]
    fn a_threshold_that_is_not_known_may_be_in_time() {
        let unclear = json!([
            notification("FORECASTED", json!(null), json!(["EMAIL"])),
            notification("ACTUAL", json!(80.0), json!(["EMAIL"])),
        ]);
        assert_eq!(facts(with(budget(unclear))), [Some(json!(["monthly"])), None, None]);
    }

    #[test]
    fn narrow_yearly_and_empty_budgets_do_not_watch_the_accounts_cost() {
        for (key, value) in [
            ("budget_type", json!("USAGE")),
            ("time_unit", json!("ANNUALLY")),
            ("limit", json!(0.0)),
            ("filters", json!(["Service"])),
        ] {
            let mut facts_of_budget = budget(both(&json!(["EMAIL"])));
            facts_of_budget[key] = value;
            assert_eq!(facts(with(facts_of_budget))[0], Some(json!([])), "{key}");
        }
        let mut adjusting = budget(json!([]));
        adjusting["limit"] = json!(null);
        assert_eq!(facts(with(adjusting))[0], Some(json!(["monthly"])));
    }

    #[test]
    fn budgets_stay_unread_unless_all_were_read() {
        assert_eq!(facts(with(budget(json!([]))).half_read::<Budget>()), [None, None, None]);
        let mut denied = budget(json!([]));
        denied.as_object_mut().unwrap().remove("notifications");
        assert_eq!(facts(with(denied)), [Some(json!(["monthly"])), None, None]);
    }
}
