//! Amazon RDS and Aurora, and with them DocumentDB and Neptune, which answer the same calls.

use super::measured::Measured;

facts! {
    /// A database instance. Source: `rds:DescribeDBInstances`.
    "rds.db_instance" DbInstance {
        /// available, stopped, creating, modifying, … `DBInstanceStatus`.
        status: String,
        /// mysql, postgres, aurora-mysql, docdb, neptune, sqlserver-se, … `Engine`.
        engine: String,
        /// The engine's version, `16.4`. `EngineVersion`.
        engine_version: String,
        /// The class, `db.r7g.large`. `DBInstanceClass`.
        instance_class: String,
        /// When it was made, RFC 3339; none while creating. `InstanceCreateTime`.
        created_at: Option<String>,
        /// Whether it has a synchronous standby in a second zone. `MultiAZ`.
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
        /// open-read-only or mounted; none for engines without modes. `ReplicaMode`.
        replica_mode: Option<String>,
        /// replicating, error, stopped, terminated, …; none for what replicates nothing. `StatusInfos[]` of the type read replication, `Status`.
        replication_status: Option<String>,
        /// Whether RDS calls its replication normal; none for what replicates nothing. `StatusInfos[]` of the type read replication, `Normal`.
        replication_normal: Option<bool>,
        /// Order of failover in a cluster, 0 first; none outside Aurora. `PromotionTier`.
        promotion_tier: Option<i64>,
        /// Whether its name resolves to a public address. `PubliclyAccessible`.
        publicly_accessible: bool,
        /// The port that it listens on; none while creating. `Endpoint.Port`.
        port: Option<i64>,
        /// Its subnets. `DBSubnetGroup.Subnets[].SubnetIdentifier`.
        subnets: Vec<String>,
        /// The VPC's id; none outside a VPC or for a member that does not say. `DBSubnetGroup.VpcId`.
        vpc: Option<String>,
        /// Ids of its security groups. `VpcSecurityGroups[].VpcSecurityGroupId`.
        security_groups: Vec<String>,
        /// Its parameter group; one whose name begins with `default.` is AWS's own. `DBParameterGroups[].DBParameterGroupName`.
        parameter_group: String,
        /// in-sync, pending-reboot or applying. `DBParameterGroups[].ParameterApplyStatus`.
        parameters_status: String,
        /// GiB allocated; one for Aurora. `AllocatedStorage`.
        allocated_storage_gib: i64,
        /// GiB up to which storage grows by itself; none where that is off. `MaxAllocatedStorage`.
        max_allocated_storage_gib: Option<i64>,
        /// gp2, gp3, io1, io2, standard or aurora. `StorageType`.
        storage_type: String,
        /// IOPS of the storage; none where its type names none. `Iops`.
        iops: Option<i64>,
        /// MiB per second of the storage; none where its type names none. `StorageThroughput`.
        storage_throughput_mib: Option<i64>,
        /// Days that automated backups are kept. `BackupRetentionPeriod`.
        backup_retention_days: i64,
        /// The latest time that it can be put back to, RFC 3339; none where AWS names none. `LatestRestorableTime`.
        latest_restorable_at: Option<String>,
        /// The recovery point of a continuous backup by AWS Backup, by ARN; none without such. `AwsBackupRecoveryPointArn`.
        continuous_backup: Option<String>,
        /// Whether it can't be deleted by one call. `DeletionProtection`.
        deletion_protection: bool,
        /// Whether it runs on an Outpost, which a subnet group that holds a subnet of one tells. `DBSubnetGroup.Subnets[].SubnetOutpost.Arn`.
        on_outpost: bool,
        /// Whether Performance Insights is on; unread for engines that do not say. `PerformanceInsightsEnabled`.
        performance_insights: bool,
        /// standard or advanced; none for engines that do not say. `DatabaseInsightsMode`.
        database_insights_mode: Option<String>,
        /// Logs that go to CloudWatch Logs: postgresql, slowquery, error, … `EnabledCloudwatchLogsExports`.
        log_exports: Vec<String>,
        /// Per cent of its CPU, the 95th percentile of two weeks. `AWS/RDS CPUUtilization` (`AWS/DocDB`, `AWS/Neptune`).
        cpu_percent_p95: Measured,
        /// Per cent of its CPU that it used in each minute of some five, at worst. `AWS/RDS CPUUtilization` (`AWS/DocDB`, `AWS/Neptune`).
        cpu_percent_held: Measured,
        /// Fewest CPU credits; none for a class that is not burstable. `AWS/RDS CPUCreditBalance`.
        cpu_credits_min: Option<Measured>,
        /// Most connections at once; none for Neptune. `AWS/RDS DatabaseConnections` (`AWS/DocDB`).
        connections_max: Option<Measured>,
        /// The same in the last week; none for Neptune. `AWS/RDS DatabaseConnections` (`AWS/DocDB`).
        connections_max_week: Option<Measured>,
        /// Connections, the 95th percentile; none for Neptune. `AWS/RDS DatabaseConnections` (`AWS/DocDB`).
        connections_p95: Option<Measured>,
        /// Connections, the average; none for Neptune. `AWS/RDS DatabaseConnections` (`AWS/DocDB`).
        connections_average: Option<Measured>,
        /// Share of reads in all operations, 0 to 1: statements of Aurora MySQL, reads from storage of other engines, which answer from memory too; none for DocumentDB and Neptune. `AWS/RDS SelectThroughput, DMLThroughput` or `ReadIOPS, WriteIOPS`.
        read_share: Option<Measured>,
        /// Reads from storage per second, the average; none for DocumentDB and Neptune. `AWS/RDS ReadIOPS`.
        read_iops_average: Option<Measured>,
        /// Writes to storage per second, the 99th percentile; none for DocumentDB and Neptune. `AWS/RDS WriteIOPS`.
        write_iops_p99: Option<Measured>,
        /// Reads and writes per second, the 99th percentile; none where the storage is a cluster's. `AWS/RDS ReadIOPS, WriteIOPS`.
        iops_p99: Option<Measured>,
        /// MiB read and written per second, the 99th percentile; none where the storage is a cluster's. `AWS/RDS ReadThroughput, WriteThroughput`.
        throughput_mib_p99: Option<Measured>,
        /// Per cent of the credits for bursts of I/O operations, at worst; none where the storage is a cluster's. `AWS/RDS EBSIOBalance%`.
        ebs_io_balance_percent_min: Option<Measured>,
        /// Per cent of the credits for bursts of throughput, at worst; none where the storage is a cluster's. `AWS/RDS EBSByteBalance%`.
        ebs_byte_balance_percent_min: Option<Measured>,
        /// Per cent of a gp2 volume's credits for bursts, at worst; none for other storage, and for gp2 too large to burst. `AWS/RDS BurstBalance`.
        burst_balance_percent_min: Option<Measured>,
        /// GiB free, the least of three days; none where the storage is a cluster's. `AWS/RDS FreeStorageSpace`.
        free_storage_gib: Option<Measured>,
        /// GiB by which free storage changes per day, below zero while it fills; none where the storage is a cluster's. Unread while storage was added or much of it freed in the last week. `AWS/RDS FreeStorageSpace`.
        free_storage_gib_per_day: Option<Measured>,
        /// Maximum replica lag sustained for 10 minutes, in seconds; none for what RDS does not replicate. `AWS/RDS ReplicaLag`.
        replica_lag_seconds_held: Option<Measured>,
        /// Longest time without replication, in minutes; none for what RDS does not replicate. `AWS/RDS ReplicaLag`, -1.
        replication_down_minutes: Option<Measured>,
        /// Replica lag of an Aurora reader in milliseconds, the 99th percentile; none outside Aurora. `AWS/RDS AuroraReplicaLag`.
        aurora_lag_ms_p99: Option<Measured>,
        /// Per cent of its cluster's greatest capacity, the 99th percentile; none for a class that is not serverless. `AWS/RDS ACUUtilization`.
        acu_percent_p99: Option<Measured>,
        /// Derived: whether requests from the internet get to it: yes where the graph leads there from a public way in, no where nothing can that is not ruled out, in an account of which every list was read; absent between the two.
        on_request_path: bool,
        /// Derived: whether one of its subnets routes to an internet gateway.
        in_public_subnet: bool,
        /// Derived: whether it is a member of a Multi-AZ DB cluster, which AWS changes as a whole only.
        in_multi_az_cluster: bool,
        /// Derived: whether RDS offers a standby for its engine and class; no for members of Aurora clusters. By `rds.orderable_class`, else by the RDS guide as of 2026-11-28; unread for an engine that neither names.
        can_have_standby: bool,
        /// Derived: whether RDS offers Performance Insights for its engine and class. By `rds.orderable_class`, else by the RDS and Aurora guides as of 2026-11-28; unread for an engine that neither names.
        can_have_insights: bool,
        /// Derived: whether its storage can be set to grow by itself; no for members of clusters, RDS Custom and magnetic storage. By `rds.orderable_class`, else by the RDS guide as of 2026-11-28; unread for an engine that neither names.
        can_grow_storage: bool,
        /// Derived: connections that it takes: what its parameter group says, or what the engine makes of the memory (RDS keeps some, so 92 % of the class's counts; a serverless one has 2 GiB for each unit of its greatest capacity). None for engines that have another limit or none. Unread while a change waits for a restart, and for a formula other than the known ones.
        max_connections: Option<i64>,
        /// Derived: literal, formula (both of its parameter group) or default; none where `max_connections` is none.
        max_connections_source: Option<String>,
        /// Derived: IOPS that its storage and its class allow; none where the storage is a cluster's, and for magnetic storage.
        iops_limit: Option<i64>,
        /// Derived: MiB per second that its storage allows; none where its type names none.
        throughput_limit_mib: Option<i64>,
        /// Derived: the lower of both EBS balances, in per cent; none for a class whose EBS performance does not burst.
        ebs_balance_percent_min: Option<f64>,
        /// Derived: CPU credits that its class can save up; none for a class that is not burstable.
        cpu_credits_max: Option<i64>,
        /// Derived: per cent of its CPU at which its class spends as many credits as it earns; none for a class that is not burstable.
        cpu_baseline_percent: Option<f64>,
        /// Derived: milliseconds from which on a statement is written to a slow log that goes to CloudWatch Logs; none where none is.
        slow_log_ms: Option<i64>,
        /// Derived: milliseconds by which a replica is delayed on purpose, by its parameter group (PostgreSQL); none without.
        apply_delay_ms: Option<i64>,
        /// Derived: the instance in this region whose writes it follows: its source or its cluster's writer; none for what follows none here.
        primary: Option<String>,
        /// Derived: the primary's `cpu_percent_p95`; none without a primary.
        primary_cpu_percent_p95: Option<f64>,
        /// Derived: its share, 0 to 1, of the reads from storage that it and its primary do; none without a primary.
        share_of_reads: Option<f64>,
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
        /// in-sync or pending-reboot, of the cluster's parameters. `DBClusterParameterGroupStatus`.
        parameters_status: Option<String>,
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
        /// standard or limitless (sharded); none for engines that do not say. `ClusterScalabilityType`.
        scalability: Option<String>,
        /// The class of a Multi-AZ DB cluster, which spans three zones by construction; none for Aurora. `DBClusterInstanceClass`.
        multi_az_cluster_class: Option<String>,
        /// Its members. `DBClusterMembers[]`.
        members: Vec<ClusterMember>,
        /// The cluster that it replicates, if any. `ReplicationSourceIdentifier`.
        replica_of: Option<String>,
        /// Its read replicas: clusters, or instances, by ARN where they are in another region. `ReadReplicaIdentifiers`.
        replicas: Vec<String>,
        /// Days that automated backups are kept. `BackupRetentionPeriod`.
        backup_retention_days: i64,
        /// The latest time that it can be put back to, RFC 3339; none where AWS names none. `LatestRestorableTime`.
        latest_restorable_at: Option<String>,
        /// The recovery point of a continuous backup by AWS Backup, by ARN; none without such. `AwsBackupRecoveryPointArn`.
        continuous_backup: Option<String>,
        /// Whether it can't be deleted by one call; none for engines that do not say. `DeletionProtection`.
        deletion_protection: Option<bool>,
        /// Ids of its security groups. `VpcSecurityGroups[].VpcSecurityGroupId`.
        security_groups: Vec<String>,
        /// The port on which it serves; none where AWS does not say. `Port`.
        port: Option<i64>,
        /// Whether the Data API, which needs no connections, is on; none for engines without. `HttpEndpointEnabled`.
        data_api: Option<bool>,
        /// Its cluster parameter group; one whose name begins with `default.` is AWS's own. `DBClusterParameterGroup`.
        parameter_group: String,
        /// Logs that go to CloudWatch Logs: postgresql, slowquery, error, … `EnabledCloudwatchLogsExports`.
        log_exports: Vec<String>,
        /// Fewest capacity units (of 2 GiB) of a serverless member; none without. `ServerlessV2ScalingConfiguration.MinCapacity`.
        serverless_min_capacity: Option<f64>,
        /// Most capacity units (of 2 GiB) of a serverless member; none without. `ServerlessV2ScalingConfiguration.MaxCapacity`.
        serverless_max_capacity: Option<f64>,
        /// Per cent of CPU of its readers in the busiest hour of the day, averaged over two weeks; none for a cluster of one, and outside Aurora. `AWS/RDS CPUUtilization, Role READER`.
        reader_cpu_percent_busiest_hour: Option<Measured>,
        /// The busiest hour's CPU of its readers by the quietest's; none for a cluster of one, and outside Aurora. `AWS/RDS CPUUtilization, Role READER`.
        reader_cpu_day_ratio: Option<Measured>,
        /// Derived: whether requests from the internet get to it: yes where the graph leads there from a public way in, no where nothing can that is not ruled out, in an account of which every list was read; absent between the two.
        on_request_path: bool,
        /// Derived: zones of its members that serve, each once.
        member_zones: Vec<String>,
        /// Derived: members whose instance serves: it is available, or in a state in which RDS goes on serving (`backing-up`, `modifying`, `storage-optimization`, …). Unread while a member is in a state of which that is not known (`rebooting`, `upgrading`).
        available_members: Vec<String>,
        /// Derived: whether members that serve are in two zones or more. Known as soon as two are, whatever state the others are in.
        in_two_zones: bool,
        /// Derived: the class of its writer; none without a writer.
        writer_class: Option<String>,
        /// Derived: classes of its readers, each once.
        reader_classes: Vec<String>,
        /// Derived: fewest readers that Application Auto Scaling gives it; none where it is no target.
        scaled_readers_min: Option<i64>,
        /// Derived: most readers that Application Auto Scaling gives it; none where it is no target.
        scaled_readers_max: Option<i64>,
        /// Derived: why Application Auto Scaling adds no readers under load: "no scalable target", "minimum and maximum are both 2", "scaling out is suspended" or "no scaling policy adds capacity"; none where it does.
        reader_scaling_fault: Option<String>,
        /// Derived: the largest `acu_percent_p99` of its members; none without a serverless one.
        acu_percent_p99: Option<f64>,
    }
}

