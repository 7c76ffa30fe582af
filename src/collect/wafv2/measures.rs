//! What web ACLs are measured by: <https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html>.
//!
//! Counters are published while they are not zero. Those of a web ACL for CloudFront name no region.

use serde_json::Value;

use crate::collect::metrics::{Absent, Asked, Metric, Query, Series};
use crate::snapshot::Resource;

const DAY: i64 = 86_400;
const ALLOWED: &str = "AllowedRequests";
const STOPPED: &[&str] = &["BlockedRequests", "CaptchaRequests", "ChallengeRequests"];

pub(in super::super) const METRICS: &[Metric] = &[
    Metric::new("wafv2.web_acl", "requests", "sum", decided, |_, series| series.iter().map(Series::sum).sum()),
    Metric::new(
        "wafv2.web_acl",
        "stopped_requests",
        "sum",
        |acl| asked(acl, STOPPED),
        |_, series| series.iter().map(Series::sum).sum(),
    ),
    Metric::new("wafv2.web_acl", "inspecting_days", "days since the first request", decided, |_, series| {
        Some(series.iter().map(days_since_first).fold(0.0, f64::max))
    }),
];

fn decided(acl: &Resource) -> Asked {
    asked(acl, &[&[ALLOWED], STOPPED].concat())
}

/// Daily sums over all rules.
fn asked(acl: &Resource, metrics: &[&str]) -> Asked {
    let (Some(name), Some(scope)) = (acl.facts.get("metric_name"), acl.facts.get("scope").and_then(Value::as_str))
    else {
        return Asked::Unclear;
    };
    let Some(name) = name.as_str() else { return Asked::Nothing };
    let mut dimensions = vec![("WebACL", name), ("Rule", "ALL")];
    if scope == "REGIONAL" {
        dimensions.insert(1, ("Region", acl.region.as_str()));
    }
    let daily =
        |metric: &&str| Query::new("AWS/WAFV2", metric, &dimensions).statistic("Sum").every(DAY).absent(Absent::Zero);
    Asked::Series(metrics.iter().map(daily).collect())
}

#[allow(clippy::cast_precision_loss, reason = "days of two weeks")]
fn days_since_first(series: &Series) -> f64 {
    let first = series.points.iter().find(|(_, requests)| *requests > 0.0);
    first.map_or(0.0, |(at, _)| (series.end - at) as f64 / DAY as f64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{DAY, days_since_first, decided};
    use crate::collect::metrics::{Absent, Asked, Series};
    use crate::fixtures::sample;

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
        acl.facts.insert("metric_name".to_owned(), json!(null));
        assert_eq!(decided(&acl), Asked::Nothing);
        acl.facts.remove("metric_name");
        assert_eq!(decided(&acl), Asked::Unclear);
    }

    #[test]
    fn it_inspects_since_the_first_request() {
        let points = vec![(8 * DAY, 0.0), (10 * DAY, 5.0), (12 * DAY, 5.0)];
        let series = Series { period: DAY, start: 0, end: 14 * DAY, absent: Absent::Zero, points };
        assert_eq!(days_since_first(&series), 4.0);
        assert_eq!(days_since_first(&Series { points: Vec::new(), ..series }), 0.0);
    }
}
