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
    /// A cache behaviour. `DefaultCacheBehavior`, `CacheBehaviors.Items[]`.
    Behavior {
        /// The path pattern; `*` for the default one. `PathPattern`.
        path: String,
        /// The origin's id. `TargetOriginId`.
        origin: String,
        /// The cache policy's id; null for a behaviour of the old form. `CachePolicyId`.
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
    }
}

parts! {
    /// What a behaviour of the old form sends on. `ForwardedValues`.
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
    /// Origins of which one stands in for the other. `OriginGroups.Items[]`.
    OriginGroup {
        /// Its id, which behaviours name as they name an origin. `Id`.
        id: String,
        /// The ids of its origins. `Members.Items[].OriginId`.
        origins: Vec<String>,
    }
}

parts! {
    /// How a behaviour caches, as its cache policy says, or in the old form, as it says itself.
    Caching {
        /// The path pattern; `*` for the default one.
        path: String,
        /// The cache policy's name; null for a behaviour of the old form.
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
        /// Its behaviours, the default one last. `CacheBehaviors`, `DefaultCacheBehavior`.
        behaviors: Vec<Behavior>,
        /// The web ACL: an ARN, or a bare id of the retired WAF Classic; none without. `WebACLId`.
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
        /// Per cent of cacheable requests that were answered from the cache, in a week. Absent while additional metrics are off. `AWS/CloudFront CacheHitRate`.
        hit_percent: Measured,
        /// Derived: how each behaviour caches, the default one last.
        caching: Vec<Caching>,
    }
}
