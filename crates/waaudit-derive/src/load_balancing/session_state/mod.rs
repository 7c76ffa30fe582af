//! Where the servers of a target group can keep what they know of a user: in a store that all of them reach, or, by the
//! signs, on themselves.
//!
//! A target is an instance or an address that an interface of the VPC holds. Instances that an orchestrator runs show no
//! signs: their volumes belong to it.

use std::collections::{BTreeMap, BTreeSet};

use std::net::IpAddr;

use ipnet::IpNet;

use crate::data::cache_in_front;
use crate::data::cache_in_front::{Cache, Door};
use crate::engine::{Derivation, Item, List, Lookup, Patch, Referrers, View, all, any, each, only, reads};
use crate::network::security_groups::{Groups, TCP, covers};
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::dynamodb::Table;
use waaudit_model::facts::ec2;
use waaudit_model::facts::ec2::{IngressRule, Instance, NetworkInterface, SecurityGroup, Subnet};
use waaudit_model::facts::ecs::{Service, TaskDefinition};
use waaudit_model::facts::elasticache;
use waaudit_model::facts::elasticache::{ReplicationGroup, ServerlessCache, SubnetGroup};
use waaudit_model::facts::elb::{Target, TargetGroup};
use waaudit_model::facts::memorydb;

pub(crate) const STORES: Derivation = Derivation {
    kind: "elb.target_group",
    facts: &["session_stores"],
    reads: reads![
        Instance { private_ip, security_groups },
        NetworkInterface { instance, private_ips, security_groups, vpc },
        ReplicationGroup {},
        SecurityGroup { ingress },
        ServerlessCache { engine, port, security_groups, subnets },
        Subnet { vpc },
        SubnetGroup { vpc },
        Table { expiry_attribute },
        TargetGroup { target_type, targets, vpc },
        elasticache::Cluster { engine, port, replication_group, security_groups, subnet_group },
        memorydb::Cluster { port, security_groups },
    ],
    compute: session_stores,
};
pub(crate) const SIGNS: Derivation = Derivation {
    kind: "elb.target_group",
    facts: &["state_signs", "state_score"],
    reads: reads![
        Group { max_size, min_size },
        Instance { age_days, auto_scaling_group, private_ip, security_groups, volumes },
        NetworkInterface { instance, private_ips, security_groups, vpc },
        SecurityGroup { ingress },
        Service { target_groups, task_definition },
        Table { expiry_attribute },
        TargetGroup { pinned_by, pinned_seconds, target_type, targets, vpc },
        TaskDefinition { host_mounts },
        ec2::Subnet { vpc },
        elasticache::Cluster { engine, port, replication_group, security_groups, subnet_group },
        elasticache::ReplicationGroup {},
        elasticache::ServerlessCache { engine, port, security_groups, subnets },
        elasticache::SubnetGroup { vpc },
        memorydb::Cluster { port, security_groups },
    ],
    compute: signs,
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
    interfaces: Referrers<'l, 'a, NetworkInterface>,
}

impl<'l, 'a> Servers<'l, 'a> {
    fn new(instances: &'l List<'a, Instance>, interfaces: &'l List<'a, NetworkInterface>) -> Self {
        let interfaces = interfaces.by(|interface| each(interface.facts.private_ips.known()));
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
        let interface = self.interfaces.of(&target.id).find(holds)?;
        let instance = match interface.facts.instance.known()? {
            Some(instance) => Some(self.instances.get(instance)?),
            None => None,
        };
        let groups = interface.facts.security_groups.known()?;
        Some(Server { groups, address: target.id.parse().ok(), instance })
    }
}

/// The caches of a region by what their security groups let in.
struct Caches {
    all: Vec<Cache>,
    by_group: BTreeMap<String, Vec<usize>>,
    /// Those that let in ranges, by their VPC.
    by_vpc: BTreeMap<String, Vec<usize>>,
    /// Those of which that can't be told.
    unclear: Vec<usize>,
}

impl Caches {
    fn new(all: Vec<Cache>, groups: &Groups) -> Self {
        let (by_group, by_vpc) = (BTreeMap::new(), BTreeMap::new());
        let mut caches = Self { all: Vec::new(), by_group, by_vpc, unclear: Vec::new() };
        for (place, cache) in all.iter().enumerate() {
            if caches.place(place, cache, groups).is_none() {
                caches.unclear.push(place);
            }
        }
        Self { all, ..caches }
    }

    /// Nothing where what the cache lets in can't be told.
    fn place(&mut self, place: usize, cache: &Cache, groups: &Groups) -> Option<()> {
        for door in cache.doors.as_ref()? {
            let rules = groups.all_rules(&door.groups)?;
            for rule in rules.into_iter().filter(|rule| covers(rule, TCP, door.port)) {
                let named = match (&rule.group, &rule.cidr) {
                    (Some(group), _) => self.by_group.entry(group.clone()),
                    (None, Some(range)) if range.parse::<IpNet>().is_ok() => self.by_vpc.entry(cache.vpc.clone()?),
                    _ => return None,
                };
                named.or_default().push(place);
            }
        }
        Some(())
    }

