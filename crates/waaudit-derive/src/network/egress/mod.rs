//! How private subnets leave their VPC, and which Availability Zones each way out passes.
//!
//! A default route may lead to a NAT gateway, to an instance that translates addresses, to a firewall or appliance
//! behind a Gateway Load Balancer endpoint, to a transit gateway or to a gateway of the region. From whatever is in
//! a subnet the way goes on by that subnet's own default route.

use std::collections::BTreeSet;

use super::subnets::{RouteTables, is_everywhere};
use crate::engine::{Derivation, Item, List, Lookup, Patch, Referrers, View, all, any, distinct, one, only, reads};
use waaudit_model::facts::derived::vpc::{Egress, Vpc};
use waaudit_model::facts::ec2::{
    NatGateway, NetworkInterface, Route, RouteTable, Subnet, TransitGatewayAttachment, VpcEndpoint,
};

pub(crate) const EGRESS: Derivation = Derivation {
    kind: "vpc",
    facts: &["egress", "egress_zones", "cross_zone_egress", "leaves_through_other_zone"],
    reads: reads![
        NatGateway { availability_mode, state, subnet },
        NetworkInterface { description, instance, interface_type, status, subnet },
        RouteTable { main, routes, subnets, vpc },
        Subnet { availability_zone, public, vpc },
        TransitGatewayAttachment { state, subnets, transit_gateway, vpc },
        Vpc {},
        VpcEndpoint { subnets },
    ],
    compute: egress,
};

/// Interfaces that AWS keeps for the network itself, whatever uses it.
const NETWORK_ITSELF: &[&str] = &[
    "api_gateway_managed",
    "ec2_instance_connect_endpoint",
    "global_accelerator_managed",
    "nat_gateway",
    "regional_nat_gateway",
    "load_balancer",
    "network_load_balancer",
    "gateway_load_balancer",
    "gateway_load_balancer_endpoint",
    "vpc_endpoint",
    "transit_gateway",
];

/// How AWS describes interfaces of services that answer requests and make none: load balancers, databases, caches, search
/// domains, brokers, mount targets, the control plane of EKS. Their type is `interface`, as a server's is.
const ANSWERING: &[&str] = &[
    "ELB ",
    "RDSNetworkInterface",
    "ElastiCache ",
    "EFS mount target for ",
    "VPC Endpoint Interface ",
    "Interface for NAT Gateway ",
    "Amazon MemoryDB ",
    "Amazon EKS ",
    "DO NOT DELETE - Amazon MSK ",
    "ES ",
    "Route 53 Resolver: ",
];

/// Whether an interface is of something that makes requests of its own: a server, a function, a task.
pub(crate) fn makes_requests(interface: &NetworkInterface) -> Option<bool> {
    let kind = interface.interface_type.known().map(|kind| !NETWORK_ITSELF.contains(&kind.as_str()));
    let answers = interface.description.known().map(|text| ANSWERING.iter().any(|start| text.starts_with(start)));
    all([interface.status.known().map(|status| status == "in-use"), kind, answers.map(|answers| !answers)])
}

/// Subnets in which something is that makes requests.
pub(crate) fn used_subnets<'l>(interfaces: &'l List<NetworkInterface>) -> Option<BTreeSet<&'l str>> {
    let used = only(interfaces.whole()?, |interface| makes_requests(interface.facts))?;
    used.into_iter().map(|interface| interface.facts.subnet.known().map(String::as_str)).collect()
}

/// The lists that ways out are told from.
pub(crate) struct Lists<'a> {
    subnets: List<'a, Subnet>,
    tables: List<'a, RouteTable>,
    gateways: List<'a, NatGateway>,
    interfaces: List<'a, NetworkInterface>,
    endpoints: List<'a, VpcEndpoint>,
    attachments: List<'a, TransitGatewayAttachment>,
}

