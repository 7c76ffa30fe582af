//! What load balancers and target groups are measured by.
//!
//! Dimensions are the ends of ARNs, `app/web/50dc6c495c0c9188` and `targetgroup/web/73e2d6bc24d8a067`. Counters are
//! published while they are not zero, times only while requests come:
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html>.
//! `RequestCount` leaves out what no target was chosen for, so errors that the load balancer makes itself are beside it.

use serde_json::Value;

use crate::metrics::{Absent, Asked, Metric, Query, Series};
use waaudit_model::facts;
use waaudit_model::facts::elb::Listener;
use waaudit_model::snapshot::Resource;

/// Requests in the window without which a share says nothing.
const FEWEST_REQUESTS: f64 = 1000.0;
/// Requests in 5 minutes without which their share says nothing.
const FEWEST_IN_FIVE_MINUTES: f64 = 100.0;
const FEW_IN_7_DAYS: &str = "fewer than 1,000 requests came in 7 days";
const FEW_IN_14_DAYS: &str = "fewer than 1,000 requests came in 14 days";
/// Bits a second that one capacity unit of a Network Load Balancer stands for.
const BITS_A_UNIT: f64 = 2_200_000.0;
/// The tenth of the 5-minute periods that had the most requests.
const BUSIEST_PERCENT: f64 = 10.0;
/// Periods of an hour.
const HOUR: usize = 12;

pub(crate) const METRICS: &[Metric] = &[
    of_balancer("requests", "sum", served, |_, series| series.iter().map(Series::sum).sum()).over(7),
    of_balancer("flows", "sum of new ones and largest number of open ones", flows, |_, series| {
        Some(series.first()?.sum()? + series.get(1)?.largest()?)
    })
    .over(7),
    of_balancer("server_error_share", "errors over requests", errors_and_requests, |_, series| {
        let requests = all_requests(series)?;
        Some(errors(series)?.sum()? / requests.sum().filter(|requests| *requests >= FEWEST_REQUESTS)?)
    })
    .over(7)
    .none_means(FEW_IN_7_DAYS),
    of_balancer("server_error_share_worst", "largest share of 5 minutes", errors_and_requests, |_, series| {
        errors(series)?.portion_of(&all_requests(series)?, FEWEST_IN_FIVE_MINUTES).largest()
    })
    .over(7),
    of_balancer("balancer_error_share", "errors over requests", errors_and_requests, |_, series| {
        let requests = all_requests(series)?;
        Some(own_errors(series)?.sum()? / requests.sum().filter(|requests| *requests >= FEWEST_REQUESTS)?)
    })
    .over(7)
    .none_means(FEW_IN_7_DAYS),
    of_balancer(
        "response_seconds_p95",
        "95th percentile of 5-minute 95th percentiles, weighted by requests",
        times_and_requests,
        |_, series| {
            let (times, requests) = enough(series)?;
            times.weighted_percentile(requests, 95.0)
        },
    )
    .over(7)
    .none_means(FEW_IN_7_DAYS),
    of_balancer("response_seconds_median", "median of 5-minute 95th percentiles", times_and_requests, |_, series| {
        enough(series)?.0.percentile(50.0)
    })
    .over(7)
    .none_means(FEW_IN_7_DAYS),
    of_balancer(
        "response_seconds_at_peak",
        "median of 5-minute 95th percentiles in the busiest tenth of them",
        times_and_requests,
        |_, series| {
            let (times, requests) = enough(series)?;
            times.where_most(requests, BUSIEST_PERCENT).percentile(50.0)
        },
    )
    .over(7)
    .none_means(FEW_IN_7_DAYS),
    of_balancer(
        "rejected_connections",
        "sum",
        |balancer| asked(balancer, APPLICATION, &["RejectedConnectionCount"]),
        |_, series| series.first()?.sum(),
    ),
    of_balancer(
        "target_connection_error_share",
        "failed connections over requests",
        |balancer| asked(balancer, APPLICATION, &["TargetConnectionErrorCount", "RequestCount"]),
        |_, series| {
            let requests = series.get(1)?.sum().filter(|requests| *requests >= FEWEST_REQUESTS)?;
            Some(series.first()?.sum()? / requests)
        },
    )
    .none_means(FEW_IN_14_DAYS),
    of_balancer("peak_capacity_units", "largest value of a minute", capacity, |balancer, series| {
        let largest = series.first()?.largest()?;
        Some(if of_type(balancer) == Some("network") { largest * 8.0 / BITS_A_UNIT } else { largest })
    }),
    Metric::of::<facts::elb::TargetGroup>(
        "unhealthy_share_sustained",
        "largest share that an hour of 5-minute averages reached",
        hosts,
        |_, series| {
            let (unhealthy, healthy) = (series.first()?, series.get(1)?);
            let all = unhealthy.with(healthy, |unhealthy, healthy| unhealthy + healthy);
            (!all.points.is_empty()).then(|| unhealthy.portion_of(&all, 0.0).sustained(HOUR))
        },
    )
    .over(7)
    .none_means("no target's health was measured in 7 days"),
];

