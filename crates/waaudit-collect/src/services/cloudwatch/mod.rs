//! Amazon CloudWatch: alarms and dashboards. The latter have a file of their own.

use std::sync::LazyLock;

use aws_sdk_cloudwatch::types::{
    AlarmType, ComparisonOperator, CompositeAlarm, Dimension, Metric, MetricAlarm, StateValue,
};

use regex::Regex;

pub(crate) use self::dashboard::DASHBOARD;
use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::rate_limit::Rate;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::cloudwatch::{Alarm, Queried};

mod dashboard;

pub(crate) const SERVICE: Service = Service {
    kinds: &[ALARM, DASHBOARD],
    metrics: &[],
    rates: &[
        // CloudWatch, "Service quotas".
        // GetMetricData: 500 calls a second, but 396,000 points, and the planner fills its calls up to 100,800.
        Rate::each("cloudwatch", &["GetMetricData"], 396_000.0 / 100_800.0, 3),
        Rate::each("cloudwatch", &["GetMetricStatistics"], 400.0, 400),
        Rate::each("cloudwatch", &["ListMetrics"], 25.0, 25),
        Rate::each("cloudwatch", &["DescribeAlarms"], 9.0, 9),
        Rate::each("cloudwatch", Rate::ALL, 10.0, 10),
    ],
};

const DESCRIBE_ALARMS: Call = Call::new("cloudwatch", "DescribeAlarms");

pub(crate) const ALARM: Kind =
    Kind::regional::<facts::cloudwatch::Alarm>(&[&DESCRIBE_ALARMS], |ctx| Box::pin(alarms(ctx)));

async fn alarms(ctx: Context) {
    let client = aws_sdk_cloudwatch::Client::new(ctx.config());
    // Unless it is asked for composite alarms, AWS leaves them out.
    let request = client.describe_alarms().alarm_types(AlarmType::MetricAlarm).alarm_types(AlarmType::CompositeAlarm);
    ctx.pages(&DESCRIBE_ALARMS, request.into_paginator().send(), |page| {
        for alarm in page.metric_alarms() {
            push(&ctx, alarm.alarm_arn(), alarm.alarm_name(), metric_facts(alarm, &ctx.account));
        }
        for alarm in page.composite_alarms() {
            push(&ctx, alarm.alarm_arn(), alarm.alarm_name(), composite_facts(alarm));
        }
    })
    .await;
}

fn push(ctx: &Context, arn: Option<&str>, name: Option<&str>, facts: Alarm) {
    let Some(name) = name else {
        return ctx.unreadable(&DESCRIBE_ALARMS, None, "an alarm without a name");
    };
    let arn = arn.map_or_else(|| ctx.arn("cloudwatch", &format!("alarm:{name}")), str::to_owned);
    let target_tracking = name.starts_with("TargetTracking-").into();
    ctx.push(ResourceId { arn, id: name.to_owned(), ..ResourceId::default() }, Alarm { target_tracking, ..facts });
}

/// What a metric alarm watches, other accounts' metrics aside.
#[derive(Default)]
struct HttpMiddleware {
    namespaces: Vec<String>,
    metrics: Vec<String>,
    dimensions: Vec<String>,
    queries: Vec<Queried>,
}

/// `SELECT AVG(CPUUtilization) FROM SCHEMA("AWS/RDS", DBInstanceIdentifier)`, with quotes or without.
static FROM: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?is)^\s*SELECT\s+\w+\s*\(\s*"?([\w.-]+)"?\s*\)\s+FROM\s+(?:SCHEMA\s*\(\s*)?"?([\w./-]+)"?"#).ok()
});

/// What a Metrics Insights query reads of all resources; none for one that picks some, and for metric math.
fn queried(expression: &str) -> Option<Queried> {
    let found = FROM.as_ref()?.captures(expression)?;
    let part = |number| found.get(number).map(|part| part.as_str().to_owned());
    let whole = !expression.to_ascii_uppercase().split_whitespace().any(|word| word == "WHERE");
    let queried = Queried { namespace: part(2)?, metric: part(1)? };
    whole.then_some(queried)
}

impl HttpMiddleware {
    fn by(alarm: &MetricAlarm, account: &str) -> Self {
        let mut watched = Self::default();
        watched.add(alarm.namespace(), alarm.metric_name(), alarm.dimensions());
        let own = alarm.metrics().iter().filter(|query| query.account_id().is_none_or(|id| id == account));
        for query in own {
            watched.queries.extend(query.expression().and_then(queried));
            if let Some(metric) = query.metric_stat().and_then(|stat| stat.metric()) {
                watched.add(metric.namespace(), Metric::metric_name(metric), metric.dimensions());
            }
        }
        watched
    }

    fn add(&mut self, namespace: Option<&str>, metric: Option<&str>, dimensions: &[Dimension]) {
        add_new(&mut self.namespaces, namespace);
        add_new(&mut self.metrics, metric);
        for dimension in dimensions {
            add_new(&mut self.dimensions, dimension.value());
        }
    }
}

fn add_new(names: &mut Vec<String>, name: Option<&str>) {
    names.extend(name.filter(|name| !names.iter().any(|known| known == name)).map(str::to_owned));
}

