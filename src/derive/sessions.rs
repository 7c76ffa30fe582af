//! Where the servers of a target group can keep what they know of a user: in a store that all of them reach, or, by the
//! signs, on themselves.
//!
//! A target is an instance or an address that an interface of the VPC holds. Instances that an orchestrator runs show no
//! signs: their volumes belong to it.

use std::net::IpAddr;

use ipnet::IpNet;

use super::security::{Groups, TCP, covers};
use super::stores::{self, Cache, Door};
use super::view::{all, any, only};
use super::{Item, Join, List, Lookup, Patch, View};
use crate::facts::autoscaling::Group;
use crate::facts::dynamodb::Table;
use crate::facts::ec2::{IngressRule, Instance, NetworkInterface, SecurityGroup};
use crate::facts::ecs::{Service, TaskDefinition};
use crate::facts::elb::{Target, TargetGroup};

pub(super) const STORES: Join = Join {
    kind: "elb.target_group",
    facts: &["session_stores"],
    reads: &[
        "ec2.instance",
        "ec2.network_interface",
        "ec2.security_group",
        "ec2.subnet",
        "elasticache.replication_group",
        "elasticache.cluster",
        "elasticache.serverless_cache",
        "elasticache.subnet_group",
        "memorydb.cluster",
        "dynamodb.table",
    ],
    learn: session_stores,
};
pub(super) const SIGNS: Join = Join {
    kind: "elb.target_group",
    facts: &["state_signs", "state_score"],
    reads: &[
        "autoscaling.group",
        "ec2.instance",
        "ec2.network_interface",
        "ec2.security_group",
        "ec2.subnet",
        "ecs.service",
        "ecs.task_definition",
        "elb.load_balancer",
        "elasticache.replication_group",
        "elasticache.cluster",
        "elasticache.serverless_cache",
        "elasticache.subnet_group",
        "memorydb.cluster",
        "dynamodb.table",
    ],
    learn: signs,
};

/// What the name of a table for sessions holds.
const SESSION: &str = "session";
/// Seconds of stickiness that smooth a page load and pin no one.
const SHORT: i64 = 60;
/// Days after which a server is no longer made anew for each release.
const OLD_DAYS: i64 = 180;
/// Beginnings of tags that orchestrators put on the servers that they run.
const ORCHESTRATED: &[&str] = &[
    "aws:ecs:",
    "AmazonECSManaged",
    "eks:",
    "kubernetes.io/",
    "k8s.io/",
    "karpenter.sh/",
    "aws:batch:",
    "elasticbeanstalk:",
];

/// A target as security groups and signs see it.
struct Server<'l, 'a> {
    groups: &'l [String],
    address: Option<IpAddr>,
    instance: Option<&'l Item<'a, Instance>>,
}

/// Who is behind targets.
struct Servers<'l, 'a> {
    instances: Lookup<'l, 'a, Instance>,
    interfaces: &'l List<'a, NetworkInterface>,
}

impl<'l, 'a> Servers<'l, 'a> {
    fn new(instances: &'l List<'a, Instance>, interfaces: &'l List<'a, NetworkInterface>) -> Self {
        Self { instances: instances.by_id(), interfaces }
    }

    /// All servers of a group; nothing where one can't be told.
    fn of(&self, group: &TargetGroup) -> Option<Vec<Server<'l, 'a>>> {
        let server = |target| match group.target_type.known()?.as_str() {
            "instance" => self.instance(target),
            "ip" => self.address(target, group.vpc.known()?.as_deref()?),
            _ => None,
        };
        group.targets.known()?.iter().map(server).collect()
    }

    fn instance(&self, target: &Target) -> Option<Server<'l, 'a>> {
        let instance = self.instances.get(&target.id)?;
        let address = instance.facts.private_ip.known()?.as_deref().and_then(|address| address.parse().ok());
        Some(Server { groups: instance.facts.security_groups.known()?, address, instance: Some(instance) })
    }

