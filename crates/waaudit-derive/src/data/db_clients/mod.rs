//! Who reaches a database through its security groups, and with how many connections.
//!
//! A rule that names a group of a client's is exact; one that names a range which holds a client's subnet says that
//! the client may connect. A rule with a customer-managed prefix list leaves the answer open.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;

use crate::engine::{Derivation, Item, Lookup, Patch, Referrers, View, any, at_most_one, distinct, only, reads};
use crate::network::security_groups::{Groups, TCP, covers};
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::ec2::{IngressRule, Instance, PrefixList, SecurityGroup, Subnet};
use waaudit_model::facts::lambda::{Concurrency, Function};
use waaudit_model::facts::rds::{DbInstance, DbProxy};

pub(crate) const FUNCTIONS: Derivation = Derivation {
    kind: "database",
    facts: &["reaching_functions"],
    reads: reads![
        Database { port, security_groups, vpc },
        Function { security_groups, subnets },
        PrefixList { list_name },
        SecurityGroup { ingress },
        Subnet { cidr, vpc },
    ],
    compute: functions,
};
pub(crate) const CONCURRENCY: Derivation = Derivation {
    kind: "database",
    facts: &["reaching_concurrency", "connections_of_functions"],
    reads: reads![Concurrency { reserved }, Database { reaching_functions }],
    compute: concurrency,
};
pub(crate) const GROUPS: Derivation = Derivation {
    kind: "database",
    facts: &["reaching_groups"],
    reads: reads![
        Database { port, security_groups, vpc },
        Group { max_size, members },
        Instance { security_groups, subnet },
        PrefixList { list_name },
        SecurityGroup { ingress },
        Subnet { cidr, vpc },
    ],
    compute: groups,
};
pub(crate) const FLEET: Derivation = Derivation {
    kind: "database",
    facts: &["connections_at_fleet_max"],
    reads: reads![
        Database { reaching_groups, writer },
        DbInstance { connections_p95 },
        Group { in_service_p95, max_size, members },
    ],
    compute: fleet,
};
pub(crate) const PROXIES: Derivation = Derivation {
    kind: "database",
    facts: &["proxies"],
    reads: reads![Database { shape }, DbProxy { status, targets }],
    compute: proxies,
};
pub(crate) const POOLERS: Derivation = Derivation {
    kind: "database",
    facts: &["poolers"],
    reads: reads![Database { vpc }, Instance { state, vpc }],
    compute: poolers,
};

/// How the names of AWS's own prefix lists begin, which hold no client of a database.
const OWN_TO_AWS: &str = "com.amazonaws.";
/// Tags that say what an instance is for, in lower case.
const TAGS: &[&str] = &["name", "role", "app", "application", "component", "service"];
const POOLERS_OF: &[&str] = &["pgbouncer", "pgpool", "pgcat", "proxysql", "haproxy", "maxscale"];
/// States of a proxy that answers.
const ANSWERING: &[&str] = &["available", "modifying", "upgrading"];

/// What a client shows to a security group.
struct Client<'c> {
    groups: &'c [String],
    subnets: Vec<&'c Subnet>,
}

/// What may call databases, by what rules name of it.
struct Clients<'c> {
    /// Names, and what calls under each; none for something that can't be told.
    all: Vec<(&'c str, Vec<Option<Client<'c>>>)>,
    by_group: BTreeMap<&'c str, BTreeSet<usize>>,
    by_vpc: BTreeMap<&'c str, BTreeSet<usize>>,
    /// Those that may be anywhere.
    unplaced: BTreeSet<usize>,
}

impl<'c> Clients<'c> {
    fn new(all: impl Iterator<Item = (&'c str, Vec<Option<Client<'c>>>)>) -> Self {
        let (by_group, by_vpc) = (BTreeMap::new(), BTreeMap::new());
        let mut clients = Self { all: Vec::new(), by_group, by_vpc, unplaced: BTreeSet::new() };
        for (place, (name, callers)) in all.enumerate() {
            for caller in &callers {
                clients.place(place, caller.as_ref());
            }
            clients.all.push((name, callers));
        }
        clients
    }

