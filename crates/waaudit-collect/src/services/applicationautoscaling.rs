//! Application Auto Scaling: scalable targets and policies. Each list takes a namespace, so all of them are asked, a call each.

use aws_sdk_applicationautoscaling::Client;
use aws_sdk_applicationautoscaling::types::{
    PolicyType, ScalableTarget as SdkTarget, ScalingPolicy, ScheduledAction, ServiceNamespace,
    StepScalingPolicyConfiguration as Steps, SuspendedState, TargetTrackingScalingPolicyConfiguration as Tracking,
};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::applicationautoscaling::{Policy, ScalableTarget};

pub(crate) const SERVICE: Service = Service { kinds: &[POLICY, TARGET], metrics: &[], rates: &[] };

const DESCRIBE_TARGETS: Call = Call::new("application-autoscaling", "DescribeScalableTargets");
const DESCRIBE_SCHEDULED: Call = Call::new("application-autoscaling", "DescribeScheduledActions");
const DESCRIBE_POLICIES: Call = Call::new("application-autoscaling", "DescribeScalingPolicies");

pub(crate) const TARGET: Kind =
    Kind::regional::<facts::applicationautoscaling::ScalableTarget>(&[&DESCRIBE_TARGETS, &DESCRIBE_SCHEDULED], |ctx| {
        Box::pin(targets(ctx))
    });
pub(crate) const POLICY: Kind =
    Kind::regional::<facts::applicationautoscaling::Policy>(&[&DESCRIBE_POLICIES], |ctx| Box::pin(policies(ctx)))
        .untagged();

/// A namespace that a region does not know has no targets there.
const UNKNOWN_NAMESPACE: &[&str] = &["ValidationException"];

/// Every namespace that the SDK knows.
fn namespaces() -> impl Iterator<Item = ServiceNamespace> {
    ServiceNamespace::values().iter().map(|name| ServiceNamespace::from(*name))
}

async fn targets(ctx: Context) {
    let client = Client::new(ctx.config());
    run_bounded(namespaces().map(|namespace| of_service(&ctx, &client, namespace))).await;
}

/// The targets of one service, each with its schedules. A service without targets has no schedules.
async fn of_service(ctx: &Context, client: &Client, namespace: ServiceNamespace) {
    let mut found = Vec::new();
    let pages = client.describe_scalable_targets().service_namespace(namespace.clone()).into_paginator().send();
    ctx.pages_or_none(&DESCRIBE_TARGETS, UNKNOWN_NAMESPACE, pages, |page| {
        found.extend_from_slice(page.scalable_targets());
    })
    .await;
    if found.is_empty() {
        return;
    }
    let about = ctx.arn("application-autoscaling", namespace.as_str());
    let pages = client.describe_scheduled_actions().service_namespace(namespace).into_paginator().send();
    let pages = ctx.detail_pages(&DESCRIBE_SCHEDULED, &about, pages).await;
    let actions: Option<Vec<&ScheduledAction>> =
        pages.as_ref().map(|pages| pages.iter().flat_map(|page| page.scheduled_actions()).collect());
    for target in &found {
        let own = actions.as_ref().map(|actions| schedules(target, actions));
        ctx.push(named(ctx, target), ScalableTarget { schedules: own.into(), ..target_facts(target) });
    }
}

fn schedules(target: &SdkTarget, actions: &[&ScheduledAction]) -> Vec<String> {
    let own = actions.iter().filter(|action| {
        action.resource_id == target.resource_id && action.scalable_dimension() == Some(target.scalable_dimension())
    });
    own.map(|action| action.schedule.clone()).collect()
}

async fn policies(ctx: Context) {
    let client = Client::new(ctx.config());
    let of_service = namespaces().map(async |namespace| {
        let pages = client.describe_scaling_policies().service_namespace(namespace).into_paginator().send();
        ctx.pages_or_none(&DESCRIBE_POLICIES, UNKNOWN_NAMESPACE, pages, |page| {
            for policy in page.scaling_policies() {
                let (arn, id) = (policy.policy_arn.clone(), policy.policy_name.clone());
                ctx.push(ResourceId { arn, id, ..ResourceId::default() }, policy_facts(policy));
            }
        })
        .await
    });
    run_bounded(of_service).await;
}

/// Older targets have no ARN. A resource may scale in several dimensions, so its id alone would not tell them apart.
fn named(ctx: &Context, target: &SdkTarget) -> ResourceId {
    let id = target.resource_id();
    let arn = word(target.scalable_target_arn()).unwrap_or_else(|| {
        ctx.arn("application-autoscaling", &format!("{id}/{}", target.scalable_dimension().as_str()))
    });
    ResourceId { arn, id: id.to_owned(), ..ResourceId::default() }
}

fn target_facts(t: &SdkTarget) -> ScalableTarget {
    let suspended = t.suspended_state();
    ScalableTarget {
        namespace: word(Some(t.service_namespace())).into(),
        resource: t.resource_id.clone().into(),
        dimension: word(Some(t.scalable_dimension())).into(),
        min_capacity: i64::from(t.min_capacity).into(),
        max_capacity: i64::from(t.max_capacity).into(),
        scale_out_suspended: is_suspended(suspended, |state| state.dynamic_scaling_out_suspended).into(),
        scale_in_suspended: is_suspended(suspended, |state| state.dynamic_scaling_in_suspended).into(),
        schedules_suspended: is_suspended(suspended, |state| state.scheduled_scaling_suspended).into(),
        ..ScalableTarget::default()
    }
}

