//! Ways in with targets: pairs that differ in the target or in one setting of the account.

use serde_json::{Value, json};
use waaudit_derive::Inventory;
use waaudit_derive::testing::snapshot_builder::SnapshotBuilder;
use waaudit_derive::testing::web_shop::{ZONES, database, shop};
use waaudit_model::facts::rds::DbInstance;
use waaudit_model::settings::{NonProduction, Settings};
use waaudit_model::snapshot::Resource;

use super::{unused_targets, ways_in_with_targets};
use crate::testing::demo;

fn settings(targets: &str) -> Settings {
    toml::from_str(&format!("[targets]\n{targets}")).unwrap()
}

fn judged(inventory: &Inventory, targets: &str) -> Vec<Resource> {
    ways_in_with_targets(inventory, &settings(targets).targets, &NonProduction::default())
}

fn fact(resources: &[Resource], name: &str) -> Value {
    let [one] = resources else { panic!("{} ways in", resources.len()) };
    one.facts.get(name).cloned().unwrap_or(json!("unread"))
}

/// The shop with a database that has a standby, or none.
fn with_standby(standby: bool) -> Inventory {
    let mut world: SnapshotBuilder = shop();
    world.0.resources.retain(|one| one.kind != "rds.db_instance");
    world.with::<DbInstance>("orders", database(ZONES[0], standby)).inventory()
}

#[test]
fn a_database_without_a_standby_is_worse_than_what_is_accepted() {
    for (standby, outcome, worse) in
        [(true, "degraded", json!([])), (false, "dies", json!(["eu-west-1a: dies (orders)"]))]
    {
        let found = judged(&with_standby(standby), "front = { zone_loss = 'degraded' }");
        assert_eq!((fact(&found, "worst_outcome"), fact(&found, "worse_zones")), (json!(outcome), worse));
        assert_eq!(fact(&found, "accepted_outcomes"), json!(["survives", "fails_over", "degraded"]));
    }
}

#[test]
fn what_is_accepted_is_the_targets_to_say() {
    let shop = with_standby(true);
    let worse = |accepted: &str| {
        let found = judged(&shop, &format!("front = {{ zone_loss = '{accepted}' }}"));
        fact(&found, "worse_zones").as_array().map(Vec::len)
    };
    assert_eq!([worse("survives"), worse("fails_over"), worse("recovers")], [Some(2), Some(2), Some(0)]);
}

/// Nothing was measured, so how far the way in can grow is not known; and never better for it.
#[test]
fn growth_that_was_not_computed_is_unread() {
    let found = judged(&with_standby(true), "front = { grow = 2 }");
    assert_eq!(fact(&found, "growth_target"), json!(2.0));
    assert_eq!([fact(&found, "saturates_at"), fact(&found, "first_limit")], [json!("unread"), json!("unread")]);
    assert_eq!(fact(&found, "zone_loss_target"), Value::Null);
}

/// One limit below the target decides, whatever could not be computed beside it.
#[test]
fn a_limit_below_the_target_is_told_though_others_are_unknown() {
    let at = |target: &str| fact(&judged(&demo(), &format!("fernweh-shop = {{ grow = {target} }}")), "saturates_at");
    assert!(at("10").as_f64().is_some_and(|multiple| multiple < 10.0), "{}", at("10"));
    assert_eq!(at("0.01"), json!("unread"));
}

#[test]
fn a_name_grows_as_far_as_what_it_leads_to() {
    let of = |name: &str| fact(&judged(&demo(), &format!("'{name}' = {{ grow = 10 }}")), "saturates_at");
    assert_eq!(of("www.fernweh-outfitters.example"), of("fernweh-shop"));
}

#[test]
fn a_target_of_its_own_goes_before_that_of_all() {
    let found = judged(&demo(), "'*' = { zone_loss = 'recovers' }\nfernweh-shop = { zone_loss = 'survives' }");
    let target = |one: &Resource| one.facts["zone_loss_target"].clone();
    assert!(found.len() > 3);
    for one in &found {
        let expected = if one.id == "fernweh-shop" { "survives" } else { "recovers" };
        assert_eq!(target(one), json!(expected), "{}", one.id);
    }
}

#[test]
fn without_targets_there_is_nothing_to_judge() {
    assert_eq!(judged(&demo(), ""), Vec::new());
}

#[test]
fn a_target_of_what_is_no_way_in_is_unused() {
    let settings = settings("moon = { grow = 2 }\nfernweh-shop = { grow = 2 }\n'*' = {}");
    let made = ways_in_with_targets(&demo(), &settings.targets, &NonProduction::default());
    let known = demo().with(made);
    assert_eq!(unused_targets(&known, &settings.targets).collect::<Vec<_>>(), ["moon"]);
}
