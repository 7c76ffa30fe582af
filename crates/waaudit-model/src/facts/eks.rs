//! Amazon EKS: clusters and their managed node groups.

facts! {
    /// A cluster. Source: `eks:DescribeCluster`.
    "eks.cluster" Cluster {
        /// CREATING, ACTIVE, DELETING, FAILED, UPDATING or PENDING. `status`.
        status: String,
        /// The VPC's id. `resourcesVpcConfig.vpcId`.
        vpc: String,
        /// Subnets of its control plane. `resourcesVpcConfig.subnetIds`.
        subnets: Vec<String>,
        /// Whether EKS Auto Mode runs its nodes; none where the cluster was never asked. `computeConfig.enabled`.
        auto_mode: Option<bool>,
        /// Whether its control plane is on an Outpost. `outpostConfig`.
        on_outpost: bool,
        /// When it was made, RFC 3339. `createdAt`.
        created_at: String,
        /// Derived: its managed node groups, by name.
        node_groups: Vec<String>,
        /// Derived: names of the zones of the subnets of those that want a node, each once.
        node_group_zones: Vec<String>,
        /// Derived: running instances that are its nodes by their tags (`eks:cluster-name`, `eks:eks-cluster-name`, `aws:eks:cluster-name`, `kubernetes.io/cluster/NAME`).
        running_nodes: i64,
        /// Derived: names of the zones in which these run, each once.
        node_zones: Vec<String>,
        /// Derived: of these, the ones that Karpenter started by their tags (`karpenter.sh/nodepool`, before version 1 `karpenter.sh/provisioner-name`).
        karpenter_nodes: i64,
        /// Derived: of these, the Spot instances, which AWS may take back at any time.
        spot_nodes: i64,
        /// Derived: its Auto Scaling groups that are tagged for the Cluster Autoscaler (`k8s.io/cluster-autoscaler/enabled`) and whose maximum is above their minimum, by name.
        autoscaled_groups: Vec<String>,
    }
}

facts! {
    /// A managed node group. Source: `eks:DescribeNodegroup`.
    "eks.nodegroup" NodeGroup {
        /// The cluster, by name. `clusterName`.
        cluster: String,
        /// CREATING, ACTIVE, UPDATING, DELETING, CREATE_FAILED, DELETE_FAILED or DEGRADED. `status`.
        status: String,
        /// Its subnets. `subnets`.
        subnets: Vec<String>,
        /// Fewest nodes. `scalingConfig.minSize`.
        min_size: i64,
        /// Most nodes. `scalingConfig.maxSize`.
        max_size: i64,
        /// Nodes wanted now. `scalingConfig.desiredSize`.
        desired_size: i64,
        /// Its Auto Scaling groups, by name. `resources.autoScalingGroups[].name`.
        auto_scaling_groups: Vec<String>,
    }
}
