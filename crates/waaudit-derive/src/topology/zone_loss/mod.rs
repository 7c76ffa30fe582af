//! What the loss of one zone does to what is in it.
//!
//! Only what can be told is told: where a fact is missing that decides between two outcomes, there is none. A database or
//! cache that can fail over does so, whatever the minute costs; what has to be started anew elsewhere recovers. Something
//! with members in several zones survives, and says what is left of it.

use std::collections::BTreeMap;

use super::inputs::Region;
use crate::engine::{Item, Referrers, each};
use crate::load_balancing::target_health::Grounds;
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::ec2::Instance;
use waaudit_model::facts::ecs::Service;
use waaudit_model::topology::graph::{Downtime, Loss, Outcome};

mod balancing;
mod capacity;
mod compute;
mod stores;

pub(crate) use self::balancing::{of_classic, of_lightsail_balancer, of_target_group};
pub(crate) use self::compute::{of_fleet, of_instance, of_lightsail_instance, of_service};
pub(crate) use self::stores::{
    mount_zones, of_cache_cluster, of_cache_group, of_db_cluster, of_db_instance, of_file_system, of_lightsail_database,
};

/// Seconds from the loss of servers to new ones that answer elsewhere: health checks, launch and warm-up, if capacity is
/// to be had.
const RELAUNCH: (u32, u32) = (120, 900);

/// A region with what is looked up for its nodes.
pub(crate) struct Ground<'l, 'a> {
    pub(crate) region: &'l Region<'a>,
    fleets_by_target_group: Referrers<'l, 'a, Group>,
    fleets_by_classic: Referrers<'l, 'a, Group>,
    services_by_target_group: Referrers<'l, 'a, Service>,
    targets: Grounds<'l, 'a>,
    /// Instances by their security groups; and those whose groups were not read.
    peers: BTreeMap<&'a [String], Vec<&'l Item<'a, Instance>>>,
    ungrouped: Vec<&'l Item<'a, Instance>>,
}

impl<'l, 'a> Ground<'l, 'a> {
    pub(crate) fn new(region: &'l Region<'a>) -> Self {
        let (mut peers, mut ungrouped) = (BTreeMap::<&[String], Vec<_>>::new(), Vec::new());
        for instance in region.instances.iter() {
            match instance.facts.security_groups.known() {
                Some(groups) => peers.entry(groups).or_default().push(instance),
                None => ungrouped.push(instance),
            }
        }
        Self {
            region,
            fleets_by_target_group: region.fleets.by(|fleet| each(fleet.facts.target_groups.known())),
            fleets_by_classic: region.fleets.by(|fleet| each(fleet.facts.classic_load_balancers.known())),
            services_by_target_group: region.services.by(|service| each(service.facts.target_groups.known())),
            targets: Grounds::new(&region.instances, &region.subnets),
            peers,
            ungrouped,
        }
    }
}

/// What is lost with the one zone that something is in; nothing where it is in several or in none.
pub(crate) fn alone(zones: &[String], what: &str) -> Vec<Loss> {
    match zones {
        [zone] => vec![dies(zone, &format!("{what} in {zone} only"))],
        _ => Vec::new(),
    }
}

/// Things in several zones of which AWS does not say that they replace each other.
pub(crate) fn assumed_to_survive(zones: &[String], why: &str) -> Vec<Loss> {
    zones.iter().map(|zone| Loss::new(zone, Outcome::Survives, why).assumed()).collect()
}

fn dies(zone: &str, why: &str) -> Loss {
    Loss::new(zone, Outcome::Dies, why)
}

fn recovers(zone: &str, why: &str) -> Loss {
    let (min_seconds, max_seconds) = (RELAUNCH.0, Some(RELAUNCH.1));
    let source = "assumption: health checks, launch and warm-up".to_owned();
    Loss::new(zone, Outcome::Recovers, why).lasting(Downtime { min_seconds, max_seconds, source })
}

/// Servers that are in some zones. Those of a single one are started again elsewhere where something does that.
fn servers(zones: &[String], may_restart: impl Fn(&str) -> Option<bool>, what: &str) -> Option<Vec<Loss>> {
    let [zone] = zones else { return Some(Vec::new()) };
    let why = format!("{what} in {zone} only");
    Some(vec![if may_restart(zone)? { recovers(zone, &why) } else { dies(zone, &why) }])
}
