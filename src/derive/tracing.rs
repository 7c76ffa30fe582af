//! Whose requests are traced. That one service is in a map does not say that all are.

use super::view::{any, distinct, only};
use super::{Join, Patch, View};
use crate::facts::account::Account;
use crate::facts::lambda::Function;
use crate::facts::tracing::{SignalsService, XrayService};

pub(super) const TRACING: Join = Join {
    kind: "account",
    facts: &["traceable", "untraced", "traced_services"],
    reads: &["lambda.function", "xray.service", "applicationsignals.service"],
    learn: tracing,
};

/// What a map shows beside services: who calls, and what lies outside.
const NO_SERVICES: &[&str] = &["client", "remote"];

fn tracing(view: &View) -> Vec<Patch> {
    let functions = view.everywhere::<Function>();
    // An edge function is traced nowhere: <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-restrictions.html>.
    let traceable = functions
        .whole()
        .and_then(|all| only(all, |function| function.facts.edge_copy_of.known().map(Option::is_none)));
    let services = services(view);
    let untraced = traceable.as_ref().and_then(|all| {
        only(all.iter(), |function| {
            let active = function.facts.tracing_mode.known().map(|mode| mode.as_deref() == Some("Active"));
            // A function may be traced by a layer of its own.
            let seen = services.as_ref().map(|services| services.contains(&function.resource.id));
            any([active, seen]).map(|traced| !traced)
        })
    });
    let facts = Account {
        traceable: traceable.as_ref().and_then(|all| i64::try_from(all.len()).ok()).into(),
        untraced: untraced
            .map(|functions| distinct(functions.into_iter().map(|function| function.resource.arn.clone())))
            .into(),
        traced_services: services.into(),
        ..Account::default()
    };
    view.here::<Account>().iter().map(|account| account.learn(&facts)).collect()
}

fn services(view: &View) -> Option<Vec<String>> {
    let (mapped, known) = (view.everywhere::<XrayService>(), view.everywhere::<SignalsService>());
    let mapped = only(mapped.whole()?, |service| {
        let sort = service.facts.service_type.known()?.as_deref().unwrap_or_default();
        Some(!NO_SERVICES.contains(&sort))
    })?;
    let known = known.whole()?.iter().map(|service| service.resource.id.clone());
    Some(distinct(mapped.into_iter().map(|service| service.resource.id.clone()).chain(known)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::derive::sample::World;
    use crate::facts::account::Account;
    use crate::facts::lambda::Function;
    use crate::facts::tracing::{SignalsService, XrayService};

    fn world() -> World {
        World::new()
            .global::<Account>("account", json!({}))
            .with::<Function>("orders", json!({"tracing_mode": "Active", "edge_copy_of": null}))
            .with::<Function>("mail", json!({"tracing_mode": "PassThrough", "edge_copy_of": null}))
            .with::<Function>("edge", json!({"tracing_mode": "PassThrough", "edge_copy_of": "arn:aws:lambda:edge"}))
            .with::<XrayService>("orders", json!({"service_type": "AWS::Lambda::Function"}))
            .with::<XrayService>("someone", json!({"service_type": "client"}))
            .with::<SignalsService>("shop", json!({"environment": "eks:shop/default"}))
    }

    fn facts(world: World) -> [Option<Value>; 3] {
        let world = world.derive();
        ["traceable", "untraced", "traced_services"].map(|fact| world.fact::<Account>("account", fact))
    }

    #[test]
    fn functions_that_trace_nothing_are_named_and_edge_copies_left_out() {
        let untraced = json!(["arn:aws:lambda:eu-west-1:111122223333:mail"]);
        assert_eq!(facts(world()), [Some(json!(2)), Some(untraced), Some(json!(["orders", "shop"]))]);
    }

    #[test]
    fn a_half_read_list_says_nothing() {
        let [_, untraced, services] = facts(world().half_read::<XrayService>());
        assert_eq!((untraced, services), (None, None));
        let [traceable, untraced, _] = facts(world().half_read::<Function>());
        assert_eq!((traceable, untraced), (None, None));
    }
}
