//! What the loss of one zone does to what is in it.
//!
//! Only what can be told is told: where a fact is missing that decides between two outcomes, there is none. A database or
//! cache that can fail over survives, whatever the minute costs; what has to be started anew elsewhere recovers.

use std::collections::BTreeSet;

use super::sources::Region;
use crate::derive::targets::crosses_zones;
use crate::derive::view::{Item, all, any};
use crate::facts::autoscaling::Group;
use crate::facts::ec2::Instance;
use crate::facts::ecs::Service;
use crate::facts::elasticache::{Cluster, ReplicationGroup, Shard};
use crate::facts::elb::{ClassicLoadBalancer, TargetGroup};
use crate::facts::rds::{DbCluster, DbInstance};
use crate::graph::{Loss, Outcome};

/// From this weight on, an instance counts as one that runs a database: see `database_score`.
const DATABASE: i64 = 3;

/// What is lost with the one zone that something is in; nothing where it is in several or in none.
pub(super) fn alone(zones: &[String], what: &str) -> Vec<Loss> {
    match zones {
        [zone] => vec![dies(zone, &format!("{what} in {zone} only"))],
        _ => Vec::new(),
    }
}

fn dies(zone: &str, why: &str) -> Loss {
    Loss { zone: zone.to_owned(), outcome: Outcome::Dies, why: why.to_owned() }
}

/// Servers that are in some zones. Those of a single one are started again elsewhere where something does that.
fn servers(zones: &[String], may_restart: impl Fn(&str) -> Option<bool>, what: &str) -> Option<Vec<Loss>> {
    let [zone] = zones else { return Some(Vec::new()) };
    let why = format!("{what} in {zone} only");
    if may_restart(zone)? {
        return Some(vec![Loss { zone: zone.clone(), outcome: Outcome::Recovers, why }]);
    }
    Some(vec![dies(zone, &why)])
}

/// A target group by its healthy targets. Where a load balancer does not cross zones, only those in its zones count.
pub(super) fn of_target_group(region: &Region, group: &Item<TargetGroup>) -> Option<Vec<Loss>> {
    if !["instance", "ip"].contains(&group.facts.target_type.known()?.as_str()) {
        return Some(Vec::new());
    }
    let healthy = group.facts.healthy_zones.known()?;
    let arn = &group.resource.arn;
    let restarts = |zone: &str| {
        let attached = |fleet: &Group| Some(fleet.target_groups.known()?.contains(arn));
        any([starts_elsewhere(region, attached, zone), service_places_elsewhere(region, arn, zone)])
    };
    let mut losses = Vec::new();
    for serving in serving(region, &group.facts, healthy)? {
        losses.extend(servers(&serving, restarts, "its healthy targets are")?);
    }
    losses.sort_by(|a, b| (&a.zone, b.outcome).cmp(&(&b.zone, a.outcome)));
    losses.dedup_by(|a, b| a.zone == b.zone);
    Some(losses)
}

/// For each load balancer of a group, the zones whose healthy targets it uses.
fn serving(region: &Region, group: &TargetGroup, healthy: &[String]) -> Option<Vec<Vec<String>>> {
    let balancers = region.balancers.by_arn();
    let of_balancer = |arn: &String| {
        let balancer = &balancers.get(arn)?.facts;
        if crosses_zones(group, balancer)? {
            return Some(healthy.to_vec());
        }
        let enabled: BTreeSet<&str> = balancer.zones.known()?.iter().map(|zone| zone.name.as_str()).collect();
        Some(healthy.iter().filter(|zone| enabled.contains(zone.as_str())).cloned().collect())
    };
    group.load_balancers.known()?.iter().map(of_balancer).collect()
}

