//! AWS App Runner: services.

facts! {
    /// A service, by its name. Source: `apprunner:ListServices`.
    "apprunner.service" Service {
        /// RUNNING, PAUSED, CREATE_FAILED, DELETED, OPERATION_IN_PROGRESS, … `Status`.
        status: String,
        /// Its host name, in lower case; none for a private service that AWS gave none. `ServiceUrl`.
        domain: Option<String>,
        /// Whether the internet gets in; a private service answers in a VPC only. `NetworkConfiguration.IngressConfiguration.IsPubliclyAccessible`. Source: `DescribeService`.
        publicly_accessible: bool,
        /// ARN of the web ACL on it, if any. Source: `wafv2:GetWebACLForResource`.
        web_acl: Option<String>,
    }
}
