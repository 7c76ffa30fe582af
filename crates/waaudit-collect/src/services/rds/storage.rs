//! What the storage of instances is measured by. Clusters of Aurora, DocumentDB and Neptune keep theirs elsewhere.

use super::{number, of_instance, text};
use crate::metrics::{Asked, Metric, Query, Series};
use waaudit_model::facts;
use waaudit_model::snapshot::Resource;

const GIB: f64 = 1_073_741_824.0;
const MIB: f64 = 1_048_576.0;
const DAY: i64 = 86_400;
/// Days of use without which nothing is said of the next ones.
const FEWEST_DAYS: i64 = 7;
/// Storage grows by a tenth at least, so a jump of nearly that, in shares of what is allocated, may be new storage.
const JUMP: f64 = 0.08;
/// GiB from which on a gp2 volume of RDS is as fast all day as in bursts; SQL Server has one volume, others four.
const GP2_STEADY_GIB: i64 = 4000;
const GP2_STEADY_GIB_OF_ONE: i64 = 1000;

pub(super) const METRICS: &[Metric] = &[
    Metric::of::<facts::rds::DbInstance>(
        "iops_p99",
        "99th percentile of 5-minute averages",
        operations,
        |_, series| {
            let [reads, writes] = series else { return None };
            reads.with(writes, |reads, writes| reads + writes).percentile(99.0)
        },
    ),
    Metric::of::<facts::rds::DbInstance>(
        "throughput_mib_p99",
        "99th percentile of 5-minute averages",
        bytes,
        |_, series| {
            let [reads, writes] = series else { return None };
            reads.with(writes, |reads, writes| (reads + writes) / MIB).percentile(99.0)
        },
    ),
    Metric::of::<facts::rds::DbInstance>(
        "ebs_io_balance_percent_min",
        "smallest of the largest in 5 minutes",
        |instance| of_volumes(&["EBSIOBalance%"], "Maximum", 300, instance),
        |_, series| series.first()?.smallest(),
    )
    .over(7),
    Metric::of::<facts::rds::DbInstance>(
        "ebs_byte_balance_percent_min",
        "smallest of the largest in 5 minutes",
        |instance| of_volumes(&["EBSByteBalance%"], "Maximum", 300, instance),
        |_, series| series.first()?.smallest(),
    )
    .over(7),
    Metric::of::<facts::rds::DbInstance>(
        "burst_balance_percent_min",
        "smallest of the largest in 5 minutes",
        burst_balance,
        |_, series| series.first()?.smallest(),
    )
    .over(7),
    Metric::of::<facts::rds::DbInstance>("free_storage_gib", "smallest in an hour", free_storage, |_, series| {
        Some(series.first()?.smallest()? / GIB)
    })
    .over(3),
    Metric::of::<facts::rds::DbInstance>(
        "free_storage_gib_per_day",
        "slope of the smallest in each hour",
        free_storage,
        free_storage_per_day,
    )
    .none_means("storage was added, or much of it freed, in the last week"),
];

fn operations(instance: &Resource) -> Asked {
    of_volumes(&["ReadIOPS", "WriteIOPS"], "Average", 300, instance)
}

fn bytes(instance: &Resource) -> Asked {
    of_volumes(&["ReadThroughput", "WriteThroughput"], "Average", 300, instance)
}

fn free_storage(instance: &Resource) -> Asked {
    of_volumes(&["FreeStorageSpace"], "Minimum", 3600, instance)
}

/// Metrics of an instance that has volumes of its own.
fn of_volumes(metrics: &[&str], statistic: &str, period: i64, instance: &Resource) -> Asked {
    let Some(engine) = text(instance, "engine") else { return Asked::Unclear };
    if engine.starts_with("aurora") || ["docdb", "neptune"].contains(&engine) {
        return Asked::Nothing;
    }
    let query = |metric: &&str| -> Query { of_instance(metric, engine, instance).statistic(statistic).every(period) };
    Asked::Series(metrics.iter().map(query).collect())
}

