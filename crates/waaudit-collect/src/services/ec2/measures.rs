//! What CloudWatch says of instances and of NAT gateways.

use serde_json::Value;

use crate::metrics::{Asked, Metric, Query, Series};
use waaudit_model::facts;
use waaudit_model::snapshot::Resource;

const DAY: i64 = 86_400;
const GIGABYTE: f64 = 1e9;

/// By AWS Trusted Advisor's check Qch7DwouX1, a day of low use has no more of both.
const LOW_CPU_PERCENT: f64 = 10.0;
const LOW_NETWORK_BYTES: f64 = 5e6;

pub(crate) const METRICS: &[Metric] = &[
    Metric::of::<facts::ec2::Instance>(
        "cpu_credit_balance_min",
        "minimum, its first day aside",
        |instance| of_burstable(instance, |id| of_instance("CPUCreditBalance", id).statistic("Minimum")),
        lowest_balance,
    )
    .over(7),
    Metric::of::<facts::ec2::Instance>(
        "cpu_surplus_credits_charged",
        "sum",
        |instance| {
            of_burstable(instance, |id| of_instance("CPUSurplusCreditsCharged", id).statistic("Sum").every(3600))
        },
        |_, series| series.first()?.sum(),
    )
    .over(7),
    Metric::of::<facts::ec2::Instance>(
        "low_use_days",
        "days with an average CPU of 10 % or less and 5 MB or less over the network",
        low_use,
        |_, series| low_use_days(series),
    ),
    Metric::of::<facts::ec2::Instance>(
        "cpu_percent_p99",
        "99th percentile of 5-minute averages",
        cpu_of_its_own,
        |_, series| series.first()?.percentile(99.0),
    ),
    Metric::of::<facts::ec2::NatGateway>(
        "port_allocation_errors",
        "sum",
        |gateway| of_gateway("ErrorPortAllocation", gateway).statistic("Sum").into(),
        |_, series| series.first()?.sum(),
    ),
    Metric::of::<facts::ec2::NatGateway>(
        "active_connections_max",
        "maximum",
        |gateway| of_gateway("ActiveConnectionCount", gateway).statistic("Maximum").into(),
        |_, series| series.first()?.largest(),
    ),
    Metric::of::<facts::ec2::NatGateway>(
        "packet_loss_percent",
        "sum of dropped packets divided by the sum of those sent",
        |gateway| daily(gateway, ["PacketsDropCount", "PacketsOutToDestination", "PacketsOutToSource"]),
        |_, series| packet_loss(series),
    ),
    Metric::of::<facts::ec2::NatGateway>(
        "gigabytes_a_day",
        "mean of daily sums in both directions",
        |gateway| daily(gateway, ["BytesOutToDestination", "BytesInFromDestination"]),
        |_, series| gigabytes(series),
    )
    .over(7),
];

fn of_instance(metric: &str, id: &str) -> Query {
    Query::new("AWS/EC2", metric, &[("InstanceId", id)])
}

/// The tag that Auto Scaling puts on what it launches.
const LAUNCHED_BY: &str = "aws:autoscaling:groupName";

/// What a group launched is measured as a group.
fn cpu_of_its_own(instance: &Resource) -> Asked {
    match &instance.tags {
        Some(tags) if tags.contains_key(LAUNCHED_BY) => Asked::Nothing,
        _ => of_instance("CPUUtilization", &instance.id).into(),
    }
}

fn of_gateway(metric: &str, gateway: &Resource) -> Query {
    Query::new("AWS/NATGateway", metric, &[("NatGatewayId", &gateway.id)])
}

fn daily<const N: usize>(gateway: &Resource, metrics: [&str; N]) -> Asked {
    metrics.map(|metric| of_gateway(metric, gateway).statistic("Sum").every(DAY)).into()
}

fn instance_type(instance: &Resource) -> Option<&str> {
    instance.facts.get("instance_type").and_then(Value::as_str)
}

/// Whether a type belongs to one of some families, numbered ones of which there are many: `t` has t2, t3 and t4g.
fn is_of(name: &str, families: &[&str]) -> bool {
    let numbered = |rest: &str| rest.starts_with(char::is_numeric);
    families.iter().any(|family| name.strip_prefix(family).is_some_and(numbered))
}

/// Only burstable instances have credits.
fn of_burstable(instance: &Resource, query: impl Fn(&str) -> Query) -> Asked {
    match instance_type(instance) {
        Some(name) if is_of(name, &["t"]) => query(&instance.id).into(),
        Some(_) => Asked::Nothing,
        None => Asked::Unclear,
    }
}

/// An instance may begin with no credits at all; that it earns them first says nothing of its load.
fn lowest_balance(instance: &Resource, series: &[Series]) -> Option<f64> {
    let launched: jiff::Timestamp = instance.facts.get("launched_at")?.as_str()?.parse().ok()?;
    series.first()?.from(launched.as_second() + DAY).smallest()
}

