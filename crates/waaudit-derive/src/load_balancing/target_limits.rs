//! How many targets a load balancer would have with every group at its maximum, against the account's limits.

use crate::engine::{Derivation, Item, List, Patch, Referrers, View, each, only, reads};
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::elb::{Limits, LoadBalancer, TargetGroup};

pub(crate) const BALANCER: Derivation = Derivation {
    kind: "elb.load_balancer",
    facts: &["targets_at_max"],
    reads: reads![
        Group { max_size, members, target_groups },
        LoadBalancer {},
        TargetGroup { load_balancers, target_type, targets },
    ],
    compute: targets_at_max,
};
pub(crate) const LIMITS_USED: Derivation = Derivation {
    kind: "elb.limits",
    facts: &["load_balancers_used"],
    reads: reads![Limits {}, LoadBalancer { balancer_type }],
    compute: used,
};
pub(crate) const LIMITS_AT_MAX: Derivation = Derivation {
    kind: "elb.limits",
    facts: &["most_targets_at_max"],
    reads: reads![Limits {}, LoadBalancer { balancer_type, targets_at_max }],
    compute: most_targets,
};

fn targets_at_max(view: &View) -> Vec<Patch> {
    let (targets, scaling) = (view.here::<TargetGroup>(), view.here::<Group>());
    let targets = targets.by(|group| each(group.facts.load_balancers.known()));
    let scaling = scaling.by(|scaling| each(scaling.facts.target_groups.known()));
    let most = |arn: &String| {
        let may_be_attached = targets.whole_of(arn)?;
        let attached = only(may_be_attached, |group| Some(group.facts.load_balancers.known()?.contains(arn)))?;
        attached.into_iter().map(|group| at_max(group, &scaling)).sum::<Option<i64>>()
    };
    let learned = |balancer: &Item<LoadBalancer>| LoadBalancer {
        targets_at_max: most(&balancer.resource.arn).into(),
        ..LoadBalancer::default()
    };
    view.here().iter().map(|balancer| balancer.patch(&learned(balancer))).collect()
}

/// The Auto Scaling groups of a target group at their maximum, and what is registered beside their members. A target
/// in two groups counts twice, as it does against the limit. A function counts for nothing: it has no such limit.
fn at_max(group: &Item<TargetGroup>, scaling: &Referrers<Group>) -> Option<i64> {
    if group.facts.target_type.known()? == "lambda" {
        return Some(0);
    }
    let arn = &group.resource.arn;
    let attached = only(scaling.whole_of(arn)?, |scaling| Some(scaling.facts.target_groups.known()?.contains(arn)))?;
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
    view.here::<Limits>().iter().map(|limits| limits.patch(&learned)).collect()
}

fn most_targets(view: &View) -> Vec<Patch> {
    let balancers = view.here::<LoadBalancer>();
    let most = application(&balancers).and_then(|balancers| {
        let each = balancers.into_iter().map(|balancer| balancer.facts.targets_at_max.get());
        Some(each.collect::<Option<Vec<_>>>()?.into_iter().max().unwrap_or(0))
    });
    let learned = Limits { most_targets_at_max: most.into(), ..Limits::default() };
    view.here::<Limits>().iter().map(|limits| limits.patch(&learned)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
    use waaudit_model::facts::autoscaling::Group;
    use waaudit_model::facts::elb::{Limits, LoadBalancer, TargetGroup};

    fn world() -> SnapshotBuilder {
        let member = json!({
            "instance": "i-1", "availability_zone": "eu-west-1a", "lifecycle_state": "InService", "health_status": "Healthy",
        });
        let targets = [json!({"id": "i-1", "state": "healthy"}), json!({"id": "i-alone", "state": "healthy"})];
        let group = |targets: Value, balancer: &str| json!({"target_type": "instance", "targets": targets, "load_balancers": [arn::<LoadBalancer>(balancer)]});
        SnapshotBuilder::new()
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

    fn at_max(world: SnapshotBuilder) -> (Option<Value>, Option<Value>) {
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
        let used = |world: SnapshotBuilder| world.derive().fact::<Limits>("limits", "load_balancers_used");
        assert_eq!(used(world()), Some(json!(1)));
        assert_eq!(used(world().half_read::<LoadBalancer>()), None);
    }
}
