//! EFS file systems: the zones in which something of their VPC may want to mount them, and those in which it can't.

use std::collections::{BTreeMap, BTreeSet};

use crate::compute::eks::is_any_node;
use crate::engine::{Derivation, Item, Lookup, Patch, View, all, only, reads};
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::ec2::{Instance, Subnet};
use waaudit_model::facts::ecs::Service;
use waaudit_model::facts::efs::{FileSystem, MountTarget};

pub(crate) const ZONES: Derivation = Derivation {
    kind: "efs.file_system",
    facts: &["compute_zones", "uncovered_zones"],
    reads: reads![
        FileSystem { mount_targets },
        Group { availability_zones, max_size, subnets },
        Instance { availability_zone, state, vpc },
        Service { desired_count, subnets },
        Subnet { availability_zone, vpc },
    ],
    compute: zones,
};

/// Where a file system can be mounted.
struct Mounts<'l> {
    vpcs: BTreeSet<&'l str>,
    zones: BTreeSet<&'l str>,
}

/// Where a region's computing is.
#[derive(Default)]
struct Compute {
    /// By VPC, its zones; none for a zone that can't be told.
    zones: BTreeMap<String, BTreeSet<Option<String>>>,
    /// Zones of groups that name no subnet: in which VPC they are is not known.
    anywhere: BTreeSet<String>,
}

fn zones(view: &View) -> Vec<Patch> {
    let compute = Compute::new(view);
    let learned = |system: &FileSystem| {
        let mounts = system.mount_targets.known().map(|targets| mounts(targets));
        let used = mounts.as_ref().and_then(|mounts| match &compute {
            _ if mounts.vpcs.is_empty() => Some(BTreeSet::new()),
            Some(compute) => compute.zones(mounts),
            None => None,
        });
        let uncovered = mounts.zip(used.as_ref()).map(|(mounts, used)| {
            used.iter().filter(|zone| !mounts.zones.contains(zone.as_str())).cloned().collect::<Vec<_>>()
        });
        FileSystem {
            compute_zones: used.map(|used| used.into_iter().collect::<Vec<_>>()).into(),
            uncovered_zones: uncovered.into(),
            ..FileSystem::default()
        }
    };
    view.here().iter().map(|system| system.patch(&learned(system.facts))).collect()
}

fn mounts(targets: &[MountTarget]) -> Mounts<'_> {
    let available = targets.iter().filter(|target| target.state == "available");
    Mounts {
        vpcs: targets.iter().map(|target| target.vpc.as_str()).collect(),
        zones: available.map(|target| target.availability_zone.as_str()).collect(),
    }
}

impl Compute {
    /// Nothing where it can't be told.
    fn new(view: &View) -> Option<Self> {
        let subnets = view.here::<Subnet>();
        let subnets = subnets.by_id();
        let mut all = Self::default();
        let groups = view.here::<Group>();
        for group in only(groups.whole()?, |group| group.facts.max_size.get().map(|most| most > 0))? {
            let named = group.facts.subnets.known()?;
            if named.is_empty() {
                all.anywhere.extend(group.facts.availability_zones.known()?.iter().cloned());
            }
            all.add_subnets(named, &subnets)?;
        }
        let services = view.here::<Service>();
        for service in only(services.whole()?, |service| service.facts.desired_count.get().map(|count| count > 0))? {
            all.add_subnets(service.facts.subnets.known()?, &subnets)?;
        }
        for instance in view.here::<Instance>().whole()? {
            all.add_node(instance)?;
        }
        Some(all)
    }

    fn add_subnets(&mut self, named: &[String], subnets: &Lookup<Subnet>) -> Option<()> {
        for id in named {
            let subnet = subnets.get(id)?.facts;
            let zones = self.zones.entry(subnet.vpc.known()?.clone()).or_default();
            zones.insert(subnet.availability_zone.known().cloned());
        }
        Some(())
    }

    /// A server of Kubernetes. One that may be running, or a node, can't be told where its VPC has a mount target.
    fn add_node(&mut self, instance: &Item<Instance>) -> Option<()> {
        let runs = instance.facts.state.known().map(|state| state == "running");
        let is_node = all([runs, instance.resource.tags.as_ref().map(is_any_node)]);
        if is_node == Some(false) {
            return Some(());
        }
        if let Some(vpc) = instance.facts.vpc.known()? {
            let zone = is_node.and(instance.facts.availability_zone.known());
            self.zones.entry(vpc.clone()).or_default().insert(zone.cloned());
        }
        Some(())
    }

    /// The zones that something in the file system's VPC may use.
    fn zones(&self, mounts: &Mounts) -> Option<BTreeSet<String>> {
        self.anywhere.iter().all(|zone| mounts.zones.contains(zone.as_str())).then_some(())?;
        let zones = mounts.vpcs.iter().filter_map(|vpc| self.zones.get(*vpc)).flatten();
        zones.cloned().collect()
    }
}

#[cfg(test)]
mod tests;
