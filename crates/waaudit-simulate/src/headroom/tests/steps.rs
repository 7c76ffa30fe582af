//! What single changes do to the first bottleneck, each worked out by hand.

use serde_json::json;
use waaudit_derive::Inventory;

use super::super::{Change, Limited, NextStep, NextSteps, Options, Survey, next_steps};
use super::close;
use crate::testing::{demo, measured, set, unread};

fn steps_of(inventory: &Inventory, way_in: &str, factor: f64) -> NextSteps {
    let survey = Survey::new(inventory, &Options::default());
    let headroom = survey.headroom();
    let way = headroom.ways_in.iter().find(|way| way.id.ends_with(way_in)).map(|way| way.id.clone()).unwrap();
    next_steps(&survey, &headroom, Some(&way), factor)
}

/// Towards twice the load, of one way in or of all.
fn doubled(inventory: &Inventory, way_in: Option<&str>) -> NextSteps {
    let survey = Survey::new(inventory, &Options::default());
    next_steps(&survey, &survey.headroom(), way_in, 2.0)
}

fn step(steps: &[NextStep], change: Change) -> &NextStep {
    steps.iter().find(|step| step.change == change).unwrap_or_else(|| panic!("{change:?}: {steps:#?}"))
}

const SHOP: &str = "distribution/E1F9R3Q0ZK7WVT";

#[test]
fn the_catalog_gains_by_the_edge_by_a_replica_and_by_the_next_class() {
    let found = steps_of(&demo(), SHOP, 10.0);
    let bottleneck = found.bottleneck.unwrap();
    assert_eq!((bottleneck.name.as_str(), bottleneck.resource), ("catalog-1", Limited::Cpu));
    let changes: Vec<Change> = found.steps.iter().map(|step| step.change).collect();
    assert_eq!(changes, [Change::MoreEdgeHits, Change::OneReplica, Change::LargerClass], "the least effort first");
    // 19.84 M requests a week at the shop's balancer and 3.12 M at the API's, less 0.1 × 21.4 M: 22.96 ÷ 20.82.
    let edge = step(&found.steps, Change::MoreEdgeHits);
    assert!(close(edge.multiple, bottleneck.multiple * 22.96 / 20.82), "{edge:?}");
    // Reads are 0.42 of the load, on two instances and then on three: 1 ÷ (0.58 + 0.42 × 2 ÷ 3).
    let replica = step(&found.steps, Change::OneReplica);
    assert!(close(replica.multiple, bottleneck.multiple / 0.86), "{replica:?}");
    // db.r7g.large to db.r7g.xlarge: 2 to 4 vCPUs; then orders-db saturates first, at 0.7 × 100 ÷ 83.2.
    let class = step(&found.steps, Change::LargerClass);
    assert!(class.detail.contains("db.r7g.large to db.r7g.xlarge"), "{}", class.detail);
    assert!(close(class.multiple, 2.0 * bottleneck.multiple) && close(class.path_multiple, 70.0 / 83.2), "{class:?}");
    assert!(found.not_computed.iter().any(|words| words.contains("sessions answers 91 % already")));
}

#[test]
fn what_an_effect_rests_on_is_named_where_it_is_missing() {
    let mut blind = demo();
    unread(&mut blind, "cloudfront.distribution", "E1F9R3Q0ZK7WVT", "hit_percent");
    unread(&mut blind, "database", "catalog", "writer_read_share");
    let found = steps_of(&blind, SHOP, 10.0);
    let changes: Vec<Change> = found.steps.iter().map(|step| step.change).collect();
    assert_eq!(changes, [Change::LargerClass]);
    for missing in ["cloudfront.distribution:hit_percent", "database:writer_read_share"] {
        assert!(found.not_computed.iter().any(|words| words.contains(missing)), "{missing}: {:?}", found.not_computed);
    }
}

#[test]
fn a_cache_with_misses_left_takes_reads_off_the_database() {
    let mut cold = demo();
    set(&mut cold, "elasticache.cluster", "sessions", "hit_ratio", measured(0.5));
    let found = steps_of(&cold, SHOP, 10.0);
    let cache = step(&found.steps, Change::MoreCacheHits);
    // Misses from 0.5 to 0.4 of the reads: 1 ÷ (0.58 + 0.42 × 0.8).
    assert!(close(cache.multiple, found.bottleneck.unwrap().multiple / 0.916), "{cache:?}");
}

