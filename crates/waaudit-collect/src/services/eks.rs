//! Amazon EKS: clusters, and the node groups that start from them. What runs inside Kubernetes is not visible here.

use aws_sdk_eks::Client;
use aws_sdk_eks::types::{Cluster as SdkCluster, Nodegroup};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId, timestamp};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::eks::{Cluster, NodeGroup};

pub(crate) const SERVICE: Service = Service { kinds: &[CLUSTER, NODE_GROUP], metrics: &[], rates: &[] };

const LIST_CLUSTERS: Call = Call::new("eks", "ListClusters");
const DESCRIBE_CLUSTER: Call = Call::new("eks", "DescribeCluster");
const LIST_NODE_GROUPS: Call = Call::new("eks", "ListNodegroups");
const DESCRIBE_NODE_GROUP: Call = Call::new("eks", "DescribeNodegroup");

pub(crate) const CLUSTER: Kind =
    Kind::regional::<facts::eks::Cluster>(&[&LIST_CLUSTERS, &DESCRIBE_CLUSTER], |ctx| Box::pin(clusters(ctx)));
pub(crate) const NODE_GROUP: Kind =
    Kind::regional::<facts::eks::NodeGroup>(&[&LIST_NODE_GROUPS, &DESCRIBE_NODE_GROUP], |ctx| {
        Box::pin(node_groups(ctx))
    })
    .after::<facts::eks::Cluster>();

async fn clusters(ctx: Context) {
    let client = Client::new(ctx.config());
    let mut names = Vec::new();
    let pages = client.list_clusters().into_paginator().send();
    ctx.pages(&LIST_CLUSTERS, pages, |page| names.extend_from_slice(page.clusters())).await;
    run_bounded(names.iter().map(|name| cluster(&ctx, &client, name))).await;
}

/// A cluster that can't be described is still there.
async fn cluster(ctx: &Context, client: &Client, name: &str) {
    let arn = ctx.arn("eks", &format!("cluster/{name}"));
    let answer = ctx.detail(&DESCRIBE_CLUSTER, &arn, client.describe_cluster().name(name).send()).await;
    let cluster = answer.as_ref().and_then(|answer| answer.cluster());
    let tags = cluster.and_then(|cluster| cluster.tags()).map(|tags| tags.clone().into_iter().collect());
    let facts = cluster.map(cluster_facts).unwrap_or_default();
    ctx.push(ResourceId { arn, id: name.to_owned(), tags, ..ResourceId::default() }, facts);
}

fn cluster_facts(c: &SdkCluster) -> Cluster {
    let network = c.resources_vpc_config();
    Cluster {
        status: word(c.status()).into(),
        vpc: network.and_then(|network| network.vpc_id.clone()).into(),
        subnets: network.and_then(|network| network.subnet_ids.clone()).into(),
        auto_mode: c.compute_config().map_or(Fact::Known(None), |config| config.enabled.map(Some).into()),
        on_outpost: c.outpost_config().is_some().into(),
        created_at: c.created_at().and_then(timestamp).into(),
        ..Cluster::default()
    }
}

async fn node_groups(ctx: Context) {
    ctx.inherit_gaps();
    let client = Client::new(ctx.config());
    run_bounded(ctx.before.resources().map(|cluster| of_cluster(&ctx, &client, &cluster.id))).await;
}

async fn of_cluster(ctx: &Context, client: &Client, cluster: &str) {
    let mut names = Vec::new();
    let pages = client.list_nodegroups().cluster_name(cluster).into_paginator().send();
    ctx.pages(&LIST_NODE_GROUPS, pages, |page| names.extend_from_slice(page.nodegroups())).await;
    run_bounded(names.iter().map(|name| node_group(ctx, client, cluster, name))).await;
}

async fn node_group(ctx: &Context, client: &Client, cluster: &str, name: &str) {
    let arn = ctx.arn("eks", &format!("nodegroup/{cluster}/{name}"));
    let request = client.describe_nodegroup().cluster_name(cluster).nodegroup_name(name);
    let answer = ctx.detail(&DESCRIBE_NODE_GROUP, &arn, request.send()).await;
    let group = answer.as_ref().and_then(|answer| answer.nodegroup());
    let named = ResourceId {
        arn: group.and_then(|group| group.nodegroup_arn.clone()).unwrap_or(arn),
        id: name.to_owned(),
        tags: group.and_then(|group| group.tags()).map(|tags| tags.clone().into_iter().collect()),
        ..ResourceId::default()
    };
    let read = group.map(node_group_facts).unwrap_or_default();
    ctx.push(named, NodeGroup { cluster: cluster.to_owned().into(), ..read });
}

fn node_group_facts(g: &Nodegroup) -> NodeGroup {
    let scaling = g.scaling_config();
    let groups = g.resources().and_then(|resources| resources.auto_scaling_groups.as_ref());
    NodeGroup {
        status: word(g.status()).into(),
        subnets: g.subnets.clone().into(),
        min_size: scaling.and_then(|scaling| scaling.min_size).map(i64::from).into(),
        max_size: scaling.and_then(|scaling| scaling.max_size).map(i64::from).into(),
        desired_size: scaling.and_then(|scaling| scaling.desired_size).map(i64::from).into(),
        auto_scaling_groups: groups.and_then(|groups| groups.iter().map(|group| group.name.clone()).collect()).into(),
        ..NodeGroup::default()
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_eks::types::{ComputeConfigResponse, NodegroupScalingConfig, OutpostConfigResponse};

    use super::*;

    #[test]
    fn auto_mode_is_on_off_none_or_unread() {
        let mode = |config: Option<ComputeConfigResponse>| {
            cluster_facts(&SdkCluster::builder().set_compute_config(config).build()).auto_mode
        };
        let config = |enabled| Some(ComputeConfigResponse::builder().set_enabled(enabled).build());
        assert_eq!(mode(config(Some(true))), Fact::Known(Some(true)));
        assert_eq!(mode(config(Some(false))), Fact::Known(Some(false)));
        assert_eq!(mode(None), Fact::Known(None));
        assert!(mode(config(None)).is_unread());
    }

    #[test]
    fn a_cluster_on_an_outpost_says_so() {
        let outpost = OutpostConfigResponse::builder().outpost_arns("op").control_plane_instance_type("m5.large");
        let cluster = SdkCluster::builder().outpost_config(outpost.build().unwrap()).build();
        assert_eq!(cluster_facts(&cluster).on_outpost, Fact::Known(true));
    }

    #[test]
    fn sizes_of_a_node_group_are_read_or_unread() {
        let scaling = NodegroupScalingConfig::builder().min_size(1).max_size(4).build();
        let facts = node_group_facts(&Nodegroup::builder().scaling_config(scaling).build());
        assert_eq!((facts.min_size, facts.max_size), (Fact::Known(1), Fact::Known(4)));
        assert!(facts.desired_size.is_unread() && facts.subnets.is_unread());
    }
}
