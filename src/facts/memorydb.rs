//! Amazon MemoryDB.

use super::measured::Measured;

facts! {
    /// A cluster. Source: `memorydb:DescribeClusters`.
    "memorydb.cluster" Cluster {
        /// available, creating, … `Status`.
        status: String,
        /// redis or valkey. `Engine`; none where AWS does not say.
        engine: Option<String>,
        /// Whether it spans zones: multiaz or singleaz. `AvailabilityMode`.
        availability_mode: Option<String>,
        /// Days that automatic snapshots are kept; 0 where there are none. `SnapshotRetentionLimit`.
        snapshot_retention_days: i64,
        /// The multi-Region cluster that it is a part of; none without. `MultiRegionClusterName`.
        multi_region_cluster: Option<String>,
        /// The subnet group's name. `SubnetGroupName`.
        subnet_group: Option<String>,
        /// Ids of its security groups. `SecurityGroups[].SecurityGroupId`.
        security_groups: Vec<String>,
        /// The port that it answers on; none while creating. `ClusterEndpoint.Port`.
        port: Option<i64>,
        /// Clients that are connected to a node, the mean of a week. AWS itself holds some. `AWS/MemoryDB CurrConnections`.
        connections: Measured,
    }
}
