//! Auto Scaling groups that serve one purpose together: one for each zone, each colour or each way of paying.
//!
//! A group behind load balancers has as peers the groups that are registered wherever it is, and so take over all of its
//! traffic. Another one has those that launch from the same template, or whose servers are in the same ECS cluster.
//! Groups that may launch nothing are no one's peers.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::{Derivation, Item, List, Patch, Referrers, View, all, any, distinct, each, only, reads};
use waaudit_model::facts::autoscaling::{Group, LaunchConfiguration};
use waaudit_model::facts::ec2::LaunchTemplateVersion;
use waaudit_model::facts::ecs::Cluster;

pub(crate) const MARKET: Derivation = Derivation {
    kind: "autoscaling.group",
    facts: &["all_spot"],
    reads: reads![
        Group { launch_configuration, launch_template, on_demand_base, on_demand_percent },
        LaunchConfiguration { spot },
        LaunchTemplateVersion { spot },
    ],
    compute: market,
};
pub(crate) const PEERS: Derivation = Derivation {
    kind: "autoscaling.group",
    facts: &["peers", "zones_with_peers", "in_service_zones_with_peers", "min_size_with_peers", "all_spot_with_peers"],
    reads: reads![
        Cluster { servers },
        Group {
            all_spot,
            classic_load_balancers,
            in_service_zones,
            launch_template,
            max_size,
            members,
            min_size,
            target_groups,
            zones
        },
    ],
    compute: peers,
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
    view.here().iter().map(|group| group.patch(&learned(group.facts))).collect()
}

fn peers(view: &View) -> Vec<Patch> {
    let (groups, clusters) = (view.here::<Group>(), view.here::<Cluster>());
    let candidates = Candidates::new(&groups, &clusters);
    view.here().iter().map(|group| group.patch(&learned(group, &candidates, &clusters))).collect()
}

/// The groups that may be peers of a group: of all others it is known that they are none.
struct Candidates<'l, 'a> {
    groups: &'l List<'a, Group>,
    by_target: Referrers<'l, 'a, Group>,
    by_classic: Referrers<'l, 'a, Group>,
    by_template: Referrers<'l, 'a, Group>,
    /// Those that may launch something and that no load balancer certainly feeds: peers by template are among them.
    unfed: Vec<&'l Item<'a, Group>>,
    /// By the servers among their members.
    by_member: Referrers<'l, 'a, Group>,
    /// The servers of each server's clusters; nothing where one of the clusters can't be told.
    neighbours: Option<BTreeMap<&'a str, Vec<&'a str>>>,
}

impl<'l, 'a> Candidates<'l, 'a> {
    fn new(groups: &'l List<'a, Group>, clusters: &List<'a, Cluster>) -> Self {
        Self {
            groups,
            by_target: groups.by(|group| each(group.facts.target_groups.known())),
            by_classic: groups.by(|group| each(group.facts.classic_load_balancers.known())),
            by_template: groups.by(|group| {
                let template = group.facts.launch_template.known()?.as_ref();
                Some(template.map(|named| named.template.as_str()))
            }),
            unfed: groups.iter().filter(|group| may_launch_unfed(group.facts)).collect(),
            by_member: groups.by(|group| {
                let members = group.facts.members.known()?.iter();
                Some(members.map(|member| member.instance.as_str()))
            }),
            neighbours: neighbours(clusters),
        }
    }

    /// All that there are, some more than once; nothing where one may be missing. They are told one by one: the first of
    /// which it can't be told whether it is a peer is enough.
    fn of(&self, group: &'l Group) -> Option<Told<'_, 'l, 'a>> {
        let all = self.groups.whole()?;
        Some(self.found(group).unwrap_or_else(|| Box::new(all.iter())))
    }

    /// Nothing where any group may be one.
    fn found(&self, group: &'l Group) -> Option<Told<'_, 'l, 'a>> {
        let (targets, classics) = (group.target_groups.known()?, group.classic_load_balancers.known()?);
        if let Some(target) = targets.first() {
            return Some(Box::new(self.by_target.of(target)));
        }
        if let Some(classic) = classics.first() {
            return Some(Box::new(self.by_classic.of(classic)));
        }
        let members = group.members.known()?.iter().map(|member| member.instance.as_str());
        let neighbours = self.neighbours.as_ref()?;
        let near = members.filter_map(|member| neighbours.get(member)).flatten();
        let of_clusters = self.by_member.of("").chain(near.flat_map(|server| self.by_member.of(server)));
        Some(match group.launch_template.known() {
            Some(template) => {
                let name = template.as_ref().map_or("", |named| &named.template);
                Box::new(self.by_template.of(name).chain(of_clusters))
            }
            None => Box::new(self.unfed.iter().copied().chain(of_clusters)),
        })
    }
}

/// Groups, one by one.
type Told<'c, 'l, 'a> = Box<dyn Iterator<Item = &'l Item<'a, Group>> + 'c>;

fn may_launch_unfed(group: &Group) -> bool {
    let unfed = |names: Option<&Vec<String>>| names.is_none_or(Vec::is_empty);
    group.max_size.get() != Some(0) && unfed(group.target_groups.known()) && unfed(group.classic_load_balancers.known())
}

/// The servers of the clusters that each server is in.
fn neighbours<'a>(clusters: &List<'a, Cluster>) -> Option<BTreeMap<&'a str, Vec<&'a str>>> {
    let mut neighbours: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for cluster in clusters.whole()? {
        let servers = cluster.facts.servers.known()?.iter().filter_map(|server| server.instance.as_deref());
        let servers: Vec<&str> = servers.collect();
        for server in &servers {
            neighbours.entry(server).or_default().extend(&servers);
        }
    }
    Some(neighbours)
}

/// Each once, in the order of the list.
fn distinct_items<'l, 'a>(items: Vec<&'l Item<'a, Group>>) -> Vec<&'l Item<'a, Group>> {
    let by_arn: BTreeMap<&str, &Item<Group>> =
        items.into_iter().map(|item| (item.resource.arn.as_str(), item)).collect();
    by_arn.into_values().collect()
}

fn learned(group: &Item<Group>, candidates: &Candidates, clusters: &List<Cluster>) -> Group {
    let peers = candidates.of(group.facts).and_then(|groups| {
        let others = groups.filter(|other| other.resource.id != group.resource.id);
        only(others, |other| is_peer(group.facts, other.facts, clusters)).map(distinct_items)
    });
    let Some(peers) = peers else { return Group::default() };
    let own = [group.facts];
    let union: Vec<&Group> = own.into_iter().chain(peers.iter().map(|peer| peer.facts)).collect();
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
mod tests;
