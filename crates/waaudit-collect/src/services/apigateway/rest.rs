//! Stages of REST APIs.

use std::collections::BTreeSet;

use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::types::{MethodSetting, RestApi, Stage as SdkStage};
use serde_json::Value;

use super::measures::metric_name;
use super::{GET_REST_APIS, GET_STAGES, PAGE, integration, named};
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, timestamp};
use crate::transport::decode::word;
use waaudit_model::facts::Fact;
use waaudit_model::facts::apigateway::{Limit, Stage};

/// What counts for all methods that set nothing themselves.
const EVERY_METHOD: &str = "*/*";

pub(super) async fn stages(ctx: &Context) {
    let client = Client::new(ctx.config());
    let mut apis = Vec::new();
    let pages = client.get_rest_apis().limit(PAGE).into_paginator().send();
    let complete = ctx.pages(&GET_REST_APIS, pages, |page| apis.extend(page.items.into_iter().flatten())).await;
    run_bounded(apis.iter().map(|api| of_api(ctx, &client, api, complete.then_some(&apis)))).await;
}

/// The stages of one API, told whether it shares its metrics with another, where all others are known.
async fn of_api(ctx: &Context, client: &Client, api: &RestApi, all: Option<&Vec<RestApi>>) {
    let Some(id) = ctx.entry(&GET_REST_APIS, api.id()) else { return };
    // Without this answer whole stages are missing, so it counts as a list.
    let Some(answer) = ctx.list(&GET_STAGES, client.get_stages().rest_api_id(id).send()).await else { return };
    let shares = all.and_then(|all| shares_metrics(api, all));
    for stage in answer.item() {
        let Some(name) = ctx.entry(&GET_STAGES, stage.stage_name()) else { continue };
        let named = named(ctx, "restapis", id, api.name(), name, stage.tags());
        let integrations = integration::of_rest(ctx, client, &named.arn, id).await.into();
        let facts = Stage { shares_metrics: shares.into(), integrations, ..facts(ctx, id, name, api, stage) };
        ctx.push(named, facts);
    }
}

fn shares_metrics(api: &RestApi, all: &[RestApi]) -> Option<bool> {
    let own = metric_name(api.id()?, api.name()?);
    let mut others = all.iter().filter(|other| other.id() != api.id());
    others.try_fold(false, |same, other| Some(same || metric_name(other.id()?, other.name()?) == own))
}

fn facts(ctx: &Context, id: &str, name: &str, api: &RestApi, stage: &SdkStage) -> Stage {
    let types = api.endpoint_configuration().and_then(|configuration| configuration.types.as_ref());
    Stage {
        api: id.to_owned().into(),
        api_name: api.name.clone().into(),
        api_type: "REST".to_owned().into(),
        stage: name.to_owned().into(),
        endpoint_types: types
            .filter(|types| !types.is_empty())
            .and_then(|types| types.iter().map(|endpoint| word(Some(endpoint))).collect::<Option<Vec<_>>>())
            .into(),
        domain: domain(ctx, id).into(),
        policy_conditions: policy_conditions(api.policy()),
        web_acl: Fact::Known(stage.web_acl_arn.clone()),
        tracing: Some(stage.tracing_enabled()).into(),
        created_at: stage.created_date().and_then(timestamp).into(),
        limits: limits(stage).into(),
        ..Stage::default()
    }
}

/// The endpoint's own name is the same for all types of endpoints.
fn domain(ctx: &Context, id: &str) -> String {
    let suffix = if &*ctx.partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
    format!("{}.execute-api.{}.{suffix}", id.to_lowercase(), ctx.region)
}

/// The keys alone: a condition's values name addresses and accounts.
fn policy_conditions(policy: Option<&str>) -> Fact<Option<Vec<String>>> {
    let Some(policy) = policy.filter(|policy| !policy.is_empty()) else { return Fact::Known(None) };
    // API Gateway escapes the quotes of the document that it hands out.
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    match read(policy).or_else(|| read(&policy.replace("\\\"", "\""))) {
        Some(document) => condition_keys(&document).map(Some).into(),
        None => Fact::Unread,
    }
}

