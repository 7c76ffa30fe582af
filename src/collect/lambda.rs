//! AWS Lambda. The list carries environment variables, which can hold secrets: they stay behind.

use aws_sdk_lambda::types::{EventSourceMappingConfiguration, FunctionConfiguration, FunctionResponseType};

use super::Kind;
use super::aws::{Call, Context, Named};
use crate::facts::lambda::{EventSourceMapping, Function, Settings};

const LIST_FUNCTIONS: Call = Call::new("lambda", "ListFunctions");
const LIST_MAPPINGS: Call = Call::new("lambda", "ListEventSourceMappings");
const GET_SETTINGS: Call = Call::new("lambda", "GetAccountSettings");

pub(super) const FUNCTION: Kind = Kind::regional("lambda.function", &[&LIST_FUNCTIONS], |ctx| Box::pin(functions(ctx)));
pub(super) const EVENT_SOURCE_MAPPING: Kind =
    Kind::regional("lambda.event_source_mapping", &[&LIST_MAPPINGS], |ctx| Box::pin(mappings(ctx)));
pub(super) const SETTINGS: Kind = Kind::regional("lambda.settings", &[&GET_SETTINGS], |ctx| Box::pin(settings(ctx)));

async fn functions(ctx: Context) {
    let client = aws_sdk_lambda::Client::new(ctx.config());
    ctx.pages(&LIST_FUNCTIONS, client.list_functions().into_paginator().send(), |page| {
        for function in page.functions() {
            let Some(id) = function.function_name() else {
                ctx.unreadable(&LIST_FUNCTIONS, None, "a function without a name");
                continue;
            };
            let arn = function.function_arn.clone().unwrap_or_else(|| ctx.arn("lambda", &format!("function:{id}")));
            ctx.push(Named { arn, id: id.to_owned(), ..Named::default() }, function_facts(function));
        }
    })
    .await;
}

async fn mappings(ctx: Context) {
    let client = aws_sdk_lambda::Client::new(ctx.config());
    ctx.pages(&LIST_MAPPINGS, client.list_event_source_mappings().into_paginator().send(), |page| {
        for mapping in page.event_source_mappings() {
            let Some(id) = mapping.uuid() else {
                ctx.unreadable(&LIST_MAPPINGS, None, "an event source mapping without an id");
                continue;
            };
            let arn = mapping.event_source_mapping_arn.clone();
            let arn = arn.unwrap_or_else(|| ctx.arn("lambda", &format!("event-source-mapping:{id}")));
            ctx.push(Named { arn, id: id.to_owned(), ..Named::default() }, mapping_facts(mapping));
        }
    })
    .await;
}

async fn settings(ctx: Context) {
    let client = aws_sdk_lambda::Client::new(ctx.config());
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
    };
    let name = Named {
        arn: ctx.arn("lambda", "settings"),
        id: "lambda".to_owned(),
        tags: Some(std::collections::BTreeMap::new()),
        ..Named::default()
    };
    ctx.push(name, facts);
}

fn function_facts(f: &FunctionConfiguration) -> Function {
    Function {
        state: f.state().map(|state| state.as_str().to_owned()).into(),
        subnets: f.vpc_config().map_or_else(Vec::new, |vpc| vpc.subnet_ids().to_vec()).into(),
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
