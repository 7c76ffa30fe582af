//! Amazon API Gateway: stages of REST, HTTP and WebSocket APIs, usage plans, and a region's throttle.

use super::measured::Measured;

parts! {
    /// A limit on requests that a stage sets. `methodSettings` of a REST API, `defaultRouteSettings` and `routeSettings` of another.
    Limit {
        /// What it limits, `*/*` or `~1items/GET` of a REST API, a route's key of another; `*` for its default.
        path: String,
        /// Whether it holds for all methods or routes that have none of their own.
        is_default: bool,
        /// Requests a second; null where it sets none. `throttlingRateLimit`.
        rate: Option<f64>,
        /// Requests at once; null where it sets none. `throttlingBurstLimit`.
        burst: Option<i64>,
    }
}

parts! {
    /// What an API hands requests to.
    Integration {
        /// AWS, AWS_PROXY, HTTP or HTTP_PROXY. `integrationType`, `type`.
        integration_type: String,
        /// The ARN of a function (without version or alias), of a load balancer or its listener, or of a Cloud Map service; the host name of an HTTP endpoint; `service:sqs` for another AWS service; null where a variable of the stage decides. `integrationUri`, `uri`, `integrationTarget`; of a VPC link `targetArns`.
        target: Option<String>,
    }
}

parts! {
    /// A stage that a usage plan covers. `apiStages[]`.
    PlanStage {
        /// The API's id. `apiId`.
        api: String,
        /// The stage's name. `stage`.
        stage: String,
    }
}

parts! {
    /// What the metrics of an API with a stage go by.
    Metered {
        /// ApiName for a REST API, ApiId for another.
        dimension: String,
        /// The dimension's value.
        value: String,
        /// Count, or MessageCount and ConnectCount of a WebSocket API.
        metric: String,
    }
}

facts! {
    /// A stage of an API, by `api/stage`. Source: `apigateway:GetRestApis` and `GetStages`, or `GetApis` and `GetStages` of version 2.
    "apigateway.stage" Stage {
        /// The API's id. `id`, `ApiId`.
        api: String,
        /// The API's name. `name`.
        api_name: String,
        /// REST, HTTP or WEBSOCKET. `ProtocolType`.
        api_type: String,
        /// The stage's name. `stageName`.
        stage: String,
        /// EDGE, REGIONAL or PRIVATE. `endpointConfiguration.types`; HTTP and WebSocket APIs are always REGIONAL.
        endpoint_types: Vec<String>,
        /// The host name of the API's own endpoint, in lower case. `ApiEndpoint`, or made of the id and the region.
        domain: String,
        /// Condition keys of the API's resource policy, each once, in lower case; none without a policy. `policy`.
        policy_conditions: Option<Vec<String>>,
        /// ARN of the web ACL on it, if any; HTTP and WebSocket APIs can't have one. `webAclArn`.
        web_acl: Option<String>,
        /// Whether it traces its requests with AWS X-Ray; none for HTTP and WebSocket APIs, which can't. `tracingEnabled`.
        tracing: Option<bool>,
        /// When the stage was made (RFC 3339). `createdDate`.
        created_at: String,
        /// The limits that it sets. Absent where AWS's answer can't be told from one that says nothing.
        limits: Vec<Limit>,
        /// What its API hands requests to, each once; answers that the API makes up itself are left out. Source: `GetIntegrations`, or `GetResources` and `GetVpcLinks`.
        integrations: Vec<Integration>,
        /// Whether another REST API of the region has the same name: then the metrics of both are one. False of HTTP and WebSocket APIs, whose metrics go by id.
        shares_metrics: bool,
        /// Requests in 7 days (messages and connections of a WebSocket API). `AWS/ApiGateway` `Count`, `MessageCount`, `ConnectCount`.
        requests: Measured,
        /// Most requests in a minute (messages and connections of a WebSocket API), in 7 days. The same metrics.
        requests_per_minute_max: Measured,
        /// Share of requests that were answered with a server error in 7 days, 0 to 1; none of a WebSocket API. Unread under 1,000 requests. `5XXError`, `5xx` and `Count`.
        server_error_share: Option<Measured>,
        /// The largest share of server errors that lasted three minutes in 7 days, 0 to 1; minutes with fewer than 10 requests count as none. `5XXError`, `5xx` and `Count`.
        server_error_share_sustained: Option<Measured>,
        /// Milliseconds that the 90th percentile of the latency stayed below while 95 % of the requests came, in 7 days; none of a WebSocket API. `Latency`.
        latency_milliseconds_p90: Option<Measured>,
        /// Derived: APIs in the region that have a stage.
        apis_in_region: i64,
        /// Derived: requests a second that the region's throttle lets through to all APIs together.
        account_rate: f64,
        /// Derived: ids of the usage plans with a rate that cover it. They limit callers with a key, each for itself.
        usage_plans: Vec<String>,
        /// Derived: whether it keeps all of its methods or routes below the region's throttle. Absent where only some of them, or callers with a key, are limited: what the others do is not read.
        limits_requests: bool,
        /// Derived: enabled distributions that use its API as an origin, by id. Absent where none was found, but an origin's name leaves the account's public records.
        distributions: Vec<String>,
        /// Derived: of those, the ones without a WAFv2 web ACL. Absent where a distribution without one only may use it.
        distributions_without_web_acl: Vec<String>,
        /// Derived: whether each of those distributions sends an API key (`x-api-key`) along; false where there is none.
        distributions_send_key: bool,
    }
}

facts! {
    /// A usage plan. Source: `apigateway:GetUsagePlans`.
    "apigateway.usage_plan" UsagePlan {
        /// Its name. `name`.
        plan_name: String,
        /// Requests a second of each caller with a key; none where it sets none. `throttle.rateLimit`.
        rate_limit: Option<f64>,
        /// The stages that it covers. `apiStages`.
        stages: Vec<PlanStage>,
    }
}

facts! {
    /// A region's throttle for all APIs together. Source: `apigateway:GetAccount`.
    "apigateway.account" Account {
        /// Requests a second. `throttleSettings.rateLimit`.
        rate_limit: f64,
        /// Requests at once. `throttleSettings.burstLimit`.
        burst_limit: i64,
        /// What the metrics of its APIs go by, each once. Source: `GetStages`.
        metered: Vec<Metered>,
        /// When the oldest stage of the region was made (RFC 3339); none without a stage. Source: `GetStages`.
        oldest_stage_at: Option<String>,
        /// The busiest minute of 14 days, in requests a second, over all APIs; none without a stage. `Count`, `MessageCount`, `ConnectCount`.
        peak_requests_per_second: Option<Measured>,
    }
}

facts! {
    /// A custom domain name of APIs. Source: `apigateway:GetDomainNames` of version 2, which lists those of REST APIs too.
    "apigateway.domain_name" DomainName {
        /// The name, in lower case. `DomainName`.
        domain: String,
        /// The names that AWS gave it, to which records lead, in lower case. `DomainNameConfigurations[].ApiGatewayDomainName`.
        targets: Vec<String>,
        /// The stages that it leads to, as `api/stage`. Source: `GetApiMappings`.
        stages: Vec<String>,
    }
}
