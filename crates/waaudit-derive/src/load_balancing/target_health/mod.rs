//! Target groups: what their targets are worth, in which zones, and whether traffic reaches them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;

use crate::engine::{Derivation, Item, List, Lookup, Patch, View, any, distinct, only, reads};
use waaudit_model::facts::ec2::{Instance, Subnet};
use waaudit_model::facts::elb::{Forward, Listener, LoadBalancer, Target, TargetGroup};

pub(crate) const COUNTS: Derivation = Derivation {
    kind: "elb.target_group",
    facts: &["healthy_count", "unhealthy_count"],
    reads: reads![TargetGroup { targets }],
    compute: counts,
};
pub(crate) const TRAFFIC: Derivation = Derivation {
    kind: "elb.target_group",
    facts: &["takes_traffic"],
    reads: reads![LoadBalancer { listeners, state }, TargetGroup { load_balancers }],
    compute: traffic,
};
pub(crate) const ZONES: Derivation = Derivation {
    kind: "elb.target_group",
    facts: &["healthy_zones"],
    reads: reads![
        Instance { availability_zone },
        Subnet { availability_zone, cidr, vpc },
        TargetGroup { target_type, targets, vpc },
    ],
    compute: healthy_zones,
};
pub(crate) const UNCOVERED: Derivation = Derivation {
    kind: "elb.target_group",
    facts: &["uncovered_zones"],
    reads: reads![
        LoadBalancer { balancer_type, cross_zone, zones },
        TargetGroup { cross_zone, healthy_zones, load_balancers },
    ],
    compute: uncovered_zones,
};
pub(crate) const BY_ZONE: Derivation = Derivation {
    kind: "elb.load_balancer",
    facts: &["healthy_targets_by_zone"],
    reads: reads![
        Instance { availability_zone },
        LoadBalancer { listeners, zones },
        Subnet { availability_zone, cidr, vpc },
        TargetGroup { target_type, targets, vpc },
    ],
    compute: by_zone,
};

pub(crate) const KEPT_BY_ZONE: Derivation = Derivation {
    kind: "elb.load_balancer",
    facts: &["groups_kept_by_zone"],
    reads: reads![LoadBalancer { listeners }, TargetGroup { cross_zone }],
    compute: kept_by_zone,
};

const HEALTHY: &[&str] = &["healthy"];
const UNHEALTHY: &[&str] = &["unhealthy", "unavailable"];
const ACTIVE: &[&str] = &["active", "active_impaired"];

fn counts(view: &View) -> Vec<Patch> {
    let count = |group: &TargetGroup, states: &[&str]| {
        let targets = group.targets.known()?.iter();
        i64::try_from(targets.filter(|target| states.contains(&target.state.as_str())).count()).ok()
    };
    let learned = |group: &TargetGroup| TargetGroup {
        healthy_count: count(group, HEALTHY).into(),
        unhealthy_count: count(group, UNHEALTHY).into(),
        ..TargetGroup::default()
    };
    view.here().iter().map(|group| group.patch(&learned(group.facts))).collect()
}

/// What listeners forward to, with a weight above zero. A group that is named alone has no weight and takes all.
fn forwarded(listeners: &[Listener]) -> impl Iterator<Item = &Forward> {
    let forwards = listeners.iter().flat_map(|listener| &listener.rules).flat_map(|rule| &rule.forwards);
    forwards.filter(|forward| forward.weight != Some(0))
}

fn traffic(view: &View) -> Vec<Patch> {
    let balancers = view.here::<LoadBalancer>();
    let learned = |group: &Item<TargetGroup>| TargetGroup {
        takes_traffic: takes_traffic(group, &balancers).into(),
        ..TargetGroup::default()
    };
    view.here().iter().map(|group| group.patch(&learned(group))).collect()
}

