//! Amazon Cognito: user pools.

facts! {
    /// A user pool, by its id. Source: `cognito-idp:ListUserPools`.
    "cognito.user_pool" UserPool {
        /// Its name. `Name`.
        pool_name: String,
        /// ARN of the web ACL on it, if any. Source: `wafv2:GetWebACLForResource`.
        web_acl: Option<String>,
    }
}
