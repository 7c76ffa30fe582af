//! Amazon CloudFront: distributions, and the policies that say how they cache.

use super::measured::Measured;

parts! {
    /// An origin. `Origins.Items[]`.
    Origin {
        /// Its id. `Id`.
        id: String,
        /// Its domain name, in lower case. `DomainName`.
        domain: String,
        /// The VPC origin that leads to a private load balancer, if any. `VpcOriginConfig.VpcOriginId`.
        vpc_origin: Option<String>,
        /// The origin access control, if any. `OriginAccessControlId`.
        access_control: Option<String>,
        /// Names of the headers that CloudFront adds, in lower case; values are never read into the snapshot. `CustomHeaders.Items[].HeaderName`.
        custom_headers: Vec<String>,
    }
}

parts! {
    /// A function that CloudFront runs for requests or answers. `FunctionAssociations`, `LambdaFunctionAssociations`.
    EdgeFunction {
        /// viewer-request, viewer-response, origin-request or origin-response. `EventType`.
        event: String,
        /// cloudfront for a CloudFront Function, lambda for Lambda@Edge.
        runtime: String,
        /// Its ARN; of Lambda@Edge that of a version. `FunctionARN`, `LambdaFunctionARN`.
        arn: String,
    }
}

parts! {
    /// A cache behavior. `DefaultCacheBehavior`, `CacheBehaviors.Items[]`.
    Behavior {
        /// The path pattern; `*` for the default one. `PathPattern`.
        path: String,
        /// The origin's id. `TargetOriginId`.
        origin: String,
        /// The cache policy's id; null for a behavior of the old form (`ForwardedValues`). `CachePolicyId`.
        cache_policy: Option<String>,
        /// Longest time in the cache, in the old form; null where a cache policy decides. `MaxTTL`.
        max_ttl_seconds: Option<i64>,
        /// Whether only signed requests are served; a distribution that can't have one of the two lacks it. `TrustedKeyGroups.Enabled` or `TrustedSigners.Enabled`.
        signed_only: bool,
        /// Methods that are let through; null where AWS does not say. `AllowedMethods.Items`.
        methods: Option<Vec<String>>,
        /// Time in the cache without a word from the origin, in the old form; null where a cache policy decides. `DefaultTTL`.
        default_ttl_seconds: Option<i64>,
        /// What the origin gets to see, in the old form, where all of it is part of the cache key; null where a cache policy decides. `ForwardedValues`.
        forwarded: Option<Forwarded>,
        /// Where requests are logged as they come, if anywhere. `RealtimeLogConfigArn`.
        realtime_log: Option<String>,
        /// The functions that run at the edge. `FunctionAssociations.Items[]`, `LambdaFunctionAssociations.Items[]`.
        #[serde(default)]
        functions: Vec<EdgeFunction>,
    }
}

parts! {
    /// What a behavior of the old form forwards to the origin. `ForwardedValues`.
    Forwarded {
        /// none, whitelist or all. `Cookies.Forward`.
        cookies: String,
        /// Names of headers in lower case; `*` for all. `Headers.Items`.
        headers: Vec<String>,
        /// none, whitelist or all. `QueryString`, `QueryStringCacheKeys`.
        query_strings: String,
    }
}

parts! {
    /// An origin group: its second origin answers where the first one fails. `OriginGroups.Items[]`.
    OriginGroup {
        /// Its id, which behaviors name as they name an origin. `Id`.
        id: String,
        /// The ids of its origins. `Members.Items[].OriginId`.
        origins: Vec<String>,
    }
}

parts! {
    /// A tenant of a multi-tenant distribution, for short.
    Tenant {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
    }
}

parts! {
    /// How a behavior caches, as its cache policy says, or in the old form, as it says itself.
    Caching {
        /// The path pattern; `*` for the default one.
        path: String,
        /// The cache policy's name; null for a behavior of the old form (`ForwardedValues`).
        policy: Option<String>,
        /// Whether an answer may stay in the cache: its longest time there is above zero, and not all headers are part of the key.
        caches: bool,
        /// Time in the cache without a word from the origin.
        default_ttl_seconds: i64,
        /// Cookies in the cache key: none, whitelist, allExcept or all.
        cookies: String,
        /// Names of headers in the cache key, in lower case; `*` for all.
        headers: Vec<String>,
        /// Query strings in the cache key: none, whitelist, allExcept or all.
        query_strings: String,
        /// Whether its origin, or one of its origin group, is an S3 bucket by its name.
        leads_to_bucket: bool,
        /// Whether its path names files: a folder as `static`, `assets` or `images`, or an ending as `.js` or `.png`.
        static_path: bool,
        /// Whether POST is let through.
        takes_writes: bool,
        /// Whether each origin that it may lead to is an API by its name: API Gateway, a Lambda function URL or AppSync.
        #[serde(default)]
        leads_to_api: bool,
        /// Whether a function runs on each viewer request, which may answer in place of the cache and the origin. What a function does can't be read.
        #[serde(default)]
        may_answer_at_edge: bool,
    }
}

