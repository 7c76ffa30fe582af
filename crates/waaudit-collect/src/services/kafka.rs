//! Amazon MSK. IAM calls it kafka.

use aws_sdk_kafka::types::{Cluster as SdkCluster, ClusterType};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::transport::collector_context::{Context, ResourceId, timestamp};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::kafka::Cluster;

pub(crate) const SERVICE: Service = Service { kinds: &[CLUSTER], metrics: &[], rates: &[] };

const LIST_CLUSTERS: Call = Call::new("kafka", "ListClustersV2");

pub(crate) const CLUSTER: Kind =
    Kind::regional::<facts::kafka::Cluster>(&[&LIST_CLUSTERS], |ctx| Box::pin(clusters(ctx)));

async fn clusters(ctx: Context) {
    let client = aws_sdk_kafka::Client::new(ctx.config());
    ctx.listed(
        &LIST_CLUSTERS,
        client.list_clusters_v2().into_paginator().send(),
        |page| page.cluster_info_list(),
        |cluster| {
            let arn = cluster.cluster_arn()?;
            let name = ResourceId {
                arn: arn.to_owned(),
                id: cluster.cluster_name().unwrap_or(arn).to_owned(),
                tags: cluster.tags.clone().map(|tags| tags.into_iter().collect()),
                ..ResourceId::default()
            };
            Some((name, cluster_facts(cluster)))
        },
    )
    .await;
}

fn cluster_facts(c: &SdkCluster) -> Cluster {
    let serverless = c.cluster_type() == Some(&ClusterType::Serverless);
    let provisioned = c.provisioned();
    let nodes = provisioned.and_then(|provisioned| provisioned.broker_node_group_info());
    // What a serverless cluster does not have is none; what AWS did not send of another one is unread.
    let brokers = provisioned.and_then(|provisioned| provisioned.number_of_broker_nodes).map(i64::from);
    let instance_type = nodes.and_then(|nodes| nodes.instance_type.clone());
    Cluster {
        state: word(c.state()).into(),
        cluster_type: word(c.cluster_type()).into(),
        brokers: if serverless { Fact::Known(None) } else { brokers.map(Some).into() },
        instance_type: if serverless { Fact::Known(None) } else { instance_type.map(Some).into() },
        subnets: if serverless {
            Fact::Known(Vec::new())
        } else {
            nodes.and_then(|nodes| nodes.client_subnets.clone()).into()
        },
        created_at: c.creation_time().and_then(timestamp).into(),
        ..Cluster::default()
    }
}
