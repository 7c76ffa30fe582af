//! What one change does to the limit that is reached first: the cheapest next step.
//!
//! | change | what it does to the multiple |
//! |---|---|
//! | higher group maximum | the maximum that serves the growth asked for: ceil(peak × factor ÷ target) |
//! | higher quota | the same, of an adjustable quota |
//! | more hits at the edge | R ÷ (R − 0.1 × C): a tenth of the distribution's C requests no longer comes to the R behind it |
//! | more hits in the cache | 1 ÷ ((1 − s) + s × (0.9 − c) ÷ (1 − c)): reads are the share s, and those that miss become fewer |
//! | one replica more | of a writer among n instances 1 ÷ ((1 − s) + s × n ÷ (n + 1)); of n readers (n + 1) ÷ n |
//! | next larger class | the ratio of vCPUs, or of memory where memory is what limits |
//!
//! The order is that of effort: a setting, a request to AWS, a change of what is cached, an instance more, and a change of
//! class, which interrupts.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use waaudit_model::facts::autoscaling::{Group, LaunchConfiguration};
use waaudit_model::facts::cloudfront::Distribution;
use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::ec2::LaunchTemplateVersion;
use waaudit_model::facts::elasticache::Cluster;
use waaudit_model::facts::elb::LoadBalancer;
use waaudit_model::facts::rds::DbInstance;
use waaudit_model::facts::servicequotas::Quota;
use waaudit_model::snapshot::Resource;
use waaudit_model::topology::reach::Reachability;

use super::Survey;
use super::report::{Headroom, HopLimit, Limited};
use super::rows::number;
use super::sizes::{date, next_size};
use crate::index::Index;

/// The change of a hit ratio that is looked at.
const MORE_HITS: f64 = 0.1;
/// Read replicas of an RDS instance, and readers of an Aurora cluster.
const MOST_REPLICAS: f64 = 15.0;
/// What the engines' own formulas for connections end at. Source: RDS guide, quotas and constraints.
const MOST_CONNECTIONS: &[(&str, f64)] =
    &[("postgres", 5_000.0), ("aurora-postgresql", 5_000.0), ("mariadb", 12_000.0)];

/// What can be done about the first bottleneck.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NextSteps {
    /// The limit that is reached first; null where none was computed.
    pub bottleneck: Option<HopLimit>,
    /// Steps that raise it, the one of least effort first.
    pub steps: Vec<NextStep>,
    /// Steps whose effect could not be computed, with what is missing.
    pub not_computed: Vec<String>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NextStep {
    /// What is changed.
    pub change: Change,
    /// From what to what, in words.
    pub detail: String,
    /// The limit's multiple after the change.
    pub multiple: f64,
    /// The multiple at which the path saturates after the change: another limit may come first then.
    pub path_multiple: f64,
    /// What is assumed, in words.
    pub assumptions: Vec<String>,
}

/// A kind of change, in the order of effort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A higher maximum of an Auto Scaling group, scalable target or table: paid by use.
    HigherMaximum,
    /// A higher quota: a request to AWS.
    HigherQuota,
    /// A tenth more of a distribution's requests answered at the edge.
    MoreEdgeHits,
    /// A hit ratio of the cache before the database that is a tenth higher.
    MoreCacheHits,
    /// One read replica more.
    OneReplica,
    /// The next larger class or type.
    LargerClass,
}

/// The effect of a change, before it is put into words for the path.
struct Effect {
    change: Change,
    detail: String,
    multiple: f64,
    assumptions: Vec<String>,
}

/// Nothing where the change does not apply; in words, what keeps its effect from being computed.
type Asked = Result<Option<Effect>, String>;

/// What is asked about.
struct Question<'a> {
    index: &'a Index<'a>,
    limit: &'a HopLimit,
    resource: &'a Resource,
    factor: f64,
}

