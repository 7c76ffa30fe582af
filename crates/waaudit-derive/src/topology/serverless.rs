//! From APIs and function URLs to what they hand requests to.

use std::collections::BTreeMap;

use super::builder::{Drawing, How};
use super::inputs::{Region, Worldwide};
use crate::edge::dns::{Names, Trail};
use waaudit_model::facts::apigateway::Integration;
use waaudit_model::snapshot::Resource;
use waaudit_model::topology::graph::Relation;

const INTEGRATION: How =
    How::new(Relation::Forwards, "apigateway:GetIntegrations IntegrationUri, or GetResources methodIntegration.uri");
const URL: How = How::new(Relation::Forwards, "lambda:ListFunctionUrlConfigs FunctionArn");
const DATA_SOURCE: How = How::new(Relation::Forwards, "appsync:ListDataSources lambdaConfig.lambdaFunctionArn");

/// Stages of APIs to what their API hands requests to.
pub(crate) fn stages(region: &Region, world: &Worldwide, drawing: &mut Drawing) {
    let (balancers, names) = (by_listener(region), world.names());
    for stage in region.stages.iter() {
        let from = &stage.resource.arn;
        match stage.facts.integrations.known() {
            None => drawing.end(from, Relation::Forwards, "its integrations could not be read"),
            Some(all) => {
                for one in all {
                    integration(&balancers, &names, world, stage.resource, one, drawing);
                }
            }
        }
    }
}

fn integration(
    balancers: &BTreeMap<&str, &String>,
    names: &Names,
    world: &Worldwide,
    stage: &Resource,
    one: &Integration,
    drawing: &mut Drawing,
) {
    let from = &stage.arn;
    let Some(target) = &one.target else {
        return drawing.end(from, Relation::Forwards, "a stage variable decides where an integration leads");
    };
    // Other AWS services answer from the whole Region.
    if target.starts_with("service:") {
        return;
    }
    if target.starts_with("arn:") {
        let to = balancers.get(target.as_str()).copied().unwrap_or(target);
        if drawing.has(to) {
            drawing.link(from, to, &INTEGRATION);
        } else {
            drawing.end(from, Relation::Forwards, &format!("its integration {target} could not be read"));
        }
        return;
    }
    let Trail { ends, foreign, unread } = names.trail(target);
    if foreign || unread {
        drawing.end(from, Relation::Forwards, &format!("its integration {target} leads out of what was read"));
    }
    for end in ends {
        let bearers: Vec<String> = world.bearers(&end).map(str::to_owned).collect();
        if bearers.is_empty() {
            let why = format!("what answers at its integration {end} is not among what was read");
            drawing.end(from, Relation::Forwards, &why);
        }
        for owner_of_dns_name in bearers {
            drawing.link(from, &owner_of_dns_name, &INTEGRATION);
        }
    }
}

/// Load balancers by their listeners.
fn by_listener<'a>(region: &Region<'a>) -> BTreeMap<&'a str, &'a String> {
    let mut balancers = BTreeMap::new();
    for balancer in region.balancers.iter() {
        for listener in balancer.facts.listeners.known().into_iter().flatten() {
            balancers.entry(listener.arn.as_str()).or_insert(&balancer.resource.arn);
        }
    }
    balancers
}

/// URLs to their functions.
pub(crate) fn urls(region: &Region, _: &Worldwide, drawing: &mut Drawing) {
    let functions = region.functions.by_arn();
    for url in region.urls.iter() {
        let from = &url.resource.arn;
        match url.facts.function.known() {
            Some(to) => drawing.lead(from, to, functions.has(to), &URL, "its function"),
            None => drawing.end(from, Relation::Forwards, "its function could not be read"),
        }
    }
}

/// AppSync APIs to the functions among their data sources.
pub(crate) fn graphs(region: &Region, _: &Worldwide, drawing: &mut Drawing) {
    for api in region.graphs.iter() {
        let from = &api.resource.arn;
        let Some(functions) = api.facts.functions.known() else {
            drawing.end(from, Relation::Forwards, "its data sources could not be read");
            continue;
        };
        for to in functions {
            if drawing.has(to) {
                drawing.link(from, to, &DATA_SOURCE);
            } else {
                drawing.end(from, Relation::Forwards, &format!("its data source {to} could not be read"));
            }
        }
    }
}
