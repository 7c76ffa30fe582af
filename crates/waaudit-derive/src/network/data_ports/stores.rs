//! The data stores of a region by the security groups that are attached to them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::open_ports::Transport::{self, Tcp};
use super::software;
use crate::engine::{List, View};
use waaudit_model::facts::elasticache::{Cluster, ServerlessCache};
use waaudit_model::facts::memorydb;
use waaudit_model::facts::rds::{DbCluster, DbInstance};

/// A port of one of the account's own databases or caches, and the security groups that it is behind.
pub(super) struct Store<'l> {
    groups: &'l [String],
    pub(super) port: i64,
    pub(super) name: &'l str,
}

/// The account's own databases and caches in a region.
pub(super) struct Lists<'a> {
    instances: List<'a, DbInstance>,
    clusters: List<'a, DbCluster>,
    caches: List<'a, Cluster>,
    serverless: List<'a, ServerlessCache>,
    memory: List<'a, memorydb::Cluster>,
}

impl<'a> Lists<'a> {
    pub(super) fn new(view: &View<'a>) -> Self {
        Self {
            instances: view.here(),
            clusters: view.here(),
            caches: view.here(),
            serverless: view.here(),
            memory: view.here(),
        }
    }

    /// All of them; nothing where one could not be read.
    pub(super) fn stores(&self) -> Option<Stores<'_>> {
        let mut stores = Vec::new();
        for (id, facts) in self.instances.whole()?.iter().map(|one| (&one.resource.id, one.facts)) {
            stores.extend(store(id, facts.security_groups.known()?, facts.port.get()?));
        }
        for (id, facts) in self.clusters.whole()?.iter().map(|one| (&one.resource.id, one.facts)) {
            stores.extend(store(id, facts.security_groups.known()?, facts.port.get()?));
        }
        for (id, facts) in self.caches.whole()?.iter().map(|one| (&one.resource.id, one.facts)) {
            stores.extend(store(id, facts.security_groups.known()?, facts.port.get()?));
        }
        for (id, facts) in self.serverless.whole()?.iter().map(|one| (&one.resource.id, one.facts)) {
            stores.extend(store(id, facts.security_groups.known()?, facts.port.get()?));
        }
        for (id, facts) in self.memory.whole()?.iter().map(|one| (&one.resource.id, one.facts)) {
            stores.extend(store(id, facts.security_groups.known()?, facts.port.get()?));
        }
        Some(Stores::new(stores))
    }
}

/// One without an endpoint yet has no port.
fn store<'l>(name: &'l str, groups: &'l [String], port: Option<i64>) -> Option<Store<'l>> {
    port.map(|port| Store { groups, port, name })
}

pub(super) struct Stores<'l> {
    all: Vec<Store<'l>>,
    by_group: BTreeMap<&'l str, Vec<usize>>,
    pub(super) ports: BTreeSet<i64>,
}

impl<'l> Stores<'l> {
    pub(super) fn new(all: Vec<Store<'l>>) -> Self {
        let mut by_group: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, store) in all.iter().enumerate() {
            store.groups.iter().for_each(|group| by_group.entry(group).or_default().push(place));
        }
        let ports = all.iter().map(|store| store.port).collect();
        Self { all, by_group, ports }
    }

    /// The stores that a group is attached to.
    pub(super) fn of(&self, group: &str) -> impl Iterator<Item = &Store<'l>> {
        self.by_group.get(group).into_iter().flatten().filter_map(|place| self.all.get(*place))
    }

    /// What listens on a port behind a group: the software that does by default, or a data store of the account.
    pub(super) fn on(&self, port: i64, transport: Transport, group: &str) -> Option<String> {
        let own = self.of(group).find(|store| transport == Tcp && store.port == port);
        let name = software(port, transport).or(own.map(|store| store.name))?;
        Some(format!("{port}/{} ({name})", transport.name()))
    }
}
