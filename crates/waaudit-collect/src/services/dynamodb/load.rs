//! What tables are measured by. Indexes have capacity and throttles of their own, which those of their table leave out.

use serde_json::Value;

use crate::metrics::{Absent, Asked, Metric, Query, Series};
use waaudit_model::facts;
use waaudit_model::snapshot::Resource;

const NAMESPACE: &str = "AWS/DynamoDB";
const READ: &str = "ConsumedReadCapacityUnits";
const WRITE: &str = "ConsumedWriteCapacityUnits";
const THROTTLES: [&str; 2] = ["ReadThrottleEvents", "WriteThrottleEvents"];
const MINUTE: i64 = 60;
const HOUR: i64 = 3600;

pub(super) const METRICS: &[Metric] = &[
    Metric::of::<facts::dynamodb::Table>(
        "read_units_peak",
        "largest minute",
        |table| of_table(&[READ], MINUTE, table),
        per_second,
    )
    .since("created_at"),
    Metric::of::<facts::dynamodb::Table>(
        "write_units_peak",
        "largest minute",
        |table| of_table(&[WRITE], MINUTE, table),
        per_second,
    )
    .since("created_at"),
    Metric::of::<facts::dynamodb::Table>(
        "consumed_units",
        "sum",
        |table| of_all(&[READ, WRITE], HOUR, table),
        |_, series| sum(series),
    )
    .over(7)
    .since("created_at"),
    Metric::of::<facts::dynamodb::Table>("capacity_percent_peak", "largest minute", provisioned, capacity_percent)
        .since("created_at"),
    Metric::of::<facts::dynamodb::Table>(
        "throttle_events",
        "sum",
        |table| of_all(&THROTTLES, HOUR, table),
        |_, series| sum(series),
    )
    .over(7)
    .since("created_at"),
    Metric::of::<facts::dynamodb::Table>(
        "throttled_percent_worst_hour",
        "largest hour",
        |table| of_all(&[THROTTLES[0], THROTTLES[1], READ, WRITE], HOUR, table),
        throttled_percent,
    )
    .over(7)
    .since("created_at"),
    Metric::of::<facts::dynamodb::Table>(
        "key_range_throttle_events",
        "sum",
        |table| {
            let causes = ["ReadKeyRangeThroughputThrottleEvents", "WriteKeyRangeThroughputThrottleEvents"];
            of_table(&causes, HOUR, table)
        },
        |_, series| sum(series),
    )
    .over(7)
    .since("created_at"),
    Metric::of::<facts::dynamodb::Table>(
        "account_limit_throttle_events",
        "sum",
        |table| of_table(&["ReadAccountLimitThrottleEvents", "WriteAccountLimitThrottleEvents"], HOUR, table),
        |_, series| sum(series),
    )
    .over(7)
    .since("created_at"),
];

/// What no one consumes or throttles is not published.
fn query(metric: &str, dimensions: &[(&str, &str)], period: i64) -> Query {
    Query::new(NAMESPACE, metric, dimensions).statistic("Sum").every(period).absent(Absent::Zero)
}

fn of_table(metrics: &[&str], period: i64, table: &Resource) -> Asked {
    Asked::Series(metrics.iter().map(|metric| query(metric, &[("TableName", &table.id)], period)).collect())
}

/// The table, then each index, with all metrics in their order.
fn of_all(metrics: &[&str], period: i64, table: &Resource) -> Asked {
    let Some(indexes) = table.facts.get("indexes").and_then(Value::as_array) else { return Asked::Unclear };
    let names = indexes.iter().filter_map(Value::as_str);
    let own = [("TableName", table.id.as_str())];
    let places = [own.to_vec()].into_iter().chain(names.map(|name| vec![own[0], ("GlobalSecondaryIndexName", name)]));
    let queries = places.flat_map(|place| metrics.iter().map(move |metric| query(metric, &place, period)));
    Asked::Series(queries.collect())
}

fn provisioned(table: &Resource) -> Asked {
    match table.facts.get("billing_mode").and_then(Value::as_str) {
        Some("PAY_PER_REQUEST") => Asked::Nothing,
        Some(_) => of_all(&[READ, WRITE], MINUTE, table),
        None => Asked::Unclear,
    }
}

