//! Usage plans, and the throttle of a region with what is metered below it.

use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::types::{ApiStage, ThrottleSettings, UsagePlan as SdkPlan};
use serde_json::Value;

use super::measures::metered;
use super::{GET_ACCOUNT, GET_USAGE_PLANS, PAGE, arn};
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts::Fact;
use waaudit_model::facts::apigateway::{Account, Metered, PlanStage, UsagePlan};
use waaudit_model::gap::Gap;
use waaudit_model::snapshot::Resource;

pub(super) async fn account(ctx: Context) {
    let client = Client::new(ctx.config());
    let Some(answer) = ctx.list(&GET_ACCOUNT, client.get_account().send()).await else { return };
    let throttle = answer.throttle_settings();
    let stages = || ctx.before.resources();
    // A stage that was not listed is metered all the same.
    let listed = !ctx.before.gaps().any(Gap::is_of_list);
    let facts = Account {
        rate_limit: throttle.and_then(rate).into(),
        burst_limit: throttle.map(|throttle| i64::from(throttle.burst_limit())).filter(|burst| *burst > 0).into(),
        metered: listed.then(|| all_metered(stages())).flatten().into(),
        oldest_stage_at: listed.then(|| oldest(stages())).flatten().into(),
        ..Account::default()
    };
    ctx.push(ResourceId { arn: arn(&ctx, "/account"), id: "account".to_owned(), ..ResourceId::default() }, facts);
}

/// The SDK makes zero out of an absent rate; a region whose throttle is zero serves no one.
fn rate(throttle: &ThrottleSettings) -> Option<f64> {
    Some(throttle.rate_limit()).filter(|rate| *rate > 0.0)
}

fn all_metered<'r>(stages: impl IntoIterator<Item = &'r Resource>) -> Option<Vec<Metered>> {
    let mut all = stages.into_iter().map(metered).collect::<Option<Vec<_>>>()?.concat();
    all.sort_by(|a, b| (&a.dimension, &a.value, &a.metric).cmp(&(&b.dimension, &b.value, &b.metric)));
    all.dedup();
    Some(all)
}

/// All timestamps are in UTC and of one form, so that the first in order is the oldest.
fn oldest<'r>(stages: impl IntoIterator<Item = &'r Resource>) -> Option<Option<String>> {
    let born = stages.into_iter().map(|stage| stage.facts.get("created_at").and_then(Value::as_str).map(str::to_owned));
    Some(born.collect::<Option<Vec<_>>>()?.into_iter().min())
}

pub(super) async fn usage_plans(ctx: Context) {
    let client = Client::new(ctx.config());
    let pages = client.get_usage_plans().limit(PAGE).into_paginator().send();
    ctx.listed(
        &GET_USAGE_PLANS,
        pages,
        |page| page.items(),
        |plan| {
            let id = plan.id()?;
            let arn = arn(&ctx, &format!("/usageplans/{id}"));
            let facts = plan_facts(&ctx, &arn, plan);
            let name = plan.name.clone();
            Some((ResourceId { arn, id: id.to_owned(), name, ..ResourceId::default() }, facts))
        },
    )
    .await;
}

fn plan_facts(ctx: &Context, arn: &str, plan: &SdkPlan) -> UsagePlan {
    UsagePlan {
        plan_name: plan.name.clone().into(),
        rate_limit: match plan.throttle() {
            None => Fact::Known(None),
            Some(throttle) => rate(throttle).map(Some).into(),
        },
        stages: ctx.parts(&GET_USAGE_PLANS, arn, "stages", plan.api_stages.as_ref(), stage),
    }
}

fn stage(stage: &ApiStage) -> Option<PlanStage> {
    Some(PlanStage { api: stage.api_id.clone()?, stage: stage.stage.clone()? })
}
