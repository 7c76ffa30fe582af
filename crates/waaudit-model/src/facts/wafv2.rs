//! AWS WAF.

use super::Fact;
use super::measured::Measured;

parts! {
    /// One test of a request. `Statement`.
    Test {
        /// geo, ip_set, asn, label, byte_match, regex, regex_set, size, sqli or xss; "other" for a statement that this version does not know.
        test: String,
        /// Whether the request has to fail the test. `NotStatement`.
        negated: bool,
        /// The part of the request: uri_path, query_string, all_query_arguments, single_query_argument, body, json_body, method, cookies, headers, "header:" with a name in lower case, or other; null for tests of the client and of labels. `FieldToMatch`.
        field: Option<String>,
        /// exactly, starts_with, ends_with, contains or contains_word; of sizes eq, ne, le, lt, ge or gt; null for other tests. `PositionalConstraint`, `ComparisonOperator`.
        operator: Option<String>,
        /// Country codes, AS numbers, the label, the size, and what a URI path or method is compared with. Not collected: what headers, cookies, queries and bodies are compared with, since that can be a secret; the patterns of a regex set.
        values: Vec<String>,
        /// Share of all addresses, from 0 to 1, of the IP version in which an IP set holds more of them; null for other tests, and where the set could not be read. `GetIPSet`.
        share: Option<f64>,
    }
}

parts! {
    /// Tests that a request has to pass together. `AndStatement`.
    Alternative {
        /// The tests.
        tests: Vec<Test>,
    }
}

parts! {
    /// A rule of a web ACL. `Rules[]`.
    Rule {
        /// Its name. `Name`.
        name: String,
        /// Its place in the order, lowest first, among Firewall Manager's or the own rules. `Priority`.
        priority: i64,
        /// The statement's type: managed_group, rule_group, rate, sqli, xss, byte_match, size, geo, ip_set, regex, regex_set, label, asn, or "other" for a compound one; "shield" for the group that Shield Advanced puts into each web ACL; "managed" for a rule in a vendor's group.
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
        /// What a rate rule counts by: IP, FORWARDED_IP, CONSTANT or CUSTOM_KEYS. `RateBasedStatement.AggregateKeyType`.
        rate_key: Option<String>,
        /// The custom keys of a rate rule: ip, forwarded_ip, method, uri_path, query_string, query_argument, header, cookie, label, ja3, ja4, asn. `RateBasedStatement.CustomKeys`.
        #[serde(default)]
        rate_keys: Vec<String>,
        /// The requests that it looks at: those that pass all tests of one alternative; null for every request. Of rate rules and managed groups the scope-down statement, of others the statement. `AndStatement`, `OrStatement`, `NotStatement`, `ScopeDownStatement`.
        applies_to: Option<Vec<Alternative>>,
        /// Labels that it adds to what it matches, without those of vendors' groups. `RuleLabels[].Name`.
        #[serde(default)]
        labels: Vec<String>,
        /// Of a rule in a group, the name of the web ACL's rule that refers to the group; null for the web ACL's own.
        within: Option<String>,
    }
}

parts! {
    /// A rate-based rule as it works after all overrides.
    RateRule {
        /// Its name.
        rule: String,
        /// Requests per window. `RateBasedStatement.Limit`.
        limit: i64,
        /// The window, in seconds; null where AWS does not say. `RateBasedStatement.EvaluationWindowSec`.
        window_seconds: Option<i64>,
        /// Whether it stops each client above the limit: it acts, counts clients apart, sees practically all requests, and no Allow rule lets many of them past before. Absent where that can't be told.
        #[serde(default, skip_serializing_if = "Fact::is_unread")]
        limits_each_client: Fact<bool>,
        /// Why it does not, in words; empty where it does, or where that can't be told.
        #[serde(default)]
        fault: String,
    }
}

