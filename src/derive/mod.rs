//! Joins: facts about relations between resources, and kinds that exist only as a whole (`account`, `vpc`, `database`).
//!
//! Each join is declared once, below: what it fills in, and what it reads. From the declarations come the kinds that
//! a rule needs collected, and the gap that explains an unread fact. A join says what is, never what is good;
//! it knows no AWS SDK and no rule. Its one duty is to leave a fact unread unless all that it rests on was read:
//! "no distribution uses it" is only known when all distributions are. The test in `law` holds every join to that.

mod access_logs;
mod accounts;
mod acts;
mod addresses;
mod ages;
mod alarms;
mod anomalies;
mod answers;
mod assets;
mod autoscaling;
mod background;
mod backups;
mod brokers;
mod buckets;
mod budgets;
mod caches;
mod caching;
mod capacity;
mod classes;
mod clients;
mod clusters;
mod components;
mod composites;
mod copies;
mod credits;
mod dashboards;
mod data_ports;
mod data_stores;
mod databases;
mod disposable;
mod doors;
mod egress;
mod endpoints;
mod entries;
mod exposure;
mod failover;
mod failover_targets;
mod fargate;
mod files;
mod firewall;
mod fleets;
mod formulas;
mod functions;
mod graph;
mod instances;
mod labels;
mod launches;
#[cfg(test)]
mod law;
mod lightsail;
mod loads;
mod names;
mod nodes;
mod offers;
mod openness;
mod origins;
mod owners;
mod parameters;
mod paths;
mod patterns;
mod peers;
mod placement;
mod pools;
mod probes;
mod queues;
mod reach;
mod registrations;
mod replicas;
#[cfg(test)]
mod sample;
mod scaling;
mod security;
mod services;
mod sessions;
#[cfg(test)]
mod shop;
mod signs;
mod stages;
mod states;
mod stores;
mod subnets;
mod tables;
mod targets;
mod topics;
mod tracing;
mod vcpus;
mod view;
mod vpcs;
mod waf;
mod watch;

pub use self::owners::OWNERS;
pub use self::view::{Item, List, Lookup, Named, Patch, View};

use std::collections::BTreeMap;
use std::sync::LazyLock;

use self::graph::Web;
use self::view::Places;
use crate::graph::Graph;
use crate::settings::NonProduction;
use crate::snapshot::{GLOBAL, GapReason, Snapshot};

/// One join. It is run once in every region (and in "global") that has resources of its kind.
pub struct Join {
    /// The kind that gets the facts.
    pub kind: &'static str,
    /// The facts that it fills in.
    pub facts: &'static [&'static str],
    /// The kinds that it reads, its own aside, and the kinds that derived facts which it reads rest on. Of a kind
    /// that no API lists, the sources need no mention. A measured fact is named with its kind,
    /// `rds.db_instance:cpu_percent`: CloudWatch is asked only for what is named.
    pub reads: &'static [&'static str],
    /// What it learns.
    pub learn: fn(&View) -> Vec<Patch>,
}

/// A kind that no API lists.
pub struct Made {
    /// Its name.
    pub kind: &'static str,
    /// The kinds whose resources say which ones there are.
    pub from: &'static [&'static str],
}

/// The kinds that no API lists. The account is always there.
pub const MADE: &[Made] = &[
    Made {
        kind: "component",
        from: &[
            "dynamodb.table",
            "ec2.nat_gateway",
            "elasticache.cluster",
            "elb.classic_load_balancer",
            "elb.load_balancer",
            "lambda.function",
            "rds.db_instance",
            "sqs.queue",
        ],
    },
    Made {
        kind: "data_store",
        from: &[
            "dynamodb.table",
            "efs.file_system",
            "fsx.file_system",
            "lightsail.database",
            "memorydb.cluster",
            "opensearch.domain",
            "rds.db_cluster",
            "rds.db_instance",
            "redshift.cluster",
            "s3.bucket",
        ],
    },
    Made { kind: "database", from: &["rds.db_instance", "rds.db_cluster"] },
    Made {
        kind: "entry_point",
        from: &[
            "apigateway.stage",
            "apprunner.service",
            "appsync.api",
            "cloudfront.distribution",
            "ec2.instance",
            "elb.classic_load_balancer",
            "elb.load_balancer",
            "lambda.function_url",
        ],
    },
    Made { kind: "fargate", from: &["ecs.service"] },
    Made { kind: "load_balancer", from: &["elb.load_balancer", "elb.classic_load_balancer"] },
    Made { kind: "server_pool", from: &["elb.target_group", "elb.classic_load_balancer"] },
    Made { kind: "vpc", from: &["ec2.subnet"] },
];

