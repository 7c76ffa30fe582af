//! Custom domain names of APIs, and the stages that they lead to.

use aws_sdk_apigatewayv2::Client;
use aws_sdk_apigatewayv2::types::DomainName as SdkDomainName;

use super::arn;
use crate::call::Call;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts::apigateway::DomainName;

pub(super) const GET_DOMAIN_NAMES: Call = Call::new("apigateway", "GetDomainNames").allowed_by("GET");
pub(super) const GET_API_MAPPINGS: Call = Call::new("apigateway", "GetApiMappings").allowed_by("GET");

/// Version 2 lists the domain names of REST APIs too.
pub(super) async fn domain_names(ctx: Context) {
    let client = Client::new(ctx.config());
    let mut found = Vec::new();
    ctx.marked_pages(
        &GET_DOMAIN_NAMES,
        |mark| client.get_domain_names().set_next_token(mark).send(),
        |page| page.next_token.clone().filter(|next| !next.is_empty()),
        |page| found.extend(page.items.into_iter().flatten()),
    )
    .await;
    run_bounded(found.iter().map(|domain| domain_name(&ctx, &client, domain))).await;
}

async fn domain_name(ctx: &Context, client: &Client, domain: &SdkDomainName) {
    let Some(name) = ctx.entry(&GET_DOMAIN_NAMES, domain.domain_name()) else { return };
    let arn = arn(ctx, &format!("/domainnames/{name}"));
    let configurations = domain.domain_name_configurations();
    let targets = configurations.iter().filter_map(|one| one.api_gateway_domain_name()).map(str::to_lowercase);
    let facts = DomainName {
        domain: name.to_lowercase().into(),
        targets: targets.collect::<Vec<_>>().into(),
        stages: stages(ctx, client, &arn, name).await.into(),
    };
    let tags = domain.tags().map(|tags| tags.clone().into_iter().collect());
    ctx.push(ResourceId { arn, id: name.to_owned(), name: None, region: None, tags }, facts);
}

/// More mappings than a page holds are not read: then none are.
async fn stages(ctx: &Context, client: &Client, arn: &str, name: &str) -> Option<Vec<String>> {
    let answer = ctx.detail(&GET_API_MAPPINGS, arn, client.get_api_mappings().domain_name(name).send()).await?;
    let whole = answer.next_token().is_none_or(str::is_empty);
    let stages = answer.items().iter().map(|mapping| Some(format!("{}/{}", mapping.api_id()?, mapping.stage()?)));
    let stages = stages.collect::<Option<Vec<_>>>().filter(|_| whole);
    ctx.whole(&GET_API_MAPPINGS, arn, "stages", stages).known().cloned()
}
