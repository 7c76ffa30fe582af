//! Amazon EFS: file systems and where they can be mounted.

parts! {
    /// A place at which a file system can be mounted. Source: `elasticfilesystem:DescribeMountTargets`.
    MountTarget {
        /// Its id. `MountTargetId`.
        id: String,
        /// The subnet's id. `SubnetId`.
        subnet: String,
        /// The VPC's id. `VpcId`.
        vpc: String,
        /// The zone's name. `AvailabilityZoneName`.
        availability_zone: String,
        /// creating, available, updating, deleting, deleted or error. `LifeCycleState`.
        state: String,
    }
}

facts! {
    /// A file system. Source: `elasticfilesystem:DescribeFileSystems`.
    "efs.file_system" FileSystem {
        /// creating, available, updating, deleting, deleted or error. `LifeCycleState`.
        state: String,
        /// The one zone that holds its data; none where all zones of the region do. `AvailabilityZoneName`.
        availability_zone: Option<String>,
        /// Where it can be mounted.
        mount_targets: Vec<MountTarget>,
        /// Regions of file systems that it is replicated to or from. `Destinations[].Region` where `Status` is ENABLED, `SourceFileSystemRegion`. Source: `DescribeReplicationConfigurations`.
        replica_regions: Vec<String>,
        /// When it was made, RFC 3339. `CreationTime`.
        created_at: String,
        /// Derived: names of the zones of its VPC that Auto Scaling groups and ECS services may use, or in which nodes of EKS run, each once.
        compute_zones: Vec<String>,
        /// Derived: of those, the ones in which it has no available mount target.
        uncovered_zones: Vec<String>,
        /// Derived: the tag that says that what it holds can be lost; none without.
        disposable: Option<String>,
    }
}