impl<'a> Lists<'a> {
    pub(crate) fn of(view: &View<'a>) -> Self {
        Self {
            subnets: view.here(),
            tables: view.here(),
            gateways: view.here(),
            interfaces: view.here(),
            endpoints: view.here(),
            attachments: view.here(),
        }
    }

    pub(crate) fn network(&self) -> Network<'_, 'a> {
        Network {
            subnets_by_id: self.subnets.by_id(),
            tables: RouteTables::new(&self.tables),
            by_vpc: self.subnets.by(|subnet| one(subnet.facts.vpc.known())),
            gateways: self.gateways.by_id(),
            interfaces: self.interfaces.by_id(),
            endpoints: self.endpoints.by_id(),
            attachments: self.attachments.by(|attachment| one(attachment.facts.transit_gateway.known())),
            used: used_subnets(&self.interfaces),
        }
    }
}

/// The same, to look things up in.
pub(crate) struct Network<'l, 'a> {
    subnets_by_id: Lookup<'l, 'a, Subnet>,
    by_vpc: Referrers<'l, 'a, Subnet>,
    tables: RouteTables<'l, 'a>,
    gateways: Lookup<'l, 'a, NatGateway>,
    interfaces: Lookup<'l, 'a, NetworkInterface>,
    endpoints: Lookup<'l, 'a, VpcEndpoint>,
    attachments: Referrers<'l, 'a, TransitGatewayAttachment>,
    used: Option<BTreeSet<&'l str>>,
}

/// What a way out passes, as far as it can be followed.
#[derive(Default)]
struct Passed {
    zones: BTreeSet<String>,
    /// Whether it goes on where this account or region can't see it.
    out_of_sight: bool,
}

fn egress(view: &View) -> Vec<Patch> {
    let lists = Lists::of(view);
    let network = lists.network();
    view.here::<Vpc>().iter().map(|vpc| learned(vpc, &network)).collect()
}

fn learned(vpc: &Item<Vpc>, network: &Network) -> Patch {
    let ways = network.ways_out(&vpc.resource.id);
    let crossing = ways.as_ref().map(|ways| any(ways.iter().map(|(way, out_of_sight)| crosses(way, *out_of_sight))));
    let hidden = ways.iter().flatten().find(|(_, out_of_sight)| *out_of_sight).map(|(way, _)| way.target.clone());
    let egress = ways.map(|ways| ways.into_iter().map(|(way, _)| way).collect::<Vec<_>>());
    let zones = egress.as_ref().map(|egress| distinct(egress.iter().map(|way| way.availability_zone.clone())));
    let cross_zone = egress.as_ref().filter(|_| hidden.is_none());
    let cross_zone = cross_zone.map(|egress| egress.iter().filter(|way| leaves_zone(way)).cloned().collect::<Vec<_>>());
    let patch = vpc.patch(&Vpc {
        egress: egress.into(),
        egress_zones: zones.into(),
        cross_zone_egress: cross_zone.into(),
        leaves_through_other_zone: crossing.flatten().into(),
        ..Vpc::default()
    });
    match hidden {
        Some(target) => {
            let why = format!("what is behind {target} can't be seen from this account and region");
            patch.because(&["cross_zone_egress", "leaves_through_other_zone"], &why)
        }
        None => patch,
    }
}

fn leaves_zone(way: &Egress) -> bool {
    way.zones.iter().any(|zone| *zone != way.availability_zone)
}

fn crosses(way: &Egress, out_of_sight: bool) -> Option<bool> {
    if leaves_zone(way) { Some(true) } else { (!out_of_sight).then_some(false) }
}

impl Network<'_, '_> {
    /// The ways out of a VPC's private subnets in use, and of each whether it goes out of sight.
    fn ways_out(&self, vpc: &String) -> Option<Vec<(Egress, bool)>> {
        let used = self.used.as_ref()?;
        let private = only(self.by_vpc.whole_of(vpc)?, |subnet| {
            all([
                subnet.facts.vpc.known().map(|other| other == vpc),
                Some(used.contains(subnet.resource.id.as_str())),
                subnet.facts.public.get().map(|public| !public),
            ])
        })?;
        let ways = private.into_iter().map(|subnet| self.ways_of(subnet)).collect::<Option<Vec<_>>>()?;
        Some(ways.concat())
    }