parts! {
    /// A managed rule group as it works after all overrides.
    ManagedGroup {
        /// The name of the rule that refers to it.
        rule: String,
        /// Its vendor.
        vendor: String,
        /// Its name.
        group: String,
        /// Whether a rule in it stops requests, it sees practically all of them, and no Allow rule lets many of them past before. Absent where that can't be told.
        #[serde(default, skip_serializing_if = "Fact::is_unread")]
        stops: Fact<bool>,
        /// Why it does not, in words; empty where it does, or where that can't be told.
        #[serde(default)]
        fault: String,
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
        /// Rules in its groups, with the actions that hold after all overrides: of rule groups all of them, of vendors' groups where an action is overridden or the vendor is not AWS. Source: `GetRuleGroup`, `DescribeManagedRuleGroup`.
        group_rules: Vec<Rule>,
        /// Names of its rules whose group could not be read: one that another account shares, or a denied one.
        unread_groups: Vec<String>,
        /// Whether Firewall Manager runs it. `ManagedByFirewallManager`. Source: `GetWebACL`.
        managed_by_firewall_manager: bool,
        /// ARNs of the Application Load Balancers that it protects; empty in scope CLOUDFRONT. Source: `ListResourcesForWebACL`.
        load_balancers: Vec<String>,
        /// ARNs of the API Gateway stages that it protects, in scope CLOUDFRONT of Amplify apps. Where it is on no load balancer, stage or distribution, of the first of the other types (Cognito, AppSync, App Runner, Verified Access, Bedrock AgentCore) that it is on: each costs a call per web ACL, at one call a second. Source: `ListResourcesForWebACL`.
        other_resources: Vec<String>,
        /// The name of its metrics; none where it publishes none. `VisibilityConfig.MetricName`, `CloudWatchMetricsEnabled`. Source: `GetWebACL`.
        metric_name: Option<String>,
        /// Requests that it decided on in 14 days; none where it publishes no metrics. `AllowedRequests`, `BlockedRequests`, `CaptchaRequests`, `ChallengeRequests`.
        requests: Option<Measured>,
        /// Those of them that it blocked, or answered with a challenge or puzzle; none where it publishes no metrics. `BlockedRequests`, `CaptchaRequests`, `ChallengeRequests`.
        stopped_requests: Option<Measured>,
        /// Most requests that it decided on in a minute, in 14 days; none where it publishes no metrics, and in scope CLOUDFRONT, where the distribution's limit counts. The same metrics as those of `requests`.
        requests_per_minute_max: Option<Measured>,
        /// Days since it decided on the first request of the last 14 days, 0 where none came; none where it publishes no metrics. WAF does not tell when a web ACL was made or changed.
        inspecting_days: Option<Measured>,
        /// Whether its decisions are logged: by its own configuration, by Firewall Manager's, for Security Lake or by a telemetry rule of CloudWatch. A filter that drops every record counts as no log. Source: `ListLoggingConfigurations`.
        logged: bool,
        /// Derived: what it protects: ARNs of load balancers, distribution tenants and other resources, ids of distributions.
        protects: Vec<String>,
        /// Derived: whether it protects something, and its region (any region in scope CLOUDFRONT) has a relational database.
        guards_sql: bool,
        /// Derived: whether anything in it stops a request after all overrides: a rule that blocks or asks for a challenge or puzzle, or the default action, if Allow rules leave it something.
        stops_requests: bool,
        /// Derived: names of Allow rules that let whole countries, most requests or all of them past rules behind them that would stop some. Allow ends the evaluation.
        allows_before: Vec<String>,
        /// Derived: whether its default action blocks and its Allow rules admit the addresses of IP sets alone, or a rule blocks all addresses outside one; none of the sets is a large part of all addresses.
        admits_listed_only: bool,
        /// Derived: whether it stops SQL injection in queries or bodies of practically all requests.
        stops_sqli: bool,
        /// Derived: why rules that look for SQL injection don't stop it, in words; none where one does, or none looks for it.
        sqli_fault: Option<String>,
        /// Derived: its rate-based rules, those in rule groups included, as they work.
        rate_rules: Vec<RateRule>,
        /// Derived: its managed rule groups as they work.
        managed_groups: Vec<ManagedGroup>,
        /// Derived: false where nothing but AWS's managed groups looks for attacks. Absent where a vendor's rule group, or rules of the account's own that look into requests, may stop the same.
        similar_rules: bool,
    }
}
