//! How a group's scaling sees and foresees the load: policies on CPU, one-minute metrics, and what raises it beforehand.

use jiff::Timestamp;

use super::asg::{by_group, in_force, is_suspended, names};
use crate::engine::{Derivation, Item, List, Patch, Referrers, View, all, any, distinct, one, only, reads};
use waaudit_model::facts::autoscaling::{Group, Policy, ScheduledAction};
use waaudit_model::facts::cloudwatch::Alarm;
use waaudit_model::facts::ec2::Instance;

pub(crate) const CPU_POLICIES: Derivation = Derivation {
    kind: "autoscaling.group",
    facts: &["cpu_policies"],
    reads: reads![
        Alarm { metrics, namespaces },
        Group {},
        Policy { alarms, enabled, group, policy_type, tracked_metric },
    ],
    compute: cpu_policies,
};
pub(crate) const MONITORING: Derivation = Derivation {
    kind: "autoscaling.group",
    facts: &["members_without_detailed_monitoring"],
    reads: reads![Group { members }, Instance { detailed_monitoring }],
    compute: monitoring,
};
pub(crate) const ANTICIPATION: Derivation = Derivation {
    kind: "autoscaling.group",
    facts: &["anticipation", "scheduled_actions"],
    reads: reads![
        Group { suspended_processes, warm_pool },
        Policy { enabled, group, predictive_mode },
        ScheduledAction { desired_capacity, ends_at, group, min_size, recurrence },
    ],
    compute: anticipation,
};

/// The process that runs scheduled actions.
const SCHEDULES: &str = "ScheduledActions";

fn cpu_policies(view: &View) -> Vec<Patch> {
    let (policies, alarms) = (view.here(), view.here());
    let policies = by_group(&policies);
    let learned = |id: &str| {
        let follow = in_force(id, &policies).and_then(|found| only(found, |policy| follows_cpu(policy.facts, &alarms)));
        Group { cpu_policies: follow.as_deref().map(names).into(), ..Group::default() }
    };
    view.here::<Group>().iter().map(|group| group.patch(&learned(&group.resource.id))).collect()
}

/// A policy that tracks a metric makes its alarms itself, so the metric tells; others answer to anybody's alarms.
fn follows_cpu(policy: &Policy, alarms: &List<Alarm>) -> Option<bool> {
    if let Some(metric) = policy.tracked_metric.known()? {
        return Some(metric == "ASGAverageCPUUtilization");
    }
    any(policy.alarms.known()?.iter().map(|name| watches_cpu(name, alarms)))
}

fn watches_cpu(name: &str, alarms: &List<Alarm>) -> Option<bool> {
    let alarms = alarms.by_id();
    let Some(alarm) = alarms.get(name) else { return alarms.has(name) };
    all([
        alarm.facts.namespaces.known().map(|names| names.iter().any(|name| name == "AWS/EC2")),
        alarm.facts.metrics.known().map(|names| names.iter().any(|name| name == "CPUUtilization")),
    ])
}

fn monitoring(view: &View) -> Vec<Patch> {
    let instances = view.here::<Instance>();
    let instances = instances.by_id();
    let without = |group: &Group| {
        let members = group.members.known()?.iter().filter(|member| member.lifecycle_state == "InService");
        let basic = only(members, |member| Some(!instances.get(&member.instance)?.facts.detailed_monitoring.get()?))?;
        Some(distinct(basic.into_iter().map(|member| member.instance.clone())))
    };
    let learned =
        |group: &Group| Group { members_without_detailed_monitoring: without(group).into(), ..Group::default() };
    view.here().iter().map(|group| group.patch(&learned(group.facts))).collect()
}

