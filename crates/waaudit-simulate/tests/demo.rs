//! The demo's story, read by an architect before it was run: zone by zone, thing by thing, and the experiment.
//!
//! The shop's distribution leads to `fernweh-shop`, whose checkout runs on one server in eu-west-1a; orders-db, the session
//! cache and reviews-mysql have no standby and are in eu-west-1a as well. Without eu-west-1b nothing is gone for good, but
//! half of `shop-web` carries 50 % of its capacity, and its peak takes 63.5 %.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where its ground gives way")]

use std::collections::BTreeMap;

use waaudit_derive::Inventory;
use waaudit_model::settings::NonProduction;
use waaudit_model::snapshot::Snapshot;
use waaudit_model::topology::graph::{Basis, Outcome};
use waaudit_simulate::fis::experiment;
use waaudit_simulate::single_points::single_points;
use waaudit_simulate::zone_loss::{ZoneLoss, zone_loss};

const DEMO: &str = include_str!("../../../fixtures/accounts/demo.json");

fn demo() -> Inventory {
    waaudit_derive::derive(Snapshot::from_json(DEMO).expect("the demo is a snapshot"), &NonProduction::default())
}

fn row<'l>(losses: &'l [ZoneLoss], way_in_type: &str, name: &str, zone: &str) -> &'l ZoneLoss {
    let found = losses
        .iter()
        .find(|loss| loss.zone == zone && loss.way_in.way_in_type == way_in_type && loss.way_in.name == name);
    found.unwrap_or_else(|| panic!("no row for {way_in_type} {name} in {zone}"))
}

const A: &str = "eu-west-1a";
const B: &str = "eu-west-1b";

/// Of each way in, what the loss of each zone does; none is unknown.
const STORY: &[(&str, &str, Option<Outcome>, Option<Outcome>)] = &[
    ("DNS name", "fernweh-outfitters.example", Some(Outcome::Dies), Some(Outcome::Degraded)),
    ("DNS name", "www.fernweh-outfitters.example", Some(Outcome::Dies), Some(Outcome::Degraded)),
    // Its tasks behind `search` and `size-advisor` have interfaces that were not read.
    ("DNS name", "api.fernweh-outfitters.example", Some(Outcome::Dies), None),
    ("load balancer", "fernweh-api", Some(Outcome::Dies), None),
    ("accelerator", "fernweh-api", Some(Outcome::Dies), None),
    // Buckets are in no zone.
    ("DNS name", "media.fernweh-outfitters.example", Some(Outcome::Survives), Some(Outcome::Survives)),
    ("DNS name", "lookbook.fernweh-outfitters.example", Some(Outcome::Survives), Some(Outcome::Survives)),
    // A name that leads to one server's address.
    ("DNS name", "journal.fernweh-outfitters.example", Some(Outcome::Survives), Some(Outcome::Dies)),
    ("Lightsail server", "journal-wordpress", Some(Outcome::Dies), Some(Outcome::Survives)),
];

#[test]
fn each_way_in_does_what_an_architect_expects_of_it() {
    let losses = zone_loss(&demo());
    for (way_in_type, name, in_a, in_b) in STORY {
        assert_eq!(row(&losses, way_in_type, name, A).outcome, *in_a, "{way_in_type} {name} without {A}");
        assert_eq!(row(&losses, way_in_type, name, B).outcome, *in_b, "{way_in_type} {name} without {B}");
    }
    let stages: Vec<&ZoneLoss> = losses.iter().filter(|loss| loss.way_in.way_in_type == "API stage").collect();
    assert_eq!(stages.len(), 6, "three stages, two zones");
    assert!(stages.iter().all(|loss| loss.outcome == Some(Outcome::Survives)), "their functions are in no VPC");
}

#[test]
fn a_load_balancer_that_only_its_distribution_gets_into_is_no_way_in() {
    let losses = zone_loss(&demo());
    assert!(
        !losses.iter().any(|loss| loss.way_in.name == "fernweh-shop" && loss.way_in.way_in_type == "load balancer")
    );
}

#[test]
fn the_shop_dies_with_its_checkout_and_lacks_a_fifth_of_its_peak_without_the_other_zone() {
    let losses = zone_loss(&demo());
    let dies = row(&losses, "DNS name", "fernweh-outfitters.example", A);
    let decider = dies.decided_by.as_ref().expect("something decides");
    assert_eq!((decider.kind.as_str(), decider.name.as_str()), ("elb.target_group", "checkout"));
    assert_eq!((dies.basis, dies.downtime.as_ref()), (Some(Basis::Computed), None));
    let dead: Vec<&str> = dies
        .chain
        .iter()
        .filter(|hop| hop.certain && hop.outcome == Some(Outcome::Dies))
        .map(|hop| hop.name.as_str())
        .collect();
    for name in ["checkout", "orders-db", "reviews-mysql", "sessions"] {
        assert!(dead.contains(&name), "{name} dies too: {dead:?}");
    }
    let catalog = dies.chain.iter().find(|hop| hop.name == "catalog").expect("the catalog is on the path");
    assert_eq!(catalog.outcome, Some(Outcome::FailsOver));
    assert_eq!(catalog.downtime.as_ref().and_then(|downtime| downtime.max_seconds), Some(60));
    let degrades = row(&losses, "DNS name", "fernweh-outfitters.example", B);
    let capacity = degrades.capacity.as_ref().expect("half of its servers are left");
    assert_eq!((capacity.left_percent, capacity.peak_percent), (50.0, Some(63.5)));
    assert_eq!(capacity.of_peak().map(f64::round), Some(79.0));
    assert_eq!(degrades.basis, Some(Basis::Computed));
    assert_eq!(degrades.decided_by.as_ref().map(|decider| decider.name.as_str()), Some("shop-web"));
}

