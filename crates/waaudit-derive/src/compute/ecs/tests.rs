//! Tests of what is learned of ECS services.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
use waaudit_model::facts::applicationautoscaling::{Policy, ScalableTarget};
use waaudit_model::facts::ec2::{Instance, Subnet};
use waaudit_model::facts::ecs::{Cluster, Service, TaskDefinition};

fn service(launch_type: Value, providers: Value, subnets: Value) -> Value {
    json!({
        "cluster": "shop", "launch_type": launch_type, "capacity_providers": providers, "subnets": subnets,
        "placement_constraints": [], "task_definition": null,
    })
}

fn fargate(subnets: &[&str]) -> Value {
    service(json!("FARGATE"), json!([]), json!(subnets))
}

fn on_servers(subnets: &[&str]) -> Value {
    service(json!("EC2"), json!([]), json!(subnets))
}

fn server(zone: &str, provider: &str) -> Value {
    json!({
        "availability_zone": format!("eu-west-1{zone}"), "instance": format!("i-{zone}-{provider}"), "provider": provider,
        "attributes": {"disk": if zone == "a" { "ssd" } else { "hdd" }},
    })
}

fn world() -> SnapshotBuilder {
    SnapshotBuilder::new()
        .with::<Subnet>("subnet-a", json!({"availability_zone": "eu-west-1a"}))
        .with::<Subnet>("subnet-b", json!({"availability_zone": "eu-west-1b"}))
        .with::<Cluster>(
            "shop",
            json!({"servers": [server("a", "one-zone"), server("c", "both"), server("a", "both")]}),
        )
        .with::<Service>("web", fargate(&["subnet-a", "subnet-b"]))
}

fn fact(world: SnapshotBuilder, service: &str, fact: &str) -> Option<Value> {
    world.derive().fact::<Service>(service, fact)
}

#[test]
fn a_service_runs_on_fargate_by_its_launch_type_or_its_providers() {
    let share = |provider: &str| json!([{"provider": provider, "weight": 1, "base": 0}]);
    let world = world()
        .with::<Service>("spot", service(json!(null), share("FARGATE_SPOT"), json!([])))
        .with::<Service>("own", service(json!(null), share("web-servers"), json!([])))
        .with::<Service>("ec2", on_servers(&[]))
        .with::<Service>("silent", json!({"cluster": "shop"}));
    let on = |id: &str| fact(world.clone(), id, "on_fargate");
    assert_eq!((on("web"), on("spot")), (Some(json!(true)), Some(json!(true))));
    assert_eq!((on("own"), on("ec2"), on("silent")), (Some(json!(false)), Some(json!(false)), None));
}

#[test]
fn zones_on_fargate_are_those_of_the_subnets() {
    assert_eq!(fact(world(), "web", "zones"), Some(json!(["eu-west-1a", "eu-west-1b"])));
    assert_eq!(fact(world().unread::<Cluster>(), "web", "zones"), Some(json!(["eu-west-1a", "eu-west-1b"])));
    assert_eq!(fact(world().unread::<Subnet>(), "web", "zones"), None);
    assert_eq!(fact(world().with::<Service>("bare", fargate(&[])), "bare", "zones"), None);
}

#[test]
fn zones_on_servers_are_those_of_the_cluster_as_far_as_the_subnets_reach() {
    let world = world()
        .with::<Service>("bridge", on_servers(&[]))
        .with::<Service>("narrow", on_servers(&["subnet-a", "subnet-b"]));
    assert_eq!(fact(world.clone(), "bridge", "zones"), Some(json!(["eu-west-1a", "eu-west-1c"])));
    assert_eq!(fact(world.clone(), "narrow", "zones"), Some(json!(["eu-west-1a"])));
    assert_eq!(fact(world.unread::<Cluster>(), "bridge", "zones"), None);
}

fn provided(provider: &str) -> Value {
    service(json!(null), json!([{"provider": provider, "weight": 1, "base": 0}]), json!([]))
}

#[test]
fn zones_are_those_of_the_servers_that_providers_and_constraints_leave() {
    let only = |expression: &str| json!([{"constraint": "memberOf", "expression": expression}]);
    let zones = |facts: Value| fact(world().with::<Service>("web-2", facts), "web-2", "zones");
    let constrained = |constraints: Value| {
        let mut facts = on_servers(&[]);
        facts["placement_constraints"] = constraints;
        facts
    };
    assert_eq!(zones(provided("one-zone")), Some(json!(["eu-west-1a"])));
    assert_eq!(zones(provided("both")), Some(json!(["eu-west-1a", "eu-west-1c"])));
    assert_eq!(
        zones(constrained(only("attribute:ecs.availability-zone in [eu-west-1c]"))),
        Some(json!(["eu-west-1c"]))
    );
    assert_eq!(zones(constrained(only("attribute:disk == ssd"))), Some(json!(["eu-west-1a"])));
    assert_eq!(zones(constrained(only("task:group == service:web"))), None, "it is not understood");
    let distinct = json!([{"constraint": "distinctInstance", "expression": null}]);
    assert_eq!(zones(constrained(distinct)), Some(json!(["eu-west-1a", "eu-west-1c"])));
    let mut by_task = on_servers(&[]);
    by_task["task_definition"] = json!(arn::<TaskDefinition>("web:7"));
    let task = json!({"placement_constraints": only("attribute:disk == hdd")});
    let world = world().with::<Service>("web-2", by_task).with::<TaskDefinition>("web:7", task);
    assert_eq!(fact(world.clone(), "web-2", "zones"), Some(json!(["eu-west-1c"])));
    assert_eq!(fact(world.unread::<TaskDefinition>(), "web-2", "zones"), None);
}

