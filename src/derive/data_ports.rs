//! Ports of databases and caches that the whole internet gets to, directly or through a load balancer.
//!
//! Which port a data store listens on is known of the account's own RDS databases and caches; of what runs on servers, the
//! default ports of common software are in. A port that web frameworks use as well is left out, and told as a service's.

use std::collections::BTreeMap;

use super::doors::listener_open;
use super::openness::{ALL_PORTS, Openness, Span, Transport, ports};
use super::security::Groups;
use super::view::{all, distinct};
use super::{Item, Join, List, Patch, View};
use crate::facts::ec2::{IngressRule, NetworkInterface, PrefixList, SecurityGroup};
use crate::facts::elasticache::{Cluster, ServerlessCache};
use crate::facts::elb::{Listener, LoadBalancer, Target, TargetGroup};
use crate::facts::memorydb;
use crate::facts::rds::{DbCluster, DbInstance};

pub(super) const OPEN: Join = Join {
    kind: "ec2.security_group",
    facts: &["open_database_ports"],
    reads: &[
        "ec2.prefix_list",
        "elasticache.cluster",
        "elasticache.serverless_cache",
        "memorydb.cluster",
        "rds.db_cluster",
        "rds.db_instance",
    ],
    learn: open_database_ports,
};
pub(super) const BALANCED: Join = Join {
    kind: "ec2.security_group",
    facts: &["balanced_database_ports"],
    reads: &[
        "ec2.network_interface",
        "ec2.prefix_list",
        "elasticache.cluster",
        "elasticache.serverless_cache",
        "elb.load_balancer",
        "elb.target_group",
        "memorydb.cluster",
        "rds.db_cluster",
        "rds.db_instance",
    ],
    learn: balanced_database_ports,
};

use Transport::{Tcp, Udp};

/// Default ports, by the documentation of each product, 2026-11.
const DEFAULTS: &[(i64, Transport, &str)] = &[
    (1433, Tcp, "SQL Server"),
    (1434, Udp, "SQL Server Browser"),
    (1521, Tcp, "Oracle"),
    (2483, Tcp, "Oracle"),
    (2484, Tcp, "Oracle"),
    (2379, Tcp, "etcd"),
    (3050, Tcp, "Firebird"),
    (3306, Tcp, "MySQL"),
    (5432, Tcp, "PostgreSQL"),
    (5439, Tcp, "Redshift"),
    (5984, Tcp, "CouchDB"),
    (6379, Tcp, "Redis"),
    (6380, Tcp, "Redis"),
    (6432, Tcp, "PgBouncer"),
    (7474, Tcp, "Neo4j"),
    (7687, Tcp, "Neo4j"),
    (8123, Tcp, "ClickHouse"),
    (8182, Tcp, "Neptune"),
    (8529, Tcp, "ArangoDB"),
    (9042, Tcp, "Cassandra"),
    (9160, Tcp, "Cassandra"),
    (9200, Tcp, "Elasticsearch"),
    (9300, Tcp, "Elasticsearch"),
    (11_210, Tcp, "Couchbase"),
    (11_211, Tcp, "Memcached"),
    (11_211, Udp, "Memcached"),
    (16_379, Tcp, "Redis cluster bus"),
    (26_257, Tcp, "CockroachDB"),
    (26_379, Tcp, "Redis Sentinel"),
    (27_017, Tcp, "MongoDB"),
    (27_018, Tcp, "MongoDB"),
    (27_019, Tcp, "MongoDB"),
    (28_015, Tcp, "RethinkDB"),
    (33_060, Tcp, "MySQL"),
    (50_000, Tcp, "Db2"),
];

/// The software that listens on a port by default.
pub(super) fn software(port: i64, transport: Transport) -> Option<&'static str> {
    DEFAULTS.iter().find(|(known, by, _)| *known == port && *by == transport).map(|(.., name)| *name)
}

/// The default ports of databases and caches.
pub(super) fn default_ports(transport: Transport) -> impl Iterator<Item = i64> {
    DEFAULTS.iter().filter(move |(_, by, _)| *by == transport).map(|(port, ..)| *port)
}

