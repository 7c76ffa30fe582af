//! Pairs of accounts that differ in one setting: one goes on without a zone, one does not.

use proptest::prelude::*;
use serde_json::{Value, json};
use waaudit_derive::testing::snapshot_builder::{SnapshotBuilder, arn};
use waaudit_derive::testing::web_shop::{ZONES, balancer, database, rule, server, shop, subnet, targets};
use waaudit_model::facts::arczonalshift::ManagedResource;
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::ec2::{Instance, NatGateway, NetworkInterface, RouteTable, SecurityGroup, Subnet};
use waaudit_model::facts::ecs::Service;
use waaudit_model::facts::efs::FileSystem;
use waaudit_model::facts::elasticache::{Cluster, ReplicationGroup};
use waaudit_model::facts::elb::{LoadBalancer, TargetGroup};
use waaudit_model::facts::globalaccelerator::Accelerator;
use waaudit_model::facts::lambda::{Function, FunctionUrl};
use waaudit_model::facts::lightsail;
use waaudit_model::facts::rds::{DbCluster, DbInstance};
use waaudit_model::facts::route53::Record;
use waaudit_model::topology::graph::{Basis, Outcome};

use super::{ZoneLoss, zone_loss};

mod properties;
mod stores;
mod ways_in;

const A: &str = ZONES[0];

const B: &str = ZONES[1];

fn loss(world: &SnapshotBuilder, way_in: &str, zone: &str) -> ZoneLoss {
    let losses = zone_loss(&world.clone().inventory());
    let names: Vec<String> = losses.iter().map(|loss| format!("{} {}", loss.way_in.name, loss.zone)).collect();
    let found = losses.into_iter().find(|loss| loss.way_in.name == way_in && loss.zone == zone);
    found.unwrap_or_else(|| panic!("no {way_in} in {zone}: {names:?}"))
}

fn outcome(world: &SnapshotBuilder, way_in: &str, zone: &str) -> Outcome {
    let loss = loss(world, way_in, zone);
    loss.outcome.unwrap_or_else(|| panic!("{way_in} without {zone}: {:?}", loss.unknown))
}

/// Sets a fact of a resource.
fn set(mut world: SnapshotBuilder, id: &str, fact: &str, value: Value) -> SnapshotBuilder {
    let found = world.0.resources.iter_mut().find(|resource| resource.id == id);
    found.expect("it is there").facts.insert(fact.to_owned(), value);
    world
}

fn measured(value: f64) -> Value {
    json!({"value": value, "statistic": "p99", "window_days": 14, "points_share": 1.0})
}

fn fleet(zones: &[(&str, &str)], cpu: Option<f64>) -> Value {
    let members: Vec<Value> = zones
        .iter()
        .map(|(instance, zone)| {
            json!({"instance": instance, "availability_zone": zone, "lifecycle_state": "InService",
                "health_status": "Healthy", "weight": null})
        })
        .collect();
    let mut facts = json!({
        "min_size": 2, "max_size": 4, "desired_capacity": 2, "subnets": ["subnet-a", "subnet-b"],
        "availability_zones": ZONES, "target_groups": [arn::<TargetGroup>("web")], "classic_load_balancers": [],
        "members": members, "suspended_processes": [],
    });
    if let Some(cpu) = cpu {
        facts["cpu_percent_p99"] = measured(cpu);
    }
    facts
}

/// The shop, with its servers in a group whose CPU peaks as said.
fn with_fleet(cpu: Option<f64>) -> SnapshotBuilder {
    shop().with::<Group>("web-fleet", fleet(&[("i-a", A), ("i-b", B)], cpu))
}

/// The shop without its database.
fn stateless(cpu: Option<f64>) -> SnapshotBuilder {
    let mut world = with_fleet(cpu);
    world.0.resources.retain(|resource| resource.id != "orders");
    world
}

