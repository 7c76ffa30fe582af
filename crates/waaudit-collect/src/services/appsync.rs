//! AWS AppSync: GraphQL and event APIs. Schemas, resolvers and API keys are never read.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_appsync::Client;
use aws_sdk_appsync::types::{Api as SdkEventApi, GraphqlApi};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::appsync::Api;

pub(crate) const SERVICE: Service = Service { kinds: &[API], metrics: &[], rates: &[] };

const LIST_GRAPHQL_APIS: Call = Call::new("appsync", "ListGraphqlApis");
const LIST_APIS: Call = Call::new("appsync", "ListApis");
const LIST_DATA_SOURCES: Call = Call::new("appsync", "ListDataSources");

pub(crate) const API: Kind =
    Kind::regional::<facts::appsync::Api>(&[&LIST_GRAPHQL_APIS, &LIST_APIS, &LIST_DATA_SOURCES], |ctx| {
        Box::pin(apis(ctx))
    })
    .own_tags();

async fn apis(ctx: Context) {
    let client = Client::new(ctx.config());
    let (mut graphs, mut events) = (Vec::new(), Vec::new());
    ctx.pages(&LIST_GRAPHQL_APIS, client.list_graphql_apis().into_paginator().send(), |page| {
        graphs.extend(page.graphql_apis.into_iter().flatten());
    })
    .await;
    ctx.pages(&LIST_APIS, client.list_apis().into_paginator().send(), |page| {
        events.extend(page.apis.into_iter().flatten());
    })
    .await;
    run_bounded(graphs.iter().map(|api| graph(&ctx, &client, api))).await;
    for api in &events {
        event(&ctx, api);
    }
}

async fn graph(ctx: &Context, client: &Client, api: &GraphqlApi) {
    let Some(id) = ctx.entry(&LIST_GRAPHQL_APIS, api.api_id()) else { return };
    let arn = word(api.arn()).unwrap_or_else(|| ctx.arn("appsync", &format!("apis/{id}")));
    let others = api.additional_authentication_providers().iter().map(|provider| word(provider.authentication_type()));
    let ways = std::iter::once(word(api.authentication_type())).chain(others).collect::<Option<BTreeSet<_>>>();
    let facts = Api {
        api_type: word(api.api_type()).into(),
        visibility: word(api.visibility()).into(),
        authentication: ways.map(|ways| ways.into_iter().collect::<Vec<_>>()).into(),
        domain: domain(api.dns().or(api.uris()), "GRAPHQL").into(),
        web_acl: word(api.waf_web_acl_arn()).into(),
        functions: functions(ctx, client, &arn, id).await.into(),
    };
    ctx.push(named(arn, id, api.name(), api.tags()), facts);
}

/// An event API has no private form.
fn event(ctx: &Context, api: &SdkEventApi) {
    let Some(id) = ctx.entry(&LIST_APIS, api.api_id()) else { return };
    let arn = word(api.api_arn()).unwrap_or_else(|| ctx.arn("appsync", &format!("apis/{id}")));
    let facts = Api {
        api_type: Some("EVENT".to_owned()).into(),
        visibility: Some("GLOBAL".to_owned()).into(),
        domain: domain(api.dns(), "HTTP").into(),
        web_acl: word(api.waf_web_acl_arn()).into(),
        functions: Vec::new().into(),
        ..Api::default()
    };
    ctx.push(named(arn, id, api.name(), api.tags()), facts);
}

fn named(arn: String, id: &str, name: Option<&str>, tags: Option<&HashMap<String, String>>) -> ResourceId {
    let tags: BTreeMap<String, String> = tags.into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())).collect();
    ResourceId { arn, id: id.to_owned(), name: name.map(str::to_owned), region: None, tags: Some(tags) }
}

/// The host of one of the API's endpoints.
fn domain(names: Option<&HashMap<String, String>>, endpoint: &str) -> Option<String> {
    let name = names?.get(endpoint)?;
    let rest = name.split_once("://").map_or(name.as_str(), |(_, rest)| rest);
    rest.split('/').next().map(str::to_lowercase)
}

/// The functions among its data sources; nothing where they could not be read.
async fn functions(ctx: &Context, client: &Client, arn: &str, id: &str) -> Option<Vec<String>> {
    let pages =
        ctx.detail_pages(&LIST_DATA_SOURCES, arn, client.list_data_sources().api_id(id).into_paginator().send());
    let pages = pages.await?;
    let sources = pages.iter().flat_map(|page| page.data_sources());
    let functions = sources.filter_map(|source| Some(source.lambda_config()?.lambda_function_arn()));
    let functions: BTreeSet<String> = functions.map(unqualified).collect();
    Some(functions.into_iter().collect())
}

/// A function's ARN without its version or alias, which is the eighth part.
fn unqualified(arn: &str) -> String {
    arn.splitn(8, ':').take(7).collect::<Vec<_>>().join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_its_host() {
        let named = |value: &str| HashMap::from([("GRAPHQL".to_owned(), value.to_owned())]);
        let host = Some("ab12.appsync-api.eu-west-1.amazonaws.com".to_owned());
        assert_eq!(domain(Some(&named("https://Ab12.appsync-api.eu-west-1.amazonaws.com/graphql")), "GRAPHQL"), host);
        assert_eq!(domain(Some(&named("ab12.appsync-api.eu-west-1.amazonaws.com")), "GRAPHQL"), host);
        assert_eq!(domain(Some(&named("x")), "REALTIME"), None);
        assert_eq!(domain(None, "GRAPHQL"), None);
    }
}