#[test]
fn a_service_is_all_spot_where_nothing_else_carries_it() {
    let share = |provider: &str, weight: i64| json!({"provider": provider, "weight": weight, "base": 0});
    let strategy = |shares: Value| service(json!(null), shares, json!(["subnet-a"]));
    let lifecycle = |spot: bool| json!({"lifecycle": if spot { json!("spot") } else { json!(null) }});
    let spot = |facts: Value| {
        let world = world().with::<Service>("web-2", facts).with::<Instance>("i-a-one-zone", lifecycle(true));
        let world = world.with::<Instance>("i-a-both", lifecycle(true)).with::<Instance>("i-c-both", lifecycle(false));
        fact(world, "web-2", "all_spot")
    };
    assert_eq!(spot(strategy(json!([share("FARGATE_SPOT", 1)]))), Some(json!(true)));
    assert_eq!(spot(strategy(json!([share("FARGATE_SPOT", 3), share("FARGATE", 1)]))), Some(json!(false)));
    assert_eq!(spot(strategy(json!([share("FARGATE_SPOT", 3), share("FARGATE", 0)]))), Some(json!(true)));
    assert_eq!(spot(fargate(&["subnet-a"])), Some(json!(false)));
    assert_eq!(spot(provided("one-zone")), Some(json!(true)));
    assert_eq!(spot(provided("both")), Some(json!(false)));
    assert_eq!(spot(provided("empty")), None, "it has no server now");
}

#[test]
fn a_service_is_load_balanced_by_any_balancer_and_alone_without_all_of_them() {
    let none = json!({"target_groups": [], "classic_load_balancers": [], "lattice_target_groups": []});
    let world = world()
        .with::<Service>("fed", json!({"lattice_target_groups": ["tg"]}))
        .with::<Service>("alone", none)
        .with::<Service>("unsure", json!({"target_groups": []}));
    let balanced = |id: &str| fact(world.clone(), id, "load_balanced");
    assert_eq!((balanced("fed"), balanced("alone"), balanced("unsure")), (Some(json!(true)), Some(json!(false)), None));
}

fn target(resource: &str) -> Value {
    json!({
        "namespace": "ecs", "resource": resource, "dimension": "ecs:service:DesiredCount", "min_capacity": 2,
        "max_capacity": 8, "scale_out_suspended": false,
    })
}

#[test]
fn a_service_scales_as_its_target_says_and_not_without_one() {
    let scaled = world().with::<ScalableTarget>("t", target("service/shop/web"));
    assert_eq!(fact(scaled.clone(), "web", "scaling_max"), Some(json!(8)));
    assert_eq!(fact(scaled.clone(), "web", "scale_out_suspended"), Some(json!(false)));
    assert_eq!(fact(scaled.half_read::<ScalableTarget>(), "web", "scaling_min"), Some(json!(2)));
    let other = world().with::<ScalableTarget>("t", target("service/other/web"));
    assert_eq!(fact(other.clone(), "web", "scaling_max"), Some(json!(null)));
    assert_eq!(fact(other.half_read::<ScalableTarget>(), "web", "scaling_max"), None);
    let unsure = world().with::<ScalableTarget>("t", json!({"dimension": "ecs:service:DesiredCount"}));
    assert_eq!(fact(unsure, "web", "scaling_max"), None);
}

#[test]
fn policies_are_those_of_the_service_that_add_tasks() {
    let policy = |resource: &str, policy_type: &str| json!({"resource": resource, "dimension": "ecs:service:DesiredCount", "policy_type": policy_type, "alarms": []});
    let world = world()
        .with::<Policy>("cpu", policy("service/shop/web", "TargetTrackingScaling"))
        .with::<Policy>("forecast", policy("service/shop/web", "PredictiveScaling"))
        .with::<Policy>("idle", policy("service/shop/web", "StepScaling"))
        .with::<Policy>("others", policy("service/shop/api", "TargetTrackingScaling"));
    assert_eq!(fact(world.clone(), "web", "scaling_policies"), Some(json!(["cpu"])));
    assert_eq!(fact(world.half_read::<Policy>(), "web", "scaling_policies"), None);
}

#[test]
fn a_task_definition_serves_the_active_replica_services_that_want_tasks() {
    let uses = |scheduling: &str, count: i64| {
        let definition = arn::<TaskDefinition>("web:7");
        json!({"task_definition": definition, "scheduling": scheduling, "status": "ACTIVE", "desired_count": count})
    };
    let world = SnapshotBuilder::new()
        .with::<TaskDefinition>("web:7", json!({}))
        .with::<Service>("web", uses("REPLICA", 2))
        .with::<Service>("agent", uses("DAEMON", 3))
        .with::<Service>("asleep", uses("REPLICA", 0))
        .with::<Service>("other", json!({"task_definition": null}));
    let known = |world: SnapshotBuilder| world.derive().fact::<TaskDefinition>("web:7", "replica_services");
    assert_eq!(known(world.clone()), Some(json!(["web"])));
    assert_eq!(known(world.half_read::<Service>()), None);
}