/// A port of one of the account's own databases or caches, and the security groups that it is behind.
struct Store<'l> {
    groups: &'l [String],
    port: i64,
    name: &'l str,
}

/// The account's own databases and caches in a region.
struct Lists<'a> {
    instances: List<'a, DbInstance>,
    clusters: List<'a, DbCluster>,
    caches: List<'a, Cluster>,
    serverless: List<'a, ServerlessCache>,
    memory: List<'a, memorydb::Cluster>,
}

impl<'a> Lists<'a> {
    fn new(view: &View<'a>) -> Self {
        Self {
            instances: view.here(),
            clusters: view.here(),
            caches: view.here(),
            serverless: view.here(),
            memory: view.here(),
        }
    }

    /// All of them; nothing where one could not be read.
    fn stores(&self) -> Option<Stores<'_>> {
        let mut stores = Vec::new();
        for (id, facts) in self.instances.whole()?.iter().map(|one| (&one.resource.id, &one.facts)) {
            stores.extend(store(id, facts.security_groups.known()?, facts.port.get()?));
        }
        for (id, facts) in self.clusters.whole()?.iter().map(|one| (&one.resource.id, &one.facts)) {
            stores.extend(store(id, facts.security_groups.known()?, facts.port.get()?));
        }
        for (id, facts) in self.caches.whole()?.iter().map(|one| (&one.resource.id, &one.facts)) {
            stores.extend(store(id, facts.security_groups.known()?, facts.port.get()?));
        }
        for (id, facts) in self.serverless.whole()?.iter().map(|one| (&one.resource.id, &one.facts)) {
            stores.extend(store(id, facts.security_groups.known()?, facts.port.get()?));
        }
        for (id, facts) in self.memory.whole()?.iter().map(|one| (&one.resource.id, &one.facts)) {
            stores.extend(store(id, facts.security_groups.known()?, facts.port.get()?));
        }
        Some(Stores(stores))
    }
}

/// One without an endpoint yet has no port.
fn store<'l>(name: &'l str, groups: &'l [String], port: Option<i64>) -> Option<Store<'l>> {
    port.map(|port| Store { groups, port, name })
}

struct Stores<'l>(Vec<Store<'l>>);

impl Stores<'_> {
    /// What listens on a port behind a group: the software that does by default, or a data store of the account.
    fn on(&self, port: i64, transport: Transport, group: &String) -> Option<String> {
        let own = self.0.iter().find(|store| transport == Tcp && store.port == port && store.groups.contains(group));
        let name = software(port, transport).or(own.map(|store| store.name))?;
        Some(format!("{port}/{} ({name})", transport.name()))
    }
}

fn open_database_ports(view: &View) -> Vec<Patch> {
    let (groups, lists) = (view.here::<SecurityGroup>(), view.here::<PrefixList>());
    let openness = Openness::new(&groups, &lists);
    let stores = Lists::new(view);
    let stores = stores.stores();
    let learned = |id: &String| SecurityGroup {
        open_database_ports: open_ports(id, &openness, stores.as_ref()).into(),
        ..SecurityGroup::default()
    };
    groups.iter().map(|group| group.learn(&learned(&group.resource.id))).collect()
}

fn open_ports(group: &String, openness: &Openness, stores: Option<&Stores>) -> Option<Vec<String>> {
    let attached = std::slice::from_ref(group);
    let mut open = Vec::new();
    for transport in [Tcp, Udp] {
        let spans = openness.open_spans(attached, transport)?;
        if spans == [ALL_PORTS] {
            open.push((0, transport, format!("all {} ports", transport.name().to_uppercase())));
            continue;
        }
        for (port, by, name) in DEFAULTS.iter().filter(|(_, by, _)| *by == transport) {
            if spans.iter().any(|span| span.holds(*port)) {
                open.push((*port, *by, format!("{port}/{} ({name})", by.name())));
            }
        }
        if transport == Tcp && !only_defaults(&spans) {
            let own =
                stores?.0.iter().filter(|store| store.groups.contains(group) && software(store.port, Tcp).is_none());
            let own = own.filter(|store| spans.iter().any(|span| span.holds(store.port)));
            open.extend(own.map(|store| (store.port, Tcp, format!("{}/tcp ({})", store.port, store.name))));
        }
    }
    open.sort();
    open.dedup();
    Some(open.into_iter().map(|(.., words)| words).collect())
}

