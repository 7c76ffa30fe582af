//! What APIs hand requests to. Paths, queries, headers and templates can hold secrets, and stay behind.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_apigateway::operation::get_resources::GetResourcesOutput;
use aws_sdk_apigateway::types::{ConnectionType, Integration as RestIntegration, IntegrationType};
use aws_sdk_apigatewayv2::error::SdkError;
use aws_sdk_apigatewayv2::operation::get_integrations::GetIntegrationsError;
use aws_sdk_apigatewayv2::types::Integration as HttpIntegration;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::PAGE;
use crate::call::Call;
use crate::transport::collector_context::Context;
use waaudit_model::facts::apigateway::Integration;

pub(super) const GET_INTEGRATIONS: Call = Call::new("apigateway", "GetIntegrations").allowed_by("GET");
pub(super) const GET_RESOURCES: Call = Call::new("apigateway", "GetResources").allowed_by("GET");
pub(super) const GET_VPC_LINKS: Call = Call::new("apigateway", "GetVpcLinks").allowed_by("GET");

/// The load balancers behind each VPC link of REST APIs.
type Links = BTreeMap<String, Vec<String>>;

/// The integrations of an HTTP or WebSocket API. All stages of an API share them.
pub(super) async fn of_http(
    ctx: &Context,
    client: &aws_sdk_apigatewayv2::Client,
    arn: &str,
    api: &str,
) -> Option<Vec<Integration>> {
    let (client, id) = (Clone::clone(client), api.to_owned());
    let request = async move { all_integrations(&client, &id).await };
    let found = ctx.once(&GET_INTEGRATIONS, Some(arn), api, request).await?;
    Some(distinct(found.iter().filter_map(http)))
}

async fn all_integrations(
    client: &aws_sdk_apigatewayv2::Client,
    api: &str,
) -> Result<Vec<HttpIntegration>, SdkError<GetIntegrationsError, HttpResponse>> {
    let (mut found, mut mark) = (Vec::new(), None);
    loop {
        let page = client.get_integrations().api_id(api).set_next_token(mark.clone()).send().await?;
        let next = page.next_token.clone().filter(|next| !next.is_empty() && Some(next) != mark.as_ref());
        found.extend(page.items.into_iter().flatten());
        match next {
            Some(next) => mark = Some(next),
            None => return Ok(found),
        }
    }
}

fn http(integration: &HttpIntegration) -> Option<Integration> {
    let kind = integration.integration_type()?.as_str();
    // An integration with a subtype is one of another AWS service: "SQS-SendMessage".
    let service = integration.integration_subtype().and_then(|subtype| subtype.split('-').next());
    let target = match service {
        Some(service) => Some(format!("service:{}", service.to_lowercase())),
        None => target(integration.integration_uri()),
    };
    named(kind, target)
}

/// The integrations of a REST API's methods.
pub(super) async fn of_rest(
    ctx: &Context,
    client: &aws_sdk_apigateway::Client,
    arn: &str,
    api: &str,
) -> Option<Vec<Integration>> {
    let request = client.get_resources().rest_api_id(api).embed("methods").limit(PAGE).into_paginator().send();
    let pages = ctx.once_pages(&GET_RESOURCES, Some(arn), api, request).await?;
    let integrations = integrations(&pages);
    let linked = integrations.iter().any(|integration| integration.connection_type() == Some(&ConnectionType::VpcLink));
    let links = if linked { links(ctx, client, arn).await } else { None };
    let mut found = Vec::new();
    for integration in integrations {
        found.extend(rest(integration, links.as_ref())?);
    }
    Some(distinct(found))
}

fn integrations(pages: &[GetResourcesOutput]) -> Vec<&RestIntegration> {
    let resources = pages.iter().flat_map(GetResourcesOutput::items);
    let methods = resources.flat_map(|resource| resource.resource_methods().into_iter().flatten());
    methods.filter_map(|(_, method)| method.method_integration()).collect()
}