    fn place(&mut self, place: usize, caller: Option<&Client<'c>>) {
        let Some(caller) = caller else {
            self.unplaced.insert(place);
            return;
        };
        for group in caller.groups {
            self.by_group.entry(group).or_default().insert(place);
        }
        for subnet in &caller.subnets {
            match subnet.vpc.known() {
                Some(vpc) => self.by_vpc.entry(vpc).or_default().insert(place),
                None => self.unplaced.insert(place),
            };
        }
    }

    /// The names of those that a database lets in.
    fn admitted(&self, database: &Database, doors: &Doors) -> Option<Vec<String>> {
        let rules = doors.rules(database);
        let candidates = self.candidates(database, rules.as_deref());
        let admit = |caller: &Option<Client>| {
            let caller = caller.as_ref()?;
            any(rules.as_ref()?.iter().map(|rule| doors.names(rule, database, caller)))
        };
        let candidates = candidates.into_iter().filter_map(|place| self.all.get(place));
        let admitted = only(candidates, |(_, callers)| any(callers.iter().map(admit)))?;
        Some(distinct(admitted.into_iter().map(|(name, _)| (*name).to_owned())))
    }

    /// Those that rules may let in; all where that can't be told by what the rules name.
    fn candidates(&self, database: &Database, rules: Option<&[&IngressRule]>) -> BTreeSet<usize> {
        let mut found = self.unplaced.clone();
        let everyone = || (0..self.all.len()).collect();
        let Some(rules) = rules else { return everyone() };
        for rule in rules {
            let named = match (&rule.group, &rule.prefix_list, &rule.cidr, database.vpc.known()) {
                (Some(group), ..) => self.by_group.get(group.as_str()),
                (None, None, Some(range), Some(Some(vpc))) if range.parse::<IpNet>().is_ok() => {
                    self.by_vpc.get(vpc.as_str())
                }
                (None, None, None, _) => None,
                _ => return everyone(),
            };
            found.extend(named.into_iter().flatten());
        }
        found
    }
}

/// What admits clients to the databases of a region.
struct Doors<'l, 'a> {
    groups: Groups<'l, 'a>,
    lists: Lookup<'l, 'a, PrefixList>,
}

impl<'l> Doors<'l, '_> {
    /// Whether a database's security groups admit a client to its port.
    /// The rules by which something is let in at a database's port; none where it has no port.
    fn rules(&self, database: &Database) -> Option<Vec<&'l IngressRule>> {
        let Some(port) = database.port.get()? else { return Some(Vec::new()) };
        let rules = self.groups.all_rules(database.security_groups.known()?)?;
        Some(rules.into_iter().filter(|rule| covers(rule, TCP, port)).collect())
    }

    fn names(&self, rule: &IngressRule, database: &Database, client: &Client) -> Option<bool> {
        if let Some(group) = &rule.group {
            return Some(client.groups.contains(group));
        }
        if let Some(list) = &rule.prefix_list {
            let name = self.lists.get(list)?.facts.list_name.known()?;
            return name.starts_with(OWN_TO_AWS).then_some(false);
        }
        let Some(range) = &rule.cidr else { return Some(false) };
        let range: IpNet = range.parse().ok()?;
        any(client.subnets.iter().map(|subnet| holds(range, subnet, database)))
    }
}

/// Whether a range holds a subnet of the database's VPC.
fn holds(range: IpNet, subnet: &Subnet, database: &Database) -> Option<bool> {
    let vpc = database.vpc.known()?.as_ref()?;
    if subnet.vpc.known()? != vpc {
        return Some(false);
    }
    let of_subnet: IpNet = subnet.cidr.known()?.parse().ok()?;
    Some(range.contains(&of_subnet))
}