/// Every join that reads no graph, in order: one may read what those above it filled in.
pub const JOINS: &[Join] = &[
    ages::INSTANCE,
    ages::VOLUME,
    ages::CERTIFICATE,
    ages::PRACTICE_RUN,
    alarms::FEEDS_COMPOSITE,
    alarms::MISSED,
    alarms::NOTIFIES,
    topics::SILENCED,
    disposable::TABLE,
    disposable::BUCKET,
    disposable::VOLUME,
    disposable::EFS_FILE_SYSTEM,
    disposable::FSX_FILE_SYSTEM,
    scaling::POLICY,
    scaling::TARGET,
    autoscaling::ZONES,
    autoscaling::IN_SERVICE,
    autoscaling::POLICIES,
    autoscaling::ZONE_LOSS,
    peers::MARKET,
    peers::PEERS,
    caches::SINGLE_ZONE,
    caches::LOAD,
    caches::CLUSTER_MODE,
    caches::MEMORYDB_ZONES,
    caches::DAX_ZONES,
    caching::CACHING,
    waf::TENANTS,
    fleets::CPU_POLICIES,
    fleets::MONITORING,
    fleets::ANTICIPATION,
    launches::MISSING,
    launches::HISTORY,
    functions::ZONES,
    functions::FAILURE_DESTINATIONS,
    functions::STACK_HELPER,
    queues::DEAD_LETTERS,
    queues::DEAD_LETTER_TARGETS,
    queues::ALARMED,
    queues::CONSUMERS,
    services::RUNS,
    services::ZONES,
    services::SPOT,
    services::TARGETS,
    services::POLICIES,
    services::REPLICAS,
    nodes::NODE_GROUPS,
    nodes::NODES,
    nodes::AUTOSCALED,
    files::ZONES,
    brokers::ZONES,
    lightsail::BALANCERS,
    lightsail::SNAPSHOTS,
    lightsail::DATABASES,
    addresses::USERS,
    addresses::AT_MAX,
    fargate::MAKE,
    fargate::AT_MAX,
    fargate::QUOTAS,
    tables::RECOVERY,
    tables::UNSCALED,
    subnets::PUBLIC,
    subnets::DATABASE,
    credits::EARNED,
    credits::MODE,
    instances::GROUP,
    vcpus::AT_MAX,
    watch::USERS,
    watch::UNWATCHED,
    instances::PUBLIC_SUBNET,
    instances::ROOT_VOLUME,
    instances::OPEN_SERVICE_PORTS,
    registrations::REGISTERED,
    registrations::OPEN_PORTS,
    signs::DATABASE,
    data_ports::OPEN,
    data_ports::BALANCED,
    security::INTERFACES,
    security::REACHABLE,
    targets::COUNTS,
    targets::TRAFFIC,
    targets::ZONES,
    targets::UNCOVERED,
    targets::BY_ZONE,
    targets::KEPT_BY_ZONE,
    pools::PINS,
    pools::CLASSIC,
    pools::CLASSIC_ZONES,
    pools::MAKE,
    capacity::BALANCER,
    capacity::LIMITS_USED,
    capacity::LIMITS_AT_MAX,
    doors::OPEN,
    doors::CLOUDFRONT_ONLY,
    doors::ORIGIN_HEADER,
    origins::BALANCER,
    origins::BALANCER_GUARD,
    assets::DELIVERY,
    origins::STAGE,
    origins::STAGE_GUARD,
    origins::URL,
    exposure::BALANCER,
    access_logs::MAKE,
    stages::APIS,
    stages::RATE,
    stages::PLANS,
    stages::LIMITS,
    buckets::PUBLIC,
    buckets::ORIGINS,
    classes::STORAGE_LIMITS,
    classes::EBS_BALANCE,
    classes::CREDITS,
    offers::OFFERS,
    parameters::CONNECTIONS,
    parameters::SLOW_LOG,
    parameters::DELAY,
    replicas::PRIMARY,
    replicas::PRIMARY_CPU,
    replicas::READS,
    clusters::READERS,
    clusters::SCALED,
    clusters::CAPACITY,
    databases::CLUSTER_MEMBERS,
    databases::IN_CLUSTER,
    databases::MAKE,
    failover_targets::TARGETS,
    databases::COPIES,
    loads::READ_SHARE,
    loads::WRITES,
    loads::CONNECTIONS,
    loads::LIMIT,
    loads::ROOM,
    loads::STORAGE,
    loads::SIMILAR,
    clients::FUNCTIONS,
    clients::CONCURRENCY,
    clients::GROUPS,
    clients::FLEET,
    clients::PROXIES,
    clients::POOLERS,
    vpcs::MAKE,
    vpcs::NAT_GATEWAYS,
    vpcs::NAT_TRAFFIC,
    egress::EGRESS,
    endpoints::ZONES,
    vpcs::S3_ENDPOINTS,
    vpcs::DYNAMODB_ENDPOINTS,
    stores::WRITERS,
    stores::CACHES,
    stores::DAX,
    sessions::STORES,
    sessions::SIGNS,
    waf::BALANCER,
    waf::PROTECTS,
    waf::GUARDS_SQL,
    firewall::EFFECTS,
    budgets::BUDGETS,
    components::MAKE,
    backups::VOLUME,
    data_stores::DATA_STORES,
    backups::ACCOUNT_BACKUPS,
    backups::RESTORES,
    anomalies::ALERTS,
    tracing::TRACING,
    accounts::ORGANIZATION,
    accounts::PUBLIC_ENTRIES,
    accounts::QUEUES,
    background::IN_USE,
    dashboards::NAMES,
    dashboards::SHOWN,
    accounts::WORKLOADS,
];

