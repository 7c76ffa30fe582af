//! Amazon EC2 Auto Scaling: groups and their policies. What a group is fed by and stands in is joined later.

use aws_sdk_autoscaling::types::{
    AutoScalingGroup, Instance, ScalingPolicy, SuspendedProcess as SdkSuspendedProcess, TagDescription,
    TargetTrackingConfiguration, TrafficSourceIdentifier,
};

use super::Kind;
use super::answer::{split, word};
use super::aws::{Call, Context, Named, tags, timestamp};
use super::metrics::{Metric, Query};
use crate::facts::Fact;
use crate::facts::autoscaling::{Group, Member, Policy, SuspendedProcess};

const DESCRIBE_GROUPS: Call = Call::new("autoscaling", "DescribeAutoScalingGroups");
const DESCRIBE_POLICIES: Call = Call::new("autoscaling", "DescribePolicies");

/// The largest page; the default is half of it.
const PAGE: i32 = 100;

pub(super) const GROUP: Kind = Kind::regional("autoscaling.group", &[&DESCRIBE_GROUPS], |ctx| Box::pin(groups(ctx)));
pub(super) const POLICY: Kind =
    Kind::regional("autoscaling.policy", &[&DESCRIBE_POLICIES], |ctx| Box::pin(policies(ctx)));

async fn groups(ctx: Context) {
    let client = aws_sdk_autoscaling::Client::new(ctx.config());
    let pages = client.describe_auto_scaling_groups().into_paginator().page_size(PAGE).send();
    ctx.pages(&DESCRIBE_GROUPS, pages, |page| {
        for group in page.auto_scaling_groups() {
            let Some(arn) = ctx.entry(&DESCRIBE_GROUPS, group.auto_scaling_group_arn()) else { continue };
            let name = Named {
                arn: arn.to_owned(),
                id: group.auto_scaling_group_name().unwrap_or(arn).to_owned(),
                tags: Some(tags(group.tags(), TagDescription::key, TagDescription::value)),
                ..Named::default()
            };
            ctx.push(name, group_facts(&ctx, arn, group));
        }
    })
    .await;
}

pub(super) const METRICS: &[Metric] = &[Metric::new(
    "autoscaling.group",
    "cpu_percent_p99",
    "99th percentile of 5-minute averages",
    |group| Query::new("AWS/EC2", "CPUUtilization", &[("AutoScalingGroupName", &group.id)]).into(),
    |_, series| series.first()?.percentile(99.0),
)
.since("created_at")];

async fn policies(ctx: Context) {
    let client = aws_sdk_autoscaling::Client::new(ctx.config());
    let pages = client.describe_policies().into_paginator().page_size(PAGE).send();
    ctx.pages(&DESCRIBE_POLICIES, pages, |page| {
        for policy in page.scaling_policies() {
            let Some(arn) = ctx.entry(&DESCRIBE_POLICIES, policy.policy_arn()) else { continue };
            let id = policy.policy_name().unwrap_or(arn).to_owned();
            ctx.push(Named { arn: arn.to_owned(), id, ..Named::default() }, policy_facts(policy));
        }
    })
    .await;
}

fn group_facts(ctx: &Context, arn: &str, g: &AutoScalingGroup) -> Group {
    Group {
        min_size: g.min_size.map(i64::from).into(),
        max_size: g.max_size.map(i64::from).into(),
        desired_capacity: g.desired_capacity.map(i64::from).into(),
        // A group that names zones names no subnet.
        subnets: g.vpc_zone_identifier().map_or_else(Vec::new, split).into(),
        availability_zones: g.availability_zones.clone().into(),
        target_groups: target_groups(g).into(),
        classic_load_balancers: g.load_balancer_names.clone().into(),
        members: ctx.parts(&DESCRIBE_GROUPS, arn, "members", g.instances.as_ref(), member),
        health_check_types: g.health_check_type().map(split).into(),
        health_check_grace_period_seconds: g.health_check_grace_period.map(i64::from).into(),
        suspended_processes: ctx.parts(
            &DESCRIBE_GROUPS,
            arn,
            "suspended_processes",
            g.suspended_processes.as_ref(),
            suspended_process,
        ),
        enabled_metrics: ctx.parts(&DESCRIBE_GROUPS, arn, "enabled_metrics", g.enabled_metrics.as_ref(), |enabled| {
            enabled.metric.clone()
        }),
        placement_group: g.placement_group.clone().into(),
        created_at: g.created_time().and_then(timestamp).into(),
        ..Group::default()
    }
}

