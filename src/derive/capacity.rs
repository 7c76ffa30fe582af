//! How many targets a load balancer would have with every group at its maximum, against the account's limits.

use super::view::only;
use super::{Item, Join, List, Patch, View};
use crate::facts::autoscaling::Group;
use crate::facts::elb::{Limits, LoadBalancer, TargetGroup};

pub(super) const BALANCER: Join = Join {
    kind: "elb.load_balancer",
    facts: &["targets_at_max"],
    reads: &["elb.target_group", "autoscaling.group"],
    learn: targets_at_max,
};
pub(super) const LIMITS_USED: Join =
    Join { kind: "elb.limits", facts: &["load_balancers_used"], reads: &["elb.load_balancer"], learn: used };
pub(super) const LIMITS_AT_MAX: Join = Join {
    kind: "elb.limits",
    facts: &["most_targets_at_max"],
    reads: &["elb.load_balancer", "elb.target_group", "autoscaling.group"],
    learn: most_targets,
};

fn targets_at_max(view: &View) -> Vec<Patch> {
    let targets = view.here::<TargetGroup>();
    let scaling = view.here::<Group>();
    let most = |arn: &String| {
        let attached = only(targets.whole()?, |group| Some(group.facts.load_balancers.known()?.contains(arn)))?;
        attached.into_iter().map(|group| at_max(group, &scaling)).sum::<Option<i64>>()
    };
    let learned = |balancer: &Item<LoadBalancer>| LoadBalancer {
        targets_at_max: most(&balancer.resource.arn).into(),
        ..LoadBalancer::default()
    };
    view.here().iter().map(|balancer| balancer.learn(&learned(balancer))).collect()
}

/// The Auto Scaling groups of a target group at their maximum, and what is registered beside their members. A target
/// in two groups counts twice, as it does against the limit. A function counts for nothing: it has no such limit.
fn at_max(group: &Item<TargetGroup>, scaling: &List<Group>) -> Option<i64> {
    if group.facts.target_type.known()? == "lambda" {
        return Some(0);
    }
    let arn = &group.resource.arn;
    let attached = only(scaling.whole()?, |scaling| Some(scaling.facts.target_groups.known()?.contains(arn)))?;
    let mut members = Vec::new();
    for scaling in &attached {
        members.extend(scaling.facts.members.known()?.iter().map(|member| member.instance.as_str()));
    }
    let grown: i64 = attached.iter().map(|scaling| scaling.facts.max_size.get()).sum::<Option<i64>>()?;
    let beside = group.facts.targets.known()?.iter().filter(|target| !members.contains(&target.id.as_str()));
    Some(grown + i64::try_from(beside.count()).ok()?)
}

fn application<'l, 'a>(balancers: &'l List<'a, LoadBalancer>) -> Option<Vec<&'l Item<'a, LoadBalancer>>> {
    only(balancers.whole()?, |balancer| Some(balancer.facts.balancer_type.known()? == "application"))
}

fn used(view: &View) -> Vec<Patch> {
    let balancers = view.here::<LoadBalancer>();
    let count = application(&balancers).and_then(|balancers| i64::try_from(balancers.len()).ok());
    let learned = Limits { load_balancers_used: count.into(), ..Limits::default() };
    view.here::<Limits>().iter().map(|limits| limits.learn(&learned)).collect()
}

fn most_targets(view: &View) -> Vec<Patch> {
    let balancers = view.here::<LoadBalancer>();
    let most = application(&balancers).and_then(|balancers| {
        let each = balancers.into_iter().map(|balancer| balancer.facts.targets_at_max.get());
        Some(each.collect::<Option<Vec<_>>>()?.into_iter().max().unwrap_or(0))
    });
    let learned = Limits { most_targets_at_max: most.into(), ..Limits::default() };
    view.here::<Limits>().iter().map(|limits| limits.learn(&learned)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::derive::sample::{World, arn};
    use crate::facts::autoscaling::Group;
    use crate::facts::elb::{Limits, LoadBalancer, TargetGroup};

    fn world() -> World {
        let member = json!({
            "instance": "i-1", "availability_zone": "eu-west-1a", "lifecycle_state": "InService", "health_status": "Healthy",
        });
        let targets = [json!({"id": "i-1", "state": "healthy"}), json!({"id": "i-alone", "state": "healthy"})];
        let group = |targets: Value, balancer: &str| json!({"target_type": "instance", "targets": targets, "load_balancers": [arn::<LoadBalancer>(balancer)]});
        World::new()
            .with::<Group>(
                "web",
                json!({"max_size": 10, "target_groups": [arn::<TargetGroup>("web")], "members": [member]}),
            )
            .with::<TargetGroup>("web", group(json!(targets), "alb"))
            .with::<TargetGroup>("other", group(json!([]), "nlb"))
            .with::<LoadBalancer>("alb", json!({"balancer_type": "application"}))
            .with::<LoadBalancer>("nlb", json!({"balancer_type": "network"}))
            .with::<Limits>("limits", json!({}))
    }

    fn at_max(world: World) -> (Option<Value>, Option<Value>) {
        let world = world.derive();
        (world.fact::<LoadBalancer>("alb", "targets_at_max"), world.fact::<Limits>("limits", "most_targets_at_max"))
    }

    #[test]
    fn a_balancer_at_its_maximum_has_its_groups_maxima_and_the_targets_beside_them() {
        assert_eq!(at_max(world()), (Some(json!(11)), Some(json!(11))));
        assert_eq!(world().derive().fact::<LoadBalancer>("nlb", "targets_at_max"), Some(json!(0)));
    }

    #[test]
    fn the_maximum_is_unread_without_all_groups_of_both_kinds() {
        assert_eq!(at_max(world().half_read::<Group>()), (None, None));
        assert_eq!(at_max(world().half_read::<TargetGroup>()), (None, None));
        assert_eq!(at_max(world().half_read::<LoadBalancer>()), (Some(json!(11)), None));
    }

    #[test]
    fn application_load_balancers_alone_count_against_their_limit() {
        let used = |world: World| world.derive().fact::<Limits>("limits", "load_balancers_used");
        assert_eq!(used(world()), Some(json!(1)));
        assert_eq!(used(world().half_read::<LoadBalancer>()), None);
    }
}
