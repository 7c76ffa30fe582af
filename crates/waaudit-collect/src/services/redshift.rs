//! Amazon Redshift: provisioned clusters.

use aws_sdk_redshift::types::{Cluster as SdkCluster, Tag};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::transport::collector_context::{Context, ResourceId, tags, timestamp};
use waaudit_model::facts;
use waaudit_model::facts::redshift::Cluster;

pub(crate) const SERVICE: Service = Service { kinds: &[CLUSTER], metrics: &[], rates: &[] };

const DESCRIBE_CLUSTERS: Call = Call::new("redshift", "DescribeClusters");

pub(crate) const CLUSTER: Kind =
    Kind::regional::<facts::redshift::Cluster>(&[&DESCRIBE_CLUSTERS], |ctx| Box::pin(clusters(ctx)));

async fn clusters(ctx: Context) {
    let client = aws_sdk_redshift::Client::new(ctx.config());
    ctx.listed(
        &DESCRIBE_CLUSTERS,
        client.describe_clusters().into_paginator().send(),
        |page| page.clusters(),
        |cluster| {
            let id = cluster.cluster_identifier()?;
            let name = ResourceId {
                arn: ctx.arn("redshift", &format!("cluster:{id}")),
                id: id.to_owned(),
                tags: cluster.tags.as_ref().map(|own| tags(own, Tag::key, Tag::value)),
                ..ResourceId::default()
            };
            Some((name, cluster_facts(cluster)))
        },
    )
    .await;
}

fn cluster_facts(c: &SdkCluster) -> Cluster {
    let is_on = |word: &Option<String>| word.as_ref().map(|word| word.eq_ignore_ascii_case("enabled"));
    Cluster {
        status: c.cluster_status.clone().into(),
        node_type: c.node_type.clone().into(),
        nodes: c.number_of_nodes.map(i64::from).into(),
        availability_zone: c.availability_zone.clone().into(),
        multi_az: is_on(&c.multi_az).into(),
        relocation: is_on(&c.availability_zone_relocation_status).into(),
        snapshot_retention_days: c.automated_snapshot_retention_period.map(i64::from).into(),
        snapshots_copied_to: c.cluster_snapshot_copy_status().and_then(|copy| copy.destination_region.clone()).into(),
        created_at: c.cluster_create_time().and_then(timestamp).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use waaudit_model::facts::Fact;

    #[test]
    fn what_aws_does_not_say_of_zones_is_unread() {
        let facts = |builder: aws_sdk_redshift::types::builders::ClusterBuilder| cluster_facts(&builder.build());
        assert_eq!(facts(SdkCluster::builder().multi_az("Enabled")).multi_az, Fact::Known(true));
        assert_eq!(facts(SdkCluster::builder().multi_az("Disabled")).multi_az, Fact::Known(false));
        assert_eq!(facts(SdkCluster::builder()).multi_az, Fact::Unread);
        let moving = SdkCluster::builder().availability_zone_relocation_status("pending_enabling");
        assert_eq!(facts(moving).relocation, Fact::Known(false));
    }
}
