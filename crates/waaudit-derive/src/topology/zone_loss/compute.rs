//! Groups, services and servers without a zone.

use super::capacity;
use super::{Ground, alone, assumed_to_survive, dies, recovers, servers};
use crate::engine::{Item, all, any};
use crate::topology::inputs::Region;
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::ec2::Instance;
use waaudit_model::facts::ecs::{Placement, Service};
use waaudit_model::facts::lightsail;
use waaudit_model::topology::graph::{Capacity, Loss, Outcome};

/// From this weight on, an instance counts as one that runs a database: see `database_score`.
const DATABASE: i64 = 3;

pub(super) fn launches_outside(region: &Region, fleet: &Group, zone: &str) -> Option<bool> {
    let suspended = fleet.suspended_processes.known()?.iter().any(|process| process.name == "Launch");
    Some(!suspended && launch_zones(region, fleet)?.iter().any(|other| other != zone))
}

/// Whether an ECS service that fills a target group can place its tasks outside a zone.
pub(super) fn service_places_elsewhere(ground: &Ground, target_group: &String, zone: &str) -> Option<bool> {
    let places = |service: &Service| {
        let fills = service.target_groups.known().map(|groups| groups.contains(target_group));
        all([fills, service.zones.known().map(|zones| zones.iter().any(|other| other != zone))])
    };
    let services = &ground.services_by_target_group;
    any(services.of(target_group).map(|service| places(service.facts)).chain(services.missing()))
}

/// The zones that an Auto Scaling group may start instances in, by name.
fn launch_zones(region: &Region, fleet: &Group) -> Option<Vec<String>> {
    let subnets = fleet.subnets.known()?;
    if subnets.is_empty() { fleet.availability_zones.known().cloned() } else { region.zones_of(subnets) }
}

/// An Auto Scaling group by its instances in service.
pub(crate) fn of_fleet(region: &Region, fleet: &Group) -> Option<Vec<Loss>> {
    let zones = fleet.in_service_zones.known()?;
    let mut losses = servers(zones, |zone| launches_outside(region, fleet, zone), "its instances in service are")?;
    if let Some(units) = capacity::of_fleet(fleet) {
        losses.extend(capacity::spread(&units, capacity::peak_of_fleet(fleet), "its instances in service"));
    }
    Some(losses)
}

/// An ECS service by the zones that its tasks can be placed in. Where a single task runs is not known: any of them may
/// be its zone, and ECS starts it again in another. Where several are, a target group shows; else they are assumed to be
/// spread evenly, and where ECS packs them, it can't be told.
pub(crate) fn of_service(ground: &Ground, service: &Service) -> Option<Vec<Loss>> {
    let zones = service.zones.known().filter(|zones| !zones.is_empty())?;
    if zones.len() == 1 {
        return Some(alone(zones, "its tasks can be placed"));
    }
    let desired = service.desired_count.get()?;
    if desired < 2 {
        return Some(zones.iter().map(|zone| recovers(zone, &format!("its only task may be in {zone}"))).collect());
    }
    if shown_by_target_group(ground, service) {
        return Some(Vec::new());
    }
    spreads(service)?.then(|| assumed_spread(zones, desired))
}

/// Whether ECS spreads the tasks of a service over zones, as it does without a strategy; on Fargate there is no other way:
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html>.
fn spreads(service: &Service) -> Option<bool> {
    let over_zones = |first: &Placement| {
        first.strategy == "spread" && first.field.as_deref() == Some("attribute:ecs.availability-zone")
    };
    let by_strategy = service.placement.known().map(|strategies| strategies.first().is_none_or(over_zones));
    any([service.on_fargate.get(), by_strategy])
}

fn shown_by_target_group(ground: &Ground, service: &Service) -> bool {
    let groups = ground.region.target_groups.by_arn();
    let seen = |arn: &String| groups.get(arn).is_some_and(|group| ground.targets.healthy(group.facts).is_some());
    service.target_groups.known().is_some_and(|arns| arns.iter().any(seen))
}

/// As many tasks in each zone as in the others, or one more.
fn assumed_spread(zones: &[String], desired: i64) -> Vec<Loss> {
    let count = i64::try_from(zones.len()).unwrap_or(i64::MAX);
    let lost = desired / count + i64::from(desired % count > 0);
    let share = |part: i64| f64::from(i32::try_from(part).unwrap_or(i32::MAX));
    let left_percent = (share(desired - lost) / share(desired) * 100.0).max(0.0);
    let why = format!("its {desired} tasks are assumed to be spread over {} zones", zones.len());
    let capacity = Capacity { left_percent, peak_percent: None };
    let of_zone = |zone: &String| Loss::new(zone, Outcome::Survives, why.as_str()).leaving(Some(capacity.clone()));
    zones.iter().map(|zone| of_zone(zone).assumed()).collect()
}

/// An instance for which nothing else speaks. Others with the same security groups in another zone are taken for its
/// peers, unless it looks like a database: those do not replace each other by themselves.
pub(crate) fn of_instance(ground: &Ground, instance: &Item<Instance>) -> Option<Vec<Loss>> {
    let spoken_for = any([
        instance.facts.auto_scaling_group.known().map(Option::is_some),
        instance.facts.target_groups.known().map(|groups| !groups.is_empty()),
    ])?;
    if spoken_for {
        return Some(Vec::new());
    }
    let zone = instance.facts.availability_zone.known()?;
    let groups = instance.facts.security_groups.known()?;
    let is_peer = |other: &&Item<Instance>| {
        all([
            Some(other.resource.id != instance.resource.id),
            other.facts.state.known().map(|state| state == "running"),
            other.facts.security_groups.known().map(|others| others == groups),
            other.facts.availability_zone.known().map(|other| other != zone),
        ])
    };
    let missing = ground.region.instances.whole().is_none().then_some(None);
    let alike = ground.peers.get(groups.as_slice()).into_iter().flatten().chain(&ground.ungrouped);
    let has_peer = any(alike.map(is_peer).chain(missing))?;
    let why = "instances with its security groups in other zones are assumed to replace it";
    match (has_peer, instance.facts.database_score.get()) {
        (false, _) => Some(vec![dies(zone, &format!("it is in {zone} only"))]),
        (true, Some(score)) if score < DATABASE => Some(assumed_to_survive(std::slice::from_ref(zone), why)),
        (true, _) => None,
    }
}

/// A server of Lightsail: nothing starts it in another zone.
pub(crate) fn of_lightsail_instance(instance: &lightsail::Instance) -> Option<Vec<Loss>> {
    if !instance.load_balancers.known()?.is_empty() {
        return Some(Vec::new());
    }
    let zone = instance.availability_zone.known()?;
    Some(vec![dies(zone, &format!("it is in {zone} only"))])
}