    /// An address outside the VPC belongs to no one here.
    fn address(&self, target: &Target, vpc: &str) -> Option<Server<'l, 'a>> {
        if target.availability_zone.is_some() {
            return None;
        }
        let holds = |interface: &&Item<NetworkInterface>| {
            let own = interface.facts.private_ips.known().is_some_and(|addresses| addresses.contains(&target.id));
            own && interface.facts.vpc.known().is_some_and(|other| other == vpc)
        };
        let interface = self.interfaces.iter().find(holds)?;
        let instance = match interface.facts.instance.known()? {
            Some(instance) => Some(self.instances.get(instance)?),
            None => None,
        };
        let groups = interface.facts.security_groups.known()?;
        Some(Server { groups, address: target.id.parse().ok(), instance })
    }
}

/// All that could hold sessions in a region.
struct Stores<'l, 'a> {
    caches: Option<Vec<Cache>>,
    groups: Groups<'l, 'a>,
    tables: Option<Vec<String>>,
}

impl<'l, 'a> Stores<'l, 'a> {
    fn new(view: &View<'a>, groups: &'l List<'a, SecurityGroup>) -> Self {
        let tables = view.here::<Table>();
        Self { caches: stores::all_caches(view), groups: Groups::new(groups), tables: session_tables(&tables) }
    }

    /// Those within reach of all servers. Without a server, no one is there to reach one.
    fn within_reach(&self, group: &TargetGroup, servers: &Servers) -> Option<Vec<String>> {
        let vpc = group.vpc.known()?.as_deref();
        let servers = servers.of(group)?;
        let caches =
            only(self.caches.as_ref()?, |cache| all(servers.iter().map(|server| self.reaches(server, vpc, cache))))?;
        let mut found: Vec<String> = caches.into_iter().map(|cache| cache.id.clone()).collect();
        found.extend_from_slice(self.tables.as_ref()?);
        Some(found)
    }

    fn reaches(&self, server: &Server, vpc: Option<&str>, cache: &Cache) -> Option<bool> {
        let near = cache.vpc.as_deref().map(|other| Some(other) == vpc);
        any(cache.doors.as_ref()?.iter().map(|door| self.opens(door, server, near)))
    }

    /// A door opens to a group that is attached to the server, and from within the same VPC to a range that holds its address.
    fn opens(&self, door: &Door, server: &Server, near: Option<bool>) -> Option<bool> {
        let rules = self.groups.all_rules(&door.groups)?;
        any(rules.into_iter().filter(|rule| covers(rule, TCP, door.port)).map(|rule| admits(rule, server, near)))
    }
}

fn admits(rule: &IngressRule, server: &Server, near: Option<bool>) -> Option<bool> {
    if let Some(group) = &rule.group {
        return Some(server.groups.contains(group));
    }
    let Some(range) = &rule.cidr else {
        // What a prefix list holds is not collected.
        return None;
    };
    let range: IpNet = range.parse().ok()?;
    all([near, server.address.map(|address| range.contains(&address))])
}

fn session_tables(tables: &List<Table>) -> Option<Vec<String>> {
    let tables = only(tables.whole()?, |table| {
        let named = table.resource.id.to_lowercase().contains(SESSION);
        all([Some(named), table.facts.expiry_attribute.known().map(Option::is_some)])
    })?;
    Some(tables.into_iter().map(|table| table.resource.id.clone()).collect())
}

fn session_stores(view: &View) -> Vec<Patch> {
    let (instances, interfaces, groups) = (view.here(), view.here(), view.here());
    let (servers, stores) = (Servers::new(&instances, &interfaces), Stores::new(view, &groups));
    let learned = |group: &TargetGroup| TargetGroup {
        session_stores: stores.within_reach(group, &servers).into(),
        ..TargetGroup::default()
    };
    view.here().iter().map(|group| group.learn(&learned(&group.facts))).collect()
}

/// What signs are looked up in.
struct Evidence<'l, 'a> {
    servers: Servers<'l, 'a>,
    stores: Stores<'l, 'a>,
    fleets: Lookup<'l, 'a, Group>,
    services: &'l List<'a, Service>,
    definitions: Lookup<'l, 'a, TaskDefinition>,
}