fn anticipation(view: &View) -> Vec<Patch> {
    let (policies, actions) = (view.here(), view.here::<ScheduledAction>());
    let (policies, actions) = (by_group(&policies), actions.by(|action| one(action.facts.group.known())));
    let ahead = |group: &Item<Group>| {
        let pool = group.facts.warm_pool.known()?.as_ref().map(|_| "warm pool".to_owned());
        let id = &group.resource.id;
        let schedules = if is_suspended(group.facts, &[SCHEDULES])? {
            Vec::new()
        } else {
            recurring(id, &actions, view.taken_at())?
        };
        let found = [predictive(id, &policies)?, schedules];
        // Nothing of all that starts an instance while launching is suspended.
        let launches = !is_suspended(group.facts, &["Launch"])?;
        Some(distinct(found.into_iter().flatten().chain(pool).filter(|_| launches)))
    };
    let learned = |group: &Item<Group>| Group {
        anticipation: ahead(group).into(),
        scheduled_actions: coming(&group.resource.id, &actions, view.taken_at()).into(),
        ..Group::default()
    };
    view.here().iter().map(|group| group.patch(&learned(group))).collect()
}

fn predictive(group: &str, policies: &Referrers<Policy>) -> Option<Vec<String>> {
    let found = only(policies.whole_of(group)?, |policy| {
        let policy = policy.facts;
        all([
            policy.group.known().map(|name| name == group),
            policy.enabled.get().map(|enabled| enabled != Some(false)),
            policy.predictive_mode.known().map(|mode| mode.as_deref() == Some("ForecastAndScale")),
        ])
    })?;
    Some(found.into_iter().map(|policy| policy.resource.id.clone()).collect())
}

/// Scheduled actions that are not over, whatever they set.
fn coming(group: &str, actions: &Referrers<ScheduledAction>, now: Timestamp) -> Option<Vec<String>> {
    let found = only(actions.whole_of(group)?, |action| {
        let action = action.facts;
        all([
            action.group.known().map(|name| name == group),
            action.ends_at.known().and_then(|end| goes_on(end.as_deref(), now)),
        ])
    })?;
    Some(distinct(found.into_iter().map(|action| action.resource.id.clone())))
}

/// Actions that set a maximum alone start nothing.
fn recurring(group: &str, actions: &Referrers<ScheduledAction>, now: Timestamp) -> Option<Vec<String>> {
    let found = only(actions.whole_of(group)?, |action| {
        let action = action.facts;
        let sets = [action.min_size.get(), action.desired_capacity.get()].map(|size| size.map(|size| size.is_some()));
        all([
            action.group.known().map(|name| name == group),
            action.recurrence.known().map(Option::is_some),
            action.ends_at.known().and_then(|end| goes_on(end.as_deref(), now)),
            any(sets),
        ])
    })?;
    Some(found.into_iter().map(|action| action.resource.id.clone()).collect())
}