/// What is measured of a load balancer since it was made.
const fn of_balancer(
    fact: &'static str,
    statistic: &'static str,
    series: fn(&Resource) -> Asked,
    value: fn(&Resource, &[Series]) -> Option<f64>,
) -> Metric {
    Metric::of::<facts::elb::LoadBalancer>(fact, statistic, series, value).since("created_at")
}

const APPLICATION: &str = "application";

fn of_type(balancer: &Resource) -> Option<&str> {
    balancer.facts.get("balancer_type")?.as_str()
}

/// The end of an ARN that is in dimensions.
fn dimension<'a>(arn: &'a str, resource: &str) -> Option<&'a str> {
    arn.split_once(resource).map(|(_, end)| end).filter(|end| !end.is_empty())
}

/// Five-minute sums of a counter.
fn counter(balancer: &Resource, namespace: &str, metric: &str) -> Option<Query> {
    let id = dimension(&balancer.arn, ":loadbalancer/")?;
    Some(Query::new(namespace, metric, &[("LoadBalancer", id)]).statistic("Sum").absent(Absent::Zero))
}

/// Counters of a load balancer of a type; another type has none of them.
fn asked(balancer: &Resource, wanted: &str, metrics: &[&str]) -> Asked {
    let namespace = if wanted == APPLICATION { "AWS/ApplicationELB" } else { "AWS/NetworkELB" };
    match of_type(balancer) {
        None => Asked::Unclear,
        Some(found) if found != wanted => Asked::Nothing,
        Some(_) => metrics
            .iter()
            .map(|metric| counter(balancer, namespace, metric))
            .collect::<Option<Vec<_>>>()
            .map_or(Asked::Unclear, Asked::Series),
    }
}

fn listeners(balancer: &Resource) -> Option<Vec<Listener>> {
    serde_json::from_value(balancer.facts.get("listeners")?.clone()).ok()
}

/// Requests that reached a target. One that forwards nothing serves by redirecting, or with a fixed answer.
fn served(balancer: &Resource) -> Asked {
    if of_type(balancer).is_some_and(|found| found != APPLICATION) {
        return Asked::Nothing;
    }
    let Some(listeners) = listeners(balancer) else { return Asked::Unclear };
    let forwards = listeners.iter().flat_map(|listener| &listener.rules).any(|rule| !rule.forwards.is_empty());
    let metrics: &[&str] =
        if forwards { &["RequestCount"] } else { &["HTTP_Redirect_Count", "HTTP_Fixed_Response_Count"] };
    asked(balancer, APPLICATION, metrics)
}

fn flows(balancer: &Resource) -> Asked {
    let Asked::Series(mut queries) = asked(balancer, "network", &["NewFlowCount", "ActiveFlowCount"]) else {
        return asked(balancer, "network", &["NewFlowCount"]);
    };
    if let Some(active) = queries.get_mut(1) {
        *active = active.clone().statistic("Maximum");
    }
    Asked::Series(queries)
}

/// Requests, the targets' errors, and the load balancer's own. A listener that answers with a fixed error means it, so
/// where there is one the own errors are counted by code, without that code.
fn errors_and_requests(balancer: &Resource) -> Asked {
    if of_type(balancer).is_some_and(|found| found != APPLICATION) {
        return Asked::Nothing;
    }
    let Some(listeners) = listeners(balancer) else { return Asked::Unclear };
    let rules = listeners.iter().flat_map(|listener| &listener.rules);
    let meant: Vec<&str> = rules.filter_map(|rule| rule.fixed_response.as_deref()).collect();
    let mut metrics = vec!["RequestCount", "HTTPCode_Target_5XX_Count"];
    if meant.iter().any(|code| code.starts_with('5')) {
        let own = OWN_ERRORS.iter().filter(|(code, _)| !meant.contains(code));
        metrics.extend(own.map(|(_, metric)| *metric));
    } else {
        metrics.push("HTTPCode_ELB_5XX_Count");
    }
    asked(balancer, APPLICATION, &metrics)
}