fn burst_balance(instance: &Resource) -> Asked {
    let (engine, storage) = (text(instance, "engine"), text(instance, "storage_type"));
    let steady = match engine {
        Some(engine) if engine.starts_with("sqlserver") => GP2_STEADY_GIB_OF_ONE,
        _ => GP2_STEADY_GIB,
    };
    match (storage, number(instance, "allocated_storage_gib")) {
        (Some("gp2"), Some(gib)) if gib < steady => of_volumes(&["BurstBalance"], "Maximum", 300, instance),
        (Some("gp2"), None) | (None, _) => Asked::Unclear,
        _ => Asked::Nothing,
    }
}

/// GiB a day since storage last jumped up, by which it was added or freed at once. A jump in the last week leaves too
/// little to measure.
fn free_storage_per_day(instance: &Resource, series: &[Series]) -> Option<f64> {
    #[allow(clippy::cast_precision_loss, reason = "GiB of storage are far below 2^52")]
    let jump = number(instance, "allocated_storage_gib")? as f64 * GIB * JUMP;
    let free = series.first()?;
    let jumped = free.points.windows(2).rfind(|pair| pair[1].1 - pair[0].1 >= jump).map(|pair| pair[1].0);
    if jumped.is_some_and(|at| free.end - at < FEWEST_DAYS * DAY) {
        return None;
    }
    Some(free.from(jumped.unwrap_or(free.start)).slope_per_day()? / GIB)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::metrics::Absent;
    use crate::services::rds::instance;

    /// GiB free, hour by hour of two weeks, of 100.
    fn per_day(free: impl Fn(f64) -> f64) -> Option<f64> {
        let hours = (0..14 * 24_i32).map(|hour| (i64::from(hour) * 3600, free(f64::from(hour) / 24.0) * GIB));
        let series = Series { period: 3600, start: 0, end: 14 * DAY, absent: Absent::Missing, points: hours.collect() };
        let change = free_storage_per_day(&instance(json!({"allocated_storage_gib": 100})), &[series])?;
        Some((change * 100.0).round() / 100.0)
    }

    #[test]
    fn storage_fills_at_the_slope_since_it_was_last_added() {
        assert_eq!(per_day(|day| 50.0 - day), Some(-1.0));
        assert_eq!(per_day(|day| if day < 3.0 { 10.0 - day } else { 60.0 - 2.0 * day }), Some(-2.0));
        assert_eq!(per_day(|day| if day < 10.0 { 12.0 - day } else { 60.0 - day }), None);
        assert_eq!(per_day(|_| 40.0).map(f64::abs), Some(0.0));
    }

    #[test]
    fn storage_is_measured_where_the_instance_has_its_own() {
        let of = |facts: Value| free_storage(&instance(facts));
        assert!(matches!(of(json!({"engine": "mysql"})), Asked::Series(_)));
        assert_eq!(of(json!({"engine": "aurora-mysql"})), Asked::Nothing);
        assert_eq!(of(json!({"engine": "docdb"})), Asked::Nothing);
        assert_eq!(of(json!({})), Asked::Unclear);
    }

    #[test]
    fn only_small_gp2_volumes_live_on_burst_credits() {
        let of = |engine: &str, storage: &str, gib: i64| {
            let facts = json!({"engine": engine, "storage_type": storage, "allocated_storage_gib": gib});
            burst_balance(&instance(facts))
        };
        assert!(matches!(of("mysql", "gp2", 1500), Asked::Series(_)));
        assert_eq!(of("sqlserver-se", "gp2", 1500), Asked::Nothing);
        assert_eq!(of("mysql", "gp2", 4000), Asked::Nothing);
        assert_eq!(of("mysql", "gp3", 100), Asked::Nothing);
        assert_eq!(burst_balance(&instance(json!({"engine": "mysql", "storage_type": "gp2"}))), Asked::Unclear);
    }
}