/// Whether no port is open but default ones: then it does not matter on which others a data store listens.
fn only_defaults(spans: &[Span]) -> bool {
    spans.iter().all(|span| (span.from..=span.to).all(|port| software(port, Tcp).is_some()))
}

fn balanced_database_ports(view: &View) -> Vec<Patch> {
    let (groups, lists) = (view.here::<SecurityGroup>(), view.here::<PrefixList>());
    let (balancers, targets, interfaces) = (view.here(), view.here(), view.here());
    let stores = Lists::new(view);
    let world = Balanced {
        openness: Openness::new(&groups, &lists),
        groups: Groups::new(&groups),
        stores: stores.stores(),
        targets: &targets,
        balancers: &balancers,
        interfaces: &interfaces,
    };
    let by_group = world.by_group();
    let learned = |id: &String| {
        let found = match by_group.as_ref().map(|found| found.get(id.as_str())) {
            Some(Some(found)) => found.clone(),
            Some(None) => Some(Vec::new()),
            // Whatever could not be read: what admits no database port hands none on.
            None => (world.admits_a_database_port(id) == Some(false)).then(Vec::new),
        };
        SecurityGroup { balanced_database_ports: found.map(distinct).into(), ..SecurityGroup::default() }
    };
    groups.iter().map(|group| group.learn(&learned(&group.resource.id))).collect()
}

struct Balanced<'l, 'a> {
    openness: Openness<'l, 'a>,
    groups: Groups<'l, 'a>,
    stores: Option<Stores<'l>>,
    targets: &'l List<'a, TargetGroup>,
    balancers: &'l List<'a, LoadBalancer>,
    interfaces: &'l List<'a, NetworkInterface>,
}

/// What was found of each group; nothing for one of which it can't be told.
type Found<'l> = BTreeMap<&'l str, Option<Vec<String>>>;

