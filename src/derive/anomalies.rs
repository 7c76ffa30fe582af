//! Who hears of unusual cost.

use super::view::{any, distinct, only};
use super::{Join, Patch, View};
use crate::facts::account::Account;
use crate::facts::costexplorer::{AnomalyMonitor, AnomalySubscription};

pub(super) const HEARD: Join = Join {
    kind: "account",
    facts: &["heard_anomaly_monitors"],
    reads: &["ce.anomaly_monitor", "ce.anomaly_subscription"],
    learn: heard,
};

fn heard(view: &View) -> Vec<Patch> {
    let (monitors, subscriptions) = (view.global::<AnomalyMonitor>(), view.global::<AnomalySubscription>());
    let hears = |subscription: &AnomalySubscription, monitor: &str| {
        let named = subscription.monitors.known()?.iter().any(|arn| arn == monitor);
        Some(named && *subscription.confirmed_subscribers.known()? > 0)
    };
    let names = monitors.whole().zip(subscriptions.whole()).and_then(|(monitors, subscriptions)| {
        let heard = only(monitors, |monitor| {
            any(subscriptions.iter().map(|subscription| hears(&subscription.facts, &monitor.resource.arn)))
        })?;
        Some(distinct(heard.into_iter().map(|monitor| monitor.resource.id.clone())))
    });
    let facts = Account { heard_anomaly_monitors: names.into(), ..Account::default() };
    view.here::<Account>().iter().map(|account| account.learn(&facts)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::derive::sample::World;
    use crate::facts::account::Account;
    use crate::facts::costexplorer::{AnomalyMonitor, AnomalySubscription};

    fn heard(confirmed: i64) -> (World, Option<Value>) {
        let monitor = "arn:aws:ce:global:111122223333:services";
        let world = World::new()
            .global::<Account>("account", json!({}))
            .global::<AnomalyMonitor>("services", json!({"monitor_type": "DIMENSIONAL", "dimension": "SERVICE"}))
            .global::<AnomalySubscription>("daily", json!({"monitors": [monitor], "confirmed_subscribers": confirmed}));
        let heard = world.clone().derive().fact::<Account>("account", "heard_anomaly_monitors");
        (world, heard)
    }

    #[test]
    fn a_monitor_is_heard_by_those_who_confirmed() {
        assert_eq!(heard(1).1, Some(json!(["services"])));
        assert_eq!(heard(0).1, Some(json!([])));
    }

    #[test]
    fn silence_is_only_known_of_all_subscriptions() {
        let half = heard(1).0.half_read::<AnomalySubscription>().derive();
        assert_eq!(half.fact::<Account>("account", "heard_anomaly_monitors"), None);
    }
}
