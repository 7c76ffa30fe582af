//! Every derivation, and every kind that exists only as a whole. A new one is one more line here.

use std::sync::LazyLock;

use crate::account::{budgets, cost_anomalies, summary};
use crate::compute::{
    asg, asg_launches, asg_peers, asg_policies, cpu_credits, ecs, eks, fargate, instances, lambda, lightsail,
    scaling_policies, self_hosted_db, vcpu_headroom,
};
use crate::data::{
    aurora, backups, cache_in_front, data_stores, databases, db_class_limits, db_clients, db_load, db_parameters,
    disposable, dynamodb, efs, elasticache, failover_targets, rds_offers, read_replicas,
};
use crate::edge::waf::effects;
use crate::edge::{
    api_throttling, cdn_caching, cdn_origins, entry_points, region_failover, request_paths, s3_origins, static_assets,
    waf, ways_in,
};
use crate::engine::{Catalogue, Derivation, DerivedKind};
use crate::load_balancing::{
    access_logs, registered_targets, server_pools, session_state, target_health, target_limits,
};
use crate::messaging::{async_work, kafka, sns, sqs};
use crate::network::{
    alb_exposure, data_ports, egress, internet_paths, ip_headroom, security_groups, subnets, vpc_endpoints, vpcs,
};
use crate::operations::{alarms, components, dashboards, probes, queue_alarms, quota_alarms, resource_age, tracing};
use crate::topology;