/// What single changes do to the limit that is reached first, of a way in or of the account, towards a growth by a factor.
pub fn next_steps(survey: &Survey, headroom: &Headroom, way_in: Option<&str>, factor: f64) -> NextSteps {
    let on_path = |limit: &&HopLimit| way_in.is_none_or(|id| limit.serves(id));
    let mut path = headroom.limits.iter().filter(on_path);
    let Some(limit) = path.next() else { return NextSteps::default() };
    let others = path.next().map_or(f64::INFINITY, |next| next.multiple);
    let mut found = NextSteps { bottleneck: Some(limit.clone()), ..NextSteps::default() };
    let index = &survey.index;
    let Some(resource) = index.by_arn(&limit.kind, &limit.node) else { return found };
    let question = Question { index, limit, resource, factor };
    let asked = [higher_maximum, higher_quota, more_edge_hits, more_cache_hits, one_replica, larger_class];
    for ask in asked {
        match ask(&question) {
            Ok(None) => {}
            Ok(Some(effect)) if effect.multiple > limit.multiple => found.steps.push(effect.on_path(others)),
            Ok(Some(effect)) => found.not_computed.push(format!("{}: it changes nothing", effect.detail)),
            Err(missing) => found.not_computed.push(missing),
        }
    }
    found.steps.sort_by(|a, b| a.change.cmp(&b.change).then(b.multiple.total_cmp(&a.multiple)));
    found
}

impl Effect {
    fn on_path(self, others: f64) -> NextStep {
        let Self { change, detail, multiple, assumptions } = self;
        NextStep { change, detail, multiple, path_multiple: multiple.min(others), assumptions }
    }
}

impl Question<'_> {
    /// The limit that serves the growth that was asked for.
    fn needed(&self) -> f64 {
        (self.limit.peak.value * self.factor / self.limit.target).ceil().max(self.limit.limit.value)
    }

    fn with_limit(&self, value: f64) -> f64 {
        self.limit.multiple * value / self.limit.limit.value
    }

    /// The change of the limit to what is needed.
    fn raised(&self, change: Change, what: &str, assumptions: Vec<String>) -> Effect {
        let (from, to) = (self.limit.limit.value, self.needed());
        let detail = format!("{what} from {from} to {to}");
        Effect { change, detail, multiple: self.with_limit(to), assumptions }
    }

    fn gained(&self, change: Change, detail: String, times: f64, assumptions: Vec<String>) -> Effect {
        Effect { change, detail, multiple: self.limit.multiple * times, assumptions }
    }
}

fn higher_maximum(question: &Question) -> Asked {
    let reference = question.limit.limit.reference.as_str();
    match reference {
        "autoscaling.group:max_size" => {
            let assumptions = vec!["the quota of vCPUs and the subnets' addresses hold so many".to_owned()];
            Ok(Some(question.raised(Change::HigherMaximum, "the group's maximum", assumptions)))
        }
        "applicationautoscaling.target:max_capacity" | "ecs.service:scaling_max" => {
            Ok(Some(question.raised(Change::HigherMaximum, "the scalable target's maximum", Vec::new())))
        }
        "dynamodb.table:ProvisionedThroughput" => {
            let what = "a scaling policy, or more provisioned units,";
            Ok(Some(question.raised(Change::HigherMaximum, what, Vec::new())))
        }
        "ecs.service:desired_count" => {
            Ok(Some(question.raised(Change::HigherMaximum, "a scaling policy, or the tasks wanted,", Vec::new())))
        }
        "autoscaling.group:in_service_p95" => {
            let what = "a scaling policy, and the group's maximum";
            Ok(Some(question.raised(Change::HigherMaximum, what, Vec::new())))
        }
        _ => Ok(None),
    }
}

fn higher_quota(question: &Question) -> Asked {
    if question.limit.limit.source != super::report::Source::QuotaInForce {
        return Ok(None);
    }
    if question.resource.kind == "servicequotas.quota" {
        let facts = question.resource.facts::<Quota>().unwrap_or_default();
        match facts.adjustable.get() {
            Some(true) => {}
            Some(false) => return Ok(None),
            None => return Err("a higher quota: servicequotas.quota:adjustable".to_owned()),
        }
    }
    Ok(Some(question.raised(Change::HigherQuota, "the quota", vec!["AWS grants it".to_owned()])))
}

/// R ÷ (R − 0.1 × C) of a week's requests.
fn more_edge_hits(question: &Question) -> Asked {
    let Some(ways_in) = &question.limit.ways_in else { return Ok(None) };
    let all = question.index.inventory.snapshot.of("cloudfront.distribution");
    let distributions: Vec<&Resource> = all.filter(|one| ways_in.contains(&one.arn)).collect();
    if distributions.is_empty() || distributions.iter().any(|one| one.arn == question.limit.node) {
        return Ok(None);
    }
    let before = requests_before(question, ways_in, &distributions)?;
    let (mut answered, mut words) = (0.0, Vec::new());
    for one in distributions {
        let (requests, hits) = requests_and_hits(one)?;
        if hits / 100.0 + MORE_HITS <= 1.0 {
            answered += MORE_HITS * requests;
            words.push(format!("{} from {hits:.1} % to {:.1} %", one.label(), hits + 100.0 * MORE_HITS));
        }
    }
    if answered <= 0.0 || answered >= before {
        return Ok(None);
    }
    let assumptions = vec!["each request behind the edge costs the hop the same".to_owned()];
    let detail = format!("hit ratio of {}", words.join(", "));
    Ok(Some(question.gained(Change::MoreEdgeHits, detail, before / (before - answered), assumptions)))
}

