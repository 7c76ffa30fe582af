//! What API Gateway's stages and regions are measured by.
//!
//! A REST API's metrics go by its name, without the letters that are not ASCII:
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html>. They are
//! published only while requests come.

use serde_json::Value;

use crate::metrics::{Absent, Asked, Metric, Query, Series};
use waaudit_model::facts;
use waaudit_model::facts::apigateway::Metered;
use waaudit_model::snapshot::Resource;

const NAMESPACE: &str = "AWS/ApiGateway";
const FEW: &str = "fewer than 1,000 requests came in 7 days";
/// Requests in the window without which a share says nothing.
const FEWEST_REQUESTS: f64 = 1000.0;
/// Requests in a minute without which its share says nothing.
const FEWEST_IN_A_MINUTE: f64 = 10.0;
const ALARM_MINUTES: usize = 3;

pub(crate) const METRICS: &[Metric] = &[
    Metric::of::<facts::apigateway::Stage>(
        "requests",
        "sum",
        |stage| asked(stage, requests_by_minute),
        |_, series| series.iter().map(Series::sum).sum(),
    )
    .over(7)
    .since("created_at"),
    Metric::of::<facts::apigateway::Stage>(
        "requests_per_minute_max",
        "largest 1-minute sum",
        |stage| asked(stage, requests_by_minute),
        |_, series| Series::together(series)?.largest(),
    )
    .over(7)
    .since("created_at"),
    Metric::of::<facts::apigateway::Stage>(
        "server_error_share",
        "errors over requests",
        |stage| asked(stage, errors_and_requests),
        |_, series| {
            let requests = series.get(1)?.sum().filter(|requests| *requests >= FEWEST_REQUESTS)?;
            Some(series.first()?.sum()? / requests)
        },
    )
    .over(7)
    .since("created_at")
    .none_means(FEW),
    Metric::of::<facts::apigateway::Stage>(
        "server_error_share_sustained",
        "largest share that three minutes in a row reached",
        |stage| asked(stage, errors_and_requests),
        |_, series| {
            let shares = series.first()?.portion_of(series.get(1)?, FEWEST_IN_A_MINUTE);
            Some(shares.sustained(ALARM_MINUTES))
        },
    )
    .over(7)
    .since("created_at"),
    Metric::of::<facts::apigateway::Stage>(
        "latency_milliseconds_p90",
        "95th percentile of 5-minute 90th percentiles, weighted by requests",
        |stage| asked(stage, latency_and_requests),
        |_, series| {
            let (latency, requests) = (series.first()?, series.get(1)?);
            requests.sum().filter(|requests| *requests >= FEWEST_REQUESTS)?;
            latency.weighted_percentile(requests, 95.0)
        },
    )
    .over(7)
    .since("created_at")
    .none_means(FEW),
    Metric::of::<facts::apigateway::Account>(
        "peak_requests_per_second",
        "largest 1-minute sum of all APIs, a second",
        all_apis,
        |_, series| Series::together(series)?.largest().map(|requests| requests / 60.0),
    )
    .since("oldest_stage_at"),
];

fn word<'a>(resource: &'a Resource, fact: &str) -> Option<&'a str> {
    resource.facts.get(fact)?.as_str()
}

/// Series of a stage; a stage whose metrics are another's too, or can't be named, is unclear.
fn asked(stage: &Resource, series: impl Fn(&Resource) -> Option<Vec<Query>>) -> Asked {
    match stage.facts.get("shares_metrics").and_then(Value::as_bool) {
        Some(false) => match series(stage) {
            Some(queries) if queries.is_empty() => Asked::Nothing,
            Some(queries) => Asked::Series(queries),
            None => Asked::Unclear,
        },
        Some(true) | None => Asked::Unclear,
    }
}

/// A metric of a stage, in 5 minutes.
fn of_stage(stage: &Resource, metric: &str) -> Option<Query> {
    let (dimension, value) = dimension(stage)?;
    let dimensions = [(dimension, value.as_str()), ("Stage", word(stage, "stage")?)];
    Some(Query::new(NAMESPACE, metric, &dimensions).absent(Absent::Zero))
}

/// What a stage's API uses in its metrics.
fn dimension(stage: &Resource) -> Option<(&'static str, String)> {
    let api = word(stage, "api")?;
    match word(stage, "api_type")? {
        "REST" => Some(("ApiName", metric_name(api, word(stage, "api_name")?))),
        _ => Some(("ApiId", api.to_owned())),
    }
}

/// The name under which a REST API's metrics are published.
pub(super) fn metric_name(id: &str, name: &str) -> String {
    let ascii: String = name.chars().filter(char::is_ascii).collect();
    if ascii.is_empty() { id.to_owned() } else { ascii }
}

