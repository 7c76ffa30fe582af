//! Clusters and the servers that are registered in them. The SDK makes 0 of an absent number; ECS sends them all.

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{
    Cluster as SdkCluster, ClusterField, ClusterSettingName, ContainerInstance, ContainerInstanceStatus,
};

use super::{PAGE, described, last_part, own_tags};
use crate::call::Call;
use crate::kind::Kind;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::ecs::{Cluster, Server};

const LIST_CLUSTERS: Call = Call::new("ecs", "ListClusters");
const DESCRIBE_CLUSTERS: Call = Call::new("ecs", "DescribeClusters");
const LIST_INSTANCES: Call = Call::new("ecs", "ListContainerInstances");
const DESCRIBE_INSTANCES: Call = Call::new("ecs", "DescribeContainerInstances");

/// So many clusters, or servers, are described by one call.
const AT_ONCE: usize = 100;

pub(crate) const CLUSTER: Kind = Kind::regional::<facts::ecs::Cluster>(
    &[&LIST_CLUSTERS, &DESCRIBE_CLUSTERS, &LIST_INSTANCES, &DESCRIBE_INSTANCES],
    |ctx| Box::pin(clusters(ctx)),
);

async fn clusters(ctx: Context) {
    let client = Client::new(ctx.config());
    let mut arns = Vec::new();
    let pages = client.list_clusters().max_results(PAGE).into_paginator().send();
    ctx.pages(&LIST_CLUSTERS, pages, |page| arns.extend_from_slice(page.cluster_arns())).await;
    run_bounded(arns.chunks(AT_ONCE).map(|arns| describe(&ctx, &client, arns))).await;
}

/// Clusters that can't be described are still there.
async fn describe(ctx: &Context, client: &Client, arns: &[String]) {
    let request = client.describe_clusters().set_clusters(Some(arns.to_vec()));
    let request = request.include(ClusterField::Settings).include(ClusterField::Tags);
    let Some(answer) = ctx.list(&DESCRIBE_CLUSTERS, request.send()).await else {
        for arn in arns {
            ctx.push(
                ResourceId { arn: arn.clone(), id: last_part(arn).to_owned(), ..ResourceId::default() },
                Cluster::default(),
            );
        }
        return;
    };
    described(ctx, &DESCRIBE_CLUSTERS, None, answer.failures());
    run_bounded(answer.clusters().iter().map(|cluster| push(ctx, client, cluster))).await;
}

async fn push(ctx: &Context, client: &Client, cluster: &SdkCluster) {
    let Some(arn) = ctx.entry(&DESCRIBE_CLUSTERS, cluster.cluster_arn()) else { return };
    let servers = match cluster.registered_container_instances_count {
        0 => Some(Vec::new()),
        _ => servers(ctx, client, arn).await,
    };
    let name = ResourceId {
        arn: arn.to_owned(),
        id: cluster.cluster_name().unwrap_or_else(|| last_part(arn)).to_owned(),
        tags: own_tags(cluster.tags.as_ref()),
        ..ResourceId::default()
    };
    ctx.push(name, Cluster { servers: servers.into(), ..cluster_facts(cluster) });
}

fn cluster_facts(c: &SdkCluster) -> Cluster {
    let insights = c.settings().iter().find(|setting| setting.name() == Some(&ClusterSettingName::ContainerInsights));
    Cluster {
        status: c.status.clone().into(),
        container_insights: insights.and_then(|setting| setting.value.clone()).into(),
        active_services: i64::from(c.active_services_count).into(),
        running_tasks: i64::from(c.running_tasks_count).into(),
        registered_instances: i64::from(c.registered_container_instances_count).into(),
        capacity_providers: c.capacity_providers.clone().into(),
        servers: Fact::Unread,
    }
}

async fn servers(ctx: &Context, client: &Client, cluster: &str) -> Option<Vec<Server>> {
    let request = client.list_container_instances().cluster(cluster).status(ContainerInstanceStatus::Active);
    let pages = request.max_results(PAGE).into_paginator().send();
    let pages = ctx.detail_pages(&LIST_INSTANCES, cluster, pages).await?;
    let mut arns = Vec::new();
    for page in pages {
        arns.extend(page.container_instance_arns?);
    }
    let mut servers = Vec::new();
    for arns in arns.chunks(AT_ONCE) {
        let request = client.describe_container_instances().cluster(cluster);
        let request = request.set_container_instances(Some(arns.to_vec())).send();
        let answer = ctx.detail(&DESCRIBE_INSTANCES, cluster, request).await?;
        if !described(ctx, &DESCRIBE_INSTANCES, Some(cluster), answer.failures()) {
            return None;
        }
        for instance in answer.container_instances().iter().filter(|instance| !is_external(instance)) {
            servers.push(server(instance)?);
        }
    }
    Some(servers)
}

/// Beginnings of attributes that tell what the agent can do: dozens on each server, and no condition asks for them.
const CAPABILITIES: &[&str] = &["com.amazonaws.", "ecs.capability."];

fn server(instance: &ContainerInstance) -> Option<Server> {
    let attributes = instance.attributes().iter();
    let kept = attributes.filter(|attribute| !CAPABILITIES.iter().any(|start| attribute.name().starts_with(start)));
    let named = kept.map(|attribute| (attribute.name.clone(), attribute.value.clone().unwrap_or_default()));
    Some(Server {
        availability_zone: zone(instance)?,
        instance: instance.ec2_instance_id.clone(),
        provider: instance.capacity_provider_name.clone(),
        attributes: named.collect(),
    })
}

/// A server outside AWS is in no zone.
fn is_external(instance: &ContainerInstance) -> bool {
    instance.attributes().iter().any(|attribute| attribute.name() == "ecs.capability.external")
}

fn zone(instance: &ContainerInstance) -> Option<String> {
    instance.attributes().iter().find(|attribute| attribute.name() == "ecs.availability-zone")?.value.clone()
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::{Attribute, ClusterSetting};

    use super::*;

    fn instance(attribute: &str, value: &str) -> ContainerInstance {
        let attribute = Attribute::builder().name(attribute).value(value).build().unwrap();
        ContainerInstance::builder().attributes(attribute).build()
    }

    #[test]
    fn a_server_tells_its_zone_and_one_outside_has_none() {
        assert_eq!(zone(&instance("ecs.availability-zone", "eu-west-1a")), Some("eu-west-1a".to_owned()));
        assert_eq!(zone(&instance("ecs.os-type", "linux")), None);
        assert!(is_external(&instance("ecs.capability.external", "")));
        assert!(!is_external(&instance("ecs.availability-zone", "eu-west-1a")));
    }

    #[test]
    fn insights_that_the_answer_does_not_name_are_unread() {
        let insights = ClusterSetting::builder().name(ClusterSettingName::ContainerInsights).value("enhanced").build();
        let said = cluster_facts(&SdkCluster::builder().settings(insights).build());
        assert_eq!(said.container_insights, Fact::Known("enhanced".to_owned()));
        assert!(cluster_facts(&SdkCluster::builder().build()).container_insights.is_unread());
    }
}
