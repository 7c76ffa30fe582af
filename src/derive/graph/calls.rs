//! Who may open connections to what, by security groups: a fleet to its database, a function to its cache.
//!
//! A group that names the caller's group says that the two were made for each other. A range that holds the caller says
//! nearly as much of a store; one that holds the whole VPC, or the internet, says only that it is not forbidden. Between servers even a named group is a
//! guess: it may be there for monitoring. Calls that need no connection in the VPC (to Amazon SQS, DynamoDB, S3 or
//! another function) leave no trace in security groups and are not drawn.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::drawing::{Drawing, How};
use super::sources::{Region, Worldwide};
use super::stations::{Sort, Station, Stations};
use crate::derive::security::{Groups, TCP, covers};
use crate::derive::subnets::is_everywhere;
use crate::derive::view::{List, Lookup, all, any};
use crate::facts::ec2::{IngressRule, PrefixList, Subnet};
use crate::graph::{Confidence, Relation};

const GROUP: How =
    How::new(Relation::Calls, "ec2:DescribeSecurityGroupRules ReferencedGroupInfo.GroupId, CidrIpv4, CidrIpv6");

/// SSH, RDP, WinRM: people, not callers.
const PEOPLE: &[i64] = &[22, 3389, 5985, 5986];

/// Who may call what.
pub(super) fn calls(region: &Region, _: &Worldwide, drawing: &mut Drawing) {
    let Stations { callers, callees, hidden } = Stations::new(region, drawing);
    let rules = Rules {
        groups: Groups::new(&region.security_groups),
        lists: region.prefix_lists.by_id(),
        subnets: &region.subnets,
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
        for callee in callees.iter().filter(|callee| callee.node != caller.node) {
            let (found, unread) = rules.admit(caller, callee);
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

/// Lists that may lack something that is called.
fn missing(region: &Region) -> BTreeSet<&'static str> {
    let lists = [
        ("ec2.instance", region.instances.whole().is_none()),
        ("ecs.service", region.services.whole().is_none()),
        ("ec2.network_interface", region.interfaces.whole().is_none()),
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

/// The inbound rules of a region.
struct Rules<'l, 'a> {
    groups: Groups<'l, 'a>,
    lists: Lookup<'l, 'a, PrefixList>,
    subnets: &'l List<'a, Subnet>,
}

impl Rules<'_, '_> {
    /// The surest way in, and whether some rule could not be read.
    fn admit(&self, caller: &Station, callee: &Station) -> (Option<Confidence>, bool) {
        // A Network Load Balancer without security groups asks no one.
        if callee.sort == Sort::Balancer && callee.groups.is_empty() {
            let neighbours = caller.vpc.is_some() && caller.vpc == callee.vpc;
            return (neighbours.then_some(Confidence::Heuristic), false);
        }
        let Some(rules) = self.groups.all_rules(callee.groups) else { return (None, true) };
        let answers =
            rules.into_iter().filter(|rule| concerns(rule, callee)).map(|rule| self.admits(rule, caller, callee));
        let (mut found, mut unread) = (None, false);
        for answer in answers {
            match answer {
                Some(way) => found = found.into_iter().chain(way).min(),
                None => unread = true,
            }
        }
        (found, unread)
    }

    fn admits(&self, rule: &IngressRule, caller: &Station, callee: &Station) -> Option<Option<Confidence>> {
        if let Some(group) = &rule.group {
            if !caller.groups.contains(group) {
                return Some(None);
            }
            return by_group(rule, group, callee).map(Some);
        }
        if let Some(range) = &rule.cidr {
            return self.by_range(range, caller, callee);
        }
        // AWS's own lists hold no caller of a VPC; what others hold is not collected.
        let name = self.lists.get(rule.prefix_list.as_ref()?)?.facts.list_name.known()?;
        Some((!name.starts_with("com.amazonaws.")).then_some(Confidence::Heuristic))
    }

    /// A range says something within one VPC: the same private addresses mean another thing in the next. It says nothing
    /// of a store that is tagged as no production, which a range leaves open to its neighbours by neglect.
    fn by_range(&self, range: &str, caller: &Station, callee: &Station) -> Option<Option<Confidence>> {
        let neighbours = caller.vpc.is_some() && callee.vpc.is_none_or(|vpc| Some(vpc) == caller.vpc);
        let serves_all = matches!(callee.sort, Sort::Store | Sort::Balancer);
        let Ok(addresses) = range.parse::<IpNet>() else { return Some(None) };
        let everywhere = is_everywhere(range);
        let holds = everywhere || caller.ranges.iter().any(|own| addresses.contains(own));
        if !neighbours || !holds || callee.spare || (everywhere && !serves_all) {
            return Some(None);
        }
        let Some(vpc) = callee.vpc.filter(|_| serves_all && !everywhere) else {
            return Some(Some(Confidence::Heuristic));
        };
        let narrow = self.is_narrow(&addresses, vpc)?;
        Some(Some(if narrow { Confidence::Strong } else { Confidence::Heuristic }))
    }

    /// Whether a range leaves out some subnet of a VPC.
    fn is_narrow(&self, range: &IpNet, vpc: &str) -> Option<bool> {
        let left_out = |subnet: &Subnet| {
            let here = subnet.vpc.known().map(|other| other == vpc);
            let outside =
                subnet.cidr.known().and_then(|own| own.parse::<IpNet>().ok()).map(|own| !range.contains(&own));
            all([here, outside])
        };
        let missing = self.subnets.whole().is_none().then_some(None);
        any(self.subnets.iter().map(|subnet| left_out(&subnet.facts)).chain(missing))
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
