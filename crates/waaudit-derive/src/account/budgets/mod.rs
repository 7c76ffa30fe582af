//! Budgets that watch the whole account's cost, and whom they notify in time.

use jiff::Timestamp;

use crate::engine::{Derivation, Item, Patch, View, all, any, only, reads};
use waaudit_model::facts::Fact;
use waaudit_model::facts::budgets::{Budget, Notification};
use waaudit_model::facts::derived::account::Account;

pub(crate) const BUDGETS: Derivation = Derivation {
    kind: "account",
    facts: &["cost_budgets", "alerting_budgets", "silent_budgets"],
    reads: reads![
        Account {},
        Budget { budget_type, ends_at, filters, health, limit, notifications, starts_at, time_unit, topics },
    ],
    compute: budgets,
};

/// The type of a notification, its name in words, and the latest threshold in per cent that is in time: at 90 % of
/// the actual cost, or when it is heading past the limit, a mistake can still be stopped.
const IN_TIME: &[(&str, &str, f64)] = &[("ACTUAL", "actual", 90.0), ("FORECASTED", "forecast", 100.0)];
/// A daily budget has no forecast, and is heard on the same day: nothing but that day is lost.
const IN_TIME_DAILY: &[(&str, &str, f64)] = &[("ACTUAL", "actual", 100.0)];
/// The longest month in hours: a budget over more is heard of too late.
const MONTH_HOURS: i64 = 31 * 24;

fn budgets(view: &View) -> Vec<Patch> {
    let budgets = view.here::<Budget>();
    let now = view.taken_at();
    let cost = budgets.whole().and_then(|all| only(all, |budget| watches_cost(budget.facts, now)));
    let silences = cost.as_ref().and_then(|cost| {
        let silences = cost.iter().map(|budget| Some((*budget, silence(budget.facts)?)));
        silences.collect::<Option<Vec<_>>>()
    });
    let name = |budget: &Item<Budget>| budget.resource.id.clone();
    let alerting = silences.as_ref().map(|silences| {
        let alerting = silences.iter().filter(|(_, silence)| silence.is_none());
        alerting.map(|(budget, _)| name(budget)).collect::<Vec<_>>()
    });
    let silent = silences.as_ref().map(|silences| {
        let silent = silences.iter().filter_map(|(budget, silence)| Some((budget, silence.as_ref()?)));
        silent.map(|(budget, silence)| format!("{} {silence}", name(budget))).collect::<Vec<_>>()
    });
    let learned = Account {
        cost_budgets: cost.map(|cost| cost.into_iter().map(name).collect::<Vec<_>>()).into(),
        alerting_budgets: alerting.into(),
        silent_budgets: silent.into(),
        ..Account::default()
    };
    view.here::<Account>().iter().map(|account| account.patch(&learned)).collect()
}

/// Whether a budget is about all cost, in time to act. One without a fixed limit adjusts itself and counts.
fn watches_cost(budget: &Budget, now: Timestamp) -> Option<bool> {
    all([
        budget.budget_type.known().map(|kind| kind == "COST"),
        is_short(budget),
        is_current(budget, now),
        budget.limit.get().map(|limit| limit.is_none_or(|limit| limit > 0.0)),
        budget.filters.known().map(Vec::is_empty),
        budget.health.known().map(|health| health.as_deref() != Some("UNHEALTHY")),
    ])
}

/// Whether its period is a month or less.
fn is_short(budget: &Budget) -> Option<bool> {
    match budget.time_unit.known()?.as_str() {
        "DAILY" | "MONTHLY" => Some(true),
        "CUSTOM" => {
            let (start, end) = (instant(&budget.starts_at)?, instant(&budget.ends_at)?);
            Some(start.zip(end).is_some_and(|(start, end)| (end.as_second() - start.as_second()) / 3600 <= MONTH_HOURS))
        }
        _ => Some(false),
    }
}

fn is_current(budget: &Budget, now: Timestamp) -> Option<bool> {
    let begun = instant(&budget.starts_at).map(|start| start.is_none_or(|start| start <= now));
    let runs = instant(&budget.ends_at).map(|end| end.is_none_or(|end| now < end));
    all([begun, runs])
}

/// A moment that may be none; nothing where it was not read.
fn instant(at: &Fact<Option<String>>) -> Option<Option<Timestamp>> {
    match at.known()? {
        Some(at) => at.parse().ok().map(Some),
        None => Some(None),
    }
}

/// Why a budget notifies no one in time; `Some(None)` where it does.
fn silence(budget: &Budget) -> Option<Option<String>> {
    let notifications = budget.notifications.known()?;
    if notifications.is_empty() {
        return Some(Some("has no notification".to_owned()));
    }
    let latest = if budget.time_unit.known()? == "DAILY" { IN_TIME_DAILY } else { IN_TIME };
    let in_time = |notification: &Notification| {
        any(latest.iter().map(|(kind, _, latest)| {
            let of_kind = notification.notification_type == *kind;
            all([Some(of_kind), notification.threshold_percent.map(|percent| percent <= *latest)])
        }))
    };
    if any(notifications.iter().map(|each| all([in_time(each), is_heard(budget, each)])))? {
        return Some(None);
    }
    let unheard = any(notifications.iter().map(in_time))?;
    Some(Some(if unheard {
        "notifies no mail address and no topic with a confirmed subscription".to_owned()
    } else {
        let limits: Vec<String> = latest.iter().map(|(_, word, latest)| format!("{latest} % of {word} cost")).collect();
        format!("has no notification at or below {}", limits.join(" or "))
    }))
}

/// Whether a notification has a subscriber: a mail address, or a topic with a confirmed subscription.
fn is_heard(budget: &Budget, notification: &Notification) -> Option<bool> {
    let by_topic = notification.subscribers.iter().any(|sort| sort == "SNS");
    if notification.subscribers.iter().any(|sort| sort != "SNS") {
        return Some(true);
    }
    if !by_topic {
        return Some(false);
    }
    // A notification whose topics are not named was written down before they were read.
    let topics = budget.topics.known().filter(|_| !notification.topics.is_empty())?;
    any(notification.topics.iter().map(|arn| {
        let topic = topics.iter().find(|topic| topic.arn == *arn)?;
        Some(topic.confirmed_subscriptions > 0)
    }))
}

#[cfg(test)]
mod tests;
