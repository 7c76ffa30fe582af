//! Auto Scaling groups and the zones, instances and policies that they stand for.

use std::collections::BTreeMap;

use super::scaling_policies::Asked;
use crate::engine::{Derivation, Item, List, Patch, Referrers, View, all, any, distinct, one, only, reads};
use crate::network::subnets::zone_ids;
use waaudit_model::facts::autoscaling::{Group, Policy};
use waaudit_model::facts::cloudwatch::Alarm;
use waaudit_model::facts::ec2::Subnet;

pub(crate) const ZONES: Derivation = Derivation {
    kind: "autoscaling.group",
    facts: &["zones"],
    reads: reads![Group { availability_zones, subnets }, Subnet { availability_zone_id }],
    compute: zones,
};
pub(crate) const IN_SERVICE: Derivation = Derivation {
    kind: "autoscaling.group",
    facts: &["load_balanced", "in_service_zones"],
    reads: reads![Group { classic_load_balancers, health_check_types, members, target_groups }],
    compute: in_service,
};
pub(crate) const POLICIES: Derivation = Derivation {
    kind: "autoscaling.group",
    facts: &["dynamic_policies", "tracked_metrics"],
    reads: reads![
        Alarm { actions_enabled },
        Group { min_size, suspended_processes },
        Policy { adjustment_type, adjustments, alarms, enabled, group, policy_type, tracked_metric },
    ],
    compute: policies,
};

pub(crate) const ZONE_LOSS: Derivation = Derivation {
    kind: "autoscaling.group",
    facts: &["cpu_percent_after_zone_loss"],
    reads: reads![Group { cpu_percent_p99, members }],
    compute: zone_loss,
};

/// The types of policy that answer to load; a predictive one answers to the calendar.
const DYNAMIC: &[&str] = &["TargetTrackingScaling", "StepScaling", "SimpleScaling"];

fn zones(view: &View) -> Vec<Patch> {
    let subnets = view.here::<Subnet>();
    let learned = |group: &Group| Group { zones: launch_zones(group, &subnets).into(), ..Group::default() };
    view.here().iter().map(|group| group.patch(&learned(group.facts))).collect()
}

fn launch_zones(group: &Group, subnets: &List<Subnet>) -> Option<Vec<String>> {
    let named = group.subnets.known()?;
    if named.is_empty() {
        return Some(distinct(group.availability_zones.known()?.iter().cloned()));
    }
    zone_ids(named, subnets)
}

fn in_service(view: &View) -> Vec<Patch> {
    let learned = |group: &Group| Group {
        load_balanced: load_balanced(group).into(),
        in_service_zones: in_service_zones(group).into(),
        ..Group::default()
    };
    view.here().iter().map(|group| group.patch(&learned(group.facts))).collect()
}

/// Lattice shows itself by its health check.
fn load_balanced(group: &Group) -> Option<bool> {
    let lattice = group.health_check_types.known().map(|types| types.iter().any(|name| name == "VPC_LATTICE"));
    let fed = [
        group.target_groups.known().map(|groups| !groups.is_empty()),
        group.classic_load_balancers.known().map(|balancers| !balancers.is_empty()),
        lattice,
    ];
    any(fed)
}

fn in_service_zones(group: &Group) -> Option<Vec<String>> {
    let in_service = group.members.known()?.iter().filter(|member| member.lifecycle_state == "InService");
    Some(distinct(in_service.map(|member| member.availability_zone.clone())))
}

fn zone_loss(view: &View) -> Vec<Patch> {
    let learned =
        |group: &Group| Group { cpu_percent_after_zone_loss: after_zone_loss(group).into(), ..Group::default() };
    view.here().iter().map(|group| group.patch(&learned(group.facts))).collect()
}

/// The load of the peak on what is left without the fullest zone, with one digit after the point.
fn after_zone_loss(group: &Group) -> Option<Option<f64>> {
    let peak = group.cpu_percent_p99.known()?.value;
    let mut by_zone: BTreeMap<&str, u32> = BTreeMap::new();
    for member in group.members.known()?.iter().filter(|member| member.lifecycle_state == "InService") {
        *by_zone.entry(&member.availability_zone).or_default() += 1;
    }
    let all: u32 = by_zone.values().sum();
    let left = all - by_zone.values().max().copied().unwrap_or(0);
    Some((left > 0).then(|| (peak * f64::from(all) / f64::from(left) * 10.0).round() / 10.0))
}

fn policies(view: &View) -> Vec<Patch> {
    let (policies, alarms) = (view.here::<Policy>(), view.here::<Alarm>());
    let (policies, alarms) = (by_group(&policies), alarms.by_id());
    let learned = |group: &Item<Group>| {
        let minimum = group.facts.min_size.get();
        let adds = |policy: &&Item<Policy>| Asked::from(policy.facts).adds(minimum, &alarms);
        let in_force = match is_suspended(group.facts, OBEYING) {
            Some(true) => Some(Vec::new()),
            suspended => suspended.and_then(|_| in_force(&group.resource.id, &policies)),
        };
        let of_group = in_force.and_then(|found| only(found, adds));
        Group {
            dynamic_policies: of_group.as_deref().map(names).into(),
            tracked_metrics: of_group.as_deref().and_then(tracked).into(),
            ..Group::default()
        }
    };
    view.here::<Group>().iter().map(|group| group.patch(&learned(group))).collect()
}

