//! AWS Lambda. The list carries environment variables, which can hold secrets: they stay behind.

pub(crate) mod function_url;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::{
    EventSourceMappingConfiguration, FunctionConfiguration, FunctionEventInvokeConfig, FunctionResponseType,
};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::metrics::{Absent, Asked, Metric, Query, Series};
use crate::rate_limit::Rate;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::lambda::{
    AsyncConfig, AsyncConfiguration, Concurrency, EventSourceMapping, Function, Settings,
};
use waaudit_model::snapshot::Resource;

pub(crate) const SERVICE: Service = Service {
    kinds: &[EVENT_SOURCE_MAPPING, FUNCTION, function_url::FUNCTION_URL, ASYNC_CONFIG, CONCURRENCY, SETTINGS],
    metrics: &[METRICS],
    rates: &[
        // Lambda, "Quotas": 15/s over all control-plane calls but these.
        Rate::each("lambda", &["GetFunction"], 100.0, 100),
        Rate::each("lambda", &["GetPolicy"], 15.0, 15),
        Rate::shared("lambda", Rate::ALL, 15.0, 15),
    ],
};

const LIST_FUNCTIONS: Call = Call::new("lambda", "ListFunctions");
const GET_CONCURRENCY: Call = Call::new("lambda", "GetFunctionConcurrency");
const LIST_MAPPINGS: Call = Call::new("lambda", "ListEventSourceMappings");
const LIST_ASYNC_CONFIGS: Call = Call::new("lambda", "ListFunctionEventInvokeConfigs");
const GET_SETTINGS: Call = Call::new("lambda", "GetAccountSettings");

pub(crate) const FUNCTION: Kind =
    Kind::regional::<facts::lambda::Function>(&[&LIST_FUNCTIONS], |ctx| Box::pin(functions(ctx)));
pub(crate) const CONCURRENCY: Kind =
    Kind::regional::<facts::lambda::Concurrency>(&[&GET_CONCURRENCY], |ctx| Box::pin(concurrencies(ctx)))
        .after::<facts::lambda::Function>();
pub(crate) const EVENT_SOURCE_MAPPING: Kind =
    Kind::regional::<facts::lambda::EventSourceMapping>(&[&LIST_MAPPINGS], |ctx| Box::pin(mappings(ctx)));
pub(crate) const SETTINGS: Kind =
    Kind::regional::<facts::lambda::Settings>(&[&GET_SETTINGS], |ctx| Box::pin(settings(ctx))).own_tags();

/// One call for each function: which queues take failed events is only known of all of them.
pub(crate) const ASYNC_CONFIG: Kind =
    Kind::regional::<facts::lambda::AsyncConfig>(&[&LIST_ASYNC_CONFIGS], |ctx| Box::pin(async_configs(ctx)))
        .after::<facts::lambda::Function>()
        .untagged();

/// Lambda publishes nothing of a function that is not called, and does not say since when a function exists.
pub(crate) const METRICS: &[Metric] = &[
    Metric::of::<facts::lambda::Function>(
        "invocations",
        "sum",
        |f| weekly("Invocations", f),
        |_, series| series.first()?.sum(),
    )
    .over(7),
    Metric::of::<facts::lambda::Function>(
        "throttles",
        "sum",
        |f| weekly("Throttles", f),
        |_, series| series.first()?.sum(),
    )
    .over(7),
    Metric::of::<facts::lambda::Function>(
        "async_events",
        "sum",
        |f| daily("AsyncEventsReceived", f),
        |_, series| series.first()?.sum(),
    ),
    Metric::of::<facts::lambda::Function>(
        "async_events_dropped",
        "sum",
        |f| daily("AsyncEventsDropped", f),
        |_, series| series.first()?.sum(),
    ),
    Metric::of::<facts::lambda::Settings>(
        "claimed_concurrency_max",
        "maximum",
        concurrency,
        // The claims hold the runs too; both are asked for, since a metric that is not published would look like none.
        |_, series| series.iter().filter_map(Series::largest).reduce(f64::max),
    ),
];