/// Whether an Auto Scaling group among those that a test picks starts instances outside a zone.
fn starts_elsewhere(region: &Region, picks: impl Fn(&Group) -> Option<bool>, zone: &str) -> Option<bool> {
    let starts = |fleet: &Item<Group>| match picks(&fleet.facts) {
        Some(true) => launches_outside(region, &fleet.facts, zone),
        other => other,
    };
    let missing = region.fleets.whole().is_none().then_some(None);
    any(region.fleets.iter().map(starts).chain(missing))
}

fn launches_outside(region: &Region, fleet: &Group, zone: &str) -> Option<bool> {
    let suspended = fleet.suspended_processes.known()?.iter().any(|process| process.name == "Launch");
    Some(!suspended && launch_zones(region, fleet)?.iter().any(|other| other != zone))
}

/// Whether an ECS service that fills a target group can place its tasks outside a zone.
fn service_places_elsewhere(region: &Region, target_group: &String, zone: &str) -> Option<bool> {
    let places = |service: &Service| {
        let fills = service.target_groups.known().map(|groups| groups.contains(target_group));
        all([fills, service.zones.known().map(|zones| zones.iter().any(|other| other != zone))])
    };
    let missing = region.services.whole().is_none().then_some(None);
    any(region.services.iter().map(|service| places(&service.facts)).chain(missing))
}

/// An ECS service by the zones that its tasks can be placed in. Where a single task runs is not known: any of them may
/// be its zone, and ECS starts it again in another.
pub(super) fn of_service(service: &Service) -> Option<Vec<Loss>> {
    let zones = service.zones.known()?;
    if zones.len() == 1 {
        return Some(alone(zones, "its tasks can be placed"));
    }
    if service.desired_count.get()? >= 2 {
        return Some(Vec::new());
    }
    let recovers = |zone: &String| Loss {
        zone: zone.clone(),
        outcome: Outcome::Recovers,
        why: format!("its only task may be in {zone}"),
    };
    Some(zones.iter().map(recovers).collect())
}

/// The zones that an Auto Scaling group may start instances in, by name.
fn launch_zones(region: &Region, fleet: &Group) -> Option<Vec<String>> {
    let subnets = fleet.subnets.known()?;
    if subnets.is_empty() { fleet.availability_zones.known().cloned() } else { region.zones_of(subnets) }
}

/// An Auto Scaling group by its instances in service.
pub(super) fn of_fleet(region: &Region, fleet: &Group) -> Option<Vec<Loss>> {
    let zones = fleet.in_service_zones.known()?;
    servers(zones, |zone| launches_outside(region, fleet, zone), "its instances in service are")
}

/// A Classic Load Balancer by its zones and its instances.
pub(super) fn of_classic(region: &Region, classic: &Item<ClassicLoadBalancer>) -> Option<Vec<Loss>> {
    let enabled = classic.facts.zones.known()?;
    let by_id = region.instances.by_id();
    let zones = classic.facts.instances.known()?.iter().map(|id| by_id.get(id)?.facts.availability_zone.known());
    let zones: BTreeSet<&String> = zones.collect::<Option<_>>()?;
    let crosses = classic.facts.cross_zone.get()?;
    let serving: Vec<String> = zones.into_iter().filter(|zone| crosses || enabled.contains(zone)).cloned().collect();
    let attached = |fleet: &Group| Some(fleet.classic_load_balancers.known()?.contains(&classic.resource.id));
    let mut losses = alone(enabled, "it is enabled");
    if losses.is_empty() {
        losses = servers(&serving, |zone| starts_elsewhere(region, attached, zone), "its instances are")?;
    }
    Some(losses)
}

