//! Instances and their volumes. What is around an instance (its subnet, its groups) is joined later.

use aws_sdk_ec2::types::{
    Instance as SdkInstance, InstanceBlockDeviceMapping, InstanceState, Monitoring, MonitoringState, Placement,
    Reservation, Volume as SdkVolume,
};

use super::{PAGE, named};
use crate::call::Call;
use crate::kind::Kind;
use crate::transport::collector_context::{Context, timestamp};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::ec2::{AttachedVolume, Instance, Volume};

const DESCRIBE_INSTANCES: Call = Call::new("ec2", "DescribeInstances");
const DESCRIBE_VOLUMES: Call = Call::new("ec2", "DescribeVolumes");

pub(crate) const INSTANCE: Kind =
    Kind::regional::<facts::ec2::Instance>(&[&DESCRIBE_INSTANCES], |ctx| Box::pin(instances(ctx))).own_tags();
pub(crate) const VOLUME: Kind =
    Kind::regional::<facts::ec2::Volume>(&[&DESCRIBE_VOLUMES], |ctx| Box::pin(volumes(ctx))).own_tags();

async fn instances(ctx: Context) {
    let client = aws_sdk_ec2::Client::new(ctx.config());
    let pages = client.describe_instances().into_paginator().page_size(PAGE).send();
    ctx.pages(&DESCRIBE_INSTANCES, pages, |page| {
        for instance in page.reservations().iter().flat_map(Reservation::instances) {
            let Some(id) = ctx.entry(&DESCRIBE_INSTANCES, instance.instance_id()) else { continue };
            let arn = ctx.arn("ec2", &format!("instance/{id}"));
            let facts = instance_facts(&ctx, &arn, instance);
            ctx.push(named(arn, id, instance.tags()), facts);
        }
    })
    .await;
}

async fn volumes(ctx: Context) {
    let client = aws_sdk_ec2::Client::new(ctx.config());
    let pages = client.describe_volumes().into_paginator().page_size(PAGE).send();
    ctx.listed(
        &DESCRIBE_VOLUMES,
        pages,
        |page| page.volumes(),
        |volume| {
            let id = volume.volume_id()?;
            let arn = ctx.arn("ec2", &format!("volume/{id}"));
            Some((named(arn, id, volume.tags()), volume_facts(volume)))
        },
    )
    .await;
}

fn instance_facts(ctx: &Context, arn: &str, i: &SdkInstance) -> Instance {
    let monitoring = i.monitoring().and_then(Monitoring::state);
    Instance {
        state: word(i.state().and_then(InstanceState::name)).into(),
        instance_type: word(i.instance_type()).into(),
        launched_at: i.launch_time().and_then(timestamp).into(),
        availability_zone: word(i.placement().and_then(Placement::availability_zone)).into(),
        subnet: i.subnet_id.clone().into(),
        vpc: i.vpc_id.clone().into(),
        public_ip: i.public_ip_address.clone().into(),
        private_ip: i.private_ip_address.clone().into(),
        security_groups: ctx.parts(&DESCRIBE_INSTANCES, arn, "security_groups", i.security_groups.as_ref(), |group| {
            group.group_id.clone()
        }),
        volumes: ctx.parts(&DESCRIBE_INSTANCES, arn, "volumes", i.block_device_mappings.as_ref(), |mapping| {
            attached_volume(mapping, i.root_device_name())
        }),
        lifecycle: word(i.instance_lifecycle()).into(),
        image: i.image_id.clone().into(),
        usage_operation: i.usage_operation.clone().into(),
        detailed_monitoring: monitoring.map(|state| *state == MonitoringState::Enabled).into(),
        operator: operator(i),
        ..Instance::default()
    }
}

fn attached_volume(mapping: &InstanceBlockDeviceMapping, root: Option<&str>) -> Option<AttachedVolume> {
    let device = mapping.device_name.clone()?;
    let ebs = mapping.ebs()?;
    Some(AttachedVolume {
        root: device == root?,
        device,
        volume: ebs.volume_id.clone()?,
        delete_on_termination: ebs.delete_on_termination,
    })
}

/// Unread where a service runs the instance and AWS does not say which.
fn operator(instance: &SdkInstance) -> Fact<Option<String>> {
    match instance.operator() {
        Some(operator) if operator.managed == Some(true) => operator.principal.clone().map(Some).into(),
        Some(operator) => operator.principal.clone().into(),
        None => Fact::Known(None),
    }
}

fn volume_facts(v: &SdkVolume) -> Volume {
    // A volume that an AWS service holds names no instance.
    let holders = v.attachments.as_ref().map(|held| held.iter().filter_map(|held| held.instance_id.clone()).collect());
    Volume {
        state: word(v.state()).into(),
        size_gib: v.size.map(i64::from).into(),
        volume_type: word(v.volume_type()).into(),
        created_at: v.create_time().and_then(timestamp).into(),
        instances: holders.into(),
        ..Volume::default()
    }
}
