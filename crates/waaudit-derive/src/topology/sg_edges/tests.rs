//! Who is called through which rules of security groups.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::arn;
use crate::testing::web_shop::{ZONES, balancer, rule, server, shop};
use crate::topology::tests::{admitting, calls, draw, edge, ends};
use waaudit_model::confidence::Confidence;
use waaudit_model::facts::ec2::{Instance, SecurityGroup};
use waaudit_model::facts::elasticache::{Cluster, ReplicationGroup, ServerlessCache};
use waaudit_model::facts::elb::{ClassicLoadBalancer, LoadBalancer};
use waaudit_model::facts::lambda::Function;
use waaudit_model::facts::rds::DbInstance;
use waaudit_model::settings::NonProduction;
use waaudit_model::topology::graph::Relation;

#[test]
fn a_group_is_exact_a_narrow_range_strong_and_an_open_one_a_guess() {
    let database = arn::<DbInstance>("orders");
    let by = |source: &str| calls(admitting(&json!([rule(5432, source)])), &database);
    assert_eq!(by("sg-web"), Some(Confidence::Exact));
    assert_eq!(by("10.0.1.0/24"), Some(Confidence::Strong));
    assert_eq!(by("10.0.0.0/16"), Some(Confidence::Heuristic), "it holds the whole VPC");
    assert_eq!(by("0.0.0.0/0"), Some(Confidence::Heuristic));
    assert_eq!(by("10.0.2.0/24"), None, "it holds the other server");
    assert_eq!(by("sg-other"), None);
}

#[test]
fn a_rule_for_another_port_or_of_another_vpc_admits_nobody() {
    let database = arn::<DbInstance>("orders");
    assert_eq!(calls(admitting(&json!([rule(22, "sg-web")])), &database), None);
    let mut elsewhere = admitting(&json!([rule(5432, "10.0.1.0/24")]));
    let moved = elsewhere.0.resources.iter_mut().find(|resource| resource.id == "orders").unwrap();
    moved.facts.insert("vpc".to_owned(), json!("vpc-2"));
    assert_eq!(calls(elsewhere, &database), None, "the same addresses mean another server there");
}

#[test]
fn a_range_says_nothing_of_a_database_that_is_no_production() {
    let mut world = admitting(&json!([rule(5432, "10.0.0.0/16")]));
    let database = world.0.resources.iter_mut().find(|resource| resource.id == "orders").unwrap();
    database.tags.get_or_insert_default().insert("env".to_owned(), "QA".to_owned());
    assert_eq!(calls(world, &arn::<DbInstance>("orders")), None);
}

#[test]
fn caches_are_called_through_the_groups_of_their_members() {
    let member = json!({"replication_group": "sessions", "security_groups": ["sg-data"], "engine": "redis", "port": 6379, "subnet_group": null});
    let world = admitting(&json!([rule(6379, "sg-web")]))
        .with::<ReplicationGroup>("sessions", json!({}))
        .with::<Cluster>("sessions-1", member)
        .with::<Cluster>("pages", json!({"replication_group": null, "security_groups": ["sg-data"], "engine": "memcached", "port": 6379, "subnet_group": null}))
        .with::<ServerlessCache>("burst", json!({"subnets": [], "security_groups": ["sg-data"], "port": 6379}));
    for cache in [arn::<ReplicationGroup>("sessions"), arn::<Cluster>("pages"), arn::<ServerlessCache>("burst")] {
        assert_eq!(calls(world.clone(), &cache), Some(Confidence::Exact), "{cache}");
    }
}

#[test]
fn a_function_calls_from_its_subnets() {
    let function = json!({"subnets": ["subnet-a"], "security_groups": ["sg-functions"]});
    let world = admitting(&json!([rule(5432, "10.0.1.0/24")])).with::<Function>("bill", function);
    let found = edge(&draw(world), &arn::<Function>("bill"), &arn::<DbInstance>("orders"));
    assert_eq!(found, Some((Relation::Calls, Confidence::Strong, true)));
}

#[test]
fn a_server_is_called_for_sure_only_as_a_database() {
    let named = |name: &str| {
        let world = shop().with::<SecurityGroup>("sg-own", json!({"ingress": [rule(3306, "sg-web")]}));
        let world = world.with::<Instance>("i-own", server(ZONES[0], "sg-own", "10.0.1.20")).tagged("Name", name);
        calls(world, &arn::<Instance>("i-own"))
    };
    assert_eq!(named("reviews-mysql"), Some(Confidence::Strong));
    let world = shop()
        .with::<SecurityGroup>("sg-app", json!({"ingress": [rule(9000, "sg-web")]}))
        .with::<Instance>("i-app", server(ZONES[0], "sg-app", "10.0.1.20"));
    assert_eq!(calls(world, &arn::<Instance>("i-app")), Some(Confidence::Heuristic));
}

#[test]
fn an_internal_load_balancer_is_a_hop_between_tiers() {
    let world = shop()
        .with::<SecurityGroup>("sg-inner", json!({"ingress": [rule(443, "sg-web")]}))
        .with::<LoadBalancer>("inner", balancer("internal", "sg-inner", &[]));
    assert_eq!(calls(world, &arn::<LoadBalancer>("inner")), Some(Confidence::Exact));
}

#[test]
fn an_internal_classic_load_balancer_is_a_hop_between_tiers() {
    let inner = json!({
        "scheme": "internal", "subnets": ["subnet-a"], "security_groups": ["sg-inner"], "instances": [],
        "availability_zones": [ZONES[0]], "cross_zone": true,
    });
    let world = |inner: &Value| {
        shop()
            .with::<SecurityGroup>("sg-inner", json!({"ingress": [rule(443, "sg-web")]}))
            .with::<ClassicLoadBalancer>("inner", inner.clone())
    };
    let to = arn::<ClassicLoadBalancer>("inner");
    assert_eq!(calls(world(&inner), &to), Some(Confidence::Exact));
    let unplaced = json!({"scheme": "internal", "security_groups": ["sg-inner"], "instances": []});
    assert!(ends(world(&unplaced)).contains(&"whether it calls inner is unread".to_owned()));
    let public =
        json!({"scheme": "internet-facing", "subnets": ["subnet-a"], "security_groups": ["sg-inner"], "instances": []});
    assert_eq!(calls(world(&public), &to), None);
}

#[test]
fn what_the_settings_call_no_production_hangs_on_no_range() {
    let staging = |settings: &NonProduction| {
        let world = shop()
            .with::<SecurityGroup>("sg-wide", json!({"ingress": [rule(5432, "10.0.1.0/24")]}))
            .with::<DbInstance>("copy", {
                let mut facts = crate::testing::web_shop::database(ZONES[0], false);
                facts["security_groups"] = json!(["sg-wide"]);
                facts
            })
            .tagged("env", "staging");
        let graph = crate::derive(world.0, settings).graph;
        edge(&graph, &arn::<Instance>("i-a"), &arn::<DbInstance>("copy")).is_some()
    };
    assert!(staging(&NonProduction::default()));
    let named = NonProduction { tag_values: vec!["stag*".to_owned()], ..NonProduction::default() };
    assert!(!staging(&named));
    assert!(staging(&NonProduction { judge: true, ..named }));
}
