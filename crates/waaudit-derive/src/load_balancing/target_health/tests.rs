//! What `targets` learns, and what it leaves unread.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
use waaudit_model::facts::ec2::{Instance, Subnet};
use waaudit_model::facts::elb::{LoadBalancer, TargetGroup};

fn target(id: &str, state: &str) -> Value {
    json!({"id": id, "port": 80, "state": state})
}

fn group(target_type: &str, targets: &[Value], cross_zone: Value) -> Value {
    json!({
        "target_type": target_type, "vpc": "vpc-1", "targets": targets, "cross_zone": cross_zone,
        "load_balancers": [arn::<LoadBalancer>("lb")],
    })
}

fn balancer(balancer_type: &str, cross_zone: Value, forwards: &[(&str, Value)]) -> Value {
    let forwards: Vec<Value> = forwards
        .iter()
        .map(|(group, weight)| json!({"target_group": arn::<TargetGroup>(group), "weight": weight}))
        .collect();
    let rule = json!({"is_default": true, "action": "forward", "required_headers": [], "forwards": forwards});
    json!({
        "balancer_type": balancer_type, "state": "active", "cross_zone": cross_zone,
        "zones": [{"name": "eu-west-1a"}, {"name": "eu-west-1b"}],
        "listeners": [{"arn": "listener", "port": 80, "protocol": "TCP", "rules": [rule]}],
    })
}

/// A Network Load Balancer over two zones, with one healthy instance in the first.
fn world(cross_zone: bool) -> SnapshotBuilder {
    SnapshotBuilder::new()
        .with::<Instance>("i-1", json!({"availability_zone": "eu-west-1a"}))
        .with::<TargetGroup>(
            "web",
            group("instance", &[target("i-1", "healthy"), target("i-2", "unhealthy")], json!(null)),
        )
        .with::<LoadBalancer>("lb", balancer("network", json!(cross_zone), &[("web", json!(null))]))
}

fn fact(world: &SnapshotBuilder, fact: &str) -> Option<Value> {
    world.fact::<TargetGroup>("web", fact)
}

#[test]
fn targets_are_counted_by_health() {
    let targets =
        [target("a", "healthy"), target("b", "unhealthy"), target("c", "unavailable"), target("d", "draining")];
    let world = SnapshotBuilder::new()
        .with::<TargetGroup>("web", group("instance", &targets, json!(null)))
        .with::<TargetGroup>("denied", json!({}))
        .derive();
    assert_eq!(fact(&world, "healthy_count"), Some(json!(1)));
    assert_eq!(fact(&world, "unhealthy_count"), Some(json!(2)));
    assert_eq!(world.fact::<TargetGroup>("denied", "healthy_count"), None);
}

#[test]
fn a_group_takes_traffic_unless_its_weight_is_zero() {
    let weighted = |weight: Value| {
        let world = SnapshotBuilder::new()
            .with::<TargetGroup>("web", group("instance", &[], json!(null)))
            .with::<LoadBalancer>("lb", balancer("application", json!(true), &[("web", weight)]));
        fact(&world.derive(), "takes_traffic")
    };
    assert_eq!(weighted(json!(null)), Some(json!(true)));
    assert_eq!(weighted(json!(1)), Some(json!(true)));
    assert_eq!(weighted(json!(0)), Some(json!(false)));
}

#[test]
fn traffic_is_unread_without_the_load_balancers_that_the_group_names() {
    assert_eq!(fact(&world(true).unread::<LoadBalancer>().derive(), "takes_traffic"), None);
    let alone =
        SnapshotBuilder::new().with::<TargetGroup>("web", json!({"load_balancers": []})).unread::<LoadBalancer>();
    assert_eq!(fact(&alone.derive(), "takes_traffic"), Some(json!(false)));
}

#[test]
fn an_instance_stands_in_its_own_zone() {
    assert_eq!(fact(&world(true).derive(), "healthy_zones"), Some(json!(["eu-west-1a"])));
    assert_eq!(fact(&world(true).unread::<Instance>().derive(), "healthy_zones"), None);
}

