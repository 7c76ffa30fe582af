//! What is kept in other regions: automated backups, and the clusters of global databases.

use aws_sdk_rds::Client;
use aws_sdk_rds::types::GlobalClusterMember;

use super::{DESCRIBE_AUTOMATED_BACKUPS, DESCRIBE_GLOBAL_CLUSTERS, named};
use crate::transport::collector_context::Context;
use waaudit_model::facts::rds::{AutomatedBackup, GlobalCluster};

pub(super) async fn automated_backups(ctx: Context) {
    let client = Client::new(ctx.config());
    let pages = client.describe_db_instance_automated_backups().into_paginator().send();
    ctx.listed(
        &DESCRIBE_AUTOMATED_BACKUPS,
        pages,
        |page| page.db_instance_automated_backups(),
        |backup| {
            let arn = backup.db_instance_arn()?;
            let copies = backup.db_instance_automated_backups_replications().iter();
            let copies: Option<Vec<_>> = copies.map(|copy| copy.db_instance_automated_backups_arn.clone()).collect();
            let name = named(arn, backup.db_instance_identifier(), backup.tag_list());
            Some((name, AutomatedBackup { copies: copies.into() }))
        },
    )
    .await;
}

/// The same global database may be listed in each of its regions.
pub(super) async fn global_clusters(ctx: Context) {
    let client = Client::new(ctx.config());
    ctx.listed(
        &DESCRIBE_GLOBAL_CLUSTERS,
        client.describe_global_clusters().into_paginator().send(),
        |page| page.global_clusters(),
        |cluster| {
            let arn = cluster.global_cluster_arn()?;
            let mut members: Vec<&GlobalClusterMember> = cluster.global_cluster_members().iter().collect();
            members.sort_by_key(|member| !member.is_writer.unwrap_or(false));
            let arns = members.into_iter().map(|member| member.db_cluster_arn.clone());
            let facts = GlobalCluster { clusters: arns.collect::<Option<Vec<_>>>().into() };
            Some((named(arn, cluster.global_cluster_identifier(), cluster.tag_list()), facts))
        },
    )
    .await;
}