fn edge_lacks(fact: &str) -> String {
    format!("more hits at the edge: {fact}")
}

/// Requests of a distribution in a week, and per cent of them that the edge answers.
fn requests_and_hits(distribution: &Resource) -> Result<(f64, f64), String> {
    let facts = distribution.facts::<Distribution>().unwrap_or_default();
    let hits = facts.hit_percent.known().ok_or_else(|| edge_lacks("cloudfront.distribution:hit_percent"))?;
    let requests = facts.requests_week.known().ok_or_else(|| edge_lacks("cloudfront.distribution:requests_week"))?;
    Ok((requests.value, hits.value))
}

/// Requests of a week at the load balancers that lead to a hop. Each way in has to be one of them, or a distribution.
fn requests_before(question: &Question, ways_in: &[String], distributions: &[&Resource]) -> Result<f64, String> {
    let reach = Reachability::new(&question.index.inventory.graph, false);
    let nodes = ways_in.iter().flat_map(|way| reach.behind(way));
    let balancers: BTreeSet<&str> = nodes
        .filter(|node| node.kind == "elb.load_balancer" && leads_to(&reach, &node.id, question.limit))
        .map(|node| node.id.as_str())
        .collect();
    let counted = |way: &String| balancers.contains(way.as_str()) || distributions.iter().any(|one| one.arn == *way);
    if !ways_in.iter().all(counted) {
        return Err(edge_lacks("requests of all ways in to it"));
    }
    let requests = |arn: &str| -> Option<f64> {
        let balancer: LoadBalancer = question.index.by_arn("elb.load_balancer", arn)?.facts().ok()?;
        Some(balancer.requests.known()?.as_ref()?.value)
    };
    let counts: Option<Vec<f64>> = balancers.into_iter().map(requests).collect();
    Ok(counts.ok_or_else(|| edge_lacks("elb.load_balancer:requests"))?.into_iter().sum())
}

/// Whether a load balancer leads to the limit's hop. What a hop stands for, as a region's quota, has no node of its own:
/// of that it is taken to.
fn leads_to(reach: &Reachability, balancer: &str, limit: &HopLimit) -> bool {
    let nodes = reach.behind(balancer);
    let is_node = |id: &str| nodes.iter().any(|node| node.id == id);
    is_node(&limit.node) || !matches!(limit.kind.as_str(), "autoscaling.group" | "elasticache.cluster")
}

/// The database of an instance.
fn database_of<'a>(question: &Question<'a>) -> Option<(&'a Resource, Database)> {
    let own = &question.resource.id;
    let all = question.index.in_region("database", &question.resource.region).iter();
    all.filter_map(|one| Some((*one, one.facts::<Database>().ok()?))).find(|(_, database)| {
        let writer = database.writer.known().and_then(Option::as_ref) == Some(own);
        writer || database.readers.known().is_some_and(|readers| readers.iter().any(|one| one.instance == *own))
    })
}

fn more_cache_hits(question: &Question) -> Asked {
    if question.limit.kind != "rds.db_instance" || !grows_with_reads(question.limit.resource) {
        return Ok(None);
    }
    let lacks = |fact: &str| format!("more hits in the cache: {fact}");
    let Some((resource, database)) = database_of(question) else { return Ok(None) };
    let caches = database.caches.known().ok_or_else(|| lacks("database:caches"))?;
    let share = read_share(&database).ok_or_else(|| lacks("database:writer_read_share"))?;
    let nodes =
        caches.iter().filter_map(|id| question.index.facts::<Cluster>(&resource.region, id).map(|node| (id, node)));
    let Some((id, node)) = nodes.into_iter().next() else { return Ok(None) };
    let hits = node.hit_ratio.known().ok_or_else(|| lacks("elasticache.cluster:hit_ratio"))?.value;
    if hits + MORE_HITS > 1.0 {
        return Err(format!("more hits in the cache: {id} answers {:.0} % already", 100.0 * hits));
    }
    let misses = (1.0 - hits - MORE_HITS) / (1.0 - hits);
    let times = 1.0 / ((1.0 - share) + share * misses);
    let detail = format!("hit ratio of {id} from {:.0} % to {:.0} %", 100.0 * hits, 100.0 * (hits + MORE_HITS));
    let assumptions = vec![format!("{id} caches this database, and each miss is a read of it")];
    Ok(Some(question.gained(Change::MoreCacheHits, detail, times, assumptions)))
}

