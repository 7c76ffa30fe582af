//! The graph of what leads where, drawn from the facts of a snapshot after all derivations that look at one relation alone.
//!
//! Nodes come first, region by region, then each sort of edge by a function of its own: a new sort is one more entry in
//! [`EDGES`]. An edge is drawn only where a fact says so, and where a fact that would say so was not read the graph ends
//! with a note; so more knowledge may add nodes and edges and never takes one away. What was drawn is walked by
//! `waaudit_model::topology::reach`: petgraph holds it there, and it is written into the snapshot as plain lists.

mod addresses;
mod builder;
mod dns_and_cdn;
mod egress;
mod endpoints;
mod fleets;
mod inputs;
mod load_balancing;
pub(crate) mod nodes;
mod others;
mod serverless;
mod sg_edges;
mod side_resources;
mod station;
#[cfg(test)]
mod tests;
mod unreachable;
mod zone_loss;

use self::builder::Drawing;
use self::inputs::{Region, Worldwide};
use crate::engine::{Derivation, Masks, Reader, Reads, Tables, View, distinct, reads};
use waaudit_model::facts::apigateway::{DomainName, Stage};
use waaudit_model::facts::apprunner;
use waaudit_model::facts::appsync::Api;
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::cloudfront::Distribution;
use waaudit_model::facts::cloudwatch::Alarm;
use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::ec2::{
    Instance, NatGateway, NetworkInterface, PrefixList, RouteTable, SecurityGroup, Subnet,
};
use waaudit_model::facts::ecs;
use waaudit_model::facts::efs::FileSystem;
use waaudit_model::facts::elasticache::{Cluster, ReplicationGroup, ServerlessCache, SubnetGroup};
use waaudit_model::facts::elb::{ClassicLoadBalancer, LoadBalancer, TargetGroup};
use waaudit_model::facts::globalaccelerator::Accelerator;
use waaudit_model::facts::lambda::{EventSourceMapping, Function, FunctionUrl};
use waaudit_model::facts::lightsail;
use waaudit_model::facts::rds::{DbCluster, DbInstance};
use waaudit_model::facts::route53::Record;
use waaudit_model::facts::s3::Bucket;
use waaudit_model::facts::sqs::Queue;
use waaudit_model::facts::wafv2::WebAcl;
use waaudit_model::settings::NonProduction;
use waaudit_model::snapshot::GLOBAL;
use waaudit_model::topology::graph::Graph;

/// What the graph is drawn from: with a group's peak, and with more kinds.
macro_rules! drawn_from {
    ($($peak:ident)?; $($more:tt)*) => {
        reads![
            Accelerator { dns_names, enabled, endpoint_groups },
            Alarm { namespaces, watches },
            Api { domain, functions, visibility },
            Bucket {},
            ClassicLoadBalancer { cross_zone, dns_name, instances, scheme, security_groups, subnets, zones },
            Cluster { availability_zone, engine, port, replication_group, security_groups, subnet_group },
            Database { engine, shape, vpc },
            DbCluster { engine, member_zones, members, multi_az_cluster_class, port, security_groups },
            DbInstance {
                availability_zone,
                cluster,
                multi_az,
                pending_multi_az,
                port,
                secondary_availability_zone,
                security_groups
            },
            Distribution { behaviors, domain, enabled, origin_group_members, origins, staging, web_acl },
            DomainName { domain, stages, targets },
            EventSourceMapping { function, source, state },
            FileSystem { availability_zone, mount_targets },
            Function { security_groups, subnets },
            FunctionUrl { domain, function },
            Group { $($peak,)? availability_zones, classic_load_balancers, in_service_zones, members, subnets, suspended_processes, target_groups },
            Instance {
                auto_scaling_group,
                availability_zone,
                database_score,
                in_public_subnet,
                open_service_ports,
                private_ip,
                public_ip,
                security_groups,
                state,
                subnet,
                target_groups,
                vpc
            },
            LoadBalancer { balancer_type, cross_zone, dns_name, listeners, scheme, security_groups, state, vpc, zones },
            NatGateway { availability_mode, subnet, vpc },
            NetworkInterface {
                description,
                instance,
                interface_type,
                ipv6_addresses,
                private_ips,
                public_ip,
                security_groups,
                status,
                subnet,
                vpc
            },
            PrefixList { list_name, ranges },
            Queue { consumers },
            Record {
                alias,
                failover,
                follows_target_health,
                geolocation,
                health_check,
                latency_region,
                multivalue,
                other_routing,
                private,
                record_name,
                record_type,
                values,
                weight
            },
            ReplicationGroup { automatic_failover, shards },
            RouteTable { main, routes, subnets, vpc },
            SecurityGroup { ingress },
            ServerlessCache { port, security_groups, subnets },
            Stage { domain, endpoint_types, integrations },
            Subnet { availability_zone, cidr, vpc },
            SubnetGroup { vpc },
            TargetGroup { cross_zone, healthy_count, healthy_zones, load_balancers, target_type, targets, vpc },
            WebAcl { load_balancers, other_resources },
            apprunner::Service { domain, publicly_accessible, status },
            ecs::Service {
                classic_load_balancers,
                desired_count,
                on_fargate,
                placement,
                scheduling,
                security_groups,
                status,
                subnets,
                target_groups,
                zones
            },
            $($more)*
        ]
    };
}