/// Every join that walks the graph, which is drawn when those above are done.
pub const ON_THE_GRAPH: &[Join] = &[
    entries::MAKE,
    probes::PROBES,
    failover::REGIONS,
    paths::CACHE_CLUSTER,
    paths::CACHE_GROUP,
    paths::DATABASE,
    paths::DB_CLUSTER,
    paths::DB_INSTANCE,
    paths::FLEET,
    paths::INSTANCE,
    paths::SERVERLESS_CACHE,
    paths::SERVICE,
];

/// Every join, in order.
pub fn joins() -> impl Iterator<Item = &'static Join> {
    JOINS.iter().chain(ON_THE_GRAPH)
}

/// The joins that fill in facts of a kind: each view asks for them at each list.
fn joins_of(kind: &str) -> &'static [&'static Join] {
    static BY_KIND: LazyLock<BTreeMap<&str, Vec<&Join>>> = LazyLock::new(|| {
        let mut by_kind: BTreeMap<&str, Vec<&Join>> = BTreeMap::new();
        for join in joins() {
            by_kind.entry(join.kind).or_default().push(join);
        }
        by_kind
    });
    BY_KIND.get(kind).map_or(&[], Vec::as_slice)
}

impl Join {
    /// Whether it may look at a kind, or at what a measured fact of the form `kind:fact` says.
    fn declares(&self, read: &str) -> bool {
        let named = |name: &str| self.kind == name || self.reads.contains(&name);
        named(read) || MADE.iter().any(|made| named(made.kind) && made.from.contains(&read))
    }

    fn declares_fact(&self, kind: &str, fact: &str) -> bool {
        self.reads.iter().filter_map(|read| read.split_once(':')).any(|named| named == (kind, fact))
    }

    /// A kind is made where its sources are; other facts go where their resources are.
    fn learn(&self, snapshot: &Snapshot, places: &Places, web: Option<&Web>) -> Vec<Patch> {
        let sources = MADE.iter().find(|made| made.kind == self.kind).map_or(&[][..], |made| made.from);
        let regions = sources.iter().chain([&self.kind]).flat_map(|kind| places.regions(kind));
        let views = view::distinct(regions).into_iter().map(|region| View::new(snapshot, places, self, region).on(web));
        views.flat_map(|view| (self.learn)(&view)).collect()
    }
}

