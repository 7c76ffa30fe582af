//! What instances are measured by: CPU, connections, reads and writes, replication.

use super::{namespace, of_instance, optional, text};
use crate::metrics::{Asked, Metric, Query, Series};
use waaudit_model::facts;
use waaudit_model::snapshot::Resource;

/// The class that grows and shrinks with its load.
const SERVERLESS: &str = "db.serverless";
/// Minutes for which a lag has to be sustained before it counts.
const LAG_MINUTES: usize = 10;

pub(super) const METRICS: &[Metric] = &[
    Metric::of::<facts::rds::DbInstance>(
        "cpu_percent_p95",
        "95th percentile of 5-minute averages",
        cpu,
        |_, series| series.first()?.percentile(95.0),
    ),
    Metric::of::<facts::rds::DbInstance>(
        "cpu_percent_held",
        "largest of the smallest minutes of 5",
        cpu_held,
        |_, series| series.first()?.largest(),
    ),
    Metric::of::<facts::rds::DbInstance>("cpu_credits_min", "smallest in 5 minutes", cpu_credits, |_, series| {
        series.first()?.smallest()
    }),
    Metric::of::<facts::rds::DbInstance>("connections_max", "largest in 5 minutes", most_connections, |_, series| {
        series.first()?.largest()
    }),
    Metric::of::<facts::rds::DbInstance>(
        "connections_max_week",
        "largest in an hour",
        most_connections_by_hour,
        |_, series| series.first()?.largest(),
    )
    .over(7),
    Metric::of::<facts::rds::DbInstance>(
        "connections_p95",
        "95th percentile of 5-minute averages",
        connections,
        |_, series| series.first()?.percentile(95.0),
    ),
    Metric::of::<facts::rds::DbInstance>("connections_average", "average", connections, |_, series| {
        series.first()?.mean()
    }),
    Metric::of::<facts::rds::DbInstance>(
        "read_share",
        "average reads by average reads and writes",
        reads_and_writes,
        read_share,
    ),
    Metric::of::<facts::rds::DbInstance>(
        "read_iops_average",
        "average",
        |instance| iops("ReadIOPS", instance),
        |_, series| series.first()?.mean(),
    ),
    Metric::of::<facts::rds::DbInstance>(
        "write_iops_p99",
        "99th percentile of 5-minute averages",
        |instance| iops("WriteIOPS", instance),
        |_, series| series.first()?.percentile(99.0),
    ),
    Metric::of::<facts::rds::DbInstance>(
        "replica_lag_seconds_held",
        "largest of the smallest minutes of 10",
        lag,
        |_, series| Some(series.first()?.sustained(LAG_MINUTES)),
    )
    .over(7),
    Metric::of::<facts::rds::DbInstance>(
        "replication_down_minutes",
        "longest run of minutes at -1",
        lag,
        |_, series| Some(series.first()?.longest_run(|seconds| seconds < 0.0)),
    )
    .over(7),
    Metric::of::<facts::rds::DbInstance>(
        "aurora_lag_ms_p99",
        "99th percentile of 5-minute averages",
        aurora_lag,
        |_, series| series.first()?.percentile(99.0),
    )
    .over(7),
    Metric::of::<facts::rds::DbInstance>(
        "acu_percent_p99",
        "99th percentile of 5-minute averages",
        capacity,
        |_, series| series.first()?.percentile(99.0),
    )
    .over(7),
];

/// A metric that all instances have.
fn of_all(metric: &str, instance: &Resource) -> Result<Query, Asked> {
    text(instance, "engine").map(|engine| of_instance(metric, engine, instance)).ok_or(Asked::Unclear)
}

fn asked(query: Result<Query, Asked>) -> Asked {
    query.map_or_else(|other| other, Asked::from)
}

fn cpu(instance: &Resource) -> Asked {
    asked(of_all("CPUUtilization", instance))
}

fn cpu_held(instance: &Resource) -> Asked {
    asked(of_all("CPUUtilization", instance).map(|query| query.statistic("Minimum")))
}

fn cpu_credits(instance: &Resource) -> Asked {
    match text(instance, "instance_class") {
        Some(class) if class.starts_with("db.t") => {
            asked(of_all("CPUCreditBalance", instance).map(|query| query.statistic("Minimum")))
        }
        Some(_) => Asked::Nothing,
        None => Asked::Unclear,
    }
}

/// Neptune counts requests instead.
fn of_connections(instance: &Resource) -> Result<Query, Asked> {
    match text(instance, "engine") {
        Some("neptune") => Err(Asked::Nothing),
        _ => of_all("DatabaseConnections", instance),
    }
}

fn connections(instance: &Resource) -> Asked {
    asked(of_connections(instance))
}

fn most_connections(instance: &Resource) -> Asked {
    asked(of_connections(instance).map(|query| query.statistic("Maximum")))
}

fn most_connections_by_hour(instance: &Resource) -> Asked {
    asked(of_connections(instance).map(|query| query.statistic("Maximum").every(3600)))
}

