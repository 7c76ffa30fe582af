//! What was set in parameter groups. A group may hold hundreds of parameters: only the few that facts rest on stay.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_rds::Client;
use aws_sdk_rds::types::Parameter;

use super::{DESCRIBE_CLUSTER_PARAMETERS, DESCRIBE_PARAMETERS, text, unnamed};
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::Context;
use waaudit_model::facts::rds::{ClusterParameterGroup, ParameterGroup};

/// Engines that have them.
const ENGINES: &[&str] = &["mysql", "mariadb", "postgres", "aurora-mysql", "aurora-postgresql"];
/// How the names of AWS's own groups begin, whose parameters can't be set.
const OWN_TO_AWS: &str = "default.";
/// Asks for parameters that were set, not for the defaults of the engine or of RDS.
const SET_BY_USER: &str = "user";

pub(super) async fn of_instances(ctx: Context) {
    ctx.inherit_gaps();
    let client = Client::new(ctx.config());
    let each = names(&ctx).into_iter().map(async |name: String| {
        let named = unnamed(&ctx, "pg", &name);
        let request = client.describe_db_parameters().db_parameter_group_name(&name).source(SET_BY_USER);
        let pages = ctx.detail_pages(&DESCRIBE_PARAMETERS, &named.arn, request.into_paginator().send()).await;
        let set = pages.map(|pages| by_name(pages.iter().flat_map(|page| page.parameters())));
        let value = |name: &str| set.as_ref().map(|set| set.get(name).cloned()).into();
        let facts = ParameterGroup {
            max_connections: value("max_connections"),
            slow_query_log: value("slow_query_log"),
            long_query_time: value("long_query_time"),
            log_min_duration_statement: value("log_min_duration_statement"),
            recovery_min_apply_delay: value("recovery_min_apply_delay"),
        };
        ctx.push(named, facts);
    });
    run_bounded(each).await;
}

pub(super) async fn of_clusters(ctx: Context) {
    ctx.inherit_gaps();
    let client = Client::new(ctx.config());
    let each = names(&ctx).into_iter().map(async |name: String| {
        let named = unnamed(&ctx, "cluster-pg", &name);
        let request = client.describe_db_cluster_parameters().db_cluster_parameter_group_name(&name);
        let request = request.source(SET_BY_USER).into_paginator().send();
        let pages = ctx.detail_pages(&DESCRIBE_CLUSTER_PARAMETERS, &named.arn, request).await;
        let set = pages.map(|pages| by_name(pages.iter().flat_map(|page| page.parameters())));
        let value = |name: &str| set.as_ref().map(|set| set.get(name).cloned()).into();
        let facts = ClusterParameterGroup {
            max_connections: value("max_connections"),
            slow_query_log: value("slow_query_log"),
            long_query_time: value("long_query_time"),
            log_min_duration_statement: value("log_min_duration_statement"),
            recovery_min_apply_delay: value("recovery_min_apply_delay"),
        };
        ctx.push(named, facts);
    });
    run_bounded(each).await;
}

/// The customer's own groups that instances or clusters use.
fn names(ctx: &Context) -> BTreeSet<String> {
    let users = ctx.before.resources();
    let users = users.filter(|resource| text(resource, "engine").is_some_and(|engine| ENGINES.contains(&engine)));
    let groups = users.filter_map(|resource| text(resource, "parameter_group"));
    groups.filter(|name| !name.starts_with(OWN_TO_AWS)).map(str::to_owned).collect()
}

/// A parameter without a value is at the engine's default.
fn by_name<'p>(parameters: impl Iterator<Item = &'p Parameter>) -> BTreeMap<String, String> {
    parameters
        .filter_map(|parameter| Some((parameter.parameter_name.clone()?, parameter.parameter_value.clone()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_without_a_value_was_not_set() {
        let parameter = |name: &str, value: Option<&str>| {
            Parameter::builder().parameter_name(name).set_parameter_value(value.map(str::to_owned)).build()
        };
        let all = [parameter("max_connections", Some("500")), parameter("slow_query_log", None)];
        assert_eq!(by_name(all.iter()), BTreeMap::from([("max_connections".to_owned(), "500".to_owned())]));
    }
}