impl Evidence<'_, '_> {
    /// The signs and their weights.
    fn signs(&self, item: &Item<TargetGroup>) -> Option<Vec<(&'static str, i64)>> {
        let group = &item.facts;
        let servers = self.servers.of(group)?;
        let instances: Vec<&Item<Instance>> = servers.iter().filter_map(|server| server.instance).collect();
        let own = only(instances, |instance| orchestrated(instance).map(|orchestrated| !orchestrated))?;
        let sticky = is_sticky(group)?;
        let some = |test: fn(&Instance) -> Option<bool>| any(own.iter().map(|instance| test(&instance.facts)));
        let signs = [
            ("sticky sessions", 3, sticky),
            ("data volumes", 3, some(has_data_volume)?),
            ("disks that stay", 2, some(leaves_a_disk)?),
            ("servers outside any group", 2, some(|one| one.auto_scaling_group.known().map(Option::is_none))?),
            ("writable paths of the host", 2, self.writes_to_host(item)?),
            ("no session store", 2, self.stores.within_reach(group, &self.servers)?.is_empty()),
            ("servers older than half a year", 1, some(|one| Some(one.age_days.get()? > OLD_DAYS))?),
            ("a fixed number of sticky servers", 1, sticky && any(own.iter().map(|one| self.is_fixed(&one.facts)))?),
        ];
        Some(signs.into_iter().filter(|(_, _, shown)| *shown).map(|(words, weight, _)| (words, weight)).collect())
    }

    /// Whether a server's fleet can neither grow nor shrink.
    fn is_fixed(&self, instance: &Instance) -> Option<bool> {
        let Some(fleet) = instance.auto_scaling_group.known()? else { return Some(false) };
        let fleet = &self.fleets.get(fleet)?.facts;
        Some(fleet.min_size.get()? == fleet.max_size.get()?)
    }

    /// Whether tasks that register here write to the servers that they happen to run on.
    fn writes_to_host(&self, group: &Item<TargetGroup>) -> Option<bool> {
        let writes = |service: &Service| {
            if !service.target_groups.known()?.contains(&group.resource.arn) {
                return Some(false);
            }
            let Some(definition) = service.task_definition.known()? else { return Some(false) };
            let mounts = self.definitions.get(definition)?.facts.host_mounts.known()?;
            Some(mounts.iter().any(|mount| !mount.read_only))
        };
        let missing = self.services.whole().is_none().then_some(None);
        any(self.services.iter().map(|service| writes(&service.facts)).chain(missing))
    }
}

fn orchestrated(instance: &Item<Instance>) -> Option<bool> {
    let tags = instance.resource.tags.as_ref()?;
    Some(tags.keys().any(|key| ORCHESTRATED.iter().any(|start| key.starts_with(start))))
}

fn is_sticky(group: &TargetGroup) -> Option<bool> {
    let pinned = group.pinned_by.known()?.is_some();
    Some(pinned && group.pinned_seconds.get()?.is_none_or(|seconds| seconds > SHORT))
}

fn has_data_volume(instance: &Instance) -> Option<bool> {
    Some(instance.volumes.known()?.iter().any(|volume| !volume.root))
}

fn leaves_a_disk(instance: &Instance) -> Option<bool> {
    Some(instance.volumes.known()?.iter().any(|volume| volume.delete_on_termination == Some(false)))
}

fn signs(view: &View) -> Vec<Patch> {
    let (instances, interfaces, groups) = (view.here(), view.here(), view.here());
    let (fleets, services, definitions) = (view.here(), view.here(), view.here());
    let evidence = Evidence {
        servers: Servers::new(&instances, &interfaces),
        stores: Stores::new(view, &groups),
        fleets: fleets.by_id(),
        services: &services,
        definitions: definitions.by_arn(),
    };
    let learned = |group: &Item<TargetGroup>| {
        let signs = evidence.signs(group);
        let score = signs.as_ref().map(|signs| signs.iter().map(|(_, weight)| weight).sum::<i64>());
        let words = signs.map(|signs| signs.into_iter().map(|(words, _)| words.to_owned()).collect::<Vec<_>>());
        TargetGroup { state_signs: words.into(), state_score: score.into(), ..TargetGroup::default() }
    };
    view.here().iter().map(|group| group.learn(&learned(group))).collect()
}

#[cfg(test)]
#[path = "sessions_tests.rs"]
mod tests;
