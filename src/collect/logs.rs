//! Amazon CloudWatch Logs: how log groups are kept. Log events are never read.

use super::Kind;
use super::aws::{Call, Context, Named};
use crate::facts::logs::LogGroup;

const DESCRIBE_GROUPS: Call = Call::new("logs", "DescribeLogGroups");

pub(super) const LOG_GROUP: Kind = Kind::regional("logs.log_group", &[&DESCRIBE_GROUPS], |ctx| Box::pin(groups(ctx)));

async fn groups(ctx: Context) {
    let client = aws_sdk_cloudwatchlogs::Client::new(ctx.config());
    ctx.pages(&DESCRIBE_GROUPS, client.describe_log_groups().into_paginator().send(), |page| {
        for group in page.log_groups() {
            let Some(id) = ctx.entry(&DESCRIBE_GROUPS, group.log_group_name()) else { continue };
            let arn = group.log_group_arn.clone().unwrap_or_else(|| ctx.arn("logs", &format!("log-group:{id}")));
            let facts = LogGroup {
                retention_days: group.retention_in_days.map(i64::from).into(),
                stored_bytes: group.stored_bytes.into(),
            };
            ctx.push(Named { arn, id: id.to_owned(), ..Named::default() }, facts);
        }
    })
    .await;
}
