//! Who may open connections to what, by security groups: a fleet to its database, a function to its cache.
//!
//! A group that names the caller's group says that the two were made for each other. A range that holds the caller says
//! nearly as much of a store; one that holds the whole VPC, or the internet, says only that it is not forbidden. Between servers even a named group is a
//! guess: it may be there for monitoring. Calls that need no connection in the VPC (to Amazon SQS, DynamoDB, S3 or
//! another function) leave no trace in security groups and are not drawn.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;

use super::builder::{Drawing, How};
use super::endpoints::Stations;
use super::inputs::{Region, Worldwide};
use super::others::MOUNT_TARGET;
use super::station::{Sort, Station};
use crate::engine::{Lookup, Referrers, all, any, one};
use crate::network::ranges::Ranges;
use crate::network::security_groups::{Groups, TCP, covers};
use crate::network::subnets::is_everywhere;
use waaudit_model::confidence::Confidence;
use waaudit_model::facts::ec2::{IngressRule, NetworkInterface, PrefixList, Subnet};
use waaudit_model::topology::graph::Relation;

const GROUP: How =
    How::new(Relation::Calls, "ec2:DescribeSecurityGroupRules ReferencedGroupInfo.GroupId, CidrIpv4, CidrIpv6");

/// SSH, RDP, WinRM: people, not callers.
const PEOPLE: &[i64] = &[22, 3389, 5985, 5986];

/// Who may call what.
pub(crate) fn calls(region: &Region, _: &Worldwide, drawing: &mut Drawing) {
    let Stations { callers, callees, hidden } = Stations::new(region, drawing);
    let rules = Rules {
        groups: Groups::new(&region.security_groups),
        lists: region.prefix_lists.by_id(),
        subnets: region.subnets.by(|subnet| one(subnet.facts.vpc.known())),
    };
    let missing = missing(region);
    for caller in &callers {
        if !missing.is_empty() {
            let what = missing.iter().copied().collect::<Vec<_>>().join(", ");
            drawing.end(&caller.node, Relation::Calls, &format!("what it calls is unread: {what} of {}", region.name));
        }
        for node in &hidden {
            let why = format!("whether it calls {} is unread", drawing.name(node));
            drawing.end(&caller.node, Relation::Calls, &why);
        }
    }
    let index = Callers::new(&callers);
    for callee in &callees {
        for (place, (found, unread)) in index.admitted(callee, &rules) {
            let Some(caller) = callers.get(place).filter(|caller| caller.node != callee.node) else { continue };
            if let Some(confidence) = found {
                drawing.link(&caller.node, &callee.node, &GROUP.confidence(confidence));
            }
            if unread && found.is_none_or(|found| found == Confidence::Heuristic) {
                let why = format!("whether it calls {} is unread", drawing.name(&callee.node));
                drawing.end(&caller.node, Relation::Calls, &why);
            }
        }
    }
}

/// The surest way in that was found, and whether some rule could not be read.
type Admission = (Option<Confidence>, bool);

/// Callers by what rules name of them.
struct Callers<'s> {
    count: usize,
    by_group: BTreeMap<&'s str, Vec<usize>>,
    by_vpc: BTreeMap<&'s str, Neighbours>,
}

/// The callers of a VPC.
#[derive(Default)]
struct Neighbours {
    all: Vec<usize>,
    by_range: Ranges<usize>,
}

impl<'s> Callers<'s> {
    fn new(callers: &'s [Station]) -> Self {
        let mut index = Self { count: callers.len(), by_group: BTreeMap::new(), by_vpc: BTreeMap::new() };
        for (place, caller) in callers.iter().enumerate() {
            for group in caller.groups {
                index.by_group.entry(group).or_default().push(place);
            }
            if let Some(vpc) = caller.vpc {
                let neighbours = index.by_vpc.entry(vpc).or_default();
                neighbours.all.push(place);
                caller.ranges.iter().for_each(|range| neighbours.by_range.add(*range, place));
            }
        }
        index
    }

    fn of_vpc(&self, vpc: Option<&str>) -> Vec<usize> {
        vpc.and_then(|vpc| self.by_vpc.get(vpc)).map_or_else(Vec::new, |neighbours| neighbours.all.clone())
    }

    /// Who may call, with how sure that is.
    fn admitted(&self, callee: &Station, rules: &Rules) -> BTreeMap<usize, Admission> {
        // A Network Load Balancer without security groups asks no one.
        if callee.sort == Sort::Balancer && callee.groups.is_empty() {
            let way = (Some(Confidence::Heuristic), false);
            return self.of_vpc(callee.vpc).into_iter().map(|place| (place, way)).collect();
        }
        let Some(own) = rules.groups.all_rules(callee.groups) else {
            return (0..self.count).map(|place| (place, (None, true))).collect();
        };
        let mut admitted = BTreeMap::new();
        for rule in own.into_iter().filter(|rule| concerns(rule, callee)) {
            let (places, way) = self.admitted_by(rule, callee, rules);
            for place in places {
                let (found, unread): &mut Admission = admitted.entry(place).or_default();
                match way {
                    Some(confidence) => *found = Some(found.map_or(confidence, |found| found.min(confidence))),
                    None => *unread = true,
                }
            }
        }
        admitted
    }

