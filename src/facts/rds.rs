//! Amazon RDS and Aurora, and with them DocumentDB and Neptune, which answer the same calls.

use super::measured::Measured;

facts! {
    /// A database instance. Source: `rds:DescribeDBInstances`.
    "rds.db_instance" DbInstance {
        /// available, stopped, creating, modifying, … `DBInstanceStatus`.
        status: String,
        /// mysql, postgres, aurora-mysql, docdb, neptune, sqlserver-se, … `Engine`.
        engine: String,
        /// The class, `db.r7g.large`. `DBInstanceClass`.
        instance_class: String,
        /// Whether a synchronous standby stands in a second zone. `MultiAZ`.
        multi_az: bool,
        /// The same, as it will be after the pending change; none when no change is pending. `PendingModifiedValues.MultiAZ`.
        pending_multi_az: Option<bool>,
        /// The zone's name; none while creating. `AvailabilityZone`.
        availability_zone: Option<String>,
        /// The standby's zone, if any. `SecondaryAvailabilityZone`.
        secondary_availability_zone: Option<String>,
        /// The cluster that it belongs to, if any. `DBClusterIdentifier`.
        cluster: Option<String>,
        /// The instance or cluster that it replicates, if any. `ReadReplicaSourceDBInstanceIdentifier`, `ReadReplicaSourceDBClusterIdentifier`.
        replica_of: Option<String>,
        /// Its read replicas. `ReadReplicaDBInstanceIdentifiers`.
        replicas: Vec<String>,
        /// Order of failover in a cluster, 0 first; none outside Aurora. `PromotionTier`.
        promotion_tier: Option<i64>,
        /// Whether its name resolves to a public address. `PubliclyAccessible`.
        publicly_accessible: bool,
        /// Its subnets. `DBSubnetGroup.Subnets[].SubnetIdentifier`.
        subnets: Vec<String>,
        /// The VPC's id; none outside a VPC or for a member that does not say. `DBSubnetGroup.VpcId`.
        vpc: Option<String>,
        /// Ids of its security groups. `VpcSecurityGroups[].VpcSecurityGroupId`.
        security_groups: Vec<String>,
        /// The port on which it serves; none while creating. `Endpoint.Port`.
        port: Option<i64>,
        /// GiB allocated; one for Aurora. `AllocatedStorage`.
        allocated_storage_gib: i64,
        /// GiB up to which storage grows by itself; none where that is off. `MaxAllocatedStorage`.
        max_allocated_storage_gib: Option<i64>,
        /// gp2, gp3, io1, io2, standard or aurora. `StorageType`.
        storage_type: String,
        /// Days that automated backups are kept. `BackupRetentionPeriod`.
        backup_retention_days: i64,
        /// Whether it can't be deleted by one call. `DeletionProtection`.
        deletion_protection: bool,
        /// The Outpost, if its storage or backup lies on one. `CustomerOwnedIpEnabled`.
        on_outpost: bool,
        /// Per cent of its CPU, the 95th percentile of two weeks. `AWS/RDS CPUUtilization`.
        cpu_percent_p95: Measured,
        /// Derived: whether requests from the internet get to it: yes where the graph leads there from a public way in, no where nothing can that is not ruled out, in an account of which every list was read; absent between the two.
        on_request_path: bool,
        /// Derived: whether one of its subnets routes to an internet gateway.
        in_public_subnet: bool,
    }
}

facts! {
    /// The automated backups of an instance. Its id is the instance's. Source: `rds:DescribeDBInstanceAutomatedBackups`.
    "rds.automated_backup" AutomatedBackup {
        /// ARNs of the copies that are kept in other regions. `DBInstanceAutomatedBackupsReplications[].DBInstanceAutomatedBackupsArn`.
        copies: Vec<String>,
    }
}

parts! {
    /// A member of a cluster. `DBClusterMembers[]`.
    ClusterMember {
        /// The instance's id. `DBInstanceIdentifier`.
        instance: String,
        /// Whether it takes the writes. `IsClusterWriter`.
        writer: bool,
        /// Order of failover, 0 first. `PromotionTier`.
        promotion_tier: Option<i64>,
    }
}

facts! {
    /// A database cluster. Source: `rds:DescribeDBClusters`.
    "rds.db_cluster" DbCluster {
        /// available, stopped, creating, … `Status`.
        status: String,
        /// aurora-mysql, aurora-postgresql, docdb, neptune, mysql, postgres. `Engine`.
        engine: String,
        /// provisioned, serverless (version 1), … `EngineMode`; none for engines without modes.
        engine_mode: Option<String>,
        /// The class of a Multi-AZ DB cluster, which spans three zones by construction; none for Aurora. `DBClusterInstanceClass`.
        multi_az_cluster_class: Option<String>,
        /// Its members. `DBClusterMembers[]`.
        members: Vec<ClusterMember>,
        /// The cluster that it replicates, if any. `ReplicationSourceIdentifier`.
        replica_of: Option<String>,
        /// Days that automated backups are kept. `BackupRetentionPeriod`.
        backup_retention_days: i64,
        /// Whether it can't be deleted by one call; none for engines that do not say. `DeletionProtection`.
        deletion_protection: Option<bool>,
        /// Ids of its security groups. `VpcSecurityGroups[].VpcSecurityGroupId`.
        security_groups: Vec<String>,
        /// The port on which it serves; none where AWS does not say. `Port`.
        port: Option<i64>,
        /// Derived: whether requests from the internet get to it: yes where the graph leads there from a public way in, no where nothing can that is not ruled out, in an account of which every list was read; absent between the two.
        on_request_path: bool,
        /// Derived: zones of its available members, each once.
        member_zones: Vec<String>,
        /// Derived: members whose instance is available.
        available_members: Vec<String>,
    }
}

facts! {
    /// An Aurora global database, as one of its regions lists it. Source: `rds:DescribeGlobalClusters`.
    "rds.global_cluster" GlobalCluster {
        /// ARNs of the clusters in it, one a region, that of the writer first. `GlobalClusterMembers[].DBClusterArn`, `IsWriter`.
        clusters: Vec<String>,
    }
}
