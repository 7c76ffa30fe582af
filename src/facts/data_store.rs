//! What holds data that nobody could make again: databases, tables, versioned buckets. Derived.

facts! {
    /// A standalone RDS instance, a cluster, a DynamoDB table, or an S3 bucket that keeps old versions (a bucket that does
    /// not is taken for one whose content can be made again).
    "data_store" DataStore {
        /// Its kind: rds.db_instance, rds.db_cluster, dynamodb.table or s3.bucket.
        store_kind: String,
        /// Whether its own service keeps backups: automated backups, point-in-time recovery, versions.
        keeps_own_backups: bool,
        /// Hours since AWS Backup backed it up last; none where it never did.
        backup_age_hours: Option<i64>,
        /// How a copy gets to another region: replica, global cluster, global table, automated backup, replication, copy action of a backup plan; empty where none does.
        copies_elsewhere: Vec<String>,
    }
}
