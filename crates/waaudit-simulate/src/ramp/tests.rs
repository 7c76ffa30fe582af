//! The demo's ramp, worked out by hand, and what holds for every ramp.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use super::{GrowthLaw, HopRamp, Ramp, RampOptions, ramp};
use crate::headroom::{Limited, Options, Survey};
use crate::testing::{demo, fact, measured, set, unread};

fn of(inventory: &waaudit_derive::Inventory, options: &RampOptions) -> Ramp {
    let survey = Survey::new(inventory, &Options::default());
    ramp(&survey, &survey.headroom(), options)
}

fn four_within(seconds: f64) -> RampOptions {
    RampOptions { grow: 4.0, within_seconds: seconds, ..RampOptions::default() }
}

fn hop<'r>(ramp: &'r Ramp, name: &str, resource: Option<Limited>) -> &'r HopRamp {
    let found = ramp.hops.iter().find(|hop| hop.name == name && hop.resource == resource);
    found.unwrap_or_else(|| panic!("{name}: {:#?}", ramp.not_computed))
}

fn close(one: Option<f64>, other: f64) -> bool {
    one.is_some_and(|one| (one - other).abs() < 1e-3 * other.max(1.0))
}

#[test]
fn a_load_balancer_that_doubles_in_five_minutes_is_ten_minutes_behind_a_fourfold_minute() {
    let ramp = of(&demo(), &four_within(60.0));
    let balancer = hop(&ramp, "fernweh-shop", None);
    assert_eq!((balancer.behind_after_seconds, balancer.grows), (Some(0.0), GrowthLaw::Doubles));
    assert!(close(balancer.behind_for_seconds, 600.0), "{balancer:?}");
    // 60 × 2.8 ÷ 2 while the load grows, 240 × (2.8 + 2) ÷ 2 to the first doubling, 300 × 2 ÷ 2 to the second.
    assert!(close(Some(balancer.shortfall_seconds), 84.0 + 576.0 + 300.0), "{balancer:?}");
    assert_eq!(balancer.requests, None, "today's peak requests are not given");
}

#[test]
fn reserved_capacity_is_there_at_once_when_it_is_provisioned_and_not_before() {
    for (state, behind) in [("provisioned", None), ("pending", Some(0.0))] {
        let mut reserved = demo();
        set(&mut reserved, "elb.load_balancer", "fernweh-shop", "reserved_capacity_units", json!(1_648));
        set(&mut reserved, "elb.load_balancer", "fernweh-shop", "reservation_states", json!([state]));
        let ramp = of(&reserved, &four_within(60.0));
        // 4 × 412 capacity units.
        assert_eq!(hop(&ramp, "fernweh-shop", None).behind_after_seconds, behind, "{state}");
    }
}

#[test]
fn a_group_follows_by_rounds_of_alarm_launch_and_grace_up_to_its_maximum() {
    let ramp = of(&demo(), &four_within(60.0));
    let group = hop(&ramp, "shop-web", Some(Limited::Cpu));
    // 3 instances at 63.5 % carry 3 ÷ 1.905 = 1.57480 times the peak, which comes after 0.57480 × 60 ÷ 3 seconds.
    assert!(close(group.behind_after_seconds, 11.496_06), "{group:?}");
    assert_eq!(group.behind_for_seconds, None, "6 instances carry 3.1496 times the peak at most");
    // Rounds of 3 × 300 + 60 + 120 seconds, each 100 ÷ 60 times the last: 2.62467, then the maximum. The first one follows
    // the load of 1,080 s ago: from 1.66667 up to 2.62467, within 11.496 s.
    let (ramping, first) = (48.503_94 * 2.425_20 / 2.0, 11.496_06 * 0.958 / 2.0);
    let by_hand = ramping + 1_020.0 * 2.425_20 + first + 1_080.0 * 1.375_33 + 1_440.0 * 0.850_39;
    assert!((group.shortfall_seconds - by_hand).abs() < 0.1, "{group:?}, {by_hand}");

    let mut roomy = demo();
    set(&mut roomy, "autoscaling.group", "shop-web", "max_size", json!(20));
    let caught_up = of(&roomy, &four_within(60.0));
    let group = hop(&caught_up, "shop-web", Some(Limited::Cpu));
    // The second round, at 2,160 s, carries 1.57480 × 2.7778 = 4.374 times the peak.
    assert!(close(group.behind_for_seconds, 2_160.0 - 11.496_06), "{group:?}");
}

