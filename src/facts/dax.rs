//! DynamoDB Accelerator, the cache in front of DynamoDB.

facts! {
    /// A cluster. Source: `dax:DescribeClusters`.
    "dax.cluster" Cluster {
        /// available, creating, … `Status`.
        status: String,
        /// Nodes in service. `ActiveNodes`.
        active_nodes: i64,
        /// The subnet group's name. `SubnetGroup`.
        subnet_group: Option<String>,
    }
}
