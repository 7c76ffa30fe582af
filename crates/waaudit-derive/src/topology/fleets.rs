//! Instances as members of the groups that replace them.

use super::builder::{Drawing, How};
use super::inputs::{Region, Worldwide};
use super::nodes::runs_tasks;
use crate::engine::Item;
use waaudit_model::confidence::Confidence;
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::topology::graph::Relation;

const ATTACHED: How = How::new(
    Relation::Forwards,
    "autoscaling:DescribeAutoScalingGroups TargetGroupARNs, TrafficSources[], LoadBalancerNames",
)
.active(false);
const SERVICE: How = How::new(
    Relation::Forwards,
    "ecs:DescribeServices loadBalancers[].targetGroupArn, loadBalancers[].loadBalancerName",
);
const MEMBER: How = How::new(Relation::Joins, "autoscaling:DescribeAutoScalingGroups Instances[].InstanceId");
const TAGGED: How = How::new(Relation::Joins, "tag aws:autoscaling:groupName").confidence(Confidence::Strong);

/// Auto Scaling groups put their instances into target groups: what they fill, they may serve at any time.
pub(crate) fn attachments(region: &Region, _: &Worldwide, drawing: &mut Drawing) {
    for fleet in region.fleets.iter() {
        let to = &fleet.resource.arn;
        let lists = (fleet.facts.target_groups.known(), fleet.facts.classic_load_balancers.known());
        let (Some(groups), Some(classics)) = lists else {
            drawing.end(to, Relation::Joins, "what it fills with instances could not be read");
            continue;
        };
        for group in groups {
            drawing.link(group, to, &ATTACHED);
        }
        let named = region.classics.iter().filter(|classic| classics.contains(&classic.resource.id));
        named.for_each(|classic| drawing.link(&classic.resource.arn, to, &ATTACHED));
    }
}

/// ECS services register their tasks in target groups, and answer there as long as some target is healthy.
pub(crate) fn services(region: &Region, _: &Worldwide, drawing: &mut Drawing) {
    for service in region.services.iter().filter(|service| runs_tasks(service.facts) != Some(false)) {
        let (to, facts) = (&service.resource.arn, service.facts);
        let (groups, classics) = (facts.target_groups.known(), facts.classic_load_balancers.known());
        let sure = runs_tasks(facts).is_some();
        for group in region.target_groups.iter() {
            let healthy = group.facts.healthy_count.get().is_some_and(|healthy| healthy > 0);
            let fills = groups.map(|groups| groups.contains(&group.resource.arn));
            register(&group.resource.arn, to, fills, sure, &SERVICE.active(healthy), drawing);
        }
        for classic in region.classics.iter() {
            let fills = classics.map(|names| names.contains(&classic.resource.id));
            register(&classic.resource.arn, to, fills, sure, &SERVICE, drawing);
        }
    }
}

/// A service fills a target group, or may: then it is not known what answers there.
fn register(from: &str, to: &str, fills: Option<bool>, sure: bool, how: &How, drawing: &mut Drawing) {
    match (fills, sure) {
        (Some(false), _) => {}
        (Some(true), true) => drawing.link(from, to, how),
        _ => {
            let why = format!("whether tasks of {} answer there is unread", drawing.name(to));
            drawing.end(from, Relation::Forwards, &why);
        }
    }
}

/// Instances to their Auto Scaling groups.
pub(crate) fn members(region: &Region, _: &Worldwide, drawing: &mut Drawing) {
    let fleets = region.fleets.by_id();
    for instance in region.instances.iter() {
        let from = &instance.resource.arn;
        match instance.facts.auto_scaling_group.known() {
            None => drawing.end(from, Relation::Joins, "the group that holds it could not be read"),
            Some(None) => {}
            Some(Some(name)) => match fleets.get(name) {
                Some(fleet) if holds(fleet, &instance.resource.id) => drawing.link(from, &fleet.resource.arn, &MEMBER),
                Some(fleet) => drawing.link(from, &fleet.resource.arn, &TAGGED),
                // All groups were read: this one is gone, and nothing replaces the instance.
                None if fleets.has(name) == Some(false) => {}
                None => drawing.end(from, Relation::Joins, &format!("its group {name} could not be read")),
            },
        }
    }
}

fn holds(fleet: &Item<Group>, instance: &str) -> bool {
    fleet.facts.members.known().is_some_and(|members| members.iter().any(|member| member.instance == instance))
}
