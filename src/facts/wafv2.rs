//! AWS WAF.

use super::measured::Measured;

parts! {
    /// A rule of a web ACL. `Rules[]`.
    Rule {
        /// Its name. `Name`.
        name: String,
        /// Its place in the order, lowest first, among Firewall Manager's or the own rules. `Priority`.
        priority: i64,
        /// The statement's type: managed_group, rule_group, rate, sqli, xss, byte_match, size, geo, ip_set, regex, regex_set, label, asn, or "other" for a compound one.
        statement: String,
        /// What it does: allow, block, count, captcha, challenge or monetize; for a group "none" (the group's own actions hold) or "count" (they are overridden).
        action: String,
        /// The managed group's vendor. `ManagedRuleGroupStatement.VendorName`.
        vendor: Option<String>,
        /// The managed group's name. `ManagedRuleGroupStatement.Name`.
        group: Option<String>,
        /// Rules of the group whose action is overridden to count. `RuleActionOverrides`, `ExcludedRules`.
        counted_rules: Vec<String>,
        /// Requests of a rate rule per window. `RateBasedStatement.Limit`.
        rate_limit: Option<i64>,
        /// The window of a rate rule, in seconds. `RateBasedStatement.EvaluationWindowSec`.
        rate_window_seconds: Option<i64>,
    }
}

facts! {
    /// A web ACL. Source: `wafv2:ListWebACLs`, `GetWebACL`.
    "wafv2.web_acl" WebAcl {
        /// REGIONAL or CLOUDFRONT.
        scope: String,
        /// What happens to a request that no rule decides: allow or block. `DefaultAction`. Source: `GetWebACL`.
        default_action: String,
        /// Its rules in the order in which WAF asks them: Firewall Manager's first ones, the own ones, Firewall Manager's last ones. Source: `GetWebACL`.
        rules: Vec<Rule>,
        /// Rules of the rule groups that it refers to, vendors' groups aside, in their order; those that the reference overrides do what it says. Source: `GetRuleGroup`.
        group_rules: Vec<Rule>,
        /// Whether Firewall Manager runs it. `ManagedByFirewallManager`. Source: `GetWebACL`.
        managed_by_firewall_manager: bool,
        /// ARNs of the Application Load Balancers that it protects; empty in scope CLOUDFRONT. Source: `ListResourcesForWebACL`.
        load_balancers: Vec<String>,
        /// ARNs of the API Gateway stages that it protects, in scope CLOUDFRONT of Amplify apps. Where it is on no load balancer, stage or distribution, of the first of the other types (Cognito, AppSync, App Runner, Verified Access; not Bedrock AgentCore) that it is on: each costs a call per web ACL, at one call a second. Source: `ListResourcesForWebACL`.
        other_resources: Vec<String>,
        /// What its metrics go by; none where it publishes none. `VisibilityConfig.MetricName`, `CloudWatchMetricsEnabled`. Source: `GetWebACL`.
        metric_name: Option<String>,
        /// Requests that it decided on in 14 days; none where it publishes no metrics. `AllowedRequests`, `BlockedRequests`, `CaptchaRequests`, `ChallengeRequests`.
        requests: Option<Measured>,
        /// Those of them that it blocked, or answered with a challenge or puzzle; none where it publishes no metrics. `BlockedRequests`, `CaptchaRequests`, `ChallengeRequests`.
        stopped_requests: Option<Measured>,
        /// Days since it decided on the first request of the last 14 days, 0 where none came; none where it publishes no metrics. WAF does not tell when a web ACL was made or changed.
        inspecting_days: Option<Measured>,
        /// Whether its decisions are logged. Source: `ListLoggingConfigurations`.
        logged: bool,
        /// Derived: what it protects: ARNs of load balancers and other resources, ids of distributions.
        protects: Vec<String>,
        /// Derived: whether it protects something, and its region (any region in scope CLOUDFRONT) has a relational database.
        guards_sql: bool,
    }
}
