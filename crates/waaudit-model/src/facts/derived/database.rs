//! A relational or document database as its users see it: one primary instance with its replicas, or one cluster.

parts! {
    /// An instance that could take over, or that serves reads.
    Reader {
        /// The instance's id.
        instance: String,
        /// Its class, `db.r7g.large`.
        instance_class: String,
        /// available, creating, stopped, …
        status: String,
        /// Whether it serves in that state; null in a state of which that is not known (`rebooting`, `upgrading`).
        serves: Option<bool>,
        /// Its zone; null while it is being made.
        availability_zone: Option<String>,
        /// Order of failover in a cluster, 0 first; null for a read replica.
        promotion_tier: Option<i64>,
    }
}

facts! {
    /// A database: a standalone primary, or a cluster with members. Derived from `rds.db_instance` and `rds.db_cluster`, whose id, ARN and tags it has.
    "database" Database {
        /// instance or cluster.
        shape: String,
        /// mysql, aurora-postgresql, docdb, … (the engine as RDS names it).
        engine: String,
        /// available, stopped, … of the instance or cluster.
        status: String,
        /// The instance that takes the writes; none where the cluster has no writer.
        writer: Option<String>,
        /// The class of the writer; none where the cluster has no writer.
        writer_class: Option<String>,
        /// The writer's zone; none where the cluster has no writer.
        writer_availability_zone: Option<String>,
        /// Readers of the cluster or replicas of the instance, in this region.
        readers: Vec<Reader>,
        /// Number of readers and replicas: a cluster's members but the writer (two at least in a Multi-AZ DB cluster), an instance's replicas, those in other regions included.
        reader_count: i64,
        /// Whether a reader of it serves: one in this region that is in a state in which RDS serves, or one in another region.
        has_serving_reader: bool,
        /// Readers that are next in line and carry less than the writer: those of the lowest tier, and those of the lowest tier outside the writer's zone, where none of that tier has the writer's memory and vCPUs. A serverless one has them if its maximum holds them and its tier (0, 1) or minimum keeps it that large; a burstable one does not carry what another class does. Replicas of an instance have no tiers.
        mismatched_readers: Vec<String>,
        /// Whether a reader that serves is in another zone than the writer.
        reader_in_other_zone: bool,
        /// Whether a standby in a second zone takes over by itself (an instance with Multi-AZ).
        standby: bool,
        /// Whether it spans three zones by construction (Multi-AZ DB cluster).
        multi_az_cluster: bool,
        /// Days that automated backups are kept.
        backup_retention_days: i64,
        /// Minutes from the latest time that it can be put back to until the scan; none where AWS names no such time.
        restorable_minutes_ago: Option<i64>,
        /// The recovery point of a continuous backup by AWS Backup, by ARN; none without such.
        continuous_backup: Option<String>,
        /// Whether it can't be deleted by one call; none for engines that do not say.
        deletion_protection: Option<bool>,
        /// The VPC's id; none where no member says.
        vpc: Option<String>,
        /// Per cent of the writer's CPU, the 95th percentile of two weeks; none where the cluster has no writer.
        writer_cpu_percent: Option<f64>,
        /// Caches that may be in its VPC, by id: ElastiCache groups, nodes and serverless caches, and MemoryDB clusters of the region that are not known to be elsewhere.
        caches: Vec<String>,
        /// DAX clusters of the region, which cache DynamoDB only and are no cache of this database.
        dax_clusters: Vec<String>,
        /// Whether one of those that are known to be in its VPC has more than six clients on the average of a week: AWS's own probes hold up to six. Absent where none does, and one that does may be there, or a peering or transit gateway leads out of the VPC.
        cache_in_use: bool,
        /// Other regions that hold a copy: those of read replicas of an instance or cluster, of the cluster that it replicates, and of the other clusters of a global database.
        copy_regions: Vec<String>,
        /// Whether requests from the internet get to it: yes where the graph leads there from a public way in, no where nothing can that is not ruled out, in an account of which every list was read; absent between the two.
        on_request_path: bool,
        /// Ids of its security groups.
        security_groups: Vec<String>,
        /// The port that it listens on; none while it is being made.
        port: Option<i64>,
        /// Whether the Data API, which needs no connections, is on; none for engines without.
        data_api: Option<bool>,
        /// Whether it is sharded by the service (Aurora Limitless).
        sharded: bool,
        /// The writer's `read_share`; none without a writer, and for DocumentDB and Neptune.
        writer_read_share: Option<f64>,
        /// The writer's `write_iops_p99`; none without a writer, and for DocumentDB and Neptune.
        writer_write_iops_p99: Option<f64>,
        /// Most connections at once in the last week, of the writer or of any reader in this region; none for Neptune.
        connections_max_week: Option<f64>,
        /// The writer's `max_connections`; none without a writer, and for engines that have another limit.
        writer_max_connections: Option<i64>,
        /// vCPUs of the writer's class; none without a writer, and for a serverless one.
        writer_vcpus: Option<i64>,
        /// vCPUs of the largest class of the writer's family; none without a writer, and for a serverless one.
        writer_family_max_vcpus: Option<i64>,
        /// The most operations per second that the writer's type of storage can be bought with; none without a writer, and where the storage is a cluster's.
        storage_iops_max: Option<i64>,
        /// Databases of this region, itself included, of the same engine and of a name that differs in its digits alone (`orders-1`, `orders-2`): the first ten of them.
        similar_databases: Vec<String>,
        /// Functions in its VPC that its security groups admit to its port, by reference to a group of theirs or by a range that holds a subnet of theirs. Unread where a rule names a customer-managed prefix list.
        reaching_functions: Vec<String>,
        /// Runs at once that are reserved for those functions, together; none where one of them has no such bound.
        reaching_concurrency: Option<i64>,
        /// Connections that those functions can hold at once, one a run. Unread where one of them has no bound of its own.
        connections_of_functions: i64,
        /// Auto Scaling groups whose instances its security groups admit to its port, likewise. Unread where a group that may grow has no instance.
        reaching_groups: Vec<String>,
        /// Connections that the writer would have if those groups were at their greatest sizes: the 95th percentile of its connections, by that of their instances in service, for all that they may be. None where no group reaches it. Unread where a group's metrics are off, or its instances have weights.
        connections_at_fleet_max: Option<f64>,
        /// RDS Proxies that lead to it and are available.
        proxies: Vec<String>,
        /// Running instances in its VPC that are named after a connection pooler (PgBouncer, Pgpool, ProxySQL, HAProxy, MaxScale).
        poolers: Vec<String>,
    }
}
