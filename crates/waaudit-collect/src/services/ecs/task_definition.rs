//! Task definitions that services use. They carry environment, secrets and commands, which stay behind.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{
    ContainerDefinition, Scope, TaskDefinition as SdkTaskDefinition, TaskDefinitionField,
    TaskDefinitionPlacementConstraint, Volume,
};

use super::{last_part, own_tags};
use crate::call::Call;
use crate::kind::Kind;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::ecs::{HostMount, PlacementConstraint, Service, TaskDefinition};
use waaudit_model::snapshot::Resource;

const DESCRIBE: Call = Call::new("ecs", "DescribeTaskDefinition");

pub(crate) const TASK_DEFINITION: Kind =
    Kind::regional::<facts::ecs::TaskDefinition>(&[&DESCRIBE], |ctx| Box::pin(definitions(ctx)))
        .after::<facts::ecs::Service>();

async fn definitions(ctx: Context) {
    ctx.inherit_gaps();
    let client = Client::new(ctx.config());
    let arns = in_use(ctx.before.resources());
    run_bounded(arns.iter().map(|arn| definition(&ctx, &client, arn))).await;
}

/// Each task definition once that a service names.
fn in_use<'r>(services: impl IntoIterator<Item = &'r Resource>) -> BTreeSet<String> {
    let services = services.into_iter().filter_map(|service| service.facts::<Service>().ok());
    services.filter_map(|service| service.task_definition.known().cloned().flatten()).collect()
}

async fn definition(ctx: &Context, client: &Client, arn: &str) {
    let request = client.describe_task_definition().task_definition(arn).include(TaskDefinitionField::Tags);
    let answer = ctx.detail(&DESCRIBE, arn, request.send()).await;
    let tags = answer.as_ref().and_then(|answer| own_tags(answer.tags.as_ref()));
    let definition = answer.as_ref().and_then(|answer| answer.task_definition());
    let facts = definition.map(|definition| definition_facts(ctx, arn, definition)).unwrap_or_default();
    ctx.push(ResourceId { arn: arn.to_owned(), id: last_part(arn).to_owned(), tags, ..ResourceId::default() }, facts);
}

fn definition_facts(ctx: &Context, arn: &str, d: &SdkTaskDefinition) -> TaskDefinition {
    TaskDefinition {
        family: d.family.clone().into(),
        network_mode: word(d.network_mode()).into(),
        cpu_units: ctx.whole(&DESCRIBE, arn, "cpu_units", number(d.cpu())),
        memory_mib: ctx.whole(&DESCRIBE, arn, "memory_mib", number(d.memory())),
        host_mounts: ctx.whole(&DESCRIBE, arn, "host_mounts", host_mounts(d)),
        file_systems: file_systems(d).into(),
        placement_constraints: d.placement_constraints().iter().map(constraint).collect::<Option<Vec<_>>>().into(),
        replica_services: Fact::Unread,
    }
}

/// ECS writes numbers as text: `Some(None)` where there is none, `None` where it can't be understood.
fn number(text: Option<&str>) -> Option<Option<i64>> {
    text.map_or(Some(None), |text| text.parse().ok().map(Some))
}

fn host_mounts(d: &SdkTaskDefinition) -> Option<Vec<HostMount>> {
    let mut on_host = BTreeMap::new();
    for volume in d.volumes().iter().filter(|volume| outlives_tasks(volume)) {
        on_host.insert(volume.name()?, host_path(volume));
    }
    let containers = d.container_definitions.as_ref()?.iter();
    let of_container = |container| container_mounts(container, &on_host);
    Some(containers.map(of_container).collect::<Option<Vec<_>>>()?.concat())
}

fn container_mounts(container: &ContainerDefinition, on_host: &BTreeMap<&str, Option<&str>>) -> Option<Vec<HostMount>> {
    let mut mounts = Vec::new();
    for mount in container.mount_points() {
        let volume = mount.source_volume()?;
        if let Some(path) = on_host.get(volume) {
            mounts.push(HostMount {
                container: container.name.clone()?,
                volume: volume.to_owned(),
                path: path.map(str::to_owned),
                read_only: mount.read_only() == Some(true),
            });
        }
    }
    Some(mounts)
}

