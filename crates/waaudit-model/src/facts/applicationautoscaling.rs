//! Application Auto Scaling: scalable targets and their policies, of every service that it scales.

facts! {
    /// A scalable target: one dimension of a resource with its bounds. Source: `application-autoscaling:DescribeScalableTargets`, every namespace.
    "applicationautoscaling.target" ScalableTarget {
        /// ecs, dynamodb, rds, lambda, … `ServiceNamespace`.
        namespace: String,
        /// What scales, `table/orders/index/by-customer`, `service/shop/web`, `cluster:catalog`. `ResourceId`.
        resource: String,
        /// Which of its dimensions, `dynamodb:table:ReadCapacityUnits`. `ScalableDimension`.
        dimension: String,
        /// Minimum capacity. `MinCapacity`.
        min_capacity: i64,
        /// Maximum capacity. `MaxCapacity`.
        max_capacity: i64,
        /// Whether scaling policies may not add capacity for now; false where AWS sends no `SuspendedState`. `SuspendedState.DynamicScalingOutSuspended`.
        scale_out_suspended: bool,
        /// Whether scaling policies may not remove capacity for now. `SuspendedState.DynamicScalingInSuspended`.
        scale_in_suspended: bool,
        /// Whether scheduled actions do nothing for now. `SuspendedState.ScheduledScalingSuspended`.
        schedules_suspended: bool,
        /// Schedules of its scheduled actions: cron(…), rate(…), or at(…) for one that happens once. `Schedule`. Source: `application-autoscaling:DescribeScheduledActions`.
        schedules: Vec<String>,
        /// Derived: names of its scaling policies that add capacity under load: see `adds_capacity` of a policy.
        adding_policies: Vec<String>,
        /// Derived: whether capacity is added under load: its maximum is above its minimum, scaling out is not suspended, and a policy adds capacity.
        adds_capacity: bool,
    }
}

facts! {
    /// A scaling policy. Source: `application-autoscaling:DescribeScalingPolicies`, every namespace.
    "applicationautoscaling.policy" Policy {
        /// ecs, dynamodb, rds, lambda, … `ServiceNamespace`.
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
        /// Whether it never removes capacity; none for other types. `TargetTrackingScalingPolicyConfiguration.DisableScaleIn`.
        scale_in_disabled: Option<bool>,
        /// Names of the alarms that set it off. `Alarms[].AlarmName`.
        alarms: Vec<String>,
        /// ChangeInCapacity, PercentChangeInCapacity or ExactCapacity; none for other types. `StepScalingPolicyConfiguration.AdjustmentType`.
        adjustment_type: Option<String>,
        /// By how much its steps change the capacity, or to what they set it; empty for other types. `StepScalingPolicyConfiguration.StepAdjustments[].ScalingAdjustment`.
        adjustments: Vec<i64>,
        /// Derived: whether it adds capacity under load: it tracks a metric and its alarms act, or it has a step up that an existing alarm with enabled actions sets off. Predictive policies follow a forecast, not the load.
        adds_capacity: bool,
    }
}