/// A metric of AWS/RDS alone.
fn of_rds(metric: &str, instance: &Resource) -> Result<Query, Asked> {
    match text(instance, "engine").map(namespace) {
        Some("AWS/RDS") | None => of_all(metric, instance),
        Some(_) => Err(Asked::Nothing),
    }
}

fn iops(metric: &str, instance: &Resource) -> Asked {
    asked(of_rds(metric, instance))
}

/// Aurora MySQL counts statements. Elsewhere only what gets past the memory can be seen.
fn reads_and_writes(instance: &Resource) -> Asked {
    let (reads, writes) = match text(instance, "engine") {
        Some("aurora-mysql") => ("SelectThroughput", "DMLThroughput"),
        _ => ("ReadIOPS", "WriteIOPS"),
    };
    let both = of_rds(reads, instance).and_then(|reads| Ok([reads, of_rds(writes, instance)?]));
    both.map_or_else(|other| other, Asked::from)
}

fn read_share(_: &Resource, series: &[Series]) -> Option<f64> {
    let [reads, writes] = series else { return None };
    let (reads, writes) = (reads.mean()?, writes.mean()?);
    Some(reads / (reads + writes))
}

/// RDS replicates to read replicas, and within a Multi-AZ DB cluster.
fn lag(instance: &Resource) -> Asked {
    let of_engine = |engine: &str| ["mysql", "postgres"].contains(&engine);
    match (optional(instance, "replica_of"), optional(instance, "cluster"), text(instance, "engine")) {
        (Some(Some(_)), Some(None), Some(_)) => asked(of_rds("ReplicaLag", instance).map(|query| query.every(60))),
        (Some(_), Some(Some(_)), Some(engine)) if of_engine(engine) => {
            asked(of_rds("ReplicaLag", instance).map(|query| query.every(60)))
        }
        (Some(_), Some(_), Some(_)) => Asked::Nothing,
        _ => Asked::Unclear,
    }
}

fn aurora_lag(instance: &Resource) -> Asked {
    match text(instance, "engine") {
        Some(engine) if engine.starts_with("aurora") => asked(of_rds("AuroraReplicaLag", instance)),
        Some(_) => Asked::Nothing,
        None => Asked::Unclear,
    }
}

fn capacity(instance: &Resource) -> Asked {
    match text(instance, "instance_class") {
        Some(SERVERLESS) => asked(of_all("ACUUtilization", instance)),
        Some(_) => Asked::Nothing,
        None => Asked::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::services::rds::instance;

    fn names(asked: Asked) -> Vec<String> {
        let Asked::Series(queries) = asked else { panic!("{asked:?}") };
        queries.into_iter().map(|query| format!("{} {}", query.namespace, query.metric)).collect()
    }

    #[test]
    fn each_engine_is_measured_where_its_service_publishes() {
        let of = |engine: &str| instance(json!({"engine": engine}));
        assert_eq!(names(cpu(&of("postgres"))), ["AWS/RDS CPUUtilization"]);
        assert_eq!(names(cpu(&of("neptune"))), ["AWS/Neptune CPUUtilization"]);
        assert_eq!(names(connections(&of("docdb"))), ["AWS/DocDB DatabaseConnections"]);
        assert_eq!(connections(&of("neptune")), Asked::Nothing);
        assert_eq!(reads_and_writes(&of("docdb")), Asked::Nothing);
        assert_eq!(names(reads_and_writes(&of("aurora-mysql"))), ["AWS/RDS SelectThroughput", "AWS/RDS DMLThroughput"]);
        assert_eq!(names(reads_and_writes(&of("mysql"))), ["AWS/RDS ReadIOPS", "AWS/RDS WriteIOPS"]);
        assert_eq!(cpu(&instance(json!({}))), Asked::Unclear);
    }

    #[test]
    fn replication_is_measured_only_where_there_is_any() {
        let of = |engine: &str, cluster: Value, replica_of: Value| {
            lag(&instance(json!({"engine": engine, "cluster": cluster, "replica_of": replica_of})))
        };
        assert_eq!(names(of("mysql", json!(null), json!("orders"))), ["AWS/RDS ReplicaLag"]);
        assert_eq!(names(of("postgres", json!("shop"), json!(null))), ["AWS/RDS ReplicaLag"]);
        assert_eq!(of("mysql", json!(null), json!(null)), Asked::Nothing);
        assert_eq!(of("aurora-mysql", json!("shop"), json!(null)), Asked::Nothing);
        assert_eq!(lag(&instance(json!({"engine": "mysql", "cluster": null}))), Asked::Unclear);
    }

    #[test]
    fn credits_are_measured_of_burstable_classes_and_capacity_of_serverless_ones() {
        let of = |class: &str| instance(json!({"engine": "mysql", "instance_class": class}));
        assert_eq!(names(cpu_credits(&of("db.t4g.medium"))), ["AWS/RDS CPUCreditBalance"]);
        assert_eq!(cpu_credits(&of("db.r7g.large")), Asked::Nothing);
        assert_eq!(names(capacity(&of("db.serverless"))), ["AWS/RDS ACUUtilization"]);
        assert_eq!(capacity(&of("db.r7g.large")), Asked::Nothing);
    }
}