#[test]
fn what_is_left_has_to_carry_the_peak() {
    let enough = loss(&stateless(Some(50.0)), "front", A);
    assert_eq!(enough.outcome, Some(Outcome::Survives), "{:?} {:?}", enough.decided_by, enough.capacity);
    let short = loss(&stateless(Some(60.0)), "front", A);
    assert_eq!((short.outcome, short.basis), (Some(Outcome::Degraded), Some(Basis::Computed)));
    let capacity = short.capacity.expect("half is left");
    assert_eq!((capacity.left_percent, capacity.of_peak().map(f64::round)), (50.0, Some(83.0)));
}

#[test]
fn a_peak_that_was_not_measured_is_not_taken_to_be_carried() {
    let unmeasured = loss(&stateless(None), "front", A);
    assert_eq!((unmeasured.outcome, unmeasured.basis), (Some(Outcome::Degraded), Some(Basis::Assumed)));
    let capacity = unmeasured.capacity.expect("half is left");
    assert_eq!((capacity.left_percent, capacity.peak_percent), (50.0, None));
}

#[test]
fn targets_have_to_be_healthy_in_another_zone() {
    let world = |state: &str| {
        let group = targets("front", &[("i-a", "healthy"), ("i-b", state)]);
        set(stateless(Some(40.0)), "web", "targets", group["targets"].clone())
    };
    assert_eq!(outcome(&world("healthy"), "front", A), Outcome::Survives);
    assert_eq!(outcome(&world("unhealthy"), "front", A), Outcome::Recovers, "the group starts others");
    assert_eq!(outcome(&world("unhealthy"), "front", B), Outcome::Survives);
}

#[test]
fn a_path_without_a_healthy_target_survives_nothing() {
    let group = targets("front", &[("i-a", "unhealthy"), ("i-b", "unhealthy")]);
    let idle = loss(&set(stateless(Some(40.0)), "web", "targets", group["targets"].clone()), "front", A);
    assert_eq!(idle.outcome, None);
    assert_eq!(idle.unknown.as_deref(), Some("web has no healthy target today"));
}

#[test]
fn a_load_balancer_has_to_be_enabled_in_another_zone() {
    let world = |zones: Value| set(stateless(Some(40.0)), "front", "zones", zones);
    assert_eq!(outcome(&world(json!([{"name": A}, {"name": B}])), "front", A), Outcome::Survives);
    assert_eq!(outcome(&world(json!([{"name": A}])), "front", A), Outcome::Dies);
}

/// A Network Load Balancer that is enabled where only one of the two servers is.
fn network(cross_zone: bool) -> SnapshotBuilder {
    let world = set(stateless(Some(40.0)), "front", "balancer_type", json!("network"));
    let world = set(world, "front", "zones", json!([{"name": A}, {"name": "eu-west-1c"}]));
    set(world, "front", "cross_zone", json!(cross_zone))
}

#[test]
fn a_network_load_balancer_that_keeps_to_its_zones_has_the_targets_there_alone() {
    assert_eq!(outcome(&network(true), "front", A), Outcome::Survives);
    assert_eq!(outcome(&network(false), "front", A), Outcome::Recovers);
}

#[test]
fn a_group_in_one_zone_recovers_where_it_may_launch_in_another_and_dies_where_not() {
    let world = |subnets: Value| {
        let world = set(stateless(Some(40.0)), "web-fleet", "members", fleet(&[("i-a", A)], None)["members"].clone());
        let one = targets("front", &[("i-a", "healthy")]);
        set(set(world, "web", "targets", one["targets"].clone()), "web-fleet", "subnets", subnets)
    };
    let recovers = loss(&world(json!(["subnet-a", "subnet-b"])), "front", A);
    assert_eq!(recovers.outcome, Some(Outcome::Recovers));
    assert_eq!(recovers.downtime.map(|time| (time.min_seconds, time.max_seconds)), Some((120, Some(900))));
    let hop = recovers.chain.iter().find(|hop| hop.name == "web-fleet").expect("the group is on the path");
    assert_eq!(hop.configured_zones.as_deref(), Some(&[A.to_owned(), B.to_owned()][..]));
    assert_eq!(hop.zones.as_deref(), Some(&[A.to_owned()][..]));
    assert_eq!(outcome(&world(json!(["subnet-a"])), "front", A), Outcome::Dies);
}

