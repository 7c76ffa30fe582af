//! Scaling policies and scheduled actions.

use aws_sdk_autoscaling::types::{ScalingPolicy, ScheduledUpdateGroupAction, TargetTrackingConfiguration};

use super::{PAGE, call};
use crate::call::Call;
use crate::kind::Kind;
use crate::transport::collector_context::{Context, ResourceId, timestamp};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::autoscaling::{Policy, ScheduledAction};

const DESCRIBE_POLICIES: Call = call("DescribePolicies");
const DESCRIBE_SCHEDULED: Call = call("DescribeScheduledActions");

pub(crate) const POLICY: Kind =
    Kind::regional::<facts::autoscaling::Policy>(&[&DESCRIBE_POLICIES], |ctx| Box::pin(policies(ctx))).untagged();
pub(crate) const SCHEDULED_ACTION: Kind =
    Kind::regional::<facts::autoscaling::ScheduledAction>(&[&DESCRIBE_SCHEDULED], |ctx| {
        Box::pin(scheduled_actions(ctx))
    })
    .untagged();

async fn policies(ctx: Context) {
    let client = aws_sdk_autoscaling::Client::new(ctx.config());
    let pages = client.describe_policies().into_paginator().page_size(PAGE).send();
    ctx.listed(
        &DESCRIBE_POLICIES,
        pages,
        |page| page.scaling_policies(),
        |policy| {
            let arn = policy.policy_arn()?;
            let id = policy.policy_name().unwrap_or(arn).to_owned();
            let facts = policy_facts(&ctx, arn, policy);
            Some((ResourceId { arn: arn.to_owned(), id, ..ResourceId::default() }, facts))
        },
    )
    .await;
}

async fn scheduled_actions(ctx: Context) {
    let client = aws_sdk_autoscaling::Client::new(ctx.config());
    let pages = client.describe_scheduled_actions().into_paginator().page_size(PAGE).send();
    ctx.listed(
        &DESCRIBE_SCHEDULED,
        pages,
        |page| page.scheduled_update_group_actions(),
        |action| {
            let id = action.scheduled_action_name()?;
            let group = action.auto_scaling_group_name().unwrap_or("?");
            let arn = word(action.scheduled_action_arn()).unwrap_or_else(|| {
                ctx.arn("autoscaling", &format!("autoScalingGroupName/{group}:scheduledActionName/{id}"))
            });
            Some((ResourceId { arn, id: id.to_owned(), ..ResourceId::default() }, scheduled_facts(action)))
        },
    )
    .await;
}

fn scheduled_facts(a: &ScheduledUpdateGroupAction) -> ScheduledAction {
    ScheduledAction {
        group: a.auto_scaling_group_name.clone().into(),
        recurrence: a.recurrence.clone().into(),
        // A time that can't be written is not none.
        ends_at: a.end_time().map_or(Fact::Known(None), |end| timestamp(end).map(Some).into()),
        min_size: a.min_size.map(i64::from).into(),
        max_size: a.max_size.map(i64::from).into(),
        desired_capacity: a.desired_capacity.map(i64::from).into(),
    }
}

fn policy_facts(ctx: &Context, arn: &str, p: &ScalingPolicy) -> Policy {
    let alarms = ctx.parts(&DESCRIBE_POLICIES, arn, "alarms", p.alarms.as_ref(), |alarm| alarm.alarm_name.clone());
    Policy { alarms, adjustment_type: adjustment_type(p), adjustments: adjustments(p).into(), ..facts_of_type(p) }
}

fn adjustment_type(p: &ScalingPolicy) -> Fact<Option<String>> {
    match p.policy_type() {
        None => Fact::Unread,
        Some("SimpleScaling" | "StepScaling") => p.adjustment_type.clone().map(Some).into(),
        Some(_) => Fact::Known(None),
    }
}

fn adjustments(p: &ScalingPolicy) -> Option<Vec<i64>> {
    match p.policy_type()? {
        "SimpleScaling" => Some(vec![i64::from(p.scaling_adjustment?)]),
        "StepScaling" => {
            let steps = p.step_adjustments.as_ref()?.iter();
            steps.map(|step| step.scaling_adjustment.map(i64::from)).collect()
        }
        _ => Some(Vec::new()),
    }
}

/// The facts that depend on the policy's type.
fn facts_of_type(p: &ScalingPolicy) -> Policy {
    let predictive = p.policy_type().map(|name| name == "PredictiveScaling");
    let facts = Policy {
        predictive_mode: predictive.map_or(Fact::Unread, |predictive| predictive_mode(p, predictive)),
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

fn predictive_mode(policy: &ScalingPolicy, predictive: bool) -> Fact<Option<String>> {
    if !predictive {
        return Fact::Known(None);
    }
    // Without a mode, AWS forecasts only.
    let mode = policy.predictive_scaling_configuration().map(|c| word(c.mode()).unwrap_or("ForecastOnly".to_owned()));
    mode.map(Some).into()
}

fn tracked_metric(tracking: &TargetTrackingConfiguration) -> Option<String> {
    if tracking.customized_metric_specification().is_some() {
        return Some("custom".to_owned());
    }
    word(tracking.predefined_metric_specification()?.predefined_metric_type())
}

#[cfg(test)]
mod tests {
    use aws_sdk_autoscaling::types::{
        MetricType, PredefinedMetricSpecification, PredictiveScalingConfiguration, PredictiveScalingMode,
    };

    use super::*;

    #[test]
    fn a_step_policy_tracks_nothing() {
        let facts = facts_of_type(&ScalingPolicy::builder().policy_type("StepScaling").build());
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
        let facts = facts_of_type(&policy.target_tracking_configuration(tracking).build());
        assert_eq!(facts.tracked_metric, Fact::Known(Some("ASGAverageCPUUtilization".to_owned())));
        assert_eq!(facts.target_value, Fact::Known(Some(60.0)));
        assert_eq!(facts.scale_in_disabled, Fact::Unread);
    }

    #[test]
    fn a_predictive_policy_forecasts_only_until_it_says_more() {
        let mode = |configuration: Option<PredictiveScalingConfiguration>| {
            let policy = ScalingPolicy::builder().policy_type("PredictiveScaling");
            facts_of_type(&policy.set_predictive_scaling_configuration(configuration).build()).predictive_mode
        };
        let scales = PredictiveScalingConfiguration::builder().mode(PredictiveScalingMode::ForecastAndScale).build();
        assert_eq!(mode(Some(scales)), Fact::Known(Some("ForecastAndScale".to_owned())));
        let silent = PredictiveScalingConfiguration::builder().build();
        assert_eq!(mode(Some(silent)), Fact::Known(Some("ForecastOnly".to_owned())));
        assert_eq!(mode(None), Fact::Unread);
    }
}