impl<'l> Balanced<'l, '_> {
    fn admits_a_database_port(&self, id: &str) -> Option<bool> {
        let stores = self.stores.as_ref()?;
        let of_rule = |rule: &IngressRule| {
            let open = |transport: Transport, port: i64| ports(rule, transport).is_some_and(|span| span.holds(port));
            DEFAULTS.iter().any(|(port, transport, _)| open(*transport, *port))
                || stores.0.iter().any(|store| open(Tcp, store.port))
        };
        Some(self.groups.rules(id)?.iter().any(of_rule))
    }

    /// By group; nothing where some list is not whole.
    fn by_group(&self) -> Option<Found<'l>> {
        let mut found = Found::new();
        self.interfaces.whole()?;
        let groups = self.targets.whole()?;
        for balancer in self.balancers.whole()? {
            if balancer.facts.balancer_type.known()? != "network" {
                continue;
            }
            for listener in balancer.facts.listeners.known()? {
                let open = listener_open(&balancer.facts, listener, &self.openness);
                if open == Some(false) {
                    continue;
                }
                for group in groups.iter().filter(|group| forwards(listener, &group.resource.arn)) {
                    for target in group.facts.targets.known()? {
                        self.target(balancer, open, group, target, &mut found)?;
                    }
                }
            }
        }
        Some(found)
    }

    fn target(
        &self,
        balancer: &Item<LoadBalancer>,
        open: Option<bool>,
        group: &TargetGroupItem,
        target: &Target,
        found: &mut Found<'l>,
    ) -> Option<()> {
        let Some(port) = target.port else { return Some(()) };
        let mut held = false;
        for interface in self.interfaces.iter() {
            if !holds(&interface.facts, &group.facts, target)? {
                continue;
            }
            held = true;
            let attached = interface.facts.security_groups.known()?;
            for transport in Transport::of(group.facts.protocol.known()?.as_deref()) {
                let admitted = self.admitted(attached, *transport, port, &group.facts, target);
                for id in attached {
                    let Some(name) = self.stores.as_ref()?.on(port, *transport, id) else { continue };
                    let about_it = self.groups.rules(id).map(|rules| {
                        rules.iter().any(|rule| ports(rule, *transport).is_some_and(|span| span.holds(port)))
                    });
                    let entry = found.entry(id).or_insert_with(|| Some(Vec::new()));
                    match all([open, admitted, about_it]) {
                        Some(true) => entry.iter_mut().for_each(|ports| {
                            ports.push(format!("{name} through {}", balancer.resource.id));
                        }),
                        Some(false) => {}
                        None => *entry = None,
                    }
                }
            }
        }
        if held { Some(()) } else { self.unheld_target(balancer, open, group, port, found) }
    }

    /// An address that no interface of the account has: a database that failed over leaves its old one registered, and may
    /// have it again. Where a group in the VPC admits the internet on the port, what it is attached to is one move away.
    fn unheld_target(
        &self,
        balancer: &Item<LoadBalancer>,
        open: Option<bool>,
        group: &TargetGroupItem,
        port: i64,
        found: &mut Found<'l>,
    ) -> Option<()> {
        let Some(vpc) = group.facts.vpc.known()?.as_ref().filter(|_| is_by_address(&group.facts) == Some(true)) else {
            return Some(());
        };
        for interface in self.interfaces.iter() {
            if interface.facts.vpc.known()? != vpc {
                continue;
            }
            for id in interface.facts.security_groups.known()? {
                for transport in Transport::of(group.facts.protocol.known()?.as_deref()) {
                    let Some(name) = self.stores.as_ref()?.on(port, *transport, id) else { continue };
                    let admits = self.openness.admits_all(std::slice::from_ref(id), *transport, port);
                    let entry = found.entry(id).or_insert_with(|| Some(Vec::new()));
                    match all([open, admits]) {
                        Some(true) => entry.iter_mut().for_each(|ports| {
                            ports.push(format!("{name} through {}", balancer.resource.id));
                        }),
                        Some(false) => {}
                        None => *entry = None,
                    }
                }
            }
        }
        Some(())
    }

    /// Whether the internet's connections pass the groups of a target. Where the load balancer puts its own address in the
    /// client's place, its address is what they see, and a healthy target admits it.
    fn admitted(
        &self,
        attached: &[String],
        transport: Transport,
        port: i64,
        group: &TargetGroup,
        target: &Target,
    ) -> Option<bool> {
        if self.openness.admits_all(attached, transport, port)? {
            return Some(true);
        }
        let hidden = group.preserves_client_ip.known()?.map(|preserves| !preserves)?;
        Some(hidden && target.state == "healthy")
    }
}

type TargetGroupItem<'a> = Item<'a, TargetGroup>;

fn forwards(listener: &Listener, group: &str) -> bool {
    let mut forwards = listener.rules.iter().flat_map(|rule| &rule.forwards);
    forwards.any(|forward| forward.target_group == group && forward.weight != Some(0))
}

fn is_by_address(group: &TargetGroup) -> Option<bool> {
    group.target_type.known().map(|kind| kind == "ip")
}

/// Whether an interface is what a target names.
fn holds(interface: &NetworkInterface, group: &TargetGroup, target: &Target) -> Option<bool> {
    match group.target_type.known()?.as_str() {
        "instance" => Some(interface.instance.known()?.as_ref() == Some(&target.id)),
        "ip" => {
            let Some(vpc) = group.vpc.known()? else { return Some(false) };
            let here = interface.vpc.known()? == vpc;
            let own = interface.private_ips.known()?.contains(&target.id);
            Some(here && (own || interface.ipv6_addresses.known()?.contains(&target.id)))
        }
        _ => Some(false),
    }
}

#[cfg(test)]
#[path = "data_ports_tests.rs"]
mod tests;
