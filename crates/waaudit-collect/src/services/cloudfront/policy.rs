//! Cache policies: AWS's own, whose settings are its to change, and the account's.

use aws_sdk_cloudfront::types::{CachePolicyHeadersConfig, CachePolicySummary, Headers};

use super::{given, lower};
use crate::call::Call;
use crate::kind::Kind;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::cloudfront::CachePolicy;

const LIST_POLICIES: Call = Call::new("cloudfront", "ListCachePolicies");

pub(crate) const CACHE_POLICY: Kind =
    Kind::global::<facts::cloudfront::CachePolicy>(&[&LIST_POLICIES], |ctx| Box::pin(policies(ctx))).own_tags();

/// CloudFront's list has a next page where it names the mark of one. Policies can't be tagged.
async fn policies(ctx: Context) {
    let client = aws_sdk_cloudfront::Client::new(ctx.config());
    ctx.marked_pages(
        &LIST_POLICIES,
        |mark| client.list_cache_policies().set_marker(mark).send(),
        |page| given(page.cache_policy_list()?.next_marker()),
        |page| match page.cache_policy_list() {
            Some(list) => list.items().iter().for_each(|policy| push(&ctx, policy)),
            None => ctx.unreadable(&LIST_POLICIES, None, "an answer without a list"),
        },
    )
    .await;
}

fn push(ctx: &Context, summary: &CachePolicySummary) {
    let Some(id) = ctx.entry(&LIST_POLICIES, summary.cache_policy().map(|policy| policy.id())) else { return };
    let name = ResourceId {
        arn: ctx.arn("cloudfront", &format!("cache-policy/{id}")),
        id: id.to_owned(),
        tags: Some(std::collections::BTreeMap::new()),
        ..ResourceId::default()
    };
    ctx.push(name, policy_facts(summary).unwrap_or_default());
}

fn policy_facts(summary: &CachePolicySummary) -> Option<CachePolicy> {
    let config = summary.cache_policy()?.cache_policy_config()?;
    let key = config.parameters_in_cache_key_and_forwarded_to_origin();
    let cookies = key.and_then(|key| key.cookies_config()).map(|cookies| cookies.cookie_behavior());
    let strings = key.and_then(|key| key.query_strings_config()).map(|strings| strings.query_string_behavior());
    Some(CachePolicy {
        policy_name: config.name().to_owned().into(),
        policy_type: summary.r#type().as_str().to_owned().into(),
        max_ttl_seconds: config.max_ttl.into(),
        default_ttl_seconds: config.default_ttl.into(),
        cookies: cookies.map(|behavior| behavior.as_str().to_owned()).into(),
        headers: key.and_then(|key| key.headers_config()).map(headers).into(),
        query_strings: strings.map(|behavior| behavior.as_str().to_owned()).into(),
    })
}

fn headers(config: &CachePolicyHeadersConfig) -> Vec<String> {
    config.headers().map(Headers::items).map(lower).unwrap_or_default()
}