/// Processes without which a group does not do what its dynamic policies ask for.
const OBEYING: &[&str] = &["AlarmNotification", "Launch"];

/// Whether one of these processes of a group is suspended.
pub(crate) fn is_suspended(group: &Group, processes: &[&str]) -> Option<bool> {
    let suspended = group.suspended_processes.known()?;
    Some(suspended.iter().any(|process| processes.contains(&process.name.as_str())))
}

/// Policies by their group.
pub(crate) fn by_group<'l, 'a>(policies: &'l List<'a, Policy>) -> Referrers<'l, 'a, Policy> {
    policies.by(|policy| one(policy.facts.group.known()))
}

/// The dynamic policies of a group that are in force.
pub(crate) fn in_force<'l, 'a>(group: &str, policies: &Referrers<'l, 'a, Policy>) -> Option<Vec<&'l Item<'a, Policy>>> {
    only(policies.whole_of(group)?, |policy| {
        let policy = policy.facts;
        all([
            policy.group.known().map(|name| name == group),
            policy.policy_type.known().map(|name| DYNAMIC.contains(&name.as_str())),
            policy.enabled.get().map(|enabled| enabled != Some(false)),
        ])
    })
}

pub(crate) fn names(policies: &[&Item<Policy>]) -> Vec<String> {
    distinct(policies.iter().map(|policy| policy.resource.id.clone()))
}

