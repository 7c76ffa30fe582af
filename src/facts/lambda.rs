//! AWS Lambda. Code and environment variables are never read into the snapshot.

facts! {
    /// A function. Source: `lambda:ListFunctions`.
    "lambda.function" Function {
        /// Pending, Active, Inactive or Failed; none where AWS does not say, as a rule, since its list leaves it out. `State`.
        state: Option<String>,
        /// Its subnets; empty for a function outside a VPC, which spans all zones. `VpcConfig.SubnetIds`.
        subnets: Vec<String>,
        /// Seconds that a run may take. `Timeout`.
        timeout_seconds: i64,
        /// Active or PassThrough; none where AWS does not say. `TracingConfig.Mode`.
        tracing_mode: Option<String>,
        /// The dead-letter target's ARN, if any. `DeadLetterConfig.TargetArn`.
        dead_letter_target: Option<String>,
        /// The function that it is an edge copy of, if any. `MasterArn`.
        edge_copy_of: Option<String>,
        /// Derived: zone ids of its subnets, each once.
        zones: Vec<String>,
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
    }
}
