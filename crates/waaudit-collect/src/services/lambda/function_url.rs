//! URLs of AWS Lambda functions: HTTPS endpoints on the internet, without an API in front.

use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::FunctionUrlConfig;

use crate::call::Call;
use crate::kind::Kind;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::lambda::FunctionUrl;
use waaudit_model::snapshot::Resource;

const LIST_URLS: Call = Call::new("lambda", "ListFunctionUrlConfigs");

/// One call for each function: no list names the URLs of all.
pub(crate) const FUNCTION_URL: Kind =
    Kind::regional::<facts::lambda::FunctionUrl>(&[&LIST_URLS], |ctx| Box::pin(urls(ctx)))
        .after::<facts::lambda::Function>()
        .untagged();

async fn urls(ctx: Context) {
    ctx.inherit_gaps();
    let client = Client::new(ctx.config());
    run_bounded(ctx.before.resources().map(|function| of_function(&ctx, &client, function))).await;
}

/// Without a page whole resources are missing, so it counts as a list.
async fn of_function(ctx: &Context, client: &Client, function: &Resource) {
    let pages = client.list_function_url_configs().function_name(&function.id).into_paginator().send();
    ctx.pages(&LIST_URLS, pages, |page| {
        for config in page.function_url_configs() {
            ctx.push(named(function, config), facts(config));
        }
    })
    .await;
}

/// A URL has no ARN of its own. One of an alias is told apart by the alias.
fn named(function: &Resource, config: &FunctionUrlConfig) -> ResourceId {
    let alias = alias(config.function_arn());
    ResourceId {
        arn: format!("{}:url", config.function_arn()),
        id: alias.map_or_else(|| function.id.clone(), |alias| format!("{}:{alias}", function.id)),
        name: None,
        region: None,
        tags: function.tags.clone(),
    }
}

fn facts(config: &FunctionUrlConfig) -> FunctionUrl {
    FunctionUrl {
        function: unqualified(config.function_arn()).into(),
        domain: host(config.function_url()).into(),
        auth_type: config.auth_type().as_str().to_owned().into(),
        ..FunctionUrl::default()
    }
}

/// A version or alias is the eighth part of an ARN.
fn alias(arn: &str) -> Option<&str> {
    arn.splitn(8, ':').nth(7)
}

fn unqualified(arn: &str) -> String {
    arn.splitn(8, ':').take(7).collect::<Vec<_>>().join(":")
}

fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_named_by_its_host_and_its_alias() {
        assert_eq!(host("https://Ab12.lambda-url.eu-west-1.on.aws/"), "ab12.lambda-url.eu-west-1.on.aws");
        let function = "arn:aws:lambda:eu-west-1:111122223333:function:orders";
        assert_eq!((alias(function), unqualified(function).as_str()), (None, function));
        let live = format!("{function}:live");
        assert_eq!((alias(&live), unqualified(&live).as_str()), (Some("live"), function));
    }
}
