//! DynamoDB Accelerator, the cache in front of DynamoDB.

parts! {
    /// A node. `Nodes[]`.
    Node {
        /// Its id. `NodeId`.
        id: String,
        /// available, creating, rebooting, …; null where AWS does not say. `NodeStatus`.
        status: Option<String>,
        /// The zone's name; null where AWS does not say. `AvailabilityZone`.
        availability_zone: Option<String>,
    }
}

facts! {
    /// A cluster. Source: `dax:DescribeClusters`.
    "dax.cluster" Cluster {
        /// available, creating, … `Status`.
        status: String,
        /// Nodes in service. `ActiveNodes`.
        active_nodes: i64,
        /// Its nodes. `Nodes[]`.
        nodes: Vec<Node>,
        /// The node type, `dax.r5.large`. `NodeType`.
        node_type: String,
        /// The subnet group's name. `SubnetGroup`.
        subnet_group: Option<String>,
        /// Derived: whether nodes that serve are in two zones or more. Known as soon as two are.
        in_two_zones: bool,
    }
}