/// Calls `learned` on each database with what admits its clients, and the subnets that they are in.
fn with_doors(view: &View, learned: impl Fn(&Item<Database>, &Doors) -> Database) -> Vec<Patch> {
    let (rules, lists) = (view.here::<SecurityGroup>(), view.here::<PrefixList>());
    let doors = Doors { groups: Groups::new(&rules), lists: lists.by_id() };
    let learn = |database: &Item<Database>| database.patch(&learned(database, &doors));
    view.here::<Database>().iter().map(learn).collect()
}

fn functions(view: &View) -> Vec<Patch> {
    let (functions, subnets) = (view.here::<Function>(), view.here::<Subnet>());
    let subnets = subnets.by_id();
    let clients = functions.whole().map(|all| {
        let client = |one| vec![of_function(one, &subnets)];
        Clients::new(all.iter().map(|function| (function.resource.id.as_str(), client(function.facts))))
    });
    with_doors(view, |database, doors| {
        let names = clients.as_ref().and_then(|clients| clients.admitted(database.facts, doors));
        Database { reaching_functions: names.into(), ..Database::default() }
    })
}

fn concurrency(view: &View) -> Vec<Patch> {
    let reserved = view.here::<Concurrency>();
    let reserved = reserved.by_id();
    let together = |database: &Database| {
        let each = database.reaching_functions.known()?.iter().map(|id| reserved.get(id)?.facts.reserved.get());
        let each = each.collect::<Option<Vec<_>>>()?;
        Some(each.into_iter().sum::<Option<i64>>())
    };
    let learned = |database: &Database| {
        let together = together(database);
        Database {
            reaching_concurrency: together.into(),
            connections_of_functions: together.flatten().into(),
            ..Database::default()
        }
    };
    view.here::<Database>().iter().map(|database| database.patch(&learned(database.facts))).collect()
}

fn groups(view: &View) -> Vec<Patch> {
    let (groups, instances) = (view.here::<Group>(), view.here::<Instance>());
    let (instances, subnets) = (instances.by_id(), view.here::<Subnet>());
    let subnets = subnets.by_id();
    let clients = groups.whole().map(|all| {
        let members = |group: &Group| match (group.max_size.get(), group.members.known()) {
            (Some(0), _) => Vec::new(),
            (None, _) | (_, None) => vec![None],
            // Without an instance, nothing shows the groups of the next ones.
            (_, Some(members)) if members.is_empty() => vec![None],
            (_, Some(members)) => {
                let client = |id: &str| of_instance(instances.get(id)?.facts, &subnets);
                members.iter().map(|member| client(&member.instance)).collect()
            }
        };
        Clients::new(all.iter().map(|group| (group.resource.id.as_str(), members(group.facts))))
    });
    with_doors(view, |database, doors| {
        let names = clients.as_ref().and_then(|clients| clients.admitted(database.facts, doors));
        Database { reaching_groups: names.into(), ..Database::default() }
    })
}

fn of_function<'c>(function: &'c Function, subnets: &Lookup<'_, 'c, Subnet>) -> Option<Client<'c>> {
    let own = function.subnets.known()?.iter().map(|id| subnets.get(id).map(|subnet| subnet.facts));
    Some(Client { groups: function.security_groups.known()?, subnets: own.collect::<Option<Vec<_>>>()? })
}

fn of_instance<'c>(instance: &'c Instance, subnets: &Lookup<'_, 'c, Subnet>) -> Option<Client<'c>> {
    let subnet = match instance.subnet.known()? {
        Some(subnet) => vec![subnets.get(subnet)?.facts],
        None => Vec::new(),
    };
    Some(Client { groups: instance.security_groups.known()?, subnets: subnet })
}

