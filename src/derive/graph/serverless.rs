//! From APIs and function URLs to what they hand requests to.

use super::drawing::{Drawing, How};
use super::sources::{Region, Worldwide};
use crate::derive::names::Trail;
use crate::facts::apigateway::Integration;
use crate::graph::Relation;
use crate::snapshot::Resource;

const INTEGRATION: How =
    How::new(Relation::Forwards, "apigateway:GetIntegrations IntegrationUri, or GetResources methodIntegration.uri");
const URL: How = How::new(Relation::Forwards, "lambda:ListFunctionUrlConfigs FunctionArn");
const DATA_SOURCE: How = How::new(Relation::Forwards, "appsync:ListDataSources lambdaConfig.lambdaFunctionArn");

/// Stages of APIs to what their API hands requests to.
pub(super) fn stages(region: &Region, world: &Worldwide, drawing: &mut Drawing) {
    for stage in region.stages.iter() {
        let from = &stage.resource.arn;
        match stage.facts.integrations.known() {
            None => drawing.end(from, Relation::Forwards, "its integrations could not be read"),
            Some(all) => all.iter().for_each(|one| integration(region, world, stage.resource, one, drawing)),
        }
    }
}

fn integration(region: &Region, world: &Worldwide, stage: &Resource, one: &Integration, drawing: &mut Drawing) {
    let from = &stage.arn;
    let Some(target) = &one.target else {
        return drawing.end(from, Relation::Forwards, "a stage variable decides where an integration leads");
    };
    // Other AWS services answer from the whole Region.
    if target.starts_with("service:") {
        return;
    }
    if target.starts_with("arn:") {
        let to = balancer_of(region, target).unwrap_or(target);
        if drawing.has(to) {
            drawing.link(from, to, &INTEGRATION);
        } else {
            drawing.end(from, Relation::Forwards, &format!("its integration {target} could not be read"));
        }
        return;
    }
    let Trail { ends, foreign, unread } = world.names().trail(target);
    if foreign || unread {
        drawing.end(from, Relation::Forwards, &format!("its integration {target} leads out of what was read"));
    }
    for end in ends {
        let bearers: Vec<String> = world.bearers(&end).map(str::to_owned).collect();
        if bearers.is_empty() {
            let why = format!("what answers at its integration {end} is not among what was read");
            drawing.end(from, Relation::Forwards, &why);
        }
        for bearer in bearers {
            drawing.link(from, &bearer, &INTEGRATION);
        }
    }
}

/// The load balancer of a listener.
fn balancer_of<'l>(region: &'l Region, listener: &str) -> Option<&'l String> {
    let has = |listeners: &Vec<crate::facts::elb::Listener>| listeners.iter().any(|one| one.arn == listener);
    let mut balancers = region.balancers.iter();
    let found = balancers.find(|balancer| balancer.facts.listeners.known().is_some_and(has))?;
    Some(&found.resource.arn)
}

/// URLs to their functions.
pub(super) fn urls(region: &Region, _: &Worldwide, drawing: &mut Drawing) {
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
pub(super) fn graphs(region: &Region, _: &Worldwide, drawing: &mut Drawing) {
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
