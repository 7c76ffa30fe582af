//! Amazon RDS and Aurora. DocumentDB and Neptune answer the same calls.

use aws_sdk_rds::types::{
    DbCluster as SdkCluster, DbClusterMember as SdkMember, DbInstance as SdkInstance, GlobalClusterMember, Tag,
    VpcSecurityGroupMembership,
};

use super::Kind;
use super::aws::{Call, Context, Named, tags};
use super::metrics::{Metric, Query};
use crate::facts::Fact;
use crate::facts::rds::{AutomatedBackup, ClusterMember, DbCluster, DbInstance, GlobalCluster};
use crate::snapshot::Resource;

const DESCRIBE_INSTANCES: Call = Call::new("rds", "DescribeDBInstances");
const DESCRIBE_GLOBAL_CLUSTERS: Call = Call::new("rds", "DescribeGlobalClusters");
const DESCRIBE_CLUSTERS: Call = Call::new("rds", "DescribeDBClusters");

pub(super) const DB_INSTANCE: Kind =
    Kind::regional("rds.db_instance", &[&DESCRIBE_INSTANCES], |ctx| Box::pin(instances(ctx)));
pub(super) const DB_CLUSTER: Kind =
    Kind::regional("rds.db_cluster", &[&DESCRIBE_CLUSTERS], |ctx| Box::pin(clusters(ctx)));

pub(super) const GLOBAL_CLUSTER: Kind =
    Kind::regional("rds.global_cluster", &[&DESCRIBE_GLOBAL_CLUSTERS], |ctx| Box::pin(global_clusters(ctx)));

const DESCRIBE_AUTOMATED_BACKUPS: Call = Call::new("rds", "DescribeDBInstanceAutomatedBackups");
pub(super) const AUTOMATED_BACKUP: Kind =
    Kind::regional("rds.automated_backup", &[&DESCRIBE_AUTOMATED_BACKUPS], |ctx| Box::pin(automated_backups(ctx)));

async fn automated_backups(ctx: Context) {
    let client = aws_sdk_rds::Client::new(ctx.config());
    let pages = client.describe_db_instance_automated_backups().into_paginator().send();
    ctx.pages(&DESCRIBE_AUTOMATED_BACKUPS, pages, |page| {
        for backup in page.db_instance_automated_backups() {
            let Some(arn) = ctx.entry(&DESCRIBE_AUTOMATED_BACKUPS, backup.db_instance_arn()) else { continue };
            let copies = backup.db_instance_automated_backups_replications().iter();
            let copies: Option<Vec<_>> = copies.map(|copy| copy.db_instance_automated_backups_arn.clone()).collect();
            let name = named(arn, backup.db_instance_identifier(), backup.tag_list());
            ctx.push(name, AutomatedBackup { copies: copies.into() });
        }
    })
    .await;
}

pub(super) const METRICS: &[Metric] = &[Metric::new(
    "rds.db_instance",
    "cpu_percent_p95",
    "95th percentile of 5-minute averages",
    |instance| of_instance("CPUUtilization", instance).into(),
    |_, series| series.first()?.percentile(95.0),
)];

/// A metric that RDS publishes of every instance.
fn of_instance(metric: &str, instance: &Resource) -> Query {
    Query::new("AWS/RDS", metric, &[("DBInstanceIdentifier", &instance.id)])
}

async fn instances(ctx: Context) {
    let client = aws_sdk_rds::Client::new(ctx.config());
    ctx.pages(&DESCRIBE_INSTANCES, client.describe_db_instances().into_paginator().send(), |page| {
        for instance in page.db_instances() {
            let Some(arn) = ctx.entry(&DESCRIBE_INSTANCES, instance.db_instance_arn()) else { continue };
            let name = named(arn, instance.db_instance_identifier(), instance.tag_list());
            ctx.push(name, instance_facts(instance));
        }
    })
    .await;
}

async fn clusters(ctx: Context) {
    let client = aws_sdk_rds::Client::new(ctx.config());
    ctx.pages(&DESCRIBE_CLUSTERS, client.describe_db_clusters().into_paginator().send(), |page| {
        for cluster in page.db_clusters() {
            let Some(arn) = ctx.entry(&DESCRIBE_CLUSTERS, cluster.db_cluster_arn()) else { continue };
            let name = named(arn, cluster.db_cluster_identifier(), cluster.tag_list());
            ctx.push(name, cluster_facts(&ctx, arn, cluster));
        }
    })
    .await;
}

