//! A relational or document database as its users see it: one primary instance with its replicas, or one cluster.

parts! {
    /// An instance that could take over, or that serves reads.
    Reader {
        /// The instance's id.
        instance: String,
        /// Its class, `db.r7g.large`.
        instance_class: String,
        /// Its zone; null while it is being made.
        availability_zone: Option<String>,
        /// Order of failover in a cluster, 0 first; null for a read replica.
        promotion_tier: Option<i64>,
    }
}

facts! {
    /// A database: a standalone primary, or a cluster with members. Derived from `rds.db_instance` and `rds.db_cluster`, whose id, ARN and tags it bears.
    "database" Database {
        /// instance or cluster.
        shape: String,
        /// mysql, aurora-postgresql, docdb, … (the engine as RDS names it).
        engine: String,
        /// available, stopped, … of the instance or cluster.
        status: String,
        /// The class of the writer; none where the cluster has no writer.
        writer_class: Option<String>,
        /// The writer's zone; none where the cluster has no writer.
        writer_availability_zone: Option<String>,
        /// Readers of the cluster or replicas of the instance, in this region.
        readers: Vec<Reader>,
        /// Number of readers and replicas: a cluster's members but the writer (two at least in a Multi-AZ DB cluster), an instance's replicas, those in other regions included.
        reader_count: i64,
        /// Readers in the lowest failover tier whose class differs from the writer's and that are not serverless. Replicas of an instance have no tiers: all count.
        mismatched_readers: Vec<String>,
        /// Whether some reader in the lowest tier stands in another zone than the writer.
        reader_in_other_zone: bool,
        /// Whether it spans three zones by construction (Multi-AZ DB cluster).
        multi_az_cluster: bool,
        /// Days that automated backups are kept.
        backup_retention_days: i64,
        /// Whether it can't be deleted by one call; none for engines that do not say.
        deletion_protection: Option<bool>,
        /// The VPC's id; none where no member says.
        vpc: Option<String>,
        /// Per cent of the writer's CPU, the 95th percentile of two weeks; none where the cluster has no writer.
        writer_cpu_percent: Option<f64>,
        /// Caches that may lie in its VPC, by id: ElastiCache groups, nodes and serverless caches, and MemoryDB clusters of the region that are not known to lie elsewhere.
        caches: Vec<String>,
        /// DAX clusters of the region, which stand before DynamoDB alone and are no cache of this database.
        dax_clusters: Vec<String>,
        /// Whether one of those that are known to lie in its VPC holds more than six clients on the average of a week: AWS's own probes hold up to six. Absent where none does, and one that does may lie there, or a peering or transit gateway leads out of the VPC.
        cache_in_use: bool,
        /// Other regions that hold a copy: those of read replicas of an instance, and of the other clusters of a global database.
        copy_regions: Vec<String>,
        /// Whether requests from the internet get to it: yes where the graph leads there from a public way in, no where nothing can that is not ruled out, in an account of which every list was read; absent between the two.
        on_request_path: bool,
    }
}
