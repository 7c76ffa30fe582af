//! What the simulations cost as accounts grow: CPU seconds for generated accounts of shops over six zones.
//!
//! The largest has 10,000 instances, 2,000 load balancers and 1,000 databases. The loss of each of its zones and things, its
//! request paths, and the headroom and ramp of each of its hops take under a CPU second. It ends with exit code 1 where that is missed, or where the time grows faster than the account
//! by more than a half. It reads `/proc`, so it needs Linux.

#![allow(clippy::expect_used, clippy::panic, reason = "a measurement ends where its ground gives way")]

use std::fs;
use std::process::ExitCode;

use serde_json::{Value, json};
use waaudit_derive::Inventory;
use waaudit_derive::testing::snapshot_builder::{SnapshotBuilder, arn};
use waaudit_derive::testing::web_shop::rule;
use waaudit_model::facts::ec2::{Instance, RouteTable, SecurityGroup, Subnet};
use waaudit_model::facts::elb::{LoadBalancer, TargetGroup};
use waaudit_model::facts::rds::DbInstance;
use waaudit_simulate::headroom::{Options, Survey};
use waaudit_simulate::ramp::{RampOptions, ramp};
use waaudit_simulate::request_paths::request_paths;
use waaudit_simulate::single_points::single_points;
use waaudit_simulate::zone_loss::zone_loss;

const ZONES: [&str; 6] = ["eu-west-1a", "eu-west-1b", "eu-west-1c", "eu-west-1d", "eu-west-1e", "eu-west-1f"];
/// Servers of a shop.
const SERVERS: usize = 5;
/// Shops that share a database.
const SHARING: usize = 2;

/// Shops of each account. Every one has a load balancer and five servers, two have a database.
const SIZES: [usize; 4] = [250, 500, 1_000, 2_000];
/// CPU seconds that the largest may take.
const GOAL: f64 = 1.0;
/// From one size to the next, time grows with at most so many times the growth of the account.
const GROWTH: f64 = 1.5;

fn main() -> ExitCode {
    println!(
        "{:>9} {:>9} {:>5} {:>9} {:>9} {:>9} {:>10} {:>9} {:>9} {:>7}",
        "instances", "balancers", "dbs", "zones s", "points s", "paths s", "headroom s", "ramp s", "sum s", "growth"
    );
    let (mut last, mut fine) = (None, true);
    for shops in SIZES {
        let inventory = account(shops);
        let (losses, zones) = timed(|| zone_loss(&inventory));
        let (points, things) = timed(|| single_points(&inventory));
        let (paths, drawn) = timed(|| request_paths(&inventory, &losses, &points));
        let (survey, surveyed) = timed(|| Survey::new(&inventory, &Options::default()));
        let (found, compared) = timed(|| survey.headroom());
        let (ramp, followed) = timed(|| ramp(&survey, &found, &RampOptions::default()));
        let limits = surveyed + compared;
        assert_eq!(losses.len(), shops * ZONES.len(), "each way in loses each zone");
        assert!(points.len() >= shops / SHARING, "databases without a standby are single points");
        assert!(!paths.nodes.is_empty() && paths.ways_in_left_out > 0, "what fits is drawn");
        assert!(found.limits.len() + found.not_computed.len() >= shops * SERVERS, "each server is a hop");
        assert!(ramp.hops.len() + ramp.not_computed.len() >= shops, "each load balancer is looked at");
        let sum = zones + things + drawn + limits + followed;
        let growth = last.map(|before: f64| sum / before);
        println!(
            "{:>9} {shops:>9} {:>5} {zones:>9.3} {things:>9.3} {drawn:>9.3} {limits:>10.3} {followed:>9.3} {sum:>9.3} {:>7}",
            shops * SERVERS,
            shops / SHARING,
            growth.map_or_else(String::new, |growth| format!("{growth:.2}")),
        );
        fine &= growth.is_none_or(|growth| growth <= 2.0 * GROWTH);
        fine &= shops != 2_000 || sum <= GOAL;
        last = Some(sum);
    }
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn timed<T>(run: impl FnOnce() -> T) -> (T, f64) {
    let start = cpu_seconds();
    let result = run();
    (result, cpu_seconds() - start)
}

/// Seconds that this thread was on a CPU.
fn cpu_seconds() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux counts the time of a thread");
    let nanoseconds: f64 = text.split_whitespace().next().and_then(|first| first.parse().ok()).expect("it is a number");
    nanoseconds / 1e9
}

