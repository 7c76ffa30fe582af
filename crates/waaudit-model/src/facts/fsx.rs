//! Amazon FSx: managed file systems.

facts! {
    /// A file system. Source: `fsx:DescribeFileSystems`.
    "fsx.file_system" FileSystem {
        /// AVAILABLE, CREATING, FAILED, DELETING, MISCONFIGURED, UPDATING, … `Lifecycle`.
        state: String,
        /// WINDOWS, LUSTRE, ONTAP or OPENZFS. `FileSystemType`.
        file_system_type: String,
        /// SINGLE_AZ_1, MULTI_AZ_1, PERSISTENT_2, SCRATCH_2, … `DeploymentType` of the type's configuration.
        deployment_type: String,
        /// Subnets that it can be reached from: two in a Multi-AZ deployment. `SubnetIds`.
        subnets: Vec<String>,
        /// Days that automatic daily backups are kept; 0 where they are off; none for a type or deployment that has none. `AutomaticBackupRetentionDays`.
        backup_retention_days: Option<i64>,
        /// Its size in GiB; none where it grows by itself. `StorageCapacity`.
        size_gib: Option<i64>,
        /// When it was made, RFC 3339. `CreationTime`.
        created_at: String,
        /// Derived: the sign by which what it holds can be lost (a scratch deployment of Lustre, or a tag); none without.
        disposable: Option<String>,
    }
}
