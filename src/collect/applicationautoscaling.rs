//! Application Auto Scaling. Only DynamoDB's targets are asked for: no fact needs those of other services.

use aws_sdk_applicationautoscaling::types::{ScalableTarget as SdkTarget, ServiceNamespace};

use super::Kind;
use super::answer::word;
use super::aws::{Call, Context, Named};
use crate::facts::applicationautoscaling::ScalableTarget;

const DESCRIBE_TARGETS: Call = Call::new("application-autoscaling", "DescribeScalableTargets");

pub(super) const TARGET: Kind =
    Kind::regional("applicationautoscaling.target", &[&DESCRIBE_TARGETS], |ctx| Box::pin(targets(ctx)));

async fn targets(ctx: Context) {
    let client = aws_sdk_applicationautoscaling::Client::new(ctx.config());
    let request = client.describe_scalable_targets().service_namespace(ServiceNamespace::Dynamodb);
    ctx.pages(&DESCRIBE_TARGETS, request.into_paginator().send(), |page| {
        for target in page.scalable_targets() {
            ctx.push(named(&ctx, target), target_facts(target));
        }
    })
    .await;
}

/// Older targets have no ARN. A resource may scale in several dimensions, so its id alone would not tell them apart.
fn named(ctx: &Context, target: &SdkTarget) -> Named {
    let id = target.resource_id();
    let arn = word(target.scalable_target_arn()).unwrap_or_else(|| {
        ctx.arn("application-autoscaling", &format!("{id}/{}", target.scalable_dimension().as_str()))
    });
    Named { arn, id: id.to_owned(), ..Named::default() }
}

fn target_facts(t: &SdkTarget) -> ScalableTarget {
    ScalableTarget {
        namespace: word(Some(t.service_namespace())).into(),
        resource: t.resource_id.clone().into(),
        dimension: word(Some(t.scalable_dimension())).into(),
        min_capacity: i64::from(t.min_capacity).into(),
        max_capacity: i64::from(t.max_capacity).into(),
    }
}
