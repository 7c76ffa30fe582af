//! Amazon ECS: clusters, the services in them, and the task definitions that services use.

use super::measured::Measured;

parts! {
    /// A server that is registered in a cluster and takes tasks. Source: `ecs:DescribeContainerInstances`, those of status ACTIVE.
    Server {
        /// The zone's name. The attribute `ecs.availability-zone`.
        availability_zone: String,
        /// The EC2 instance's id, if AWS names it. `ec2InstanceId`.
        instance: Option<String>,
        /// The capacity provider that started it, if any. `capacityProviderName`.
        provider: Option<String>,
        /// Its attributes by name, without the capabilities of its agent. `attributes[]`.
        attributes: std::collections::BTreeMap<String, String>,
    }
}

facts! {
    /// A cluster. Source: `ecs:DescribeClusters`.
    "ecs.cluster" Cluster {
        /// ACTIVE, PROVISIONING, DEPROVISIONING, FAILED or INACTIVE. `status`.
        status: String,
        /// disabled, enabled or enhanced. `settings[]`, the one named containerInsights.
        container_insights: String,
        /// Services in it that are active. `activeServicesCount`.
        active_services: i64,
        /// Tasks in it that run. `runningTasksCount`.
        running_tasks: i64,
        /// Servers registered in it. `registeredContainerInstancesCount`.
        registered_instances: i64,
        /// Its capacity providers, by name: FARGATE, FARGATE_SPOT and its own. `capacityProviders`.
        capacity_providers: Vec<String>,
        /// Its active servers; those outside AWS, which are in no zone, are left out. `ecs:DescribeContainerInstances`.
        servers: Vec<Server>,
    }
}

parts! {
    /// A part of a service's tasks. `capacityProviderStrategy[]`.
    CapacityShare {
        /// FARGATE, FARGATE_SPOT or the name of an own provider. `capacityProvider`.
        provider: String,
        /// Its part of the tasks beyond all bases. `weight`.
        weight: i64,
        /// Tasks that it gets before weights count. `base`.
        base: i64,
    }
}

parts! {
    /// How tasks are placed on servers. `placementStrategy[]`.
    Placement {
        /// random, spread or binpack. `type`.
        strategy: String,
        /// What it spreads over or packs by, `attribute:ecs.availability-zone`; null for random. `field`.
        field: Option<String>,
    }
}

parts! {
    /// A condition on the servers that take a task. `placementConstraints[]`.
    PlacementConstraint {
        /// distinctInstance or memberOf. `type`.
        constraint: String,
        /// The expression of a memberOf constraint. `expression`.
        expression: Option<String>,
    }
}

