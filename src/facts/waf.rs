//! AWS WAF Classic, the generation before WAFv2.

facts! {
    /// A web ACL of WAF Classic, global or regional. Source: `waf:ListWebACLs`, `waf-regional:ListWebACLs`.
    "waf.web_acl" WebAcl {
        /// CLOUDFRONT or REGIONAL.
        scope: String,
        /// ARNs of the load balancers and API stages that it is on; empty in scope CLOUDFRONT. Source: `waf-regional:ListResourcesForWebACL`.
        resources: Vec<String>,
        /// Derived: what it is on: ARNs of load balancers and API stages, ids of distributions.
        protects: Vec<String>,
    }
}
