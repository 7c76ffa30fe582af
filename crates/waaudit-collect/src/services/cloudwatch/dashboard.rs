//! Dashboards: whose metrics and which alarms their widgets show. What else a widget says stays behind.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aws_sdk_cloudwatch::Client;
use regex::Regex;
use serde_json::Value;

use crate::call::Call;
use crate::kind::Kind;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::cloudwatch::Dashboard;

const LIST_DASHBOARDS: Call = Call::new("cloudwatch", "ListDashboards");
const GET_DASHBOARD: Call = Call::new("cloudwatch", "GetDashboard");

/// Dashboards belong to no region: each region lists all of them.
pub(crate) const DASHBOARD: Kind =
    Kind::global::<facts::cloudwatch::Dashboard>(&[&LIST_DASHBOARDS, &GET_DASHBOARD], |ctx| Box::pin(dashboards(ctx)));

/// A namespace by itself, in a search (`SEARCH('{AWS/EC2,InstanceId} …')`) or in a query (`FROM SCHEMA("AWS/EC2")`).
static NAMESPACE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(AWS/\w+|ECS/ContainerInsights|ContainerInsights|LambdaInsights|CWAgent)\b").ok());
/// What an explorer shows: a type of CloudFormation's.
static EXPLORED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^AWS::(\w+)::\w+$").ok());

async fn dashboards(ctx: Context) {
    let client = Client::new(ctx.config());
    let mut names = Vec::new();
    ctx.pages(&LIST_DASHBOARDS, client.list_dashboards().into_paginator().send(), |page| {
        for dashboard in page.dashboard_entries() {
            let Some(id) = dashboard.dashboard_name.clone() else {
                ctx.unreadable(&LIST_DASHBOARDS, None, "a dashboard without a name");
                continue;
            };
            names.push((
                dashboard.dashboard_arn.clone().unwrap_or_else(|| ctx.arn("cloudwatch", &format!("dashboard/{id}"))),
                id,
            ));
        }
    })
    .await;
    run_bounded(names.into_iter().map(|(arn, id)| dashboard(&ctx, &client, arn, id))).await;
}

async fn dashboard(ctx: &Context, client: &Client, arn: String, id: String) {
    let request = client.get_dashboard().dashboard_name(&id).send();
    let facts = match ctx.detail(&GET_DASHBOARD, &arn, request).await {
        Some(answer) => answer.dashboard_body().and_then(shown).unwrap_or_else(|| {
            ctx.unreadable(&GET_DASHBOARD, Some(&arn), "a dashboard that is not written in JSON");
            Dashboard::default()
        }),
        None => Dashboard::default(),
    };
    ctx.push(ResourceId { arn, id, ..ResourceId::default() }, facts);
}

/// What a dashboard's widgets show, their texts aside.
fn shown(body: &str) -> Option<Dashboard> {
    let body: Value = serde_json::from_str(body).ok()?;
    let widgets = body.as_object()?.get("widgets").and_then(Value::as_array).cloned().unwrap_or_default();
    let (mut namespaces, mut alarms) = (BTreeSet::new(), BTreeSet::new());
    for widget in widgets.iter().filter(|widget| widget["type"] != "text") {
        each_text(&widget["properties"], &mut |text| {
            namespaces.extend(named(text));
            alarms.extend(
                Some(text).filter(|text| text.starts_with("arn:") && text.contains(":alarm:")).map(str::to_owned),
            );
        });
    }
    Some(Dashboard {
        namespaces: namespaces.into_iter().collect::<Vec<_>>().into(),
        alarms: alarms.into_iter().collect::<Vec<_>>().into(),
    })
}

fn each_text(value: &Value, each: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => each(text),
        Value::Array(items) => items.iter().for_each(|item| each_text(item, each)),
        Value::Object(members) => members.values().for_each(|member| each_text(member, each)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The namespaces that a text names.
fn named(text: &str) -> Vec<String> {
    let explored = EXPLORED.as_ref().and_then(|explored| explored.captures(text)?.get(1));
    if let Some(service) = explored {
        return vec![format!("AWS/{}", service.as_str())];
    }
    let found = NAMESPACE.as_ref().map(|namespace| namespace.find_iter(text));
    found.into_iter().flatten().map(|found| found.as_str().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use waaudit_model::facts::Fact;

    fn namespaces(body: &Value) -> Vec<String> {
        shown(&body.to_string()).unwrap().namespaces.known().cloned().unwrap()
    }

    #[test]
    fn metrics_searches_queries_and_explorers_name_namespaces() {
        let widget = |properties: Value| json!({"type": "metric", "properties": properties});
        let body = json!({"widgets": [
            widget(json!({"metrics": [["AWS/EC2", "CPUUtilization", "InstanceId", "i-1"], [".", "NetworkIn", ".", "."]]})),
            widget(json!({"metrics": [[{"expression": "SEARCH('{AWS/RDS,DBInstanceIdentifier} CPU', 'Average')"}]]})),
            widget(json!({"metrics": [[{"expression": "SELECT AVG(Latency) FROM SCHEMA(\"AWS/ApiGateway\", ApiName)"}]]})),
            {"type": "explorer", "properties": {"metrics": [{"metricName": "Errors", "resourceType": "AWS::Lambda::Function"}]}},
        ]});
        assert_eq!(namespaces(&body), ["AWS/ApiGateway", "AWS/EC2", "AWS/Lambda", "AWS/RDS"]);
    }

    #[test]
    fn a_text_shows_nothing() {
        let body = json!({"widgets": [{"type": "text", "properties": {"markdown": "where AWS/RDS would be"}}]});
        assert!(namespaces(&body).is_empty());
        assert!(namespaces(&json!({})).is_empty());
    }

    #[test]
    fn alarms_are_kept_by_arn() {
        let arn = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:slow";
        let body = json!({"widgets": [{"type": "alarm", "properties": {"alarms": [arn], "title": "slow"}}]});
        assert_eq!(shown(&body.to_string()).unwrap().alarms, Fact::Known(vec![arn.to_owned()]));
    }

    #[test]
    fn what_is_no_json_is_not_read() {
        assert!(shown("widgets").is_none() && shown("[]").is_none());
    }
}
