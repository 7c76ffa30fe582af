//! Amazon MemoryDB. Tags are not in this answer.

use aws_sdk_memorydb::types::{Cluster as SdkCluster, Node as SdkNode, Shard as SdkShard};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::metrics::{Metric, Query};
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::memorydb::{Cluster, Node, Shard};

pub(crate) const SERVICE: Service = Service { kinds: &[CLUSTER], metrics: &[METRICS], rates: &[] };

const DESCRIBE_CLUSTERS: Call = Call::new("memorydb", "DescribeClusters");

pub(crate) const CLUSTER: Kind =
    Kind::regional::<facts::memorydb::Cluster>(&[&DESCRIBE_CLUSTERS], |ctx| Box::pin(clusters(ctx)));

/// MemoryDB says of a whole cluster what is true of its nodes on the average.
pub(crate) const METRICS: &[Metric] = &[Metric::of::<facts::memorydb::Cluster>(
    "connections",
    "mean of hourly averages",
    |cluster| Query::new("AWS/MemoryDB", "CurrConnections", &[("ClusterName", &cluster.id)]).every(3600).into(),
    |_, series| series.first()?.mean(),
)
.over(7)];

async fn clusters(ctx: Context) {
    let client = aws_sdk_memorydb::Client::new(ctx.config());
    // Without its shards, a cluster does not say in which zones its nodes are.
    let request = client.describe_clusters().show_shard_details(true);
    ctx.listed(
        &DESCRIBE_CLUSTERS,
        request.into_paginator().send(),
        |page| page.clusters(),
        |cluster| {
            let arn = cluster.arn()?;
            Some((ResourceId::of(arn, cluster.name()), cluster_facts(&ctx, arn, cluster)))
        },
    )
    .await;
}

fn cluster_facts(ctx: &Context, arn: &str, c: &SdkCluster) -> Cluster {
    Cluster {
        status: c.status.clone().into(),
        engine: c.engine.clone().into(),
        availability_mode: c.availability_mode().map(|mode| mode.as_str().to_lowercase()).into(),
        snapshot_retention_days: c.snapshot_retention_limit.map(i64::from).into(),
        multi_region_cluster: c.multi_region_cluster_name.clone().into(),
        shards: ctx.parts(&DESCRIBE_CLUSTERS, arn, "shards", c.shards.as_ref(), shard),
        node_type: c.node_type.clone().into(),
        subnet_group: c.subnet_group_name.clone().into(),
        security_groups: ctx.parts(&DESCRIBE_CLUSTERS, arn, "security_groups", c.security_groups.as_ref(), |group| {
            group.security_group_id.clone()
        }),
        port: c.cluster_endpoint().map(|endpoint| i64::from(endpoint.port())).filter(|port| *port > 0).into(),
        ..Cluster::default()
    }
}

fn shard(shard: &SdkShard) -> Option<Shard> {
    Some(Shard { name: shard.name.clone()?, nodes: shard.nodes.as_ref()?.iter().map(node).collect::<Option<_>>()? })
}

fn node(node: &SdkNode) -> Option<Node> {
    Some(Node {
        name: node.name.clone()?,
        status: node.status.clone(),
        availability_zone: node.availability_zone.clone(),
    })
}
