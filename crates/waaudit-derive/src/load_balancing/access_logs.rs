//! Load balancers of both APIs as one kind, for what is asked of all of them: access logs.

use crate::engine::{Derivation, Item, Patch, ResourceId, View, reads};
use waaudit_model::facts::derived::load_balancer::AnyLoadBalancer;
use waaudit_model::facts::elb::{ClassicLoadBalancer, LoadBalancer};

pub(crate) const MAKE: Derivation = Derivation {
    kind: "load_balancer",
    facts: &["balancer_type", "scheme", "can_log", "reached_from_internet", "access_logs"],
    reads: reads![
        ClassicLoadBalancer { access_logs, scheme },
        LoadBalancer { access_logs, balancer_type, listeners, reached_from_internet, scheme },
    ],
    compute: make,
};

fn make(view: &View) -> Vec<Patch> {
    let (balancers, classics) = (view.here::<LoadBalancer>(), view.here::<ClassicLoadBalancer>());
    let newer = balancers.iter().map(|item| view.make(named(item), &of_balancer(item.facts)));
    let older = classics.iter().map(|item| view.make(named(item), &of_classic(item.facts)));
    newer.chain(older).collect()
}

fn named<'i, F>(item: &'i Item<F>) -> ResourceId<'i> {
    ResourceId { arn: &item.resource.arn, id: &item.resource.id, tags: item.resource.tags.clone() }
}

fn of_balancer(balancer: &LoadBalancer) -> AnyLoadBalancer {
    AnyLoadBalancer {
        balancer_type: balancer.balancer_type.clone(),
        scheme: balancer.scheme.clone(),
        can_log: can_log(balancer).into(),
        reached_from_internet: balancer.reached_from_internet,
        access_logs: balancer.access_logs,
    }
}

/// A Network Load Balancer logs its TLS connections alone.
fn can_log(balancer: &LoadBalancer) -> Option<bool> {
    match balancer.balancer_type.known()?.as_str() {
        "application" => Some(true),
        "network" => {
            let listeners = balancer.listeners.known()?;
            Some(listeners.iter().any(|listener| listener.protocol.as_deref() == Some("TLS")))
        }
        _ => Some(false),
    }
}

fn of_classic(classic: &ClassicLoadBalancer) -> AnyLoadBalancer {
    AnyLoadBalancer {
        balancer_type: "classic".to_owned().into(),
        scheme: classic.scheme.known().cloned().map(Some).into(),
        can_log: true.into(),
        reached_from_internet: classic.scheme.known().map(|scheme| scheme == "internet-facing").into(),
        access_logs: classic.access_logs,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::derived::load_balancer::AnyLoadBalancer;
    use waaudit_model::facts::elb::{ClassicLoadBalancer, LoadBalancer};

    #[test]
    fn balancers_of_both_generations_are_one_kind() {
        let network = |protocol: &str| {
            let listener = json!({"arn": "l", "protocol": protocol, "rules": []});
            json!({"balancer_type": "network", "scheme": "internet-facing", "listeners": [listener], "access_logs": false})
        };
        let world = SnapshotBuilder::new()
            .with::<LoadBalancer>("app", json!({"balancer_type": "application", "access_logs": true}))
            .with::<LoadBalancer>("tcp", network("TCP"))
            .with::<LoadBalancer>("tls", network("TLS"))
            .with::<LoadBalancer>("unsure", json!({"balancer_type": "network"}))
            .with::<ClassicLoadBalancer>("old", json!({"scheme": "internal", "access_logs": false}))
            .derive();
        let can_log = |id: &str| world.fact::<AnyLoadBalancer>(id, "can_log");
        assert_eq!(
            ["app", "tcp", "tls", "unsure", "old"].map(can_log),
            [Some(json!(true)), Some(json!(false)), Some(json!(true)), None, Some(json!(true))]
        );
        assert_eq!(world.fact::<AnyLoadBalancer>("old", "scheme"), Some(json!("internal")));
        assert_eq!(world.fact::<AnyLoadBalancer>("old", "access_logs"), Some(Value::Bool(false)));
    }
}
