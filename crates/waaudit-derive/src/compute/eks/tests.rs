//! Tests of what is learned of EKS clusters.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::SnapshotBuilder;
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::ec2::{Instance, Subnet};
use waaudit_model::facts::eks::{Cluster, NodeGroup};

fn node_group(cluster: &str, desired: i64, subnet: &str) -> Value {
    json!({
        "cluster": cluster, "desired_size": desired, "subnets": [subnet], "auto_scaling_groups": [format!("eks-{subnet}")],
    })
}

fn node(zone: &str, state: &str) -> Value {
    json!({"availability_zone": zone, "state": state})
}

fn world() -> SnapshotBuilder {
    SnapshotBuilder::new()
        .with::<Subnet>("subnet-a", json!({"availability_zone": "eu-west-1a"}))
        .with::<Subnet>("subnet-b", json!({"availability_zone": "eu-west-1b"}))
        .with::<Subnet>("subnet-c", json!({"availability_zone": "eu-west-1c"}))
        .with::<Cluster>("shop", json!({}))
        .with::<NodeGroup>("a", node_group("shop", 1, "subnet-a"))
        .with::<NodeGroup>("b", node_group("shop", 2, "subnet-b"))
        .with::<NodeGroup>("asleep", node_group("shop", 0, "subnet-c"))
        .with::<NodeGroup>("other", node_group("other", 1, "subnet-c"))
}

fn fact(world: SnapshotBuilder, fact: &str) -> Option<Value> {
    world.derive().fact::<Cluster>("shop", fact)
}

#[test]
fn zones_of_node_groups_are_united_and_one_that_wants_no_node_adds_none() {
    assert_eq!(fact(world(), "node_groups"), Some(json!(["a", "asleep", "b"])));
    assert_eq!(fact(world(), "node_group_zones"), Some(json!(["eu-west-1a", "eu-west-1b"])));
    assert_eq!(fact(world().half_read::<NodeGroup>(), "node_group_zones"), None);
    assert_eq!(fact(world().unread::<Subnet>(), "node_group_zones"), None);
    assert_eq!(fact(world().unread::<Subnet>(), "node_groups"), Some(json!(["a", "asleep", "b"])));
}

#[test]
fn nodes_are_the_running_instances_that_any_of_the_tags_gives_to_the_cluster() {
    let world = world()
        .with::<Instance>("i-managed", node("eu-west-1a", "running"))
        .tagged("eks:cluster-name", "shop")
        .with::<Instance>("i-auto", node("eu-west-1b", "running"))
        .tagged("eks:eks-cluster-name", "shop")
        .with::<Instance>("i-karpenter", node("eu-west-1b", "running"))
        .tagged("kubernetes.io/cluster/shop", "owned")
        .tagged("karpenter.sh/nodepool", "default")
        .with::<Instance>("i-gone", node("eu-west-1c", "terminated"))
        .tagged("eks:cluster-name", "shop")
        .with::<Instance>("i-other", node("eu-west-1c", "running"))
        .tagged("eks:cluster-name", "other")
        .with::<Instance>("i-plain", node("eu-west-1c", "running"));
    assert_eq!(fact(world.clone(), "running_nodes"), Some(json!(3)));
    assert_eq!(fact(world.clone(), "node_zones"), Some(json!(["eu-west-1a", "eu-west-1b"])));
    assert_eq!(fact(world.clone(), "karpenter_nodes"), Some(json!(1)));
    assert_eq!(fact(world.clone().half_read::<Instance>(), "running_nodes"), None);
    let unsure = world.with::<Instance>("i-unsure", node("eu-west-1c", "running")).tags_unread();
    assert_eq!(fact(unsure, "running_nodes"), None);
}

#[test]
fn the_cluster_autoscaler_resizes_groups_that_are_tagged_for_it_and_have_room() {
    let sizes = |max: i64| json!({"min_size": 1, "max_size": max});
    let enabled = "k8s.io/cluster-autoscaler/enabled";
    let world = world()
        .with::<Group>("eks-subnet-a", sizes(5))
        .tagged(enabled, "true")
        .with::<Group>("eks-subnet-b", sizes(1))
        .tagged(enabled, "true")
        .with::<Group>("own", sizes(9))
        .tagged(enabled, "true")
        .tagged("k8s.io/cluster-autoscaler/shop", "owned")
        .with::<Group>("untagged", sizes(9))
        .tagged("kubernetes.io/cluster/shop", "owned")
        .with::<Group>("others", sizes(9))
        .tagged(enabled, "true");
    assert_eq!(fact(world.clone(), "autoscaled_groups"), Some(json!(["eks-subnet-a", "own"])));
    assert_eq!(fact(world.clone().half_read::<Group>(), "autoscaled_groups"), None);
    assert_eq!(fact(world.unread::<NodeGroup>(), "autoscaled_groups"), None);
}

#[test]
fn spot_nodes_are_the_running_ones_that_aws_may_take_back() {
    let node = |lifecycle: Value, state: &str| json!({"availability_zone": "eu-west-1a", "state": state, "lifecycle": lifecycle});
    let with = |world: SnapshotBuilder, id: &str, facts: Value| {
        world.with::<Instance>(id, facts).tagged("eks:cluster-name", "shop")
    };
    let world = with(world(), "i-1", node(json!("spot"), "running"));
    let world = with(world, "i-2", node(json!("spot"), "terminated"));
    assert_eq!(fact(with(world.clone(), "i-3", node(json!(null), "running")), "spot_nodes"), Some(json!(1)));
    let unread = with(world, "i-4", json!({"availability_zone": "eu-west-1a", "state": "running"}));
    assert_eq!(fact(unread, "spot_nodes"), None);
}
