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
    /// A process that is suspended. `SuspendedProcesses[]`.
    SuspendedProcess {
        /// Launch, Terminate, HealthCheck, … `ProcessName`.
        name: String,
        /// Why and when. `SuspensionReason`.
        reason: String,
    }
}

parts! {
    /// A version of a launch template. `LaunchTemplateSpecification`.
    TemplateVersion {
        /// The template's id. `LaunchTemplateId`.
        template: String,
        /// A number, `$Latest` or `$Default`. `Version`.
        version: String,
    }
}

parts! {
    /// A choice among those that a group with a mixed-instances policy launches. `MixedInstancesPolicy.LaunchTemplate.Overrides[]`.
    LaunchChoice {
        /// The instance type, `m7g.large`; null where requirements choose it, or the template. `InstanceType`.
        instance_type: Option<String>,
        /// Whether requirements of CPU and memory choose the type. `InstanceRequirements`.
        by_requirements: bool,
        /// Units of capacity that an instance counts for; null is one. `WeightedCapacity`.
        weight: Option<String>,
        /// A template of its own, if any. `LaunchTemplateSpecification`.
        template: Option<TemplateVersion>,
        /// An image of its own, if any. `ImageId`.
        image: Option<String>,
    }
}

parts! {
    /// A launch that failed. Source: `autoscaling:DescribeScalingActivities`, `Activities[]` of status Failed.
    FailedLaunch {
        /// When it began, RFC 3339. `StartTime`.
        at: String,
        /// What it failed for, told from AWS's words: quota, capacity, spot-capacity, addresses, image, subnet, permission or other. `StatusMessage`.
        cause: String,
        /// Whether a launch of the group succeeded later.
        followed_by_success: bool,
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
        /// What it launches, if from a template. `LaunchTemplate`, `MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification`.
        launch_template: Option<TemplateVersion>,
        /// The launch configuration's name, if it launches from one. `LaunchConfigurationName`.
        launch_configuration: Option<String>,
        /// The choices of its mixed-instances policy; empty without one. `MixedInstancesPolicy.LaunchTemplate.Overrides[]`.
        launch_choices: Vec<LaunchChoice>,
        /// Units of capacity that are on demand before Spot begins; none without a mixed-instances policy. `MixedInstancesPolicy.InstancesDistribution.OnDemandBaseCapacity`.
        on_demand_base: Option<i64>,
        /// Per cent of the other units that are on demand; none without a mixed-instances policy. `MixedInstancesPolicy.InstancesDistribution.OnDemandPercentageAboveBaseCapacity`.
        on_demand_percent: Option<i64>,
        /// The placement group, if any. `PlacementGroup`.
        placement_group: Option<String>,
        /// Seconds until a new instance counts as warmed up; none where it was not said. `DefaultInstanceWarmup`.
        default_instance_warmup_seconds: Option<i64>,
        /// How the instances of its warm pool wait, Stopped, Running or Hibernated; none without a pool, or with one that is being deleted. `WarmPoolConfiguration.PoolState`.
        warm_pool: Option<String>,
        /// When it was made, RFC 3339. `CreatedTime`.
        created_at: String,
        /// Highest per cent of CPU that its instances together used for 15 minutes in a row. CloudWatch `AWS/EC2` `CPUUtilization` by `AutoScalingGroupName`.
        sustained_cpu_percent: Measured,
        /// The same, of the time in which it wanted its maximum (that of today) alone; 0 where it never did. CloudWatch `AWS/EC2` `CPUUtilization` and `AWS/AutoScaling` `GroupDesiredCapacity`.
        sustained_cpu_percent_at_max: Measured,
        /// Most units of capacity that it wanted; none where that group metric is off. CloudWatch `AWS/AutoScaling` `GroupDesiredCapacity`.
        desired_capacity_max: Option<Measured>,
        /// How many times the capacity of its quiet hour of the day it wants in its busy one, by an up and down that at least five of seven days share; a capacity below 1 counts as 1. CloudWatch `AWS/AutoScaling` `GroupDesiredCapacity`.
        daily_swing: Measured,
        /// Per cent of CPU in its quietest hour of the day. CloudWatch `AWS/EC2` `CPUUtilization` by `AutoScalingGroupName`.
        quiet_hour_cpu_percent: Measured,
        /// Capacity wanted in the quietest hour of the day, as a share of the busiest, 0 to 1. CloudWatch `AWS/AutoScaling` `GroupDesiredCapacity`.
        quiet_hour_desired_share: Measured,
        /// Requests in the quietest hour of the day, as a share of the busiest, 0 to 1; none without a target group. CloudWatch `AWS/ApplicationELB` `RequestCountPerTarget`.
        quiet_hour_requests_share: Option<Measured>,
        /// Its instances in service, the 95th percentile; unread where that group metric is off. CloudWatch `AWS/AutoScaling` `GroupInServiceInstances`.
        in_service_p95: Measured,
        /// Derived: zone ids of its subnets, each once (zone names where it names no subnet).
        zones: Vec<String>,
        /// Derived: whether all its capacity is Spot, which AWS may take back at any time: by its launch template or configuration, or by a mixed-instances policy with nothing on demand.
        all_spot: bool,
        /// Derived: other groups, by name, that serve the same purpose and may launch instances: those in every target group and Classic Load Balancer that it is in; of a group in none, those with the same launch template, or with servers in the same ECS cluster.
        peers: Vec<String>,
        /// Derived: zone ids of its subnets and of its peers'.
        zones_with_peers: Vec<String>,
        /// Derived: names of the zones in which it or a peer has an InService instance.
        in_service_zones_with_peers: Vec<String>,
        /// Derived: its minimum and its peers', added up.
        min_size_with_peers: i64,
        /// Derived: whether all capacity of it and its peers is Spot.
        all_spot_with_peers: bool,
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
        /// Derived: its policies that add instances under load, by name: enabled, and tracking a metric by alarms that act, or with a step up that an existing alarm with enabled actions sets off. None while AlarmNotification or Launch is suspended.
        dynamic_policies: Vec<String>,
        /// Derived: metrics that its enabled target-tracking policies follow (`ASGAverageCPUUtilization`, `ALBRequestCountPerTarget`, "custom").
        tracked_metrics: Vec<String>,
        /// Derived: its enabled policies that follow the CPU of instances: those that track `ASGAverageCPUUtilization`, and step and simple ones whose alarm watches `AWS/EC2` `CPUUtilization`, by name.
        cpu_policies: Vec<String>,
        /// Derived: its members in service whose detailed (one-minute) monitoring is off.
        members_without_detailed_monitoring: Vec<String>,
        /// Derived: what raises its capacity ahead of the load: enabled predictive policies that scale and scheduled actions that recur, by name, and "warm pool". Scheduled actions count while the process ScheduledActions runs, and nothing does while Launch is suspended.
        anticipation: Vec<String>,
        /// Derived: its scheduled actions that are not over, by name.
        scheduled_actions: Vec<String>,
        /// Derived: what it launches from and into that is not there: template versions, a launch configuration, images (gone, or not available), subnets, target groups. An image that a Systems Manager parameter names leaves it absent.
        missing_launch_parts: Vec<String>,
        /// Derived: launches that began in the 14 days before the scan, failed ones among them.
        launches: i64,
        /// Derived: of these, those that failed, the last first.
        failed_launches: Vec<FailedLaunch>,
    }
}

