//! Ways in and stores beside the usual ones: accelerators, Lightsail, and file systems behind their mount targets.

use super::builder::{Drawing, How, Standing};
use super::endpoints::Stations;
use super::inputs::{Region, Worldwide};
use super::station::{Sort, Station};
use super::zone_loss;
use crate::engine::{Item, all, any};
use waaudit_model::confidence::Confidence;
use waaudit_model::facts::ec2::NetworkInterface;
use waaudit_model::facts::efs::{FileSystem, MountTarget};
use waaudit_model::facts::globalaccelerator::Accelerator;
use waaudit_model::facts::lightsail;
use waaudit_model::topology::graph::Relation;

/// How the description of a mount target's interface begins; the file system's id follows.
pub(crate) const MOUNT_TARGET: &str = "EFS mount target for ";
/// The port of NFS.
const NFS: i64 = 2049;

const ENDPOINT: How = How::new(Relation::Forwards, "globalaccelerator:ListEndpointGroups EndpointId");
const BALANCED: How = How::new(Relation::Forwards, "lightsail:GetLoadBalancers instanceHealthSummary[]");
/// Lightsail has no security groups: which of its servers call its databases, nothing says.
const PEERED: How = How::new(Relation::Calls, "lightsail:GetRelationalDatabases").confidence(Confidence::Heuristic);

/// Adds what there is in a region.
pub(crate) fn nodes(region: &Region, drawing: &mut Drawing) {
    lightsail(region, drawing);
    file_systems(region, drawing);
    accelerators(region, drawing);
}

/// Servers, load balancers and databases of Lightsail.
fn lightsail(region: &Region, drawing: &mut Drawing) {
    for instance in region.lightsail_instances.iter().filter(|instance| may_run(instance.facts)) {
        let standing = Standing {
            zones: instance.facts.availability_zone.known().map(|zone| vec![zone.clone()]),
            losses: zone_loss::of_lightsail_instance(instance.facts),
            entry: is_public_lightsail(instance.facts) == Some(true),
            ..Standing::default()
        };
        drawing.resource(instance.resource, standing);
    }
    for balancer in region.lightsail_balancers.iter() {
        let active = balancer.facts.state.known().map(|state| state.starts_with("active"));
        let losses = zone_loss::of_lightsail_balancer(region, balancer.facts);
        drawing.resource(balancer.resource, Standing { losses, entry: active == Some(true), ..Standing::default() });
    }
    for database in region.lightsail_databases.iter() {
        let zone = database.facts.availability_zone.known().cloned();
        let standby = database.facts.standby_zone.known().cloned();
        let zones = zone.zip(standby).map(|(zone, standby)| [zone].into_iter().chain(standby).collect());
        let losses = zone_loss::of_lightsail_database(database.facts);
        drawing.resource(database.resource, Standing { zones, losses, ..Standing::default() });
    }
}

fn may_run(instance: &lightsail::Instance) -> bool {
    instance.state.known().is_none_or(|state| state == "running")
}

/// Whether users come in at a server of Lightsail by its own address.
fn is_public_lightsail(instance: &lightsail::Instance) -> Option<bool> {
    all([
        instance.state.known().map(|state| state == "running"),
        any([
            instance.public_ip.known().map(Option::is_some),
            instance.ipv6_addresses.known().map(|addresses| !addresses.is_empty()),
        ]),
        instance.load_balancers.known().map(Vec::is_empty),
    ])
}

/// Load balancers of Lightsail to their instances, and those to the databases of their region that they may use.
pub(crate) fn lightsail_members(region: &Region, _: &Worldwide, drawing: &mut Drawing) {
    let instances = region.lightsail_instances.by_id();
    for balancer in region.lightsail_balancers.iter() {
        let from = &balancer.resource.arn;
        let Some(balanced) = balancer.facts.instances.known() else {
            drawing.end(from, Relation::Forwards, "its instances could not be read");
            continue;
        };
        for one in balanced {
            let how = BALANCED.active(one.health == "healthy");
            match instances.get(&one.instance) {
                Some(instance) => drawing.link(from, &instance.resource.arn, &how),
                None => drawing.end(from, Relation::Forwards, &format!("{} could not be read", one.instance)),
            }
        }
    }
    for instance in region.lightsail_instances.iter() {
        for database in region.lightsail_databases.iter() {
            drawing.link(&instance.resource.arn, &database.resource.arn, &PEERED);
        }
    }
}

