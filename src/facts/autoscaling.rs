//! Amazon EC2 Auto Scaling: groups and their policies.

use super::measured::Measured;

parts! {
    /// A member. Source: `autoscaling:DescribeAutoScalingGroups`, `Instances[]`.
    Member {
        /// The instance's id. `InstanceId`.
        instance: String,
        /// The zone's name. `AvailabilityZone`.
        availability_zone: String,
        /// InService, Pending, Terminating, Standby, … `LifecycleState`.
        lifecycle_state: String,
        /// Healthy or Unhealthy. `HealthStatus`.
        health_status: String,
        /// Units of capacity that it counts for; null is one. `WeightedCapacity`.
        weight: Option<String>,
    }
}

parts! {
    /// A process that somebody suspended. `SuspendedProcesses[]`.
    SuspendedProcess {
        /// Launch, Terminate, HealthCheck, … `ProcessName`.
        name: String,
        /// Why and when. `SuspensionReason`.
        reason: String,
    }
}

facts! {
    /// An Auto Scaling group. Source: `autoscaling:DescribeAutoScalingGroups`.
    "autoscaling.group" Group {
        /// Fewest units of capacity. `MinSize`.
        min_size: i64,
        /// Most units of capacity. `MaxSize`.
        max_size: i64,
        /// Units of capacity wanted now. `DesiredCapacity`.
        desired_capacity: i64,
        /// Its subnets. `VPCZoneIdentifier`, split.
        subnets: Vec<String>,
        /// Its zones' names. `AvailabilityZones`.
        availability_zones: Vec<String>,
        /// ARNs of attached target groups. `TargetGroupARNs`, and `TrafficSources[]` of type elbv2.
        target_groups: Vec<String>,
        /// Names of attached Classic Load Balancers. `LoadBalancerNames`.
        classic_load_balancers: Vec<String>,
        /// Its instances. `Instances[]`.
        members: Vec<Member>,
        /// EC2, ELB, VPC_LATTICE, EBS. `HealthCheckType`, split.
        health_check_types: Vec<String>,
        /// Seconds before a new instance's health counts. `HealthCheckGracePeriod`.
        health_check_grace_period_seconds: i64,
        /// Suspended processes. `SuspendedProcesses[]`.
        suspended_processes: Vec<SuspendedProcess>,
        /// Group metrics that are switched on. `EnabledMetrics[].Metric`.
        enabled_metrics: Vec<String>,
        /// The placement group, if any. `PlacementGroup`.
        placement_group: Option<String>,
        /// When it was made, RFC 3339. `CreatedTime`.
        created_at: String,
        /// Derived: zone ids of its subnets, each once (zone names where it names no subnet).
        zones: Vec<String>,
        /// Derived: whether a target group or Classic Load Balancer is attached, or its health is checked by VPC Lattice.
        load_balanced: bool,
        /// Derived: names of the zones in which it has an InService instance, each once.
        in_service_zones: Vec<String>,
        /// Per cent of CPU over all its instances, the 99th percentile of two weeks. `AWS/EC2 CPUUtilization` by `AutoScalingGroupName`.
        cpu_percent_p99: Measured,
        /// Derived: per cent of CPU that `cpu_percent_p99` would be for the instances in service that are left when the zone with the most of them is lost; none where that leaves none.
        cpu_percent_after_zone_loss: Option<f64>,
        /// Derived: whether requests from the internet get to it: yes where the graph leads there from a public way in, no where nothing can that is not ruled out, in an account of which every list was read; absent between the two.
        on_request_path: bool,
        /// Derived: its enabled target-tracking, step and simple policies, by name.
        dynamic_policies: Vec<String>,
        /// Derived: metrics that its enabled target-tracking policies follow (`ASGAverageCPUUtilization`, `ALBRequestCountPerTarget`, "custom").
        tracked_metrics: Vec<String>,
    }
}

facts! {
    /// A scaling policy. Source: `autoscaling:DescribePolicies`.
    "autoscaling.policy" Policy {
        /// The group's name. `AutoScalingGroupName`.
        group: String,
        /// TargetTrackingScaling, StepScaling, SimpleScaling or PredictiveScaling. `PolicyType`.
        policy_type: String,
        /// Whether it is in force; none is in force. `Enabled`.
        enabled: Option<bool>,
        /// The predefined metric it tracks, or "custom"; none for other types. `TargetTrackingConfiguration`.
        tracked_metric: Option<String>,
        /// The value it holds the metric at; none for other types. `TargetTrackingConfiguration.TargetValue`.
        target_value: Option<f64>,
        /// Whether it never removes instances; none for other types. `TargetTrackingConfiguration.DisableScaleIn`.
        scale_in_disabled: Option<bool>,
    }
}
