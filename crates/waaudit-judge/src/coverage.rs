//! What a scan did not look at: resource types that are in use and that no kind covers, and services that are not read at
//! all. Silence about them would read as a pass.
//!
//! What is in use is known from tags alone, so only types with a tagged resource are counted. Which types are covered
//! follows from the kinds: the sample of each shows the form of its ARNs. It judges nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::NotAssessed;
use waaudit_model::facts;
use waaudit_model::snapshot::{ResourceType, Snapshot};
use waaudit_rules::fixtures::sample;

/// Types that are read with another kind: a listener with its load balancer, a zone's resources with the zone.
const PARTS: &[(&str, &str)] = &[
    ("apigateway", "apis"),
    ("apigateway", "apis/stages"),
    ("apigateway", "restapis"),
    ("ec2", "internet-gateway"),
    ("ec2", "security-group-rule"),
    ("ec2", "vpc"),
    ("ecs", "container-instance"),
    ("ecs", "task"),
    ("elasticbeanstalk", "application"),
    ("elasticbeanstalk", "environment"),
    ("elasticloadbalancing", "listener"),
    ("elasticloadbalancing", "listener-rule"),
    ("elasticloadbalancing", "loadbalancer/gwy"),
    ("elasticloadbalancing", "loadbalancer/net"),
    ("rds", "subgrp"),
    ("wafv2", "ipset"),
    ("wafv2", "regexpatternset"),
    ("wafv2", "rulegroup"),
];

/// Services that serve requests, run workloads or hold data, by the prefix of their ARNs. Those of which no kind is read
/// are named in every report. Source: the Service Authorization Reference.
const PRODUCTS: &[(&str, &str)] = &[
    ("airflow", "Amazon MWAA"),
    ("amplify", "AWS Amplify Hosting"),
    ("aoss", "Amazon OpenSearch Serverless"),
    ("apprunner", "AWS App Runner"),
    ("appstream", "Amazon AppStream"),
    ("appsync", "AWS AppSync"),
    ("batch", "AWS Batch"),
    ("cassandra", "Amazon Keyspaces"),
    ("cognito-idp", "Amazon Cognito"),
    ("dms", "AWS DMS"),
    ("docdb-elastic", "Amazon DocumentDB Elastic Clusters"),
    ("ds", "AWS Directory Service"),
    ("dsql", "Amazon Aurora DSQL"),
    ("elasticmapreduce", "Amazon EMR"),
    ("emr-serverless", "Amazon EMR Serverless"),
    ("es", "Amazon OpenSearch Service"),
    ("firehose", "Amazon Data Firehose"),
    ("fsx", "Amazon FSx"),
    ("gamelift", "Amazon GameLift"),
    ("iot", "AWS IoT Core"),
    ("kafka", "Amazon MSK"),
    ("kafkaconnect", "Amazon MSK Connect"),
    ("kinesisanalytics", "Amazon Managed Service for Apache Flink"),
    ("mq", "Amazon MQ"),
    ("neptune-graph", "Amazon Neptune Analytics"),
    ("network-firewall", "AWS Network Firewall"),
    ("redshift", "Amazon Redshift"),
    ("redshift-serverless", "Amazon Redshift Serverless"),
    ("sagemaker", "Amazon SageMaker AI"),
    ("states", "AWS Step Functions"),
    ("storagegateway", "AWS Storage Gateway"),
    ("timestream", "Amazon Timestream"),
    ("transfer", "AWS Transfer Family"),
    ("vpc-lattice", "Amazon VPC Lattice"),
    ("workspaces", "Amazon WorkSpaces"),
];