facts! {
    /// A launch configuration that a group uses. Source: `autoscaling:DescribeLaunchConfigurations`. User data stays behind.
    "autoscaling.launch_configuration" LaunchConfiguration {
        /// The image's id. `ImageId`.
        image: String,
        /// The instance type, `m5.large`. `InstanceType`.
        instance_type: String,
        /// Whether it launches Spot instances. `SpotPrice`.
        spot: bool,
    }
}

facts! {
    /// The launches of a group in the 14 days before the scan; groups that launched nothing have none. Source: `autoscaling:DescribeScalingActivities`, by `AutoScalingGroupName`.
    "autoscaling.launch_history" LaunchHistory {
        /// How many began. `Activities[]` whose `Description` begins with Launching.
        launches: i64,
        /// Those that failed, the last first.
        failed: Vec<FailedLaunch>,
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
        /// ForecastOnly or ForecastAndScale; none for other types. `PredictiveScalingConfiguration.Mode`.
        predictive_mode: Option<String>,
        /// Names of the alarms that it answers to. `Alarms[].AlarmName`.
        alarms: Vec<String>,
        /// ChangeInCapacity, PercentChangeInCapacity or ExactCapacity; none for other types than step and simple. `AdjustmentType`.
        adjustment_type: Option<String>,
        /// By how much it changes the capacity, or to what it sets it; empty for types that reckon it themselves.
        /// `ScalingAdjustment`, `StepAdjustments[].ScalingAdjustment`.
        adjustments: Vec<i64>,
    }
}

facts! {
    /// A change of a group's size at a set time. Source: `autoscaling:DescribeScheduledActions`.
    "autoscaling.scheduled_action" ScheduledAction {
        /// The group's name. `AutoScalingGroupName`.
        group: String,
        /// When it recurs, in cron's words; none for one that happens once. `Recurrence`.
        recurrence: Option<String>,
        /// When it recurs no more, RFC 3339; none where it goes on. `EndTime`.
        ends_at: Option<String>,
        /// The minimum that it sets, if any. `MinSize`.
        min_size: Option<i64>,
        /// The maximum that it sets, if any. `MaxSize`.
        max_size: Option<i64>,
        /// The capacity that it sets, if any. `DesiredCapacity`.
        desired_capacity: Option<i64>,
    }
}