/// Nothing is suspended until `RegisterScalableTarget` says so, and then AWS sends the state.
fn is_suspended(state: Option<&SuspendedState>, part: impl Fn(&SuspendedState) -> Option<bool>) -> Option<bool> {
    state.map_or(Some(false), part)
}

fn policy_facts(p: &ScalingPolicy) -> Policy {
    let steps = p.step_scaling_policy_configuration();
    let facts = Policy {
        alarms: p.alarms().iter().map(|alarm| alarm.alarm_name.clone()).collect::<Vec<_>>().into(),
        adjustment_type: adjustment_type(p, steps),
        adjustments: adjustments(p, steps).into(),
        namespace: word(Some(p.service_namespace())).into(),
        resource: p.resource_id.clone().into(),
        dimension: word(Some(p.scalable_dimension())).into(),
        policy_type: word(Some(p.policy_type())).into(),
        ..Policy::default()
    };
    match (p.policy_type(), p.target_tracking_scaling_policy_configuration()) {
        (PolicyType::TargetTrackingScaling, Some(tracking)) => Policy {
            tracked_metric: tracked_metric(tracking).map(Some).into(),
            target_value: Some(tracking.target_value).into(),
            scale_in_disabled: tracking.disable_scale_in.map(Some).into(),
            ..facts
        },
        (PolicyType::TargetTrackingScaling, None) => facts,
        _ => Policy {
            tracked_metric: Fact::Known(None),
            target_value: Fact::Known(None),
            scale_in_disabled: Fact::Known(None),
            ..facts
        },
    }
}

/// A step policy without its configuration was not read.
fn adjustment_type(p: &ScalingPolicy, steps: Option<&Steps>) -> Fact<Option<String>> {
    match p.policy_type() {
        PolicyType::StepScaling => steps.and_then(|steps| word(steps.adjustment_type())).map(Some).into(),
        _ => Fact::Known(None),
    }
}

fn adjustments(p: &ScalingPolicy, steps: Option<&Steps>) -> Option<Vec<i64>> {
    if *p.policy_type() != PolicyType::StepScaling {
        return Some(Vec::new());
    }
    Some(steps?.step_adjustments.as_ref()?.iter().map(|step| i64::from(step.scaling_adjustment)).collect())
}

fn tracked_metric(tracking: &Tracking) -> Option<String> {
    if tracking.customized_metric_specification().is_some() {
        return Some("custom".to_owned());
    }
    word(Some(tracking.predefined_metric_specification()?.predefined_metric_type()))
}

#[cfg(test)]
mod tests {
    use aws_sdk_applicationautoscaling::types::{
        AdjustmentType, MetricType, PredefinedMetricSpecification, ScalableDimension, StepAdjustment,
    };
    use aws_smithy_types::DateTime;

    use super::*;

    fn policy(policy_type: PolicyType, tracking: Option<Tracking>) -> ScalingPolicy {
        ScalingPolicy::builder()
            .policy_arn("arn")
            .policy_name("cpu")
            .service_namespace(ServiceNamespace::Ecs)
            .resource_id("service/shop/web")
            .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
            .policy_type(policy_type)
            .set_target_tracking_scaling_policy_configuration(tracking)
            .creation_time(DateTime::from_secs(0))
            .build()
            .unwrap()
    }

    #[test]
    fn a_policy_tracks_a_metric_or_none_and_stays_unread_where_it_does_not_say() {
        let metric = PredefinedMetricSpecification::builder()
            .predefined_metric_type(MetricType::EcsServiceAverageCpuUtilization)
            .build()
            .unwrap();
        let tracking = Tracking::builder().target_value(60.0).predefined_metric_specification(metric).build().unwrap();
        let facts = policy_facts(&policy(PolicyType::TargetTrackingScaling, Some(tracking)));
        assert_eq!(facts.tracked_metric, Fact::Known(Some("ECSServiceAverageCPUUtilization".to_owned())));
        assert!(facts.scale_in_disabled.is_unread());
        assert_eq!(policy_facts(&policy(PolicyType::StepScaling, None)).tracked_metric, Fact::Known(None));
        assert!(policy_facts(&policy(PolicyType::TargetTrackingScaling, None)).tracked_metric.is_unread());
    }

    #[test]
    fn a_step_policy_without_its_steps_is_unread() {
        assert!(policy_facts(&policy(PolicyType::StepScaling, None)).adjustments.is_unread());
        let step = StepAdjustment::builder().scaling_adjustment(-1).build().unwrap();
        let steps = Steps::builder().adjustment_type(AdjustmentType::ChangeInCapacity).step_adjustments(step).build();
        let mut stepping = policy(PolicyType::StepScaling, None);
        stepping.step_scaling_policy_configuration = Some(steps);
        let facts = policy_facts(&stepping);
        assert_eq!(facts.adjustments, Fact::Known(vec![-1]));
        assert_eq!(facts.adjustment_type, Fact::Known(Some("ChangeInCapacity".to_owned())));
    }

    #[test]
    fn a_target_is_suspended_where_its_state_says_so_and_unread_where_the_state_is_silent() {
        let target = SdkTarget::builder()
            .service_namespace(ServiceNamespace::Ecs)
            .resource_id("service/shop/web")
            .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
            .min_capacity(2)
            .max_capacity(8)
            .role_arn("role")
            .creation_time(DateTime::from_secs(0));
        assert_eq!(target_facts(&target.clone().build().unwrap()).scale_out_suspended, Fact::Known(false));
        let state = SuspendedState::builder().dynamic_scaling_out_suspended(true).build();
        let facts = target_facts(&target.suspended_state(state).build().unwrap());
        assert_eq!(facts.scale_out_suspended, Fact::Known(true));
        assert!(facts.scale_in_suspended.is_unread());
    }
}
