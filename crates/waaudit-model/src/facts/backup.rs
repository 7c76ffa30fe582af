//! AWS Backup: plans, what they protect, copies to other vaults, and restores.

facts! {
    /// A backup plan. Sources: `backup:ListBackupPlans`, `GetBackupPlan`, `ListBackupSelections`.
    "backup.plan" Plan {
        /// Names of its selections of resources. `BackupSelectionsList[].SelectionName`.
        selections: Vec<String>,
        /// ARNs of the vaults that its rules copy backups to. `BackupPlan.Rules[].CopyActions[].DestinationBackupVaultArn`.
        copies_to: Vec<String>,
    }
}

facts! {
    /// A resource with at least one backup in AWS Backup. Source: `backup:ListProtectedResources`.
    "backup.protected_resource" ProtectedResource {
        /// EBS, RDS, Aurora, DynamoDB, EFS, S3, EC2, … `ResourceType`.
        resource_type: String,
        /// When it was backed up last, RFC 3339; none where AWS does not say. `LastBackupTime`.
        last_backup_at: Option<String>,
    }
}

facts! {
    /// A plan that restores backups on a schedule, to see whether they can be. Source: `backup:ListRestoreTestingPlans`.
    "backup.restore_testing_plan" RestoreTestingPlan {
        /// When it ran last, RFC 3339; none where it never did. `LastExecutionTime`.
        last_run_at: Option<String>,
    }
}

facts! {
    /// The last copy of a resource's backup to another vault. Source: `backup:ListCopyJobs`, the jobs of the last 31 days.
    "backup.copy_job" CopyJob {
        /// The resource that was backed up, by ARN. `ResourceArn`.
        resource: String,
        /// The vault that it was copied to, by ARN. `DestinationBackupVaultArn`.
        destination: String,
        /// COMPLETED, FAILED or PARTIAL: of the last job that ended. `State`.
        state: String,
        /// When it was begun, RFC 3339. `CreationDate`.
        created_at: String,
    }
}

facts! {
    /// A restore of the 90 days before the scan. Source: `backup:ListRestoreJobs`.
    "backup.restore_job" RestoreJob {
        /// PENDING, RUNNING, ABORTED, COMPLETED or FAILED. `Status`.
        status: String,
        /// What a validation of it found: SUCCESSFUL, FAILED, TIMED_OUT or VALIDATING; none without one. `ValidationStatus`.
        validation: Option<String>,
        /// The restore testing plan that started it, by ARN; none for other restores. `CreatedBy.RestoreTestingPlanArn`.
        testing_plan: Option<String>,
        /// What was restored: EBS, RDS, … `ResourceType`.
        resource_type: Option<String>,
        /// When it was begun, RFC 3339. `CreationDate`.
        created_at: String,
    }
}
