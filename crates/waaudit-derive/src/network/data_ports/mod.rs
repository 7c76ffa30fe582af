//! Ports of databases and caches that the whole internet gets to, directly or through a load balancer.
//!
//! Which port a data store listens on is known of the account's own RDS databases and caches; of what runs on servers, the
//! default ports of common software are in. A port that web frameworks use as well is left out, and told as a service's.

mod stores;

use std::collections::{BTreeMap, BTreeSet};

use self::stores::{Lists, Stores};
use super::alb_exposure::listener_open;
use super::open_ports::{ALL_PORTS, Openness, Span, Transport, ports};
use super::security_groups::Groups;
use crate::engine::{Derivation, Item, List, Patch, Referrers, View, all, at_most_one, distinct, one, reads};
use waaudit_model::facts::ec2::{IngressRule, NetworkInterface, PrefixList, SecurityGroup};
use waaudit_model::facts::elasticache;
use waaudit_model::facts::elasticache::ServerlessCache;
use waaudit_model::facts::elb::{Listener, LoadBalancer, Target, TargetGroup};
use waaudit_model::facts::memorydb;
use waaudit_model::facts::rds;
use waaudit_model::facts::rds::{DbCluster, DbInstance};

pub(crate) const OPEN: Derivation = Derivation {
    kind: "ec2.security_group",
    facts: &["open_database_ports"],
    reads: reads![
        DbCluster { port, security_groups },
        DbInstance { port, security_groups },
        PrefixList { ranges },
        SecurityGroup { ingress },
        ServerlessCache { port, security_groups },
        elasticache::Cluster { port, security_groups },
        memorydb::Cluster { port, security_groups },
    ],
    compute: open_database_ports,
};
pub(crate) const BALANCED: Derivation = Derivation {
    kind: "ec2.security_group",
    facts: &["balanced_database_ports"],
    reads: reads![
        LoadBalancer { balancer_type, listeners, scheme, security_groups },
        NetworkInterface { instance, ipv6_addresses, private_ips, security_groups, vpc },
        PrefixList { ranges },
        SecurityGroup { ingress },
        TargetGroup { preserves_client_ip, protocol, target_type, targets, vpc },
        elasticache::Cluster { port, security_groups },
        elasticache::ServerlessCache { port, security_groups },
        memorydb::Cluster { port, security_groups },
        rds::DbCluster { port, security_groups },
        rds::DbInstance { port, security_groups },
    ],
    compute: balanced_database_ports,
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
pub(crate) fn software(port: i64, transport: Transport) -> Option<&'static str> {
    DEFAULTS.iter().find(|(known, by, _)| *known == port && *by == transport).map(|(.., name)| *name)
}

/// The default ports of databases and caches.
pub(crate) fn default_ports(transport: Transport) -> impl Iterator<Item = i64> {
    DEFAULTS.iter().filter(move |(_, by, _)| *by == transport).map(|(port, ..)| *port)
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
    groups.iter().map(|group| group.patch(&learned(&group.resource.id))).collect()
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
            let own = stores?.of(group).filter(|store| software(store.port, Tcp).is_none());
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
    let (balancers, targets, interfaces) = (view.here(), view.here(), view.here::<NetworkInterface>());
    let stores = Lists::new(view);
    let world = Balanced {
        openness: Openness::new(&groups, &lists),
        groups: Groups::new(&groups),
        stores: stores.stores(),
        targets: &targets,
        balancers: &balancers,
        by_instance: interfaces.by(|interface| at_most_one(interface.facts.instance.known())),
        by_address: interfaces.by(|interface| {
            let (private, six) = (interface.facts.private_ips.known()?, interface.facts.ipv6_addresses.known()?);
            interface.facts.vpc.known()?;
            Some(private.iter().chain(six).map(String::as_str))
        }),
        by_vpc: interfaces.by(|interface| one(interface.facts.vpc.known())),
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
    groups.iter().map(|group| group.patch(&learned(&group.resource.id))).collect()
}

struct Balanced<'l, 'a> {
    openness: Openness<'l, 'a>,
    groups: Groups<'l, 'a>,
    stores: Option<Stores<'l>>,
    targets: &'l List<'a, TargetGroup>,
    balancers: &'l List<'a, LoadBalancer>,
    /// Interfaces by their instance, by their addresses, and by their VPC.
    by_instance: Referrers<'l, 'a, NetworkInterface>,
    by_address: Referrers<'l, 'a, NetworkInterface>,
    by_vpc: Referrers<'l, 'a, NetworkInterface>,
}

/// What was found of each group; nothing for one of which it can't be told.
type Found<'l> = BTreeMap<&'l str, Option<Vec<String>>>;

impl<'l, 'a> Balanced<'l, 'a> {
    fn admits_a_database_port(&self, id: &str) -> Option<bool> {
        let stores = self.stores.as_ref()?;
        let of_rule = |rule: &IngressRule| {
            let open = |transport: Transport, port: i64| ports(rule, transport).is_some_and(|span| span.holds(port));
            DEFAULTS.iter().any(|(port, transport, _)| open(*transport, *port))
                || stores.ports.iter().any(|port| open(Tcp, *port))
        };
        Some(self.groups.rules(id)?.iter().any(of_rule))
    }

    /// By group; nothing where some list is not whole.
    fn by_group(&self) -> Option<Found<'l>> {
        let mut found = Found::new();
        self.by_vpc.list().whole()?;
        self.targets.whole()?;
        let groups = self.targets.by_arn();
        for balancer in self.balancers.whole()? {
            if balancer.facts.balancer_type.known()? != "network" {
                continue;
            }
            for listener in balancer.facts.listeners.known()? {
                let open = listener_open(balancer.facts, listener, &self.openness);
                if open == Some(false) {
                    continue;
                }
                for group in forwards(listener).into_iter().filter_map(|arn| groups.get(arn)) {
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
        for interface in self.possible_holders(group.facts, target)? {
            if !holds(interface.facts, group.facts, target)? {
                continue;
            }
            held = true;
            let attached = interface.facts.security_groups.known()?;
            for transport in Transport::of(group.facts.protocol.known()?.as_deref()) {
                let admitted = self.admitted(attached, *transport, port, group.facts, target);
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
        let Some(vpc) = group.facts.vpc.known()?.as_ref().filter(|_| is_by_address(group.facts) == Some(true)) else {
            return Some(());
        };
        for interface in self.by_vpc.of(vpc) {
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

    /// The interfaces that may be a target.
    fn possible_holders(&self, group: &TargetGroup, target: &Target) -> Option<Vec<&'l Item<'a, NetworkInterface>>> {
        Some(match group.target_type.known()?.as_str() {
            "instance" => self.by_instance.of(&target.id).collect(),
            "ip" => self.by_address.of(&target.id).collect(),
            _ => Vec::new(),
        })
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

fn forwards(listener: &Listener) -> BTreeSet<&str> {
    let forwards = listener.rules.iter().flat_map(|rule| &rule.forwards);
    forwards.filter(|forward| forward.weight != Some(0)).map(|forward| forward.target_group.as_str()).collect()
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
mod tests;
