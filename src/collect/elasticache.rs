//! Amazon ElastiCache: replication groups, clusters and serverless caches. Tags are not in these answers.

use aws_sdk_elasticache::types::{
    CacheCluster, GlobalReplicationGroupInfo, NodeGroup, NodeGroupMember, ReplicationGroup as SdkGroup,
    ServerlessCache as SdkServerless,
};

use super::Kind;
use super::answer::word;
use super::aws::{Call, Context, Named};
use crate::facts::elasticache::{Cluster, ReplicationGroup, ServerlessCache, Shard, ShardMember};

const DESCRIBE_GROUPS: Call = Call::new("elasticache", "DescribeReplicationGroups");
const DESCRIBE_CLUSTERS: Call = Call::new("elasticache", "DescribeCacheClusters");
const DESCRIBE_SERVERLESS: Call = Call::new("elasticache", "DescribeServerlessCaches");

pub(super) const REPLICATION_GROUP: Kind =
    Kind::regional("elasticache.replication_group", &[&DESCRIBE_GROUPS], |ctx| Box::pin(groups(ctx)));
pub(super) const CLUSTER: Kind =
    Kind::regional("elasticache.cluster", &[&DESCRIBE_CLUSTERS], |ctx| Box::pin(clusters(ctx)));
pub(super) const SERVERLESS_CACHE: Kind =
    Kind::regional("elasticache.serverless_cache", &[&DESCRIBE_SERVERLESS], |ctx| Box::pin(serverless_caches(ctx)));

async fn groups(ctx: Context) {
    let client = aws_sdk_elasticache::Client::new(ctx.config());
    ctx.pages(&DESCRIBE_GROUPS, client.describe_replication_groups().into_paginator().send(), |page| {
        for group in page.replication_groups() {
            let Some(arn) = ctx.entry(&DESCRIBE_GROUPS, group.arn()) else { continue };
            ctx.push(named(arn, group.replication_group_id()), group_facts(&ctx, arn, group));
        }
    })
    .await;
}

async fn clusters(ctx: Context) {
    let client = aws_sdk_elasticache::Client::new(ctx.config());
    ctx.pages(&DESCRIBE_CLUSTERS, client.describe_cache_clusters().into_paginator().send(), |page| {
        for cluster in page.cache_clusters() {
            let Some(arn) = ctx.entry(&DESCRIBE_CLUSTERS, cluster.arn()) else { continue };
            ctx.push(named(arn, cluster.cache_cluster_id()), cluster_facts(&ctx, arn, cluster));
        }
    })
    .await;
}

async fn serverless_caches(ctx: Context) {
    let client = aws_sdk_elasticache::Client::new(ctx.config());
    ctx.pages(&DESCRIBE_SERVERLESS, client.describe_serverless_caches().into_paginator().send(), |page| {
        for cache in page.serverless_caches() {
            let Some(arn) = ctx.entry(&DESCRIBE_SERVERLESS, cache.arn()) else { continue };
            ctx.push(named(arn, cache.serverless_cache_name()), serverless_facts(cache));
        }
    })
    .await;
}

fn named(arn: &str, id: Option<&str>) -> Named {
    Named { arn: arn.to_owned(), id: id.unwrap_or(arn).to_owned(), ..Named::default() }
}

fn group_facts(ctx: &Context, arn: &str, g: &SdkGroup) -> ReplicationGroup {
    let global = g.global_replication_group_info();
    ReplicationGroup {
        status: g.status.clone().into(),
        automatic_failover: word(g.automatic_failover()).into(),
        multi_az: word(g.multi_az()).into(),
        cluster_mode: g.cluster_enabled.into(),
        shards: ctx.parts(&DESCRIBE_GROUPS, arn, "shards", g.node_groups.as_ref(), shard),
        global_role: word(global.and_then(GlobalReplicationGroupInfo::global_replication_group_member_role)).into(),
        node_type: g.cache_node_type.clone().into(),
        ..ReplicationGroup::default()
    }
}

fn shard(shard: &NodeGroup) -> Option<Shard> {
    Some(Shard {
        id: shard.node_group_id.clone()?,
        members: shard.node_group_members.as_ref()?.iter().map(member).collect::<Option<_>>()?,
    })
}

fn member(m: &NodeGroupMember) -> Option<ShardMember> {
    Some(ShardMember {
        cluster: m.cache_cluster_id.clone()?,
        role: m.current_role.clone(),
        availability_zone: m.preferred_availability_zone.clone(),
    })
}

fn cluster_facts(ctx: &Context, arn: &str, c: &CacheCluster) -> Cluster {
    Cluster {
        status: c.cache_cluster_status.clone().into(),
        engine: c.engine.clone().into(),
        replication_group: c.replication_group_id.clone().into(),
        node_type: c.cache_node_type.clone().into(),
        node_count: c.num_cache_nodes.map(i64::from).into(),
        availability_zone: c.preferred_availability_zone.clone().into(),
        subnet_group: c.cache_subnet_group_name.clone().into(),
        security_groups: ctx.parts(&DESCRIBE_CLUSTERS, arn, "security_groups", c.security_groups.as_ref(), |group| {
            group.security_group_id.clone()
        }),
    }
}

fn serverless_facts(c: &SdkServerless) -> ServerlessCache {
    ServerlessCache {
        status: c.status().map(str::to_lowercase).into(),
        engine: c.engine.clone().into(),
        subnets: c.subnet_ids.clone().into(),
    }
}
