//! Load balancers and target groups without a zone.

use std::collections::BTreeSet;

use super::compute::{launches_outside, service_places_elsewhere};
use super::{Ground, alone, assumed_to_survive, capacity, servers};
use crate::engine::{Item, Referrers, any};
use crate::load_balancing::target_health::crosses_zones;
use crate::topology::inputs::Region;
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::elb::{ClassicLoadBalancer, TargetGroup};
use waaudit_model::facts::lightsail;
use waaudit_model::topology::graph::Loss;

/// A target group by its healthy targets. Where a load balancer does not cross zones, only those in its zones count.
pub(crate) fn of_target_group(ground: &Ground, group: &Item<TargetGroup>) -> Option<Vec<Loss>> {
    if !["instance", "ip"].contains(&group.facts.target_type.known()?.as_str()) {
        return Some(Vec::new());
    }
    let healthy = group.facts.healthy_zones.known()?;
    let arn = &group.resource.arn;
    let restarts = |zone: &str| {
        let attached = |fleet: &Group| Some(fleet.target_groups.known()?.contains(arn));
        let fleets = &ground.fleets_by_target_group;
        any([starts_elsewhere(ground.region, fleets, arn, attached, zone), service_places_elsewhere(ground, arn, zone)])
    };
    let mut losses = Vec::new();
    for serving in serving(ground.region, group.facts, healthy)? {
        losses.extend(servers(&serving, restarts, "its healthy targets are")?);
        losses.extend(spread(ground, group, &serving));
    }
    losses.sort_by(|a, b| (&a.zone, b.outcome).cmp(&(&b.zone, a.outcome)));
    losses.dedup_by(|a, b| a.zone == b.zone);
    Some(losses)
}

/// What other zones hold of the targets of several zones that a load balancer uses. Where a target's zone can't be told
/// there is nothing to count.
fn spread(ground: &Ground, group: &Item<TargetGroup>, serving: &[String]) -> Vec<Loss> {
    let Some(healthy) = ground.targets.healthy(group.facts) else { return Vec::new() };
    let mut units = capacity::Units::new();
    for (_, zone) in healthy.iter().filter(|(_, zone)| serving.contains(zone)) {
        *units.entry(zone).or_default() += 1.0;
    }
    let peak = capacity::peak_of_target_group(ground, &group.resource.arn);
    capacity::spread(&units, peak, "its healthy targets")
}

/// For each load balancer of a group, the zones whose healthy targets it uses.
fn serving(region: &Region, group: &TargetGroup, healthy: &[String]) -> Option<Vec<Vec<String>>> {
    let balancers = region.balancers.by_arn();
    let of_balancer = |arn: &String| {
        let balancer = balancers.get(arn)?.facts;
        if crosses_zones(group, balancer)? {
            return Some(healthy.to_vec());
        }
        let enabled: BTreeSet<&str> = balancer.zones.known()?.iter().map(|zone| zone.name.as_str()).collect();
        Some(healthy.iter().filter(|zone| enabled.contains(zone.as_str())).cloned().collect())
    };
    group.load_balancers.known()?.iter().map(of_balancer).collect()
}

/// Whether an Auto Scaling group among those that name something, and that a test picks, starts instances outside a zone.
fn starts_elsewhere(
    region: &Region,
    fleets: &Referrers<Group>,
    named: &str,
    picks: impl Fn(&Group) -> Option<bool>,
    zone: &str,
) -> Option<bool> {
    let starts = |fleet: &Item<Group>| match picks(fleet.facts) {
        Some(true) => launches_outside(region, fleet.facts, zone),
        other => other,
    };
    any(fleets.of(named).map(starts).chain(fleets.missing()))
}

/// A Classic Load Balancer by its zones and its instances, of which AWS does not say here which are healthy.
pub(crate) fn of_classic(ground: &Ground, classic: &Item<ClassicLoadBalancer>) -> Option<Vec<Loss>> {
    let (region, fleets) = (ground.region, &ground.fleets_by_classic);
    let enabled = classic.facts.zones.known()?;
    let by_id = region.instances.by_id();
    let zones = classic.facts.instances.known()?.iter().map(|id| by_id.get(id)?.facts.availability_zone.known());
    let zones: BTreeSet<&String> = zones.collect::<Option<_>>()?;
    let crosses = classic.facts.cross_zone.get()?;
    let serving: Vec<String> = zones.into_iter().filter(|zone| crosses || enabled.contains(zone)).cloned().collect();
    let attached = |fleet: &Group| Some(fleet.classic_load_balancers.known()?.contains(&classic.resource.id));
    let mut losses = alone(enabled, "it is enabled");
    if losses.is_empty() {
        losses = servers(
            &serving,
            |zone| starts_elsewhere(region, fleets, &classic.resource.id, attached, zone),
            "its instances are",
        )?;
    }
    if serving.len() > 1 && losses.is_empty() {
        losses = assumed_to_survive(&serving, "its instances in other zones are assumed to be healthy");
    }
    Some(losses)
}

/// A load balancer of Lightsail, which is in no zone itself, by its healthy instances.
pub(crate) fn of_lightsail_balancer(region: &Region, balancer: &lightsail::LoadBalancer) -> Option<Vec<Loss>> {
    let by_id = region.lightsail_instances.by_id();
    let healthy = balancer.instances.known()?.iter().filter(|one| one.health == "healthy");
    let zones = healthy.map(|one| by_id.get(&one.instance)?.facts.availability_zone.known().map(String::as_str));
    let mut units = capacity::Units::new();
    for zone in zones.collect::<Option<Vec<&str>>>()? {
        *units.entry(zone).or_default() += 1.0;
    }
    let zones: Vec<String> = units.keys().map(|zone| (*zone).to_owned()).collect();
    let mut losses = servers(&zones, |_| Some(false), "its healthy instances are")?;
    losses.extend(capacity::spread(&units, None, "its healthy instances"));
    Some(losses)
}