/// What the graph is drawn from, and what facts rest on that walk it.
pub(crate) const GRAPH: Derivation =
    Derivation { kind: Reads::GRAPH.kind, facts: Reads::GRAPH.facts, reads: drawn_from!(;), compute: |_| Vec::new() };

/// The same, with what no fact rests on: servers of Lightsail, which lead to nothing else and nothing else leads to them,
/// and the peak of groups, which says what is left of them when a zone is lost.
const READS_TO_DRAW: &[Reads] = drawn_from!(
    cpu_percent_p99;
    lightsail::Database { availability_zone, standby_zone },
    lightsail::Instance { availability_zone, ipv6_addresses, load_balancers, public_ip, state },
    lightsail::LoadBalancer { instances, state },
);

/// Draws one sort of edge in one region.
type Draw = fn(&Region, &Worldwide, &mut Drawing);

/// Every sort of edge.
const EDGES: &[Draw] = &[
    dns_and_cdn::names,
    dns_and_cdn::origins,
    serverless::stages,
    serverless::urls,
    serverless::graphs,
    load_balancing::listeners,
    load_balancing::targets,
    load_balancing::classics,
    others::endpoints,
    others::lightsail_members,
    fleets::attachments,
    fleets::services,
    fleets::members,
    sg_edges::calls,
    egress::ways_out,
    side_resources::queues,
    side_resources::web_acls,
    side_resources::alarms,
];

/// What may be looked at while drawing.
const fn drawing() -> Reader {
    Derivation { reads: READS_TO_DRAW, ..GRAPH }.reader()
}

/// Draws the graph of a snapshot.
pub(crate) fn draw(tables: &Tables, non_production: &NonProduction) -> Graph {
    let (snapshot, masks) = (tables.snapshot(), Masks::default());
    let view = |region| View::new(tables, &masks, drawing(), region);
    let non_production = non_production.compiled();
    let regions = snapshot.regions.iter().map(String::as_str).chain([GLOBAL]);
    let found = READS_TO_DRAW.iter().flat_map(|reads| tables.regions(reads.kind));
    let regions: Vec<Region> =
        distinct(regions.chain(found)).into_iter().map(|region| Region::new(&view(region), &non_production)).collect();
    let worldwide = Worldwide::new(&view(GLOBAL));
    let mut drawing = Drawing::new(&snapshot.account);
    for region in &regions {
        nodes::nodes(region, &mut drawing);
        others::nodes(region, &mut drawing);
    }
    for draw in EDGES {
        for region in &regions {
            draw(region, &worldwide, &mut drawing);
        }
    }
    unreachable::mark(&regions, &mut drawing);
    drawing.finish()
}