fn of_function(metric: &str, function: &Resource) -> Query {
    Query::new("AWS/Lambda", metric, &[("FunctionName", &function.id)]).statistic("Sum").absent(Absent::Zero)
}

fn weekly(metric: &str, function: &Resource) -> Asked {
    of_function(metric, function).every(3600).into()
}

fn daily(metric: &str, function: &Resource) -> Asked {
    of_function(metric, function).every(86_400).into()
}

/// Published while functions run. The limits of a region were never made, so nothing says since when.
fn concurrency(settings: &Resource) -> Asked {
    let of_account = |metric: &str| {
        let query = Query::new("AWS/Lambda", metric, &[]);
        query.statistic("Maximum").absent(Absent::Zero)
    };
    match settings.facts.get("function_count").and_then(serde_json::Value::as_i64) {
        Some(0) => Asked::Nothing,
        Some(_) => ["ClaimedAccountConcurrency", "ConcurrentExecutions"].map(of_account).into(),
        None => Asked::Unclear,
    }
}

async fn functions(ctx: Context) {
    let client = Client::new(ctx.config());
    ctx.pages(&LIST_FUNCTIONS, client.list_functions().into_paginator().send(), |page| {
        for function in page.functions() {
            let Some(id) = function.function_name() else {
                ctx.unreadable(&LIST_FUNCTIONS, None, "a function without a name");
                continue;
            };
            let arn = function.function_arn.clone().unwrap_or_else(|| ctx.arn("lambda", &format!("function:{id}")));
            ctx.push(ResourceId { arn, id: id.to_owned(), ..ResourceId::default() }, function_facts(function));
        }
    })
    .await;
}

/// One call for each function in a VPC: no fact needs those of others.
async fn concurrencies(ctx: Context) {
    ctx.inherit_gaps();
    let client = aws_sdk_lambda::Client::new(ctx.config());
    let in_vpc = ctx.before.resources().filter(|function| {
        let subnets = function.facts.get("subnets").and_then(serde_json::Value::as_array);
        subnets.is_some_and(|subnets| !subnets.is_empty())
    });
    let each = in_vpc.map(async |function| {
        let request = client.get_function_concurrency().function_name(&function.id).send();
        let answer = ctx.detail(&GET_CONCURRENCY, &function.arn, request).await;
        let reserved = answer.map(|answer| answer.reserved_concurrent_executions.map(i64::from));
        let named = ResourceId { arn: function.arn.clone(), id: function.id.clone(), ..ResourceId::default() };
        ctx.push(named, Concurrency { reserved: reserved.into() });
    });
    run_bounded(each).await;
}

async fn mappings(ctx: Context) {
    let client = Client::new(ctx.config());
    ctx.pages(&LIST_MAPPINGS, client.list_event_source_mappings().into_paginator().send(), |page| {
        for mapping in page.event_source_mappings() {
            let Some(id) = mapping.uuid() else {
                ctx.unreadable(&LIST_MAPPINGS, None, "an event source mapping without an id");
                continue;
            };
            let arn = mapping.event_source_mapping_arn.clone();
            let arn = arn.unwrap_or_else(|| ctx.arn("lambda", &format!("event-source-mapping:{id}")));
            ctx.push(ResourceId { arn, id: id.to_owned(), ..ResourceId::default() }, mapping_facts(mapping));
        }
    })
    .await;
}

async fn async_configs(ctx: Context) {
    ctx.inherit_gaps();
    let client = Client::new(ctx.config());
    let asked = ctx.before.resources().filter(|function| is_itself(function));
    run_bounded(asked.map(|function| async_config(&ctx, &client, function))).await;
}

/// Whether a function is not an edge copy.
fn is_itself(function: &Resource) -> bool {
    function.facts::<Function>().unwrap_or_default().edge_copy_of == Fact::Known(None)
}

