//! Which resources have a part in the requests of which way in.
//!
//! What the graph calls a hop may have several resources with limits: a database its instances, a function its region's
//! concurrency, a server the subnet and NAT gateway that it leaves by. Queues, streams and tables are hops too, but no API
//! says who calls them: their ways in are not known.

use std::collections::{BTreeMap, BTreeSet};

use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::ecs::Service;
use waaudit_model::facts::servicequotas::Quota;
use waaudit_model::lookup::Lookup;
use waaudit_model::settings::NonProduction;
use waaudit_model::snapshot::Resource;
use waaudit_model::topology::graph::{Graph, Node, Relation};
use waaudit_model::topology::reach::Reachability;

use super::rows::{EC2_VCPUS, has_no_limit};
use crate::index::Index;
use crate::ways_in::is_behind_distribution;

/// Kinds with limits that no request's path leads to on the graph.
const BESIDE_PATHS: &[&str] = &["dynamodb.table", "kinesis.stream", "sqs.queue"];

/// The quota of vCPUs of on-demand tasks on Fargate.
const FARGATE_VCPUS: &str = "L-3032A538";

/// The hops of an account, and its ways in.
pub(crate) struct Hops<'i> {
    pub(crate) entries: Vec<Entry<'i>>,
    /// By kind and ARN, with the ways in, by their place; none where they can't be told.
    pub(crate) resources: BTreeMap<(&'i str, &'i str), Hop<'i>>,
    /// What has a part in requests and is not among what was read, by node and in words.
    pub(crate) absent: BTreeMap<(&'i str, String), (&'i Node, BTreeSet<usize>)>,
}

/// A resource, and the places of the ways in whose requests pass it.
pub(crate) type Hop<'i> = (&'i Resource, Option<BTreeSet<usize>>);

/// A way in.
pub(crate) struct Entry<'i> {
    pub(crate) resource: &'i Resource,
    /// Why not all behind it is known; empty where it is.
    pub(crate) unread: Vec<String>,
}

impl<'i> Hops<'i> {
    pub(crate) fn find(index: &Index<'i>, non_production: &NonProduction) -> Self {
        let graph = &index.inventory.graph;
        let (reach, sides) = (Reachability::new(graph, false), Sides::new(graph));
        let mut hops = Self { entries: Vec::new(), resources: BTreeMap::new(), absent: BTreeMap::new() };
        let mut known: Lookup<&str, Subjects> = Lookup::default();
        for resource in index.inventory.snapshot.of("entry_point").filter(|entry| !is_behind_distribution(entry)) {
            let place = hops.entries.len();
            let mut possible = Vec::new();
            for (node, certain) in reach.chain(&resource.arn) {
                let found = known.entry(&node.id).or_insert_with(|| subjects(node, index, &sides));
                if certain {
                    hops.passed(node, found, place);
                } else if !found.is_empty() {
                    hops.perhaps_passed(found);
                    possible.push(node);
                }
            }
            let unread = reach.unknown_behind(&resource.arn).into_iter().chain(doubt(&possible)).collect();
            hops.entries.push(Entry { resource, unread });
        }
        hops.add_beside(index, non_production);
        hops
    }

    /// The ids of a hop's ways in.
    pub(crate) fn ids(&self, hop: &Hop) -> Option<Vec<String>> {
        let id = |place: &usize| self.entries.get(*place).map(|entry| entry.resource.arn.clone());
        hop.1.as_ref().map(|places| places.iter().filter_map(id).collect())
    }

    fn passed(&mut self, node: &'i Node, subjects: &Subjects<'i>, place: usize) {
        for words in &subjects.absent {
            let absent = self.absent.entry((&node.id, words.clone()));
            absent.or_insert_with(|| (node, BTreeSet::new())).1.insert(place);
        }
        for resource in &subjects.found {
            let hop = self.resources.entry((&resource.kind, &resource.arn)).or_insert((resource, None));
            hop.1.get_or_insert_default().insert(place);
        }
    }

    /// Security groups allow its requests to get to these, and nothing says that they do.
    fn perhaps_passed(&mut self, subjects: &Subjects<'i>) {
        for resource in &subjects.found {
            self.resources.entry((&resource.kind, &resource.arn)).or_insert((resource, None));
        }
    }

    fn add_beside(&mut self, index: &Index<'i>, non_production: &NonProduction) {
        let non_production = non_production.compiled();
        let all = index.inventory.snapshot.resources.iter();
        for one in all.filter(|one| BESIDE_PATHS.contains(&one.kind.as_str())) {
            if !non_production.cover(&one.id, one.name.as_deref(), one.tags.as_ref()) {
                self.resources.entry((&one.kind, &one.arn)).or_insert((one, None));
            }
        }
    }
}

/// So many names of hops are listed.
const NAMED: usize = 3;

/// Why it is not known whether a way in's requests pass some hops.
fn doubt(possible: &[&Node]) -> Option<String> {
    let names: Vec<&str> = possible.iter().take(NAMED).map(|node| node.name.as_str()).collect();
    let more = match possible.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!names.is_empty())
        .then(|| format!("whether requests pass {}{more} can't be told from security groups", names.join(", ")))
}

/// Resources beside the paths: what guards a node, and by what its packets leave.
struct Sides<'i> {
    leaves: Lookup<&'i str, Vec<&'i str>>,
    guards: Lookup<&'i str, Vec<&'i str>>,
}

