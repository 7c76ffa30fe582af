//! Amazon CloudWatch Logs: how log groups are kept. Log events are never read.

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::rate_limit::Rate;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::logs::LogGroup;

pub(crate) const SERVICE: Service = Service {
    kinds: &[LOG_GROUP],
    metrics: &[],
    rates: &[
        // CloudWatch Logs, "Quotas".
        Rate::each("logs", &["DescribeMetricFilters"], 5.0, 5),
        Rate::each("logs", Rate::ALL, 10.0, 10),
    ],
};

const DESCRIBE_GROUPS: Call = Call::new("logs", "DescribeLogGroups");

pub(crate) const LOG_GROUP: Kind =
    Kind::regional::<facts::logs::LogGroup>(&[&DESCRIBE_GROUPS], |ctx| Box::pin(groups(ctx)));

async fn groups(ctx: Context) {
    let client = aws_sdk_cloudwatchlogs::Client::new(ctx.config());
    ctx.listed(
        &DESCRIBE_GROUPS,
        client.describe_log_groups().into_paginator().send(),
        |page| page.log_groups(),
        |group| {
            let id = group.log_group_name()?;
            let arn = group.log_group_arn.clone().unwrap_or_else(|| ctx.arn("logs", &format!("log-group:{id}")));
            let facts = LogGroup {
                retention_days: group.retention_in_days.map(i64::from).into(),
                stored_bytes: group.stored_bytes.into(),
            };
            Some((ResourceId { arn, id: id.to_owned(), ..ResourceId::default() }, facts))
        },
    )
    .await;
}
