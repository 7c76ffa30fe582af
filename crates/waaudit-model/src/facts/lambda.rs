//! AWS Lambda. Code and environment variables are never read into the snapshot.

use super::measured::Measured;

facts! {
    /// A function. Source: `lambda:ListFunctions`.
    "lambda.function" Function {
        /// Pending, Active, Inactive or Failed; none where AWS does not say, which is usual, since its list leaves it out. `State`.
        state: Option<String>,
        /// Its subnets; empty for a function outside a VPC, which spans all zones. `VpcConfig.SubnetIds`.
        subnets: Vec<String>,
        /// Ids of its security groups; empty for a function outside a VPC. `VpcConfig.SecurityGroupIds`.
        security_groups: Vec<String>,
        /// Seconds that a run may take. `Timeout`.
        timeout_seconds: i64,
        /// Active or PassThrough; none where AWS does not say. `TracingConfig.Mode`.
        tracing_mode: Option<String>,
        /// The dead-letter target's ARN, if any. `DeadLetterConfig.TargetArn`.
        dead_letter_target: Option<String>,
        /// The function that it is an edge copy of, if any. `MasterArn`.
        edge_copy_of: Option<String>,
        /// Runs in a week, throttled ones not counted. `AWS/Lambda Invocations`.
        invocations: Measured,
        /// Calls that were throttled, in a week. `AWS/Lambda Throttles`.
        throttles: Measured,
        /// Events that were queued for it in two weeks, to run when it can. `AWS/Lambda AsyncEventsReceived`.
        async_events: Measured,
        /// Of those, events that were given up. `AWS/Lambda AsyncEventsDropped`.
        async_events_dropped: Measured,
        /// Derived: zone ids of its subnets, each once.
        zones: Vec<String>,
        /// Derived: where events go that were given up, of any version or alias, each once. Absent for an edge copy, which is not asked.
        failure_destinations: Vec<String>,
        /// Derived: whether its name says that it serves CloudFormation, as a custom resource or in a deployment, and no requests.
        stack_helper: bool,
    }
}

facts! {
    /// A URL at which a function answers the internet, by the function's name, and its alias if it has one. Source: `lambda:ListFunctionUrlConfigs`, for each function.
    "lambda.function_url" FunctionUrl {
        /// The function's ARN, without version or alias. `FunctionArn`.
        function: String,
        /// Its host name, in lower case. `FunctionUrl`.
        domain: String,
        /// NONE for any client, AWS_IAM for signed requests only. `AuthType`.
        auth_type: String,
        /// Derived: enabled distributions that use it as an origin, by id.
        distributions: Vec<String>,
    }
}

parts! {
    /// What becomes of events that a version or alias can't work off. `FunctionEventInvokeConfigs[]`.
    AsyncConfiguration {
        /// The version or alias, `$LATEST` for the function itself. `FunctionArn`.
        qualifier: String,
        /// Where they go; null for nowhere. `DestinationConfig.OnFailure.Destination`.
        on_failure: Option<String>,
    }
}

facts! {
    /// How a function's queued events are handled. One for each function, edge copies aside. Source: `lambda:ListFunctionEventInvokeConfigs`.
    "lambda.async_config" AsyncConfig {
        /// The function's ARN.
        function: String,
        /// What was set, by version or alias; empty where everything is as Lambda has it by default.
        configurations: Vec<AsyncConfiguration>,
    }
}

facts! {
    /// How often a function in a VPC may run at once. Source: `lambda:GetFunctionConcurrency`, for each function in a VPC.
    "lambda.concurrency" Concurrency {
        /// Runs at once that are kept for it, which is also its most; none where it shares those of its region. `ReservedConcurrentExecutions`.
        reserved: Option<i64>,
    }
}

facts! {
    /// A poller that feeds a function. Source: `lambda:ListEventSourceMappings`.
    "lambda.event_source_mapping" EventSourceMapping {
        /// What it polls. `EventSourceArn`; none for self-managed Kafka.
        source: Option<String>,
        /// The function's ARN, without version or alias. `FunctionArn`.
        function: String,
        /// Enabled, Disabled, … `State`.
        state: String,
        /// Seconds that it gathers a batch. `MaximumBatchingWindowInSeconds`.
        batching_window_seconds: i64,
        /// Whether failed items of a batch are reported one by one. `FunctionResponseTypes`.
        reports_batch_item_failures: bool,
        /// Where records of a stream go that could not be processed, if anywhere. `DestinationConfig.OnFailure.Destination`.
        failure_destination: Option<String>,
    }
}

facts! {
    /// Lambda's limits in a region. Source: `lambda:GetAccountSettings`.
    "lambda.settings" Settings {
        /// Runs at once, all functions together. `AccountLimit.ConcurrentExecutions`.
        concurrency_limit: i64,
        /// Of those, not reserved for some function. `AccountLimit.UnreservedConcurrentExecutions`.
        unreserved_concurrency: i64,
        /// Functions in the region. `AccountUsage.FunctionCount`.
        function_count: i64,
        /// Most of it that was claimed at once, by runs and by what is reserved or provisioned for single functions; none without functions. CloudWatch `AWS/Lambda` `ClaimedAccountConcurrency` and `ConcurrentExecutions`, without dimensions.
        claimed_concurrency_max: Option<Measured>,
    }
}
