//! Usage plans, and the throttle of a region with what is metered below it.

use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::types::{ApiStage, ThrottleSettings, UsagePlan as SdkPlan};
use serde_json::Value;

use super::super::aws::{Context, Named};
use super::measures::metered;
use super::{GET_ACCOUNT, GET_USAGE_PLANS, PAGE, arn};
use crate::facts::Fact;
use crate::facts::apigateway::{Account, Metered, PlanStage, UsagePlan};
use crate::snapshot::Resource;

pub(super) async fn account(ctx: Context) {
    let client = Client::new(ctx.config());
    let Some(answer) = ctx.list(&GET_ACCOUNT, client.get_account().send()).await else { return };
    let throttle = answer.throttle_settings();
    let stages = &ctx.before.resources;
    // A stage that was not listed is metered all the same.
    let listed = ctx.before.gaps.iter().all(|gap| gap.resource.is_some());
    let facts = Account {
        rate_limit: throttle.and_then(rate).into(),
        burst_limit: throttle.map(|throttle| i64::from(throttle.burst_limit())).filter(|burst| *burst > 0).into(),
        metered: listed.then(|| all_metered(stages)).flatten().into(),
        oldest_stage_at: listed.then(|| oldest(stages)).flatten().into(),
        ..Account::default()
    };
    ctx.push(Named { arn: arn(&ctx, "/account"), id: "account".to_owned(), ..Named::default() }, facts);
}

/// The SDK makes zero out of an absent rate; a region whose throttle is zero serves no one.
fn rate(throttle: &ThrottleSettings) -> Option<f64> {
    Some(throttle.rate_limit()).filter(|rate| *rate > 0.0)
}

fn all_metered(stages: &[Resource]) -> Option<Vec<Metered>> {
    let mut all = stages.iter().map(metered).collect::<Option<Vec<_>>>()?.concat();
    all.sort_by(|a, b| (&a.dimension, &a.value, &a.metric).cmp(&(&b.dimension, &b.value, &b.metric)));
    all.dedup();
    Some(all)
}

/// All timestamps are in UTC and of one form, so that the first in order is the oldest.
fn oldest(stages: &[Resource]) -> Option<Option<String>> {
    let born = stages.iter().map(|stage| stage.facts.get("created_at").and_then(Value::as_str).map(str::to_owned));
    Some(born.collect::<Option<Vec<_>>>()?.into_iter().min())
}

pub(super) async fn usage_plans(ctx: Context) {
    let client = Client::new(ctx.config());
    let pages = client.get_usage_plans().limit(PAGE).into_paginator().send();
    ctx.pages(&GET_USAGE_PLANS, pages, |page| {
        for plan in page.items() {
            let Some(id) = ctx.entry(&GET_USAGE_PLANS, plan.id()) else { continue };
            let arn = arn(&ctx, &format!("/usageplans/{id}"));
            let facts = plan_facts(&ctx, &arn, plan);
            let name = plan.name.clone();
            ctx.push(Named { arn, id: id.to_owned(), name, ..Named::default() }, facts);
        }
    })
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