const fn grows_with_reads(resource: Limited) -> bool {
    matches!(resource, Limited::Cpu | Limited::CapacityUnits | Limited::Iops | Limited::Throughput)
}

fn read_share(database: &Database) -> Option<f64> {
    database.writer_read_share.get()?.filter(|share| (0.0..=1.0).contains(share))
}

fn one_replica(question: &Question) -> Asked {
    if question.limit.kind != "rds.db_instance" || !grows_with_reads(question.limit.resource) {
        return Ok(None);
    }
    let lacks = |fact: &str| format!("one replica more: {fact}");
    let Some((_, database)) = database_of(question) else { return Ok(None) };
    let readers = number(*database.reader_count.known().ok_or_else(|| lacks("database:reader_count"))?);
    if readers >= MOST_REPLICAS {
        return Ok(None);
    }
    let detail = format!("read replicas from {readers} to {}", readers + 1.0);
    let writer = database.writer.known().and_then(Option::as_ref) == Some(&question.resource.id);
    if !writer {
        let even = vec!["reads are spread evenly over the readers".to_owned()];
        return Ok(Some(question.gained(Change::OneReplica, detail, (readers + 1.0) / readers, even)));
    }
    let share = read_share(&database).ok_or_else(|| lacks("database:writer_read_share"))?;
    let instances = readers + 1.0;
    let times = 1.0 / ((1.0 - share) + share * instances / (instances + 1.0));
    let even = vec![
        "the application reads from replicas, evenly with the writer".to_owned(),
        "a read costs the writer as much as a write".to_owned(),
    ];
    Ok(Some(question.gained(Change::OneReplica, detail, times, even)))
}

fn larger_class(question: &Question) -> Asked {
    let lacks = |fact: &str| Err(format!("the next larger class: {fact}"));
    let name = match question.limit.kind.as_str() {
        "ec2.instance" | "elasticache.cluster" | "rds.db_instance" => question.limit.limit.reference.clone(),
        "autoscaling.group" => match launched_type(question) {
            Some(name) => name,
            None => return lacks("the instance type that the group launches"),
        },
        _ => return Ok(None),
    };
    let by_memory = matches!(question.limit.resource, Limited::Memory | Limited::Connections);
    if !(by_memory || question.limit.resource == Limited::Cpu) {
        return Ok(None);
    }
    let plain = name.strip_prefix("db.").or_else(|| name.strip_prefix("cache.")).unwrap_or(&name);
    let Some((own, next)) = next_size(plain) else {
        return if plain.contains('.') && question.limit.limit.source != super::report::Source::Documented {
            lacks(&format!("a size above {name}"))
        } else {
            Ok(None)
        };
    };
    let times = if by_memory { next.memory_mib / own.memory_mib } else { next.vcpus / own.vcpus };
    let mut multiple = question.limit.multiple * times;
    if question.limit.resource == Limited::Connections {
        let facts = question.resource.facts::<DbInstance>().unwrap_or_default();
        let engine = facts.engine.known().cloned().unwrap_or_default();
        let most = MOST_CONNECTIONS.iter().find(|(of, _)| *of == engine).map_or(f64::INFINITY, |(_, most)| *most);
        multiple = multiple.min(question.with_limit(most.max(question.limit.limit.value)));
    }
    let detail = format!("{name} to {}", name.replace(own.name, next.name));
    let assumptions = vec![format!("sizes as of {}; the load spreads over the larger one", date())];
    Ok(Some(Effect { change: Change::LargerClass, detail, multiple, assumptions }))
}

/// The one type that a group launches.
fn launched_type(question: &Question) -> Option<String> {
    let group: Group = question.resource.facts().ok()?;
    if !group.launch_choices.known()?.is_empty() {
        return None;
    }
    let region = &question.resource.region;
    if let Some(configuration) = group.launch_configuration.known()? {
        let launched: LaunchConfiguration = question.index.facts(region, configuration)?;
        return launched.instance_type.known().cloned();
    }
    let template = group.launch_template.known()?.as_ref()?;
    let id = format!("{}:{}", template.template, template.version);
    let launched: LaunchTemplateVersion = question.index.facts(region, &id)?;
    launched.instance_type.known().cloned().flatten()
}
