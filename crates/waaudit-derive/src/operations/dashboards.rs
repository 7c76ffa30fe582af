//! Dashboards: which of them show a request's whole way, from the door to the data.

use std::collections::BTreeSet;

use crate::account::summary::{is_there, learn};
use crate::engine::{Derivation, Item, List, Lookup, Patch, View, any, distinct, reads};
use waaudit_model::facts::apigateway::Stage;
use waaudit_model::facts::cloudfront::Distribution;
use waaudit_model::facts::cloudwatch::{Alarm, Dashboard};
use waaudit_model::facts::derived::account::Account;
use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::dynamodb::Table;
use waaudit_model::facts::ec2;
use waaudit_model::facts::ecs::Service;
use waaudit_model::facts::eks::Cluster;
use waaudit_model::facts::elb::{ClassicLoadBalancer, LoadBalancer};
use waaudit_model::facts::lambda::Function;
use waaudit_model::facts::{Facts, lightsail};

pub(crate) const NAMES: Derivation =
    Derivation { kind: "account", facts: &["dashboards"], reads: reads![Account {}, Dashboard {}], compute: names };
pub(crate) const SHOWN: Derivation = Derivation {
    kind: "account",
    facts: &["whole_dashboards", "partial_dashboards"],
    reads: reads![
        Account {},
        Alarm { namespaces, queries },
        ClassicLoadBalancer {},
        Cluster {},
        Dashboard { alarms, namespaces },
        Database {},
        Distribution {},
        Function {},
        LoadBalancer {},
        Service {},
        Stage {},
        Table {},
        ec2::Instance { state },
        lightsail::Instance {},
    ],
    compute: shown,
};

/// A station of a request's way, in words, and the namespaces that show what the account has of it.
struct Station {
    words: &'static str,
    namespaces: BTreeSet<&'static str>,
}

fn names(view: &View) -> Vec<Patch> {
    let dashboards = view.everywhere::<Dashboard>();
    let ids = dashboards.whole().map(|all| distinct(all.iter().map(|dashboard| dashboard.resource.id.clone())));
    learn(view, &Account { dashboards: ids.into(), ..Account::default() })
}

fn shown(view: &View) -> Vec<Patch> {
    let (dashboards, alarms) = (view.everywhere::<Dashboard>(), view.everywhere::<Alarm>());
    let sorted = stations(view).and_then(|stations| sort(&dashboards, &alarms.by_arn(), &stations));
    let (whole, partial) = sorted.unzip();
    learn(view, &Account { whole_dashboards: whole.into(), partial_dashboards: partial.into(), ..Account::default() })
}

/// The dashboards that lack nothing, and what each other one lacks.
fn sort(
    dashboards: &List<Dashboard>,
    alarms: &Lookup<Alarm>,
    stations: &[Station],
) -> Option<(Vec<String>, Vec<String>)> {
    let (mut whole, mut partial) = (BTreeSet::new(), BTreeSet::new());
    for dashboard in dashboards.whole()? {
        let namespaces = namespaces(dashboard, alarms)?;
        let lacking =
            stations.iter().filter(|station| station.namespaces.iter().all(|name| !namespaces.contains(*name)));
        let lacking: Vec<&str> = lacking.map(|station| station.words).collect();
        let id = &dashboard.resource.id;
        if lacking.is_empty() {
            whole.insert(id.clone());
        } else {
            partial.insert(format!("{id}: nothing of {}", lacking.join(" and ")));
        }
    }
    Some((whole.into_iter().collect(), partial.into_iter().collect()))
}

/// An alarm that is gone, or another account's, shows nothing of this one.
fn namespaces(dashboard: &Item<Dashboard>, alarms: &Lookup<Alarm>) -> Option<BTreeSet<String>> {
    let mut namespaces: BTreeSet<String> = dashboard.facts.namespaces.known()?.iter().cloned().collect();
    for arn in dashboard.facts.alarms.known()? {
        if alarms.has(arn)? {
            let alarm = alarms.get(arn)?.facts;
            namespaces.extend(alarm.namespaces.known()?.iter().cloned());
            namespaces.extend(alarm.queries.known()?.iter().map(|query| query.namespace.clone()));
        }
    }
    Some(namespaces)
}

