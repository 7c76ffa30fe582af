//! What pins clients to single servers: stickiness of a target group, stickiness between target groups that share a rule,
//! and the cookies of Classic Load Balancers.
//!
//! Between target groups a client stays with a group. That pins it to a server where the group has one target alone.

use std::collections::BTreeSet;

use crate::engine::{Derivation, Item, List, Patch, ResourceId, View, distinct, reads};
use crate::network::subnets::zone_names;
use waaudit_model::facts::Fact;
use waaudit_model::facts::derived::server_pool::ServerPool;
use waaudit_model::facts::ec2::Subnet;
use waaudit_model::facts::elb::{ClassicLoadBalancer, ListenerRule, LoadBalancer, TargetGroup};

pub(crate) const PINS: Derivation = Derivation {
    kind: "elb.target_group",
    facts: &["choices", "pinned_by", "pinned_seconds"],
    reads: reads![LoadBalancer { listeners }, TargetGroup { load_balancers, stickiness, targets }],
    compute: pins,
};
pub(crate) const CLASSIC: Derivation = Derivation {
    kind: "elb.classic_load_balancer",
    facts: &["pinned_by", "pinned_seconds"],
    reads: reads![ClassicLoadBalancer { listeners, stickiness_policies }],
    compute: classic_pins,
};
pub(crate) const CLASSIC_ZONES: Derivation = Derivation {
    kind: "elb.classic_load_balancer",
    facts: &["zones"],
    reads: reads![ClassicLoadBalancer { availability_zones, subnets }, Subnet { availability_zone }],
    compute: classic_zones,
};
pub(crate) const MAKE: Derivation = Derivation {
    kind: "server_pool",
    facts: &["pool_type", "target_type", "protocol", "load_balanced", "choices", "pinned_by", "pinned_seconds"],
    reads: reads![
        ClassicLoadBalancer { instances, pinned_by, pinned_seconds },
        TargetGroup { choices, load_balancers, pinned_by, pinned_seconds, protocol, target_type },
    ],
    compute: make,
};

/// What pins a client, and for how long; no seconds are no limit.
type Pin = (String, Option<i64>);

/// Of two pins the one that lasts longer.
fn longer(one: Pin, other: Pin) -> Pin {
    let lasts = |pin: &Pin| pin.1.unwrap_or(i64::MAX);
    if lasts(&other) > lasts(&one) { other } else { one }
}

fn pins(view: &View) -> Vec<Patch> {
    let (groups, balancers) = (view.here::<TargetGroup>(), view.here::<LoadBalancer>());
    let learned = |group: &Item<TargetGroup>| {
        let rules = sharing(group, &balancers);
        let choices = rules.as_deref().and_then(|rules| choices(group, rules, &groups));
        let pin = rules.as_deref().and_then(|rules| pinned(group.facts, rules));
        TargetGroup {
            choices: choices.into(),
            pinned_by: pin.clone().map(|pin| pin.map(|pin| pin.0)).into(),
            pinned_seconds: pin.map(|pin| pin.and_then(|pin| pin.1)).into(),
            ..TargetGroup::default()
        }
    };
    groups.iter().map(|group| group.patch(&learned(group))).collect()
}

/// The rules that forward to a group, with a weight above zero, beside others.
fn sharing<'l>(group: &Item<TargetGroup>, balancers: &'l List<LoadBalancer>) -> Option<Vec<&'l ListenerRule>> {
    let balancers = balancers.by_arn();
    let mut found = Vec::new();
    for arn in group.facts.load_balancers.known()? {
        let listeners = balancers.get(arn)?.facts.listeners.known()?;
        let rules = listeners.iter().flat_map(|listener| &listener.rules);
        found.extend(
            rules.filter(|rule| receivers(rule).contains(group.resource.arn.as_str()) && receivers(rule).len() > 1),
        );
    }
    Some(found)
}

fn receivers(rule: &ListenerRule) -> BTreeSet<&str> {
    let weighed = rule.forwards.iter().filter(|forward| forward.weight != Some(0));
    weighed.map(|forward| forward.target_group.as_str()).collect()
}

