//! Database clusters.

use aws_sdk_rds::types::{DbCluster as SdkCluster, DbClusterMember as SdkMember};
use serde_json::Value;

use super::{DESCRIBE_CLUSTERS, groups, latest_restorable, named, text};
use crate::metrics::{Asked, Metric, Query};
use crate::transport::collector_context::Context;
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::rds::{ClusterMember, DbCluster};
use waaudit_model::snapshot::Resource;

pub(super) const METRICS: &[Metric] = &[
    Metric::of::<facts::rds::DbCluster>(
        "reader_cpu_percent_busiest_hour",
        "largest of the averages of each hour of the day",
        reader_cpu,
        |_, series| series.first()?.busiest_hour(),
    ),
    Metric::of::<facts::rds::DbCluster>(
        "reader_cpu_day_ratio",
        "largest by smallest of the averages of each hour of the day",
        reader_cpu,
        |_, series| Some(1.0 / series.first()?.quietest_share()?),
    ),
];

/// Aurora publishes its members' averages by role.
fn reader_cpu(cluster: &Resource) -> Asked {
    let members = cluster.facts.get("members").and_then(Value::as_array);
    match (text(cluster, "engine"), members) {
        (Some(engine), _) if !engine.starts_with("aurora") => Asked::Nothing,
        (Some(_), Some(members)) if members.len() < 2 => Asked::Nothing,
        (Some(_), Some(_)) => {
            let role = [("DBClusterIdentifier", cluster.id.as_str()), ("Role", "READER")];
            Query::new("AWS/RDS", "CPUUtilization", &role).every(3600).into()
        }
        _ => Asked::Unclear,
    }
}

pub(super) async fn collect(ctx: Context) {
    let client = aws_sdk_rds::Client::new(ctx.config());
    ctx.listed(
        &DESCRIBE_CLUSTERS,
        client.describe_db_clusters().into_paginator().send(),
        |page| page.db_clusters(),
        |cluster| {
            let arn = cluster.db_cluster_arn()?;
            let name = named(arn, cluster.db_cluster_identifier(), cluster.tag_list());
            Some((name, facts(&ctx, arn, cluster)))
        },
    )
    .await;
}

fn facts(ctx: &Context, arn: &str, c: &SdkCluster) -> DbCluster {
    let serverless = c.serverless_v2_scaling_configuration();
    DbCluster {
        status: c.status.clone().into(),
        engine: c.engine.clone().into(),
        engine_mode: c.engine_mode.clone().into(),
        scalability: word(c.cluster_scalability_type()).into(),
        multi_az_cluster_class: c.db_cluster_instance_class.clone().into(),
        members: ctx.parts(&DESCRIBE_CLUSTERS, arn, "members", c.db_cluster_members.as_ref(), member),
        replica_of: c.replication_source_identifier.clone().into(),
        replicas: c.read_replica_identifiers().to_vec().into(),
        backup_retention_days: c.backup_retention_period.map(i64::from).into(),
        latest_restorable_at: latest_restorable(c.latest_restorable_time()),
        continuous_backup: c.aws_backup_recovery_point_arn.clone().into(),
        deletion_protection: c.deletion_protection.into(),
        security_groups: groups(c.vpc_security_groups()),
        port: c.port.map(i64::from).into(),
        data_api: c.http_endpoint_enabled.into(),
        parameter_group: c.db_cluster_parameter_group.clone().into(),
        log_exports: c.enabled_cloudwatch_logs_exports().to_vec().into(),
        serverless_min_capacity: serverless.and_then(|range| range.min_capacity).into(),
        serverless_max_capacity: serverless.and_then(|range| range.max_capacity).into(),
        ..DbCluster::default()
    }
}

fn member(member: &SdkMember) -> Option<ClusterMember> {
    Some(ClusterMember {
        instance: member.db_instance_identifier.clone()?,
        writer: member.is_cluster_writer?,
        promotion_tier: member.promotion_tier.map(i64::from),
        parameters_status: member.db_cluster_parameter_group_status.clone(),
    })
}
