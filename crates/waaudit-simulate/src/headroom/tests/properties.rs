//! What holds for every account.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value;

use super::super::{HopLimit, Limited, Options, grow, headroom};
use crate::testing::demo;

/// Facts that are a limit, by kind.
const LIMITS: &[(&str, &str)] = &[
    ("apigateway.account", "rate_limit"),
    ("applicationautoscaling.target", "max_capacity"),
    ("autoscaling.group", "max_size"),
    ("dynamodb.table", "read_capacity_units"),
    ("dynamodb.table", "write_capacity_units"),
    ("ecs.service", "scaling_max"),
    ("lambda.settings", "concurrency_limit"),
    ("rds.db_instance", "iops_limit"),
    ("rds.db_instance", "max_connections"),
    ("rds.db_instance", "throughput_limit_mib"),
    ("servicequotas.quota", "value"),
];

fn by_hop(limits: Vec<HopLimit>) -> BTreeMap<(String, String, Limited), HopLimit> {
    limits.into_iter().map(|limit| ((limit.kind.clone(), limit.node.clone(), limit.resource), limit)).collect()
}

#[test]
fn twice_the_limits_are_twice_the_multiples() {
    let one = by_hop(headroom(&demo(), &Options::default()).limits);
    let mut doubled = demo();
    for resource in &mut doubled.snapshot.resources {
        for (_, fact) in LIMITS.iter().filter(|(kind, _)| *kind == resource.kind) {
            let twice = match resource.facts.get(*fact) {
                Some(value) if value.is_i64() => value.as_i64().map(|whole| Value::from(2 * whole)),
                Some(value) => value.as_f64().map(|value| Value::from(2.0 * value)),
                None => None,
            };
            resource.facts.extend(twice.map(|twice| ((*fact).to_owned(), twice)));
        }
    }
    let two = by_hop(headroom(&doubled, &Options::default()).limits);
    let mut seen = 0;
    for (key, limit) in &one {
        let other = &two[key];
        // Per cents and documented limits are no facts, and a group that nothing grows has what it has.
        let fixed = limit.limit.value == other.limit.value;
        let times = if fixed { 1.0 } else { 2.0 };
        seen += usize::from(!fixed);
        assert!((other.multiple - times * limit.multiple).abs() < 1e-9 * limit.multiple, "{key:?}");
    }
    assert!(seen >= 12, "{seen}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_fact_taken_away_adds_no_limit_and_raises_no_multiple(
        picked in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..12),
        gone in proptest::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let (whole, mut less) = (demo(), demo());
        for (resource, fact) in picked {
            let resource = resource.get_mut(&mut less.snapshot.resources);
            let names: Vec<String> = resource.facts.keys().cloned().collect();
            if !names.is_empty() {
                resource.facts.remove(fact.get(&names));
            }
        }
        for resource in gone {
            let at = resource.index(less.snapshot.resources.len());
            // A target that is gone for certain is no scaling: what could not be listed leaves derived facts unread.
            if less.snapshot.resources[at].kind != "applicationautoscaling.target" {
                less.snapshot.resources.remove(at);
            }
        }
        let before = by_hop(headroom(&whole, &Options::default()).limits);
        for (key, limit) in by_hop(headroom(&less, &Options::default()).limits) {
            match before.get(&key) {
                Some(known) => prop_assert!(limit.multiple <= known.multiple, "{:?}", key),
                None => prop_assert!(false, "{:?} was not there before", key),
            }
        }
    }

    #[test]
    fn more_growth_breaks_no_fewer_hops(one in 0.01_f64..100.0, more in 0.0_f64..100.0) {
        let headroom = headroom(&demo(), &Options::default());
        let (small, large) = (grow(&headroom, one), grow(&headroom, one + more));
        prop_assert!(small.breaks.len() <= large.breaks.len());
        prop_assert!(small.breaks.iter().zip(&large.breaks).all(|(a, b)| a == b), "the chain only gets longer");
        for (a, b) in small.ways_in.iter().zip(&large.ways_in) {
            prop_assert!(a.holds != Some(false) || b.holds == Some(false));
        }
    }
}
