//! Cache behaviors: the default one and those for a path, each with a cache policy or with settings of the old form.

use aws_sdk_cloudfront::types::{
    AllowedMethods, CacheBehavior, DefaultCacheBehavior, DistributionSummary, ForwardedValues, FunctionAssociations,
    Headers, LambdaFunctionAssociations, TrustedKeyGroups, TrustedSigners,
};

use super::{given, lower};
use waaudit_model::facts::cloudfront::{Behavior, EdgeFunction, Forwarded};

/// CloudFront evaluates the default behavior last.
pub(super) fn behaviors(d: &DistributionSummary) -> Option<Vec<Behavior>> {
    let others = d.cache_behaviors()?.items().iter().map(path_behavior);
    others.chain([d.default_cache_behavior().and_then(default_behavior)]).collect()
}

#[expect(deprecated, reason = "behaviors of the old form have it nowhere else")]
fn path_behavior(b: &CacheBehavior) -> Option<Behavior> {
    let old = given(b.cache_policy_id()).is_none();
    Some(Behavior {
        path: b.path_pattern().to_owned(),
        origin: b.target_origin_id().to_owned(),
        cache_policy: given(b.cache_policy_id()),
        max_ttl_seconds: b.max_ttl().filter(|_| old),
        signed_only: signed_only(b.trusted_key_groups(), b.trusted_signers())?,
        methods: methods(b.allowed_methods()),
        default_ttl_seconds: b.default_ttl().filter(|_| old),
        forwarded: b.forwarded_values().filter(|_| old).and_then(forwarded),
        realtime_log: given(b.realtime_log_config_arn()),
        functions: functions(b.function_associations(), b.lambda_function_associations()),
    })
}

#[expect(deprecated, reason = "behaviors of the old form have it nowhere else")]
fn default_behavior(b: &DefaultCacheBehavior) -> Option<Behavior> {
    let old = given(b.cache_policy_id()).is_none();
    Some(Behavior {
        path: "*".to_owned(),
        origin: b.target_origin_id().to_owned(),
        cache_policy: given(b.cache_policy_id()),
        max_ttl_seconds: b.max_ttl().filter(|_| old),
        signed_only: signed_only(b.trusted_key_groups(), b.trusted_signers())?,
        methods: methods(b.allowed_methods()),
        default_ttl_seconds: b.default_ttl().filter(|_| old),
        forwarded: b.forwarded_values().filter(|_| old).and_then(forwarded),
        realtime_log: given(b.realtime_log_config_arn()),
        functions: functions(b.function_associations(), b.lambda_function_associations()),
    })
}

/// Some distributions can't have one of the two, and AWS leaves it out; without both nothing is known.
fn signed_only(groups: Option<&TrustedKeyGroups>, signers: Option<&TrustedSigners>) -> Option<bool> {
    match (groups.map(TrustedKeyGroups::enabled), signers.map(TrustedSigners::enabled)) {
        (None, None) => None,
        (groups, signers) => Some(groups == Some(true) || signers == Some(true)),
    }
}

fn functions(own: Option<&FunctionAssociations>, lambda: Option<&LambdaFunctionAssociations>) -> Vec<EdgeFunction> {
    let function = |event: &str, runtime: &str, arn: &str| EdgeFunction {
        event: event.to_owned(),
        runtime: runtime.to_owned(),
        arn: arn.to_owned(),
    };
    let own = own.into_iter().flat_map(|own| own.items());
    let own = own.map(|each| function(each.event_type().as_str(), "cloudfront", each.function_arn()));
    let lambda = lambda.into_iter().flat_map(|lambda| lambda.items());
    own.chain(lambda.map(|each| function(each.event_type().as_str(), "lambda", each.lambda_function_arn()))).collect()
}

fn methods(allowed: Option<&AllowedMethods>) -> Option<Vec<String>> {
    Some(allowed?.items().iter().map(|method| method.as_str().to_owned()).collect())
}

fn forwarded(values: &ForwardedValues) -> Option<Forwarded> {
    let listed = values.query_string_cache_keys().is_some_and(|keys| keys.quantity() > 0);
    let query_strings = match (values.query_string(), listed) {
        (false, _) => "none",
        (true, true) => "whitelist",
        (true, false) => "all",
    };
    Some(Forwarded {
        cookies: values.cookies()?.forward().as_str().to_owned(),
        headers: values.headers().map(Headers::items).map(lower).unwrap_or_default(),
        query_strings: query_strings.to_owned(),
    })
}
