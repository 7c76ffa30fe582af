//! Amazon Redshift: provisioned data warehouses.

facts! {
    /// A provisioned cluster. Source: `redshift:DescribeClusters`.
    "redshift.cluster" Cluster {
        /// available, creating, paused, resizing, … `ClusterStatus`.
        status: String,
        /// The type of its nodes, `ra3.large`. `NodeType`.
        node_type: String,
        /// Its nodes. `NumberOfNodes`.
        nodes: i64,
        /// The zone of its nodes; the first one of a Multi-AZ cluster; none while it is being made. `AvailabilityZone`.
        availability_zone: Option<String>,
        /// Whether it runs in two zones at once. `MultiAZ` is Enabled.
        multi_az: bool,
        /// Whether AWS may move it to another zone. `AvailabilityZoneRelocationStatus` is enabled.
        relocation: bool,
        /// Days that automated snapshots are kept; 0 where there are none. `AutomatedSnapshotRetentionPeriod`.
        snapshot_retention_days: i64,
        /// The region that its snapshots are copied to; none without. `ClusterSnapshotCopyStatus.DestinationRegion`.
        snapshots_copied_to: Option<String>,
        /// When it was made, RFC 3339. `ClusterCreateTime`.
        created_at: String,
    }
}
