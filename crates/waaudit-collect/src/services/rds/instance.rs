//! Database instances.

use aws_sdk_rds::types::{DbInstance as SdkInstance, DbInstanceStatusInfo, Subnet as SdkSubnet};

use super::{DESCRIBE_INSTANCES, groups, latest_restorable, named};
use crate::transport::collector_context::{Context, timestamp};
use crate::transport::decode::word;
use waaudit_model::facts::Fact;
use waaudit_model::facts::rds::DbInstance;

pub(super) async fn collect(ctx: Context) {
    let client = aws_sdk_rds::Client::new(ctx.config());
    ctx.listed(
        &DESCRIBE_INSTANCES,
        client.describe_db_instances().into_paginator().send(),
        |page| page.db_instances(),
        |instance| {
            let arn = instance.db_instance_arn()?;
            let name = named(arn, instance.db_instance_identifier(), instance.tag_list());
            Some((name, facts(instance)))
        },
    )
    .await;
}

fn facts(i: &SdkInstance) -> DbInstance {
    let group = i.db_subnet_group();
    let replica_of = i.read_replica_source_db_instance_identifier().or(i.read_replica_source_db_cluster_identifier());
    let parameters = i.db_parameter_groups().first();
    DbInstance {
        status: i.db_instance_status.clone().into(),
        engine: i.engine.clone().into(),
        engine_version: i.engine_version.clone().into(),
        instance_class: i.db_instance_class.clone().into(),
        created_at: i.instance_create_time().and_then(timestamp).into(),
        multi_az: i.multi_az.into(),
        pending_multi_az: i.pending_modified_values().and_then(|pending| pending.multi_az).into(),
        availability_zone: i.availability_zone.clone().into(),
        secondary_availability_zone: i.secondary_availability_zone.clone().into(),
        cluster: i.db_cluster_identifier.clone().into(),
        replica_of: replica_of.map(str::to_owned).into(),
        replicas: i.read_replica_db_instance_identifiers().to_vec().into(),
        replica_mode: word(i.replica_mode()).into(),
        promotion_tier: i.promotion_tier.map(i64::from).into(),
        publicly_accessible: i.publicly_accessible.into(),
        port: i.endpoint().and_then(|endpoint| endpoint.port).map(i64::from).into(),
        subnets: group.map_or(Fact::Unread, |group| {
            group.subnets().iter().filter_map(|subnet| subnet.subnet_identifier.clone()).collect::<Vec<_>>().into()
        }),
        vpc: group.and_then(|group| group.vpc_id.clone()).into(),
        security_groups: groups(i.vpc_security_groups()),
        parameter_group: parameters.and_then(|group| group.db_parameter_group_name.clone()).into(),
        parameters_status: parameters.and_then(|group| group.parameter_apply_status.clone()).into(),
        backup_retention_days: i.backup_retention_period.map(i64::from).into(),
        latest_restorable_at: latest_restorable(i.latest_restorable_time()),
        continuous_backup: i.aws_backup_recovery_point_arn.clone().into(),
        deletion_protection: i.deletion_protection.into(),
        on_outpost: on_outpost(i),
        performance_insights: i.performance_insights_enabled.into(),
        database_insights_mode: word(i.database_insights_mode()).into(),
        log_exports: i.enabled_cloudwatch_logs_exports().to_vec().into(),
        ..with_replication(i, with_storage(i))
    }
}

/// What runs on an Outpost has a subnet group that says so. A group without its subnets says nothing.
fn on_outpost(i: &SdkInstance) -> Fact<bool> {
    let Some(group) = i.db_subnet_group() else { return Fact::Known(false) };
    if group.subnets().is_empty() {
        return Fact::Unread;
    }
    let outpost = |subnet: &SdkSubnet| subnet.subnet_outpost().is_some_and(|outpost| outpost.arn().is_some());
    Fact::Known(group.subnets().iter().any(outpost))
}

fn with_storage(i: &SdkInstance) -> DbInstance {
    DbInstance {
        allocated_storage_gib: i.allocated_storage.map(i64::from).into(),
        max_allocated_storage_gib: i.max_allocated_storage.map(i64::from).into(),
        storage_type: i.storage_type.clone().into(),
        iops: i.iops.map(i64::from).into(),
        storage_throughput_mib: i.storage_throughput.map(i64::from).into(),
        ..DbInstance::default()
    }
}

/// What replicates nothing has no word of it.
fn with_replication(i: &SdkInstance, rest: DbInstance) -> DbInstance {
    let is_replication = |info: &&DbInstanceStatusInfo| info.status_type() == Some("read replication");
    let Some(replication) = i.status_infos().iter().find(is_replication) else {
        return DbInstance { replication_status: Fact::Known(None), replication_normal: Fact::Known(None), ..rest };
    };
    DbInstance {
        replication_status: replication.status.clone().map(Some).into(),
        replication_normal: replication.normal.map(Some).into(),
        ..rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_subnets(subnets: &[SdkSubnet], customer_owned_ip: bool) -> Fact<bool> {
        let group = aws_sdk_rds::types::DbSubnetGroup::builder().set_subnets(Some(subnets.to_vec())).build();
        let instance = SdkInstance::builder().db_subnet_group(group).customer_owned_ip_enabled(customer_owned_ip);
        facts(&instance.build()).on_outpost
    }

    #[test]
    fn subnets_tell_an_outpost_whatever_addresses_it_has() {
        let plain = SdkSubnet::builder().subnet_identifier("subnet-1");
        let outpost = aws_sdk_rds::types::Outpost::builder();
        let named =
            plain.clone().subnet_outpost(outpost.clone().arn("arn:aws:outposts:eu-west-1:1:outpost/op-1").build());
        let empty = plain.clone().subnet_outpost(outpost.build()).build();
        let (plain, on_outpost) = (plain.build(), named.build());
        assert_eq!(in_subnets(&[plain.clone(), on_outpost.clone()], false), Fact::Known(true));
        assert_eq!(in_subnets(&[on_outpost], true), Fact::Known(true));
        assert_eq!(in_subnets(&[plain, empty], true), Fact::Known(false));
        assert_eq!(in_subnets(&[], true), Fact::Unread);
        assert_eq!(facts(&SdkInstance::builder().build()).on_outpost, Fact::Known(false));
    }

    fn replica(info: Option<DbInstanceStatusInfo>) -> DbInstance {
        facts(&SdkInstance::builder().set_status_infos(info.map(|info| vec![info])).build())
    }

    #[test]
    fn replication_is_what_its_own_status_says_and_unread_where_that_is_silent() {
        let info = DbInstanceStatusInfo::builder().status_type("read replication");
        let stopped = replica(Some(info.clone().normal(false).status("error").build()));
        assert_eq!(stopped.replication_normal, Fact::Known(Some(false)));
        assert_eq!(stopped.replication_status, Fact::Known(Some("error".to_owned())));
        assert_eq!(replica(None).replication_normal, Fact::Known(None));
        assert!(replica(Some(info.build())).replication_normal.is_unread());
    }

    #[test]
    fn a_missing_boolean_is_not_false() {
        assert!(replica(None).performance_insights.is_unread());
        assert!(replica(None).parameters_status.is_unread());
    }
}