/// Shops over six zones. The servers of a shop start in another zone than those of the one before.
fn account(shops: usize) -> Inventory {
    let mut world = SnapshotBuilder::new()
        .with::<RouteTable>("rtb", json!({"vpc": "vpc-1", "main": true, "subnets": [], "routes": []}))
        .with::<SecurityGroup>("sg-front", json!({"ingress": [rule(443, "0.0.0.0/0")]}));
    for (place, zone) in ZONES.iter().enumerate() {
        let facts = json!({"vpc": "vpc-1", "availability_zone": zone, "availability_zone_id": zone, "cidr": format!("10.{place}.0.0/16")});
        world = world.with::<Subnet>(&format!("subnet-{place}"), facts);
    }
    for shop in 0..shops {
        world = add(world, shop);
    }
    world.inventory()
}

fn add(world: SnapshotBuilder, shop: usize) -> SnapshotBuilder {
    let (web, data) = (format!("sg-web-{shop}"), format!("sg-data-{}", shop / SHARING));
    let mut world = world
        .with::<SecurityGroup>(&web, json!({"ingress": [rule(8080, "sg-front")]}))
        .with::<LoadBalancer>(&format!("front-{shop}"), balancer(shop))
        .with::<TargetGroup>(&format!("web-{shop}"), target_group(shop));
    for number in 0..SERVERS {
        world = world.with::<Instance>(&format!("i-{shop}-{number}"), server(shop, number, &web));
    }
    if !shop.is_multiple_of(SHARING) {
        return world;
    }
    let callers: Vec<Value> = (shop..shop + SHARING).map(|caller| rule(5432, &format!("sg-web-{caller}"))).collect();
    world
        .with::<SecurityGroup>(&data, json!({"ingress": callers}))
        .with::<DbInstance>(&format!("db-{shop}"), database(shop, &data))
}

fn zone_of(shop: usize, number: usize) -> (usize, &'static str) {
    let place = (shop + number) % ZONES.len();
    (place, ZONES.get(place).copied().unwrap_or_default())
}

fn balancer(shop: usize) -> Value {
    let forward = json!({"target_group": arn::<TargetGroup>(&format!("web-{shop}")), "weight": 1});
    let rules = [json!({"is_default": true, "action": "forward", "required_headers": [], "forwards": [forward]})];
    json!({
        "balancer_type": "application", "scheme": "internet-facing", "state": "active", "vpc": "vpc-1",
        "security_groups": ["sg-front"], "zones": ZONES.map(|zone| json!({"name": zone})), "cross_zone": true,
        "dns_name": format!("front-{shop}.eu-west-1.elb.amazonaws.com"),
        "listeners": [{"arn": format!("listener-{shop}"), "port": 443, "protocol": "HTTPS", "rules": rules}],
    })
}

fn target_group(shop: usize) -> Value {
    let target = |number: usize| json!({"id": format!("i-{shop}-{number}"), "port": 8080, "state": "healthy"});
    json!({
        "target_type": "instance", "vpc": "vpc-1", "load_balancers": [arn::<LoadBalancer>(&format!("front-{shop}"))],
        "cross_zone": null, "targets": (0..SERVERS).map(target).collect::<Vec<_>>(),
    })
}

fn server(shop: usize, number: usize, group: &str) -> Value {
    let (place, zone) = zone_of(shop, number);
    json!({
        "state": "running", "availability_zone": zone, "subnet": format!("subnet-{place}"), "vpc": "vpc-1",
        "public_ip": null, "private_ip": format!("10.{place}.{}.{}", shop / 100, shop % 100 + 100 * (number % 2)),
        "security_groups": [group], "usage_operation": "RunInstances", "image": null, "volumes": [],
        "launched_at": "2026-01-01T00:00:00Z",
    })
}

/// A database without a standby.
fn database(shop: usize, group: &str) -> Value {
    json!({
        "status": "available", "engine": "postgres", "instance_class": "db.m7g.large", "multi_az": false,
        "pending_multi_az": null, "availability_zone": zone_of(shop, 0).1, "secondary_availability_zone": null,
        "cluster": null, "replica_of": null, "replicas": [], "vpc": "vpc-1", "security_groups": [group], "port": 5432,
    })
}