const OWN_ERRORS: &[(&str, &str)] = &[
    ("500", "HTTPCode_ELB_500_Count"),
    ("502", "HTTPCode_ELB_502_Count"),
    ("503", "HTTPCode_ELB_503_Count"),
    ("504", "HTTPCode_ELB_504_Count"),
];

fn sum_of(series: &[Series]) -> Option<Series> {
    let (first, others) = series.split_first()?;
    Some(others.iter().fold(first.clone(), |sum, series| sum.with(series, |sum, count| sum + count)))
}

/// Without a counter of its own errors (all codes are meant) there are none.
fn own_errors(series: &[Series]) -> Option<Series> {
    let none = series.first()?.with(series.first()?, |_, _| 0.0);
    Some(sum_of(series.get(2..)?).unwrap_or(none))
}

fn errors(series: &[Series]) -> Option<Series> {
    Some(own_errors(series)?.with(series.get(1)?, |own, targets| own + targets))
}

/// Those that reached a target, and those that the load balancer answered with an error itself.
fn all_requests(series: &[Series]) -> Option<Series> {
    Some(own_errors(series)?.with(series.first()?, |own, reached| own + reached))
}

fn times_and_requests(balancer: &Resource) -> Asked {
    let Asked::Series(mut queries) = asked(balancer, APPLICATION, &["TargetResponseTime", "RequestCount"]) else {
        return asked(balancer, APPLICATION, &["RequestCount"]);
    };
    if let Some(times) = queries.first_mut() {
        *times = times.clone().statistic("p95").absent(Absent::NoSample);
    }
    Asked::Series(queries)
}

/// Response times and requests, where the latter are enough.
fn enough(series: &[Series]) -> Option<(&Series, &Series)> {
    let (times, requests) = (series.first()?, series.get(1)?);
    (requests.sum()? >= FEWEST_REQUESTS).then_some((times, requests))
}

/// A minute of what the load balancer has to scale for. It is published while traffic flows.
fn capacity(balancer: &Resource) -> Asked {
    let (namespace, metric, statistic) = match of_type(balancer) {
        None => return Asked::Unclear,
        Some("application") => ("AWS/ApplicationELB", "PeakLCUs", "Sum"),
        Some("network") => ("AWS/NetworkELB", "PeakBytesPerSecond", "Maximum"),
        Some(_) => return Asked::Nothing,
    };
    let query = counter(balancer, namespace, metric);
    query.map_or(Asked::Unclear, |query| query.statistic(statistic).every(60).absent(Absent::NoSample).into())
}