facts! {
    /// A class that instances have, by the EC2 type that it is named after (`r7g.large` for `db.r7g.large`). Source: `ec2:DescribeInstanceTypes`.
    "rds.class" Class {
        /// vCPUs; none where EC2 has no such type. `VCpuInfo.DefaultVCpus`.
        vcpus: Option<i64>,
        /// MiB of memory; none where EC2 has no such type. `MemoryInfo.SizeInMiB`.
        memory_mib: Option<i64>,
        /// I/O operations per second that it sustains; none where EC2 does not say. `EbsInfo.EbsOptimizedInfo.BaselineIops`.
        ebs_baseline_iops: Option<i64>,
        /// I/O operations per second that it reaches; none where EC2 does not say. `EbsInfo.EbsOptimizedInfo.MaximumIops`.
        ebs_maximum_iops: Option<i64>,
        /// Mbit per second that it sustains; none where EC2 does not say. `EbsInfo.EbsOptimizedInfo.BaselineBandwidthInMbps`.
        ebs_baseline_mbps: Option<i64>,
        /// Mbit per second that it reaches; none where EC2 does not say. `EbsInfo.EbsOptimizedInfo.MaximumBandwidthInMbps`.
        ebs_maximum_mbps: Option<i64>,
        /// vCPUs of the largest virtual type of its family; none where EC2 has no such family. `VCpuInfo.DefaultVCpus`.
        family_max_vcpus: Option<i64>,
    }
}