fn fleet(view: &View) -> Vec<Patch> {
    let (groups, instances) = (view.here::<Group>(), view.here::<DbInstance>());
    let (groups, instances) = (groups.by_id(), instances.by_id());
    let at_most = |database: &Database| {
        let fleet = database.reaching_groups.known()?;
        if fleet.is_empty() {
            return Some(None);
        }
        let writer = database.writer.known()?.as_ref()?;
        let connections = instances.get(writer)?.facts.connections_p95.known()?.as_ref()?.value;
        let sizes = fleet.iter().map(|id| sizes(groups.get(id)?.facts)).collect::<Option<Vec<_>>>()?;
        let (now, most) = sizes.iter().fold((0.0, 0.0), |(now, most), size| (now + size.0, most + size.1));
        (now > 0.0).then(|| Some((connections / now * most).ceil()))
    };
    let learned =
        |database: &Database| Database { connections_at_fleet_max: at_most(database).into(), ..Database::default() };
    view.here::<Database>().iter().map(|database| database.patch(&learned(database.facts))).collect()
}

/// Instances in service usually, and at most. A group whose instances have weights counts in other units.
fn sizes(group: &Group) -> Option<(f64, f64)> {
    let weighted =
        group.members.known()?.iter().any(|member| member.weight.as_deref().is_some_and(|weight| weight != "1"));
    let now = group.in_service_p95.known()?.value;
    #[allow(clippy::cast_precision_loss, reason = "sizes of groups are far below 2^52")]
    (!weighted).then_some((now, group.max_size.get()? as f64))
}

fn proxies(view: &View) -> Vec<Patch> {
    let proxies = view.here::<DbProxy>();
    let proxies = proxies.by(|proxy| {
        let targets = proxy.facts.targets.known()?.iter();
        Some(targets.flat_map(|target| [Some(target.resource.as_str()), target.cluster.as_deref()]).flatten())
    });
    let learned = |database: &Item<Database>| Database {
        // What is no database for sure has no proxies for sure either.
        proxies: database.facts.shape.known().and_then(|_| leading_to(&database.resource.id, &proxies)).into(),
        ..Database::default()
    };
    view.here::<Database>().iter().map(|database| database.patch(&learned(database))).collect()
}

fn leading_to(database: &str, proxies: &Referrers<DbProxy>) -> Option<Vec<String>> {
    let found = only(proxies.whole_of(database)?, |proxy| {
        let answers = proxy.facts.status.known().map(|status| ANSWERING.contains(&status.as_str()));
        let leads = proxy.facts.targets.known().map(|targets| {
            targets.iter().any(|target| target.resource == database || target.cluster.as_deref() == Some(database))
        });
        crate::engine::all([answers, leads])
    })?;
    Some(distinct(found.into_iter().map(|proxy| proxy.resource.id.clone())))
}

fn poolers(view: &View) -> Vec<Patch> {
    let instances = view.here::<Instance>();
    let poolers = instances.by(|instance| match is_pooler(instance) {
        Some(false) => Some(None),
        _ => at_most_one(instance.facts.vpc.known()),
    });
    let of_vpc = |database: &Database| {
        let vpc = database.vpc.known()?.as_ref()?;
        let found = only(poolers.whole_of(vpc)?, |instance| {
            crate::engine::all([
                instance.facts.state.known().map(|state| state == "running"),
                instance.facts.vpc.known().map(|other| other.as_ref() == Some(vpc)),
                is_pooler(instance),
            ])
        })?;
        Some(distinct(found.into_iter().map(|instance| instance.resource.id.clone())))
    };
    let learned = |database: &Database| Database { poolers: of_vpc(database).into(), ..Database::default() };
    view.here::<Database>().iter().map(|database| database.patch(&learned(database.facts))).collect()
}

fn is_pooler(instance: &Item<Instance>) -> Option<bool> {
    let tags = instance.resource.tags.as_ref()?;
    let speaking = tags.iter().filter(|(key, _)| TAGS.contains(&key.to_lowercase().as_str()));
    let named = |value: &str| POOLERS_OF.iter().any(|pooler| value.to_lowercase().contains(pooler));
    Some(speaking.into_iter().any(|(_, value)| named(value)))
}

#[cfg(test)]
mod tests;
