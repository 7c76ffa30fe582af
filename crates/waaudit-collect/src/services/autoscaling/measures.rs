//! What CloudWatch says of a group: its CPU, the size that it wanted, and the requests of its target groups.
//!
//! CPU is published while the group has instances. The size is published only where the group's metrics were switched
//! on, so what rests on it stays unread elsewhere.

use serde_json::Value;

use crate::metrics::{Absent, Asked, Metric, Query, Series};
use waaudit_model::facts;
use waaudit_model::snapshot::Resource;

/// Group metrics: the size that is wanted, and the instances that serve.
const DESIRED: &str = "GroupDesiredCapacity";
const IN_SERVICE: &str = "GroupInServiceInstances";

/// Fifteen minutes of 5-minute points.
const SUSTAINED: usize = 3;

pub(crate) const METRICS: &[Metric] = &[
    Metric::of::<facts::autoscaling::Group>(
        "cpu_percent_p99",
        "99th percentile of 5-minute averages",
        |group| cpu(group).into(),
        |_, series| series.first()?.percentile(99.0),
    ),
    Metric::of::<facts::autoscaling::Group>(
        "sustained_cpu_percent",
        "highest 5-minute average held for 15 minutes in a row",
        |group| cpu(group).into(),
        |_, series| Some(series.first()?.sustained(SUSTAINED)),
    ),
    Metric::of::<facts::autoscaling::Group>(
        "sustained_cpu_percent_at_max",
        "highest 5-minute average held for 15 minutes in a row while all that is allowed was wanted",
        |group| published(DESIRED, group, || [cpu(group), desired(group)].into()),
        sustained_at_max,
    ),
    Metric::of::<facts::autoscaling::Group>("desired_capacity_max", "maximum", desired_where_published, |_, series| {
        series.first()?.largest()
    }),
    Metric::of::<facts::autoscaling::Group>(
        "daily_swing",
        "busy hour of the day divided by quiet hour, each on 5 of 7 days at least",
        |group| published(DESIRED, group, || desired(group).into()),
        |_, series| series.first()?.daily_swing(),
    ),
    Metric::of::<facts::autoscaling::Group>(
        "quiet_hour_cpu_percent",
        "mean of the hour of the day with the lowest mean",
        |group| cpu(group).into(),
        |_, series| series.first()?.quietest_hour(),
    ),
    Metric::of::<facts::autoscaling::Group>(
        "quiet_hour_desired_share",
        "mean of the quietest hour of the day divided by that of the busiest",
        |group| published(DESIRED, group, || desired(group).into()),
        |_, series| series.first()?.quietest_share(),
    ),
    Metric::of::<facts::autoscaling::Group>(
        "quiet_hour_requests_share",
        "mean of the quietest hour of the day divided by that of the busiest",
        requests,
        requests_share,
    )
    .since("created_at"),
    Metric::of::<facts::autoscaling::Group>(
        "in_service_p95",
        "95th percentile of 5-minute averages",
        |group| published(IN_SERVICE, group, || in_service(group).into()),
        |_, series| series.first()?.percentile(95.0),
    ),
];

fn cpu(group: &Resource) -> Query {
    Query::new("AWS/EC2", "CPUUtilization", &[("AutoScalingGroupName", &group.id)])
}

fn desired(group: &Resource) -> Query {
    Query::new("AWS/AutoScaling", DESIRED, &[("AutoScalingGroupName", &group.id)]).statistic("Maximum")
}

fn in_service(group: &Resource) -> Query {
    Query::new("AWS/AutoScaling", IN_SERVICE, &[("AutoScalingGroupName", &group.id)])
}

/// What asks for a group metric, where the group publishes that.
fn published(metric: &str, group: &Resource, asked: impl Fn() -> Asked) -> Asked {
    match strings(group, "enabled_metrics") {
        Some(enabled) if enabled.contains(&metric) => asked(),
        Some(_) => Asked::Off("its group metrics are off"),
        None => Asked::Unclear,
    }
}

