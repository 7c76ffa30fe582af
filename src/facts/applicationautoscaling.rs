//! Application Auto Scaling: what scales DynamoDB, ECS, Aurora and ElastiCache.

facts! {
    /// A dimension that scales by itself. Source: `application-autoscaling:DescribeScalableTargets`, namespaces dynamodb, ecs and rds.
    "applicationautoscaling.target" ScalableTarget {
        /// ecs, dynamodb, rds, … `ServiceNamespace`.
        namespace: String,
        /// What scales, `table/orders/index/by-customer`, `service/shop/web`, `cluster:catalog`. `ResourceId`.
        resource: String,
        /// Which of its dimensions, `dynamodb:table:ReadCapacityUnits`. `ScalableDimension`.
        dimension: String,
        /// Fewest. `MinCapacity`.
        min_capacity: i64,
        /// Most. `MaxCapacity`.
        max_capacity: i64,
        /// Whether policies may not add for now. `SuspendedState.DynamicScalingOutSuspended`.
        scale_out_suspended: bool,
        /// Whether policies may not remove for now. `SuspendedState.DynamicScalingInSuspended`.
        scale_in_suspended: bool,
    }
}

facts! {
    /// A scaling policy. Source: `application-autoscaling:DescribeScalingPolicies`, namespace ecs.
    "applicationautoscaling.policy" Policy {
        /// ecs, dynamodb, rds, … `ServiceNamespace`.
        namespace: String,
        /// What it scales, `service/shop/web`. `ResourceId`.
        resource: String,
        /// Which of its dimensions, `ecs:service:DesiredCount`. `ScalableDimension`.
        dimension: String,
        /// TargetTrackingScaling, StepScaling or PredictiveScaling. `PolicyType`.
        policy_type: String,
        /// The predefined metric it tracks, or "custom"; none for other types. `TargetTrackingScalingPolicyConfiguration`.
        tracked_metric: Option<String>,
        /// The value it holds the metric at; none for other types. `TargetTrackingScalingPolicyConfiguration.TargetValue`.
        target_value: Option<f64>,
        /// Whether it never removes; none for other types. `TargetTrackingScalingPolicyConfiguration.DisableScaleIn`.
        scale_in_disabled: Option<bool>,
    }
}
