//! AWS AppSync: GraphQL and event APIs.

facts! {
    /// An API, by its id. Source: `appsync:ListGraphqlApis` and `ListApis`.
    "appsync.api" Api {
        /// GRAPHQL, MERGED or EVENT; none where AWS does not say. `apiType`; EVENT for what `ListApis` names.
        api_type: Option<String>,
        /// GLOBAL or PRIVATE; none where AWS does not say. `visibility`; event APIs are always GLOBAL.
        visibility: Option<String>,
        /// How callers prove who they are: API_KEY, AWS_IAM, AMAZON_COGNITO_USER_POOLS, OPENID_CONNECT, AWS_LAMBDA. `authenticationType`, `additionalAuthenticationProviders`. Absent for event APIs.
        authentication: Vec<String>,
        /// The host name of its endpoint, in lower case; none where AWS does not say. `dns`, `uris`.
        domain: Option<String>,
        /// ARN of the web ACL on it, if any. `wafWebAclArn`.
        web_acl: Option<String>,
        /// ARNs of the functions that it calls, without version or alias. `dataSources[].lambdaConfig.lambdaFunctionArn`. Source: `ListDataSources`; empty for event APIs, whose handlers are not read.
        functions: Vec<String>,
    }
}
