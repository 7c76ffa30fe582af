//! Auto Scaling groups and the zones, instances and policies that they stand for.

use std::collections::BTreeMap;

use super::view::distinct;
use super::{Join, Patch, View};
use crate::facts::Fact;
use crate::facts::autoscaling::Group;
use crate::facts::ec2::Subnet;

pub(super) const ZONES: Join =
    Join { kind: "autoscaling.group", facts: &["zones", "in_service_zones"], reads: &["ec2.subnet"], learn: zones };

fn zones(view: &View) -> Vec<Patch> {
    let subnets = view.all::<Subnet>();
    let zone_of: BTreeMap<&str, &String> = subnets
        .iter()
        .filter_map(|subnet| Some((subnet.resource.id.as_str(), subnet.facts.availability_zone_id.known()?)))
        .collect();
    view.all::<Group>()
        .iter()
        .map(|group| {
            group.learn(&Group {
                zones: launch_zones(&group.facts, &zone_of).into(),
                in_service_zones: in_service_zones(&group.facts).into(),
                ..Group::default()
            })
        })
        .collect()
}

/// A subnet that the snapshot lacks leaves the zones unread.
fn launch_zones(group: &Group, zone_of: &BTreeMap<&str, &String>) -> Option<Vec<String>> {
    let subnets = group.subnets.known()?;
    if subnets.is_empty() {
        return group.availability_zones.known().cloned();
    }
    let zones = subnets.iter().map(|subnet| zone_of.get(subnet.as_str()).map(|zone| (*zone).clone()));
    Some(distinct(zones.collect::<Option<Vec<_>>>()?))
}

fn in_service_zones(group: &Group) -> Fact<Vec<String>> {
    group.members.known().map_or(Fact::Unread, |members| {
        let in_service = members.iter().filter(|member| member.lifecycle_state == "InService");
        Fact::Known(distinct(in_service.map(|member| member.availability_zone.clone())))
    })
}