/// The counters that a stage's throttle counts, and their statistic.
fn counters(stage: &Resource) -> Option<&'static [(&'static str, &'static str)]> {
    match word(stage, "api_type")? {
        "REST" | "HTTP" => Some(&[("Count", "SampleCount")]),
        "WEBSOCKET" => Some(&[("MessageCount", "Sum"), ("ConnectCount", "Sum")]),
        _ => None,
    }
}

fn requests(stage: &Resource) -> Option<Vec<Query>> {
    let counter = |(metric, statistic): &(&str, &str)| Some(of_stage(stage, metric)?.statistic(statistic));
    counters(stage)?.iter().map(counter).collect()
}

fn requests_by_minute(stage: &Resource) -> Option<Vec<Query>> {
    Some(requests(stage)?.into_iter().map(|query| query.every(60)).collect())
}

/// Nothing of a WebSocket API, which answers no requests.
fn errors_and_requests(stage: &Resource) -> Option<Vec<Query>> {
    let metric = match word(stage, "api_type")? {
        "REST" => "5XXError",
        "HTTP" => "5xx",
        _ => return Some(Vec::new()),
    };
    let errors = of_stage(stage, metric)?.statistic("Sum").every(60);
    Some(std::iter::once(errors).chain(requests_by_minute(stage)?).collect())
}

fn latency_and_requests(stage: &Resource) -> Option<Vec<Query>> {
    if word(stage, "api_type")? == "WEBSOCKET" {
        return Some(Vec::new());
    }
    let latency = of_stage(stage, "Latency")?.statistic("p90").absent(Absent::NoSample);
    Some(std::iter::once(latency).chain(requests(stage)?).collect())
}

/// What a stage adds to the metrics of its region: those of its whole API.
pub(super) fn metered(stage: &Resource) -> Option<Vec<Metered>> {
    let (dimension, value) = dimension(stage)?;
    let counter = |(metric, _): &(&str, &str)| Metered {
        dimension: dimension.to_owned(),
        value: value.clone(),
        metric: (*metric).to_owned(),
    };
    Some(counters(stage)?.iter().map(counter).collect())
}

fn all_apis(account: &Resource) -> Asked {
    let Some(metered) = account.facts.get("metered").and_then(|metered| metered.as_array()) else {
        return Asked::Unclear;
    };
    let query = |metered: &Value| {
        let text = |part: &str| metered.get(part)?.as_str();
        let statistic = if text("metric")? == "Count" { "SampleCount" } else { "Sum" };
        let query = Query::new(NAMESPACE, text("metric")?, &[(text("dimension")?, text("value")?)]);
        Some(query.statistic(statistic).every(60).absent(Absent::Zero))
    };
    match metered.iter().map(query).collect::<Option<Vec<_>>>() {
        Some(queries) if queries.is_empty() => Asked::Nothing,
        Some(queries) => Asked::Series(queries),
        None => Asked::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::{errors_and_requests, metered, metric_name, requests};
    use waaudit_model::snapshot::Resource;

    fn stage(api_type: &str) -> Resource {
        let facts = json!({"api": "a1b2c3", "api_name": "shop", "api_type": api_type, "stage": "prod"});
        let Value::Object(facts) = facts else { return resource(Map::new()) };
        resource(facts)
    }

    fn resource(facts: Map<String, Value>) -> Resource {
        let mut resource: Resource = waaudit_rules::fixtures::sample("apigateway.stage").unwrap();
        resource.facts = facts;
        resource
    }

    #[test]
    fn a_rest_api_goes_by_its_ascii_name_and_another_by_its_id() {
        assert_eq!(metric_name("a1", "Bücher"), "Bcher");
        assert_eq!(metric_name("a1", "本"), "a1");
        let dimensions = |api_type| requests(&stage(api_type)).unwrap()[0].dimensions.clone();
        assert_eq!(dimensions("REST")[0], ("ApiName".to_owned(), "shop".to_owned()));
        assert_eq!(dimensions("HTTP")[0], ("ApiId".to_owned(), "a1b2c3".to_owned()));
    }

    #[test]
    fn a_web_socket_counts_messages_and_connections_and_has_no_errors() {
        assert_eq!(errors_and_requests(&stage("WEBSOCKET")), Some(Vec::new()));
        let counted: Vec<String> = metered(&stage("WEBSOCKET")).unwrap().into_iter().map(|one| one.metric).collect();
        assert_eq!(counted, ["MessageCount", "ConnectCount"]);
    }
}
