//! Limits of databases, caches and tables.

use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::dynamodb::Table;
use waaudit_model::facts::elasticache::Cluster;
use waaudit_model::facts::rds::DbInstance;

use super::super::report::{Bound, Consequence, Limited, Source};
use super::{Around, Lack, Load, Reading, Row, TARGET, WHOLE, bound, measured, measured_if, number, read};

pub(super) const DATABASE: &[Row<Database>] =
    &[Row { limited: Limited::Cpu, target: TARGET, then: Consequence::Slow, read: instances }];
pub(super) const DB_INSTANCE: &[Row<DbInstance>] = &[
    Row { limited: Limited::Cpu, target: TARGET, then: Consequence::Slow, read: db_cpu },
    Row { limited: Limited::CapacityUnits, target: TARGET, then: Consequence::Slow, read: capacity_units },
    Row { limited: Limited::Connections, target: TARGET, then: Consequence::Refused, read: db_connections },
    Row { limited: Limited::Iops, target: TARGET, then: Consequence::Queued, read: iops },
    Row { limited: Limited::Throughput, target: TARGET, then: Consequence::Queued, read: throughput },
];
pub(super) const CACHE_NODE: &[Row<Cluster>] = &[
    Row { limited: Limited::Cpu, target: WHOLE, then: Consequence::Slow, read: cache_cpu },
    Row { limited: Limited::Memory, target: WHOLE, then: Consequence::Slow, read: cache_memory },
    Row { limited: Limited::Connections, target: WHOLE, then: Consequence::Refused, read: cache_connections },
];
pub(super) const TABLE: &[Row<Table>] = &[
    Row { limited: Limited::ReadUnits, target: TARGET, then: Consequence::Throttled, read: read_units },
    Row { limited: Limited::WriteUnits, target: TARGET, then: Consequence::Throttled, read: write_units },
    Row { limited: Limited::ProvisionedUnits, target: TARGET, then: Consequence::Throttled, read: provisioned },
];

/// ElastiCache guide: scale at 90 % of the engine's one thread; on a node with two vCPUs that is 45 % of its CPU.
const ENGINE_PERCENT: f64 = 90.0;
const ENGINE_PAGE: &str =
    "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.WhichShouldIMonitor.html (2026-11-28)";
/// Clients of a node with Valkey or Redis OSS. It can't be changed.
const CACHE_CONNECTIONS: f64 = 65_000.0;
const CACHE_CONNECTIONS_PAGE: &str =
    "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/BestPractices.Clients.Redis.Connections.html (2026-11-29)";
/// Read and write units per second of a table by default. What applies to the account is not read.
const TABLE_UNITS: f64 = 40_000.0;
const TABLE_PAGE: &str =
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html (2026-11-28)";

/// Its instances are hops of their own.
fn instances(database: &Database, _: &Around) -> Reading {
    read(&database.writer, "database:writer")?;
    read(&database.readers, "database:readers").map(|_| None)
}

/// A serverless instance is judged by its capacity units: its CPU is a share of a size that changes.
fn db_cpu(instance: &DbInstance, _: &Around) -> Reading {
    if read(&instance.acu_percent_p99, "rds.db_instance:acu_percent_p99")?.is_some() {
        return Ok(None);
    }
    let peak = measured(&instance.cpu_percent_held, "rds.db_instance:cpu_percent_held", "%")?;
    let class = read(&instance.instance_class, "rds.db_instance:instance_class")?;
    Ok(Some(Load::new(peak, bound(100.0, Source::InstanceClass, class))))
}

fn capacity_units(instance: &DbInstance, _: &Around) -> Reading {
    let name = "rds.db_instance:acu_percent_p99";
    let Some(peak) = measured_if(&instance.acu_percent_p99, name, "% of the greatest capacity")? else {
        return Ok(None);
    };
    Ok(Some(Load::new(peak, bound(100.0, Source::Configured, "rds.db_cluster:serverless_max_capacity"))))
}