/// The stations that the account has something of.
fn stations(view: &View) -> Option<Vec<Station>> {
    let all = [
        (
            "what takes requests",
            vec![
                (some::<Distribution>(view), &["AWS/CloudFront"][..]),
                (some::<LoadBalancer>(view), &["AWS/ApplicationELB", "AWS/NetworkELB", "AWS/ElasticLoadBalancingV2"]),
                (some::<ClassicLoadBalancer>(view), &["AWS/ELB", "AWS/ElasticLoadBalancing"]),
                (some::<Stage>(view), &["AWS/ApiGateway"]),
            ],
        ),
        (
            "servers and functions",
            vec![
                (some_that(&view.everywhere(), is_there), &["AWS/EC2", "AWS/AutoScaling", "CWAgent"]),
                (some::<Service>(view), &["AWS/ECS", "ECS/ContainerInsights"]),
                (some::<Cluster>(view), &["ContainerInsights", "AWS/EKS"]),
                (some::<Function>(view), &["AWS/Lambda", "LambdaInsights"]),
                (some::<lightsail::Instance>(view), &["AWS/Lightsail"]),
            ],
        ),
        (
            "databases",
            vec![
                (some::<Database>(view), &["AWS/RDS", "AWS/DocDB", "AWS/Neptune"]),
                (some::<Table>(view), &["AWS/DynamoDB"]),
            ],
        ),
    ];
    let mut stations = Vec::new();
    for (words, parts) in all {
        let mut namespaces = BTreeSet::new();
        for (there, names) in parts {
            namespaces.extend(if there? { names } else { &[] });
        }
        stations.extend((!namespaces.is_empty()).then_some(Station { words, namespaces }));
    }
    Some(stations)
}

/// Whether there is any of a kind.
fn some<F: Facts>(view: &View) -> Option<bool> {
    some_that(&view.everywhere::<F>(), |_| Some(true))
}

fn some_that<F: Facts>(list: &List<F>, test: impl Fn(&F) -> Option<bool>) -> Option<bool> {
    match any(list.iter().map(|item| test(item.facts))) {
        Some(false) => list.whole().map(|_| false),
        answer => answer,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
    use waaudit_model::facts::cloudwatch::{Alarm, Dashboard};
    use waaudit_model::facts::derived::account::Account;
    use waaudit_model::facts::dynamodb::Table;
    use waaudit_model::facts::ec2::Instance;
    use waaudit_model::facts::elb::LoadBalancer;

    fn world(namespaces: Value, alarms: Value) -> SnapshotBuilder {
        let slow = json!({"namespaces": ["AWS/DynamoDB"], "queries": []});
        SnapshotBuilder::new()
            .global::<Account>("111122223333", json!({}))
            .with::<LoadBalancer>("web", json!({}))
            .with::<Instance>("i-1", json!({"state": "running"}))
            .with::<Table>("orders", json!({}))
            .with::<Alarm>("slow", slow)
            .global::<Dashboard>("overview", json!({"namespaces": namespaces, "alarms": alarms}))
    }

    fn facts(world: SnapshotBuilder) -> (Option<Value>, Option<Value>) {
        let world = world.derive();
        let fact = |name| world.fact::<Account>("111122223333", name);
        (fact("whole_dashboards"), fact("partial_dashboards"))
    }

    #[test]
    fn a_dashboard_shows_the_whole_way_or_says_what_it_lacks() {
        let all = json!(["AWS/ApplicationELB", "AWS/EC2", "AWS/DynamoDB"]);
        assert_eq!(facts(world(all, json!([]))), (Some(json!(["overview"])), Some(json!([]))));
        let lacking = json!(["overview: nothing of what takes requests and databases"]);
        assert_eq!(facts(world(json!(["AWS/EC2", "AWS/RDS"]), json!([]))), (Some(json!([])), Some(lacking)));
    }

    #[test]
    fn an_alarm_on_a_dashboard_shows_what_it_watches() {
        let two = json!(["AWS/ApplicationELB", "AWS/EC2"]);
        assert_eq!(facts(world(two.clone(), json!([arn::<Alarm>("slow")]))).0, Some(json!(["overview"])));
        assert_eq!(facts(world(two, json!([arn::<Alarm>("gone")]))).0, Some(json!([])));
    }

    #[test]
    fn nothing_is_told_of_half_the_account() {
        let all = || world(json!(["AWS/EC2"]), json!([]));
        assert_eq!(facts(all().half_read::<Dashboard>()), (None, None));
        assert_eq!(facts(all().unread::<Table>()), (None, None));
        assert_eq!(
            facts(
                SnapshotBuilder::new().global::<Account>("111122223333", json!({})).global::<Dashboard>("a", json!({}))
            )
            .0,
            None
        );
    }
}
