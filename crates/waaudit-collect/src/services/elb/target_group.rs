//! Target groups: the list, and for each its targets' health and its attributes.

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{
    TargetGroup as SdkTargetGroup, TargetGroupAttribute, TargetHealthDescription,
};

use super::{PAGE, flag};
use crate::call::Call;
use crate::kind::Kind;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::elb::{Stickiness, Target, TargetGroup};

const DESCRIBE_TARGET_GROUPS: Call = Call::new("elasticloadbalancing", "DescribeTargetGroups");
const DESCRIBE_TARGET_HEALTH: Call = Call::new("elasticloadbalancing", "DescribeTargetHealth");
const DESCRIBE_TARGET_GROUP_ATTRIBUTES: Call = Call::new("elasticloadbalancing", "DescribeTargetGroupAttributes");

pub(crate) const TARGET_GROUP: Kind = Kind::regional::<facts::elb::TargetGroup>(
    &[&DESCRIBE_TARGET_GROUPS, &DESCRIBE_TARGET_HEALTH, &DESCRIBE_TARGET_GROUP_ATTRIBUTES],
    |ctx| Box::pin(target_groups(ctx)),
);

async fn target_groups(ctx: Context) {
    let client = Client::new(ctx.config());
    let mut found = Vec::new();
    let pages = client.describe_target_groups().page_size(PAGE).into_paginator().send();
    ctx.pages(&DESCRIBE_TARGET_GROUPS, pages, |page| found.extend(page.target_groups.into_iter().flatten())).await;
    run_bounded(found.iter().map(|group| target_group(&ctx, &client, group))).await;
}

async fn target_group(ctx: &Context, client: &Client, group: &SdkTargetGroup) {
    let Some(arn) = ctx.entry(&DESCRIBE_TARGET_GROUPS, group.target_group_arn()) else { return };
    let (targets, attributes) = futures::join!(targets(ctx, client, arn), attributes(ctx, client, arn));
    let name = ResourceId {
        arn: arn.to_owned(),
        id: group.target_group_name().unwrap_or(arn).to_owned(),
        ..ResourceId::default()
    };
    let facts = TargetGroup {
        targets,
        stickiness: attributes.as_deref().map_or(Fact::Unread, |all| pinning(ctx, arn, all)),
        cross_zone: attributes.as_deref().map(|all| word(attribute(all, "load_balancing.cross_zone.enabled"))).into(),
        preserves_client_ip: attributes
            .as_deref()
            .map(|all| attribute(all, "preserve_client_ip.enabled").and_then(flag))
            .into(),
        ..list_facts(group)
    };
    ctx.push(name, facts);
}

async fn targets(ctx: &Context, client: &Client, arn: &str) -> Fact<Vec<Target>> {
    let request = client.describe_target_health().target_group_arn(arn).send();
    let Some(answer) = ctx.detail(&DESCRIBE_TARGET_HEALTH, arn, request).await else { return Fact::Unread };
    ctx.parts(&DESCRIBE_TARGET_HEALTH, arn, "targets", answer.target_health_descriptions.as_ref(), target)
}

async fn attributes(ctx: &Context, client: &Client, arn: &str) -> Option<Vec<TargetGroupAttribute>> {
    let request = client.describe_target_group_attributes().target_group_arn(arn).send();
    ctx.detail(&DESCRIBE_TARGET_GROUP_ATTRIBUTES, arn, request).await?.attributes
}

fn attribute<'a>(attributes: &'a [TargetGroupAttribute], key: &str) -> Option<&'a str> {
    attributes.iter().find(|attribute| attribute.key() == Some(key))?.value()
}

fn list_facts(g: &SdkTargetGroup) -> TargetGroup {
    TargetGroup {
        target_type: word(g.target_type()).into(),
        protocol: word(g.protocol()).into(),
        port: g.port.map(i64::from).into(),
        vpc: g.vpc_id.clone().into(),
        load_balancers: g.load_balancer_arns.clone().into(),
        health_checked: g.health_check_enabled.into(),
        health_check_interval_seconds: g.health_check_interval_seconds.map(i64::from).into(),
        ..TargetGroup::default()
    }
}

fn target(description: &TargetHealthDescription) -> Option<Target> {
    let target = description.target()?;
    let health = description.target_health()?;
    Some(Target {
        id: target.id.clone()?,
        port: target.port.map(i64::from),
        availability_zone: target.availability_zone.clone(),
        state: word(health.state())?,
        reason: word(health.reason()),
    })
}

/// Groups that can't pin (functions) say nothing of it, and the fact is quietly unread.
fn pinning(ctx: &Context, arn: &str, attributes: &[TargetGroupAttribute]) -> Fact<Stickiness> {
    if attribute(attributes, "stickiness.enabled").is_none() {
        return Fact::Unread;
    }
    ctx.whole(&DESCRIBE_TARGET_GROUP_ATTRIBUTES, arn, "stickiness", stickiness(attributes))
}

fn stickiness(attributes: &[TargetGroupAttribute]) -> Option<Stickiness> {
    let method = attribute(attributes, "stickiness.type");
    // AWS lists the durations of both cookies; the one of the cookie in use counts.
    let duration = match method {
        Some("lb_cookie") => attribute(attributes, "stickiness.lb_cookie.duration_seconds"),
        Some("app_cookie") => attribute(attributes, "stickiness.app_cookie.duration_seconds"),
        _ => None,
    };
    Some(Stickiness {
        enabled: flag(attribute(attributes, "stickiness.enabled")?)?,
        method: word(method),
        duration_seconds: duration.map(str::parse).transpose().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(pairs: &[(&str, &str)]) -> Vec<TargetGroupAttribute> {
        pairs.iter().map(|(key, value)| TargetGroupAttribute::builder().key(*key).value(*value).build()).collect()
    }

    #[test]
    fn the_duration_is_that_of_the_cookie_in_use() {
        let all = attributes(&[
            ("stickiness.enabled", "true"),
            ("stickiness.type", "app_cookie"),
            ("stickiness.lb_cookie.duration_seconds", "86400"),
            ("stickiness.app_cookie.duration_seconds", "600"),
        ]);
        let expected = Stickiness { enabled: true, method: Some("app_cookie".to_owned()), duration_seconds: Some(600) };
        assert_eq!(stickiness(&all), Some(expected));
    }

    #[test]
    fn pinning_by_address_has_no_duration() {
        let all = attributes(&[("stickiness.enabled", "false"), ("stickiness.type", "source_ip")]);
        assert_eq!(stickiness(&all).unwrap().duration_seconds, None);
    }

    #[test]
    fn what_is_neither_true_nor_false_is_unread() {
        assert_eq!(stickiness(&attributes(&[("stickiness.enabled", "maybe")])), None);
        assert_eq!(stickiness(&attributes(&[("stickiness.type", "lb_cookie")])), None);
    }

    #[test]
    fn a_target_without_a_state_is_unread() {
        let target_alone = aws_sdk_elasticloadbalancingv2::types::TargetDescription::builder().id("i-1").build();
        assert_eq!(target(&TargetHealthDescription::builder().target(target_alone).build()), None);
    }
}