/// An instance for which nothing else speaks. Others with the same security groups in another zone are taken for its
/// peers, unless it looks like a database: those do not replace each other by themselves.
pub(super) fn of_instance(region: &Region, instance: &Item<Instance>) -> Option<Vec<Loss>> {
    let spoken_for = any([
        instance.facts.auto_scaling_group.known().map(Option::is_some),
        instance.facts.target_groups.known().map(|groups| !groups.is_empty()),
    ])?;
    if spoken_for {
        return Some(Vec::new());
    }
    let zone = instance.facts.availability_zone.known()?;
    let groups = instance.facts.security_groups.known()?;
    let is_peer = |other: &Item<Instance>| {
        all([
            Some(other.resource.id != instance.resource.id),
            other.facts.state.known().map(|state| state == "running"),
            other.facts.security_groups.known().map(|others| others == groups),
            other.facts.availability_zone.known().map(|other| other != zone),
        ])
    };
    let missing = region.instances.whole().is_none().then_some(None);
    let has_peer = any(region.instances.iter().map(is_peer).chain(missing))?;
    match (has_peer, instance.facts.database_score.get()) {
        (false, _) => Some(vec![dies(zone, &format!("it is in {zone} only"))]),
        (true, Some(score)) if score < DATABASE => Some(Vec::new()),
        (true, _) => None,
    }
}

/// A standalone database by its standby, as it will be after a pending change.
pub(super) fn of_db_instance(instance: &DbInstance) -> Option<Vec<Loss>> {
    let pending = instance.pending_multi_az.get()?;
    if pending.map_or(instance.multi_az.get(), Some)? {
        return Some(Vec::new());
    }
    let zone = instance.availability_zone.known()?.as_ref()?;
    Some(vec![dies(zone, "it has no standby in another zone")])
}

/// A database cluster by its writer's zone and the available members outside it.
pub(super) fn of_db_cluster(region: &Region, cluster: &DbCluster) -> Option<Vec<Loss>> {
    if cluster.multi_az_cluster_class.known()?.is_some() {
        return Some(Vec::new());
    }
    let writer = cluster.members.known()?.iter().find(|member| member.writer)?;
    let instances = region.db_instances.by_id();
    let zone = instances.get(&writer.instance)?.facts.availability_zone.known()?.as_ref()?;
    if cluster.member_zones.known()?.iter().any(|other| other != zone) {
        return Some(Vec::new());
    }
    Some(vec![dies(zone, "it has no available reader in another zone")])
}

/// A replication group by its shards: a primary needs a replica outside its zone, and someone to promote it.
pub(super) fn of_cache_group(group: &ReplicationGroup) -> Option<Vec<Loss>> {
    let promotes = ["enabled", "enabling"].contains(&group.automatic_failover.known()?.as_str());
    let mut lost: BTreeSet<&String> = BTreeSet::new();
    for shard in group.shards.known()? {
        lost.extend(lost_with(shard, promotes)?);
    }
    let why = if promotes { "a shard is in that zone only" } else { "it has no automatic failover" };
    Some(lost.into_iter().map(|zone| dies(zone, why)).collect())
}

fn lost_with(shard: &Shard, promotes: bool) -> Option<BTreeSet<&String>> {
    let zones = shard.members.iter().map(|member| member.availability_zone.as_ref());
    let zones: BTreeSet<&String> = zones.collect::<Option<_>>()?;
    if zones.len() == 1 {
        return Some(zones);
    }
    if promotes {
        return Some(BTreeSet::new());
    }
    let primary = shard.members.iter().find(|member| member.role.as_deref() == Some("primary"))?;
    Some(primary.availability_zone.iter().collect())
}

/// A single Redis or Valkey node goes with its zone; Memcached loses a part of its keys, and its clients live with that.
pub(super) fn of_cache_cluster(cluster: &Cluster) -> Option<Vec<Loss>> {
    let zone = cluster.availability_zone.known()?.as_ref()?;
    let memcached = cluster.engine.known()? == "memcached";
    match (memcached, zone.as_str()) {
        (_, "Multiple") => Some(Vec::new()),
        (true, _) => Some(vec![Loss {
            zone: zone.clone(),
            outcome: Outcome::Degraded,
            why: format!("its nodes are in {zone} only, and their keys are lost"),
        }]),
        (false, _) => Some(vec![dies(zone, "its only node is in that zone")]),
    }
}