facts! {
    /// What RDS offers for an engine, a version and a class that instances have. Its id is the three, joined by colons. Source: `rds:DescribeOrderableDBInstanceOptions`.
    "rds.orderable_class" OrderableClass {
        /// Whether it can have a standby; none where AWS no longer offers the class. `MultiAZCapable`.
        multi_az: Option<bool>,
        /// Whether it can have Performance Insights; none where AWS no longer offers the class. `SupportsPerformanceInsights`.
        performance_insights: Option<bool>,
        /// Types of storage that can grow by themselves; none where AWS no longer offers the class. `StorageType` where `SupportsStorageAutoscaling`.
        autoscaling_storage: Option<Vec<String>>,
    }
}

impl OrderableClass {
    /// The id of an engine, a version and a class.
    pub fn id(engine: &str, version: &str, class: &str) -> String {
        format!("{engine}:{version}:{class}")
    }
}

facts! {
    /// A customer's own parameter group that instances use. Source: `rds:DescribeDBParameters`, source user: `Parameters[].ParameterValue` by `ParameterName`.
    "rds.parameter_group" ParameterGroup {
        /// Connections at most, a number or a formula; none where the engine's own rule holds. The parameter `max_connections`.
        max_connections: Option<String>,
        /// Whether MySQL logs slow statements; none where its own rule (no) holds. The parameter `slow_query_log`.
        slow_query_log: Option<String>,
        /// Seconds from which on MySQL logs a statement; none where its own rule (10) holds. The parameter `long_query_time`.
        long_query_time: Option<String>,
        /// Milliseconds from which on PostgreSQL logs a statement; none where its own rule (-1, never) holds. The parameter `log_min_duration_statement`.
        log_min_duration_statement: Option<String>,
        /// Milliseconds by which a replica of PostgreSQL is delayed on purpose; none where its own rule (0) holds. The parameter `recovery_min_apply_delay`.
        recovery_min_apply_delay: Option<String>,
    }
}

