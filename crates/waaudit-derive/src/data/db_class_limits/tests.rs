//! What `classes` learns, and what it leaves unread.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::SnapshotBuilder;
use waaudit_model::facts::rds::{Class, DbInstance};

fn class(maximum_iops: Value) -> Value {
    json!({
        "vcpus": 2, "memory_mib": 16384, "ebs_baseline_iops": 3600, "ebs_maximum_iops": maximum_iops,
        "ebs_baseline_mbps": 630, "ebs_maximum_mbps": 10000, "family_max_vcpus": 64,
    })
}

fn none() -> Value {
    json!({
        "vcpus": null, "memory_mib": null, "ebs_baseline_iops": null, "ebs_maximum_iops": null,
        "ebs_baseline_mbps": null, "ebs_maximum_mbps": null, "family_max_vcpus": null,
    })
}

fn world() -> SnapshotBuilder {
    SnapshotBuilder::new().with::<Class>("db.r7g.large", class(json!(40000))).with::<Class>("db.serverless", none())
}

fn instance(engine: &str, storage: &str, gib: i64, iops: Value) -> Value {
    json!({
        "engine": engine, "instance_class": "db.r7g.large", "storage_type": storage, "allocated_storage_gib": gib,
        "iops": iops, "storage_throughput_mib": null,
    })
}

fn fact(facts: Value, fact: &str) -> Option<Value> {
    world().with::<DbInstance>("orders", facts).derive().fact::<DbInstance>("orders", fact)
}

#[test]
fn storage_allows_what_was_bought_or_what_comes_with_its_size() {
    let limit =
        |engine: &str, storage: &str, gib: i64, iops: Value| fact(instance(engine, storage, gib, iops), "iops_limit");
    assert_eq!(limit("postgres", "gp3", 200, json!(3000)), Some(json!(3000)));
    assert_eq!(limit("postgres", "gp3", 200, json!(null)), Some(json!(3000)));
    assert_eq!(limit("postgres", "gp3", 400, json!(null)), Some(json!(12000)));
    assert_eq!(limit("oracle-ee", "gp3", 200, json!(null)), Some(json!(12000)));
    assert_eq!(limit("sqlserver-se", "gp3", 4000, json!(null)), Some(json!(3000)));
    assert_eq!(limit("mysql", "gp2", 100, json!(null)), Some(json!(3000)), "in a burst");
    assert_eq!(limit("mysql", "gp2", 6000, json!(null)), Some(json!(18000)));
    assert_eq!(limit("mysql", "io2", 1000, json!(20000)), Some(json!(20000)));
    assert_eq!(limit("mysql", "io2", 1000, json!(256_000)), Some(json!(40000)), "its class allows no more");
    assert_eq!(limit("mysql", "io1", 1000, json!(null)), None, "io1 without a number");
    assert_eq!(limit("mysql", "standard", 100, json!(null)), Some(json!(null)));
    assert_eq!(limit("aurora-mysql", "aurora", 1, json!(null)), Some(json!(null)));
    assert_eq!(limit("mysql", "gp9", 100, json!(null)), None);
}

#[test]
fn limits_are_unread_without_the_class() {
    let facts = || instance("postgres", "gp3", 200, json!(3000));
    let without = SnapshotBuilder::new().half_read::<Class>().with::<DbInstance>("orders", facts()).derive();
    assert_eq!(without.fact::<DbInstance>("orders", "iops_limit"), None);
    let mut odd = facts();
    odd["instance_class"] = json!("db.serverless");
    assert_eq!(fact(odd, "iops_limit"), None);
}

#[test]
fn throughput_is_limited_by_storage_and_class() {
    let mut facts = instance("postgres", "gp3", 200, json!(3000));
    assert_eq!(fact(facts.clone(), "throughput_limit_mib"), Some(json!(125)));
    facts["storage_throughput_mib"] = json!(4000);
    assert_eq!(fact(facts.clone(), "throughput_limit_mib"), Some(json!(1192)));
    facts["storage_type"] = json!("io2");
    assert_eq!(fact(facts, "throughput_limit_mib"), Some(json!(null)));
}

fn measured(value: f64) -> Value {
    json!({"value": value, "statistic": "smallest", "window_days": 7, "points_share": 1.0})
}

#[test]
fn the_lower_balance_counts_of_a_class_that_bursts() {
    let mut facts = instance("postgres", "gp3", 200, json!(3000));
    assert_eq!(fact(facts.clone(), "ebs_balance_percent_min"), None, "not measured");
    facts["ebs_io_balance_percent_min"] = measured(80.0);
    assert_eq!(fact(facts.clone(), "ebs_balance_percent_min"), None, "half measured");
    facts["ebs_byte_balance_percent_min"] = measured(7.0);
    assert_eq!(fact(facts.clone(), "ebs_balance_percent_min"), Some(json!(7.0)));
    let steady = json!({
        "vcpus": 64, "memory_mib": 524_288, "ebs_baseline_iops": 80000, "ebs_maximum_iops": 80000,
        "ebs_baseline_mbps": 20000, "ebs_maximum_mbps": 20000, "family_max_vcpus": 64,
    });
    facts["instance_class"] = json!("db.r7g.16xlarge");
    let world = world().with::<Class>("db.r7g.16xlarge", steady).with::<DbInstance>("orders", facts).derive();
    assert_eq!(world.fact::<DbInstance>("orders", "ebs_balance_percent_min"), Some(json!(null)));
}

#[test]
fn a_burstable_class_saves_up_the_credits_of_a_day() {
    let of = |class: &str| fact(json!({"instance_class": class}), "cpu_credits_max");
    assert_eq!(of("db.t4g.medium"), Some(json!(576)));
    assert_eq!(of("db.t2.large"), Some(json!(864)));
    assert_eq!(of("db.r7g.large"), Some(json!(null)));
    assert_eq!(of("db.t9.large"), None);
}

#[test]
fn a_burstable_class_lives_on_its_baseline() {
    let of = |class: &str| fact(json!({"instance_class": class}), "cpu_baseline_percent");
    for (class, percent) in [
        ("db.t4g.micro", 10.0),
        ("db.t3.medium", 20.0),
        ("db.t4g.large", 30.0),
        ("db.t3.2xlarge", 40.0),
        ("db.t2.2xlarge", 16.9),
    ] {
        assert_eq!(of(class), Some(json!(percent)), "{class}");
    }
    assert_eq!((of("db.r7g.large"), of("db.t9.large")), (Some(json!(null)), None));
}