#[test]
fn two_launches_a_second_follow_the_first_thousand() {
    let mut large = demo();
    set(&mut large, "autoscaling.group", "shop-web", "in_service_p95", measured(2_000.0));
    set(&mut large, "autoscaling.group", "shop-web", "max_size", json!(10_000));
    let ramp = of(&large, &four_within(0.0));
    // 2,000 instances at 63.5 % are 1,270 at full load. Four times that is 5,080: 2,080 more than the 3,000 after the
    // first thousand, which takes 1,040 s; but they serve from the second round on, at 2,160 s.
    let group = hop(&ramp, "shop-web", Some(Limited::Cpu));
    assert!(close(group.behind_for_seconds, 2_160.0), "{group:?}");
    set(&mut large, "autoscaling.group", "shop-web", "in_service_p95", measured(6_000.0));
    set(&mut large, "autoscaling.group", "shop-web", "max_size", json!(30_000));
    // 6,000 instances are 3,810 at full load, and 15,240 are needed: 8,240 after the first thousand, at 2 a second.
    let ramp = of(&large, &RampOptions { horizon_seconds: 8_000.0, ..four_within(0.0) });
    let group = hop(&ramp, "shop-web", Some(Limited::Cpu));
    assert!(close(group.behind_for_seconds, 4_120.0), "{group:?}");
}

#[test]
fn detailed_monitoring_and_a_warm_up_of_its_own_shorten_a_round() {
    let mut quick = demo();
    set(&mut quick, "autoscaling.group", "shop-web", "max_size", json!(20));
    set(&mut quick, "autoscaling.group", "shop-web", "members_without_detailed_monitoring", json!([]));
    set(&mut quick, "autoscaling.group", "shop-web", "default_instance_warmup_seconds", json!(60));
    let ramp = of(&quick, &four_within(60.0));
    // Rounds of 180 + 60 + 60 seconds.
    assert!(close(hop(&ramp, "shop-web", Some(Limited::Cpu)).behind_for_seconds, 600.0 - 11.496_06));
}

/// The demo's search service, which 4 tasks at 57.5 % carry: 2.3 at full load, in a service of up to 100,000.
fn search_by_cpu() -> waaudit_derive::Inventory {
    let mut inventory = demo();
    let policy = |inventory: &mut _, fact: &str, value| {
        set(inventory, "applicationautoscaling.policy", "requests-per-task", fact, value);
    };
    policy(&mut inventory, "tracked_metric", json!("ECSServiceAverageCPUUtilization"));
    policy(&mut inventory, "target_value", json!(60));
    set(&mut inventory, "ecs.service", "search", "scaling_max", json!(100_000));
    inventory
}

#[test]
fn a_service_on_fargate_follows_by_rounds_of_alarm_start_and_first_check() {
    let service = of(&search_by_cpu(), &four_within(0.0));
    let service = hop(&service, "search", Some(Limited::Cpu));
    // 4 ÷ 2.3 = 1.7391, then every 180 + 60 + 30 seconds 100 ÷ 60 times that: 2.8986, 4.8309.
    assert!(service.grows == GrowthLaw::Follows && close(service.behind_for_seconds, 540.0), "{service:?}");
    assert!(close(Some(service.shortfall_seconds), 270.0 * (8.0 - 1.739_13 - 2.898_55)), "{service:?}");

    let mut unchecked = search_by_cpu();
    set(&mut unchecked, "ecs.service", "search", "target_groups", json!([]));
    let worker = of(&unchecked, &four_within(0.0));
    assert!(close(hop(&worker, "search", Some(Limited::Cpu)).behind_for_seconds, 480.0), "no load balancer checks it");
}

#[test]
fn five_hundred_tasks_a_minute_follow_the_first_hundred() {
    let mut large = search_by_cpu();
    set(&mut large, "ecs.service", "search", "running_tasks_p95", measured(10_000.0));
    let ramp = of(&large, &four_within(0.0));
    // 5,750 at full load, and 23,000 are needed: 12,900 after the first hundred.
    assert!(close(hop(&ramp, "search", Some(Limited::Cpu)).behind_for_seconds, 1_548.0));
}

#[test]
fn a_service_without_a_known_law_says_what_is_missing() {
    let missing = |inventory: &_| {
        let ramp = of(inventory, &four_within(60.0));
        ramp.not_computed.into_iter().find(|lack| lack.name == "search").expect("not computed").missing
    };
    let mut servers = search_by_cpu();
    set(&mut servers, "ecs.service", "search", "on_fargate", json!(false));
    assert_eq!(missing(&servers), "the room for more tasks on the servers of its cluster");
    assert_eq!(missing(&demo()), "a policy that tracks CPU: others have no formula");
    let mut less = search_by_cpu();
    unread(&mut less, "elb.target_group", "search", "health_check_interval_seconds");
    assert_eq!(missing(&less), "elb.target_group:health_check_interval_seconds");
}

