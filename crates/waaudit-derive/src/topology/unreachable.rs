//! What no request can get to, whatever way it takes.
//!
//! The drawn ways are those that certainly or probably carry requests. Here it is the other way round: everything counts
//! that nothing rules out. All load balancers and functions may be called from somewhere, every server with an open
//! public address, and from there every port that a security group opens to one of them, in whatever VPC or region.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;

use super::builder::Drawing;
use super::endpoints::Stations;
use super::inputs::Region;
use super::station::Station;
use crate::network::open_ports::Openness;
use crate::network::ranges::Ranges;
use crate::network::security_groups::Groups;
use waaudit_model::facts::ec2::{IngressRule, Instance};

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

/// Marks what a request may get to.
pub(crate) fn mark(regions: &[Region], drawing: &mut Drawing) {
    let stations: Vec<(Groups, Stations)> =
        regions.iter().map(|region| (Groups::new(&region.security_groups), Stations::new(region, drawing))).collect();
    let mut open = Open::new(&public_addresses(regions));
    let mut callers: BTreeMap<&str, Vec<&Station>> = BTreeMap::new();
    for (groups, stations) in &stations {
        for station in &stations.callees {
            open.add(&station.node, groups.all_rules(station.groups).as_deref());
        }
        for caller in &stations.callers {
            callers.entry(&caller.node).or_default().push(caller);
        }
    }
    let mut reached = BTreeSet::new();
    let mut next: Vec<String> = drawing.those(|node| CALLED.contains(&node.kind.as_str())).into_iter().collect();
    next.extend(stations.iter().flat_map(|(_, stations)| stations.hidden.clone()));
    for region in regions {
        let openness = Openness::new(&region.security_groups, &region.prefix_lists);
        let exposed = region.instances.iter().filter(|instance| is_exposed(instance.facts, &openness));
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
        for caller in callers.get(node.as_str()).into_iter().flatten() {
            next.extend(open.take(caller).into_iter().map(str::to_owned));
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

/// What may be called, by what its rules let in as far as nothing says otherwise. What was found once is not looked for
/// again.
struct Open<'s> {
    own_addresses: Ranges<()>,
    to_all: Vec<&'s str>,
    by_group: BTreeMap<&'s str, Vec<&'s str>>,
    by_range: Ranges<&'s str>,
}

impl<'s> Open<'s> {
    fn new(own_addresses: &[IpAddr]) -> Self {
        let mut open = Self {
            own_addresses: Ranges::default(),
            to_all: Vec::new(),
            by_group: BTreeMap::new(),
            by_range: Ranges::default(),
        };
        for address in own_addresses {
            open.own_addresses.add(IpNet::from(*address), ());
        }
        open
    }

    /// Adds a node with its rules; none where they could not be read.
    fn add(&mut self, node: &'s str, rules: Option<&[&'s IngressRule]>) {
        let Some(rules) = rules else { return self.to_all.push(node) };
        for rule in rules {
            if let Some(group) = &rule.group {
                self.by_group.entry(group).or_default().push(node);
            }
            match rule.cidr.as_ref().map(|range| range.parse::<IpNet>()) {
                Some(Ok(range)) if self.own_addresses.within(&range).next().is_none() => self.by_range.add(range, node),
                None if rule.prefix_list.is_none() => {}
                _ => self.to_all.push(node),
            }
            if rule.prefix_list.is_some() {
                self.to_all.push(node);
            }
        }
    }

    /// Takes out what a caller may get to.
    fn take(&mut self, caller: &Station) -> Vec<&'s str> {
        let mut found = std::mem::take(&mut self.to_all);
        for group in caller.groups {
            found.extend(self.by_group.remove(group.as_str()).into_iter().flatten());
        }
        for range in &caller.ranges {
            found.extend(self.by_range.take_overlapping(range));
        }
        found
    }
}