fn desired_where_published(group: &Resource) -> Asked {
    match published(DESIRED, group, || desired(group).into()) {
        Asked::Off(_) => Asked::Nothing,
        other => other,
    }
}

/// The size is held against the maximum of today: one that has been raised since is no ceiling any more.
fn sustained_at_max(group: &Resource, series: &[Series]) -> Option<f64> {
    let [cpu, desired] = series else { return None };
    let most = group.facts.get("max_size")?.as_f64()?;
    let at_max = cpu.with(desired, |cpu, desired| if desired >= most { cpu } else { 0.0 });
    Some(at_max.sustained(SUSTAINED))
}

/// An Application Load Balancer publishes requests only while there are some.
fn requests(group: &Resource) -> Asked {
    let Some(groups) = strings(group, "target_groups") else { return Asked::Unclear };
    if groups.is_empty() {
        return Asked::Nothing;
    }
    let of_group = |arn: &str| {
        let name = arn.rsplit(':').next().unwrap_or(arn);
        let query = Query::new("AWS/ApplicationELB", "RequestCountPerTarget", &[("TargetGroup", name)]);
        query.statistic("Sum").every(3600).absent(Absent::Zero)
    };
    Asked::Series(groups.into_iter().map(of_group).collect())
}

fn requests_share(_: &Resource, series: &[Series]) -> Option<f64> {
    Series::together(series)?.quietest_share()
}

fn strings<'r>(group: &'r Resource, fact: &str) -> Option<Vec<&'r str>> {
    group.facts.get(fact)?.as_array()?.iter().map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const KIND: &str = "autoscaling.group";

    fn group(facts: Value) -> Resource {
        serde_json::from_value(json!({
            "kind": KIND, "arn": "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:1:autoScalingGroupName/web",
            "id": "web", "name": null, "region": "eu-west-1", "account": "111122223333", "tags": {}, "facts": facts,
        }))
        .unwrap()
    }

    fn series(points: &[f64]) -> Series {
        let points: Vec<(i64, f64)> = (0..).map(|n| n * 300).zip(points.iter().copied()).collect();
        Series { period: 300, start: 0, end: 86_400, absent: Absent::Missing, points }
    }

    #[test]
    fn the_size_is_asked_for_where_the_group_publishes_it() {
        let asked = |facts| desired_where_published(&group(facts));
        assert!(matches!(asked(json!({"enabled_metrics": ["GroupDesiredCapacity"]})), Asked::Series(_)));
        assert_eq!(asked(json!({"enabled_metrics": ["GroupMinSize"]})), Asked::Nothing);
        assert_eq!(asked(json!({})), Asked::Unclear);
    }

    #[test]
    fn cpu_counts_at_the_maximum_and_above_it_alone() {
        let at_max = |desired: &[f64]| {
            let series = [series(&[90.0, 91.0, 92.0, 40.0]), series(desired)];
            sustained_at_max(&group(json!({"max_size": 6})), &series)
        };
        assert_eq!(at_max(&[6.0, 6.0, 6.0, 6.0]), Some(90.0));
        assert_eq!(at_max(&[8.0, 8.0, 8.0, 6.0]), Some(90.0), "the maximum was lowered since");
        assert_eq!(at_max(&[5.0, 6.0, 6.0, 6.0]), Some(40.0));
        assert_eq!(at_max(&[4.0, 4.0, 4.0, 4.0]), Some(0.0));
    }

    #[test]
    fn requests_are_those_of_all_target_groups() {
        let arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/73e2d6bc24d8a067";
        let Asked::Series(queries) = requests(&group(json!({"target_groups": [arn]}))) else { panic!("series") };
        let name = ("TargetGroup".to_owned(), "targetgroup/web/73e2d6bc24d8a067".to_owned());
        assert_eq!(queries[0].dimensions, [name]);
        assert_eq!(requests(&group(json!({"target_groups": []}))), Asked::Nothing);
    }
}