/// The shop whose servers leave by the gateway of zone a, or each by its own.
fn behind_nat(own_gateway: bool) -> SnapshotBuilder {
    let mut world = stateless(Some(40.0));
    world.0.resources.retain(|resource| resource.id != "rtb");
    let gateway = |subnet: &str| json!({"state": "available", "vpc": "vpc-1", "subnet": subnet, "connectivity": "public", "availability_mode": "zonal"});
    let table = |subnet: &str, nat: &str| {
        json!({"vpc": "vpc-1", "main": false, "subnets": [subnet],
            "routes": [{"destination": "0.0.0.0/0", "target": nat, "active": true}]})
    };
    world
        .with::<NatGateway>("nat-a", gateway("subnet-a"))
        .with::<NatGateway>("nat-b", gateway("subnet-b"))
        .with::<RouteTable>("rtb-a", table("subnet-a", "nat-a"))
        .with::<RouteTable>("rtb-b", table("subnet-b", if own_gateway { "nat-b" } else { "nat-a" }))
}

#[test]
fn servers_that_leave_by_a_gateway_of_the_lost_zone_get_no_further_than_their_vpc() {
    assert_eq!(outcome(&behind_nat(true), "front", A), Outcome::Survives);
    let cut_off = loss(&behind_nat(false), "front", A);
    assert_eq!(cut_off.outcome, Some(Outcome::Degraded));
    assert_eq!(cut_off.decided_by.map(|decider| decider.name), Some("nat-a".to_owned()));
    assert_eq!(outcome(&behind_nat(false), "front", B), Outcome::Survives);
}

/// Tasks behind the load balancer, whose interfaces are read.
fn tasks(desired: i64) -> SnapshotBuilder {
    let mut world = stateless(None);
    world.0.resources.retain(|resource| !["web-fleet", "i-a", "i-b", "web"].contains(&resource.id.as_str()));
    let hosts: &[(&str, &str)] =
        if desired > 1 { &[("10.0.1.20", "a"), ("10.0.2.20", "b")] } else { &[("10.0.1.20", "a")] };
    let ips: Vec<(&str, &str)> = hosts.iter().map(|(address, _)| (*address, "healthy")).collect();
    let mut group = targets("front", &ips);
    group["target_type"] = json!("ip");
    let service = json!({
        "status": "ACTIVE", "cluster": "c", "scheduling": "REPLICA", "launch_type": "FARGATE", "capacity_providers": [],
        "desired_count": desired, "running_count": desired, "task_definition": null, "subnets": ["subnet-a", "subnet-b"],
        "security_groups": ["sg-web"], "target_groups": [arn::<TargetGroup>("web")], "classic_load_balancers": [],
        "placement": [], "placement_constraints": [],
    });
    for (address, zone) in hosts {
        let interface = json!({"subnet": format!("subnet-{zone}"), "vpc": "vpc-1", "interface_type": "interface",
            "status": "in-use", "public_ip": null, "ipv6_addresses": [], "private_ips": [address],
            "security_groups": ["sg-web"], "instance": null, "description": ""});
        world = world.with::<NetworkInterface>(&format!("eni-{zone}"), interface);
    }
    world.with::<TargetGroup>("web", group).with::<Service>("web-service", service)
}

#[test]
fn one_task_is_started_again_and_two_share_the_load() {
    let spread = loss(&tasks(2), "front", A);
    assert_eq!(spread.outcome, Some(Outcome::Degraded), "{:?}", spread.unknown);
    assert_eq!(spread.capacity.map(|capacity| capacity.left_percent), Some(50.0));
    assert_eq!(spread.basis, Some(Basis::Assumed), "no metric tells the peak of its tasks");
    assert_eq!(outcome(&tasks(1), "front", A), Outcome::Recovers);
}
