//! The graph of what leads where, drawn from the facts of a snapshot after all joins that look at one relation alone.
//!
//! Nodes come first, region by region, then each sort of edge by a function of its own: a new sort is one more entry in
//! [`EDGES`]. An edge is drawn only where a fact says so, and where a fact that would say so was not read the graph ends
//! with a note; so more knowledge may add nodes and edges and never takes one away. What was drawn is walked by
//! [`Web`]: petgraph holds it there, and it is written into the snapshot as plain lists.

mod balancing;
mod calls;
mod drawing;
mod fleets;
mod front;
mod leaving;
mod losses;
mod nodes;
mod serverless;
mod sides;
mod sources;
mod stations;
mod strays;
#[cfg(test)]
mod tests;
mod web;

pub(super) use self::nodes::{
    is_public_balancer, is_public_classic, is_public_graph, is_public_runner, is_public_server, is_public_stage, serves,
};
pub(super) use self::web::{Fate, Web};

use self::drawing::Drawing;
use self::sources::{Region, Worldwide};
use super::Join;
use super::view::{Places, View, distinct};
use crate::graph::Graph;
use crate::settings::NonProduction;
use crate::snapshot::{GLOBAL, Snapshot};

/// Every kind that the graph is drawn from, with what the derived facts among them rest on, and more kinds.
macro_rules! reads {
    ($($more:literal),*) => {
        &[
            "apigateway.domain_name",
            "apigateway.stage",
            "apprunner.service",
            "appsync.api",
            "autoscaling.group",
            "cloudfront.distribution",
            "cloudwatch.alarm",
            "database",
            "ec2.image",
            "ec2.instance",
            "ec2.nat_gateway",
            "ec2.network_interface",
            "ec2.prefix_list",
            "ec2.route_table",
            "ec2.security_group",
            "ec2.subnet",
            "ec2.volume",
            "ecs.cluster",
            "ecs.service",
            "elasticache.cluster",
            "elasticache.replication_group",
            "elasticache.serverless_cache",
            "elasticache.subnet_group",
            "elb.classic_load_balancer",
            "elb.load_balancer",
            "elb.target_group",
            "lambda.event_source_mapping",
            "lambda.function",
            "lambda.function_url",
            "route53.record",
            "s3.bucket",
            "sqs.queue",
            "wafv2.web_acl",
            $($more),*
        ]
    };
}

/// Every kind that the graph is drawn from.
pub(super) const READS: &[&str] = reads!();

/// The same, with what tells of other regions.
pub(super) const READS_OF_REGIONS: &[&str] =
    reads!("dynamodb.table", "globalaccelerator.accelerator", "rds.global_cluster");

/// What may be looked at while drawing.
const LOOK: Join = Join { kind: "account", facts: &[], reads: READS, learn: |_| Vec::new() };

/// Draws one sort of edge in one region.
type Draw = fn(&Region, &Worldwide, &mut Drawing);

/// Every sort of edge.
const EDGES: &[Draw] = &[
    front::names,
    front::origins,
    serverless::stages,
    serverless::urls,
    serverless::graphs,
    balancing::listeners,
    balancing::targets,
    balancing::classics,
    fleets::attachments,
    fleets::services,
    fleets::members,
    calls::calls,
    leaving::ways_out,
    sides::queues,
    sides::web_acls,
    sides::alarms,
];

/// Draws the graph of a snapshot.
pub(super) fn draw(snapshot: &Snapshot, non_production: &NonProduction) -> Graph {
    let places = Places::new(snapshot);
    let view = |region| View::new(snapshot, &places, &LOOK, region);
    let regions = snapshot.regions.iter().map(String::as_str).chain([GLOBAL]);
    let found = READS.iter().flat_map(|kind| places.regions(kind));
    let regions: Vec<Region> =
        distinct(regions.chain(found)).into_iter().map(|region| Region::new(&view(region), non_production)).collect();
    let worldwide = Worldwide::new(&view(GLOBAL));
    let mut drawing = Drawing::new(&snapshot.account);
    for region in &regions {
        nodes::nodes(region, &mut drawing);
    }
    for draw in EDGES {
        for region in &regions {
            draw(region, &worldwide, &mut drawing);
        }
    }
    strays::mark(&regions, &mut drawing);
    drawing.finish()
}