fn low_use(instance: &Resource) -> Asked {
    match instance_type(instance) {
        Some(name) if is_of(name, &["g", "p", "inf", "trn", "dl", "vt", "f"]) => {
            Asked::Off("its work may be done by a GPU or another accelerator, which these metrics do not show")
        }
        Some(_) => {
            let network = |metric| of_instance(metric, &instance.id).statistic("Sum").every(DAY);
            let cpu = of_instance("CPUUtilization", &instance.id).every(DAY);
            [cpu, network("NetworkIn"), network("NetworkOut")].into()
        }
        None => Asked::Unclear,
    }
}

fn low_use_days(series: &[Series]) -> Option<f64> {
    let [cpu, received, sent] = series else { return None };
    let network = received.with(sent, |a, b| a + b);
    let low = |cpu: f64, bytes: f64| cpu <= LOW_CPU_PERCENT && bytes <= LOW_NETWORK_BYTES;
    cpu.with(&network, |cpu, bytes| f64::from(u8::from(low(cpu, bytes)))).sum()
}

/// A gateway that sent nothing lost nothing.
fn packet_loss(series: &[Series]) -> Option<f64> {
    let [dropped, to_destination, to_source] = series else { return None };
    let (dropped, sent) = (dropped.sum()?, to_destination.sum()? + to_source.sum()?);
    Some(if dropped + sent > 0.0 { dropped * 100.0 / (dropped + sent) } else { 0.0 })
}

fn gigabytes(series: &[Series]) -> Option<f64> {
    let [sent, received] = series else { return None };
    Some(sent.with(received, |a, b| a + b).mean()? / GIGABYTE)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::metrics::Absent;

    const INSTANCE: &str = "ec2.instance";

    fn instance(name: &str) -> Resource {
        serde_json::from_value(json!({
            "kind": INSTANCE, "arn": "arn:aws:ec2:eu-west-1:111122223333:instance/i-1", "id": "i-1", "name": null,
            "region": "eu-west-1", "account": "111122223333", "tags": {},
            "facts": {"instance_type": name, "launched_at": "1970-01-02T00:00:00Z"},
        }))
        .unwrap()
    }

    fn days(values: &[f64]) -> Series {
        let points: Vec<(i64, f64)> = (0..).map(|day| day * DAY).zip(values.iter().copied()).collect();
        Series { period: DAY, start: 0, end: 14 * DAY, absent: Absent::Missing, points }
    }

    #[test]
    fn only_burstable_types_have_credits() {
        let asked = |name| of_burstable(&instance(name), |id| of_instance("CPUCreditBalance", id));
        assert!(matches!(asked("t4g.small"), Asked::Series(_)) && matches!(asked("t2.micro"), Asked::Series(_)));
        assert_eq!((asked("m7g.large"), asked("trn1.2xlarge")), (Asked::Nothing, Asked::Nothing));
    }

    #[test]
    fn the_first_day_of_an_instance_is_not_held_against_it() {
        assert_eq!(lowest_balance(&instance("t3.small"), &[days(&[0.0, 0.0, 300.0, 250.0])]), Some(250.0));
    }

    #[test]
    fn what_a_group_launched_is_measured_as_the_group() {
        let alone = instance("m7g.large");
        assert!(matches!(cpu_of_its_own(&alone), Asked::Series(_)));
        let tags = Some([(LAUNCHED_BY.to_owned(), "web".to_owned())].into());
        assert_eq!(cpu_of_its_own(&Resource { tags, ..alone }), Asked::Nothing);
    }

    #[test]
    fn a_day_of_low_use_is_low_in_cpu_and_network() {
        let series = [days(&[5.0, 5.0, 50.0, 10.0]), days(&[1e6, 9e6, 1e6, 2e6]), days(&[1e6, 1e6, 1e6, 3e6])];
        assert_eq!(low_use_days(&series), Some(2.0));
        assert!(matches!(low_use(&instance("g5.xlarge")), Asked::Off(_)));
        assert!(matches!(low_use(&instance("r7g.large")), Asked::Series(_)));
    }

    #[test]
    fn packets_are_lost_out_of_all_that_were_to_be_sent() {
        assert_eq!(packet_loss(&[days(&[1.0]), days(&[90.0]), days(&[9.0])]), Some(1.0));
        assert_eq!(packet_loss(&[days(&[0.0]), days(&[0.0]), days(&[0.0])]), Some(0.0));
    }

    #[test]
    fn bytes_of_both_directions_count() {
        assert_eq!(gigabytes(&[days(&[1e9, 3e9]), days(&[1e9, 1e9])]), Some(3.0));
    }
}
