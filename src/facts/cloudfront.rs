//! Amazon CloudFront.

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
    }
}
