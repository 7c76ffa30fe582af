//! Static stability: what is left of members in several zones, and what the observed peak needs.

use std::collections::BTreeMap;

use super::Ground;
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::topology::graph::{Capacity, Loss, Outcome};

/// Units of capacity by zone.
pub(super) type Units<'a> = BTreeMap<&'a str, f64>;

/// For each zone of several, what the others hold. Without the peak it is an assumption that they carry the load.
pub(super) fn spread(units: &Units, peak_percent: Option<f64>, what: &str) -> Vec<Loss> {
    let all: f64 = units.values().sum();
    if units.len() < 2 || all <= 0.0 {
        return Vec::new();
    }
    let of_zone = |(zone, lost): (&&str, &f64)| {
        let left_percent = (all - lost) / all * 100.0;
        let why = format!("{left_percent:.0} % of {what} are in other zones");
        let loss = Loss::new(zone, Outcome::Survives, why).leaving(Some(Capacity { left_percent, peak_percent }));
        if peak_percent.is_some() { loss } else { loss.assumed() }
    };
    units.iter().map(of_zone).collect()
}

/// The capacity in service of an Auto Scaling group by zone. A member without a weight counts as one unit.
pub(super) fn of_fleet(fleet: &Group) -> Option<Units<'_>> {
    let mut units = Units::new();
    for member in fleet.members.known()?.iter().filter(|member| member.lifecycle_state == "InService") {
        let weight = member.weight.as_ref().map_or(Some(1.0), |weight| weight.parse().ok())?;
        *units.entry(member.availability_zone.as_str()).or_default() += weight;
    }
    Some(units)
}

/// Per cent of its capacity that a group's peak takes, by its CPU.
pub(super) fn peak_of_fleet(fleet: &Group) -> Option<f64> {
    fleet.cpu_percent_p99.known().map(|measured| measured.value)
}

/// The peak of the groups that fill a target group, the highest of them; none unless each was measured.
pub(super) fn peak_of_target_group(ground: &Ground, arn: &str) -> Option<f64> {
    let fleets = ground.fleets_by_target_group.whole_of(arn)?;
    let peaks = fleets.map(|fleet| peak_of_fleet(fleet.facts)).collect::<Option<Vec<f64>>>()?;
    peaks.into_iter().reduce(f64::max)
}
