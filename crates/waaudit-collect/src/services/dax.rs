//! DynamoDB Accelerator. Tags are not in this answer, and the SDK has no pager for it.

use aws_sdk_dax::types::{Cluster as SdkCluster, Node as SdkNode};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::dax::{Cluster, Node};

pub(crate) const SERVICE: Service = Service { kinds: &[CLUSTER], metrics: &[], rates: &[] };

const DESCRIBE_CLUSTERS: Call = Call::new("dax", "DescribeClusters");

pub(crate) const CLUSTER: Kind =
    Kind::regional::<facts::dax::Cluster>(&[&DESCRIBE_CLUSTERS], |ctx| Box::pin(clusters(ctx)));

async fn clusters(ctx: Context) {
    let client = aws_sdk_dax::Client::new(ctx.config());
    ctx.marked_pages(
        &DESCRIBE_CLUSTERS,
        |mark| client.describe_clusters().set_next_token(mark).send(),
        |page| page.next_token.clone(),
        |page| {
            for cluster in page.clusters() {
                let Some(arn) = ctx.entry(&DESCRIBE_CLUSTERS, cluster.cluster_arn()) else { continue };
                let id = cluster.cluster_name().unwrap_or(arn).to_owned();
                ctx.push(
                    ResourceId { arn: arn.to_owned(), id, ..ResourceId::default() },
                    cluster_facts(&ctx, arn, cluster),
                );
            }
        },
    )
    .await;
}

fn cluster_facts(ctx: &Context, arn: &str, c: &SdkCluster) -> Cluster {
    Cluster {
        status: c.status.clone().into(),
        active_nodes: c.active_nodes.map(i64::from).into(),
        nodes: ctx.parts(&DESCRIBE_CLUSTERS, arn, "nodes", c.nodes.as_ref(), node),
        node_type: c.node_type.clone().into(),
        subnet_group: c.subnet_group.clone().into(),
        ..Cluster::default()
    }
}

fn node(node: &SdkNode) -> Option<Node> {
    Some(Node {
        id: node.node_id.clone()?,
        status: node.node_status.clone(),
        availability_zone: node.availability_zone.clone(),
    })
}