/// The kinds that no API lists. The account is always there.
pub const DERIVED_KINDS: &[DerivedKind] = &[
    DerivedKind {
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
    DerivedKind {
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
    DerivedKind { kind: "database", from: &["rds.db_instance", "rds.db_cluster"] },
    DerivedKind {
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
    DerivedKind { kind: "fargate", from: &["ecs.service"] },
    DerivedKind { kind: "load_balancer", from: &["elb.load_balancer", "elb.classic_load_balancer"] },
    DerivedKind { kind: "server_pool", from: &["elb.target_group", "elb.classic_load_balancer"] },
    DerivedKind { kind: "vpc", from: &["ec2.subnet"] },
    DerivedKind {
        kind: "way_in",
        from: &[
            "apigateway.stage",
            "apprunner.service",
            "appsync.api",
            "cloudfront.distribution",
            "ec2.instance",
            "elb.classic_load_balancer",
            "elb.load_balancer",
            "lambda.function_url",
            "globalaccelerator.accelerator",
            "lightsail.instance",
            "lightsail.load_balancer",
            "route53.record",
        ],
    },
];

/// Every derivation. The order in which they run follows from what they read.
pub const DERIVATIONS: &[Derivation] = &[
    resource_age::INSTANCE,
    resource_age::VOLUME,
    resource_age::CERTIFICATE,
    resource_age::PRACTICE_RUN,
    alarms::FEEDS_COMPOSITE,
    alarms::MISSED,
    alarms::NOTIFIES,
    sns::SILENCED,
    disposable::TABLE,
    disposable::BUCKET,
    disposable::VOLUME,
    disposable::EFS_FILE_SYSTEM,
    disposable::FSX_FILE_SYSTEM,
    scaling_policies::POLICY,
    scaling_policies::TARGET,
    asg::ZONES,
    asg::IN_SERVICE,
    asg::POLICIES,
    asg::ZONE_LOSS,
    asg_peers::MARKET,
    asg_peers::PEERS,
    elasticache::SINGLE_ZONE,
    elasticache::LOAD,
    elasticache::CLUSTER_MODE,
    elasticache::MEMORYDB_ZONES,
    elasticache::DAX_ZONES,
    cdn_caching::CACHING,
    waf::TENANTS,
    asg_policies::CPU_POLICIES,
    asg_policies::MONITORING,
    asg_policies::ANTICIPATION,
    asg_launches::MISSING,
    asg_launches::HISTORY,
    lambda::ZONES,
    lambda::FAILURE_DESTINATIONS,
    lambda::STACK_HELPER,
    sqs::DEAD_LETTERS,
    sqs::DEAD_LETTER_TARGETS,
    queue_alarms::ALARMED,
    sqs::CONSUMERS,
    ecs::RUNS,
    ecs::ZONES,
    ecs::SPOT,
    ecs::TARGETS,
    ecs::POLICIES,
    ecs::REPLICAS,
    eks::NODE_GROUPS,
    eks::NODES,
    eks::AUTOSCALED,
    efs::ZONES,
    kafka::ZONES,
    lightsail::BALANCERS,
    lightsail::SNAPSHOTS,
    lightsail::DATABASES,
    ip_headroom::USERS,
    ip_headroom::AT_MAX,
    fargate::MAKE,
    fargate::AT_MAX,
    fargate::QUOTAS,
    dynamodb::RECOVERY,
    dynamodb::UNSCALED,
    subnets::PUBLIC,
    subnets::DATABASE,
    cpu_credits::EARNED,
    cpu_credits::MODE,
    instances::GROUP,
    vcpu_headroom::AT_MAX,
    quota_alarms::USERS,
    quota_alarms::UNWATCHED,
    instances::PUBLIC_SUBNET,
    instances::ROOT_VOLUME,
    instances::OPEN_SERVICE_PORTS,
    registered_targets::REGISTERED,
    registered_targets::OPEN_PORTS,
    self_hosted_db::DATABASE,
    data_ports::OPEN,
    data_ports::BALANCED,
    security_groups::INTERFACES,
    security_groups::REACHABLE,
    target_health::COUNTS,
    target_health::TRAFFIC,
    target_health::ZONES,
    target_health::UNCOVERED,
    target_health::BY_ZONE,
    target_health::KEPT_BY_ZONE,
    server_pools::PINS,
    server_pools::CLASSIC,
    server_pools::CLASSIC_ZONES,
    server_pools::MAKE,
    target_limits::BALANCER,
    target_limits::LIMITS_USED,
    target_limits::LIMITS_AT_MAX,
    alb_exposure::OPEN,
    alb_exposure::CLOUDFRONT_ONLY,
    alb_exposure::ORIGIN_HEADER,
    cdn_origins::BALANCER,
    cdn_origins::BALANCER_GUARD,
    static_assets::DELIVERY,
    cdn_origins::STAGE,
    cdn_origins::STAGE_GUARD,
    cdn_origins::URL,
    internet_paths::BALANCER,
    access_logs::MAKE,
    api_throttling::APIS,
    api_throttling::RATE,
    api_throttling::PLANS,
    api_throttling::LIMITS,
    s3_origins::PUBLIC,
    s3_origins::ORIGINS,
    db_class_limits::STORAGE_LIMITS,
    db_class_limits::EBS_BALANCE,
    db_class_limits::CREDITS,
    rds_offers::OFFERS,
    db_parameters::CONNECTIONS,
    db_parameters::SLOW_LOG,
    db_parameters::DELAY,
    read_replicas::PRIMARY,
    read_replicas::PRIMARY_CPU,
    read_replicas::READS,
    aurora::READERS,
    aurora::SCALED,
    aurora::CAPACITY,
    databases::CLUSTER_MEMBERS,
    databases::IN_CLUSTER,
    databases::MAKE,
    failover_targets::TARGETS,
    databases::COPIES,
    db_load::READ_SHARE,
    db_load::WRITES,
    db_load::CONNECTIONS,
    db_load::LIMIT,
    db_load::ROOM,
    db_load::STORAGE,
    db_load::SIMILAR,
    db_clients::FUNCTIONS,
    db_clients::CONCURRENCY,
    db_clients::GROUPS,
    db_clients::FLEET,
    db_clients::PROXIES,
    db_clients::POOLERS,
    vpcs::MAKE,
    vpcs::NAT_GATEWAYS,
    vpcs::NAT_TRAFFIC,
    egress::EGRESS,
    vpc_endpoints::ZONES,
    vpcs::S3_ENDPOINTS,
    vpcs::DYNAMODB_ENDPOINTS,
    cache_in_front::WRITERS,
    cache_in_front::CACHES,
    cache_in_front::DAX,
    session_state::STORES,
    session_state::SIGNS,
    waf::BALANCER,
    waf::PROTECTS,
    waf::GUARDS_SQL,
    effects::EFFECTS,
    budgets::BUDGETS,
    components::MAKE,
    backups::VOLUME,
    data_stores::DATA_STORES,
    backups::ACCOUNT_BACKUPS,
    backups::RESTORES,
    cost_anomalies::ALERTS,
    tracing::TRACING,
    summary::ORGANIZATION,
    summary::PUBLIC_ENTRIES,
    summary::QUEUES,
    async_work::IN_USE,
    dashboards::NAMES,
    dashboards::SHOWN,
    summary::WORKLOADS,
    entry_points::MAKE,
    ways_in::SIMULATED,
    probes::PROBES,
    region_failover::REGIONS,
    request_paths::CACHE_CLUSTER,
    request_paths::CACHE_GROUP,
    request_paths::DATABASE,
    request_paths::DB_CLUSTER,
    request_paths::DB_INSTANCE,
    request_paths::FLEET,
    request_paths::INSTANCE,
    request_paths::SERVERLESS_CACHE,
    request_paths::SERVICE,
];

/// The derivations in order, and what each of them rests on.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let catalogue = Catalogue::new(DERIVATIONS.iter().chain([&topology::GRAPH]), DERIVED_KINDS);
    debug_assert!(catalogue.problems().is_empty(), "{}", catalogue.problems().join("\n"));
    catalogue
});

/// The derivations in order, and what each of them rests on.
pub(crate) fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}

/// The kinds whose lists say which resources of a kind there are: itself, where an API lists it.
pub fn listed_as(kind: &str) -> Vec<&str> {
    CATALOGUE.listed_as(kind)
}

/// The kinds that a fact rests on beside its resource's own.
pub fn rests_on(kind: &str, fact: &str) -> Vec<&'static str> {
    CATALOGUE.rests_on(kind, fact).collect()
}

/// The measured facts that a fact rests on, with their kinds.
pub fn measured_by(kind: &str, fact: &str) -> Vec<(&'static str, &'static str)> {
    CATALOGUE.measured_by(kind, fact).collect()
}
