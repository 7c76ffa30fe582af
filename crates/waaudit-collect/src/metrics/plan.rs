//! From wanted facts to `GetMetricData` calls and back.
//!
//! All series of a region are gathered first, equal ones once, and packed side by side into calls of at most 500 series
//! and 100,800 points: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>. A series
//! of which not everything came is not used at all.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudwatch::types::{Dimension, Metric as SdkMetric, MetricDataQuery, MetricStat, ScanBy, StatusCode};
use aws_smithy_types::DateTime;
use jiff::Timestamp;
use serde_json::Value;

use super::series::{Absent, Series};
use super::{Asked, Metric, Query};
use crate::call::Call;
use crate::call::errors::Failed;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::Context;
use waaudit_model::facts::measured::Measured;
use waaudit_model::snapshot::Resource;

/// The one call that is billed by the metric.
pub const GET_METRIC_DATA: Call = Call::new("cloudwatch", "GetMetricData");

/// Series that one call may ask for.
const SERIES_A_CALL: usize = 500;
/// Points that one call may bring.
const POINTS_A_CALL: usize = 100_800;
const DAY: i64 = 86_400;
/// A resource that is younger is not measured.
const YOUNGEST_DAYS: i64 = 7;

/// A window of time, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Window {
    start: i64,
    end: i64,
}

/// What is asked about one window.
type Wanted = BTreeMap<Window, BTreeSet<Query>>;

impl Window {
    /// Whole periods up to the scan: a half point would be a wrong one.
    fn up_to(taken_at: Timestamp, days: i64, period: i64) -> Self {
        let unit = if period >= DAY { DAY } else { period.max(300) };
        let end = taken_at.as_second().div_euclid(unit) * unit;
        Self { start: end - days * DAY, end }
    }
}