facts! {
    /// A customer's own cluster parameter group that clusters use. Source: `rds:DescribeDBClusterParameters`, source user: `Parameters[].ParameterValue` by `ParameterName`.
    "rds.cluster_parameter_group" ClusterParameterGroup {
        /// Connections at most, a number or a formula; none where the engine's own rule holds. The parameter `max_connections`.
        max_connections: Option<String>,
        /// Whether MySQL logs slow statements; none where its own rule (no) holds. The parameter `slow_query_log`.
        slow_query_log: Option<String>,
        /// Seconds from which on MySQL logs a statement; none where its own rule (10) holds. The parameter `long_query_time`.
        long_query_time: Option<String>,
        /// Milliseconds from which on PostgreSQL logs a statement; none where its own rule (-1, never) holds. The parameter `log_min_duration_statement`.
        log_min_duration_statement: Option<String>,
        /// Milliseconds by which a replica of PostgreSQL is delayed on purpose; none where its own rule (0) holds. The parameter `recovery_min_apply_delay`.
        recovery_min_apply_delay: Option<String>,
    }
}

parts! {
    /// What a proxy leads to. `Targets[]`.
    ProxyTarget {
        /// The instance's or cluster's id. `RdsResourceId`.
        resource: String,
        /// The cluster that it is a part of, if any. `TrackedClusterId`.
        cluster: Option<String>,
    }
}

facts! {
    /// An RDS Proxy. Source: `rds:DescribeDBProxies`.
    "rds.db_proxy" DbProxy {
        /// available, creating, modifying, … `Status`.
        status: String,
        /// What it leads to. Source: `rds:DescribeDBProxyTargets`.
        targets: Vec<ProxyTarget>,
    }
}

facts! {
    /// An Aurora global database, as one of its regions lists it. Source: `rds:DescribeGlobalClusters`.
    "rds.global_cluster" GlobalCluster {
        /// ARNs of the clusters in it, one a region, that of the writer first. `GlobalClusterMembers[].DBClusterArn`, `IsWriter`.
        clusters: Vec<String>,
    }
}
