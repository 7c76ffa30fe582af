//! Amazon FSx: file systems of each type.

use aws_sdk_fsx::types::{FileSystem as SdkSystem, Tag};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::transport::collector_context::{Context, ResourceId, tags, timestamp};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::fsx::FileSystem;

pub(crate) const SERVICE: Service = Service { kinds: &[FILE_SYSTEM], metrics: &[], rates: &[] };

const DESCRIBE_FILE_SYSTEMS: Call = Call::new("fsx", "DescribeFileSystems");

pub(crate) const FILE_SYSTEM: Kind =
    Kind::regional::<facts::fsx::FileSystem>(&[&DESCRIBE_FILE_SYSTEMS], |ctx| Box::pin(file_systems(ctx)));

async fn file_systems(ctx: Context) {
    let client = aws_sdk_fsx::Client::new(ctx.config());
    ctx.listed(
        &DESCRIBE_FILE_SYSTEMS,
        client.describe_file_systems().into_paginator().send(),
        |page| page.file_systems(),
        |system| {
            let id = system.file_system_id()?;
            let arn = system.resource_arn.clone();
            let name = ResourceId {
                arn: arn.unwrap_or_else(|| ctx.arn("fsx", &format!("file-system/{id}"))),
                id: id.to_owned(),
                tags: system.tags.as_ref().map(|own| tags(own, Tag::key, Tag::value)),
                ..ResourceId::default()
            };
            Some((name, facts(system)))
        },
    )
    .await;
}

fn facts(s: &SdkSystem) -> FileSystem {
    let (deployment_type, backups) = deployment(s);
    FileSystem {
        state: word(s.lifecycle()).into(),
        file_system_type: word(s.file_system_type()).into(),
        deployment_type: deployment_type.into(),
        subnets: s.subnet_ids.clone().into(),
        backup_retention_days: backups,
        size_gib: s.storage_capacity.map(i64::from).into(),
        created_at: s.creation_time().and_then(timestamp).into(),
        ..FileSystem::default()
    }
}

/// What each type's configuration says of its deployment and of its automatic backups.
fn deployment(s: &SdkSystem) -> (Option<String>, Fact<Option<i64>>) {
    let kept = |days: Option<i32>| Fact::from(days.map(|days| Some(i64::from(days))));
    if let Some(windows) = s.windows_configuration() {
        return (word(windows.deployment_type()), kept(windows.automatic_backup_retention_days));
    }
    if let Some(ontap) = s.ontap_configuration() {
        return (word(ontap.deployment_type()), kept(ontap.automatic_backup_retention_days));
    }
    if let Some(openzfs) = s.open_zfs_configuration() {
        return (word(openzfs.deployment_type()), kept(openzfs.automatic_backup_retention_days));
    }
    if let Some(lustre) = s.lustre_configuration() {
        // AWS names no days for a scratch file system, which has no backups.
        let days = lustre.automatic_backup_retention_days.map(i64::from);
        return (word(lustre.deployment_type()), Fact::Known(days));
    }
    (None, Fact::Unread)
}

#[cfg(test)]
mod tests {
    use aws_sdk_fsx::types::{LustreFileSystemConfiguration, WindowsFileSystemConfiguration};

    use super::*;

    #[test]
    fn backups_are_off_at_zero_days_none_where_there_can_be_none_and_unread_where_aws_is_silent() {
        let windows = |days: Option<i32>| {
            let own = WindowsFileSystemConfiguration::builder().set_automatic_backup_retention_days(days).build();
            facts(&SdkSystem::builder().windows_configuration(own).build()).backup_retention_days
        };
        assert_eq!(windows(Some(0)), Fact::Known(Some(0)));
        assert_eq!(windows(None), Fact::Unread);
        let scratch = SdkSystem::builder().lustre_configuration(LustreFileSystemConfiguration::builder().build());
        assert_eq!(facts(&scratch.build()).backup_retention_days, Fact::Known(None));
        assert_eq!(facts(&SdkSystem::builder().build()).backup_retention_days, Fact::Unread);
    }
}
