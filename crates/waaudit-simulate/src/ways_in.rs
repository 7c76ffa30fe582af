//! Ways in: what users call from the internet, and the names that lead there.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use waaudit_derive::Inventory;
use waaudit_model::snapshot::Resource;
use waaudit_model::topology::graph::Node;

/// A way in: a public endpoint, or a DNS name of the account that leads to one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WayIn {
    /// Its ARN; of a DNS name that of one of its records.
    pub resource: String,
    /// What people call it.
    pub name: String,
    /// DNS name, distribution, load balancer, classic load balancer, API stage, function URL, GraphQL API, App Runner
    /// service, accelerator, public server, Lightsail server or Lightsail load balancer.
    pub way_in_type: String,
    /// Its region, or "global".
    pub region: String,
}

/// What each kind of node is as a way in.
const TYPES: &[(&str, &str)] = &[
    ("apigateway.stage", "API stage"),
    ("apprunner.service", "App Runner service"),
    ("appsync.api", "GraphQL API"),
    ("cloudfront.distribution", "distribution"),
    ("ec2.instance", "public server"),
    ("elb.classic_load_balancer", "classic load balancer"),
    ("elb.load_balancer", "load balancer"),
    ("globalaccelerator.accelerator", "accelerator"),
    ("lambda.function_url", "function URL"),
    ("lightsail.instance", "Lightsail server"),
    ("lightsail.load_balancer", "Lightsail load balancer"),
    (RECORD, DNS_NAME),
];

/// What a DNS name is as a way in: it leads to one of the others.
pub const DNS_NAME: &str = "DNS name";

const RECORD: &str = "route53.record";

impl WayIn {
    fn new(node: &Node) -> Self {
        let known = TYPES.iter().find(|(kind, _)| *kind == node.kind);
        Self {
            resource: node.id.clone(),
            name: node.name.clone(),
            way_in_type: known.map_or(node.kind.as_str(), |(_, name)| name).to_owned(),
            region: node.region.clone(),
        }
    }
}

/// The ways in of an account with their nodes, by id. Load balancers and function URLs that CloudFront alone gets into are
/// left out: their distribution is the way in. Records of one name lead to the same things, so one is listed for all.
pub(crate) fn ways_in(inventory: &Inventory) -> Vec<(WayIn, &Node)> {
    let behind = behind_distribution(inventory);
    let graph = &inventory.graph;
    let leading: BTreeSet<&str> = graph
        .edges
        .iter()
        .filter(|edge| edge.active && edge.relation.carries_requests())
        .map(|edge| edge.from.as_str())
        .collect();
    let mut names: BTreeMap<&str, &Node> = BTreeMap::new();
    let records = graph.nodes.iter().filter(|node| node.kind == RECORD && leading.contains(node.id.as_str()));
    for record in records {
        names.entry(&record.name).or_insert(record);
    }
    let entries = graph.nodes.iter().filter(|node| node.entry && !behind.contains(node.id.as_str()));
    let mut ways: Vec<(WayIn, &Node)> =
        entries.chain(names.into_values()).map(|node| (WayIn::new(node), node)).collect();
    ways.sort_by(|a, b| a.0.resource.cmp(&b.0.resource));
    ways
}

fn behind_distribution(inventory: &Inventory) -> BTreeSet<&str> {
    let entries = inventory.snapshot.of("entry_point");
    entries.filter(|entry| is_behind_distribution(entry)).map(|entry| entry.arn.as_str()).collect()
}

/// Whether CloudFront alone gets into an entry point: its distribution is the way in.
pub(crate) fn is_behind_distribution(entry: &Resource) -> bool {
    entry.facts.get("behind_distribution").is_some_and(|fact| fact == true)
}