/// Hosts of a target group by their health, at each load balancer that it hangs on. Functions are no hosts.
fn hosts(group: &Resource) -> Asked {
    match group.facts.get("target_type").and_then(Value::as_str) {
        None => return Asked::Unclear,
        Some("lambda") => return Asked::Nothing,
        Some(_) => {}
    }
    let Some(balancers) = group.facts.get("load_balancers").and_then(Value::as_array) else { return Asked::Unclear };
    // AWS lets a group hang on one load balancer.
    let Some(balancer) = balancers.first().and_then(Value::as_str) else { return Asked::Nothing };
    let of_group = |metric: &str| {
        let target_group = dimension(&group.arn, ":targetgroup/").map(|end| format!("targetgroup/{end}"))?;
        let balancer = dimension(balancer, ":loadbalancer/")?;
        let namespace = match balancer.split('/').next()? {
            "app" => "AWS/ApplicationELB",
            "net" => "AWS/NetworkELB",
            _ => "AWS/GatewayELB",
        };
        let dimensions = [("TargetGroup", target_group.as_str()), ("LoadBalancer", balancer)];
        Some(Query::new(namespace, metric, &dimensions).absent(Absent::NoSample))
    };
    match (of_group("UnHealthyHostCount"), of_group("HealthyHostCount")) {
        (Some(unhealthy), Some(healthy)) => [unhealthy, healthy].into(),
        _ => Asked::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{all_requests, dimension, errors, errors_and_requests, hosts, own_errors, served};
    use crate::metrics::{Absent, Asked, Series};
    use waaudit_model::snapshot::Resource;
    use waaudit_rules::fixtures::sample;

    fn metrics(asked: Asked) -> Vec<String> {
        match asked {
            Asked::Series(queries) => queries.into_iter().map(|query| query.metric).collect(),
            other => vec![format!("{other:?}")],
        }
    }

    fn balancer(action: &str, fixed: Option<&str>) -> Resource {
        let mut balancer = sample("elb.load_balancer").unwrap();
        let forwards = if action == "forward" { json!([{"target_group": "tg", "weight": null}]) } else { json!([]) };
        let rule = json!({"is_default": true, "action": action, "fixed_response": fixed, "required_headers": [], "forwards": forwards});
        let listeners = json!([{"arn": "l", "port": 80, "protocol": "HTTP", "rules": [rule]}]);
        balancer.facts.insert("listeners".to_owned(), listeners);
        balancer
    }

    #[test]
    fn dimensions_are_the_ends_of_arns() {
        let arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/50dc6c495c0c9188";
        assert_eq!(dimension(arn, ":loadbalancer/"), Some("app/web/50dc6c495c0c9188"));
        assert_eq!(dimension("web", ":loadbalancer/"), None);
    }

    #[test]
    fn one_that_forwards_nothing_serves_by_redirecting() {
        assert_eq!(metrics(served(&balancer("forward", None))), ["RequestCount"]);
        let redirects = ["HTTP_Redirect_Count", "HTTP_Fixed_Response_Count"];
        assert_eq!(metrics(served(&balancer("redirect", None))), redirects);
    }

    #[test]
    fn an_error_that_a_listener_means_is_not_counted() {
        let counted = |fixed| metrics(errors_and_requests(&balancer("fixed-response", fixed)))[2..].to_vec();
        assert_eq!(counted(Some("404")), ["HTTPCode_ELB_5XX_Count"]);
        let others = ["HTTPCode_ELB_500_Count", "HTTPCode_ELB_502_Count", "HTTPCode_ELB_504_Count"];
        assert_eq!(counted(Some("503")), others);
    }

    #[test]
    fn unread_listeners_and_types_are_unclear_and_other_types_have_none() {
        let mut balancer = balancer("forward", None);
        balancer.facts.remove("listeners");
        assert_eq!(errors_and_requests(&balancer), Asked::Unclear);
        balancer.facts.insert("balancer_type".to_owned(), json!("network"));
        assert_eq!(errors_and_requests(&balancer), Asked::Nothing);
        balancer.facts.remove("balancer_type");
        assert_eq!(errors_and_requests(&balancer), Asked::Unclear);
    }

    fn counted(points: &[(i64, f64)]) -> Series {
        Series { period: 300, start: 0, end: 3000, absent: Absent::Zero, points: points.to_vec() }
    }

    #[test]
    fn an_error_before_a_target_was_chosen_is_a_request_all_the_same() {
        let series = [counted(&[(0, 60.0)]), counted(&[(0, 3.0)]), counted(&[(0, 40.0), (300, 100.0)])];
        assert_eq!(all_requests(&series).unwrap().points, [(0, 100.0), (300, 100.0)]);
        assert_eq!(errors(&series).unwrap().points, [(0, 43.0), (300, 100.0)]);
        assert_eq!(own_errors(&series[..2]).unwrap().sum(), Some(0.0));
    }

    #[test]
    fn hosts_are_counted_at_the_load_balancer_of_the_group() {
        let mut group = sample("elb.target_group").unwrap();
        let Asked::Series(queries) = hosts(&group) else { panic!("no series") };
        assert_eq!(queries[0].namespace, "AWS/ApplicationELB");
        assert_eq!(queries[0].dimensions[0].1, "targetgroup/web/73e2d6bc24d8a067");
        assert_eq!(queries[0].dimensions[1].1, "app/web/50dc6c495c0c9188");
        group.facts.insert("target_type".to_owned(), json!("lambda"));
        assert_eq!(hosts(&group), Asked::Nothing);
    }
}