    /// Who one rule lets in, and how sure that says that they call; nothing where it could not be read.
    fn admitted_by(&self, rule: &IngressRule, callee: &Station, rules: &Rules) -> (Vec<usize>, Option<Confidence>) {
        if let Some(group) = &rule.group {
            let places = self.by_group.get(group.as_str()).cloned().unwrap_or_default();
            return (places, by_group(rule, group, callee));
        }
        if let Some(range) = &rule.cidr {
            return self.admitted_by_range(range, callee, rules);
        }
        let everyone = || (0..self.count).collect();
        // AWS's own lists hold no caller of a VPC; what others hold is not collected.
        match rule.prefix_list.as_ref().and_then(|id| rules.lists.get(id)?.facts.list_name.known()) {
            None => (everyone(), None),
            Some(name) if name.starts_with("com.amazonaws.") => (Vec::new(), None),
            Some(_) => (everyone(), Some(Confidence::Heuristic)),
        }
    }

    /// A range says something within one VPC: the same private addresses mean another thing in the next. It says nothing
    /// of a store that is tagged as no production, which a range leaves open to its neighbours by neglect.
    fn admitted_by_range(&self, range: &str, callee: &Station, rules: &Rules) -> (Vec<usize>, Option<Confidence>) {
        let serves_all = matches!(callee.sort, Sort::Store | Sort::Balancer);
        let everywhere = is_everywhere(range);
        let parsed = range.parse::<IpNet>().ok().filter(|_| !callee.non_production && (serves_all || !everywhere));
        let Some(addresses) = parsed else { return (Vec::new(), None) };
        let vpcs: Vec<&Neighbours> = match callee.vpc {
            Some(vpc) => self.by_vpc.get(vpc).into_iter().collect(),
            None => self.by_vpc.values().collect(),
        };
        let holds = |vpc: &Neighbours| -> Vec<usize> {
            if everywhere { vpc.all.clone() } else { vpc.by_range.within(&addresses).copied().collect() }
        };
        let places = vpcs.into_iter().flat_map(holds).collect();
        let way = match callee.vpc.filter(|_| serves_all && !everywhere) {
            None => Some(Confidence::Heuristic),
            Some(vpc) => rules
                .is_narrow(&addresses, vpc)
                .map(|narrow| if narrow { Confidence::Strong } else { Confidence::Heuristic }),
        };
        (places, way)
    }
}

/// Lists that may lack something that is called.
fn missing(region: &Region) -> BTreeSet<&'static str> {
    let lists = [
        ("ec2.instance", region.instances.whole().is_none()),
        ("ecs.service", region.services.whole().is_none()),
        ("ec2.network_interface", region.interfaces.whole().is_none()),
        ("efs.file_system", may_miss_file_systems(region)),
        ("elasticache.cluster", region.cache_clusters.whole().is_none()),
        ("elasticache.replication_group", region.cache_groups.whole().is_none()),
        ("elasticache.serverless_cache", region.serverless_caches.whole().is_none()),
        ("elb.classic_load_balancer", region.classics.whole().is_none()),
        ("elb.load_balancer", region.balancers.whole().is_none()),
        ("rds.db_cluster", region.db_clusters.whole().is_none()),
        ("rds.db_instance", region.db_instances.whole().is_none()),
    ];
    lists.into_iter().filter(|(_, missing)| *missing).map(|(kind, _)| kind).collect()
}

/// Whether an interface may be a mount target of a file system that was not read.
fn may_miss_file_systems(region: &Region) -> bool {
    let may_be_one = |interface: &NetworkInterface| {
        interface.description.known().is_some_and(|description| description.starts_with(MOUNT_TARGET))
    };
    region.file_systems.whole().is_none() && region.interfaces.iter().any(|interface| may_be_one(interface.facts))
}

/// The inbound rules of a region.
struct Rules<'l, 'a> {
    groups: Groups<'l, 'a>,
    lists: Lookup<'l, 'a, PrefixList>,
    /// Subnets by their VPC.
    subnets: Referrers<'l, 'a, Subnet>,
}

impl Rules<'_, '_> {
    /// Whether a range leaves out some subnet of a VPC.
    fn is_narrow(&self, range: &IpNet, vpc: &str) -> Option<bool> {
        let left_out = |subnet: &Subnet| {
            let here = subnet.vpc.known().map(|other| other == vpc);
            let outside =
                subnet.cidr.known().and_then(|own| own.parse::<IpNet>().ok()).map(|own| !range.contains(&own));
            all([here, outside])
        };
        any(self.subnets.of(vpc).map(|subnet| left_out(subnet.facts)).chain(self.subnets.missing()))
    }
}

/// Whether a rule is about what a station serves.
fn concerns(rule: &IngressRule, callee: &Station) -> bool {
    if !callee.ports.is_empty() {
        return callee.ports.iter().any(|port| covers(rule, TCP, *port));
    }
    let for_people = rule.from_port.is_some_and(|port| rule.to_port == Some(port) && PEOPLE.contains(&port));
    let icmp = ["icmp", "icmpv6", "1", "58"].contains(&rule.protocol.as_str());
    !for_people && !icmp
}

fn by_group(rule: &IngressRule, group: &String, callee: &Station) -> Option<Confidence> {
    let narrow = !callee.groups.contains(group) && rule.from_port.is_some_and(|port| port > 1023);
    Some(match callee.sort {
        Sort::Store | Sort::Balancer => Confidence::Exact,
        Sort::Server { database } if narrow && database? => Confidence::Strong,
        Sort::Server { .. } | Sort::Tasks | Sort::Unexplained => Confidence::Heuristic,
    })
}

#[cfg(test)]
mod tests;
