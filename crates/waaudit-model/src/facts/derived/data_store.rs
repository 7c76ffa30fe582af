//! Everything that holds data, whatever service keeps it. Derived.

facts! {
    /// A database (RDS instance or cluster, Aurora, DocumentDB, Neptune, Lightsail, MemoryDB), a DynamoDB table, a Redshift
    /// cluster, an OpenSearch domain, a file system (EFS, FSx), or an S3 bucket that keeps old versions (one that does not
    /// is judged by `recovery/s3-versioning`).
    "data_store" DataStore {
        /// Its kind: rds.db_instance, rds.db_cluster, dynamodb.table, efs.file_system, fsx.file_system, lightsail.database, memorydb.cluster, opensearch.domain, redshift.cluster or s3.bucket.
        store_kind: String,
        /// Whether its own service keeps backups that go on: automated backups with a restorable time of the last 24 hours, point-in-time recovery, automatic snapshots, versions. EFS has none of its own.
        keeps_own_backups: bool,
        /// Hours since AWS Backup backed it up last; none where it never did.
        backup_age_hours: Option<i64>,
        /// How a copy gets to another region: replica, global cluster or table, automated backup, snapshots, replication, copies of its backups by AWS Backup; empty where none does. Absent of OpenSearch, whose ways can't be read.
        copies_elsewhere: Vec<String>,
        /// The sign by which what it holds can be lost; none without. See `disposable` of its kind.
        disposable: Option<String>,
    }
}