/// The same global database may be listed in each of its regions.
async fn global_clusters(ctx: Context) {
    let client = aws_sdk_rds::Client::new(ctx.config());
    ctx.pages(&DESCRIBE_GLOBAL_CLUSTERS, client.describe_global_clusters().into_paginator().send(), |page| {
        for cluster in page.global_clusters() {
            let Some(arn) = ctx.entry(&DESCRIBE_GLOBAL_CLUSTERS, cluster.global_cluster_arn()) else { continue };
            let mut members: Vec<&GlobalClusterMember> = cluster.global_cluster_members().iter().collect();
            members.sort_by_key(|member| !member.is_writer.unwrap_or(false));
            let arns = members.into_iter().map(|member| member.db_cluster_arn.clone());
            let facts = GlobalCluster { clusters: arns.collect::<Option<Vec<_>>>().into() };
            ctx.push(named(arn, cluster.global_cluster_identifier(), cluster.tag_list()), facts);
        }
    })
    .await;
}

fn named(arn: &str, id: Option<&str>, tag_list: &[Tag]) -> Named {
    Named {
        arn: arn.to_owned(),
        id: id.unwrap_or(arn).to_owned(),
        tags: Some(tags(tag_list, Tag::key, Tag::value)),
        ..Named::default()
    }
}

fn instance_facts(i: &SdkInstance) -> DbInstance {
    let group = i.db_subnet_group();
    let replica_of = i.read_replica_source_db_instance_identifier().or(i.read_replica_source_db_cluster_identifier());
    DbInstance {
        status: i.db_instance_status.clone().into(),
        engine: i.engine.clone().into(),
        instance_class: i.db_instance_class.clone().into(),
        multi_az: i.multi_az.into(),
        pending_multi_az: i.pending_modified_values().and_then(|pending| pending.multi_az).into(),
        availability_zone: i.availability_zone.clone().into(),
        secondary_availability_zone: i.secondary_availability_zone.clone().into(),
        cluster: i.db_cluster_identifier.clone().into(),
        replica_of: replica_of.map(str::to_owned).into(),
        replicas: i.read_replica_db_instance_identifiers().to_vec().into(),
        promotion_tier: i.promotion_tier.map(i64::from).into(),
        publicly_accessible: i.publicly_accessible.into(),
        subnets: group.map_or(Fact::Unread, |group| {
            group.subnets().iter().filter_map(|subnet| subnet.subnet_identifier.clone()).collect::<Vec<_>>().into()
        }),
        vpc: group.and_then(|group| group.vpc_id.clone()).into(),
        security_groups: groups(i.vpc_security_groups()),
        port: i.endpoint().and_then(|endpoint| endpoint.port).map(i64::from).into(),
        allocated_storage_gib: i.allocated_storage.map(i64::from).into(),
        max_allocated_storage_gib: i.max_allocated_storage.map(i64::from).into(),
        storage_type: i.storage_type.clone().into(),
        backup_retention_days: i.backup_retention_period.map(i64::from).into(),
        deletion_protection: i.deletion_protection.into(),
        on_outpost: Fact::Known(i.customer_owned_ip_enabled == Some(true)),
        ..DbInstance::default()
    }
}

fn cluster_facts(ctx: &Context, arn: &str, c: &SdkCluster) -> DbCluster {
    DbCluster {
        status: c.status.clone().into(),
        engine: c.engine.clone().into(),
        engine_mode: c.engine_mode.clone().into(),
        multi_az_cluster_class: c.db_cluster_instance_class.clone().into(),
        members: ctx.parts(&DESCRIBE_CLUSTERS, arn, "members", c.db_cluster_members.as_ref(), member),
        replica_of: c.replication_source_identifier.clone().into(),
        backup_retention_days: c.backup_retention_period.map(i64::from).into(),
        deletion_protection: c.deletion_protection.into(),
        security_groups: groups(c.vpc_security_groups()),
        port: c.port.map(i64::from).into(),
        ..DbCluster::default()
    }
}

fn member(member: &SdkMember) -> Option<ClusterMember> {
    Some(ClusterMember {
        instance: member.db_instance_identifier.clone()?,
        writer: member.is_cluster_writer?,
        promotion_tier: member.promotion_tier.map(i64::from),
    })
}

fn groups(memberships: &[VpcSecurityGroupMembership]) -> Fact<Vec<String>> {
    let ids = memberships.iter().map(|membership| membership.vpc_security_group_id.clone());
    ids.collect::<Option<Vec<_>>>().into()
}
