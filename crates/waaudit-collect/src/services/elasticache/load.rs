//! What caches are measured by. Each node of a replication group is a cluster with metrics of its own; of a Memcached
//! cluster, they sum up its nodes. Engines name the same things differently.

use crate::metrics::{Asked, Metric, Query, Series};
use waaudit_model::facts;
use waaudit_model::facts::elasticache::Cluster;
use waaudit_model::snapshot::Resource;

const HOUR: i64 = 3600;
const MINUTES: f64 = 60.0;

pub(crate) const METRICS: &[Metric] = &[
    of_cluster("hit_ratio", "hits of all look-ups", lookups, |_, series| {
        let (hits, misses) = (series.first()?.sum()?, series.get(1)?.sum()?);
        Some(hits / (hits + misses))
    }),
    of_cluster("lookups_per_minute", "mean of hourly sums over 60", lookups, |_, series| {
        Some((series.first()?.mean()? + series.get(1)?.mean()?) / MINUTES)
    }),
    of_cluster(
        "evictions",
        "sum",
        |c| weekly("Evictions", c).statistic("Sum").into(),
        |_, series| series.first()?.sum(),
    ),
    of_cluster("memory_percent_peak", "largest hourly maximum", memory, |_, series| series.first()?.largest()),
    of_cluster("engine_cpu_percent_p99", "99th percentile of 5-minute averages", engine_cpu, |_, series| {
        series.first()?.percentile(99.0)
    }),
    of_cluster("node_cpu_percent_p99", "99th percentile of 5-minute averages", node_cpu, |_, series| {
        series.first()?.percentile(99.0)
    }),
    of_cluster(
        "connections",
        "mean of hourly averages",
        |c| weekly("CurrConnections", c).into(),
        |_, series| series.first()?.mean(),
    ),
    of_cluster(
        "connections_max",
        "maximum",
        |c| weekly("CurrConnections", c).statistic("Maximum").into(),
        |_, series| series.first()?.largest(),
    ),
    Metric::of::<facts::elasticache::ServerlessCache>(
        "connections",
        "mean of hourly averages",
        |cache| Query::new("AWS/ElastiCache", "CurrConnections", &[("clusterId", &cache.id)]).every(HOUR).into(),
        |_, series| series.first()?.mean(),
    )
    .over(7)
    .since("created_at"),
];

const fn of_cluster(
    fact: &'static str,
    statistic: &'static str,
    series: fn(&Resource) -> Asked,
    value: fn(&Resource, &[Series]) -> Option<f64>,
) -> Metric {
    Metric::of::<facts::elasticache::Cluster>(fact, statistic, series, value).over(7).since("created_at")
}

fn query(metric: &str, cluster: &Resource) -> Query {
    Query::new("AWS/ElastiCache", metric, &[("CacheClusterId", &cluster.id)])
}

fn weekly(metric: &str, cluster: &Resource) -> Query {
    query(metric, cluster).every(HOUR)
}

/// Whether a cluster's engine is Memcached, if it could be read.
fn is_memcached(cluster: &Resource) -> Option<bool> {
    cluster.facts::<Cluster>().ok()?.engine.known().map(|engine| engine == "memcached")
}

fn lookups(cluster: &Resource) -> Asked {
    let names = match is_memcached(cluster) {
        None => return Asked::Unclear,
        Some(true) => ["GetHits", "GetMisses"],
        Some(false) => ["CacheHits", "CacheMisses"],
    };
    names.map(|name| weekly(name, cluster).statistic("Sum")).into()
}

fn memory(cluster: &Resource) -> Asked {
    match is_memcached(cluster) {
        None => Asked::Unclear,
        Some(true) => Asked::Nothing,
        Some(false) => weekly("DatabaseMemoryUsagePercentage", cluster).statistic("Maximum").into(),
    }
}

fn engine_cpu(cluster: &Resource) -> Asked {
    by_size(cluster, |few| !few, "EngineCPUUtilization")
}

/// On few vCPUs, what the node does beside the engine takes from the engine's.
fn node_cpu(cluster: &Resource) -> Asked {
    by_size(cluster, |few| few, "CPUUtilization")
}

fn by_size(cluster: &Resource, fits: fn(bool) -> bool, metric: &str) -> Asked {
    let few = cluster.facts::<Cluster>().unwrap_or_default().few_vcpus.known().map(Option::is_some);
    match (is_memcached(cluster), few) {
        (Some(false), Some(few)) if fits(few) => query(metric, cluster).into(),
        (Some(true), _) | (Some(false), Some(_)) => Asked::Nothing,
        _ => Asked::Unclear,
    }
}