async fn async_config(ctx: &Context, client: &Client, function: &Resource) {
    let request = client.list_function_event_invoke_configs().function_name(&function.id);
    let pages = ctx.detail_pages(&LIST_ASYNC_CONFIGS, &function.arn, request.into_paginator().send()).await;
    let configurations = pages.and_then(|pages| {
        let all = pages.iter().flat_map(|page| page.function_event_invoke_configs()).map(async_configuration);
        let all = all.collect::<Option<Vec<_>>>();
        ctx.whole(&LIST_ASYNC_CONFIGS, &function.arn, "configurations", all).known().cloned()
    });
    let name = ResourceId {
        arn: format!("{}:event-invoke-config", function.arn),
        id: function.id.clone(),
        tags: function.tags.clone(),
        ..ResourceId::default()
    };
    ctx.push(name, AsyncConfig { function: function.arn.clone().into(), configurations: configurations.into() });
}

fn async_configuration(config: &FunctionEventInvokeConfig) -> Option<AsyncConfiguration> {
    let on_failure = config.destination_config().and_then(|destinations| destinations.on_failure()?.destination());
    Some(AsyncConfiguration {
        qualifier: config.function_arn()?.splitn(8, ':').nth(7).unwrap_or("$LATEST").to_owned(),
        on_failure: on_failure.filter(|destination| !destination.is_empty()).map(str::to_owned),
    })
}

async fn settings(ctx: Context) {
    let client = Client::new(ctx.config());
    let Some(answer) = ctx.list(&GET_SETTINGS, client.get_account_settings().send()).await else { return };
    let (limit, usage) = (answer.account_limit(), answer.account_usage());
    let facts = Settings {
        // The SDK makes a limit of 0 out of an absent one, and AWS has no such limit.
        concurrency_limit: limit
            .map(|limit| i64::from(limit.concurrent_executions()))
            .filter(|&limit| limit > 0)
            .into(),
        unreserved_concurrency: limit.and_then(|limit| limit.unreserved_concurrent_executions).map(i64::from).into(),
        function_count: usage.map(|usage| usage.function_count()).into(),
        ..Settings::default()
    };
    let name = ResourceId {
        arn: ctx.arn("lambda", "settings"),
        id: "lambda".to_owned(),
        tags: Some(std::collections::BTreeMap::new()),
        ..ResourceId::default()
    };
    ctx.push(name, facts);
}

fn function_facts(f: &FunctionConfiguration) -> Function {
    Function {
        state: f.state().map(|state| state.as_str().to_owned()).into(),
        subnets: f.vpc_config().map_or_else(Vec::new, |vpc| vpc.subnet_ids().to_vec()).into(),
        security_groups: f.vpc_config().map_or_else(Vec::new, |vpc| vpc.security_group_ids().to_vec()).into(),
        timeout_seconds: f.timeout.map(i64::from).into(),
        tracing_mode: f.tracing_config().and_then(|tracing| tracing.mode()).map(|mode| mode.as_str().to_owned()).into(),
        dead_letter_target: f.dead_letter_config().and_then(|target| target.target_arn.clone()).into(),
        edge_copy_of: f.master_arn.clone().into(),
        ..Function::default()
    }
}

fn mapping_facts(m: &EventSourceMappingConfiguration) -> EventSourceMapping {
    EventSourceMapping {
        source: m.event_source_arn.clone().into(),
        function: m.function_arn().map(unqualified).into(),
        state: m.state.clone().into(),
        batching_window_seconds: m.maximum_batching_window_in_seconds.map(i64::from).into(),
        reports_batch_item_failures: m
            .function_response_types()
            .contains(&FunctionResponseType::ReportBatchItemFailures)
            .into(),
        failure_destination: Fact::Known(m.destination_config().and_then(|to| to.on_failure()?.destination.clone())),
    }
}

/// A function's ARN without its version or alias, which is the eighth part.
fn unqualified(arn: &str) -> String {
    arn.splitn(8, ':').take(7).collect::<Vec<_>>().join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_loses_its_alias() {
        let function = "arn:aws:lambda:eu-west-1:111122223333:function:orders";
        assert_eq!(unqualified(function), function);
        assert_eq!(unqualified(&format!("{function}:live")), function);
    }
}
