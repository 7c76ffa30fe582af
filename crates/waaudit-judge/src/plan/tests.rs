//! Plans of the demo and of accounts that differ from it in one thing.

use std::collections::BTreeSet;

use serde_json::json;

use super::plan;
use super::prices::Prices;
use crate::criteria::Criteria;
use crate::report::{Bill, Plan, Readiness, Step, Verdict};
use waaudit_derive::{Inventory, derive};
use waaudit_model::settings::Settings;
use waaudit_model::snapshot::Snapshot;
use waaudit_rules::fixtures::DEMO;
use waaudit_rules::{RuleSet, Stage};
use waaudit_simulate::Outcome;

fn rules() -> RuleSet {
    RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"))
}

/// The demo with some rules alone.
fn demo(change: impl FnOnce(&mut Snapshot)) -> Inventory {
    let mut snapshot = Snapshot::from_json(DEMO).unwrap();
    change(&mut snapshot);
    derive(snapshot, &Settings::default().non_production)
}

fn plan_by(inventory: &Inventory, only: &[&str], stage: Stage) -> Option<Plan> {
    let mut set = rules();
    set.rules.retain(|rule| only.contains(&rule.id.as_str()));
    plan(inventory, &Criteria::new(&set, &Settings::default()), Some(stage))
}

fn names(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.name.as_str()).collect()
}

const STANDBY: &str = "multi-az/rds-instance";

#[test]
fn the_demo_gets_ready_for_launch_in_few_steps() {
    let (set, settings) = (rules(), Settings::default());
    let plan = plan(&demo(|_| {}), &Criteria::new(&set, &settings), None).unwrap();
    assert_eq!(
        (plan.stage, plan.today.readiness, plan.then.readiness),
        (Stage::Launch, Readiness::Blocked, Readiness::Ready)
    );
    assert!((1..=7).contains(&plan.steps.len()) && plan.open.is_empty());
    let last = plan.steps.last().and_then(|step| step.then.as_ref()).unwrap();
    assert_eq!((last, last.blocking), (&plan.then, 0));
}

#[test]
fn an_account_that_is_ready_needs_no_plan() {
    assert_eq!(plan_by(&demo(|_| {}), &["multi-az/lb-zones"], Stage::TenThousand), None);
}

#[test]
fn a_standby_is_bought_and_a_zone_is_survived() {
    let plan = plan_by(&demo(|_| {}), &[STANDBY], Stage::TenThousand).unwrap();
    assert_eq!((names(&plan), plan.then.readiness), (vec!["orders-db"], Readiness::Ready));
    let step = &plan.steps[0];
    assert_eq!(step.cures.as_ref().map(Vec::len), Some(1));
    assert!(step.fixes[0].cli.contains("--multi-az") && step.monthly.usd > 0.0);
    // What else is in the zone keeps the shop from surviving; its database is no cause any more.
    assert!(
        plan.then.zone_changes.iter().all(|change| change.to != Some(Outcome::Dies)),
        "{:?}",
        plan.then.zone_changes
    );
}

/// Two findings on one group are one change, and the failure that names them as its cause is none of its own.
#[test]
fn what_one_change_fixes_is_one_step_and_a_symptom_is_none() {
    let only = ["multi-az/asg-min-two", "multi-az/asg-spread", "multi-az/request-path-az-loss", STANDBY];
    let plan = plan_by(&demo(|_| {}), &only, Stage::Million).unwrap();
    let of_paths = |step: &Step| step.fixes.iter().any(|fix| fix.rule == "multi-az/request-path-az-loss");
    let of_group = plan.steps.iter().find(|step| step.name == "checkout").unwrap();
    assert_eq!(of_group.fixes.len(), 2);
    let symptoms: Vec<&str> = plan.steps.iter().filter(|step| of_paths(step)).map(|step| step.name.as_str()).collect();
    // Nothing explains why the API dies, so that its path is looked at by itself.
    assert_eq!(symptoms, ["fernweh-api"]);
}