fn db_connections(instance: &DbInstance, _: &Around) -> Reading {
    let name = "rds.db_instance:connections_max";
    let Some(limit) = read(&instance.max_connections, "rds.db_instance:max_connections")? else { return Ok(None) };
    let Some(peak) = measured_if(&instance.connections_max, name, "connections")? else { return Ok(None) };
    let from = read(&instance.max_connections_source, "rds.db_instance:max_connections_source")?;
    let class = read(&instance.instance_class, "rds.db_instance:instance_class")?;
    let set = from.as_deref() == Some("literal");
    let (source, reference) = if set {
        (Source::Configured, "rds.db_instance:max_connections")
    } else {
        (Source::InstanceClass, class.as_str())
    };
    Ok(Some(Load::new(peak, bound(number(*limit), source, reference))))
}

fn iops(instance: &DbInstance, _: &Around) -> Reading {
    let Some(limit) = read(&instance.iops_limit, "rds.db_instance:iops_limit")? else { return Ok(None) };
    let name = "rds.db_instance:iops_p99";
    let Some(peak) = measured_if(&instance.iops_p99, name, "operations/s")? else { return Ok(None) };
    Ok(Some(Load::new(peak, bound(number(*limit), Source::Configured, "rds.db_instance:iops_limit"))))
}

fn throughput(instance: &DbInstance, _: &Around) -> Reading {
    let limit = read(&instance.throughput_limit_mib, "rds.db_instance:throughput_limit_mib")?;
    let Some(limit) = limit else { return Ok(None) };
    let name = "rds.db_instance:throughput_mib_p99";
    let Some(peak) = measured_if(&instance.throughput_mib_p99, name, "MiB/s")? else { return Ok(None) };
    Ok(Some(Load::new(peak, bound(number(*limit), Source::Configured, "rds.db_instance:throughput_limit_mib"))))
}

fn cache_cpu(node: &Cluster, _: &Around) -> Reading {
    let engine = "elasticache.cluster:engine_cpu_percent_p99";
    let whole = "elasticache.cluster:node_cpu_percent_p99";
    let documented = |percent: f64| bound(percent, Source::Documented, ENGINE_PAGE);
    if let Some(peak) = measured_if(&node.engine_cpu_percent_p99, engine, "% of the engine's thread")? {
        return Ok(Some(Load::new(peak, documented(ENGINE_PERCENT))));
    }
    let Some(peak) = measured_if(&node.node_cpu_percent_p99, whole, "%")? else {
        return Err(Lack::not_collected("AWS/ElastiCache CPUUtilization of Memcached"));
    };
    let vcpus = read(&node.few_vcpus, "elasticache.cluster:few_vcpus")?;
    let Some(vcpus) = vcpus.filter(|vcpus| *vcpus > 0) else {
        return Err(Lack::unread("elasticache.cluster:few_vcpus"));
    };
    Ok(Some(Load::new(peak, documented(ENGINE_PERCENT / number(vcpus)))))
}

/// Memcached fills its memory and evicts by design: it publishes no such percentage.
fn cache_memory(node: &Cluster, _: &Around) -> Reading {
    let name = "elasticache.cluster:memory_percent_peak";
    let Some(peak) = measured_if(&node.memory_percent_peak, name, "%")? else { return Ok(None) };
    let node_type = read(&node.node_type, "elasticache.cluster:node_type")?;
    let load = Load::new(peak, bound(100.0, Source::InstanceClass, node_type));
    Ok(Some(load.assuming("what it holds grows with the requests; when it is full, entries are evicted")))
}

fn cache_connections(node: &Cluster, _: &Around) -> Reading {
    if read(&node.engine, "elasticache.cluster:engine")? == "memcached" {
        return Err(Lack::no_formula("connections of Memcached"));
    }
    let peak = measured(&node.connections_max, "elasticache.cluster:connections_max", "connections")?;
    Ok(Some(Load::new(peak, bound(CACHE_CONNECTIONS, Source::Documented, CACHE_CONNECTIONS_PAGE))))
}