fn takes_traffic(group: &Item<TargetGroup>, balancers: &List<LoadBalancer>) -> Option<bool> {
    let feeds = |balancer: &LoadBalancer| feeds(balancer, &group.resource.arn);
    if let Some(arns) = group.facts.load_balancers.known() {
        let balancers = balancers.by_arn();
        any(arns.iter().map(|arn| feeds(balancers.get(arn)?.facts)))
    } else {
        let missing = balancers.whole().is_none().then_some(None);
        any(balancers.iter().map(|balancer| feeds(balancer.facts)).chain(missing))
    }
}

fn feeds(balancer: &LoadBalancer, group: &str) -> Option<bool> {
    let active = balancer.state.known().map(|state| ACTIVE.contains(&state.as_str()));
    let listeners = balancer.listeners.known();
    let forwards = listeners.map(|listeners| forwarded(listeners).any(|forward| forward.target_group == group));
    crate::engine::all([active, forwards])
}

/// Where the targets of a region are.
pub(crate) struct Grounds<'l, 'a> {
    instances: Lookup<'l, 'a, Instance>,
    /// Ranges and zones of subnets, by VPC.
    subnets: BTreeMap<&'l str, Vec<(IpNet, &'l str)>>,
}

impl<'l, 'a> Grounds<'l, 'a> {
    pub(crate) fn new(instances: &'l List<'a, Instance>, subnets: &'l List<'a, Subnet>) -> Self {
        let known = |subnet: &'l Subnet| {
            Some((
                subnet.vpc.known()?.as_str(),
                subnet.cidr.known()?.parse().ok()?,
                subnet.availability_zone.known()?.as_str(),
            ))
        };
        let mut by_vpc: BTreeMap<&str, Vec<(IpNet, &str)>> = BTreeMap::new();
        for (vpc, range, zone) in subnets.iter().filter_map(|subnet| known(subnet.facts)) {
            by_vpc.entry(vpc).or_default().push((range, zone));
        }
        Self { instances: instances.by_id(), subnets: by_vpc }
    }

    /// The zone of a target; nothing for functions, for load balancers, and for addresses outside all zones.
    fn zone(&self, group: &TargetGroup, target: &Target) -> Option<String> {
        match group.target_type.known()?.as_str() {
            "instance" => self.instances.get(&target.id)?.facts.availability_zone.known().cloned(),
            "ip" => match &target.availability_zone {
                Some(zone) => (zone != "all").then(|| zone.clone()),
                None => self.zone_of_address(group.vpc.known()?.as_deref()?, target.id.parse().ok()?),
            },
            _ => None,
        }
    }

    /// Subnets of one VPC do not overlap, so the one that holds an address is the only one.
    fn zone_of_address(&self, vpc: &str, address: IpAddr) -> Option<String> {
        let holding = self.subnets.get(vpc)?.iter().find(|(range, _)| range.contains(&address));
        holding.map(|(_, zone)| (*zone).to_owned())
    }

    /// The healthy targets of a group with their zones.
    pub(crate) fn healthy<'g>(&self, group: &'g TargetGroup) -> Option<Vec<(&'g str, String)>> {
        if !["instance", "ip"].contains(&group.target_type.known()?.as_str()) {
            return None;
        }
        let healthy = group.targets.known()?.iter().filter(|target| target.state == "healthy");
        healthy.map(|target| Some((target.id.as_str(), self.zone(group, target)?))).collect()
    }
}

fn healthy_zones(view: &View) -> Vec<Patch> {
    let (instances, subnets) = (view.here(), view.here());
    let grounds = Grounds::new(&instances, &subnets);
    let zones = |group: &TargetGroup| Some(distinct(grounds.healthy(group)?.into_iter().map(|(_, zone)| zone)));
    let learned = |group: &TargetGroup| TargetGroup { healthy_zones: zones(group).into(), ..TargetGroup::default() };
    view.here().iter().map(|group| group.patch(&learned(group.facts))).collect()
}

