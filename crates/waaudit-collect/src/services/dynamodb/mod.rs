//! Amazon DynamoDB.

mod load;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    GlobalSecondaryIndexDescription, OnDemandThroughput, PointInTimeRecoveryStatus, ReplicaDescription, ReplicaStatus,
    TableDescription, TimeToLiveStatus,
};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::metrics::Metric;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId, timestamp};
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::dynamodb::{IndexCapacity, Table};

pub(crate) const SERVICE: Service = Service { kinds: &[TABLE], metrics: &[METRICS], rates: &[] };

const LIST_TABLES: Call = Call::new("dynamodb", "ListTables");
const DESCRIBE_TABLE: Call = Call::new("dynamodb", "DescribeTable");
const DESCRIBE_TIME_TO_LIVE: Call = Call::new("dynamodb", "DescribeTimeToLive");
const DESCRIBE_BACKUPS: Call = Call::new("dynamodb", "DescribeContinuousBackups");

pub(crate) const TABLE: Kind = Kind::regional::<facts::dynamodb::Table>(
    &[&LIST_TABLES, &DESCRIBE_TABLE, &DESCRIBE_BACKUPS, &DESCRIBE_TIME_TO_LIVE],
    |ctx| Box::pin(tables(ctx)),
);

pub(crate) const METRICS: &[Metric] = load::METRICS;

async fn tables(ctx: Context) {
    let client = Client::new(ctx.config());
    let mut names = Vec::new();
    ctx.pages(&LIST_TABLES, client.list_tables().into_paginator().send(), |page| {
        names.extend_from_slice(page.table_names());
    })
    .await;
    run_bounded(names.iter().map(|name| table(&ctx, &client, name))).await;
}

async fn table(ctx: &Context, client: &Client, name: &str) {
    let arn = ctx.arn("dynamodb", &format!("table/{name}"));
    let describe = ctx.detail(&DESCRIBE_TABLE, &arn, client.describe_table().table_name(name).send());
    let (described, point_in_time_recovery, expiry_attribute) =
        futures::join!(describe, recovery(ctx, client, &arn, name), expiry(ctx, client, &arn, name));
    let description = described.as_ref().and_then(|answer| answer.table());
    let facts = Table {
        point_in_time_recovery: point_in_time_recovery.into(),
        expiry_attribute: expiry_attribute.into(),
        ..description.map(table_facts).unwrap_or_default()
    };
    ctx.push(ResourceId { arn, id: name.to_owned(), ..ResourceId::default() }, facts);
}

async fn recovery(ctx: &Context, client: &Client, arn: &str, name: &str) -> Option<bool> {
    let request = client.describe_continuous_backups().table_name(name).send();
    let answer = ctx.detail(&DESCRIBE_BACKUPS, arn, request).await?;
    let recovery = answer.continuous_backups_description()?.point_in_time_recovery_description()?;
    match recovery.point_in_time_recovery_status()? {
        PointInTimeRecoveryStatus::Enabled => Some(true),
        PointInTimeRecoveryStatus::Disabled => Some(false),
        _ => None,
    }
}

/// The attribute stays named while it is switched off.
async fn expiry(ctx: &Context, client: &Client, arn: &str, name: &str) -> Option<Option<String>> {
    let request = client.describe_time_to_live().table_name(name).send();
    let answer = ctx.detail(&DESCRIBE_TIME_TO_LIVE, arn, request).await?;
    let description = answer.time_to_live_description()?;
    let on = matches!(description.time_to_live_status()?, TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling);
    Some(description.attribute_name.clone().filter(|_| on))
}

fn table_facts(t: &TableDescription) -> Table {
    let throughput = t.provisioned_throughput();
    let indexes = t.global_secondary_indexes().iter().map(|index| index.index_name.clone());
    let (warm, most) = (t.warm_throughput(), t.on_demand_throughput());
    let serves = |replica: &&ReplicaDescription| match replica.replica_status() {
        Some(status) => matches!(status, ReplicaStatus::Active | ReplicaStatus::Updating),
        None => true,
    };
    let replicas = t.replicas().iter().filter(serves).map(|replica| replica.region_name.clone());
    Table {
        status: t.table_status().map(|status| status.as_str().to_owned()).into(),
        created_at: t.creation_date_time().and_then(timestamp).into(),
        billing_mode: billing_mode(t),
        read_capacity_units: throughput.and_then(|units| units.read_capacity_units).into(),
        write_capacity_units: throughput.and_then(|units| units.write_capacity_units).into(),
        indexes: indexes.collect::<Option<Vec<_>>>().into(),
        index_capacity: t.global_secondary_indexes().iter().map(index_capacity).collect::<Option<Vec<_>>>().into(),
        warm_read_units: warm.and_then(|warm| warm.read_units_per_second).into(),
        warm_write_units: warm.and_then(|warm| warm.write_units_per_second).into(),
        max_read_units: bound(most.and_then(OnDemandThroughput::max_read_request_units)).into(),
        max_write_units: bound(most.and_then(OnDemandThroughput::max_write_request_units)).into(),
        item_count: t.item_count.into(),
        key_attributes: t.key_schema().iter().map(|key| key.attribute_name.clone()).collect::<Vec<_>>().into(),
        replica_regions: replicas.collect::<Option<Vec<_>>>().into(),
        deletion_protection: t.deletion_protection_enabled.into(),
        ..Table::default()
    }
}

/// AWS writes -1 where a bound was taken away again.
fn bound(units: Option<i64>) -> Option<i64> {
    units.filter(|units| *units >= 0)
}

fn index_capacity(index: &GlobalSecondaryIndexDescription) -> Option<IndexCapacity> {
    let throughput = index.provisioned_throughput()?;
    Some(IndexCapacity {
        index: index.index_name.clone()?,
        read_capacity_units: throughput.read_capacity_units?,
        write_capacity_units: throughput.write_capacity_units?,
    })
}

/// AWS sends no summary for a table that was provisioned all its life.
fn billing_mode(t: &TableDescription) -> Fact<String> {
    t.billing_mode_summary().map_or_else(
        || Fact::Known("PROVISIONED".to_owned()),
        |summary| summary.billing_mode().map(|mode| mode.as_str().to_owned()).into(),
    )
}