fn choices(group: &Item<TargetGroup>, rules: &[&ListenerRule], groups: &List<TargetGroup>) -> Option<i64> {
    let groups = groups.by_arn();
    let own = group.resource.arn.as_str();
    let together: BTreeSet<&str> = rules.iter().flat_map(|rule| receivers(rule)).chain([own]).collect();
    let counts = together.iter().map(|arn| Some(groups.get(arn)?.facts.targets.known()?.len()));
    i64::try_from(counts.sum::<Option<usize>>()?).ok()
}

/// `Some(None)` where nothing pins a client of the group.
fn pinned(group: &TargetGroup, rules: &[&ListenerRule]) -> Option<Option<Pin>> {
    let stickiness = group.stickiness.known()?;
    let within = stickiness
        .enabled
        .then(|| (stickiness.method.clone().unwrap_or_else(|| "stickiness".to_owned()), stickiness.duration_seconds));
    let between = rules.iter().filter_map(|rule| rule.group_stickiness_seconds).max();
    let alone = group.targets.known()?.len() == 1;
    let between =
        between.filter(|_| alone).map(|seconds| ("stickiness between target groups".to_owned(), Some(seconds)));
    Some(within.into_iter().chain(between).reduce(longer))
}

fn classic_pins(view: &View) -> Vec<Patch> {
    let learned = |classic: &ClassicLoadBalancer| {
        let pin = classic_pin(classic);
        ClassicLoadBalancer {
            pinned_by: pin.clone().map(|pin| pin.map(|pin| pin.0)).into(),
            pinned_seconds: pin.map(|pin| pin.and_then(|pin| pin.1)).into(),
            ..ClassicLoadBalancer::default()
        }
    };
    view.here().iter().map(|classic| classic.patch(&learned(classic.facts))).collect()
}

/// A policy that no listener uses does nothing.
fn classic_pin(classic: &ClassicLoadBalancer) -> Option<Option<Pin>> {
    let used: BTreeSet<&String> = classic.listeners.known()?.iter().flat_map(|listener| &listener.policies).collect();
    let policies = classic.stickiness_policies.known()?.iter().filter(|policy| used.contains(&policy.policy));
    Some(
        policies
            .map(|policy| (format!("{} policy {}", policy.method, policy.policy), policy.duration_seconds))
            .reduce(longer),
    )
}

fn classic_zones(view: &View) -> Vec<Patch> {
    let subnets = view.here::<Subnet>();
    let zones = |classic: &ClassicLoadBalancer| match classic.availability_zones.known() {
        Some(zones) => Some(distinct(zones.iter().cloned())),
        None => zone_names(classic.subnets.known().filter(|subnets| !subnets.is_empty())?, &subnets),
    };
    let learned = |classic: &ClassicLoadBalancer| ClassicLoadBalancer {
        zones: zones(classic).into(),
        ..ClassicLoadBalancer::default()
    };
    view.here().iter().map(|classic| classic.patch(&learned(classic.facts))).collect()
}

fn make(view: &View) -> Vec<Patch> {
    let groups = view.here::<TargetGroup>();
    let classics = view.here::<ClassicLoadBalancer>();
    let of_groups = groups.iter().map(|group| view.make(named(group), &of_group(group.facts)));
    let of_classics = classics.iter().map(|classic| view.make(named(classic), &of_classic(classic.facts)));
    of_groups.chain(of_classics).collect()
}

fn named<'i, F>(item: &'i Item<F>) -> ResourceId<'i> {
    ResourceId { arn: &item.resource.arn, id: &item.resource.id, tags: item.resource.tags.clone() }
}

fn of_group(group: &TargetGroup) -> ServerPool {
    ServerPool {
        pool_type: "target group".to_owned().into(),
        target_type: group.target_type.clone(),
        protocol: group.protocol.clone(),
        load_balanced: group.load_balancers.known().map(|balancers| !balancers.is_empty()).into(),
        choices: group.choices,
        pinned_by: group.pinned_by.clone(),
        pinned_seconds: group.pinned_seconds,
    }
}

fn of_classic(classic: &ClassicLoadBalancer) -> ServerPool {
    ServerPool {
        pool_type: "classic load balancer".to_owned().into(),
        target_type: "instance".to_owned().into(),
        protocol: Fact::Known(None),
        load_balanced: true.into(),
        choices: classic.instances.known().and_then(|instances| i64::try_from(instances.len()).ok()).into(),
        pinned_by: classic.pinned_by.clone(),
        pinned_seconds: classic.pinned_seconds,
    }
}

#[cfg(test)]
mod tests;