/// Nothing where a VPC link could not be read.
fn rest(integration: &RestIntegration, links: Option<&Links>) -> Option<Vec<Integration>> {
    let kind = integration.r#type().map_or("", IntegrationType::as_str);
    if integration.connection_type() != Some(&ConnectionType::VpcLink) {
        return Some(named(kind, target(integration.uri())).into_iter().collect());
    }
    if let Some(behind) = integration.integration_target() {
        return Some(named(kind, Some(behind.to_owned())).into_iter().collect());
    }
    let id = integration.connection_id()?;
    match links?.get(id) {
        Some(behind) => Some(behind.iter().filter_map(|arn| named(kind, Some(arn.clone()))).collect()),
        // A variable of the stage names the link, or the link is gone.
        None => Some(named(kind, None).into_iter().collect()),
    }
}

/// The VPC links of REST APIs; nothing where they could not be read.
async fn links(ctx: &Context, client: &aws_sdk_apigateway::Client, arn: &str) -> Option<Links> {
    let request = client.get_vpc_links().limit(PAGE).into_paginator().send();
    let pages = ctx.once_pages(&GET_VPC_LINKS, Some(arn), "", request).await?;
    let links = pages.iter().flat_map(|page| page.items());
    links.map(|link| Some((link.id.clone()?, link.target_arns().to_vec()))).collect()
}

/// Answers that API Gateway makes up itself hand nothing on.
fn named(kind: &str, target: Option<String>) -> Option<Integration> {
    (kind != "MOCK" && !kind.is_empty()).then(|| Integration { integration_type: kind.to_owned(), target })
}

fn distinct(found: impl IntoIterator<Item = Integration>) -> Vec<Integration> {
    let each: BTreeSet<(String, Option<String>)> =
        found.into_iter().map(|one| (one.integration_type, one.target)).collect();
    each.into_iter().map(|(integration_type, target)| Integration { integration_type, target }).collect()
}

/// What a URI leads to; nothing where a variable decides.
fn target(uri: Option<&str>) -> Option<String> {
    let uri = uri?;
    if let Some((_, function)) = uri.split_once(":lambda:path/") {
        let arn = function.split_once("/functions/")?.1.trim_end_matches("/invocations");
        return known(&arn.splitn(8, ':').take(7).collect::<Vec<_>>().join(":"));
    }
    if uri.contains(":apigateway:") && uri.starts_with("arn:") {
        return known(&format!("service:{}", uri.split(':').nth(4)?));
    }
    if uri.starts_with("arn:") && uri.contains(":lambda:") {
        return known(&uri.splitn(8, ':').take(7).collect::<Vec<_>>().join(":"));
    }
    if uri.starts_with("arn:") {
        return known(uri);
    }
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let host = rest.split(['/', '?']).next()?;
    known(&host.split(':').next()?.to_lowercase())
}

/// `${stageVariables.name}` and `{proxy}` are not known.
fn known(name: &str) -> Option<String> {
    (!name.is_empty() && !name.contains(['{', '$'])).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:orders";

    #[test]
    fn a_uri_leads_to_a_function_a_load_balancer_a_service_or_a_host() {
        let invoke = |function: &str| {
            format!("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{function}/invocations")
        };
        let leads = |uri: &str| target(Some(uri));
        assert_eq!(leads(&invoke(FUNCTION)).as_deref(), Some(FUNCTION));
        assert_eq!(leads(&invoke(&format!("{FUNCTION}:live"))).as_deref(), Some(FUNCTION));
        assert_eq!(leads(FUNCTION).as_deref(), Some(FUNCTION));
        assert_eq!(leads(&invoke(&format!("{FUNCTION}:${{stageVariables.alias}}"))).as_deref(), Some(FUNCTION));
        assert_eq!(leads(&invoke("arn:aws:lambda:eu-west-1:111122223333:function:${stageVariables.name}")), None);
        assert_eq!(leads("arn:aws:apigateway:eu-west-1:sqs:path/111122223333/jobs").as_deref(), Some("service:sqs"));
        let listener = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/inner/1/2";
        assert_eq!(leads(listener).as_deref(), Some(listener));
        assert_eq!(leads("https://Shop.example.com:8443/v1?key=secret").as_deref(), Some("shop.example.com"));
        assert_eq!(leads("http://${stageVariables.host}/"), None);
        assert_eq!(target(None), None);
    }

    #[test]
    fn what_an_api_answers_itself_is_no_integration() {
        assert_eq!(named("MOCK", None), None);
        assert!(named("HTTP_PROXY", None).is_some());
    }
}