    /// Those that a server may reach; all where there is no server to ask for.
    fn reached_by(&self, server: Option<&Server>, vpc: Option<&str>) -> Vec<&Cache> {
        let Some(server) = server else { return self.all.iter().collect() };
        let by_group = server.groups.iter().filter_map(|group| self.by_group.get(group)).flatten();
        let by_vpc = vpc.and_then(|vpc| self.by_vpc.get(vpc)).into_iter().flatten();
        let places: BTreeSet<usize> = by_group.chain(by_vpc).chain(&self.unclear).copied().collect();
        places.into_iter().filter_map(|place| self.all.get(place)).collect()
    }
}

/// All that could hold sessions in a region.
struct Stores<'l, 'a> {
    caches: Option<Caches>,
    groups: Groups<'l, 'a>,
    tables: Option<Vec<String>>,
}

impl<'l, 'a> Stores<'l, 'a> {
    fn new(view: &View<'a>, groups: &'l List<'a, SecurityGroup>) -> Self {
        let tables = view.here::<Table>();
        let groups = Groups::new(groups);
        let caches = cache_in_front::all_caches(view).map(|caches| Caches::new(caches, &groups));
        Self { caches, groups, tables: session_tables(&tables) }
    }

    /// Those within reach of all servers. Without a server, no one is there to reach one.
    fn within_reach(&self, group: &TargetGroup, servers: &Servers) -> Option<Vec<String>> {
        let vpc = group.vpc.known()?.as_deref();
        let servers = servers.of(group)?;
        let candidates = self.caches.as_ref()?.reached_by(servers.first(), vpc);
        let caches = only(candidates, |cache| all(servers.iter().map(|server| self.reaches(server, vpc, cache))))?;
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
    view.here().iter().map(|group| group.patch(&learned(group.facts))).collect()
}

/// What signs are looked up in.
struct Evidence<'l, 'a> {
    servers: Servers<'l, 'a>,
    stores: Stores<'l, 'a>,
    fleets: Lookup<'l, 'a, Group>,
    services: Referrers<'l, 'a, Service>,
    definitions: Lookup<'l, 'a, TaskDefinition>,
}

impl Evidence<'_, '_> {
    /// The signs and their weights.
    fn signs(&self, item: &Item<TargetGroup>) -> Option<Vec<(&'static str, i64)>> {
        let group = item.facts;
        let servers = self.servers.of(group)?;
        let instances: Vec<&Item<Instance>> = servers.iter().filter_map(|server| server.instance).collect();
        let own = only(instances, |instance| orchestrated(instance).map(|orchestrated| !orchestrated))?;
        let sticky = is_sticky(group)?;
        let some = |test: fn(&Instance) -> Option<bool>| any(own.iter().map(|instance| test(instance.facts)));
        let signs = [
            ("sticky sessions", 3, sticky),
            ("data volumes", 3, some(has_data_volume)?),
            ("disks that stay", 2, some(leaves_a_disk)?),
            ("servers outside any group", 2, some(|one| one.auto_scaling_group.known().map(Option::is_none))?),
            ("writable paths of the host", 2, self.writes_to_host(item)?),
            ("no session store", 2, self.stores.within_reach(group, &self.servers)?.is_empty()),
            ("servers older than half a year", 1, some(|one| Some(one.age_days.get()? > OLD_DAYS))?),
            ("a fixed number of sticky servers", 1, sticky && any(own.iter().map(|one| self.is_fixed(one.facts)))?),
        ];
        Some(signs.into_iter().filter(|(_, _, shown)| *shown).map(|(words, weight, _)| (words, weight)).collect())
    }

    /// Whether a server's fleet can neither grow nor shrink.
    fn is_fixed(&self, instance: &Instance) -> Option<bool> {
        let Some(fleet) = instance.auto_scaling_group.known()? else { return Some(false) };
        let fleet = self.fleets.get(fleet)?.facts;
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
        let services = self.services.of(&group.resource.arn);
        any(services.map(|service| writes(service.facts)).chain(self.services.missing()))
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
    let (fleets, services, definitions) = (view.here(), view.here::<Service>(), view.here());
    let evidence = Evidence {
        servers: Servers::new(&instances, &interfaces),
        stores: Stores::new(view, &groups),
        fleets: fleets.by_id(),
        services: services.by(|service| each(service.facts.target_groups.known())),
        definitions: definitions.by_arn(),
    };
    let learned = |group: &Item<TargetGroup>| {
        let signs = evidence.signs(group);
        let score = signs.as_ref().map(|signs| signs.iter().map(|(_, weight)| weight).sum::<i64>());
        let words = signs.map(|signs| signs.into_iter().map(|(words, _)| words.to_owned()).collect::<Vec<_>>());
        TargetGroup { state_signs: words.into(), state_score: score.into(), ..TargetGroup::default() }
    };
    view.here().iter().map(|group| group.patch(&learned(group))).collect()
}

#[cfg(test)]
mod tests;
