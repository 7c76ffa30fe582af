//! AWS Backup: plans, what they protect, and whether anybody tried to restore.

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
    /// A restore that was completed in the 90 days before the scan. Source: `backup:ListRestoreJobs`.
    "backup.restore_job" RestoreJob {
        /// What was restored: EBS, RDS, … `ResourceType`.
        resource_type: Option<String>,
        /// When it was begun, RFC 3339. `CreationDate`.
        created_at: String,
    }
}