fn per_second(_: &Resource, series: &[Series]) -> Option<f64> {
    Some(series.first()?.largest()? / 60.0)
}

fn sum(series: &[Series]) -> Option<f64> {
    series.iter().map(Series::sum).sum()
}

fn capacity_percent(table: &Resource, series: &[Series]) -> Option<f64> {
    let units =
        |of: &Value| Some([of.get("read_capacity_units")?.as_f64()?, of.get("write_capacity_units")?.as_f64()?]);
    let own = units(&Value::Object(table.facts.clone()));
    let indexes = table.facts.get("index_capacity")?.as_array()?.iter().map(units);
    let capacity = [own].into_iter().chain(indexes).collect::<Option<Vec<_>>>()?.concat();
    (capacity.len() == series.len()).then_some(())?;
    let percents = series.iter().zip(capacity).map(|(used, units)| Some(used.largest()? / 60.0 / units * 100.0));
    percents.collect::<Option<Vec<_>>>()?.into_iter().reduce(f64::max)
}

fn throttled_percent(_: &Resource, series: &[Series]) -> Option<f64> {
    let add = |a: Series, b: &Series| a.with(b, |a, b| a + b);
    let together = |at: [usize; 2]| {
        let parts = series.chunks_exact(4).flat_map(|place| [&place[at[0]], &place[at[1]]]);
        parts.fold(None, |all: Option<Series>, part| Some(all.map_or_else(|| part.clone(), |all| add(all, part))))
    };
    let share = |throttled: f64, consumed: f64| {
        let all = throttled + consumed;
        if all > 0.0 { throttled / all * 100.0 } else { 0.0 }
    };
    together([0, 1])?.with(&together([2, 3])?, share).largest()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TABLE: &str = "dynamodb.table";

    fn table() -> Resource {
        serde_json::from_value(json!({
            "kind": TABLE, "arn": "", "id": "orders", "name": null, "region": "eu-west-1", "account": "", "tags": null,
            "facts": {
                "billing_mode": "PROVISIONED", "indexes": ["by-day"], "read_capacity_units": 100, "write_capacity_units": 50,
                "index_capacity": [{"index": "by-day", "read_capacity_units": 10, "write_capacity_units": 50}],
            },
        }))
        .unwrap()
    }

    fn series(period: i64, points: &[(i64, f64)]) -> Series {
        Series { period, start: 0, end: 24 * HOUR, absent: Absent::Zero, points: points.to_vec() }
    }

    #[test]
    fn indexes_are_measured_beside_their_table() {
        let Asked::Series(queries) = of_all(&THROTTLES, HOUR, &table()) else { panic!("series") };
        let places: Vec<usize> = queries.iter().map(|query| query.dimensions.len()).collect();
        assert_eq!(places, [1, 1, 2, 2]);
        assert_eq!(queries[3].dimensions[1].1, "by-day");
    }

    #[test]
    fn the_fullest_of_table_and_indexes_counts() {
        let used = [600.0, 600.0, 300.0, 0.0].map(|units| series(MINUTE, &[(0, units)]));
        assert_eq!(capacity_percent(&table(), &used), Some(50.0), "5 of 10 read units of the index");
        assert_eq!(capacity_percent(&table(), &used[..2]), None, "an index is missing");
    }

    #[test]
    fn a_bad_hour_is_not_lost_in_a_week() {
        let quiet = || series(HOUR, &[]);
        let all = [
            series(HOUR, &[(HOUR, 5.0)]),
            quiet(),
            series(HOUR, &[(0, 100_000.0), (HOUR, 90.0)]),
            quiet(),
            quiet(),
            series(HOUR, &[(HOUR, 5.0)]),
            quiet(),
            quiet(),
        ];
        assert_eq!(throttled_percent(&table(), &all), Some(10.0));
        assert_eq!(throttled_percent(&table(), &[quiet(), quiet(), quiet(), quiet()]), Some(0.0));
    }
}
