//! Stages of HTTP and WebSocket APIs.

use aws_sdk_apigatewayv2::Client;
use aws_sdk_apigatewayv2::types::{Api, RouteSettings, Stage as SdkStage};

use super::{GET_APIS, GET_STAGES, integration, named};
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, timestamp};
use crate::transport::decode::word;
use waaudit_model::facts::Fact;
use waaudit_model::facts::apigateway::{Limit, Stage};

pub(super) async fn stages(ctx: &Context) {
    let client = Client::new(ctx.config());
    let mut apis = Vec::new();
    ctx.marked_pages(
        &GET_APIS,
        |mark| client.get_apis().set_next_token(mark).send(),
        |page| page.next_token.clone(),
        |page| apis.extend(page.items.into_iter().flatten()),
    )
    .await;
    run_bounded(apis.iter().map(|api| of_api(ctx, &client, api))).await;
}

async fn of_api(ctx: &Context, client: &Client, api: &Api) {
    let Some(id) = ctx.entry(&GET_APIS, api.api_id()) else { return };
    let mut stages = Vec::new();
    // Without a page of this answer whole stages are missing, so it counts as a list.
    ctx.marked_pages(
        &GET_STAGES,
        |mark| client.get_stages().api_id(id).set_next_token(mark).send(),
        |page| page.next_token.clone(),
        |page| stages.extend(page.items.into_iter().flatten()),
    )
    .await;
    for stage in &stages {
        let Some(name) = ctx.entry(&GET_STAGES, stage.stage_name()) else { continue };
        let named = named(ctx, "apis", id, api.name(), name, stage.tags());
        let integrations = integration::of_http(ctx, client, &named.arn, id).await.into();
        ctx.push(named, Stage { integrations, ..facts(id, name, api, stage) });
    }
}

fn facts(id: &str, name: &str, api: &Api, stage: &SdkStage) -> Stage {
    Stage {
        api: id.to_owned().into(),
        api_name: api.name.clone().into(),
        api_type: word(api.protocol_type()).into(),
        stage: name.to_owned().into(),
        endpoint_types: Fact::Known(vec!["REGIONAL".to_owned()]),
        domain: api.api_endpoint().map(host).into(),
        policy_conditions: Fact::Known(None),
        web_acl: Fact::Known(None),
        tracing: Fact::Known(None),
        created_at: stage.created_date().and_then(timestamp).into(),
        limits: Fact::Known(limits(stage)),
        shares_metrics: Fact::Known(false),
        ..Stage::default()
    }
}

/// `https://id.execute-api.region.amazonaws.com` without its scheme.
fn host(endpoint: &str) -> String {
    endpoint.split_once("://").map_or(endpoint, |(_, host)| host).to_lowercase()
}

fn limits(stage: &SdkStage) -> Vec<Limit> {
    let default = stage.default_route_settings().map(|settings| limit("*", true, settings));
    let routes = stage.route_settings().into_iter().flatten();
    let mut routes: Vec<Limit> = routes.map(|(route, settings)| limit(route, false, settings)).collect();
    routes.sort_by(|a, b| a.path.cmp(&b.path));
    default.into_iter().chain(routes).collect()
}

fn limit(path: &str, is_default: bool, settings: &RouteSettings) -> Limit {
    Limit {
        path: path.to_owned(),
        is_default,
        rate: settings.throttling_rate_limit(),
        burst: settings.throttling_burst_limit().map(i64::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_its_host() {
        assert_eq!(host("wss://Ab12.execute-api.eu-west-1.amazonaws.com"), "ab12.execute-api.eu-west-1.amazonaws.com");
    }

    #[test]
    fn the_default_stands_before_the_routes_and_what_is_not_set_is_none() {
        let settings = |rate| RouteSettings::builder().set_throttling_rate_limit(rate).build();
        let stage = SdkStage::builder()
            .default_route_settings(settings(None))
            .route_settings("GET /items", settings(Some(50.0)))
            .build();
        let limits = limits(&stage);
        let said: Vec<_> = limits.iter().map(|limit| (limit.path.as_str(), limit.is_default, limit.rate)).collect();
        assert_eq!(said, [("*", true, None), ("GET /items", false, Some(50.0))]);
    }
}
