//! Groups that serve one purpose are judged together, and no others.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::SnapshotBuilder;
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::ec2::LaunchTemplateVersion;
use waaudit_model::facts::ecs::Cluster;

fn group(zone: &str, targets: &[&str]) -> Value {
    json!({
        "subnets": [], "availability_zones": [zone], "target_groups": targets, "classic_load_balancers": [],
        "health_check_types": ["EC2"], "min_size": 1, "max_size": 4, "launch_configuration": null, "on_demand_base": null,
        "launch_template": {"template": format!("lt-{zone}"), "version": "1"},
        "members": [{
            "instance": format!("i-{zone}"), "availability_zone": zone, "lifecycle_state": "InService", "health_status": "Healthy",
        }],
    })
}

fn version(spot: bool) -> Value {
    json!({"spot": spot, "by_requirements": false})
}

fn world(targets: [&[&str]; 2]) -> SnapshotBuilder {
    SnapshotBuilder::new()
        .with::<LaunchTemplateVersion>("lt-a:1", version(true))
        .with::<LaunchTemplateVersion>("lt-b:1", version(false))
        .with::<Group>("web-a", group("a", targets[0]))
        .with::<Group>("web-b", group("b", targets[1]))
}

fn facts(world: SnapshotBuilder, id: &str) -> [Option<Value>; 5] {
    let derived = world.derive();
    ["peers", "zones_with_peers", "in_service_zones_with_peers", "min_size_with_peers", "all_spot_with_peers"]
        .map(|fact| derived.fact::<Group>(id, fact))
}

#[test]
fn groups_behind_one_target_group_are_one_fleet() {
    let both = || world([&["tg"], &["tg"]]);
    let zones = json!(["a", "b"]);
    let expected = [json!(["web-b"]), zones.clone(), zones, json!(2), json!(false)].map(Some);
    assert_eq!(facts(both(), "web-a"), expected);
    assert_eq!(facts(both().half_read::<Group>(), "web-a"), [const { None }; 5]);
}

#[test]
fn a_group_that_serves_only_some_of_the_traffic_takes_nothing_over() {
    let alone = [json!([]), json!(["a"]), json!(["a"]), json!(1), json!(true)].map(Some);
    assert_eq!(facts(world([&["tg", "other"], &["tg"]]), "web-a"), alone);
    assert_eq!(facts(world([&["tg", "other"], &["tg"]]), "web-b")[0], Some(json!(["web-a"])));
    assert_eq!(facts(world([&["tg"], &["other"]]), "web-a"), alone);
}

#[test]
fn a_group_that_may_launch_nothing_is_no_peer() {
    let mut asleep = group("b", &["tg"]);
    asleep["max_size"] = json!(0);
    let world = SnapshotBuilder::new().with::<Group>("web-a", group("a", &["tg"])).with::<Group>("web-b", asleep);
    assert_eq!(facts(world, "web-a")[0], Some(json!([])));
}

#[test]
fn workers_are_one_fleet_by_their_template_or_their_cluster() {
    assert_eq!(facts(world([&[], &[]]), "web-a")[0], Some(json!([])));
    let mut same = group("b", &[]);
    same["launch_template"]["template"] = json!("lt-a");
    let by_template = SnapshotBuilder::new().with::<Group>("web-a", group("a", &[])).with::<Group>("web-b", same);
    assert_eq!(facts(by_template, "web-a")[1], Some(json!(["a", "b"])));
    let server = |zone: &str| json!({"availability_zone": zone, "instance": format!("i-{zone}"), "attributes": {}});
    let by_cluster = world([&[], &[]]).with::<Cluster>("shop", json!({"servers": [server("a"), server("b")]}));
    assert_eq!(facts(by_cluster.clone(), "web-a")[1], Some(json!(["a", "b"])));
    assert_eq!(facts(by_cluster.half_read::<Cluster>(), "web-a")[0], Some(json!(["web-b"])));
    assert_eq!(facts(world([&[], &[]]).half_read::<Cluster>(), "web-a")[0], None);
}

#[test]
fn a_group_is_all_spot_by_its_template_or_by_the_shares_of_its_policy() {
    let spot = |base: Value, percent: Value| {
        let mut mixed = group("b", &[]);
        (mixed["on_demand_base"], mixed["on_demand_percent"]) = (base, percent);
        let world =
            SnapshotBuilder::new().with::<LaunchTemplateVersion>("lt-b:1", version(false)).with::<Group>("web", mixed);
        world.derive().fact::<Group>("web", "all_spot")
    };
    assert_eq!(spot(json!(null), json!(null)), Some(json!(false)));
    assert_eq!(spot(json!(0), json!(0)), Some(json!(true)));
    assert_eq!(spot(json!(1), json!(0)), Some(json!(false)));
    assert_eq!(spot(json!(0), json!(20)), Some(json!(false)));
}