impl<'i> Sides<'i> {
    fn new(graph: &'i Graph) -> Self {
        let (mut leaves, mut guards) = (Lookup::default(), Lookup::default());
        for edge in graph.edges.iter().filter(|edge| edge.active) {
            let (by, from, to): (&mut Lookup<&str, Vec<&str>>, _, _) = match edge.relation {
                Relation::Leaves => (&mut leaves, &edge.from, &edge.to),
                Relation::Guards => (&mut guards, &edge.to, &edge.from),
                _ => continue,
            };
            by.entry(from.as_str()).or_default().push(to.as_str());
        }
        Self { leaves, guards }
    }

    /// Its web ACL, and the subnets and gateways that its packets pass on their way out, whose tables come between.
    fn of(&self, node: &str) -> BTreeSet<&'i str> {
        let mut found: BTreeSet<&str> = self.guards.get(node).into_iter().flatten().copied().collect();
        let mut open: Vec<&str> = self.leaves.get(node).into_iter().flatten().copied().collect();
        while let Some(next) = open.pop() {
            if found.insert(next) {
                open.extend(self.leaves.get(next).into_iter().flatten());
            }
        }
        found
    }
}

/// The resources whose limits hold for a hop.
#[derive(Default)]
struct Subjects<'i> {
    found: Vec<&'i Resource>,
    /// Those that were not read, in words.
    absent: Vec<String>,
}

impl<'i> Subjects<'i> {
    const fn is_empty(&self) -> bool {
        self.found.is_empty() && self.absent.is_empty()
    }

    /// Adds what there must be.
    fn needs(&mut self, found: Option<&'i Resource>, words: impl FnOnce() -> String) {
        match found {
            Some(resource) => self.found.push(resource),
            None => self.absent.push(words()),
        }
    }

    fn needs_all(&mut self, found: Vec<&'i Resource>, words: impl FnOnce() -> String) {
        if found.is_empty() {
            self.absent.push(words());
        }
        self.found.extend(found);
    }
}

fn subjects<'i>(node: &'i Node, index: &Index<'i>, sides: &Sides<'i>) -> Subjects<'i> {
    let mut subjects = Subjects::default();
    let own = index.by_arn(&node.kind, &node.id);
    if own.is_some() || !has_no_limit(&node.kind) {
        subjects.needs(own, || node.name.clone());
    }
    let kinds = ["ec2.subnet", "ec2.nat_gateway", "wafv2.web_acl"];
    let beside = sides.of(&node.id);
    subjects.found.extend(beside.iter().flat_map(|id| kinds.iter().filter_map(|kind| index.by_arn(kind, id))));
    if let Some(own) = own {
        add_shared(own, index, &mut subjects);
    }
    subjects
}

/// What a resource shares with others, and what it is made of.
fn add_shared<'i>(own: &'i Resource, index: &Index<'i>, subjects: &mut Subjects<'i>) {
    let region = own.region.as_str();
    match own.kind.as_str() {
        "apigateway.stage" => {
            let account = index.by_id("apigateway.account", region, "account");
            subjects.needs(account, || format!("apigateway.account of {region}"));
        }
        "autoscaling.group" => {
            let quota = index.by_id("servicequotas.quota", region, EC2_VCPUS);
            if quota.is_none_or(|quota| may_limit(quota, &own.id)) {
                subjects.needs(quota, || format!("quota {EC2_VCPUS} of {region}"));
            }
        }
        "database" => subjects.needs_all(db_instances(own, index), || format!("instances of {}", own.id)),
        "ecs.service" if on_fargate(own) => {
            let quota = index.by_id("servicequotas.quota", region, FARGATE_VCPUS);
            subjects.needs(quota, || format!("quota {FARGATE_VCPUS} of {region}"));
        }
        "elasticache.replication_group" => {
            subjects.needs_all(index.cache_nodes(region, &own.id).to_vec(), || format!("nodes of {}", own.id));
        }
        "lambda.function" => {
            let settings = index.in_region("lambda.settings", region).first().copied();
            subjects.needs(settings, || format!("lambda.settings of {region}"));
        }
        _ => {}
    }
}

/// A group that the quota's list of growing groups lacks starts Spot instances or other families, or can't grow. Where the
/// list was not read, the quota says so itself.
fn may_limit(quota: &Resource, group: &str) -> bool {
    let facts = quota.facts::<Quota>().unwrap_or_default();
    facts.growing_groups.known().is_none_or(|groups| groups.iter().any(|one| one == group))
}

/// Where that was not read, the service says so itself.
fn on_fargate(service: &Resource) -> bool {
    service.facts::<Service>().unwrap_or_default().on_fargate.get() == Some(true)
}

/// The instances of a database in its region. What was not read of them, the database says itself.
fn db_instances<'i>(database: &Resource, index: &Index<'i>) -> Vec<&'i Resource> {
    let facts = database.facts::<Database>().unwrap_or_default();
    let writer = facts.writer.known().into_iter().flatten();
    let readers = facts.readers.known().into_iter().flatten().map(|reader| &reader.instance);
    let ids: BTreeSet<&String> = writer.chain(readers).collect();
    ids.into_iter().filter_map(|id| index.by_id("rds.db_instance", &database.region, id)).collect()
}