#[test]
fn a_group_gains_by_its_maximum_and_a_quota_by_a_request() {
    let mut busy = demo();
    set(&mut busy, "autoscaling.group", "shop-web", "in_service_p95", measured(6.0));
    set(&mut busy, "autoscaling.group", "shop-web", "cpu_percent_p99", measured(99.0));
    let found = steps_of(&busy, SHOP, 2.0);
    let bottleneck = found.bottleneck.unwrap();
    assert_eq!(bottleneck.name, "shop-web");
    // 6 × 0.99 × 2 ÷ 0.7 = 16.97 instances, so 17.
    let raised = step(&found.steps, Change::HigherMaximum);
    assert!(raised.detail.ends_with("from 6 to 17"), "{}", raised.detail);
    assert!(close(raised.multiple, 0.7 * 17.0 / 5.94), "{raised:?}");
    let class = step(&found.steps, Change::LargerClass);
    assert!(class.detail.contains("m7g.large to m7g.xlarge"), "{}", class.detail);

    let partners = steps_of(&demo(), "stages/prod", 2.0);
    // 188 × 2 ÷ 0.7 = 537.1 runs at once.
    let quota = step(&partners.steps, Change::HigherQuota);
    assert!(quota.detail.ends_with("from 200 to 538"), "{}", quota.detail);
}

/// Twelve tasks at twice the CPU that they reserve: 24 × 2 ÷ 0.7 = 68.6, so 69.
fn load_search(busy: &mut waaudit_derive::Inventory) {
    set(busy, "ecs.service", "search", "running_tasks_p95", measured(12.0));
    set(busy, "ecs.service", "search", "cpu_percent_p99", measured(200.0));
}

#[test]
fn a_service_gains_by_its_maximum_and_a_server_by_a_larger_class() {
    let first = |edit: fn(&mut waaudit_derive::Inventory)| {
        let mut busy = demo();
        edit(&mut busy);
        doubled(&busy, None).steps
    };
    let scaled = first(load_search);
    assert!(step(&scaled, Change::HigherMaximum).detail.ends_with("target's maximum from 12 to 69"), "{scaled:?}");
    let fixed = first(|busy| {
        load_search(busy);
        set(busy, "ecs.service", "search", "scaling_policies", json!([]));
    });
    assert!(step(&fixed, Change::HigherMaximum).detail.ends_with("the tasks wanted, from 2 to 69"), "{fixed:?}");
    let server = first(|busy| set(busy, "ec2.instance", "i-0ffd537d815871df2", "cpu_percent_p99", measured(100.0)));
    let class = step(&server, Change::LargerClass);
    // 4 to 8 vCPUs.
    assert!(class.detail.contains("m5.xlarge to m5.2xlarge") && close(class.multiple, 1.4), "{class:?}");
}

#[test]
fn connections_grow_with_memory_up_to_the_engines_own_limit() {
    let mut full = demo();
    set(&mut full, "rds.db_instance", "orders-db", "connections_max", measured(4_000.0));
    set(&mut full, "rds.db_instance", "orders-db", "max_connections", json!(3_000));
    let found = steps_of(&full, SHOP, 10.0);
    let bottleneck = found.bottleneck.unwrap();
    assert_eq!((bottleneck.name.as_str(), bottleneck.resource), ("orders-db", Limited::Connections));
    let class = step(&found.steps, Change::LargerClass);
    // Twice the memory would be 6,000; PostgreSQL's formula ends at 5,000.
    assert!(close(class.multiple, 0.7 * 5_000.0 / 4_000.0), "{class:?}");
}

#[test]
fn a_ratio_has_no_tenth_above_nine_tenths() {
    let steps = |percent: f64| {
        let mut cached = demo();
        set(&mut cached, "cloudfront.distribution", "E1F9R3Q0ZK7WVT", "hit_percent", measured(percent));
        steps_of(&cached, SHOP, 10.0).steps.into_iter().map(|step| step.change).collect::<Vec<_>>()
    };
    assert!(steps(89.0).contains(&Change::MoreEdgeHits));
    assert!(!steps(91.0).contains(&Change::MoreEdgeHits));
}

#[test]
fn a_reader_shares_its_reads_with_one_more() {
    let mut reads = demo();
    set(&mut reads, "rds.db_instance", "catalog-2", "cpu_percent_held", measured(99.9));
    let found = steps_of(&reads, SHOP, 10.0);
    let bottleneck = found.bottleneck.unwrap();
    assert_eq!(bottleneck.name, "catalog-2");
    assert!(close(step(&found.steps, Change::OneReplica).multiple, 2.0 * bottleneck.multiple));
    set(&mut reads, "database", "catalog", "reader_count", json!(15));
    let most = steps_of(&reads, SHOP, 10.0).steps;
    assert!(most.iter().all(|step| step.change != Change::OneReplica), "a cluster has 15 at most");
}

#[test]
fn a_table_that_nothing_scales_gains_by_more_units() {
    let mut calm = demo();
    set(&mut calm, "lambda.settings", "lambda", "claimed_concurrency_max", measured(1.0));
    set(&mut calm, "dynamodb.table", "product-views", "capacity_percent_peak", measured(50.0));
    let found = doubled(&calm, None);
    assert_eq!(
        found.bottleneck.map(|first| (first.name, first.resource)),
        Some(("product-views".to_owned(), Limited::WriteUnits))
    );
    // 19.9 × 2 ÷ 0.7 = 56.9
    assert!(step(&found.steps, Change::HigherMaximum).detail.ends_with("from 20 to 57"), "{:?}", found.steps);
    assert_eq!(doubled(&calm, Some("no way in")), NextSteps::default());
}
