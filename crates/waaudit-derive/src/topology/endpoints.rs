//! What is in a VPC behind security groups: callers and callees.
//!
//! Instances call for the group that holds them. Interfaces that nothing among the facts explains (a proxy, a search
//! domain, a task) are stations too, one for each set of security groups: what they are is not known, but that they are
//! there is.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;

use super::addresses::{Addresses, addresses};
use super::builder::{Drawing, Standing};
use super::inputs::Region;
use super::nodes::{runs_tasks, stands_alone};
use super::station::{Sort, Station};
use super::zone_loss::assumed_to_survive;
use crate::engine::{Item, Lookup, any, distinct};
use crate::network::security_groups::engine_port;
use waaudit_model::facts::ec2::{Instance, NetworkInterface, Subnet};
use waaudit_model::facts::elasticache::Cluster;
use waaudit_model::topology::graph::Relation;

/// A weight of signs from which on an instance counts as one that runs a database.
const DATABASE: i64 = 3;

/// All stations of a region. What can't be placed is told of its node.
pub(crate) struct Stations<'l> {
    /// Who may call.
    pub(crate) callers: Vec<Station<'l>>,
    /// What may be called.
    pub(crate) callees: Vec<Station<'l>>,
    /// Nodes that may be called, of which it is not known by whom.
    pub(crate) hidden: Vec<String>,
}

impl<'l> Stations<'l> {
    pub(crate) fn new(region: &'l Region<'l>, drawing: &mut Drawing) -> Self {
        let mut all = Self { callers: Vec::new(), callees: Vec::new(), hidden: Vec::new() };
        all.servers(region, drawing);
        all.functions(region, drawing);
        all.services(region, drawing);
        all.callers.extend(Addresses::new(region).stations(drawing));
        all.databases(region);
        all.caches(region);
        all.file_systems(region);
        all.balancers(region);
        all.classics(region);
        all.unexplained(region, drawing);
        all.callers = merged(all.callers);
        all.callees = merged(all.callees);
        all
    }

    fn servers(&mut self, region: &'l Region<'l>, drawing: &mut Drawing) {
        let mut own: BTreeMap<&str, Vec<IpAddr>> = BTreeMap::new();
        for interface in region.interfaces.iter() {
            if let Some(Some(instance)) = interface.facts.instance.known() {
                own.entry(instance).or_default().extend(addresses(interface.facts));
            }
        }
        let fleets = region.fleets.by_id();
        for instance in region.instances.iter() {
            if !drawing.has(&instance.resource.arn) {
                continue;
            }
            let facts = instance.facts;
            let (Some(_), Some(groups), Some(vpc), Some(primary)) =
                (facts.state.known(), facts.security_groups.known(), facts.vpc.known(), facts.private_ip.known())
            else {
                drawing.end(&instance.resource.arn, Relation::Calls, "its place in its VPC could not be read");
                self.hidden.push(instance.resource.arn.clone());
                continue;
            };
            let fleet = facts.auto_scaling_group.known().and_then(Option::as_ref).and_then(|name| fleets.get(name));
            let node = fleet.map_or(&instance.resource.arn, |fleet| &fleet.resource.arn).clone();
            let primary = primary.as_ref().and_then(|address| address.parse().ok());
            let addresses = own.remove(instance.resource.id.as_str()).into_iter().flatten().chain(primary);
            let station = |ranges| Station {
                vpc: vpc.as_deref(),
                ranges,
                ..Station::new(node.clone(), groups, Sort::Server { database: runs_database(facts) })
            };
            self.callers.push(station(distinct(addresses).into_iter().map(IpNet::from).collect()));
            self.callees.push(station(Vec::new()));
        }
    }

    /// Services whose tasks have interfaces of their own; those of others are behind the groups of their servers.
    fn services(&mut self, region: &'l Region<'l>, drawing: &mut Drawing) {
        let subnets = region.subnets.by_id();
        for service in region.services.iter() {
            let node = &service.resource.arn;
            if !drawing.has(node) {
                continue;
            }
            let (own, groups) = (service.facts.subnets.known(), service.facts.security_groups.known());
            if own.is_some_and(Vec::is_empty) {
                continue;
            }
            let placed = own.and_then(|own| placed(own, &subnets));
            let (Some((vpc, ranges)), Some(groups), Some(true)) = (placed, groups, runs_tasks(service.facts)) else {
                drawing.end(node, Relation::Calls, "the place of its tasks in their VPC could not be read");
                self.hidden.push(node.clone());
                continue;
            };
            if groups.is_empty() {
                drawing.end(node, Relation::Calls, "its tasks have the default security group of their VPC");
                self.hidden.push(node.clone());
                continue;
            }
            self.callers.push(Station { vpc, ranges, ..Station::new(node.clone(), groups, Sort::Tasks) });
            self.callees.push(Station { vpc, ..Station::new(node.clone(), groups, Sort::Tasks) });
        }
    }