/// Measures the resources of one region, and returns how many series were asked for.
pub async fn measure(
    context: &Context,
    metrics: &[&'static Metric],
    taken_at: Timestamp,
    resources: &mut [Resource],
) -> usize {
    let mut wanted = Wanted::new();
    for resource in resources.iter() {
        for metric in of_kind(metrics, resource) {
            for query in ask(metric, resource, taken_at).ok().flatten().into_iter().flatten() {
                let window = Window::up_to(taken_at, metric.window_days, query.period);
                wanted.entry(window).or_default().insert(query);
            }
        }
    }
    let asked = wanted.values().map(BTreeSet::len).sum();
    let batches = wanted.into_iter().flat_map(|(window, queries)| batches(window, queries));
    let answers = run_bounded(batches.map(|(window, queries)| fetch(context, window, queries))).await;
    let found: BTreeMap<(Window, Query), Result<Series, String>> = answers.into_iter().flatten().collect();
    for resource in resources {
        for metric in of_kind(metrics, resource) {
            learn(metric, resource, outcome(metric, resource, taken_at, &found));
        }
    }
    asked
}

/// Notes for every fact that would have been measured why it was not.
pub fn leave_out(metrics: &[&'static Metric], reason: &str, resources: &mut [Resource]) {
    for resource in resources {
        for metric in of_kind(metrics, resource) {
            learn(metric, resource, Err(reason.to_owned()));
        }
    }
}

fn of_kind(metrics: &[&'static Metric], resource: &Resource) -> Vec<&'static Metric> {
    metrics.iter().copied().filter(|metric| metric.kind == resource.kind).collect()
}

/// The series that a fact takes, none where the resource publishes no such metric; an error says why that is not known.
fn ask(metric: &Metric, resource: &Resource, taken_at: Timestamp) -> Result<Option<Vec<Query>>, String> {
    let queries = match (metric.series)(resource) {
        Asked::Nothing => return Ok(None),
        Asked::Off(reason) => return Err(reason.to_owned()),
        Asked::Unclear => return Err("what it is measured by could not be read".to_owned()),
        Asked::Series(queries) => queries,
    };
    let Some(since) = metric.since else { return Ok(Some(queries)) };
    let born = resource.facts.get(since).and_then(Value::as_str).and_then(|at| at.parse::<Timestamp>().ok());
    match born {
        None => Err(format!("{since} could not be read")),
        Some(born) if taken_at.as_second() - born.as_second() < YOUNGEST_DAYS * DAY => {
            Err(format!("it is younger than {YOUNGEST_DAYS} days"))
        }
        Some(_) => Ok(Some(queries)),
    }
}

/// Packs series into calls.
fn batches(window: Window, queries: BTreeSet<Query>) -> Vec<(Window, Vec<Query>)> {
    let mut batches: Vec<(Window, Vec<Query>)> = Vec::new();
    let mut room = 0;
    for query in queries {
        let points = usize::try_from((window.end - window.start) / query.period.max(1)).unwrap_or(POINTS_A_CALL);
        if let Some((_, batch)) = batches.last_mut().filter(|(_, batch)| points <= room && batch.len() < SERIES_A_CALL)
        {
            batch.push(query);
        } else {
            room = POINTS_A_CALL;
            batches.push((window, vec![query]));
        }
        room = room.saturating_sub(points);
    }
    batches
}

/// One call with all its pages. Where one fails, none of its series is known.
async fn fetch(
    context: &Context,
    window: Window,
    queries: Vec<Query>,
) -> Vec<((Window, Query), Result<Series, String>)> {
    let client = aws_sdk_cloudwatch::Client::new(context.config());
    let request = client
        .get_metric_data()
        .set_metric_data_queries(Some(
            queries.iter().enumerate().map(|(index, query)| sdk_query(index, query)).collect(),
        ))
        .start_time(DateTime::from_secs(window.start))
        .end_time(DateTime::from_secs(window.end))
        .scan_by(ScanBy::TimestampAscending);
    let mut points: Vec<Vec<(i64, f64)>> = vec![Vec::new(); queries.len()];
    let mut states: Vec<Option<StatusCode>> = vec![None; queries.len()];
    let all = context.every_page(&GET_METRIC_DATA, request.into_paginator().send(), |page| {
        for result in page.metric_data_results() {
            let index = result.id().and_then(|id| id.strip_prefix('m')).and_then(|index| index.parse::<usize>().ok());
            let Some(index) = index.filter(|index| *index < queries.len()) else { continue };
            let times = result.timestamps().iter().map(DateTime::secs);
            points[index].extend(times.zip(result.values().iter().copied()));
            states[index] = result.status_code().cloned();
        }
    });
    let failure = all.await.err();
    if let Some(failed) = &failure {
        context.note(&GET_METRIC_DATA, None, failed.clone());
    }
    let answer = |(index, query): (usize, Query)| {
        let series = match (&failure, &states[index]) {
            (Some(failed), _) => Err(unread(context, failed)),
            (None, Some(StatusCode::Complete)) => Ok(series(window, &query, std::mem::take(&mut points[index]))),
            (None, state) => {
                let state = state.as_ref().map_or("nothing", StatusCode::as_str);
                Err(format!("cloudwatch:GetMetricData answered {state} for {}", query.metric))
            }
        };
        ((window, query), series)
    };
    queries.clone().into_iter().enumerate().map(answer).collect()
}

fn unread(context: &Context, failed: &Failed) -> String {
    format!("{} in {}: {}", GET_METRIC_DATA.action(), context.region, failed.reason.words())
}

fn sdk_query(index: usize, query: &Query) -> MetricDataQuery {
    let dimensions = query.dimensions.iter().map(|(name, value)| Dimension::builder().name(name).value(value).build());
    let metric = SdkMetric::builder().namespace(&query.namespace).metric_name(&query.metric);
    let metric = metric.set_dimensions(Some(dimensions.collect())).build();
    let period = i32::try_from(query.period).unwrap_or(i32::MAX);
    let stat = MetricStat::builder().metric(metric).stat(&query.statistic).period(period).build();
    MetricDataQuery::builder().id(format!("m{index}")).metric_stat(stat).build()
}

fn series(window: Window, query: &Query, mut points: Vec<(i64, f64)>) -> Series {
    points.retain(|(at, value)| value.is_finite() && *at >= window.start && *at < window.end);
    points.sort_by_key(|(at, _)| *at);
    points.dedup_by_key(|(at, _)| *at);
    Series { period: query.period, start: window.start, end: window.end, absent: query.absent, points }
}

/// The fact's value, none where the resource publishes no such metric; an error is why it is unread.
fn outcome(
    metric: &Metric,
    resource: &Resource,
    taken_at: Timestamp,
    found: &BTreeMap<(Window, Query), Result<Series, String>>,
) -> Result<Option<Measured>, String> {
    let Some(queries) = ask(metric, resource, taken_at)? else { return Ok(None) };
    let mut all = Vec::new();
    for query in queries {
        let window = Window::up_to(taken_at, metric.window_days, query.period);
        let words = query.metric.clone();
        let series = found.get(&(window, query)).ok_or("it was not asked for")?.clone()?;
        if let Some(reason) = series.too_few() {
            return Err(format!("{words}: {reason}"));
        }
        all.push(series);
    }
    let value = (metric.value)(resource, &all).filter(|value| value.is_finite());
    let value = value.ok_or_else(|| metric.none_means.to_owned())?;
    let shares = all.iter().filter(|series| series.absent == Absent::Missing).filter_map(Series::share);
    Ok(Some(Measured {
        value,
        statistic: metric.statistic.to_owned(),
        window_days: metric.window_days,
        points_share: shares.reduce(f64::min).map(|share| (share.min(1.0) * 1000.0).round() / 1000.0),
    }))
}

fn learn(metric: &Metric, resource: &mut Resource, outcome: Result<Option<Measured>, String>) {
    match outcome {
        Ok(measured) => {
            // A plain struct of JSON's own types always serialises.
            let value = serde_json::to_value(measured).unwrap_or(Value::Null);
            resource.facts.insert(metric.fact.to_owned(), value);
        }
        // What was measured before the work broke off is known.
        Err(_) if resource.facts.contains_key(metric.fact) => {}
        Err(reason) => drop(resource.unread.insert(metric.fact.to_owned(), reason)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use waaudit_model::facts;

    use jiff::Timestamp;
    use serde_json::{Map, json};

    use super::{Window, batches, outcome, series};
    use crate::metrics::{Absent, Asked, Metric, Query};
    use waaudit_model::snapshot::Resource;

    const CPU: Metric = Metric::of::<facts::rds::DbInstance>(
        "cpu",
        "largest 5-minute average",
        |r| Query::new("AWS/RDS", "CPUUtilization", &[("DBInstanceIdentifier", &r.id)]).into(),
        |_, series| series[0].largest(),
    );

    fn now() -> Timestamp {
        "2026-03-10T12:03:07Z".parse().unwrap()
    }

    fn resource() -> Resource {
        Resource {
            kind: "rds.db_instance".to_owned(),
            arn: String::new(),
            id: "orders".to_owned(),
            name: None,
            region: "eu-west-1".to_owned(),
            account: String::new(),
            tags: None,
            facts: Map::new(),
            unread: BTreeMap::new(),
        }
    }

    fn queries(count: usize, period: i64) -> BTreeSet<Query> {
        (0..count).map(|n| Query::new("AWS/RDS", &format!("{n:04}"), &[]).every(period)).collect()
    }

    #[test]
    fn windows_end_with_a_whole_period_before_the_scan() {
        let of = |days, period| Window::up_to(now(), days, period);
        assert_eq!(of(14, 300).end, "2026-03-10T12:00:00Z".parse::<Timestamp>().unwrap().as_second());
        assert_eq!(of(14, 60), of(14, 300));
        assert_eq!(of(7, 86_400).end, "2026-03-10T00:00:00Z".parse::<Timestamp>().unwrap().as_second());
        assert_eq!(of(7, 300).end - of(7, 300).start, 7 * 86_400);
    }

    #[test]
    fn calls_hold_as_many_series_as_the_limits_allow_and_no_more() {
        let sizes = |count, days, period| {
            let window = Window::up_to(now(), days, period);
            batches(window, queries(count, period)).iter().map(|(_, batch)| batch.len()).collect::<Vec<_>>()
        };
        assert_eq!(sizes(1200, 7, 86_400), [500, 500, 200], "500 series");
        assert_eq!(sizes(60, 14, 300), [25, 25, 10], "100,800 points, 4,032 each");
        assert_eq!(sizes(6, 14, 60), [5, 1], "20,160 points each");
        assert_eq!(sizes(0, 14, 60), Vec::<usize>::new());
    }

    #[test]
    fn what_came_is_measured_and_what_did_not_is_never_zero() {
        let query = Query::new("AWS/RDS", "CPUUtilization", &[("DBInstanceIdentifier", "orders")]);
        let window = Window::up_to(now(), 14, 300);
        let came = |points: Vec<(i64, f64)>| {
            let found = BTreeMap::from([((window, query.clone()), Ok(series(window, &query, points)))]);
            outcome(&CPU, &resource(), now(), &found)
        };
        let full = (0..4032).map(|n| (window.start + n * 300, 12.345_678)).collect();
        let measured = came(full).unwrap().unwrap();
        assert_eq!((measured.value, measured.points_share, measured.window_days), (12.345_678, Some(1.0), 14));
        assert_eq!(came(Vec::new()), Err("CPUUtilization: no points came".to_owned()));
        let failed = BTreeMap::from([((window, query), Err("denied".to_owned()))]);
        assert_eq!(outcome(&CPU, &resource(), now(), &failed), Err("denied".to_owned()));
    }

    #[test]
    fn a_young_resource_and_one_of_unknown_age_are_not_measured() {
        let errors =
            Metric { series: |_| Query::new("A", "Errors", &[]).absent(Absent::Zero).into(), ..CPU }.since("created");
        let found = |created: Option<&str>| {
            let mut resource = resource();
            if let Some(created) = created {
                resource.facts.insert("created".to_owned(), json!(created));
            }
            let Asked::Series(queries) = (errors.series)(&resource) else { panic!("series") };
            let window = Window::up_to(now(), 14, 300);
            let empty = series(window, &queries[0], Vec::new());
            let found = BTreeMap::from([((window, queries[0].clone()), Ok(empty))]);
            outcome(&errors, &resource, now(), &found).map(|measured| measured.map(|measured| measured.value))
        };
        assert_eq!(found(Some("2026-01-01T00:00:00Z")), Ok(Some(0.0)));
        assert_eq!(found(Some("2026-03-09T00:00:00Z")), Err("it is younger than 7 days".to_owned()));
        assert_eq!(found(None), Err("created could not be read".to_owned()));
    }
}
