//! What web ACLs are measured by: <https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html>.
//!
//! Counters are published while they are not zero. Those of a web ACL for CloudFront name no region.

use serde_json::Value;

use crate::metrics::{Absent, Asked, Metric, Query, Series};
use waaudit_model::facts;
use waaudit_model::snapshot::Resource;

const DAY: i64 = 86_400;
const MINUTE: i64 = 60;
const ALLOWED: &str = "AllowedRequests";
const STOPPED: &[&str] = &["BlockedRequests", "CaptchaRequests", "ChallengeRequests"];

pub(crate) const METRICS: &[Metric] = &[
    Metric::of::<facts::wafv2::WebAcl>("requests", "sum", decided, |_, series| series.iter().map(Series::sum).sum()),
    Metric::of::<facts::wafv2::WebAcl>(
        "stopped_requests",
        "sum",
        |acl| asked(acl, STOPPED, DAY),
        |_, series| series.iter().map(Series::sum).sum(),
    ),
    Metric::of::<facts::wafv2::WebAcl>(
        "requests_per_minute_max",
        "largest 1-minute sum",
        decided_by_minute,
        |_, series| Series::together(series)?.largest(),
    ),
    Metric::of::<facts::wafv2::WebAcl>("inspecting_days", "days since the first request", decided, |_, series| {
        Some(series.iter().map(days_since_first).fold(0.0, f64::max))
    }),
];

fn decided(acl: &Resource) -> Asked {
    asked(acl, &[&[ALLOWED], STOPPED].concat(), DAY)
}

/// At the edge it is the distribution that has a limit, and is measured.
fn decided_by_minute(acl: &Resource) -> Asked {
    match scope(acl) {
        Some("CLOUDFRONT") => Asked::Nothing,
        _ => asked(acl, &[&[ALLOWED], STOPPED].concat(), MINUTE),
    }
}

fn scope(acl: &Resource) -> Option<&str> {
    acl.facts.get("scope").and_then(Value::as_str)
}

/// Sums over all rules.
fn asked(acl: &Resource, metrics: &[&str], period: i64) -> Asked {
    let (Some(name), Some(scope)) = (acl.facts.get("metric_name"), scope(acl)) else {
        return Asked::Unclear;
    };
    let Some(name) = name.as_str() else { return Asked::Nothing };
    let mut dimensions = vec![("WebACL", name), ("Rule", "ALL")];
    if scope == "REGIONAL" {
        dimensions.insert(1, ("Region", acl.region.as_str()));
    }
    let query = |metric: &&str| {
        let sums = Query::new("AWS/WAFV2", metric, &dimensions).statistic("Sum");
        sums.every(period).absent(Absent::Zero)
    };
    Asked::Series(metrics.iter().map(query).collect())
}

#[allow(clippy::cast_precision_loss, reason = "days of two weeks")]
fn days_since_first(series: &Series) -> f64 {
    let first = series.points.iter().find(|(_, requests)| *requests > 0.0);
    first.map_or(0.0, |(at, _)| (series.end - at) as f64 / DAY as f64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{DAY, MINUTE, days_since_first, decided, decided_by_minute};
    use crate::metrics::{Absent, Asked, Series};
    use waaudit_rules::fixtures::sample;

    #[test]
    fn a_regional_acl_names_its_region_and_one_at_the_edge_does_not() {
        let mut acl = sample("wafv2.web_acl").unwrap();
        let dimensions = |asked| match asked {
            Asked::Series(queries) => queries[0].dimensions.len(),
            other => panic!("{other:?}"),
        };
        assert_eq!(dimensions(decided(&acl)), 3);
        acl.facts.insert("scope".to_owned(), json!("CLOUDFRONT"));
        assert_eq!(dimensions(decided(&acl)), 2);
        assert_eq!(decided_by_minute(&acl), Asked::Nothing);
        acl.facts.insert("metric_name".to_owned(), json!(null));
        assert_eq!(decided(&acl), Asked::Nothing);
        acl.facts.remove("metric_name");
        assert_eq!(decided(&acl), Asked::Unclear);
    }

    #[test]
    fn the_busiest_minute_is_that_of_all_decisions_together() {
        let acl = sample("wafv2.web_acl").unwrap();
        let Asked::Series(queries) = decided_by_minute(&acl) else { panic!("series") };
        assert!(queries.len() == 4 && queries.iter().all(|query| query.period == MINUTE));
        let minutes = |first: f64, second: f64| Series {
            period: MINUTE,
            start: 0,
            end: 2 * MINUTE,
            absent: Absent::Zero,
            points: vec![(0, first), (MINUTE, second)],
        };
        let all = Series::together(&[minutes(50.0, 30.0), minutes(0.0, 40.0)]).unwrap();
        assert_eq!(all.largest(), Some(70.0), "and not 50 + 40");
    }

    #[test]
    fn it_inspects_since_the_first_request() {
        let points = vec![(8 * DAY, 0.0), (10 * DAY, 5.0), (12 * DAY, 5.0)];
        let series = Series { period: DAY, start: 0, end: 14 * DAY, absent: Absent::Zero, points };
        assert_eq!(days_since_first(&series), 4.0);
        assert_eq!(days_since_first(&Series { points: Vec::new(), ..series }), 0.0);
    }
}