fn uncovered_zones(view: &View) -> Vec<Patch> {
    let balancers = view.here::<LoadBalancer>();
    let balancers = balancers.by_arn();
    let uncovered = |group: &TargetGroup| {
        let arns = group.load_balancers.known()?.iter();
        let feeding = arns.map(|arn| Some(balancers.get(arn)?.facts)).collect::<Option<Vec<_>>>()?;
        let zonal = only(feeding, |balancer| crosses_zones(group, balancer).map(|crosses| !crosses))?;
        if zonal.is_empty() {
            return Some(Vec::new());
        }
        let covered = group.healthy_zones.known()?;
        let zones = zonal.into_iter().map(|balancer| balancer.zones.known()).collect::<Option<Vec<_>>>()?;
        let names = zones.into_iter().flatten().map(|zone| zone.name.clone());
        Some(distinct(names.filter(|zone| !covered.contains(zone))))
    };
    let learned =
        |group: &TargetGroup| TargetGroup { uncovered_zones: uncovered(group).into(), ..TargetGroup::default() };
    view.here().iter().map(|group| group.patch(&learned(group.facts))).collect()
}

/// The group's own word goes before its load balancer's. An Application Load Balancer always crosses zones; a
/// Gateway Load Balancer does not unless it says so.
pub(crate) fn crosses_zones(group: &TargetGroup, balancer: &LoadBalancer) -> Option<bool> {
    match group.cross_zone.known()?.as_deref() {
        Some("true") => return Some(true),
        Some("false") => return Some(false),
        _ => {}
    }
    match (balancer.balancer_type.known()?.as_str(), balancer.cross_zone.get()) {
        ("application", _) => Some(true),
        ("gateway", Some(None)) => Some(false),
        (_, said) => said?,
    }
}

fn by_zone(view: &View) -> Vec<Patch> {
    let (instances, subnets) = (view.here(), view.here());
    let grounds = Grounds::new(&instances, &subnets);
    let groups = view.here::<TargetGroup>();
    let groups = groups.by_arn();
    let learned = |balancer: &LoadBalancer| LoadBalancer {
        healthy_targets_by_zone: healthy_targets_by_zone(balancer, &groups, &grounds).into(),
        ..LoadBalancer::default()
    };
    view.here().iter().map(|balancer| balancer.patch(&learned(balancer.facts))).collect()
}

fn kept_by_zone(view: &View) -> Vec<Patch> {
    let groups = view.here::<TargetGroup>();
    let groups = groups.by_arn();
    let learned = |balancer: &LoadBalancer| LoadBalancer {
        groups_kept_by_zone: groups_kept_by_zone(balancer, &groups).into(),
        ..LoadBalancer::default()
    };
    view.here().iter().map(|balancer| balancer.patch(&learned(balancer.facts))).collect()
}

fn groups_kept_by_zone(balancer: &LoadBalancer, groups: &Lookup<TargetGroup>) -> Option<Vec<String>> {
    let fed = forwarded(balancer.listeners.known()?).map(|forward| groups.get(&forward.target_group));
    let fed = fed.collect::<Option<Vec<_>>>()?;
    let kept = only(fed, |group| group.facts.cross_zone.known().map(|says| says.as_deref() == Some("false")))?;
    Some(distinct(kept.into_iter().map(|group| group.resource.id.clone())))
}

/// A target in two groups counts once.
fn healthy_targets_by_zone(
    balancer: &LoadBalancer,
    groups: &Lookup<TargetGroup>,
    grounds: &Grounds,
) -> Option<BTreeMap<String, i64>> {
    let arns: BTreeSet<&str> =
        forwarded(balancer.listeners.known()?).map(|forward| forward.target_group.as_str()).collect();
    let mut targets = BTreeSet::new();
    for arn in arns {
        let group = groups.get(arn)?.facts;
        if ["instance", "ip"].contains(&group.target_type.known()?.as_str()) {
            targets.extend(grounds.healthy(group)?);
        }
    }
    let enabled = balancer.zones.known()?.iter().map(|zone| (zone.name.clone(), 0));
    let mut by_zone: BTreeMap<String, i64> = enabled.collect();
    for (_, zone) in targets {
        *by_zone.entry(zone).or_default() += 1;
    }
    Some(by_zone)
}

#[cfg(test)]
mod tests;
