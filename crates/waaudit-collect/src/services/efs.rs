//! Amazon EFS. IAM calls it elasticfilesystem.

use aws_sdk_efs::Client;
use aws_sdk_efs::types::{
    FileSystemDescription, MountTargetDescription, ReplicationConfigurationDescription, ReplicationStatus, Tag,
};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId, tags, timestamp};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::efs::{FileSystem, MountTarget};

pub(crate) const SERVICE: Service = Service { kinds: &[FILE_SYSTEM], metrics: &[], rates: &[] };

const DESCRIBE_FILE_SYSTEMS: Call = Call::new("elasticfilesystem", "DescribeFileSystems");
const DESCRIBE_MOUNT_TARGETS: Call = Call::new("elasticfilesystem", "DescribeMountTargets");
const DESCRIBE_REPLICATIONS: Call = Call::new("elasticfilesystem", "DescribeReplicationConfigurations");

pub(crate) const FILE_SYSTEM: Kind = Kind::regional::<facts::efs::FileSystem>(
    &[&DESCRIBE_FILE_SYSTEMS, &DESCRIBE_MOUNT_TARGETS, &DESCRIBE_REPLICATIONS],
    |ctx| Box::pin(file_systems(ctx)),
)
.own_tags();

async fn file_systems(ctx: Context) {
    let client = Client::new(ctx.config());
    let mut found = Vec::new();
    let pages = client.describe_file_systems().into_paginator().send();
    ctx.pages(&DESCRIBE_FILE_SYSTEMS, pages, |page| found.extend(page.file_systems.into_iter().flatten())).await;
    run_bounded(found.iter().map(|system| file_system(&ctx, &client, system))).await;
}

async fn file_system(ctx: &Context, client: &Client, system: &FileSystemDescription) {
    let id = system.file_system_id();
    let arn = system.file_system_arn.clone();
    let arn = arn.unwrap_or_else(|| ctx.arn("elasticfilesystem", &format!("file-system/{id}")));
    let mount_targets = async {
        match system.number_of_mount_targets {
            0 => Fact::Known(Vec::new()),
            _ => mount_targets(ctx, client, &arn, id).await,
        }
    };
    let (mount_targets, replica_regions) = futures::join!(mount_targets, replica_regions(ctx, client, &arn, id));
    let name = ResourceId {
        arn,
        id: id.to_owned(),
        name: system.name.clone(),
        tags: Some(tags(system.tags(), |tag: &Tag| Some(tag.key()), |tag| Some(tag.value()))),
        ..ResourceId::default()
    };
    let facts = FileSystem {
        state: word(Some(system.life_cycle_state())).into(),
        availability_zone: system.availability_zone_name.clone().into(),
        mount_targets,
        replica_regions: replica_regions.into(),
        created_at: timestamp(system.creation_time()).into(),
        ..FileSystem::default()
    };
    ctx.push(name, facts);
}

/// Regions of the other file systems of its replication.
async fn replica_regions(ctx: &Context, client: &Client, arn: &str, id: &str) -> Option<Vec<String>> {
    let request = client.describe_replication_configurations().file_system_id(id).send();
    let none = &["ReplicationNotFound"];
    let answer = ctx.detail_or_none(&DESCRIBE_REPLICATIONS, arn, none, request).await?;
    let found = answer.as_ref().map(|answer| answer.replications()).into_iter().flatten();
    Some(found.flat_map(|one| other_regions(one, id)).collect())
}

fn other_regions(replication: &ReplicationConfigurationDescription, id: &str) -> Vec<String> {
    let works = replication.destinations().iter().filter(|one| *one.status() == ReplicationStatus::Enabled);
    if replication.source_file_system_id() == id {
        return works.map(|one| one.region().to_owned()).collect();
    }
    let here = works.filter(|one| one.file_system_id() == id);
    here.map(|_| replication.source_file_system_region().to_owned()).collect()
}

async fn mount_targets(ctx: &Context, client: &Client, arn: &str, id: &str) -> Fact<Vec<MountTarget>> {
    let pages = client.describe_mount_targets().file_system_id(id).into_paginator().send();
    let Some(pages) = ctx.detail_pages(&DESCRIBE_MOUNT_TARGETS, arn, pages).await else { return Fact::Unread };
    let all: Option<Vec<_>> = pages.into_iter().map(|page| page.mount_targets).collect();
    ctx.parts(&DESCRIBE_MOUNT_TARGETS, arn, "mount_targets", all.map(|all| all.concat()).as_ref(), mount_target)
}

fn mount_target(t: &MountTargetDescription) -> Option<MountTarget> {
    Some(MountTarget {
        id: t.mount_target_id.clone(),
        subnet: t.subnet_id.clone(),
        vpc: t.vpc_id.clone()?,
        availability_zone: t.availability_zone_name.clone()?,
        state: word(Some(t.life_cycle_state()))?,
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_efs::types::LifeCycleState;

    use super::*;

    #[test]
    fn a_mount_target_without_a_zone_is_not_understood() {
        let target = MountTargetDescription::builder()
            .mount_target_id("fsmt-1")
            .file_system_id("fs-1")
            .subnet_id("subnet-a")
            .life_cycle_state(LifeCycleState::Available)
            .vpc_id("vpc-1");
        assert_eq!(mount_target(&target.clone().build().unwrap()), None);
        let known = mount_target(&target.availability_zone_name("eu-west-1a").build().unwrap()).unwrap();
        assert_eq!((known.availability_zone.as_str(), known.state.as_str()), ("eu-west-1a", "available"));
    }
}