    fn functions(&mut self, region: &'l Region<'l>, drawing: &mut Drawing) {
        let subnets = region.subnets.by_id();
        for function in region.functions.iter() {
            let node = &function.resource.arn;
            let (Some(own), Some(groups)) = (function.facts.subnets.known(), function.facts.security_groups.known())
            else {
                drawing.end(node, Relation::Calls, "its subnets or its security groups could not be read");
                continue;
            };
            let Some((vpc, ranges)) = placed(own, &subnets) else {
                drawing.end(node, Relation::Calls, "its subnets could not be read");
                continue;
            };
            self.callers.push(Station { vpc, ranges, ..Station::new(node.clone(), groups, Sort::Unexplained) });
        }
    }

    fn databases(&mut self, region: &'l Region<'l>) {
        let (instances, clusters) = (region.db_instances.by_id(), region.db_clusters.by_id());
        for database in region.databases.iter() {
            let id = &database.resource.id;
            let instance = instances.get(id).map(|instance| instance.facts);
            let cluster = clusters.get(id).map(|cluster| cluster.facts);
            let is_cluster = database.facts.shape.known().map(String::as_str) == Some("cluster");
            let (groups, port) = match (is_cluster, cluster, instance) {
                (true, Some(cluster), _) => (cluster.security_groups.known(), cluster.port.get()),
                (false, _, Some(instance)) => (instance.security_groups.known(), instance.port.get()),
                _ => (None, None),
            };
            let (Some(groups), Some(port), Some(engine), Some(vpc)) =
                (groups, port, database.facts.engine.known(), database.facts.vpc.known())
            else {
                self.hidden.push(database.resource.arn.clone());
                continue;
            };
            self.callees.push(Station {
                vpc: vpc.as_deref(),
                non_production: region.is_spare(database.resource),
                ports: port.or_else(|| engine_port(engine)).into_iter().collect(),
                ..Station::new(database.resource.arn.clone(), groups, Sort::Store)
            });
        }
    }

    /// AWS names the security groups of a replication group's members, not of the group.
    fn caches(&mut self, region: &'l Region<'l>) {
        let groups = region.cache_groups.by_id();
        let mut own_groups: BTreeSet<&str> = BTreeSet::new();
        for cluster in region.cache_clusters.iter() {
            let facts = cluster.facts;
            let of_group = facts.replication_group.known().and_then(Option::as_ref);
            let node = match of_group.and_then(|id| groups.get(id)) {
                Some(group) => &group.resource.arn,
                None => &cluster.resource.arn,
            };
            let known =
                (stands_alone(facts), facts.security_groups.known(), facts.port.get(), cache_vpc(region, facts));
            let (Some(_), Some(groups), Some(port), Some(vpc)) = known else {
                self.hidden.push(node.clone());
                continue;
            };
            own_groups.insert(node);
            let (ports, non_production) = (port.into_iter().collect(), region.is_spare(cluster.resource));
            self.callees.push(Station {
                vpc,
                ports,
                non_production,
                ..Station::new(node.clone(), groups, Sort::Store)
            });
        }
        let silent = region.cache_groups.iter().filter(|group| !own_groups.contains(group.resource.arn.as_str()));
        self.hidden.extend(silent.map(|group| group.resource.arn.clone()));
        self.serverless(region);
    }

    fn serverless(&mut self, region: &'l Region<'l>) {
        let subnets = region.subnets.by_id();
        for cache in region.serverless_caches.iter() {
            let node = &cache.resource.arn;
            let placed = cache.facts.subnets.known().and_then(|own| placed(own, &subnets));
            match (cache.facts.security_groups.known(), cache.facts.port.get(), placed) {
                (Some(groups), Some(port), Some((vpc, _))) => self.callees.push(Station {
                    vpc,
                    ports: port.into_iter().collect(),
                    non_production: region.is_spare(cache.resource),
                    ..Station::new(node.clone(), groups, Sort::Store)
                }),
                _ => self.hidden.push(node.clone()),
            }
        }
    }