facts! {
    /// A service. Source: `ecs:DescribeServices`.
    "ecs.service" Service {
        /// ACTIVE, DRAINING or INACTIVE. `status`.
        status: String,
        /// The cluster, by name. `clusterArn`, its end.
        cluster: String,
        /// REPLICA, or DAEMON for one task on every server. `schedulingStrategy`.
        scheduling: String,
        /// EC2, FARGATE, EXTERNAL or MANAGED_INSTANCES; none with capacity providers. `launchType`.
        launch_type: Option<String>,
        /// Its capacity providers, in their order. `capacityProviderStrategy[]`.
        capacity_providers: Vec<CapacityShare>,
        /// Tasks wanted. `desiredCount`.
        desired_count: i64,
        /// Tasks that run. `runningCount`.
        running_count: i64,
        /// The task definition's ARN; none while an external controller has made no primary task set. `taskDefinition`.
        task_definition: Option<String>,
        /// Its tasks' subnets; empty where tasks have no network interface of their own. `networkConfiguration.awsvpcConfiguration.subnets`.
        subnets: Vec<String>,
        /// Ids of its tasks' security groups; empty where the VPC's default one or the server's serve. `networkConfiguration.awsvpcConfiguration.securityGroups`.
        security_groups: Vec<String>,
        /// Whether its tasks get public IPv4 addresses; none where AWS does not say. `networkConfiguration.awsvpcConfiguration.assignPublicIp`.
        public_addresses: Option<bool>,
        /// ARNs of the target groups that its tasks register in, those of the other colour included. `loadBalancers[].targetGroupArn`, `loadBalancers[].advancedConfiguration.alternateTargetGroupArn`.
        target_groups: Vec<String>,
        /// Names of the Classic Load Balancers that its tasks register in. `loadBalancers[].loadBalancerName`.
        classic_load_balancers: Vec<String>,
        /// ARNs of the VPC Lattice target groups that its tasks register in. `deployments[].vpcLatticeConfigurations[].targetGroupArn`.
        lattice_target_groups: Vec<String>,
        /// How tasks are placed on servers, the first strategy first. `placementStrategy[]`.
        placement: Vec<Placement>,
        /// Conditions on the servers that take its tasks; those of the task definition count too. `placementConstraints[]`.
        placement_constraints: Vec<PlacementConstraint>,
        /// Whether tasks are moved until zones hold equally many; none where AWS does not say. `availabilityZoneRebalancing`.
        zone_rebalancing: Option<bool>,
        /// ECS, CODE_DEPLOY or EXTERNAL. `deploymentController.type`.
        deployment_controller: String,
        /// When it was made, RFC 3339. `createdAt`.
        created_at: String,
        /// Per cent of the CPU that its tasks reserve, the 99th percentile of two weeks. It can be above 100 on servers, whose CPU tasks may take beyond that. `AWS/ECS CPUUtilization` by `ClusterName` and `ServiceName`.
        cpu_percent_p99: Measured,
        /// Tasks that ran, the 95th percentile of two weeks. `AWS/ECS CPUUtilization`, of which each task gives one sample a minute.
        running_tasks_p95: Measured,
        /// Derived: whether its tasks run on Fargate, by its launch type or its capacity providers.
        on_fargate: bool,
        /// Derived: whether its tasks register in a target group, a Classic Load Balancer or VPC Lattice.
        load_balanced: bool,
        /// Derived: names of the zones that its tasks can be placed in, each once: those of its subnets and, unless Fargate runs it, those in which its cluster has a server that its capacity providers and placement constraints let it use.
        zones: Vec<String>,
        /// Derived: whether all its capacity is Spot, which AWS may take back at any time: FARGATE_SPOT alone, or servers of its capacity providers (or cluster) that are all Spot instances.
        all_spot: bool,
        /// Derived: fewest tasks that scaling leaves; none where nothing scales it.
        scaling_min: Option<i64>,
        /// Derived: most tasks that scaling makes; none where nothing scales it.
        scaling_max: Option<i64>,
        /// Derived: whether policies may add no tasks for now; none where nothing scales it.
        scale_out_suspended: Option<bool>,
        /// Derived: its policies that add tasks under load, by name: `adds_capacity` of `applicationautoscaling.policy`.
        scaling_policies: Vec<String>,
        /// Derived: whether requests from the internet get to it: yes where the graph leads there from a public way in, no where nothing can that is not ruled out, in an account of which every list was read; absent between the two.
        on_request_path: bool,
    }
}

parts! {
    /// A volume on the host that a container mounts. `containerDefinitions[].mountPoints[]`.
    HostMount {
        /// The container. `containerDefinitions[].name`.
        container: String,
        /// The volume. `volumes[].name`.
        volume: String,
        /// The path on the host; null for a Docker volume that outlives its tasks. `volumes[].host.sourcePath`.
        path: Option<String>,
        /// Whether the container may only read; AWS's default is that it may write. `mountPoints[].readOnly`.
        read_only: bool,
    }
}

facts! {
    /// A task definition that a service uses. Source: `ecs:DescribeTaskDefinition`. Environment, secrets and commands of its containers stay behind.
    "ecs.task_definition" TaskDefinition {
        /// The family's name. `family`.
        family: String,
        /// awsvpc, bridge, host or none (the word); none where it leaves the choice to the platform. `networkMode`.
        network_mode: Option<String>,
        /// CPU units of a whole task, 1024 to the vCPU; none where only its containers have some. `cpu`.
        cpu_units: Option<i64>,
        /// MiB of memory of a whole task; none where only its containers have some. `memory`.
        memory_mib: Option<i64>,
        /// What its containers mount from the host: a path of the host, or a local Docker volume of scope shared. `volumes[]`, `containerDefinitions[].mountPoints[]`.
        host_mounts: Vec<HostMount>,
        /// EFS file systems that it mounts. `volumes[].efsVolumeConfiguration.fileSystemId`.
        file_systems: Vec<String>,
        /// Conditions on the servers that take its tasks. `placementConstraints[]`.
        placement_constraints: Vec<PlacementConstraint>,
        /// Derived: active services that use it and keep a number of tasks, by name. Those that run one task on every server, or none at all, are left out.
        replica_services: Vec<String>,
    }
}
