//! Amazon MemoryDB.

use super::measured::Measured;

parts! {
    /// A node of a shard. `Shards[].Nodes[]`.
    Node {
        /// Its name. `Name`.
        name: String,
        /// available, creating, …; null where AWS does not say. `Status`.
        status: Option<String>,
        /// The zone's name; null where AWS does not say. `AvailabilityZone`.
        availability_zone: Option<String>,
    }
}

parts! {
    /// A shard. `Shards[]`.
    Shard {
        /// Its name. `Name`.
        name: String,
        /// Its nodes, the primary among them.
        nodes: Vec<Node>,
    }
}

facts! {
    /// A cluster. Source: `memorydb:DescribeClusters`.
    "memorydb.cluster" Cluster {
        /// available, creating, … `Status`.
        status: String,
        /// redis or valkey. `Engine`; none where AWS does not say.
        engine: Option<String>,
        /// multiaz or singleaz: whether it is set up to span zones; none where AWS does not say. `AvailabilityMode`.
        availability_mode: Option<String>,
        /// Days that automatic snapshots are kept; 0 where there are none. `SnapshotRetentionLimit`.
        snapshot_retention_days: i64,
        /// The multi-Region cluster that it is a part of; none without. `MultiRegionClusterName`.
        multi_region_cluster: Option<String>,
        /// Its shards. `Shards[]`.
        shards: Vec<Shard>,
        /// The node type, `db.r7g.large`. `NodeType`.
        node_type: String,
        /// The subnet group's name. `SubnetGroupName`.
        subnet_group: Option<String>,
        /// Ids of its security groups. `SecurityGroups[].SecurityGroupId`.
        security_groups: Vec<String>,
        /// The port that it answers on; none while creating. `ClusterEndpoint.Port`.
        port: Option<i64>,
        /// Clients that are connected to a node, the mean of a week. AWS itself holds some. `AWS/MemoryDB CurrConnections`.
        connections: Measured,
        /// Derived: shards whose nodes that serve are all in one zone. Unread where a node's zone or state leaves that open, and where AWS calls the cluster Multi-AZ all the same.
        single_zone_shards: Vec<String>,
    }
}