#[test]
fn readers_that_auto_scaling_adds_are_left_out_and_named() {
    let mut scaled = demo();
    let target = |inventory: &mut _, fact: &str, value| {
        set(inventory, "applicationautoscaling.target", "service/fernweh/search", fact, value);
    };
    let instance = of(&scaled, &four_within(60.0)).hops;
    let instance = instance.iter().find(|hop| hop.kind == "rds.db_instance").expect("a database").name.clone();
    set(&mut scaled, "rds.db_instance", &instance, "cluster", json!("catalog"));
    target(&mut scaled, "resource", json!("cluster:catalog"));
    target(&mut scaled, "dimension", json!("rds:cluster:ReadReplicaCount"));
    for (adds, named) in [(true, 1), (false, 0)] {
        target(&mut scaled, "adds_capacity", json!(adds));
        let ramp = of(&scaled, &four_within(60.0));
        let hop = ramp.hops.iter().find(|hop| hop.name == instance).expect("a hop");
        assert_eq!((hop.grows, hop.assumptions.len()), (GrowthLaw::Fixed, named), "{hop:?}");
    }
}

#[test]
fn functions_grow_by_a_thousand_environments_in_ten_seconds_up_to_their_concurrency() {
    let mut raised = demo();
    set(&mut raised, "lambda.settings", "lambda", "concurrency_limit", json!(5_000));
    set(&mut raised, "lambda.settings", "lambda", "claimed_concurrency_max", measured(1_000.0));
    let ramp = of(&raised, &four_within(0.0));
    let functions = hop(&ramp, "lambda", Some(Limited::Concurrency));
    // 3,000 more environments take 30 s: a triangle of 30 × 3 ÷ 2.
    assert!(
        close(functions.behind_for_seconds, 30.0) && close(Some(functions.shortfall_seconds), 45.0),
        "{functions:?}"
    );
    let slow = of(&raised, &four_within(60.0));
    assert_eq!(hop(&slow, "lambda", Some(Limited::Concurrency)).behind_after_seconds, None, "100 a second are enough");
}

#[test]
fn a_network_load_balancer_adds_three_gigabits_a_minute() {
    let mut network = demo();
    set(&mut network, "elb.load_balancer", "fernweh-shop", "balancer_type", json!("network"));
    // 6 Gbit/s.
    set(&mut network, "elb.load_balancer", "fernweh-shop", "peak_capacity_units", measured(6_000.0 / 2.2));
    let ramp = of(&network, &four_within(0.0));
    let balancer = hop(&ramp, "fernweh-shop", None);
    assert!(close(balancer.behind_for_seconds, 360.0) && balancer.grows == GrowthLaw::Linear, "{balancer:?}");
    set(&mut network, "elb.load_balancer", "fernweh-shop", "peak_capacity_units", measured(700.0 / 2.2));
    let small = of(&network, &four_within(0.0));
    assert_eq!(hop(&small, "fernweh-shop", None).behind_after_seconds, None, "2.8 Gbit/s are there at once");
}

#[test]
fn an_on_demand_table_serves_twice_its_peak_or_what_is_warm() {
    let mut table = demo();
    let carts = |table: &mut _, fact: &str, value| set(table, "dynamodb.table", "carts", fact, value);
    carts(&mut table, "billing_mode", json!("PAY_PER_REQUEST"));
    carts(&mut table, "warm_read_units", json!(100));
    let cold = of(&table, &four_within(0.0));
    let reads = hop(&cold, "carts", Some(Limited::ReadUnits));
    // 212 units: twice that until half an hour is over, then four times.
    assert!(close(reads.behind_for_seconds, 1_800.0) && close(Some(reads.shortfall_seconds), 3_600.0), "{reads:?}");
    carts(&mut table, "warm_read_units", json!(12_000));
    let warm = of(&table, &four_within(0.0));
    assert_eq!(hop(&warm, "carts", Some(Limited::ReadUnits)).behind_after_seconds, None);
}

#[test]
fn a_provisioned_table_follows_up_to_its_maximum_and_one_that_nothing_scales_stays() {
    let ramp = of(&demo(), &RampOptions { grow: 3.0, within_seconds: 0.0, ..RampOptions::default() });
    let carts = hop(&ramp, "carts", Some(Limited::ReadUnits));
    // 1 ÷ 0.881 = 1.1351, then every 180 s 100 ÷ 70 times that: 1.6215, 2.3165, 3.3092.
    assert!(carts.grows == GrowthLaw::Follows && close(carts.behind_for_seconds, 540.0), "{carts:?}");
    assert!(close(Some(carts.shortfall_seconds), 180.0 * (9.0 - 1.135_07 - 1.621_53 - 2.316_48)), "{carts:?}");
    let views = hop(&ramp, "product-views", Some(Limited::WriteUnits));
    assert_eq!((views.grows, views.behind_for_seconds), (GrowthLaw::Fixed, None));
}

