//! Whether an alarm that notifies watches the quotas of a region that something there draws on.

use crate::engine::{Derivation, List, Patch, View, all, any, only, reads};
use waaudit_model::facts::cloudwatch::Alarm;
use waaudit_model::facts::ec2::Instance;
use waaudit_model::facts::lambda::Function;
use waaudit_model::facts::rds::DbInstance;
use waaudit_model::facts::servicequotas::Settings;

pub(crate) const USERS: Derivation = Derivation {
    kind: "servicequotas.settings",
    facts: &["quota_users"],
    reads: reads![DbInstance {}, Function {}, Instance { state }, Settings {}],
    compute: users,
};
pub(crate) const UNWATCHED: Derivation = Derivation {
    kind: "servicequotas.settings",
    facts: &["unwatched"],
    reads: reads![
        Alarm { direction, metrics, namespaces, notifies, watches },
        DbInstance {},
        Function {},
        Instance { state },
        Settings {},
    ],
    compute: unwatched,
};

/// Metrics of Lambda's concurrency, all functions together.
const CONCURRENCY: &[&str] = &["ClaimedAccountConcurrency", "ConcurrentExecutions", "UnreservedConcurrentExecutions"];

fn users(view: &View) -> Vec<Patch> {
    let learned = Settings { quota_users: services(view).into(), ..Settings::default() };
    view.here::<Settings>().iter().map(|settings| settings.patch(&learned)).collect()
}

fn services(view: &View) -> Option<Vec<String>> {
    let instances = view.here::<Instance>();
    let running = instances.iter().map(|instance| Some(instance.facts.state.known()? == "running"));
    let used = [
        ("EC2", any(running.chain(instances.whole().is_none().then_some(None)))),
        ("Lambda", some(&view.here::<Function>())),
        ("RDS", some(&view.here::<DbInstance>())),
    ];
    let used = used.into_iter().map(|(name, used)| used.map(|used| used.then(|| name.to_owned())));
    Some(used.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
}

fn some<F>(list: &List<F>) -> Option<bool> {
    let found = list.iter().len() > 0;
    (found || list.whole().is_some()).then_some(found)
}

fn unwatched(view: &View) -> Vec<Patch> {
    let alarms = view.here::<Alarm>();
    let missing = || alarms.whole().is_none().then_some(None);
    let watched = |service: &str| any(alarms.iter().map(|alarm| watches(alarm.facts, service)).chain(missing()));
    let without = services(view).and_then(|used| only(used, |service| watched(service).map(|watched| !watched)));
    let learned = Settings { unwatched: without.into(), ..Settings::default() };
    view.here::<Settings>().iter().map(|settings| settings.patch(&learned)).collect()
}

fn watches(alarm: &Alarm, service: &str) -> Option<bool> {
    let has = |names: Option<&Vec<String>>, wanted: &[&str]| {
        names.map(|names| names.iter().any(|name| wanted.contains(&name.as_str())))
    };
    let usage = all([has(alarm.namespaces.known(), &["AWS/Usage"]), has(alarm.watches.known(), &[service])]);
    let concurrency = all([
        Some(service == "Lambda"),
        has(alarm.namespaces.known(), &["AWS/Lambda"]),
        has(alarm.metrics.known(), CONCURRENCY),
        // Of a single function, it would have dimensions.
        alarm.watches.known().map(Vec::is_empty),
    ]);
    let rises = alarm.direction.known().map(|direction| direction.as_deref() != Some("below"));
    all([any([usage, concurrency]), rises, alarm.notifies.get()])
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::cloudwatch::Alarm;
    use waaudit_model::facts::ec2::Instance;
    use waaudit_model::facts::lambda::Function;
    use waaudit_model::facts::rds::DbInstance;
    use waaudit_model::facts::servicequotas::Settings;

    fn alarm(namespace: &str, metric: &str, watches: &[&str]) -> Value {
        let acting = json!(["arn:aws:ssm:eu-west-1:111122223333:opsitem:1"]);
        json!({
            "namespaces": [namespace], "metrics": [metric], "watches": watches, "direction": "above",
            "actions_enabled": true, "actions": acting, "alarm_rule": null,
        })
    }

    fn world() -> SnapshotBuilder {
        SnapshotBuilder::new()
            .with::<Settings>("quotas", json!({"auto_management": false}))
            .with::<Instance>("i-1", json!({"state": "running"}))
            .with::<Function>("worker", json!({}))
    }

    fn told(world: SnapshotBuilder) -> (Option<Value>, Option<Value>) {
        let derived = world.derive();
        (derived.fact::<Settings>("quotas", "quota_users"), derived.fact::<Settings>("quotas", "unwatched"))
    }

    #[test]
    fn what_runs_draws_on_quotas() {
        assert_eq!(told(world()).0, Some(json!(["EC2", "Lambda"])));
        let stopped = SnapshotBuilder::new()
            .with::<Settings>("quotas", json!({}))
            .with::<Instance>("i-1", json!({"state": "stopped"}))
            .with::<DbInstance>("orders", json!({}));
        assert_eq!(told(stopped).0, Some(json!(["RDS"])));
        assert_eq!(told(world().half_read::<DbInstance>()).0, None);
    }

    #[test]
    fn an_alarm_watches_the_use_of_a_service() {
        let ec2 = world().with::<Alarm>("vcpu", alarm("AWS/Usage", "ResourceCount", &["EC2", "vCPU"]));
        assert_eq!(told(ec2.clone()).1, Some(json!(["Lambda"])));
        let both = ec2.with::<Alarm>("runs", alarm("AWS/Lambda", "ConcurrentExecutions", &[]));
        assert_eq!(told(both).1, Some(json!([])));
        let one_function = world().with::<Alarm>("one", alarm("AWS/Lambda", "ConcurrentExecutions", &["worker"]));
        assert_eq!(told(one_function).1, Some(json!(["EC2", "Lambda"])));
        assert_eq!(told(world().half_read::<Alarm>()).1, None);
        let mut mute = alarm("AWS/Usage", "ResourceCount", &["EC2", "vCPU"]);
        mute["actions"] = json!([]);
        assert_eq!(told(world().with::<Alarm>("mute", mute)).1, Some(json!(["EC2", "Lambda"])));
        let mut falling = alarm("AWS/Usage", "ResourceCount", &["EC2", "vCPU"]);
        falling["direction"] = json!("below");
        assert_eq!(told(world().with::<Alarm>("falling", falling)).1, Some(json!(["EC2", "Lambda"])));
    }
}
