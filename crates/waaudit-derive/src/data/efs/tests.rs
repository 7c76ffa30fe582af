//! Tests of the zones that file systems serve.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::SnapshotBuilder;
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::ec2::{Instance, Subnet};
use waaudit_model::facts::ecs::Service;
use waaudit_model::facts::efs::FileSystem;

fn mount(zone: &str, state: &str) -> Value {
    json!({"id": "fsmt-1", "subnet": "subnet", "vpc": "vpc-1", "availability_zone": zone, "state": state})
}

fn subnet(vpc: &str, zone: &str) -> Value {
    json!({"vpc": vpc, "availability_zone": zone})
}

fn group(subnets: &[&str], max: i64) -> Value {
    json!({"subnets": subnets, "max_size": max, "availability_zones": ["eu-west-1c"]})
}

fn world() -> SnapshotBuilder {
    SnapshotBuilder::new()
        .with::<Subnet>("subnet-a", subnet("vpc-1", "eu-west-1a"))
        .with::<Subnet>("subnet-b", subnet("vpc-1", "eu-west-1b"))
        .with::<Subnet>("subnet-c", subnet("vpc-1", "eu-west-1c"))
        .with::<Subnet>("elsewhere", subnet("vpc-2", "eu-west-1c"))
        .with::<FileSystem>("fs-1", json!({"mount_targets": [mount("eu-west-1a", "available")]}))
        .with::<Group>("web", group(&["subnet-a", "elsewhere"], 4))
}

fn fact(world: SnapshotBuilder, fact: &str) -> Option<Value> {
    world.derive().fact::<FileSystem>("fs-1", fact)
}

#[test]
fn groups_of_its_vpc_use_the_zones_of_their_subnets_there() {
    assert_eq!(fact(world(), "compute_zones"), Some(json!(["eu-west-1a"])));
    assert_eq!(fact(world(), "uncovered_zones"), Some(json!([])));
    let wide = world().with::<Group>("api", group(&["subnet-b"], 4)).with::<Group>("off", group(&["subnet-c"], 0));
    assert_eq!(fact(wide, "uncovered_zones"), Some(json!(["eu-west-1b"])));
}

#[test]
fn services_that_want_tasks_and_nodes_of_kubernetes_use_zones_too() {
    let service = |subnet: &str, count: i64| json!({"subnets": [subnet], "desired_count": count});
    let world = world()
        .with::<Service>("tasks", service("subnet-b", 1))
        .with::<Service>("asleep", service("subnet-c", 0))
        .with::<Instance>("i-1", json!({"state": "running", "vpc": "vpc-1", "availability_zone": "eu-west-1d"}))
        .tagged("kubernetes.io/cluster/shop", "owned")
        .with::<Instance>("i-2", json!({"state": "running", "vpc": "vpc-1", "availability_zone": "eu-west-1e"}));
    assert_eq!(fact(world, "uncovered_zones"), Some(json!(["eu-west-1b", "eu-west-1d"])));
}

#[test]
fn a_mount_target_that_is_not_available_covers_nothing() {
    let mounts = [mount("eu-west-1a", "available"), mount("eu-west-1b", "deleting")];
    let world = world()
        .with::<FileSystem>("fs-2", json!({"mount_targets": mounts}))
        .with::<Group>("api", group(&["subnet-b"], 4))
        .derive();
    assert_eq!(world.fact::<FileSystem>("fs-2", "uncovered_zones"), Some(json!(["eu-west-1b"])));
}

#[test]
fn a_group_without_subnets_matters_where_a_zone_of_its_has_no_mount_target() {
    assert_eq!(fact(world().with::<Group>("plain", group(&[], 4)), "compute_zones"), None);
    let within = json!({"subnets": [], "max_size": 4, "availability_zones": ["eu-west-1a"]});
    assert_eq!(fact(world().with::<Group>("plain", within), "uncovered_zones"), Some(json!([])));
}

#[test]
fn zones_are_only_known_of_all_that_computes() {
    assert_eq!(fact(world().half_read::<Group>(), "uncovered_zones"), None);
    assert_eq!(fact(world().half_read::<Service>(), "uncovered_zones"), None);
    assert_eq!(fact(world().half_read::<Instance>(), "uncovered_zones"), None);
    assert_eq!(fact(world().unread::<Subnet>(), "uncovered_zones"), None);
    let bare = SnapshotBuilder::new().with::<FileSystem>("fs-1", json!({"mount_targets": []})).unread::<Group>();
    assert_eq!(fact(bare, "uncovered_zones"), Some(json!([])));
}
