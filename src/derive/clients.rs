//! Who reaches a database through its security groups, and with how many connections.
//!
//! A rule that names a group of a client's is exact; one that names a range which holds a client's subnet says that
//! the client may connect. A rule with a customer-managed prefix list leaves the answer open.

use ipnet::IpNet;

use super::security::{Groups, TCP, covers};
use super::view::{any, distinct, only};
use super::{Item, Join, List, Lookup, Patch, View};
use crate::facts::autoscaling::Group;
use crate::facts::database::Database;
use crate::facts::ec2::{IngressRule, Instance, PrefixList, SecurityGroup, Subnet};
use crate::facts::lambda::{Concurrency, Function};
use crate::facts::rds::{DbInstance, DbProxy};

pub(super) const FUNCTIONS: Join = Join {
    kind: "database",
    facts: &["reaching_functions"],
    reads: &[
        "rds.db_instance",
        "rds.db_cluster",
        "lambda.function",
        "ec2.security_group",
        "ec2.prefix_list",
        "ec2.subnet",
    ],
    learn: functions,
};
pub(super) const CONCURRENCY: Join = Join {
    kind: "database",
    facts: &["reaching_concurrency", "connections_of_functions"],
    reads: &[
        "rds.db_instance",
        "rds.db_cluster",
        "lambda.function",
        "lambda.concurrency",
        "ec2.security_group",
        "ec2.prefix_list",
        "ec2.subnet",
    ],
    learn: concurrency,
};
pub(super) const GROUPS: Join = Join {
    kind: "database",
    facts: &["reaching_groups"],
    reads: &[
        "rds.db_instance",
        "rds.db_cluster",
        "autoscaling.group",
        "ec2.instance",
        "ec2.security_group",
        "ec2.prefix_list",
        "ec2.subnet",
    ],
    learn: groups,
};
pub(super) const FLEET: Join = Join {
    kind: "database",
    facts: &["connections_at_fleet_max"],
    reads: &[
        "rds.db_instance",
        "rds.db_instance:connections_p95",
        "rds.db_cluster",
        "autoscaling.group",
        "autoscaling.group:in_service_p95",
        "ec2.instance",
        "ec2.security_group",
        "ec2.prefix_list",
        "ec2.subnet",
    ],
    learn: fleet,
};
pub(super) const PROXIES: Join = Join {
    kind: "database",
    facts: &["proxies"],
    reads: &["rds.db_instance", "rds.db_cluster", "rds.db_proxy"],
    learn: proxies,
};
pub(super) const POOLERS: Join = Join {
    kind: "database",
    facts: &["poolers"],
    reads: &["rds.db_instance", "rds.db_cluster", "ec2.instance"],
    learn: poolers,
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

/// What admits clients to the databases of a region.
struct Doors<'l, 'a> {
    groups: Groups<'l, 'a>,
    lists: Lookup<'l, 'a, PrefixList>,
}

impl Doors<'_, '_> {
    /// Whether a database's security groups admit a client to its port.
    fn admit(&self, database: &Database, client: &Client) -> Option<bool> {
        let Some(port) = database.port.get()? else { return Some(false) };
        let rules = self.groups.all_rules(database.security_groups.known()?)?;
        let on_port = rules.into_iter().filter(|rule| covers(rule, TCP, port));
        any(on_port.map(|rule| self.names(rule, database, client)))
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
fn with_doors(view: &View, learned: impl Fn(&Item<Database>, &Doors, &Lookup<Subnet>) -> Database) -> Vec<Patch> {
    let (rules, lists) = (view.here::<SecurityGroup>(), view.here::<PrefixList>());
    let subnets = view.here::<Subnet>();
    let doors = Doors { groups: Groups::new(&rules), lists: lists.by_id() };
    let subnets = subnets.by_id();
    let learn = |database: &Item<Database>| database.learn(&learned(database, &doors, &subnets));
    view.here::<Database>().iter().map(learn).collect()
}

fn functions(view: &View) -> Vec<Patch> {
    let functions = view.here::<Function>();
    with_doors(view, |database, doors, subnets| {
        let admitted = only(functions.whole().into_iter().flatten(), |function| {
            let own_groups = function.facts.security_groups.known()?;
            let stands_in =
                function.facts.subnets.known()?.iter().map(|id| subnets.get(id).map(|subnet| &subnet.facts));
            let client = Client { groups: own_groups, subnets: stands_in.collect::<Option<Vec<_>>>()? };
            doors.admit(&database.facts, &client)
        });
        let names = admitted.map(|found| distinct(found.into_iter().map(|function| function.resource.id.clone())));
        let names = functions.whole().and(names);
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
    view.here::<Database>().iter().map(|database| database.learn(&learned(&database.facts))).collect()
}

fn groups(view: &View) -> Vec<Patch> {
    let (groups, instances) = (view.here::<Group>(), view.here::<Instance>());
    let instances = instances.by_id();
    with_doors(view, |database, doors, subnets| {
        let admitted = only(groups.whole().into_iter().flatten(), |group| {
            if group.facts.max_size.get()? == 0 {
                return Some(false);
            }
            let members = group.facts.members.known()?;
            let reach = members.iter().map(|member| {
                let instance = &instances.get(&member.instance)?.facts;
                doors.admit(&database.facts, &of_instance(instance, subnets)?)
            });
            // Without an instance, nothing shows the groups of the next ones.
            any(reach.chain(members.is_empty().then_some(None)))
        });
        let names = admitted.map(|found| distinct(found.into_iter().map(|group| group.resource.id.clone())));
        let names = groups.whole().and(names);
        Database { reaching_groups: names.into(), ..Database::default() }
    })
}

fn of_instance<'c>(instance: &'c Instance, subnets: &Lookup<'c, '_, Subnet>) -> Option<Client<'c>> {
    let subnet = match instance.subnet.known()? {
        Some(subnet) => vec![&subnets.get(subnet)?.facts],
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
        let sizes = fleet.iter().map(|id| sizes(&groups.get(id)?.facts)).collect::<Option<Vec<_>>>()?;
        let (now, most) = sizes.iter().fold((0.0, 0.0), |(now, most), size| (now + size.0, most + size.1));
        (now > 0.0).then(|| Some((connections / now * most).ceil()))
    };
    let learned =
        |database: &Database| Database { connections_at_fleet_max: at_most(database).into(), ..Database::default() };
    view.here::<Database>().iter().map(|database| database.learn(&learned(&database.facts))).collect()
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
    let learned = |database: &Item<Database>| Database {
        // What is no database for sure has no proxies for sure either.
        proxies: database.facts.shape.known().and_then(|_| leading_to(&database.resource.id, &proxies)).into(),
        ..Database::default()
    };
    view.here::<Database>().iter().map(|database| database.learn(&learned(database))).collect()
}

fn leading_to(database: &str, proxies: &List<DbProxy>) -> Option<Vec<String>> {
    let found = only(proxies.whole()?, |proxy| {
        let answers = proxy.facts.status.known().map(|status| ANSWERING.contains(&status.as_str()));
        let leads = proxy.facts.targets.known().map(|targets| {
            targets.iter().any(|target| target.resource == database || target.cluster.as_deref() == Some(database))
        });
        super::view::all([answers, leads])
    })?;
    Some(distinct(found.into_iter().map(|proxy| proxy.resource.id.clone())))
}

fn poolers(view: &View) -> Vec<Patch> {
    let instances = view.here::<Instance>();
    let of_vpc = |database: &Database| {
        let vpc = database.vpc.known()?.as_ref()?;
        let found = only(instances.whole()?, |instance| {
            super::view::all([
                instance.facts.state.known().map(|state| state == "running"),
                instance.facts.vpc.known().map(|other| other.as_ref() == Some(vpc)),
                is_pooler(instance),
            ])
        })?;
        Some(distinct(found.into_iter().map(|instance| instance.resource.id.clone())))
    };
    let learned = |database: &Database| Database { poolers: of_vpc(database).into(), ..Database::default() };
    view.here::<Database>().iter().map(|database| database.learn(&learned(&database.facts))).collect()
}

fn is_pooler(instance: &Item<Instance>) -> Option<bool> {
    let tags = instance.resource.tags.as_ref()?;
    let speaking = tags.iter().filter(|(key, _)| TAGS.contains(&key.to_lowercase().as_str()));
    let named = |value: &str| POOLERS_OF.iter().any(|pooler| value.to_lowercase().contains(pooler));
    Some(speaking.into_iter().any(|(_, value)| named(value)))
}

#[cfg(test)]
#[path = "clients_tests.rs"]
mod tests;