/// AWS names most groups in both lists, and leaves out the newer one where it is empty.
fn target_groups(group: &AutoScalingGroup) -> Option<Vec<String>> {
    let mut arns = group.target_group_arns.clone()?;
    for source in group.traffic_sources().iter().filter(|source| is_target_group(source)) {
        let arn = source.identifier()?;
        if !arns.iter().any(|known| known == arn) {
            arns.push(arn.to_owned());
        }
    }
    Some(arns)
}

/// A source may come without a type; then its ARN tells.
fn is_target_group(source: &TrafficSourceIdentifier) -> bool {
    match source.r#type() {
        Some(kind) => kind == "elbv2",
        None => source.identifier().is_some_and(|arn| arn.contains(":elasticloadbalancing:")),
    }
}

fn member(i: &Instance) -> Option<Member> {
    Some(Member {
        instance: i.instance_id.clone()?,
        availability_zone: i.availability_zone.clone()?,
        lifecycle_state: word(i.lifecycle_state())?,
        health_status: i.health_status.clone()?,
        weight: i.weighted_capacity.clone(),
    })
}

fn suspended_process(p: &SdkSuspendedProcess) -> Option<SuspendedProcess> {
    Some(SuspendedProcess { name: p.process_name.clone()?, reason: p.suspension_reason.clone()? })
}

fn policy_facts(p: &ScalingPolicy) -> Policy {
    let facts = Policy {
        group: p.auto_scaling_group_name.clone().into(),
        policy_type: p.policy_type.clone().into(),
        enabled: p.enabled.into(),
        ..Policy::default()
    };
    match (p.policy_type(), p.target_tracking_configuration()) {
        (Some("TargetTrackingScaling"), Some(tracking)) => Policy {
            tracked_metric: tracked_metric(tracking).map(Some).into(),
            target_value: tracking.target_value.map(Some).into(),
            scale_in_disabled: tracking.disable_scale_in.map(Some).into(),
            ..facts
        },
        (Some("TargetTrackingScaling") | None, _) => facts,
        (Some(_), _) => Policy {
            tracked_metric: Fact::Known(None),
            target_value: Fact::Known(None),
            scale_in_disabled: Fact::Known(None),
            ..facts
        },
    }
}

fn tracked_metric(tracking: &TargetTrackingConfiguration) -> Option<String> {
    if tracking.customized_metric_specification().is_some() {
        return Some("custom".to_owned());
    }
    word(tracking.predefined_metric_specification()?.predefined_metric_type())
}

#[cfg(test)]
mod tests {
    use aws_sdk_autoscaling::types::{MetricType, PredefinedMetricSpecification};

    use super::*;

    fn source(identifier: &str, kind: Option<&str>) -> TrafficSourceIdentifier {
        TrafficSourceIdentifier::builder().identifier(identifier).set_type(kind.map(str::to_owned)).build()
    }

    #[test]
    fn target_groups_of_both_lists_are_named_once() {
        let group = AutoScalingGroup::builder()
            .target_group_arns("tg-1")
            .traffic_sources(source("tg-1", Some("elbv2")))
            .traffic_sources(source("tg-2", Some("elbv2")))
            .traffic_sources(source("old", Some("elb")))
            .traffic_sources(source("arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/tg-3/1", None))
            .traffic_sources(source("arn:aws:vpc-lattice:eu-west-1:1:targetgroup/tg-4", None))
            .build();
        let expected = ["tg-1", "tg-2", "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/tg-3/1"];
        assert_eq!(target_groups(&group).unwrap(), expected);
    }

    #[test]
    fn without_the_list_of_target_groups_nothing_is_known_of_them() {
        assert_eq!(target_groups(&AutoScalingGroup::builder().build()), None);
    }

    #[test]
    fn a_step_policy_tracks_nothing() {
        let facts = policy_facts(&ScalingPolicy::builder().policy_type("StepScaling").build());
        assert_eq!(facts.tracked_metric, Fact::Known(None));
        assert_eq!(facts.scale_in_disabled, Fact::Known(None));
    }

    #[test]
    fn a_tracking_policy_that_is_silent_on_scale_in_leaves_it_unread() {
        let metric = PredefinedMetricSpecification::builder()
            .predefined_metric_type(MetricType::AsgAverageCpuUtilization)
            .build();
        let tracking =
            TargetTrackingConfiguration::builder().predefined_metric_specification(metric).target_value(60.0).build();
        let policy = ScalingPolicy::builder().policy_type("TargetTrackingScaling");
        let facts = policy_facts(&policy.target_tracking_configuration(tracking).build());
        assert_eq!(facts.tracked_metric, Fact::Known(Some("ASGAverageCPUUtilization".to_owned())));
        assert_eq!(facts.target_value, Fact::Known(Some(60.0)));
        assert_eq!(facts.scale_in_disabled, Fact::Unread);
    }
}