    fn ways_of(&self, subnet: &Item<Subnet>) -> Option<Vec<(Egress, bool)>> {
        let targets = self.targets(&subnet.resource.id)?;
        let ways = targets.into_iter().map(|target| {
            let Some(kind) = self.kind(target)? else { return Some(None) };
            let zone = subnet.facts.availability_zone.known()?;
            let mut visited = BTreeSet::from([subnet.resource.id.clone()]);
            let passed = self.passed(target, subnet, &mut visited)?;
            let way = Egress {
                subnet: subnet.resource.id.clone(),
                availability_zone: zone.clone(),
                target: target.to_owned(),
                target_kind: kind.to_owned(),
                zones: passed.zones.into_iter().collect(),
            };
            Some(Some((way, passed.out_of_sight)))
        });
        Some(ways.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
    }

    /// Subnets of a VPC in which something makes requests, by id, with their zones.
    pub(crate) fn used(&self, vpc: &String) -> Option<Vec<(&str, &str)>> {
        let used = self.used.as_ref()?;
        let own = only(self.by_vpc.whole_of(vpc)?, |subnet| {
            let own = subnet.facts.vpc.known().map(|other| other == vpc);
            all([own, Some(used.contains(subnet.resource.id.as_str()))])
        })?;
        own.into_iter().map(|subnet| Some((&*subnet.resource.id, &**subnet.facts.availability_zone.known()?))).collect()
    }

    /// The zones of subnets, by name, each once.
    pub(crate) fn zones(&self, subnets: &[String]) -> Option<Vec<String>> {
        let zones = subnets.iter().map(|id| self.subnets_by_id.get(id)?.facts.availability_zone.known().cloned());
        Some(distinct(zones.collect::<Option<Vec<_>>>()?))
    }

    /// Whether some default route of a subnet leads out, not to an internet gateway. A NAT gateway that is gone leads
    /// nowhere, and of another account's subnet nothing is listed here.
    pub(crate) fn leads_out(&self, subnet: &str) -> Option<bool> {
        if self.subnets_by_id.has(subnet) == Some(false) {
            return Some(false);
        }
        any(self.targets(subnet)?.into_iter().map(|target| self.kind(target).map(|kind| kind.is_some())))
    }

    /// Whether a subnet has a default route that leads out, by an internet gateway or otherwise.
    pub(crate) fn leaves(&self, subnet: &str) -> Option<bool> {
        let public = self.subnets_by_id.get(subnet).and_then(|subnet| subnet.facts.public.get());
        any([public, self.leads_out(subnet)])
    }

    /// What the default routes of a subnet lead to, an internet gateway aside.
    fn targets(&self, subnet: &str) -> Option<Vec<&str>> {
        let facts = self.subnets_by_id.get(subnet)?.facts;
        let default = self.tables.routes(subnet, facts)?.iter().filter(|route| is_default(route));
        let targets = default.map(|route| route.target.as_str());
        Some(distinct(targets.filter(|target| *target != "local" && !target.starts_with("igw-"))))
    }

    /// What sort of target it is; none for a NAT gateway that is not there or does not work.
    fn kind(&self, target: &str) -> Option<Option<&'static str>> {
        let (prefix, _) = target.split_once('-').unwrap_or((target, ""));
        Some(Some(match prefix {
            "nat" => match self.gateways.get(target) {
                Some(gateway) if gateway.facts.state.known()? == "available" => "nat_gateway",
                Some(_) => return Some(None),
                None => return self.gateways.has(target).map(|_| None),
            },
            "eni" => match self.interfaces.get(target)?.facts.instance.known()? {
                Some(_) => "nat_instance",
                None => "network_interface",
            },
            "vpce" => "gateway_load_balancer_endpoint",
            "tgw" => "transit_gateway",
            "vgw" => "virtual_private_gateway",
            "eigw" => "egress_only_internet_gateway",
            "lgw" => "local_gateway",
            "cagw" => "carrier_gateway",
            "pcx" => "peering_connection",
            _ if target.contains(":core-network/") => "core_network",
            _ => "other",
        }))
    }

