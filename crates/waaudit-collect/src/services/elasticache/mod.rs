//! Amazon ElastiCache: replication groups, clusters and serverless caches. Tags are not in these answers.

use aws_sdk_elasticache::types::{
    CacheCluster, GlobalReplicationGroupInfo, NodeGroup, NodeGroupMember, ReplicationGroup as SdkGroup,
    ServerlessCache as SdkServerless,
};

mod load;

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::transport::collector_context::{Context, ResourceId, timestamp};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::elasticache::{Cluster, ReplicationGroup, ServerlessCache, Shard, ShardMember, SubnetGroup};

pub(crate) use self::load::METRICS;

pub(crate) const SERVICE: Service =
    Service { kinds: &[CLUSTER, REPLICATION_GROUP, SERVERLESS_CACHE, SUBNET_GROUP], metrics: &[METRICS], rates: &[] };

const DESCRIBE_GROUPS: Call = Call::new("elasticache", "DescribeReplicationGroups");
const DESCRIBE_CLUSTERS: Call = Call::new("elasticache", "DescribeCacheClusters");
const DESCRIBE_SUBNET_GROUPS: Call = Call::new("elasticache", "DescribeCacheSubnetGroups");
const DESCRIBE_SERVERLESS: Call = Call::new("elasticache", "DescribeServerlessCaches");

pub(crate) const REPLICATION_GROUP: Kind =
    Kind::regional::<facts::elasticache::ReplicationGroup>(&[&DESCRIBE_GROUPS], |ctx| Box::pin(groups(ctx)));
pub(crate) const CLUSTER: Kind =
    Kind::regional::<facts::elasticache::Cluster>(&[&DESCRIBE_CLUSTERS], |ctx| Box::pin(clusters(ctx)));
pub(crate) const SERVERLESS_CACHE: Kind =
    Kind::regional::<facts::elasticache::ServerlessCache>(&[&DESCRIBE_SERVERLESS], |ctx| {
        Box::pin(serverless_caches(ctx))
    });

pub(crate) const SUBNET_GROUP: Kind =
    Kind::regional::<facts::elasticache::SubnetGroup>(&[&DESCRIBE_SUBNET_GROUPS], |ctx| Box::pin(subnet_groups(ctx)));

async fn groups(ctx: Context) {
    let client = aws_sdk_elasticache::Client::new(ctx.config());
    ctx.listed(
        &DESCRIBE_GROUPS,
        client.describe_replication_groups().into_paginator().send(),
        |page| page.replication_groups(),
        |group| {
            let arn = group.arn()?;
            Some((named(arn, group.replication_group_id()), group_facts(&ctx, arn, group)))
        },
    )
    .await;
}

async fn clusters(ctx: Context) {
    let client = aws_sdk_elasticache::Client::new(ctx.config());
    // Without its nodes, a cluster does not say which port it answers on.
    let request = client.describe_cache_clusters().show_cache_node_info(true);
    ctx.listed(
        &DESCRIBE_CLUSTERS,
        request.into_paginator().send(),
        |page| page.cache_clusters(),
        |cluster| {
            let arn = cluster.arn()?;
            Some((named(arn, cluster.cache_cluster_id()), cluster_facts(&ctx, arn, cluster)))
        },
    )
    .await;
}

async fn subnet_groups(ctx: Context) {
    let client = aws_sdk_elasticache::Client::new(ctx.config());
    let request = client.describe_cache_subnet_groups();
    ctx.listed(
        &DESCRIBE_SUBNET_GROUPS,
        request.into_paginator().send(),
        |page| page.cache_subnet_groups(),
        |group| {
            let id = group.cache_subnet_group_name()?;
            let arn = group.arn().map_or_else(|| ctx.arn("elasticache", &format!("subnetgroup:{id}")), str::to_owned);
            Some((named(&arn, Some(id)), SubnetGroup { vpc: group.vpc_id.clone().into() }))
        },
    )
    .await;
}

async fn serverless_caches(ctx: Context) {
    let client = aws_sdk_elasticache::Client::new(ctx.config());
    ctx.listed(
        &DESCRIBE_SERVERLESS,
        client.describe_serverless_caches().into_paginator().send(),
        |page| page.serverless_caches(),
        |cache| {
            let arn = cache.arn()?;
            Some((named(arn, cache.serverless_cache_name()), serverless_facts(&ctx, arn, cache)))
        },
    )
    .await;
}

fn named(arn: &str, id: Option<&str>) -> ResourceId {
    ResourceId::of(arn, id)
}

fn group_facts(ctx: &Context, arn: &str, g: &SdkGroup) -> ReplicationGroup {
    let global = g.global_replication_group_info();
    ReplicationGroup {
        status: g.status.clone().into(),
        automatic_failover: word(g.automatic_failover()).into(),
        multi_az: word(g.multi_az()).into(),
        cluster_mode: g.cluster_enabled.into(),
        cluster_mode_step: word(g.cluster_mode()).into(),
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
        outpost: m.preferred_outpost_arn.clone(),
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
        port: c.cache_nodes().iter().find_map(|node| node.endpoint()?.port()).map(i64::from).into(),
        outpost: c.preferred_outpost_arn.clone().into(),
        created_at: c.cache_cluster_create_time().and_then(timestamp).into(),
        few_vcpus: c.cache_node_type().map(few_vcpus).into(),
        ..Cluster::default()
    }
}

/// Types with one vCPU, whose sizes have two in newer families, and the one with two whose size has four.
const ONE_VCPU: &[&str] = &["cache.t1.micro", "cache.t2.micro", "cache.t2.small", "cache.m1.small", "cache.m1.medium"];
const SMALL_M3: &str = "cache.m3.medium";
const TWO_VCPUS: &[&str] = &["micro", "small", "medium", "large"];
const LARGE_M2: &str = "cache.m2.xlarge";

fn few_vcpus(node_type: &str) -> Option<i64> {
    let size = node_type.rsplit('.').next()?;
    if node_type == SMALL_M3 || ONE_VCPU.contains(&node_type) {
        return Some(1);
    }
    (node_type == LARGE_M2 || TWO_VCPUS.contains(&size)).then_some(2)
}

fn serverless_facts(ctx: &Context, arn: &str, c: &SdkServerless) -> ServerlessCache {
    ServerlessCache {
        status: c.status().map(str::to_lowercase).into(),
        engine: c.engine.clone().into(),
        subnets: c.subnet_ids.clone().into(),
        security_groups: ctx
            .parts(&DESCRIBE_SERVERLESS, arn, "security_groups", c.security_group_ids.as_ref(), |id| Some(id.clone())),
        port: c.endpoint().and_then(|endpoint| endpoint.port()).map(i64::from).into(),
        created_at: c.create_time().and_then(timestamp).into(),
        ..ServerlessCache::default()
    }
}

#[cfg(test)]
mod tests {
    use super::few_vcpus;

    #[test]
    fn few_vcpus_are_told_by_the_name_of_a_type() {
        for (node_type, vcpus) in [
            ("cache.t4g.micro", Some(2)),
            ("cache.t2.micro", Some(1)),
            ("cache.t2.medium", Some(2)),
            ("cache.m3.medium", Some(1)),
            ("cache.r7g.large", Some(2)),
            ("cache.c7gn.large", Some(2)),
            ("cache.m2.xlarge", Some(2)),
            ("cache.r7g.xlarge", None),
            ("cache.r7g.16xlarge", None),
        ] {
            assert_eq!(few_vcpus(node_type), vcpus, "{node_type}");
        }
    }
}
