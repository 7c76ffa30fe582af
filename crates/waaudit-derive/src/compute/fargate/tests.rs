//! Tests of what Fargate comes to at most.

use serde_json::{Value, json};

use super::spot_tasks;
use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
use waaudit_model::facts::applicationautoscaling::ScalableTarget;
use waaudit_model::facts::derived::fargate::Fargate;
use waaudit_model::facts::ecs::{CapacityShare, Service, TaskDefinition};
use waaudit_model::facts::servicequotas::Quota;

fn service(launch_type: Value, providers: Value, count: i64) -> Value {
    json!({
        "cluster": "shop", "launch_type": launch_type, "capacity_providers": providers, "desired_count": count,
        "task_definition": arn::<TaskDefinition>("web:7"),
    })
}

fn share(provider: &str, weight: i64, base: i64) -> CapacityShare {
    CapacityShare { provider: provider.to_owned(), weight, base }
}

fn world() -> SnapshotBuilder {
    let target = json!({
        "namespace": "ecs", "resource": "service/shop/web", "dimension": "ecs:service:DesiredCount", "max_capacity": 20,
    });
    SnapshotBuilder::new()
        .with::<TaskDefinition>("web:7", json!({"cpu_units": 512}))
        .with::<Service>("web", service(json!("FARGATE"), json!([]), 2))
        .with::<Service>("fixed", service(json!("FARGATE"), json!([]), 4))
        .with::<Service>("servers", service(json!("EC2"), json!([]), 100))
        .with::<ScalableTarget>("t", target)
        .with::<Quota>("L-3032A538", json!({"service": "fargate", "value": 100.0}))
        .with::<Quota>("L-36FBB829", json!({"service": "fargate", "value": 50.0}))
}

fn fact(world: SnapshotBuilder, fact: &str) -> Option<Value> {
    world.derive().fact::<Fargate>("fargate", fact)
}

#[test]
fn a_region_comes_to_the_sum_of_its_services_at_their_most() {
    assert_eq!(fact(world(), "services"), Some(json!(["fixed", "web"])));
    // Twenty tasks and four, of half a vCPU.
    assert_eq!(fact(world(), "vcpus_at_max"), Some(json!(12.0)));
    assert_eq!(fact(world(), "spot_vcpus_at_max"), Some(json!(0.0)));
    assert_eq!(fact(world(), "vcpu_quota"), Some(json!(100.0)));
    assert_eq!(fact(world(), "spot_vcpu_quota"), Some(json!(50.0)));
}

#[test]
fn what_all_services_come_to_takes_all_services_their_sizes_and_their_targets() {
    assert_eq!(fact(world().half_read::<Service>(), "vcpus_at_max"), None);
    assert_eq!(fact(world().half_read::<ScalableTarget>(), "vcpus_at_max"), None);
    assert_eq!(fact(world().unread::<TaskDefinition>(), "vcpus_at_max"), None);
    assert_eq!(fact(world().unread::<Quota>(), "vcpu_quota"), None);
    assert_eq!(fact(world().half_read::<Quota>(), "vcpu_quota"), Some(json!(100.0)));
}

#[test]
fn a_region_without_fargate_has_no_such_resource_and_one_that_is_unclear_has() {
    let servers = SnapshotBuilder::new().with::<Service>("servers", service(json!("EC2"), json!([]), 1)).derive();
    assert_eq!(servers.0.of("fargate").count(), 0);
    let unclear = SnapshotBuilder::new().with::<Service>("denied", json!({})).derive();
    assert_eq!(unclear.0.of("fargate").count(), 1);
    assert_eq!(unclear.fact::<Fargate>("fargate", "services"), None);
}

#[test]
fn spot_gets_its_base_and_its_part_of_the_rest() {
    let mixed = [share("FARGATE", 1, 2), share("FARGATE_SPOT", 3, 0)];
    assert_eq!(spot_tasks(10, &mixed), Some(6));
    assert_eq!(spot_tasks(1, &mixed), Some(0));
    assert_eq!(spot_tasks(10, &[share("FARGATE", 1, 0), share("FARGATE_SPOT", 1, 4)]), Some(7));
    assert_eq!(spot_tasks(10, &[share("FARGATE_SPOT", 0, 0)]), Some(10));
    assert_eq!(spot_tasks(10, &[share("FARGATE", 1, 0)]), Some(0));
    assert_eq!(spot_tasks(10, &[share("FARGATE", 0, 0), share("FARGATE_SPOT", 0, 0)]), None);
    assert_eq!(spot_tasks(10, &[]), Some(0));
}