    /// What a way passes from a subnet's target on.
    fn passed(&self, target: &str, from: &Item<Subnet>, visited: &mut BTreeSet<String>) -> Option<Passed> {
        match self.kind(target)? {
            Some("nat_gateway") => {
                let gateway = self.gateways.get(target)?.facts;
                if gateway.availability_mode.known()?.as_deref() == Some("regional") {
                    return Some(Passed::default());
                }
                self.through([gateway.subnet.known()?.as_deref()?], visited)
            }
            Some("nat_instance" | "network_interface") => {
                self.through([self.interfaces.get(target)?.facts.subnet.known()?.as_str()], visited)
            }
            Some("gateway_load_balancer_endpoint") => {
                let subnets = self.endpoints.get(target)?.facts.subnets.known()?;
                self.through(subnets.iter().map(String::as_str), visited)
            }
            Some("transit_gateway") => self.beyond(target, from, visited),
            Some("virtual_private_gateway" | "egress_only_internet_gateway" | "local_gateway" | "carrier_gateway")
            | None => Some(Passed::default()),
            Some(_) => Some(Passed { out_of_sight: true, ..Passed::default() }),
        }
    }

    /// Through something in subnets, and on by their own default routes.
    fn through<'s>(
        &self,
        subnets: impl IntoIterator<Item = &'s str>,
        visited: &mut BTreeSet<String>,
    ) -> Option<Passed> {
        let mut passed = Passed::default();
        for id in subnets {
            let subnet = self.subnets_by_id.get(id)?;
            passed.zones.insert(subnet.facts.availability_zone.known()?.clone());
            if !visited.insert(id.to_owned()) {
                continue;
            }
            for target in self.targets(id)? {
                let onward = self.passed(target, subnet, visited)?;
                passed.zones.extend(onward.zones);
                passed.out_of_sight |= onward.out_of_sight;
            }
        }
        Some(passed)
    }

    /// Beyond a transit gateway: to the one other VPC attached to it from which something leads out. A transit gateway
    /// keeps to the zone that traffic comes from, where the VPC beyond has an attachment in it.
    fn beyond(&self, gateway: &str, from: &Item<Subnet>, visited: &mut BTreeSet<String>) -> Option<Passed> {
        let hidden = Passed { out_of_sight: true, ..Passed::default() };
        let listed = self.attachments.whole_of(gateway)?;
        let vpc = from.facts.vpc.known()?;
        let others = only(listed, |attachment| {
            let there = attachment.facts.transit_gateway.known().map(|other| other == gateway);
            let other = attachment.facts.vpc.known().map(|other| other != vpc);
            let works = attachment.facts.state.known().map(|state| state == "available");
            let leaves = attachment.facts.subnets.known().and_then(|all| any(all.iter().map(|id| self.leads_out(id))));
            all([there, other, works, leaves])
        })?;
        let [beyond] = others[..] else { return Some(hidden) };
        let subnets = beyond.facts.subnets.known()?;
        let zone = from.facts.availability_zone.known()?;
        let in_zone = only(subnets, |id| Some(self.subnets_by_id.get(id)?.facts.availability_zone.known()? == zone))?;
        let taken = if in_zone.is_empty() { subnets.iter().collect() } else { in_zone };
        self.through(taken.into_iter().map(String::as_str), visited)
    }
}

fn is_default(route: &Route) -> bool {
    route.active && is_everywhere(&route.destination)
}

#[cfg(test)]
mod tests;