/// Accelerators, which are in no zone.
fn accelerators(region: &Region, drawing: &mut Drawing) {
    for accelerator in region.accelerators.iter() {
        let entry = accelerator.facts.enabled.get() == Some(true);
        drawing.resource(accelerator.resource, Standing { entry, ..Standing::default() });
    }
}

/// Accelerators to their endpoints. Of several, the healthy ones replace the others.
pub(crate) fn endpoints(region: &Region, world: &Worldwide, drawing: &mut Drawing) {
    for accelerator in region.accelerators.iter().filter(|one| one.facts.enabled.get() != Some(false)) {
        let from = &accelerator.resource.arn;
        match used_endpoints(accelerator) {
            Some(endpoints) => endpoints.iter().for_each(|id| endpoint(from, id, endpoints.len(), world, drawing)),
            None => drawing.end(from, Relation::Forwards, "its endpoints could not be read"),
        }
    }
}

fn used_endpoints<'l>(accelerator: &'l Item<Accelerator>) -> Option<Vec<&'l String>> {
    Some(accelerator.facts.endpoint_groups.known()?.iter().flat_map(|group| &group.endpoints).collect())
}

fn endpoint(from: &str, id: &str, count: usize, world: &Worldwide, drawing: &mut Drawing) {
    let how = ENDPOINT.instead((count > 1).then_some("endpoints"));
    let to = world.instance(id).unwrap_or(id);
    if drawing.has(to) {
        drawing.link(from, to, &how);
    } else {
        drawing.end(from, Relation::Forwards, &format!("its endpoint {id} could not be read"));
    }
}

/// File systems, in the zones of their mount targets or of their data.
fn file_systems(region: &Region, drawing: &mut Drawing) {
    for system in region.file_systems.iter() {
        let zones = match system.facts.availability_zone.known() {
            Some(Some(zone)) => Some(vec![zone.clone()]),
            Some(None) => zone_loss::mount_zones(system.facts),
            None => None,
        };
        let losses = zone_loss::of_file_system(system.facts);
        drawing.resource(system.resource, Standing { zones, losses, ..Standing::default() });
    }
}

/// File systems are called at the interfaces of their mount targets, whose descriptions name them.
impl<'l> Stations<'l> {
    pub(crate) fn file_systems(&mut self, region: &'l Region<'l>) {
        let may_be_one = |interface: &&Item<NetworkInterface>| {
            interface.facts.description.known().is_none_or(|description| description.starts_with(MOUNT_TARGET))
        };
        let interfaces: Vec<&'l Item<NetworkInterface>> = region.interfaces.iter().filter(may_be_one).collect();
        for system in region.file_systems.iter() {
            let Some(targets) = system.facts.mount_targets.known() else {
                self.hidden.push(system.resource.arn.clone());
                continue;
            };
            for interface in &interfaces {
                self.mount_target(system, targets, interface);
            }
        }
    }

    fn mount_target(
        &mut self,
        system: &Item<FileSystem>,
        targets: &[MountTarget],
        interface: &'l Item<NetworkInterface>,
    ) {
        let facts = interface.facts;
        let in_subnet = |target: &MountTarget| facts.subnet.known().is_none_or(|subnet| *subnet == target.subnet);
        if !targets.iter().any(in_subnet) {
            return;
        }
        let node = || system.resource.arn.clone();
        match (facts.description.known(), facts.security_groups.known(), facts.vpc.known()) {
            (None, ..) => self.hidden.push(node()),
            (Some(description), ..) if !names(description, &system.resource.id) => {}
            (_, Some(groups), Some(vpc)) => self.callees.push(Station {
                vpc: Some(vpc),
                ports: vec![NFS],
                ..Station::new(node(), groups, Sort::Store)
            }),
            _ => self.hidden.push(node()),
        }
    }
}

/// "EFS mount target for fs-0123 (fsmt-4567)".
fn names(description: &str, system: &str) -> bool {
    let rest = description.strip_prefix(MOUNT_TARGET).and_then(|rest| rest.split_whitespace().next());
    rest == Some(system)
}