fn read_units(table: &Table, around: &Around) -> Reading {
    let peak = measured(&table.read_units_peak, "dynamodb.table:read_units_peak", "read units/s")?;
    let own = number(*read(&table.read_capacity_units, "dynamodb.table:read_capacity_units")?);
    let most = read(&table.max_read_units, "dynamodb.table:max_read_units")?.map(number);
    let limit = units_limit(table, around, "dynamodb:table:ReadCapacityUnits", own, most)?;
    Ok(limit.map(|limit| Load::new(peak, limit)))
}

fn write_units(table: &Table, around: &Around) -> Reading {
    let peak = measured(&table.write_units_peak, "dynamodb.table:write_units_peak", "write units/s")?;
    let own = number(*read(&table.write_capacity_units, "dynamodb.table:write_capacity_units")?);
    let most = read(&table.max_write_units, "dynamodb.table:max_write_units")?.map(number);
    let limit = units_limit(table, around, "dynamodb:table:WriteCapacityUnits", own, most)?;
    Ok(limit.map(|limit| Load::new(peak, limit)))
}

/// What a dimension of a table may serve per second: on demand up to what its owner set or the table's quota; provisioned
/// up to the maximum to which it is scaled, or what it was given.
fn units_limit(
    table: &Table,
    around: &Around,
    dimension: &str,
    own: f64,
    most: Option<f64>,
) -> Result<Option<Bound>, Lack> {
    if !is_data(table)? {
        return Ok(None);
    }
    if read(&table.billing_mode, "dynamodb.table:billing_mode")? == "PAY_PER_REQUEST" {
        let quota = Bound { assumed: true, ..bound(TABLE_UNITS, Source::Documented, TABLE_PAGE) };
        let set = most.map(|most| bound(most, Source::Configured, "dynamodb.table:OnDemandThroughput"));
        return Ok(Some(set.unwrap_or(quota)));
    }
    // Without the lists of targets and policies, a table that is scaled looks like one that is not.
    read(&table.unscaled_dimensions, "dynamodb.table:unscaled_dimensions")?;
    let name = format!("table/{}", around.resource.id);
    let Some(target) = around.index.scalable_target(&around.resource.region, &name, dimension) else {
        return Ok(Some(bound(own, Source::Configured, "dynamodb.table:ProvisionedThroughput")));
    };
    let grows = *read(&target.adds_capacity, "applicationautoscaling.target:adds_capacity")?;
    let most = number(*read(&target.max_capacity, "applicationautoscaling.target:max_capacity")?);
    let limit = if grows { most } else { own.min(most) };
    Ok(Some(bound(limit, Source::Configured, "applicationautoscaling.target:max_capacity")))
}

/// Whether the table holds an application's data: what can be lost, as a table of locks, is no part of a path.
fn is_data(table: &Table) -> Result<bool, Lack> {
    Ok(read(&table.disposable, "dynamodb.table:disposable")?.is_none())
}

/// Where nothing scales a dimension, the fullest of all is at most as full as that.
fn provisioned(table: &Table, _: &Around) -> Reading {
    let name = "dynamodb.table:capacity_percent_peak";
    let Some(peak) = measured_if(&table.capacity_percent_peak, name, "% of what is provisioned")? else {
        return Ok(None);
    };
    let fixed = read(&table.unscaled_dimensions, "dynamodb.table:unscaled_dimensions")?;
    if !is_data(table)? {
        return Ok(None);
    }
    if fixed.is_empty() {
        let indexes = read(&table.indexes, "dynamodb.table:indexes")?;
        let by_index = "AWS/DynamoDB ConsumedReadCapacityUnits, ConsumedWriteCapacityUnits by GlobalSecondaryIndexName";
        return if indexes.is_empty() { Ok(None) } else { Err(Lack::not_collected(by_index)) };
    }
    let load = Load::new(peak, bound(100.0, Source::Configured, "dynamodb.table:ProvisionedThroughput"));
    Ok(Some(load.assuming(format!("the fullest dimension is one that nothing scales: {}", fixed.join(", ")))))
}
