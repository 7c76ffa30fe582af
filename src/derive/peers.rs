//! Auto Scaling groups that serve one purpose together: one for each zone, each colour or each way of paying.
//!
//! A group behind load balancers has as peers the groups that are registered wherever it is, and so take over all of its
//! traffic. Another one has those that launch from the same template, or whose servers are in the same ECS cluster.
//! Groups that may launch nothing are no one's peers.

use std::collections::BTreeSet;

use super::view::{all, any, distinct, only};
use super::{Item, Join, List, Patch, View};
use crate::facts::autoscaling::{Group, LaunchConfiguration};
use crate::facts::ec2::LaunchTemplateVersion;
use crate::facts::ecs::Cluster;

pub(super) const MARKET: Join = Join {
    kind: "autoscaling.group",
    facts: &["all_spot"],
    reads: &["autoscaling.launch_configuration", "ec2.launch_template_version"],
    learn: market,
};
pub(super) const PEERS: Join = Join {
    kind: "autoscaling.group",
    facts: &["peers", "zones_with_peers", "in_service_zones_with_peers", "min_size_with_peers", "all_spot_with_peers"],
    reads: &["autoscaling.launch_configuration", "ec2.launch_template_version", "ec2.subnet", "ecs.cluster"],
    learn: peers,
};

fn market(view: &View) -> Vec<Patch> {
    let (versions, configurations) = (view.here::<LaunchTemplateVersion>(), view.here::<LaunchConfiguration>());
    let (versions, configurations) = (versions.by_id(), configurations.by_id());
    let all_spot = |group: &Group| {
        if let Some(base) = *group.on_demand_base.known()? {
            return Some(base == 0 && group.on_demand_percent.get()? == Some(0));
        }
        if let Some(name) = group.launch_configuration.known()? {
            return configurations.get(name)?.facts.spot.get();
        }
        let template = group.launch_template.known()?.as_ref()?;
        versions.get(&format!("{}:{}", template.template, template.version))?.facts.spot.get()
    };
    let learned = |group: &Group| Group { all_spot: all_spot(group).into(), ..Group::default() };
    view.here().iter().map(|group| group.learn(&learned(&group.facts))).collect()
}

fn peers(view: &View) -> Vec<Patch> {
    let (groups, clusters) = (view.here::<Group>(), view.here::<Cluster>());
    view.here().iter().map(|group| group.learn(&learned(group, &groups, &clusters))).collect()
}

fn learned(group: &Item<Group>, groups: &List<Group>, clusters: &List<Cluster>) -> Group {
    let peers = groups.whole().and_then(|groups| {
        let others = groups.iter().filter(|other| other.resource.id != group.resource.id);
        only(others, |other| is_peer(&group.facts, &other.facts, clusters))
    });
    let Some(peers) = peers else { return Group::default() };
    let own = [&group.facts];
    let union: Vec<&Group> = own.into_iter().chain(peers.iter().map(|peer| &peer.facts)).collect();
    let zones = union.iter().map(|group| group.zones.known().cloned()).collect::<Option<Vec<_>>>();
    let in_service = union.iter().map(|group| group.in_service_zones.known().cloned()).collect::<Option<Vec<_>>>();
    Group {
        peers: distinct(peers.iter().map(|peer| peer.resource.id.clone())).into(),
        zones_with_peers: zones.map(|zones| distinct(zones.concat())).into(),
        in_service_zones_with_peers: in_service.map(|zones| distinct(zones.concat())).into(),
        min_size_with_peers: union.iter().map(|group| group.min_size.get()).sum::<Option<i64>>().into(),
        all_spot_with_peers: all(union.iter().map(|group| group.all_spot.get())).into(),
        ..Group::default()
    }
}

fn is_peer(group: &Group, other: &Group, clusters: &List<Cluster>) -> Option<bool> {
    let launches = other.max_size.get().map(|size| size > 0);
    let (targets, classics) = (group.target_groups.known()?, group.classic_load_balancers.known()?);
    let serves = if targets.is_empty() && classics.is_empty() {
        any([same_template(group, other), same_cluster(group, other, clusters)])
    } else {
        let holds = |own: &[String], others: Option<&Vec<String>>| {
            others.map(|others| own.iter().all(|name| others.contains(name)))
        };
        all([holds(targets, other.target_groups.known()), holds(classics, other.classic_load_balancers.known())])
    };
    all([launches, serves])
}

/// Whether both launch from one template, whatever its version, and no load balancer feeds the other one.
fn same_template(group: &Group, other: &Group) -> Option<bool> {
    let unfed = [&other.target_groups, &other.classic_load_balancers].map(|list| list.known().map(Vec::is_empty));
    let template = |group: &Group| Some(group.launch_template.known()?.as_ref().map(|named| named.template.clone()));
    let same = match template(group) {
        Some(None) => Some(false),
        own => own.flatten().zip(template(other)).map(|(own, other)| other == Some(own)),
    };
    all(unfed.into_iter().chain([same]))
}

/// Whether members of both are servers of one ECS cluster.
fn same_cluster(group: &Group, other: &Group, clusters: &List<Cluster>) -> Option<bool> {
    let members = |group: &Group| -> Option<BTreeSet<String>> {
        Some(group.members.known()?.iter().map(|member| member.instance.clone()).collect())
    };
    let (own, others) = (members(group)?, members(other)?);
    if own.is_empty() || others.is_empty() {
        return Some(false);
    }
    let holds_both = |cluster: &Item<Cluster>| {
        let servers: BTreeSet<&String> =
            cluster.facts.servers.known()?.iter().filter_map(|server| server.instance.as_ref()).collect();
        let holds = |members: &BTreeSet<String>| members.iter().any(|member| servers.contains(member));
        Some(holds(&own) && holds(&others))
    };
    let missing = clusters.whole().is_none().then_some(None);
    any(clusters.iter().map(holds_both).chain(missing))
}

#[cfg(test)]
#[path = "peers_tests.rs"]
mod tests;