facts! {
    /// A cache policy, AWS's own ones included. Source: `cloudfront:ListCachePolicies`.
    "cloudfront.cache_policy" CachePolicy {
        /// Its name. `CachePolicyConfig.Name`.
        policy_name: String,
        /// managed (by AWS) or custom. `Type`.
        policy_type: String,
        /// Longest time in the cache. `MaxTTL`.
        max_ttl_seconds: i64,
        /// Time in the cache without a word from the origin. `DefaultTTL`.
        default_ttl_seconds: i64,
        /// Cookies in the cache key: none, whitelist, allExcept or all. `CookiesConfig.CookieBehavior`.
        cookies: String,
        /// Names of headers in the cache key, in lower case. `HeadersConfig`.
        headers: Vec<String>,
        /// Query strings in the cache key: none, whitelist, allExcept or all. `QueryStringsConfig.QueryStringBehavior`.
        query_strings: String,
    }
}

facts! {
    /// A distribution. Source: `cloudfront:ListDistributions`.
    "cloudfront.distribution" Distribution {
        /// Whether it serves. `Enabled`.
        enabled: bool,
        /// Whether it is a staging copy. `Staging`.
        staging: bool,
        /// Its domain name, in lower case. `DomainName`.
        domain: String,
        /// Its other names, in lower case. `Aliases.Items`.
        aliases: Vec<String>,
        /// Its origins. `Origins.Items[]`.
        origins: Vec<Origin>,
        /// Its behaviors, the default one last. `CacheBehaviors`, `DefaultCacheBehavior`.
        behaviors: Vec<Behavior>,
        /// The web ACL: an ARN, or a bare id of the retired WAF Classic; none without. Tenants inherit it, unless they have another or none. `WebACLId`.
        web_acl: Option<String>,
        /// Number of origin groups, which fail over. `OriginGroups.Quantity`.
        origin_groups: i64,
        /// The origins of each of these. `OriginGroups.Items[]`.
        origin_group_members: Vec<OriginGroup>,
        /// direct, or tenant-only for the template of a multi-tenant service; none where AWS does not say. `ConnectionMode`.
        connection_mode: Option<String>,
        /// Whether additional metrics are published, the hit rate among them. `RealtimeMetricsSubscriptionStatus`. Source: `GetMonitoringSubscription`.
        additional_metrics: bool,
        /// Requests in a week. `AWS/CloudFront Requests`.
        requests_week: Measured,
        /// Requests in 30 days. `AWS/CloudFront Requests`.
        requests_month: Measured,
        /// Most requests in a minute, of two weeks. `AWS/CloudFront Requests`.
        requests_per_minute_max: Measured,
        /// Per cent of cacheable requests that were answered from the cache, in a week. Absent while additional metrics are off. `AWS/CloudFront CacheHitRate`.
        hit_percent: Measured,
        /// Derived: how each behavior caches, the default one last.
        caching: Vec<Caching>,
        /// Derived: its enabled tenants; empty for one of the connection mode direct.
        tenants: Vec<Tenant>,
        /// Derived: those of them without a web ACL: they turned the distribution's off, or it has none.
        tenants_without_web_acl: Vec<Tenant>,
    }
}

facts! {
    /// A tenant of a multi-tenant distribution. Source: `cloudfront:ListDistributionTenants`, which is called where a distribution is tenant-only.
    "cloudfront.distribution_tenant" DistributionTenant {
        /// The id of the distribution that it is served by. `DistributionId`.
        distribution: String,
        /// Whether it is served. `Enabled`.
        enabled: bool,
        /// Its domain names, in lower case. `Domains[].Domain`.
        domains: Vec<String>,
        /// What it does about the distribution's web ACL: override or disable; none where it inherits it. `Customizations.WebAcl.Action`.
        web_acl_action: Option<String>,
        /// The ARN of its own web ACL, if it has one. `Customizations.WebAcl.Arn`.
        web_acl: Option<String>,
    }
}
