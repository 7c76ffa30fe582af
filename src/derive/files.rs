//! EFS file systems: the zones in which something of their VPC may want to mount them, and those in which it can't.

use std::collections::BTreeSet;

use super::nodes::is_any_node;
use super::view::{all, only};
use super::{Join, List, Lookup, Patch, View};
use crate::facts::autoscaling::Group;
use crate::facts::ec2::{Instance, Subnet};
use crate::facts::ecs::Service;
use crate::facts::efs::{FileSystem, MountTarget};

pub(super) const ZONES: Join = Join {
    kind: "efs.file_system",
    facts: &["compute_zones", "uncovered_zones"],
    reads: &["autoscaling.group", "ecs.service", "ec2.instance", "ec2.subnet"],
    learn: zones,
};

/// Where a file system can be mounted.
struct Mounts<'l> {
    vpcs: BTreeSet<&'l str>,
    zones: BTreeSet<&'l str>,
}

/// All that may mount a file system.
struct Compute<'l, 'a> {
    groups: &'l List<'a, Group>,
    services: &'l List<'a, Service>,
    instances: &'l List<'a, Instance>,
    subnets: Lookup<'l, 'a, Subnet>,
}

fn zones(view: &View) -> Vec<Patch> {
    let (groups, services, instances) = (view.here(), view.here(), view.here());
    let subnets = view.here::<Subnet>();
    let compute = Compute { groups: &groups, services: &services, instances: &instances, subnets: subnets.by_id() };
    let learned = |system: &FileSystem| {
        let mounts = system.mount_targets.known().map(|targets| mounts(targets));
        let used = mounts.as_ref().and_then(|mounts| compute.zones(mounts));
        let uncovered = mounts.zip(used.as_ref()).map(|(mounts, used)| {
            used.iter().filter(|zone| !mounts.zones.contains(zone.as_str())).cloned().collect::<Vec<_>>()
        });
        FileSystem {
            compute_zones: used.map(|used| used.into_iter().collect::<Vec<_>>()).into(),
            uncovered_zones: uncovered.into(),
            ..FileSystem::default()
        }
    };
    view.here().iter().map(|system| system.learn(&learned(&system.facts))).collect()
}

fn mounts(targets: &[MountTarget]) -> Mounts<'_> {
    let available = targets.iter().filter(|target| target.state == "available");
    Mounts {
        vpcs: targets.iter().map(|target| target.vpc.as_str()).collect(),
        zones: available.map(|target| target.availability_zone.as_str()).collect(),
    }
}

impl Compute<'_, '_> {
    /// The zones that something in the file system's VPC may use.
    fn zones(&self, mounts: &Mounts) -> Option<BTreeSet<String>> {
        let mut zones = BTreeSet::new();
        if mounts.vpcs.is_empty() {
            return Some(zones);
        }
        zones.extend(self.of_groups(mounts)?);
        zones.extend(self.of_services(mounts)?);
        zones.extend(self.of_nodes(mounts)?);
        Some(zones)
    }

    fn of_groups(&self, mounts: &Mounts) -> Option<Vec<String>> {
        let mut zones = Vec::new();
        for group in only(self.groups.whole()?, |group| group.facts.max_size.get().map(|most| most > 0))? {
            let named = group.facts.subnets.known()?;
            if named.is_empty() {
                Self::lies_within(group.facts.availability_zones.known()?, mounts)?;
            }
            zones.extend(self.of_subnets(named, mounts)?);
        }
        Some(zones)
    }

    /// A group without subnets uses the default VPC, and which one that is is not known. It does not matter where all
    /// its zones have mount targets.
    fn lies_within(zones: &[String], mounts: &Mounts) -> Option<()> {
        zones.iter().all(|zone| mounts.zones.contains(zone.as_str())).then_some(())
    }

    fn of_services(&self, mounts: &Mounts) -> Option<Vec<String>> {
        let wanting = only(self.services.whole()?, |service| service.facts.desired_count.get().map(|count| count > 0))?;
        let named = wanting.into_iter().map(|service| self.of_subnets(service.facts.subnets.known()?, mounts));
        Some(named.collect::<Option<Vec<_>>>()?.concat())
    }

    fn of_nodes(&self, mounts: &Mounts) -> Option<Vec<String>> {
        let nodes = only(self.instances.whole()?, |instance| {
            let vpc = instance.facts.vpc.known();
            all([
                instance.facts.state.known().map(|state| state == "running"),
                instance.resource.tags.as_ref().map(is_any_node),
                vpc.map(|vpc| vpc.as_deref().is_some_and(|vpc| mounts.vpcs.contains(vpc))),
            ])
        })?;
        nodes.into_iter().map(|node| node.facts.availability_zone.known().cloned()).collect()
    }

    /// The zones of those subnets in the file system's VPC.
    fn of_subnets(&self, named: &[String], mounts: &Mounts) -> Option<Vec<String>> {
        let subnets = named.iter().map(|id| self.subnets.get(id)).collect::<Option<Vec<_>>>()?;
        let inside = only(subnets, |subnet| subnet.facts.vpc.known().map(|vpc| mounts.vpcs.contains(vpc.as_str())))?;
        inside.into_iter().map(|subnet| subnet.facts.availability_zone.known().cloned()).collect()
    }
}

#[cfg(test)]
#[path = "files_tests.rs"]
mod tests;