    /// Interfaces that no instance holds, no target group names, and whose security groups nothing else uses.
    fn unexplained(&mut self, region: &'l Region<'l>, drawing: &mut Drawing) {
        let mut explained: BTreeSet<Vec<&str>> = self
            .callees
            .iter()
            .filter(|station| !matches!(station.sort, Sort::Server { .. }))
            .map(|one| set(one.groups))
            .collect();
        let balancers = region.balancers.iter().filter_map(|balancer| balancer.facts.security_groups.known());
        let classics = region.classics.iter().filter_map(|classic| classic.facts.security_groups.known());
        explained.extend(balancers.chain(classics).map(|groups| set(groups)));
        let mut classes: BTreeMap<(&str, Vec<&str>), Vec<&Item<NetworkInterface>>> = BTreeMap::new();
        for interface in region.interfaces.iter().filter(|interface| stands_for_itself(interface.facts)) {
            let facts = interface.facts;
            let addressed = !facts.private_ips.is_unread() && !facts.ipv6_addresses.is_unread();
            let (Some(vpc), Some(groups), Some(_), true) =
                (facts.vpc.known(), facts.security_groups.known(), facts.instance.known(), addressed)
            else {
                self.hidden.push(interface.resource.id.clone());
                continue;
            };
            let is_target = addresses(facts).iter().any(|address| drawing.has(&format!("address/{vpc}/{address}")));
            let groups = set(groups);
            if !is_target && !groups.is_empty() && !explained.contains(&groups) {
                classes.entry((vpc, groups)).or_default().push(interface);
            }
        }
        for ((vpc, groups), interfaces) in classes {
            let node = interfaces_node(region, vpc, &groups, &interfaces, drawing);
            let ranges = interfaces.iter().flat_map(|interface| addresses(interface.facts)).map(IpNet::from).collect();
            let Some(own_groups) = interfaces.first().and_then(|first| first.facts.security_groups.known()) else {
                continue;
            };
            self.callers.push(Station {
                vpc: Some(vpc),
                ranges,
                ..Station::new(node.clone(), own_groups, Sort::Unexplained)
            });
            self.callees.push(Station { vpc: Some(vpc), ..Station::new(node, own_groups, Sort::Unexplained) });
        }
    }
}

/// Stations that differ in their addresses alone, as the instances of a fleet do, as one.
fn merged(stations: Vec<Station<'_>>) -> Vec<Station<'_>> {
    let mut merged: BTreeMap<(String, Option<&str>, Vec<&str>), Station> = BTreeMap::new();
    for station in stations {
        match merged.entry((station.node.clone(), station.vpc, set(station.groups))) {
            Entry::Vacant(free) => drop(free.insert(station)),
            Entry::Occupied(mut same) => {
                let same = same.get_mut();
                same.ranges.extend(station.ranges);
                if let (Sort::Server { database: one }, Sort::Server { database: other }) = (same.sort, station.sort) {
                    same.sort = Sort::Server { database: any([one, other]) };
                }
            }
        }
    }
    merged.into_values().collect()
}

fn set(groups: &[String]) -> Vec<&str> {
    distinct(groups.iter().map(String::as_str))
}

/// The VPC of subnets and their ranges. Something without subnets is in none.
pub(crate) fn placed<'l>(own: &[String], subnets: &Lookup<'l, '_, Subnet>) -> Option<(Option<&'l str>, Vec<IpNet>)> {
    let place = |id: &String| {
        let subnet = subnets.get(id)?.facts;
        Some((subnet.vpc.known()?.as_str(), subnet.cidr.known()?.parse().ok()?))
    };
    let places = own.iter().map(place).collect::<Option<Vec<(&str, IpNet)>>>()?;
    let vpc = places.first().map(|(vpc, _)| *vpc);
    Some((vpc, places.into_iter().map(|(_, range)| range).collect()))
}

/// The VPC of a cache, which its subnet group names; none for one outside a VPC.
fn cache_vpc<'l>(region: &'l Region<'l>, cluster: &Cluster) -> Option<Option<&'l str>> {
    match cluster.subnet_group.known()? {
        None => Some(None),
        Some(group) => region.cache_subnet_groups.by_id().get(group)?.facts.vpc.known().map(Option::as_deref),
    }
}

fn runs_database(instance: &Instance) -> Option<bool> {
    instance.database_score.get().map(|score| score >= DATABASE)
}

/// Interfaces of the network itself, and those of instances, stand for nothing else.
fn stands_for_itself(interface: &NetworkInterface) -> bool {
    let own_type =
        interface.interface_type.known().is_none_or(|kind| ["interface", "branch", "efa"].contains(&kind.as_str()));
    let used = interface.status.known().is_none_or(|status| status == "in-use");
    own_type && used && interface.instance.known().is_none_or(Option::is_none)
}

/// Interfaces in several zones are taken to replace each other; of those in one, it can't be told.
fn interfaces_node(
    region: &Region,
    vpc: &str,
    groups: &[&str],
    interfaces: &[&Item<NetworkInterface>],
    drawing: &mut Drawing,
) -> String {
    let node = format!("interfaces/{vpc}/{}", groups.join("+"));
    let subnets = interfaces.iter().map(|interface| interface.facts.subnet.known().cloned());
    let zones = subnets.collect::<Option<Vec<_>>>().and_then(|subnets| region.zones_of(&subnets));
    let why = "interfaces with the same security groups in several zones are assumed to replace each other";
    let losses = zones.as_ref().filter(|zones| zones.len() > 1).map(|zones| assumed_to_survive(zones, why));
    let name = format!("interfaces in {}", groups.join(" and "));
    drawing.add(
        &node,
        "interfaces",
        &name,
        region.name,
        Standing { zones, losses, vpc: Some(vpc.to_owned()), entry: false },
    );
    node
}
