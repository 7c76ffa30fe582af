//! Amazon CloudFront. Values of the headers that it adds for origins are secrets, and stay behind.

use aws_sdk_cloudfront::types::{
    CacheBehavior, DefaultCacheBehavior, DistributionSummary, Origin as SdkOrigin, TrustedKeyGroups, TrustedSigners,
};

use super::Kind;
use super::aws::{Call, Context, Named};
use crate::facts::cloudfront::{Behavior, Distribution, Origin};

const LIST_DISTRIBUTIONS: Call = Call::new("cloudfront", "ListDistributions");

pub(super) const DISTRIBUTION: Kind =
    Kind::global("cloudfront.distribution", &[&LIST_DISTRIBUTIONS], |ctx| Box::pin(distributions(ctx)));

async fn distributions(ctx: Context) {
    let client = aws_sdk_cloudfront::Client::new(ctx.config());
    ctx.pages(&LIST_DISTRIBUTIONS, client.list_distributions().into_paginator().send(), |page| {
        let Some(list) = page.distribution_list() else {
            return ctx.unreadable(&LIST_DISTRIBUTIONS, None, "an answer without a list");
        };
        for distribution in list.items() {
            let name =
                Named { arn: distribution.arn().to_owned(), id: distribution.id().to_owned(), ..Named::default() };
            let facts = distribution_facts(distribution);
            if facts.is_none() {
                ctx.unreadable(&LIST_DISTRIBUTIONS, Some(distribution.arn()), "a distribution without an origin");
            }
            ctx.push(name, facts.unwrap_or_default());
        }
    })
    .await;
}

/// Every distribution has an origin. Where none is there, the answer was cut, and the SDK has made `false` and
/// empty texts out of what is missing: none of it is an answer.
fn distribution_facts(d: &DistributionSummary) -> Option<Distribution> {
    let origins = d.origins()?.items().iter().map(origin).collect::<Vec<_>>();
    if origins.is_empty() {
        return None;
    }
    Some(Distribution {
        enabled: d.enabled().into(),
        staging: d.staging().into(),
        domain: d.domain_name().to_lowercase().into(),
        aliases: d.aliases().map(|aliases| lower(aliases.items())).into(),
        origins: origins.into(),
        behaviors: behaviors(d).into(),
        web_acl: given(Some(d.web_acl_id())).into(),
        origin_groups: d.origin_groups().map(|groups| i64::from(groups.quantity())).into(),
    })
}

fn origin(o: &SdkOrigin) -> Origin {
    let headers = o.custom_headers().into_iter().flat_map(|headers| headers.items());
    Origin {
        id: o.id().to_owned(),
        domain: o.domain_name().to_lowercase(),
        vpc_origin: o.vpc_origin_config().map(|config| config.vpc_origin_id().to_owned()),
        access_control: given(o.origin_access_control_id()),
        custom_headers: headers.map(|header| header.header_name().to_lowercase()).collect(),
    }
}

/// CloudFront tries the default behaviour last.
fn behaviors(d: &DistributionSummary) -> Option<Vec<Behavior>> {
    let others = d.cache_behaviors()?.items().iter().map(path_behavior);
    others.chain([d.default_cache_behavior().and_then(default_behavior)]).collect()
}

#[expect(deprecated, reason = "behaviours of the old form have no other time to live")]
fn path_behavior(b: &CacheBehavior) -> Option<Behavior> {
    Some(Behavior {
        path: b.path_pattern().to_owned(),
        origin: b.target_origin_id().to_owned(),
        cache_policy: given(b.cache_policy_id()),
        max_ttl_seconds: b.max_ttl().filter(|_| b.cache_policy_id().is_none()),
        signed_only: signed_only(b.trusted_key_groups(), b.trusted_signers())?,
    })
}

#[expect(deprecated, reason = "behaviours of the old form have no other time to live")]
fn default_behavior(b: &DefaultCacheBehavior) -> Option<Behavior> {
    Some(Behavior {
        path: "*".to_owned(),
        origin: b.target_origin_id().to_owned(),
        cache_policy: given(b.cache_policy_id()),
        max_ttl_seconds: b.max_ttl().filter(|_| b.cache_policy_id().is_none()),
        signed_only: signed_only(b.trusted_key_groups(), b.trusted_signers())?,
    })
}

/// Some distributions can't have one of the two, and AWS leaves it out; without both nothing is known.
fn signed_only(groups: Option<&TrustedKeyGroups>, signers: Option<&TrustedSigners>) -> Option<bool> {
    match (groups.map(TrustedKeyGroups::enabled), signers.map(TrustedSigners::enabled)) {
        (None, None) => None,
        (groups, signers) => Some(groups == Some(true) || signers == Some(true)),
    }
}

/// CloudFront says none with an empty string.
fn given(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

fn lower(names: &[String]) -> Vec<String> {
    names.iter().map(|name| name.to_lowercase()).collect()
}