/// Fills in all that can be told from the snapshot. What was derived before is forgotten first. Who calls a database by a
/// mere range is not said of one that is no production.
pub fn derive(mut snapshot: Snapshot, non_production: &NonProduction) -> Snapshot {
    forget(&mut snapshot);
    let mut places = Places::new(&snapshot);
    fill_in(&mut snapshot, &mut places, JOINS, None);
    let graph = graph::draw(&snapshot, non_production);
    let whole = graph::READS.iter().all(|kind| complete_everywhere(&snapshot, kind));
    fill_in(&mut snapshot, &mut places, ON_THE_GRAPH, Some(&Web::new(&graph, whole)));
    snapshot.graph = graph;
    owners::fill_in(&mut snapshot);
    snapshot.sort();
    snapshot
}

fn fill_in(snapshot: &mut Snapshot, places: &mut Places, joins: &[Join], web: Option<&Web>) {
    for join in joins {
        for patch in join.learn(snapshot, places, web) {
            patch.apply(snapshot, places);
        }
    }
}

fn forget(snapshot: &mut Snapshot) {
    snapshot.graph = Graph::default();
    snapshot.resources.retain(|resource| !MADE.iter().any(|made| made.kind == resource.kind));
    for resource in &mut snapshot.resources {
        let derived = joins_of(&resource.kind).iter().flat_map(|join| join.facts);
        for fact in derived {
            resource.facts.remove(*fact);
            resource.unread.remove(*fact);
        }
    }
}

/// The kinds whose lists say which resources of a kind there are: itself, where an API lists it.
pub fn listed_as(kind: &str) -> Vec<&str> {
    MADE.iter().find(|made| made.kind == kind).map_or_else(|| vec![kind], |made| made.from.to_vec())
}

/// The kinds that a fact rests on beside its resource's own. `reads` names the indirect ones too.
pub fn rests_on(kind: &str, fact: &str) -> Vec<&'static str> {
    let reads = reads_of(kind, fact).filter(|read| !read.contains(':'));
    reads.flat_map(|read| listed_as(read)).collect()
}

/// The measured facts that a fact rests on, with their kinds.
pub fn measured_by(kind: &str, fact: &str) -> Vec<(&'static str, &'static str)> {
    reads_of(kind, fact).filter_map(|read| read.split_once(':')).collect()
}

fn reads_of(kind: &str, fact: &str) -> impl Iterator<Item = &'static str> {
    let joins = joins_of(kind).iter().filter(move |join| join.facts.contains(&fact));
    joins.flat_map(|join| join.reads).copied()
}

/// Whether all resources of a kind in a region are in the snapshot. Of a region that was not looked at, nothing is.
pub fn complete(snapshot: &Snapshot, kind: &str, region: &str) -> bool {
    let looked_at = region == GLOBAL || snapshot.regions.iter().any(|name| name == region);
    looked_at
        && listed_as(kind).into_iter().all(|kind| snapshot.kinds.contains(kind) && !is_cut(snapshot, kind, region))
}

/// Whether a list of a kind that covers the region was denied or cut short.
fn is_cut(snapshot: &Snapshot, kind: &str, region: &str) -> bool {
    snapshot.gaps.iter().any(|gap| {
        gap.resource.is_none()
            && gap.reason != GapReason::NotInRegion
            && gap.kinds.iter().any(|name| name == kind)
            && (gap.region == region || gap.region == GLOBAL)
    })
}

/// Whether all resources of a kind in all of the account's regions that were asked for are in the snapshot.
pub fn complete_everywhere(snapshot: &Snapshot, kind: &str) -> bool {
    let regions_known = !snapshot.gaps.iter().any(|gap| gap.kinds.iter().any(|name| name == "region"));
    let regions = snapshot.regions.iter().map(String::as_str).chain([GLOBAL]);
    regions_known && regions.into_iter().all(|region| complete(snapshot, kind, region))
}
