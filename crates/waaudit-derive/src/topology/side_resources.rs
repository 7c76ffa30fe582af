//! Resources attached to, but not on, request paths: queues with their consumers, web ACLs, alarms.

use std::collections::BTreeMap;

use super::builder::{Drawing, How};
use super::inputs::{Region, Worldwide};
use crate::messaging::sqs::polls;
use waaudit_model::confidence::Confidence;
use waaudit_model::snapshot::Resource;
use waaudit_model::topology::graph::Relation;

const MAPPING: How = How::new(Relation::Feeds, "lambda:ListEventSourceMappings EventSourceArn, FunctionArn");
const REGIONAL_ACL: How = How::new(Relation::Guards, "wafv2:ListResourcesForWebACL ResourceArns[]");
const GLOBAL_ACL: How = How::new(Relation::Guards, "cloudfront:ListDistributions WebACLId");
const ALARM: How = How::new(Relation::Watches, "cloudwatch:DescribeAlarms Namespace, Dimensions[].Value")
    .confidence(Confidence::Strong);

/// Queues to the functions that poll them. Other consumers say nothing of themselves.
pub(crate) fn queues(region: &Region, _: &Worldwide, drawing: &mut Drawing) {
    for mapping in region.mappings.iter() {
        let (source, function) = (mapping.facts.source.known(), mapping.facts.function.known());
        if let (Some(Some(source)), Some(function)) = (source, function) {
            drawing.link(source, function, &MAPPING.active(polls(mapping.facts) == Some(true)));
        }
    }
    for queue in region.queues.iter().filter(|queue| queue.facts.consumers.is_unread()) {
        drawing.end(&queue.resource.arn, Relation::Feeds, "the functions that poll it could not be read");
    }
}

/// Reachability ACLs to what they protect.
pub(crate) fn web_acls(region: &Region, _: &Worldwide, drawing: &mut Drawing) {
    for acl in region.acls.iter() {
        let regional = [acl.facts.load_balancers.known(), acl.facts.other_resources.known()];
        for resource in regional.into_iter().flatten().flatten() {
            drawing.link(&acl.resource.arn, resource, &REGIONAL_ACL);
        }
    }
    for distribution in region.distributions.iter() {
        if let Some(Some(acl)) = distribution.facts.web_acl.known() {
            drawing.link(acl, &distribution.resource.arn, &GLOBAL_ACL);
        }
    }
}

/// What an alarm's namespace is about: kinds of nodes, by what their dimensions name.
const NAMESPACES: &[(&str, &[&str])] = &[
    ("AWS/ApplicationELB", &["elb.load_balancer", "elb.target_group"]),
    ("AWS/CloudFront", &["cloudfront.distribution"]),
    ("AWS/EC2", &["ec2.instance", "autoscaling.group"]),
    ("AWS/AutoScaling", &["autoscaling.group"]),
    ("AWS/ELB", &["elb.classic_load_balancer"]),
    ("AWS/ElastiCache", &["elasticache.replication_group", "elasticache.cluster", "elasticache.serverless_cache"]),
    ("AWS/GatewayELB", &["elb.load_balancer", "elb.target_group"]),
    ("AWS/Lambda", &["lambda.function"]),
    ("AWS/NATGateway", &["ec2.nat_gateway"]),
    ("AWS/NetworkELB", &["elb.load_balancer", "elb.target_group"]),
    ("AWS/RDS", &["database"]),
    ("AWS/SQS", &["sqs.queue"]),
    ("AWS/WAFV2", &["wafv2.web_acl"]),
];

/// Alarms to what they watch, by namespace and dimension.
pub(crate) fn alarms(region: &Region, _: &Worldwide, drawing: &mut Drawing) {
    let named = named(region);
    for alarm in region.alarms.iter() {
        let (namespaces, watches) = (alarm.facts.namespaces.known(), alarm.facts.watches.known());
        let (Some(namespaces), Some(watches)) = (namespaces, watches) else {
            drawing.end(&alarm.resource.arn, Relation::Watches, "what it watches could not be read");
            continue;
        };
        let kinds = NAMESPACES.iter().filter(|(name, _)| namespaces.iter().any(|own| own == name));
        for kind in kinds.flat_map(|(_, kinds)| kinds.iter().copied()) {
            for watched in watches.iter().filter_map(|value| named.get(&(kind, value.as_str()))) {
                drawing.link(&alarm.resource.arn, watched, &ALARM);
            }
        }
    }
}

/// Nodes by kind and by what metrics call them.
fn named<'l>(region: &'l Region) -> BTreeMap<(&'l str, &'l str), &'l str> {
    let mut named = BTreeMap::new();
    for resource in watchable(region) {
        // Load balancers and target groups go by the end of their ARN.
        let end = resource.arn.rsplit(':').next().unwrap_or_default();
        for name in [resource.id.as_str(), end, end.strip_prefix("loadbalancer/").unwrap_or(end)] {
            named.insert((resource.kind.as_str(), name), resource.arn.as_str());
        }
    }
    let databases = region.databases.by_id();
    for instance in region.db_instances.iter() {
        let cluster = instance.facts.cluster.known().and_then(Option::as_ref);
        if let Some(database) = cluster.and_then(|cluster| databases.get(cluster)) {
            named.insert(("database", &instance.resource.id), &database.resource.arn);
        }
    }
    named
}

fn watchable<'l>(region: &'l Region) -> Vec<&'l Resource> {
    let mut all: Vec<&Resource> = Vec::new();
    all.extend(region.acls.iter().map(|item| item.resource));
    all.extend(region.balancers.iter().map(|item| item.resource));
    all.extend(region.cache_clusters.iter().map(|item| item.resource));
    all.extend(region.cache_groups.iter().map(|item| item.resource));
    all.extend(region.classics.iter().map(|item| item.resource));
    all.extend(region.databases.iter().map(|item| item.resource));
    all.extend(region.distributions.iter().map(|item| item.resource));
    all.extend(region.fleets.iter().map(|item| item.resource));
    all.extend(region.functions.iter().map(|item| item.resource));
    all.extend(region.gateways.iter().map(|item| item.resource));
    all.extend(region.instances.iter().map(|item| item.resource));
    all.extend(region.queues.iter().map(|item| item.resource));
    all.extend(region.serverless_caches.iter().map(|item| item.resource));
    all.extend(region.target_groups.iter().map(|item| item.resource));
    all
}