fn condition_keys(document: &Value) -> Option<Vec<String>> {
    let statements = match document.get("Statement")? {
        Value::Array(statements) => statements.iter().collect(),
        one => vec![one],
    };
    let operators = statements.into_iter().filter_map(|statement| statement.get("Condition")?.as_object());
    let keys = operators.flat_map(|operators| operators.values()).filter_map(Value::as_object);
    let keys: BTreeSet<String> = keys.flat_map(|keys| keys.keys()).map(|key| key.to_lowercase()).collect();
    Some(keys.into_iter().collect())
}

fn limits(stage: &SdkStage) -> Option<Vec<Limit>> {
    let Some(settings) = stage.method_settings() else { return Some(Vec::new()) };
    let mut limits = settings.iter().map(|(path, setting)| limit(path, setting)).collect::<Option<Vec<_>>>()?;
    limits.sort_by(|a, b| a.path.cmp(&b.path));
    Some(limits)
}

/// The SDK makes zeros out of what is missing, and zeros also stop a stage: it can't be told which it is. Below zero
/// means no limit.
fn limit(path: &str, setting: &MethodSetting) -> Option<Limit> {
    let (rate, burst) = (setting.throttling_rate_limit(), setting.throttling_burst_limit());
    if rate == 0.0 && burst == 0 {
        return None;
    }
    Some(Limit {
        path: path.to_owned(),
        is_default: path == EVERY_METHOD,
        rate: Some(rate).filter(|rate| *rate >= 0.0),
        burst: Some(i64::from(burst)).filter(|burst| *burst >= 0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(id: &str, name: &str) -> RestApi {
        RestApi::builder().id(id).name(name).build()
    }

    #[test]
    fn two_apis_of_one_name_share_their_metrics() {
        let all = [api("a1", "shop"), api("a2", "shop"), api("a3", "orders")];
        assert_eq!(shares_metrics(&all[0], &all), Some(true));
        assert_eq!(shares_metrics(&all[2], &all), Some(false));
        let unnamed = RestApi::builder().id("a4").build();
        assert_eq!(shares_metrics(&all[2], &[all[2].clone(), unnamed]), None);
    }

    #[test]
    fn only_the_keys_of_a_policy_s_conditions_are_kept() {
        let policy = r#"{\"Statement\":[{\"Effect\":\"Deny\",\"Condition\":{\"NotIpAddress\":{\"aws:SourceIp\":\"203.0.113.7\"}}}]}"#;
        assert_eq!(policy_conditions(Some(policy)), Fact::Known(Some(vec!["aws:sourceip".to_owned()])));
        let open = r#"{"Statement":{"Effect":"Allow","Principal":"*"}}"#;
        assert_eq!(policy_conditions(Some(open)), Fact::Known(Some(Vec::new())));
        assert_eq!(policy_conditions(None), Fact::Known(None));
        assert_eq!(policy_conditions(Some("no document")), Fact::Unread);
    }

    fn stage(rate: f64, burst: i32) -> SdkStage {
        let setting = MethodSetting::builder().throttling_rate_limit(rate).throttling_burst_limit(burst).build();
        SdkStage::builder().method_settings("*/*", setting).build()
    }

    #[test]
    fn below_zero_is_no_limit_and_zeros_are_unread() {
        let limited = limits(&stage(500.0, 200)).unwrap();
        assert_eq!((limited[0].rate, limited[0].burst, limited[0].is_default), (Some(500.0), Some(200), true));
        assert_eq!(limits(&stage(-1.0, -1)).unwrap()[0].rate, None);
        assert_eq!(limits(&stage(0.0, 0)), None);
        assert_eq!(limits(&SdkStage::builder().build()), Some(Vec::new()));
    }
}
