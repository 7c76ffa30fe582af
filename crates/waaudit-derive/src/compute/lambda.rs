//! The zones that functions run in, their failure destinations, and which of them serve stacks and no requests.

use crate::engine::{Derivation, Item, Patch, View, distinct, one, reads};
use crate::network::subnets::zone_ids;
use waaudit_model::facts::ec2::Subnet;
use waaudit_model::facts::lambda::{AsyncConfig, Function};

pub(crate) const ZONES: Derivation = Derivation {
    kind: "lambda.function",
    facts: &["zones"],
    reads: reads![Function { subnets }, Subnet { availability_zone_id }],
    compute: zones,
};

pub(crate) const FAILURE_DESTINATIONS: Derivation = Derivation {
    kind: "lambda.function",
    facts: &["failure_destinations"],
    reads: reads![AsyncConfig { configurations, function }, Function {}],
    compute: failure_destinations,
};

pub(crate) const STACK_HELPER: Derivation =
    Derivation { kind: "lambda.function", facts: &["stack_helper"], reads: reads![Function {}], compute: stack_helper };

/// What the names of functions hold that CloudFormation, the AWS CDK and the Serverless Framework deploy for themselves,
/// without hyphens and underscores: handlers of custom resources and of deployments.
const HELPERS: &[&str] = &[
    "aws679f53fac002430cb0da5b7982bd2287",
    "bucketnotificationshandler",
    "customcdkbucketdeployment",
    "customresource",
    "customs3autodelete",
    "frameworkiscomplete",
    "frameworkonevent",
    "frameworkontimeout",
    "logretention",
];

fn stack_helper(view: &View) -> Vec<Patch> {
    let learned = |function: &Item<Function>| {
        let name = function.resource.id.to_lowercase().replace(['-', '_'], "");
        let helper = HELPERS.iter().any(|part| name.contains(part));
        Function { stack_helper: helper.into(), ..Function::default() }
    };
    view.here().iter().map(|function| function.patch(&learned(function))).collect()
}

fn zones(view: &View) -> Vec<Patch> {
    let subnets = view.here::<Subnet>();
    let zones = |function: &Function| zone_ids(function.subnets.known()?, &subnets);
    let learned = |function: &Function| Function { zones: zones(function).into(), ..Function::default() };
    view.here().iter().map(|function| function.patch(&learned(function.facts))).collect()
}

/// A function whose configuration was not asked for is in no list.
fn failure_destinations(view: &View) -> Vec<Patch> {
    let configs = view.here::<AsyncConfig>();
    let configs = configs.by(|config| one(config.facts.function.known()));
    let of = |function: &str| {
        let config =
            configs.of(function).find(|config| config.facts.function.known().is_some_and(|arn| arn == function))?;
        let set = config.facts.configurations.known()?;
        Some(distinct(set.iter().filter_map(|configuration| configuration.on_failure.clone())))
    };
    let learned = |function: &Item<Function>| Function {
        failure_destinations: of(&function.resource.arn).into(),
        ..Function::default()
    };
    view.here().iter().map(|function| function.patch(&learned(function))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
    use waaudit_model::facts::ec2::Subnet;
    use waaudit_model::facts::lambda::{AsyncConfig, Function};

    #[test]
    fn what_fails_goes_where_any_version_or_alias_sends_it() {
        let to = |qualifier: &str, place: Option<&str>| json!({"qualifier": qualifier, "on_failure": place});
        let set = [to("$LATEST", None), to("live", Some("arn:queue")), to("old", Some("arn:queue"))];
        let world = SnapshotBuilder::new()
            .with::<Function>("mail", json!({}))
            .with::<Function>("spared", json!({}))
            .with::<Function>("denied", json!({}))
            .with::<AsyncConfig>("mail", json!({"function": arn::<Function>("mail"), "configurations": set}))
            .with::<AsyncConfig>("denied", json!({"function": arn::<Function>("denied")}))
            .derive();
        assert_eq!(world.fact::<Function>("mail", "failure_destinations"), Some(json!(["arn:queue"])));
        assert_eq!(world.fact::<Function>("spared", "failure_destinations"), None);
        assert_eq!(world.fact::<Function>("denied", "failure_destinations"), None);
    }

    #[test]
    fn handlers_of_custom_resources_help_a_stack() {
        for (name, helper) in [
            ("shop-CustomS3AutoDeleteObjectsCustomResourceProvider-1A2B", true),
            ("shop-custom-resource-apigw-cw-role", true),
            ("shop-LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a-9Z", true),
            ("orders", false),
        ] {
            let derived = SnapshotBuilder::new().with::<Function>(name, json!({})).derive();
            assert_eq!(derived.fact::<Function>(name, "stack_helper"), Some(json!(helper)), "{name}");
        }
    }

    #[test]
    fn a_function_runs_in_the_zones_of_its_subnets() {
        let world = SnapshotBuilder::new()
            .with::<Subnet>("subnet-a", json!({"availability_zone_id": "euw1-az1"}))
            .with::<Function>("inside", json!({"subnets": ["subnet-a"]}))
            .with::<Function>("outside", json!({"subnets": []}));
        let derived = world.clone().derive();
        assert_eq!(derived.fact::<Function>("inside", "zones"), Some(json!(["euw1-az1"])));
        assert_eq!(derived.fact::<Function>("outside", "zones"), Some(json!([])));
        assert_eq!(world.unread::<Subnet>().derive().fact::<Function>("inside", "zones"), None);
    }
}
