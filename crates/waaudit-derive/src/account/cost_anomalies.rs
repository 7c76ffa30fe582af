//! Which subscriptions tell of unusual cost of the whole account, and why others do not.

use crate::engine::{Derivation, Item, Patch, View, all, only, reads};
use waaudit_model::facts::costexplorer::{AnomalyMonitor, AnomalySubscription};
use waaudit_model::facts::derived::account::{Account, AnomalyAlert};

pub(crate) const ALERTS: Derivation = Derivation {
    kind: "account",
    facts: &["anomaly_alerts", "silent_anomaly_monitors"],
    reads: reads![
        Account {},
        AnomalyMonitor { filters },
        AnomalySubscription { confirmed_subscribers, frequency, monitors, thresholds },
    ],
    compute: alerts,
};

fn alerts(view: &View) -> Vec<Patch> {
    let (monitors, subscriptions) = (view.global::<AnomalyMonitor>(), view.global::<AnomalySubscription>());
    let (mut alerts, mut silent) = (Some(Vec::new()), Some(Vec::new()));
    if let Some((monitors, subscriptions)) = monitors.whole().zip(subscriptions.whole()) {
        for monitor in monitors {
            match told(monitor, subscriptions) {
                Some(Ok(told)) => alerts.iter_mut().for_each(|alerts| alerts.extend(told.clone())),
                Some(Err(why)) => silent.iter_mut().for_each(|silent| silent.push(why.clone())),
                None => (alerts, silent) = (None, None),
            }
        }
    } else {
        (alerts, silent) = (None, None);
    }
    let facts = Account { anomaly_alerts: alerts.into(), silent_anomaly_monitors: silent.into(), ..Account::default() };
    view.here::<Account>().iter().map(|account| account.patch(&facts)).collect()
}

/// What is told of a monitor's anomalies, or why nothing is; nothing where that can't be told.
fn told(
    monitor: &Item<AnomalyMonitor>,
    subscriptions: &[Item<AnomalySubscription>],
) -> Option<Result<Vec<AnomalyAlert>, String>> {
    let name = &monitor.resource.id;
    let filters = monitor.facts.filters.known()?;
    if !filters.is_empty() {
        return Some(Err(format!("{name} watches a part of the cost only, by {}", filters.join(", "))));
    }
    let confirmed = only(subscriptions.iter().map(|subscription| subscription.facts), |subscription| {
        all([
            subscription.monitors.known().map(|monitors| monitors.contains(&monitor.resource.arn)),
            subscription.confirmed_subscribers.get().map(|confirmed| confirmed > 0),
        ])
    })?;
    if confirmed.is_empty() {
        return Some(Err(format!("{name} has no confirmed subscriber")));
    }
    let mut alerts = Vec::new();
    for subscription in confirmed {
        let frequency = subscription.frequency.known()?;
        alerts.extend(subscription.thresholds.known()?.iter().map(|threshold| AnomalyAlert {
            monitor: name.clone(),
            frequency: frequency.clone(),
            usd: threshold.usd,
            percent: threshold.percent,
        }));
    }
    Some(Ok(alerts))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::costexplorer::{AnomalyMonitor, AnomalySubscription};
    use waaudit_model::facts::derived::account::Account;

    fn world(confirmed: i64, filters: &[&str]) -> SnapshotBuilder {
        let monitor = "arn:aws:ce:global:111122223333:services";
        let subscription = json!({
            "monitors": [monitor], "confirmed_subscribers": confirmed, "frequency": "DAILY",
            "thresholds": [{"usd": 100.0, "percent": 40.0}],
        });
        SnapshotBuilder::new()
            .global::<Account>("account", json!({}))
            .global::<AnomalyMonitor>("services", json!({"monitor_type": "DIMENSIONAL", "filters": filters}))
            .global::<AnomalySubscription>("daily", subscription)
    }

    fn told(world: SnapshotBuilder) -> [Option<Value>; 2] {
        let derived = world.derive();
        ["anomaly_alerts", "silent_anomaly_monitors"].map(|fact| derived.fact::<Account>("account", fact))
    }

    #[test]
    fn a_monitor_of_everything_tells_those_who_confirmed() {
        let alert = json!([{"monitor": "services", "frequency": "DAILY", "usd": 100.0, "percent": 40.0}]);
        assert_eq!(told(world(1, &[])), [Some(alert), Some(json!([]))]);
    }

    #[test]
    fn a_silent_monitor_says_why() {
        assert_eq!(told(world(0, &[])), [Some(json!([])), Some(json!(["services has no confirmed subscriber"]))]);
        let corner = json!(["services watches a part of the cost only, by TAG"]);
        assert_eq!(told(world(1, &["TAG"])), [Some(json!([])), Some(corner)]);
    }

    #[test]
    fn silence_is_only_known_of_all_subscriptions() {
        assert_eq!(told(world(1, &[]).half_read::<AnomalySubscription>()), [None, None]);
    }
}
