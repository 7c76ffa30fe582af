//! What no request can get to, whatever way it takes.
//!
//! The drawn ways are those that certainly or probably carry requests. Here it is the other way round: everything counts
//! that nothing rules out. All load balancers and functions may be called from somewhere, every server with an open
//! public address, and from there every port that a security group opens to one of them, in whatever VPC or region.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;

use super::drawing::Drawing;
use super::sources::Region;
use super::stations::{Station, Stations};
use crate::derive::openness::Openness;
use crate::derive::security::Groups;
use crate::facts::ec2::{IngressRule, Instance};

/// Kinds that someone may call in ways that are not collected.
const CALLED: &[&str] = &[
    "address",
    "apigateway.stage",
    "apprunner.service",
    "appsync.api",
    "cloudfront.distribution",
    "elb.classic_load_balancer",
    "elb.load_balancer",
    "elb.target_group",
    "lambda.function",
    "lambda.function_url",
];

/// What may be called, and by whom; no rules where they could not be read.
struct Open<'l> {
    node: String,
    rules: Option<Vec<&'l IngressRule>>,
}

/// Marks what a request may get to.
pub(super) fn mark(regions: &[Region], drawing: &mut Drawing) {
    let stations: Vec<(Groups, Stations)> =
        regions.iter().map(|region| (Groups::new(&region.security_groups), Stations::new(region, drawing))).collect();
    let own_addresses = public_addresses(regions);
    let callers: Vec<&Station> = stations.iter().flat_map(|(_, stations)| &stations.callers).collect();
    let open: Vec<Open> = stations
        .iter()
        .flat_map(|(groups, stations)| {
            let open = |station: &Station| Open { node: station.node.clone(), rules: groups.all_rules(station.groups) };
            stations.callees.iter().map(open).collect::<Vec<_>>()
        })
        .collect();
    let mut reached = BTreeSet::new();
    let mut next: Vec<String> = drawing.those(|node| CALLED.contains(&node.kind.as_str())).into_iter().collect();
    next.extend(stations.iter().flat_map(|(_, stations)| stations.hidden.clone()));
    for region in regions {
        let openness = Openness::new(&region.security_groups, &region.prefix_lists);
        let exposed = region.instances.iter().filter(|instance| is_exposed(&instance.facts, &openness));
        next.extend(exposed.map(|instance| instance.resource.arn.clone()));
        // Tasks without interfaces of their own answer on those of their servers.
        let inside = region.services.iter().filter(|service| service.facts.subnets.known().is_none_or(Vec::is_empty));
        next.extend(inside.map(|service| service.resource.arn.clone()));
    }
    while let Some(node) = next.pop() {
        if !reached.insert(node.clone()) {
            continue;
        }
        next.extend(drawing.leads_to(&node));
        for caller in callers.iter().filter(|caller| caller.node == node) {
            let called = open.iter().filter(|open| !reached.contains(&open.node) && open.to(caller, &own_addresses));
            next.extend(called.map(|open| open.node.clone()));
        }
    }
    drawing.reach(&reached);
}

/// Whether the internet may get to an instance, on whatever port.
fn is_exposed(instance: &Instance, openness: &Openness) -> bool {
    let public = instance.public_ip.known().is_none_or(Option::is_some);
    let open = instance.security_groups.known().and_then(|attached| openness.admits_all_somewhere(attached));
    public && open != Some(false)
}

/// The account's public addresses, from which servers behind a NAT gateway call too.
fn public_addresses(regions: &[Region]) -> Vec<IpAddr> {
    let interfaces = regions.iter().flat_map(|region| region.interfaces.iter());
    let public = interfaces.filter_map(|interface| interface.facts.public_ip.known()?.as_ref()?.parse().ok());
    public.collect()
}

impl Open<'_> {
    /// Whether a rule lets a caller in, as far as nothing says otherwise.
    fn to(&self, caller: &Station, own_addresses: &[IpAddr]) -> bool {
        let Some(rules) = &self.rules else { return true };
        rules.iter().any(|rule| {
            let by_group = rule.group.as_ref().is_some_and(|group| caller.groups.contains(group));
            let by_range = rule.cidr.as_ref().is_some_and(|range| may_hold(range, caller, own_addresses));
            by_group || by_range || rule.prefix_list.is_some()
        })
    }
}

fn may_hold(range: &str, caller: &Station, own_addresses: &[IpAddr]) -> bool {
    let Ok(range) = range.parse::<IpNet>() else { return true };
    let own = caller.ranges.iter().any(|own| range.contains(own) || own.contains(&range));
    own || own_addresses.iter().any(|address| range.contains(address))
}