/// The group's new zone gives its target group servers there.
#[test]
fn a_change_that_others_make_needless_is_left_out() {
    let both = ["multi-az/asg-min-two", "multi-az/asg-spread", "multi-az/target-az-coverage"];
    let of_checkout = |only: &[&str]| {
        let plan = plan_by(&demo(|_| {}), only, Stage::TenThousand).unwrap();
        plan.steps.iter().filter(|step| step.name == "checkout").map(|step| step.kind.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of_checkout(&both), ["autoscaling.group"]);
    assert_eq!(of_checkout(&both[2..]), ["elb.target_group"]);
}

#[test]
fn what_cannot_be_simulated_is_said_and_leaves_its_failure_open() {
    let plan = plan_by(&demo(|_| {}), &["load-balancing/alb-5xx", STANDBY], Stage::TenThousand).unwrap();
    let step = plan.steps.iter().find(|step| step.name == "fernweh-shop").unwrap();
    assert_eq!(step.not_simulated, ["load-balancing/alb-5xx: what comes of it shows when it is done"]);
    assert_eq!(plan.then.readiness, Readiness::Blocked);
    let open: Vec<(&str, Verdict)> = plan.open.iter().map(|one| (one.rule.as_str(), one.verdict)).collect();
    assert_eq!(open, [("load-balancing/alb-5xx", Verdict::Fail)]);
}

/// What is not known is no failure, and no change makes it known.
#[test]
fn what_is_unknown_stays_open() {
    let inventory = demo(|snapshot| {
        let database = snapshot.resources.iter_mut().find(|one| one.kind == "rds.db_instance" && one.id == "catalog-1");
        database.unwrap().facts.remove("engine");
        let orders =
            snapshot.resources.iter_mut().find(|one| one.kind == "rds.db_instance" && one.id == "orders-db-replica");
        orders.unwrap().facts.remove("multi_az");
    });
    let plan = plan_by(&inventory, &[STANDBY], Stage::TenThousand).unwrap();
    let unknown = plan.open.iter().filter(|one| one.verdict == Verdict::Unknown).count();
    assert_eq!(plan.then.readiness, if unknown > 0 { Readiness::Unproven } else { Readiness::Ready });
}

#[test]
fn waived_failures_need_no_change() {
    let set = rules();
    let settings = Settings::default();
    let waiver = format!("waiver = [{{ rule = '{STANDBY}', reason = 'r', owner = 'o', until = '2099-01-01' }}]");
    let waivers: crate::waivers::Waivers = toml::from_str(&waiver).unwrap();
    let criteria = Criteria { waivers: &waivers, ..Criteria::new(&set, &settings) };
    let plan = plan(&demo(|_| {}), &criteria, Some(Stage::TenThousand)).unwrap();
    assert!(plan.steps.iter().all(|step| step.fixes.iter().all(|fix| fix.rule != STANDBY)));
}

/// More gain for the effort comes first.
#[test]
fn steps_are_in_the_order_of_gain_over_effort() {
    let only = [STANDBY, "data-tier/rds-cpu", "edge-security/cert-expiry"];
    let plan = plan_by(&demo(|_| {}), &only, Stage::TenThousand).unwrap();
    // Critical for 2 of effort; high for 1; high for 5.
    let rules: Vec<&str> = plan.steps.iter().map(|step| step.fixes[0].rule.as_str()).collect();
    assert_eq!(rules.last(), Some(&"data-tier/rds-cpu"));
    assert_eq!(rules.iter().collect::<BTreeSet<_>>().len(), 3);
}

#[test]
fn a_plan_reads_as_what_was_written() {
    let plan = plan_by(&demo(|_| {}), &[STANDBY], Stage::TenThousand).unwrap();
    let text = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
}

#[test]
fn the_price_table_is_dated_and_prices_are_above_zero() {
    let source = Prices::shipped().source();
    assert!(source.as_of.parse::<jiff::civil::Date>().is_ok(), "{source:?}");
    assert_eq!((source.region.as_str(), source.currency.as_str()), ("us-east-1", "USD"));
    let mut bill = Bill::default();
    bill.add(Prices::shipped(), "nat-gateway".to_owned(), 2.0);
    // 2 × 730 × $ 0.045
    assert_eq!((bill.usd, bill.items.len()), (65.7, 1));
    bill.add(Prices::shipped(), "nat-gateway".to_owned(), 1.0);
    bill.add(Prices::shipped(), "moon".to_owned(), 1.0);
    bill.add(Prices::shipped(), "moon".to_owned(), 1.0);
    assert_eq!(
        serde_json::to_value(&bill).unwrap(),
        json!({
            "usd": 98.55,
            "items": [{"item": "nat-gateway", "count": 3.0, "usd": 98.55}],
            "missing": ["moon is not in the price table"],
        })
    );
}