/// A path of the host, or a Docker volume on it that is shared by tasks. A host volume without a path, and a Docker
/// volume of scope task, go with their task.
fn outlives_tasks(volume: &Volume) -> bool {
    let shared = volume.docker_volume_configuration().is_some_and(|docker| {
        docker.scope() == Some(&Scope::Shared) && docker.driver().is_none_or(|driver| driver == "local")
    });
    shared || host_path(volume).is_some()
}

fn host_path(volume: &Volume) -> Option<&str> {
    volume.host().and_then(|host| host.source_path()).filter(|path| !path.is_empty())
}

fn constraint(constraint: &TaskDefinitionPlacementConstraint) -> Option<PlacementConstraint> {
    Some(PlacementConstraint { constraint: word(constraint.r#type())?, expression: constraint.expression.clone() })
}

fn file_systems(d: &SdkTaskDefinition) -> Vec<String> {
    let mounted = d.volumes().iter().filter_map(|volume| volume.efs_volume_configuration());
    mounted.map(|efs| efs.file_system_id.clone()).collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::{DockerVolumeConfiguration, HostVolumeProperties, MountPoint};

    use super::*;

    fn volume(name: &str, path: Option<&str>) -> Volume {
        let host = HostVolumeProperties::builder().set_source_path(path.map(str::to_owned)).build();
        Volume::builder().name(name).host(host).build()
    }

    fn docker(name: &str, scope: Scope, driver: Option<&str>) -> Volume {
        let docker = DockerVolumeConfiguration::builder().scope(scope).set_driver(driver.map(str::to_owned)).build();
        Volume::builder().name(name).docker_volume_configuration(docker).build()
    }

    fn mount(volume: &str, read_only: Option<bool>) -> MountPoint {
        MountPoint::builder().source_volume(volume).container_path("/data").set_read_only(read_only).build()
    }

    fn definition(volumes: &[Volume], mounts: &[MountPoint]) -> SdkTaskDefinition {
        let container = ContainerDefinition::builder().name("app").set_mount_points(Some(mounts.to_vec())).build();
        SdkTaskDefinition::builder().set_volumes(Some(volumes.to_vec())).container_definitions(container).build()
    }

    #[test]
    fn a_path_of_the_host_is_a_host_mount_and_a_scratch_volume_is_none() {
        let volumes = [volume("uploads", Some("/var/uploads")), volume("scratch", None), volume("unused", Some("/x"))];
        let mounts = [mount("uploads", Some(false)), mount("scratch", None)];
        let found = host_mounts(&definition(&volumes, &mounts)).unwrap();
        let expected = HostMount {
            container: "app".to_owned(),
            volume: "uploads".to_owned(),
            path: Some("/var/uploads".to_owned()),
            read_only: false,
        };
        assert_eq!(found, [expected]);
    }

    #[test]
    fn a_mount_is_writable_unless_it_says_that_it_is_not() {
        let volumes = [volume("a", Some("/a")), volume("b", Some("/b")), volume("c", Some("/c"))];
        let mounts = [mount("a", None), mount("b", Some(false)), mount("c", Some(true))];
        let found = host_mounts(&definition(&volumes, &mounts)).unwrap();
        assert_eq!(found.iter().map(|mount| mount.read_only).collect::<Vec<_>>(), [false, false, true]);
    }

    #[test]
    fn a_local_docker_volume_stays_on_the_host_when_tasks_share_it() {
        let outlive = [
            docker("shared", Scope::Shared, None),
            docker("shared", Scope::Shared, Some("local")),
            docker("elsewhere", Scope::Shared, Some("rexray/ebs")),
            docker("task", Scope::Task, None),
        ];
        assert_eq!(outlive.map(|volume| outlives_tasks(&volume)), [true, true, false, false]);
    }

    #[test]
    fn without_containers_nothing_is_known_of_mounts() {
        assert_eq!(host_mounts(&SdkTaskDefinition::builder().build()), None);
    }

    #[test]
    fn sizes_are_numbers_none_or_not_understood() {
        assert_eq!(number(Some("1024")), Some(Some(1024)));
        assert_eq!(number(None), Some(None));
        assert_eq!(number(Some("1 vCPU")), None);
    }
}
