//! What an application is made of and that can fail without a sound: balancers, databases, caches and the like. Derived.

facts! {
    /// An Application Load Balancer, an RDS instance, a cache node, a DynamoDB table, a Lambda function, a queue that is no
    /// dead-letter queue, or a public NAT gateway, with the alarms that watch it. It bears the ARN, id and tags of what it is.
    "component" Component {
        /// Its kind: elb.load_balancer, rds.db_instance, elasticache.cluster, dynamodb.table, lambda.function, sqs.queue or ec2.nat_gateway.
        component_kind: String,
        /// The namespace of its metrics, `AWS/RDS`.
        namespace: String,
        /// What it is called in their dimensions: its id, or `app/web/50dc6c495c0c9188` of a load balancer.
        dimension_value: String,
        /// What its core alarms watch, in words: "5xx answers", "latency", …
        core_signals: Vec<String>,
        /// Of those, the ones that no alarm watches which notifies and can go off when the signal means trouble: neither on it, nor on its cluster or group, nor on all of its kind.
        unwatched_signals: Vec<String>,
        /// How soon users miss it, counted from 1: load balancers, databases, caches, tables, queues, NAT gateways, functions, and last those that only help a stack.
        importance: i64,
        /// Whether it is a function that serves CloudFormation and no requests, by its name.
        stack_helper: bool,
    }
}