#[test]
fn requests_are_those_of_all_ways_in_or_not_known() {
    let inventory = demo();
    let ways: Vec<String> = of(&inventory, &four_within(60.0))
        .hops
        .iter()
        .find(|hop| hop.name == "shop-web")
        .unwrap()
        .ways_in
        .clone()
        .unwrap();
    assert_eq!(ways.len(), 2, "the shop's distribution and the API's load balancer: {ways:?}");
    let peaks: BTreeMap<String, f64> = ways.iter().zip([100.0, 20.0]).map(|(way, peak)| (way.clone(), peak)).collect();
    let known = of(&inventory, &RampOptions { requests_per_second: peaks.clone(), ..four_within(60.0) });
    let group = hop(&known, "shop-web", Some(Limited::Cpu));
    assert!(close(group.requests, 120.0 * group.shortfall_seconds), "{group:?}");
    let one = peaks.into_iter().take(1).collect();
    let half = of(&inventory, &RampOptions { requests_per_second: one, ..four_within(60.0) });
    assert_eq!(hop(&half, "shop-web", Some(Limited::Cpu)).requests, None);
    assert_eq!(
        hop(&known, "order-events", Some(Limited::InFlightMessages)).requests,
        None,
        "who fills it is not known"
    );
}

#[test]
fn memory_that_fills_is_no_part_of_a_ramp_and_the_cpu_beside_it_is() {
    let ramp = of(&demo(), &four_within(60.0));
    let limits: Vec<Option<Limited>> =
        ramp.hops.iter().filter(|hop| hop.name == "sessions").map(|hop| hop.resource).collect();
    assert_eq!(limits, [Some(Limited::Cpu), Some(Limited::Connections)]);
}

#[test]
fn a_missing_fact_is_named() {
    for (kind, id, missing) in [
        ("elb.load_balancer", "fernweh-shop", "peak_capacity_units"),
        ("elb.load_balancer", "fernweh-shop", "reserved_capacity_units"),
        ("autoscaling.group", "shop-web", "members_without_detailed_monitoring"),
        ("autoscaling.group", "shop-web", "default_instance_warmup_seconds"),
        ("dynamodb.table", "carts", "capacity_percent_peak"),
    ] {
        let mut less = demo();
        assert!(fact(&less, kind, id, missing).is_some());
        unread(&mut less, kind, id, missing);
        let ramp = of(&less, &four_within(60.0));
        let named = ramp.not_computed.iter().any(|lack| lack.missing == format!("{kind}:{missing}"));
        assert!(named, "{missing}: {:#?}", ramp.not_computed);
    }
}

#[test]
fn options_that_are_no_numbers_do_no_harm() {
    for odd in [f64::NAN, f64::INFINITY, -1.0, 1e300] {
        let options = RampOptions { grow: odd, within_seconds: odd, horizon_seconds: odd, ..RampOptions::default() };
        let ramp = of(&demo(), &options);
        assert!(ramp.hops.iter().all(|hop| hop.shortfall_seconds.is_finite() && hop.shortfall_seconds >= 0.0), "{odd}");
        let text = serde_json::to_string(&ramp).unwrap();
        assert_eq!(serde_json::from_str::<Ramp>(&text).unwrap(), ramp, "a report is read back as it was written");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn more_time_never_costs_more_and_more_growth_never_costs_less(
        grow in 1.0_f64..20.0, more in 0.0_f64..20.0, within in 0.0_f64..4_000.0, longer in 0.0_f64..4_000.0,
    ) {
        let inventory = demo();
        let costs = |grow, within_seconds| {
            let ramp = of(&inventory, &RampOptions { grow, within_seconds, ..RampOptions::default() });
            let key = |hop: HopRamp| ((hop.kind, hop.node, hop.resource), hop.shortfall_seconds);
            ramp.hops.into_iter().map(key).collect::<BTreeMap<_, _>>()
        };
        let (short, long, steep) = (costs(grow, within), costs(grow, within + longer), costs(grow + more, within));
        for (hop, cost) in &short {
            prop_assert!(long[hop] <= cost + 1e-6, "{:?}: {} in a longer time, {}", hop, long[hop], cost);
            prop_assert!(steep[hop] >= cost - 1e-6, "{:?}: {} with more growth, {}", hop, steep[hop], cost);
        }
    }
}
