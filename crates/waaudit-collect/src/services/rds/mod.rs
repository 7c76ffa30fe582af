//! Amazon RDS and Aurora. DocumentDB and Neptune answer the same calls.

mod class;
mod cluster;
mod copies;
mod instance;
mod load;
mod orderable;
mod parameters;
mod proxy;
mod storage;

use aws_sdk_rds::types::{Tag, VpcSecurityGroupMembership};
use serde_json::Value;

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::metrics::{Metric, Query};
use crate::transport::collector_context::{Context, ResourceId, tags, timestamp};
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::snapshot::Resource;

pub(crate) const SERVICE: Service = Service {
    kinds: &[
        AUTOMATED_BACKUP,
        DB_CLUSTER,
        DB_INSTANCE,
        DB_PROXY,
        CLASS,
        ORDERABLE_CLASS,
        CLUSTER_PARAMETER_GROUP,
        PARAMETER_GROUP,
        GLOBAL_CLUSTER,
    ],
    metrics: &[CLUSTER_METRICS, LOAD_METRICS, STORAGE_METRICS],
    rates: &[],
};

const DESCRIBE_INSTANCES: Call = Call::new("rds", "DescribeDBInstances");
const DESCRIBE_CLUSTERS: Call = Call::new("rds", "DescribeDBClusters");
const DESCRIBE_GLOBAL_CLUSTERS: Call = Call::new("rds", "DescribeGlobalClusters");
const DESCRIBE_AUTOMATED_BACKUPS: Call = Call::new("rds", "DescribeDBInstanceAutomatedBackups");
const DESCRIBE_PARAMETERS: Call = Call::new("rds", "DescribeDBParameters");
const DESCRIBE_CLUSTER_PARAMETERS: Call = Call::new("rds", "DescribeDBClusterParameters");
const DESCRIBE_PROXIES: Call = Call::new("rds", "DescribeDBProxies");
const DESCRIBE_PROXY_TARGETS: Call = Call::new("rds", "DescribeDBProxyTargets");
const DESCRIBE_ORDERABLE: Call = Call::new("rds", "DescribeOrderableDBInstanceOptions");
const DESCRIBE_TYPES: Call = Call::new("ec2", "DescribeInstanceTypes");

pub(crate) const DB_CLUSTER: Kind =
    Kind::regional::<facts::rds::DbCluster>(&[&DESCRIBE_CLUSTERS], |ctx| Box::pin(cluster::collect(ctx))).own_tags();
pub(crate) const DB_INSTANCE: Kind =
    Kind::regional::<facts::rds::DbInstance>(&[&DESCRIBE_INSTANCES], |ctx| Box::pin(instance::collect(ctx))).own_tags();
pub(crate) const CLASS: Kind =
    Kind::regional::<facts::rds::Class>(&[&DESCRIBE_TYPES], |ctx| Box::pin(class::collect(ctx)))
        .after::<facts::rds::DbInstance>()
        .own_tags();
pub(crate) const ORDERABLE_CLASS: Kind =
    Kind::regional::<facts::rds::OrderableClass>(&[&DESCRIBE_ORDERABLE], |ctx| Box::pin(orderable::collect(ctx)))
        .after::<facts::rds::DbInstance>()
        .own_tags();
pub(crate) const PARAMETER_GROUP: Kind = Kind::regional::<facts::rds::ParameterGroup>(&[&DESCRIBE_PARAMETERS], |ctx| {
    Box::pin(parameters::of_instances(ctx))
})
.after::<facts::rds::DbInstance>()
.own_tags();
pub(crate) const CLUSTER_PARAMETER_GROUP: Kind =
    Kind::regional::<facts::rds::ClusterParameterGroup>(&[&DESCRIBE_CLUSTER_PARAMETERS], |ctx| {
        Box::pin(parameters::of_clusters(ctx))
    })
    .after::<facts::rds::DbCluster>()
    .own_tags();
pub(crate) const DB_PROXY: Kind =
    Kind::regional::<facts::rds::DbProxy>(&[&DESCRIBE_PROXIES, &DESCRIBE_PROXY_TARGETS], |ctx| {
        Box::pin(proxy::collect(ctx))
    });

pub(crate) const AUTOMATED_BACKUP: Kind =
    Kind::regional::<facts::rds::AutomatedBackup>(&[&DESCRIBE_AUTOMATED_BACKUPS], |ctx| {
        Box::pin(copies::automated_backups(ctx))
    })
    .own_tags();
pub(crate) const GLOBAL_CLUSTER: Kind =
    Kind::regional::<facts::rds::GlobalCluster>(&[&DESCRIBE_GLOBAL_CLUSTERS], |ctx| {
        Box::pin(copies::global_clusters(ctx))
    })
    .own_tags();

pub(crate) const CLUSTER_METRICS: &[Metric] = cluster::METRICS;
pub(crate) const LOAD_METRICS: &[Metric] = load::METRICS;
pub(crate) const STORAGE_METRICS: &[Metric] = storage::METRICS;

/// A service's metrics of an instance are named by its engine.
fn namespace(engine: &str) -> &'static str {
    match engine {
        "docdb" => "AWS/DocDB",
        "neptune" => "AWS/Neptune",
        _ => "AWS/RDS",
    }
}

fn text<'r>(resource: &'r Resource, fact: &str) -> Option<&'r str> {
    resource.facts.get(fact)?.as_str()
}

/// The value of a fact that may be none.
fn optional<'r>(resource: &'r Resource, fact: &str) -> Option<Option<&'r str>> {
    match resource.facts.get(fact)? {
        Value::Null => Some(None),
        value => value.as_str().map(Some),
    }
}

fn number(resource: &Resource, fact: &str) -> Option<i64> {
    resource.facts.get(fact)?.as_i64()
}

/// A metric that the engine's service publishes of every instance.
fn of_instance(metric: &str, engine: &str, instance: &Resource) -> Query {
    Query::new(namespace(engine), metric, &[("DBInstanceIdentifier", &instance.id)])
}

fn named(arn: &str, id: Option<&str>, tag_list: &[Tag]) -> ResourceId {
    ResourceId {
        arn: arn.to_owned(),
        id: id.unwrap_or(arn).to_owned(),
        tags: Some(tags(tag_list, Tag::key, Tag::value)),
        ..ResourceId::default()
    }
}

/// What a thing without an ARN of its own is called.
fn unnamed(ctx: &Context, sort: &str, id: &str) -> ResourceId {
    let arn = ctx.arn("rds", &format!("{sort}:{id}"));
    ResourceId { arn, id: id.to_owned(), tags: Some(std::collections::BTreeMap::new()), ..ResourceId::default() }
}

fn latest_restorable(at: Option<&aws_smithy_types::DateTime>) -> Fact<Option<String>> {
    match at {
        None => Fact::Known(None),
        Some(at) => timestamp(at).map(Some).into(),
    }
}

fn groups(memberships: &[VpcSecurityGroupMembership]) -> Fact<Vec<String>> {
    let ids = memberships.iter().map(|membership| membership.vpc_security_group_id.clone());
    ids.collect::<Option<Vec<_>>>().into()
}

/// An instance for tests.
#[cfg(test)]
fn instance(facts: Value) -> Resource {
    serde_json::from_value(serde_json::json!({
        "kind": "rds.db_instance", "arn": "", "id": "orders", "name": null, "region": "eu-west-1", "account": "",
        "tags": null, "facts": facts,
    }))
    .unwrap()
}
