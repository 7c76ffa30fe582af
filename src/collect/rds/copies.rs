//! What is kept in other regions: automated backups, and the clusters of global databases.

use aws_sdk_rds::Client;
use aws_sdk_rds::types::GlobalClusterMember;

use super::{DESCRIBE_AUTOMATED_BACKUPS, DESCRIBE_GLOBAL_CLUSTERS, named};
use crate::collect::aws::Context;
use crate::facts::rds::{AutomatedBackup, GlobalCluster};

pub(super) async fn automated_backups(ctx: Context) {
    let client = Client::new(ctx.config());
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

/// The same global database may be listed in each of its regions.
pub(super) async fn global_clusters(ctx: Context) {
    let client = Client::new(ctx.config());
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