fn metric_facts(a: &MetricAlarm, account: &str) -> Alarm {
    let watched = HttpMiddleware::by(a, account);
    Alarm {
        alarm_type: "metric".to_owned().into(),
        actions_enabled: a.actions_enabled.into(),
        actions: a.alarm_actions().to_vec().into(),
        state: state(a.state_value()).into(),
        namespaces: watched.namespaces.into(),
        metrics: watched.metrics.into(),
        watches: watched.dimensions.into(),
        queries: watched.queries.into(),
        direction: direction(a).into(),
        threshold: Fact::Known(a.threshold.filter(|_| a.metric_name().is_some())),
        alarm_rule: Fact::Known(None),
        ..Alarm::default()
    }
}

fn composite_facts(a: &CompositeAlarm) -> Alarm {
    Alarm {
        alarm_type: "composite".to_owned().into(),
        actions_enabled: a.actions_enabled.into(),
        actions: a.alarm_actions().to_vec().into(),
        state: state(a.state_value()).into(),
        namespaces: Vec::new().into(),
        metrics: Vec::new().into(),
        watches: Vec::new().into(),
        queries: Vec::new().into(),
        direction: Fact::Known(None),
        threshold: Fact::Known(None),
        alarm_rule: a.alarm_rule.clone().map(Some).into(),
        ..Alarm::default()
    }
}

/// What a metric has to do; none on metric math, whose value may fall when the metrics rise.
fn direction(alarm: &MetricAlarm) -> Option<Option<String>> {
    let keeps_sense =
        |expression: &str| queried(expression).is_some() || expression.starts_with("ANOMALY_DETECTION_BAND");
    if !alarm.metrics().iter().filter_map(|query| query.expression()).all(keeps_sense) {
        return Some(None);
    }
    let word = match alarm.comparison_operator()? {
        ComparisonOperator::GreaterThanThreshold
        | ComparisonOperator::GreaterThanOrEqualToThreshold
        | ComparisonOperator::GreaterThanUpperThreshold => "above",
        ComparisonOperator::LessThanThreshold
        | ComparisonOperator::LessThanOrEqualToThreshold
        | ComparisonOperator::LessThanLowerThreshold => "below",
        ComparisonOperator::LessThanLowerOrGreaterThanUpperThreshold => "outside",
        _ => return None,
    };
    Some(Some(word.to_owned()))
}

fn state(state: Option<&StateValue>) -> Option<String> {
    state.map(|state| state.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_cloudwatch::types::{MetricDataQuery, MetricStat};

    fn query(account: Option<&str>, namespace: &str, watched: &str) -> MetricDataQuery {
        let dimension = Dimension::builder().name("QueueName").value(watched).build();
        let metric = Metric::builder().namespace(namespace).metric_name("Depth").dimensions(dimension).build();
        MetricDataQuery::builder()
            .id("m")
            .metric_stat(MetricStat::builder().metric(metric).build())
            .set_account_id(account.map(str::to_owned))
            .build()
    }

    #[test]
    fn a_query_reads_a_metric_of_all_unless_it_says_where() {
        let of = |namespace: &str, metric: &str| {
            Some(Queried { namespace: namespace.to_owned(), metric: metric.to_owned() })
        };
        assert_eq!(
            queried(r#"SELECT AVG(CPUUtilization) FROM SCHEMA("AWS/RDS", DBInstanceIdentifier)"#),
            of("AWS/RDS", "CPUUtilization")
        );
        let grouped = "select max(\"Errors\")\nfrom \"AWS/Lambda\" group by FunctionName";
        assert_eq!(queried(grouped), of("AWS/Lambda", "Errors"));
        assert_eq!(
            queried("SELECT SUM(Errors) FROM SCHEMA(\"AWS/Lambda\", FunctionName) WHERE FunctionName = 'a'"),
            None
        );
        assert_eq!(queried("m1 / m2"), None);
    }

    #[test]
    fn an_alarm_has_a_direction_unless_it_is_on_metric_math() {
        let on = |operator: ComparisonOperator, expression: Option<&str>| {
            let query = MetricDataQuery::builder().id("e").set_expression(expression.map(str::to_owned)).build();
            direction(&MetricAlarm::builder().comparison_operator(operator).metrics(query).build())
        };
        let above = ComparisonOperator::GreaterThanThreshold;
        assert_eq!(on(above.clone(), None), Some(Some("above".to_owned())));
        assert_eq!(on(ComparisonOperator::LessThanThreshold, None), Some(Some("below".to_owned())));
        assert_eq!(on(above.clone(), Some("ANOMALY_DETECTION_BAND(m1, 2)")), Some(Some("above".to_owned())));
        assert_eq!(on(above.clone(), Some("SELECT MAX(Errors) FROM \"AWS/Lambda\"")), Some(Some("above".to_owned())));
        assert_eq!(on(above, Some("100 - m1")), Some(None));
        assert_eq!(direction(&MetricAlarm::builder().build()), None);
    }

    #[test]
    fn metric_math_counts_and_another_accounts_metrics_do_not() {
        let alarm = MetricAlarm::builder()
            .metrics(query(None, "AWS/SQS", "orders"))
            .metrics(query(Some("111122223333"), "AWS/SQS", "bills"))
            .metrics(query(Some("444455556666"), "AWS/Foreign", "letters"))
            .build();
        let facts = metric_facts(&alarm, "111122223333");
        assert_eq!(facts.namespaces, Fact::Known(vec!["AWS/SQS".to_owned()]));
        assert_eq!(facts.watches, Fact::Known(vec!["orders".to_owned(), "bills".to_owned()]));
        assert!(facts.actions_enabled.is_unread());
    }
}