#[test]
fn a_group_that_may_launch_in_two_zones_tells_them_from_the_one_that_it_runs_in() {
    let losses = zone_loss(&demo());
    let shop = row(&losses, "DNS name", "fernweh-outfitters.example", A);
    let zones = |kind: &str, name: &str| {
        let hop = shop.chain.iter().find(|hop| hop.kind == kind && hop.name == name).expect("it is on the path");
        (hop.configured_zones.clone().unwrap_or_default(), hop.zones.clone().unwrap_or_default())
    };
    let both = || vec![A.to_owned(), B.to_owned()];
    assert_eq!(zones("autoscaling.group", "shop-web"), (both(), both()));
    assert_eq!(zones("autoscaling.group", "checkout"), (vec![A.to_owned()], vec![A.to_owned()]));
    assert_eq!(zones("elb.load_balancer", "fernweh-shop"), (both(), both()));
}

#[test]
fn what_takes_most_ways_in_with_it_comes_first() {
    let points = single_points(&demo());
    let cuts: BTreeMap<(&str, &str), usize> =
        points.iter().map(|point| ((point.kind.as_str(), point.name.as_str()), point.cuts.len())).collect();
    // Two names and a distribution of the shop; a name, a load balancer and an accelerator of the API.
    assert_eq!(cuts.get(&("database", "orders-db")), Some(&6));
    assert_eq!(cuts.get(&("elasticache.cluster", "sessions")), Some(&6));
    assert_eq!(cuts.get(&("ec2.instance", "reviews-mysql")), Some(&6));
    assert_eq!(cuts.get(&("ec2.instance", "checkout")), Some(&3), "the only server behind the checkout");
    assert_eq!(cuts.get(&("ec2.instance", "shop-legacy-01")), Some(&3));
    assert_eq!(cuts.get(&("ecs.service", "size-advisor")), Some(&3), "its only task");
    assert_eq!(cuts.get(&("lightsail.instance", "journal-wordpress")), Some(&1));
    assert_eq!(cuts.get(&("ec2.instance", "shop-web")), None, "one of two");
    assert_eq!(cuts.get(&("database", "catalog")), None, "it has a reader");
    assert_eq!(points.first().map(|point| (point.kind.as_str(), point.name.as_str())), Some(("region", "eu-west-1")));
    let checkout = points.iter().find(|point| point.name == "checkout").expect("it is there");
    assert_eq!(checkout.replaced_by.as_deref(), Some("checkout"));
}

#[test]
fn the_experiment_acts_on_what_is_on_the_path_in_the_zone() {
    let inventory = demo();
    let losses = zone_loss(&inventory);
    let loss = row(&losses, "DNS name", "fernweh-outfitters.example", B);
    let experiment = experiment(&inventory, loss);
    let ids: Vec<&str> = experiment.template.actions.values().map(|action| action.action_id.as_str()).collect();
    assert!(ids.contains(&"aws:ec2:stop-instances"), "{ids:?}");
    assert!(ids.contains(&"aws:ec2:asg-insufficient-instance-capacity-error"), "{ids:?}");
    assert!(ids.contains(&"aws:network:disrupt-connectivity"), "{ids:?}");
    assert!(ids.contains(&"aws:arc:start-zonal-autoshift"), "zonal shift is on at its load balancer: {ids:?}");
    assert!(!ids.contains(&"aws:rds:failover-db-cluster"), "the catalog's writer is in the other zone: {ids:?}");
    assert!(experiment.template.description.starts_with("Loss of eu-west-1b for fernweh-outfitters.example"));
    for action in experiment.template.actions.values() {
        for target in action.targets.values() {
            assert!(experiment.template.targets.contains_key(target), "{target} is defined");
        }
        for before in &action.start_after {
            assert!(experiment.template.actions.contains_key(before), "{before} is defined");
        }
    }
    for target in experiment.template.targets.values() {
        let by_arn = !target.resource_arns.is_empty();
        assert!(!(by_arn && (!target.resource_tags.is_empty() || !target.filters.is_empty())), "{target:?}");
        assert!(target.resource_arns.len() <= 5, "{target:?}");
    }
    let other = row(&losses, "DNS name", "fernweh-outfitters.example", A);
    let ids = waaudit_simulate::fis::experiment(&inventory, other);
    let ids: Vec<&str> = ids.template.actions.values().map(|action| action.action_id.as_str()).collect();
    assert!(ids.contains(&"aws:rds:failover-db-cluster"), "the catalog's writer is here: {ids:?}");
}