fn goes_on(end: Option<&str>, now: Timestamp) -> Option<bool> {
    let Some(end) = end else { return Some(true) };
    let end: Timestamp = end.parse().ok()?;
    Some(end > now)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::autoscaling::{Group, Policy, ScheduledAction};
    use waaudit_model::facts::cloudwatch::Alarm;
    use waaudit_model::facts::ec2::Instance;

    fn policy(policy_type: &str, metric: Value, alarms: &[&str]) -> Value {
        json!({"group": "web", "policy_type": policy_type, "enabled": true, "tracked_metric": metric, "alarms": alarms})
    }

    fn alarm(namespace: &str, metric: &str) -> Value {
        json!({"namespaces": [namespace], "metrics": [metric]})
    }

    #[test]
    fn a_policy_follows_cpu_by_its_metric_or_by_its_alarm() {
        let world = SnapshotBuilder::new()
            .with::<Group>("web", json!({}))
            .with::<Policy>("cpu", policy("TargetTrackingScaling", json!("ASGAverageCPUUtilization"), &[]))
            .with::<Policy>("requests", policy("TargetTrackingScaling", json!("ALBRequestCountPerTarget"), &[]))
            .with::<Policy>("steps", policy("StepScaling", json!(null), &["hot"]))
            .with::<Policy>("queue", policy("StepScaling", json!(null), &["deep", "deleted"]))
            .with::<Alarm>("hot", alarm("AWS/EC2", "CPUUtilization"))
            .with::<Alarm>("deep", alarm("AWS/SQS", "ApproximateNumberOfMessagesVisible"));
        let found = |world: SnapshotBuilder| world.derive().fact::<Group>("web", "cpu_policies");
        assert_eq!(found(world.clone()), Some(json!(["cpu", "steps"])));
        assert_eq!(found(world.clone().half_read::<Policy>()), None);
        assert_eq!(found(world.half_read::<Alarm>()), None, "one alarm may be missing");
    }

    #[test]
    fn members_in_service_show_how_they_are_monitored() {
        let member = |instance: &str, state: &str| json!({"instance": instance, "availability_zone": "eu-west-1a", "lifecycle_state": state, "health_status": "Healthy"});
        let members = [member("i-1", "InService"), member("i-2", "InService"), member("i-3", "Standby")];
        let world = SnapshotBuilder::new()
            .with::<Group>("web", json!({"members": members}))
            .with::<Instance>("i-1", json!({"detailed_monitoring": true}))
            .with::<Instance>("i-2", json!({"detailed_monitoring": false}));
        let found = |world: SnapshotBuilder| world.derive().fact::<Group>("web", "members_without_detailed_monitoring");
        assert_eq!(found(world.clone()), Some(json!(["i-2"])));
        assert_eq!(found(world.unread::<Instance>()), None);
    }

    fn action(recurrence: Value, ends_at: Value, min_size: Value) -> Value {
        json!({
            "group": "web", "recurrence": recurrence, "ends_at": ends_at, "min_size": min_size, "max_size": 9, "desired_capacity": null,
        })
    }

    #[test]
    fn what_raises_a_group_beforehand_is_in_force_and_recurs() {
        let cron = json!("0 7 * * *");
        let predictive = |mode: &str| json!({"group": "web", "policy_type": "PredictiveScaling", "enabled": null, "predictive_mode": mode});
        let world = SnapshotBuilder::new()
            .with::<Group>("web", json!({"warm_pool": null, "suspended_processes": []}))
            .with::<Group>("pooled", json!({"warm_pool": "Stopped", "suspended_processes": []}))
            .with::<Policy>("forecast", predictive("ForecastOnly"))
            .with::<Policy>("ahead", predictive("ForecastAndScale"))
            .with::<ScheduledAction>("mornings", action(cron.clone(), json!(null), json!(4)))
            .with::<ScheduledAction>("over", action(cron.clone(), json!("2026-03-01T00:00:00Z"), json!(4)))
            .with::<ScheduledAction>("once", action(json!(null), json!(null), json!(4)))
            .with::<ScheduledAction>("ceiling", action(cron, json!(null), json!(null)));
        let derived = world.clone().derive();
        assert_eq!(derived.fact::<Group>("web", "anticipation"), Some(json!(["ahead", "mornings"])));
        assert_eq!(derived.fact::<Group>("pooled", "anticipation"), Some(json!(["warm pool"])));
        assert_eq!(derived.fact::<Group>("web", "scheduled_actions"), Some(json!(["ceiling", "mornings", "once"])));
        let half = world.half_read::<ScheduledAction>().derive();
        assert_eq!(half.fact::<Group>("web", "anticipation"), None);
    }

    #[test]
    fn a_suspended_process_raises_nothing() {
        let of = |process: &str| {
            let suspended = json!([{"name": process, "reason": "User suspended"}]);
            let world = SnapshotBuilder::new()
                .with::<Group>("web", json!({"warm_pool": "Stopped", "suspended_processes": suspended}))
                .with::<ScheduledAction>("mornings", action(json!("0 7 * * *"), json!(null), json!(4)));
            world.derive().fact::<Group>("web", "anticipation")
        };
        assert_eq!(of("AZRebalance"), Some(json!(["mornings", "warm pool"])));
        assert_eq!(of("ScheduledActions"), Some(json!(["warm pool"])));
        assert_eq!(of("Launch"), Some(json!([])));
    }
}