#[test]
fn an_address_stands_in_the_zone_of_the_subnet_around_it() {
    let world = |targets: &[Value]| {
        SnapshotBuilder::new()
            .with::<Subnet>("other", json!({"vpc": "vpc-2", "cidr": "10.0.0.0/16", "availability_zone": "eu-west-1c"}))
            .with::<Subnet>("own", json!({"vpc": "vpc-1", "cidr": "10.0.1.0/24", "availability_zone": "eu-west-1b"}))
            .with::<TargetGroup>("web", group("ip", targets, json!(null)))
    };
    let inside = [target("10.0.1.7", "healthy")];
    assert_eq!(fact(&world(&inside).derive(), "healthy_zones"), Some(json!(["eu-west-1b"])));
    assert_eq!(fact(&world(&inside).unread::<Subnet>().derive(), "healthy_zones"), None);
    let lost = [target("10.9.9.9", "healthy")];
    assert_eq!(fact(&world(&lost).derive(), "healthy_zones"), None);
    let named = [json!({"id": "192.168.0.1", "availability_zone": "eu-west-1a", "state": "healthy"})];
    assert_eq!(fact(&world(&named).derive(), "healthy_zones"), Some(json!(["eu-west-1a"])));
    let outside = [json!({"id": "192.168.0.1", "availability_zone": "all", "state": "healthy"})];
    assert_eq!(fact(&world(&outside).derive(), "healthy_zones"), None);
}

#[test]
fn a_function_stands_in_no_zone_that_one_can_name() {
    let world =
        SnapshotBuilder::new().with::<TargetGroup>("web", group("lambda", &[target("fn", "healthy")], json!(null)));
    assert_eq!(fact(&world.derive(), "healthy_zones"), None);
}

#[test]
fn a_zone_is_uncovered_where_balancing_stays_in_the_zone() {
    assert_eq!(fact(&world(false).derive(), "uncovered_zones"), Some(json!(["eu-west-1b"])));
    assert_eq!(fact(&world(true).derive(), "uncovered_zones"), Some(json!([])));
    assert_eq!(fact(&world(true).unread::<LoadBalancer>().derive(), "uncovered_zones"), None);
    assert_eq!(fact(&world(false).unread::<Instance>().derive(), "uncovered_zones"), None);
    assert_eq!(fact(&world(true).unread::<Instance>().derive(), "uncovered_zones"), Some(json!([])));
}

#[test]
fn the_groups_own_word_on_crossing_zones_goes_first() {
    let world = |said: Value| {
        SnapshotBuilder::new()
            .with::<Instance>("i-1", json!({"availability_zone": "eu-west-1a"}))
            .with::<TargetGroup>("web", group("instance", &[target("i-1", "healthy")], said))
            .with::<LoadBalancer>("lb", balancer("application", json!(true), &[("web", json!(null))]))
            .derive()
    };
    assert_eq!(fact(&world(json!("false")), "uncovered_zones"), Some(json!(["eu-west-1b"])));
    assert_eq!(fact(&world(json!("use_load_balancer_configuration")), "uncovered_zones"), Some(json!([])));
}

#[test]
fn a_balancer_counts_each_healthy_target_once_in_its_zone() {
    let by_zone = |world: SnapshotBuilder| world.derive().fact::<LoadBalancer>("lb", "healthy_targets_by_zone");
    let world = SnapshotBuilder::new()
        .with::<Instance>("i-1", json!({"availability_zone": "eu-west-1a"}))
        .with::<TargetGroup>("web", group("instance", &[target("i-1", "healthy")], json!(null)))
        .with::<TargetGroup>("tls", group("instance", &[target("i-1", "healthy")], json!(null)))
        .with::<TargetGroup>("idle", group("instance", &[target("i-9", "healthy")], json!(null)))
        .with::<LoadBalancer>(
            "lb",
            balancer("network", json!(true), &[("web", json!(1)), ("tls", json!(1)), ("idle", json!(0))]),
        );
    assert_eq!(by_zone(world.clone()), Some(json!({"eu-west-1a": 1, "eu-west-1b": 0})));
    assert_eq!(by_zone(world.clone().unread::<Instance>()), None);
    assert_eq!(by_zone(world.unread::<TargetGroup>()), None);
}

#[test]
fn groups_that_keep_their_traffic_in_its_zone_are_named() {
    let kept = |world: SnapshotBuilder| world.derive().fact::<LoadBalancer>("lb", "groups_kept_by_zone");
    let world = |said: Value, weight: i64| {
        SnapshotBuilder::new()
            .with::<TargetGroup>("web", group("instance", &[], said))
            .with::<LoadBalancer>("lb", balancer("network", json!(true), &[("web", json!(weight))]))
    };
    assert_eq!(kept(world(json!("false"), 1)), Some(json!(["web"])));
    assert_eq!(kept(world(json!("false"), 0)), Some(json!([])));
    assert_eq!(kept(world(json!("true"), 1)), Some(json!([])));
    assert_eq!(kept(world(json!(null), 1)), Some(json!([])));
    assert_eq!(kept(world(json!("true"), 1).unread::<TargetGroup>()), None);
    let silent = SnapshotBuilder::new()
        .with::<TargetGroup>("web", json!({"load_balancers": [arn::<LoadBalancer>("lb")]}))
        .with::<LoadBalancer>("lb", balancer("network", json!(true), &[("web", json!(1))]));
    assert_eq!(kept(silent), None);
}