fn tracked(policies: &[&Item<Policy>]) -> Option<Vec<String>> {
    let metrics = policies.iter().map(|policy| policy.facts.tracked_metric.known().cloned());
    Some(distinct(metrics.collect::<Option<Vec<_>>>()?.into_iter().flatten()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::autoscaling::{Group, Policy};
    use waaudit_model::facts::cloudwatch::Alarm;
    use waaudit_model::facts::ec2::Subnet;

    fn member(zone: &str, state: &str) -> Value {
        json!({"instance": "i-1", "availability_zone": zone, "lifecycle_state": state, "health_status": "Healthy"})
    }

    fn policy(policy_type: &str, enabled: Value, metric: Value) -> Value {
        json!({
            "group": "web", "policy_type": policy_type, "enabled": enabled, "tracked_metric": metric, "alarms": [],
        })
    }

    /// A group of which no process is suspended.
    fn running() -> Value {
        json!({"suspended_processes": [], "min_size": 1})
    }

    #[test]
    fn zones_are_those_of_the_subnets() {
        let world = SnapshotBuilder::new()
            .with::<Subnet>("subnet-a", json!({"availability_zone_id": "euw1-az1"}))
            .with::<Subnet>("subnet-b", json!({"availability_zone_id": "euw1-az2"}))
            .with::<Group>("web", json!({"subnets": ["subnet-b", "subnet-a"], "availability_zones": ["eu-west-1a"]}));
        assert_eq!(world.clone().derive().fact::<Group>("web", "zones"), Some(json!(["euw1-az1", "euw1-az2"])));
        assert_eq!(world.unread::<Subnet>().derive().fact::<Group>("web", "zones"), None);
    }

    #[test]
    fn a_group_without_subnets_spans_the_zones_that_it_names() {
        let world =
            SnapshotBuilder::new().with::<Group>("web", json!({"subnets": [], "availability_zones": ["eu-west-1a"]}));
        assert_eq!(world.derive().fact::<Group>("web", "zones"), Some(json!(["eu-west-1a"])));
    }

    #[test]
    fn a_zone_is_in_service_while_a_member_in_it_is() {
        let members = [member("eu-west-1a", "InService"), member("eu-west-1b", "Standby")];
        let world = SnapshotBuilder::new()
            .with::<Group>("web", json!({"members": members}))
            .with::<Group>("unread", json!({}))
            .derive();
        assert_eq!(world.fact::<Group>("web", "in_service_zones"), Some(json!(["eu-west-1a"])));
        assert_eq!(world.fact::<Group>("unread", "in_service_zones"), None);
    }

    #[test]
    fn a_group_is_load_balanced_by_any_balancer_and_alone_without_all_of_them() {
        let none = json!({"target_groups": [], "classic_load_balancers": [], "health_check_types": ["EC2"]});
        let world = SnapshotBuilder::new()
            .with::<Group>("fed", json!({"classic_load_balancers": ["old"]}))
            .with::<Group>("alone", none)
            .with::<Group>("unsure", json!({"target_groups": []}))
            .derive();
        assert_eq!(world.fact::<Group>("fed", "load_balanced"), Some(json!(true)));
        assert_eq!(world.fact::<Group>("alone", "load_balanced"), Some(json!(false)));
        assert_eq!(world.fact::<Group>("unsure", "load_balanced"), None);
    }

    #[test]
    fn without_its_fullest_zone_the_rest_carries_the_peak() {
        let peak = json!({"value": 60.0, "statistic": "", "window_days": 14, "points_share": 1.0});
        let group = |zones: &[&str]| {
            let members: Vec<Value> = zones.iter().map(|zone| member(zone, "InService")).collect();
            json!({"cpu_percent_p99": peak, "members": members})
        };
        let world = SnapshotBuilder::new()
            .with::<Group>("even", group(&["a", "b"]))
            .with::<Group>("uneven", group(&["a", "a", "b"]))
            .with::<Group>("alone", group(&["a", "a"]))
            .with::<Group>("unmeasured", json!({"members": []}))
            .derive();
        let after = |id: &str| world.fact::<Group>(id, "cpu_percent_after_zone_loss");
        assert_eq!(after("even"), Some(json!(120.0)));
        assert_eq!(after("uneven"), Some(json!(180.0)));
        assert_eq!(after("alone"), Some(json!(null)));
        assert_eq!(after("unmeasured"), None);
    }

    #[test]
    fn a_policy_that_nothing_sets_off_or_that_only_takes_away_does_not_grow_a_group() {
        let steps = |alarms: Value, adjustments: Value| {
            let mut facts = policy("SimpleScaling", json!(null), json!(null));
            facts["alarms"] = alarms;
            facts["adjustments"] = adjustments;
            facts["adjustment_type"] = json!("ChangeInCapacity");
            let world = SnapshotBuilder::new().with::<Group>("web", running()).with::<Policy>("steps", facts);
            world
                .with::<Alarm>("hot", json!({"actions_enabled": true}))
                .derive()
                .fact::<Group>("web", "dynamic_policies")
        };
        assert_eq!(steps(json!(["hot"]), json!([2])), Some(json!(["steps"])));
        assert_eq!(steps(json!(["hot"]), json!([-1, 1])), Some(json!(["steps"])));
        assert_eq!(steps(json!(["gone"]), json!([2])), Some(json!([])));
        assert_eq!(steps(json!([]), json!([2])), Some(json!([])));
        assert_eq!(steps(json!(["cold"]), json!([-1])), Some(json!([])));
    }

    #[test]
    fn a_group_that_hears_no_alarm_or_launches_nothing_has_no_policy_in_force() {
        let of = |processes: Value| {
            let group = json!({"suspended_processes": processes});
            let world = SnapshotBuilder::new().with::<Group>("web", group);
            let cpu = policy("TargetTrackingScaling", json!(null), json!("ASGAverageCPUUtilization"));
            world.with::<Policy>("cpu", cpu).derive().fact::<Group>("web", "dynamic_policies")
        };
        let process = |name: &str| json!([{"name": name, "reason": "User suspended"}]);
        assert_eq!(of(json!([])), Some(json!(["cpu"])));
        assert_eq!(of(process("AZRebalance")), Some(json!(["cpu"])));
        assert_eq!(of(process("AlarmNotification")), Some(json!([])));
        assert_eq!(of(process("Launch")), Some(json!([])));
    }

    #[test]
    fn of_a_policy_whose_alarms_or_steps_are_unread_nothing_is_said_unless_the_other_tells() {
        let with = |fact: &str, value: Value| {
            let mut facts = policy("StepScaling", json!(null), json!(null));
            facts.as_object_mut().unwrap().remove("alarms");
            facts[fact] = value;
            let world = SnapshotBuilder::new().with::<Group>("web", running()).with::<Policy>("steps", facts).derive();
            world.fact::<Group>("web", "dynamic_policies")
        };
        assert_eq!(with("alarms", json!(["hot"])), Some(json!([])), "that alarm is gone");
        assert_eq!(with("adjustments", json!([2])), None);
        assert_eq!(with("alarms", json!([])), Some(json!([])));
        assert_eq!(with("adjustments", json!([-1])), Some(json!([])));
    }

    #[test]
    fn dynamic_policies_are_the_enabled_ones_that_answer_to_load() {
        let world = SnapshotBuilder::new()
            .with::<Group>("web", running())
            .with::<Group>("other", running())
            .with::<Policy>("cpu", policy("TargetTrackingScaling", json!(null), json!("ASGAverageCPUUtilization")))
            .with::<Policy>("off", policy("StepScaling", json!(false), json!(null)))
            .with::<Policy>("calendar", policy("PredictiveScaling", json!(true), json!(null)));
        let derived = world.clone().derive();
        assert_eq!(derived.fact::<Group>("web", "dynamic_policies"), Some(json!(["cpu"])));
        assert_eq!(derived.fact::<Group>("web", "tracked_metrics"), Some(json!(["ASGAverageCPUUtilization"])));
        assert_eq!(derived.fact::<Group>("other", "dynamic_policies"), Some(json!([])));
        let half = world.half_read::<Policy>().derive();
        assert_eq!(half.fact::<Group>("web", "dynamic_policies"), None);
    }
}