/// What no kind covers: types with tagged resources first, then services that are not read at all. Nothing for a snapshot
/// that does not say what is in use.
pub(crate) fn not_assessed(snapshot: &Snapshot) -> Vec<NotAssessed> {
    let Some(tagged) = &snapshot.tagged else { return Vec::new() };
    let covered = covered();
    let mut found: BTreeMap<(&str, &str), NotAssessed> = BTreeMap::new();
    for of in tagged.iter().filter(|of| !covered.contains(&of.resource_type)) {
        let ResourceType { service, name } = &of.resource_type;
        let entry = found.entry((service, name)).or_insert_with(|| NotAssessed {
            service: service.clone(),
            product: product(service).map(str::to_owned),
            r#type: Some(name.clone()).filter(|name| !name.is_empty()),
            count: Some(0),
            regions: Vec::new(),
        });
        entry.count = entry.count.map(|count| count + of.count);
        entry.regions.push(of.region.clone());
    }
    let counted: BTreeSet<&str> = found.keys().map(|(service, _)| *service).collect();
    let read: BTreeSet<&str> = covered.iter().map(|of| of.service.as_str()).collect();
    let unread = PRODUCTS.iter().filter(|(service, _)| !read.contains(service) && !counted.contains(service));
    let unread = unread.map(|(service, product)| NotAssessed {
        service: (*service).to_owned(),
        product: Some((*product).to_owned()),
        r#type: None,
        count: None,
        regions: Vec::new(),
    });
    let unread: Vec<NotAssessed> = unread.collect();
    found.into_values().chain(unread).collect()
}

fn product(service: &str) -> Option<&'static str> {
    PRODUCTS.iter().find(|(prefix, _)| *prefix == service).map(|(_, product)| *product)
}

/// The types that a kind covers.
fn covered() -> BTreeSet<ResourceType> {
    let of_kinds = facts::kinds().filter_map(|kind| ResourceType::of_arn(&sample(kind).ok()?.arn));
    let parts = PARTS.iter().map(|(service, name)| ResourceType { service: (*service).into(), name: (*name).into() });
    of_kinds.chain(parts).collect()
}

#[cfg(test)]
mod tests {
    use super::{covered, not_assessed};
    use waaudit_model::snapshot::{ResourceType, Snapshot, Tagged};
    use waaudit_rules::fixtures::DEMO;

    fn tagged(arn: &str, region: &str, count: usize) -> Tagged {
        Tagged { resource_type: ResourceType::of_arn(arn).unwrap(), region: region.to_owned(), count }
    }

    #[test]
    fn types_that_no_kind_covers_are_counted_over_regions() {
        let mut snapshot = Snapshot::from_json(DEMO).unwrap();
        let job = "arn:aws:batch:eu-west-1:111122223333:job-queue/thumbnails";
        let server = "arn:aws:ec2:eu-west-1:111122223333:instance/i-0a32c3d5e7f901234";
        snapshot.tagged =
            Some(vec![tagged(job, "eu-central-1", 1), tagged(job, "eu-west-1", 2), tagged(server, "eu-west-1", 9)]);
        let found = not_assessed(&snapshot);
        let first = &found[0];
        assert_eq!(
            (first.service.as_str(), first.r#type.as_deref(), first.count),
            ("batch", Some("job-queue"), Some(3))
        );
        assert_eq!(first.regions, ["eu-central-1", "eu-west-1"]);
        assert!(found.iter().all(|of| of.service != "ec2"), "{found:?}");
        assert!(found.iter().any(|of| of.service == "dms" && of.count.is_none()), "{found:?}");
    }

    #[test]
    fn a_snapshot_that_does_not_say_what_is_in_use_says_nothing() {
        let mut snapshot = Snapshot::from_json(DEMO).unwrap();
        snapshot.tagged = None;
        assert_eq!(not_assessed(&snapshot), []);
    }

    #[test]
    fn kinds_cover_the_types_of_their_samples() {
        let covered = covered();
        for (service, name) in
            [("ec2", "instance"), ("s3", "bucket"), ("elasticloadbalancing", "loadbalancer/app"), ("wafv2", "webacl")]
        {
            let of = ResourceType { service: service.to_owned(), name: name.to_owned() };
            assert!(covered.contains(&of), "{of:?} in {covered:?}");
        }
    }
}
