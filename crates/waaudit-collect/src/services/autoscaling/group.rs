//! Auto Scaling groups. What a group is fed by and is in is joined later.

use aws_sdk_autoscaling::types::{
    AutoScalingGroup, Instance, InstancesDistribution, LaunchTemplateOverrides, LaunchTemplateSpecification,
    MixedInstancesPolicy, SuspendedProcess as SdkSuspendedProcess, TagDescription, TrafficSourceIdentifier,
    WarmPoolStatus,
};

use super::{PAGE, call};
use crate::call::Call;
use crate::kind::Kind;
use crate::transport::collector_context::{Context, ResourceId, tags, timestamp};
use crate::transport::decode::{split, word};
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::autoscaling::{Group, LaunchChoice, Member, SuspendedProcess, TemplateVersion};

const DESCRIBE_GROUPS: Call = call("DescribeAutoScalingGroups");

pub(crate) const GROUP: Kind =
    Kind::regional::<facts::autoscaling::Group>(&[&DESCRIBE_GROUPS], |ctx| Box::pin(groups(ctx))).own_tags();

async fn groups(ctx: Context) {
    let client = aws_sdk_autoscaling::Client::new(ctx.config());
    let pages = client.describe_auto_scaling_groups().into_paginator().page_size(PAGE).send();
    ctx.listed(
        &DESCRIBE_GROUPS,
        pages,
        |page| page.auto_scaling_groups(),
        |group| {
            let arn = group.auto_scaling_group_arn()?;
            let name = ResourceId {
                arn: arn.to_owned(),
                id: group.auto_scaling_group_name().unwrap_or(arn).to_owned(),
                tags: Some(tags(group.tags(), TagDescription::key, TagDescription::value)),
                ..ResourceId::default()
            };
            Some((name, group_facts(&ctx, arn, group)))
        },
    )
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
        launch_template: launch_template(ctx, arn, g),
        launch_configuration: g.launch_configuration_name.clone().filter(|name| !name.is_empty()).into(),
        launch_choices: launch_choices(ctx, arn, g),
        on_demand_base: distribution(g, |shares| shares.on_demand_base_capacity),
        on_demand_percent: distribution(g, |shares| shares.on_demand_percentage_above_base_capacity),
        placement_group: g.placement_group.clone().into(),
        // -1 takes a warm-up back.
        default_instance_warmup_seconds: g.default_instance_warmup.filter(|&time| time >= 0).map(i64::from).into(),
        warm_pool: warm_pool(g),
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

/// The template is in the group itself, or in its mixed-instances policy.
fn launch_template(ctx: &Context, arn: &str, group: &AutoScalingGroup) -> Fact<Option<TemplateVersion>> {
    let mixed = group.mixed_instances_policy().and_then(MixedInstancesPolicy::launch_template);
    match group.launch_template().or_else(|| mixed?.launch_template_specification()) {
        None => Fact::Known(None),
        Some(named) => ctx.whole(&DESCRIBE_GROUPS, arn, "launch_template", template_version(named).map(Some)),
    }
}

/// Without a version, the default one is meant.
fn template_version(named: &LaunchTemplateSpecification) -> Option<TemplateVersion> {
    let version = named.version().unwrap_or("$Default").to_owned();
    Some(TemplateVersion { template: named.launch_template_id.clone()?, version })
}

fn launch_choices(ctx: &Context, arn: &str, group: &AutoScalingGroup) -> Fact<Vec<LaunchChoice>> {
    let mixed = group.mixed_instances_policy().and_then(MixedInstancesPolicy::launch_template);
    match mixed.and_then(|mixed| mixed.overrides.as_ref()) {
        None => Fact::Known(Vec::new()),
        choices => ctx.parts(&DESCRIBE_GROUPS, arn, "launch_choices", choices, launch_choice),
    }
}

fn launch_choice(choice: &LaunchTemplateOverrides) -> Option<LaunchChoice> {
    let template = match choice.launch_template_specification() {
        Some(named) => Some(template_version(named)?),
        None => None,
    };
    Some(LaunchChoice {
        instance_type: choice.instance_type.clone(),
        by_requirements: choice.instance_requirements().is_some(),
        weight: choice.weighted_capacity.clone(),
        template,
        image: choice.image_id.clone(),
    })
}

/// None without a mixed-instances policy; AWS fills in what such a policy leaves out.
fn distribution(group: &AutoScalingGroup, share: impl Fn(&InstancesDistribution) -> Option<i32>) -> Fact<Option<i64>> {
    match group.mixed_instances_policy() {
        None => Fact::Known(None),
        Some(mixed) => mixed.instances_distribution().and_then(share).map(|share| Some(i64::from(share))).into(),
    }
}

fn warm_pool(group: &AutoScalingGroup) -> Fact<Option<String>> {
    match group.warm_pool_configuration() {
        None => Fact::Known(None),
        Some(pool) if pool.status() == Some(&WarmPoolStatus::PendingDelete) => Fact::Known(None),
        Some(pool) => word(pool.pool_state()).map(Some).into(),
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

#[cfg(test)]
mod tests {
    use aws_sdk_autoscaling::types::LaunchTemplate;

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
    fn a_template_stands_in_the_group_or_in_its_policy() {
        let named = LaunchTemplateSpecification::builder().launch_template_id("lt-1").build();
        let mixed = LaunchTemplate::builder().launch_template_specification(named).build();
        let policy = MixedInstancesPolicy::builder().launch_template(mixed).build();
        let group = AutoScalingGroup::builder().mixed_instances_policy(policy).build();
        let specification = group.mixed_instances_policy().unwrap().launch_template().unwrap();
        let found = template_version(specification.launch_template_specification().unwrap()).unwrap();
        assert_eq!((found.template.as_str(), found.version.as_str()), ("lt-1", "$Default"));
        assert_eq!(distribution(&group, |_| None), Fact::Unread);
        assert_eq!(distribution(&AutoScalingGroup::builder().build(), |_| None), Fact::Known(None));
    }
}
