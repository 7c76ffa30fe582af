//! Application Auto Scaling: what scales DynamoDB, ECS, Aurora and ElastiCache.

facts! {
    /// A dimension that scales by itself. Source: `application-autoscaling:DescribeScalableTargets`, namespace dynamodb.
    "applicationautoscaling.target" ScalableTarget {
        /// ecs, dynamodb, rds, … `ServiceNamespace`.
        namespace: String,
        /// What scales, `table/orders/index/by-customer`. `ResourceId`.
        resource: String,
        /// Which of its dimensions, `dynamodb:table:ReadCapacityUnits`. `ScalableDimension`.
        dimension: String,
        /// Fewest. `MinCapacity`.
        min_capacity: i64,
        /// Most. `MaxCapacity`.
        max_capacity: i64,
    }
}
