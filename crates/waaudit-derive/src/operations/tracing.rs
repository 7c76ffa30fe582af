//! Which functions and REST API stages trace requests. That one service is in a map does not say that all are.

use crate::engine::{Derivation, Patch, View, all, any, distinct, only, reads};
use waaudit_model::facts::apigateway::Stage;
use waaudit_model::facts::derived::account::Account;
use waaudit_model::facts::lambda::Function;
use waaudit_model::facts::tracing::{SignalsService, XrayService};

pub(crate) const TRACING: Derivation = Derivation {
    kind: "account",
    facts: &["traceable", "untraced", "traced_services"],
    reads: reads![
        Account {},
        Function { edge_copy_of, stack_helper, tracing_mode },
        SignalsService {},
        Stage { api_type, tracing },
        XrayService { service_type },
    ],
    compute: tracing,
};

/// What a map shows beside services: callers, and what is outside.
const NO_SERVICES: &[&str] = &["client", "remote"];

fn tracing(view: &View) -> Vec<Patch> {
    let functions = view.everywhere::<Function>();
    // An edge function is traced nowhere: <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-restrictions.html>.
    let traceable = functions.whole().and_then(|functions| {
        only(functions, |function| {
            let real = function.facts.edge_copy_of.known().map(Option::is_none);
            all([real, function.facts.stack_helper.get().map(|helper| !helper)])
        })
    });
    let stages = view.everywhere::<Stage>();
    let stages =
        stages.whole().and_then(|stages| only(stages, |stage| stage.facts.api_type.known().map(|sort| sort == "REST")));
    let services = services(view);
    let untraced = traceable.as_ref().and_then(|all| {
        only(all.iter(), |function| {
            let active = function.facts.tracing_mode.known().map(|mode| mode.as_deref() == Some("Active"));
            // A function may be traced by a layer of its own.
            let seen = services.as_ref().map(|services| services.contains(&function.resource.id));
            any([active, seen]).map(|traced| !traced)
        })
    });
    let dark = stages.as_ref().and_then(|stages| {
        only(stages.iter(), |stage| stage.facts.tracing.known().map(|tracing| *tracing != Some(true)))
    });
    let untraced = untraced.zip(dark).map(|(functions, stages)| {
        let functions = functions.into_iter().map(|function| function.resource.arn.clone());
        distinct(functions.chain(stages.into_iter().map(|stage| stage.resource.arn.clone())))
    });
    let count = traceable.as_ref().zip(stages.as_ref()).map(|(functions, stages)| functions.len() + stages.len());
    let facts = Account {
        traceable: count.and_then(|count| i64::try_from(count).ok()).into(),
        untraced: untraced.into(),
        traced_services: services.into(),
        ..Account::default()
    };
    view.here::<Account>().iter().map(|account| account.patch(&facts)).collect()
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

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::apigateway::Stage;
    use waaudit_model::facts::derived::account::Account;
    use waaudit_model::facts::lambda::Function;
    use waaudit_model::facts::tracing::{SignalsService, XrayService};

    fn world() -> SnapshotBuilder {
        SnapshotBuilder::new()
            .global::<Account>("account", json!({}))
            .with::<Function>("orders", json!({"tracing_mode": "Active", "edge_copy_of": null}))
            .with::<Function>("mail", json!({"tracing_mode": "PassThrough", "edge_copy_of": null}))
            .with::<Function>("edge", json!({"tracing_mode": "PassThrough", "edge_copy_of": "arn:aws:lambda:edge"}))
            .with::<XrayService>("orders", json!({"service_type": "AWS::Lambda::Function"}))
            .with::<XrayService>("someone", json!({"service_type": "client"}))
            .with::<SignalsService>("shop", json!({"environment": "eks:shop/default"}))
    }

    fn facts(world: SnapshotBuilder) -> [Option<Value>; 3] {
        let world = world.derive();
        ["traceable", "untraced", "traced_services"].map(|fact| world.fact::<Account>("account", fact))
    }

    #[test]
    fn functions_that_trace_nothing_are_named_and_edge_copies_left_out() {
        let untraced = json!(["arn:aws:lambda:eu-west-1:111122223333:mail"]);
        assert_eq!(facts(world()), [Some(json!(2)), Some(untraced), Some(json!(["orders", "shop"]))]);
    }

    #[test]
    fn stages_of_rest_apis_count_and_others_can_t_be_traced() {
        let stage = |sort: &str, tracing: Value| json!({"api_type": sort, "tracing": tracing});
        let told = facts(
            world()
                .with::<Stage>("shop/prod", stage("REST", json!(false)))
                .with::<Stage>("back/prod", stage("REST", json!(true)))
                .with::<Stage>("app/$default", stage("HTTP", json!(null))),
        );
        assert_eq!(told[0], Some(json!(4)));
        let dark = json!([
            "arn:aws:apigateway:eu-west-1:111122223333:shop/prod",
            "arn:aws:lambda:eu-west-1:111122223333:mail"
        ]);
        assert_eq!(told[1], Some(dark));
    }

    #[test]
    fn helpers_of_stacks_serve_no_requests() {
        let helper = json!({"tracing_mode": "PassThrough", "edge_copy_of": null});
        let told = facts(world().with::<Function>("shop-LogRetention-1A2B", helper));
        assert_eq!(told[0], Some(json!(2)));
    }

    #[test]
    fn a_half_read_list_says_nothing() {
        let [_, untraced, services] = facts(world().half_read::<XrayService>());
        assert_eq!((untraced, services), (None, None));
        let [traceable, untraced, _] = facts(world().half_read::<Function>());
        assert_eq!((traceable, untraced), (None, None));
    }
}
