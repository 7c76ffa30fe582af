//! What `parameters` learns, and what it leaves unread.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::SnapshotBuilder;
use waaudit_model::facts::rds::{Class, ClusterParameterGroup, DbCluster, DbInstance, ParameterGroup};

fn class(mib: i64) -> Value {
    json!({"memory_mib": mib})
}

fn instance(engine: &str, version: &str, class: &str) -> Value {
    json!({
        "engine": engine, "engine_version": version, "instance_class": class, "cluster": null, "parameters_status": "in-sync",
        "parameter_group": "default.group", "log_exports": [],
    })
}

fn with(mut facts: Value, fact: &str, value: Value) -> Value {
    facts[fact] = value;
    facts
}

/// What a group says: the rest is at the engine's default.
fn set(parameters: &[(&str, &str)]) -> Value {
    let mut facts = json!({
        "max_connections": null, "slow_query_log": null, "long_query_time": null, "log_min_duration_statement": null,
        "recovery_min_apply_delay": null,
    });
    for (name, value) in parameters {
        facts[*name] = json!(value);
    }
    facts
}

fn world(facts: Value) -> SnapshotBuilder {
    SnapshotBuilder::new()
        .with::<Class>("db.t4g.medium", class(4096))
        .with::<Class>("db.m7g.large", class(8192))
        .with::<Class>("db.r7g.large", class(16384))
        .with::<Class>("db.r7g.12xlarge", class(393_216))
        .with::<Class>("db.r7g.16xlarge", class(524_288))
        .with::<ParameterGroup>(
            "own",
            set(&[("max_connections", "500"), ("slow_query_log", "1"), ("long_query_time", "0.25")]),
        )
        .with::<ParameterGroup>(
            "formula",
            set(&[("max_connections", "LEAST({DBInstanceClassMemory/9531392},600)"), ("slow_query_log", "1")]),
        )
        .with::<ParameterGroup>(
            "odd",
            set(&[("max_connections", "{log(DBInstanceClassMemory)}"), ("log_min_duration_statement", "soon")]),
        )
        .with::<ParameterGroup>("delayed", set(&[("recovery_min_apply_delay", "3600000")]))
        .with::<ParameterGroup>("empty", set(&[]))
        .with::<ParameterGroup>("denied", json!({}))
        .with::<ClusterParameterGroup>(
            "of-cluster",
            set(&[("max_connections", "900"), ("log_min_duration_statement", "250")]),
        )
        .with::<DbInstance>("orders", facts)
}

fn cluster(group: &str, minimum: f64, status: &str) -> Value {
    json!({
        "parameter_group": group, "log_exports": ["postgresql"], "serverless_min_capacity": minimum,
        "serverless_max_capacity": 64.0,
        "members": [{"instance": "orders", "writer": true, "parameters_status": status}],
    })
}

fn fact(facts: Value, fact: &str) -> Option<Value> {
    world(facts).derive().fact::<DbInstance>("orders", fact)
}

fn limit(facts: Value) -> Option<Value> {
    fact(facts, "max_connections")
}

#[test]
fn engines_take_connections_by_their_memory() {
    assert_eq!(limit(instance("mysql", "8.4.3", "db.m7g.large")), Some(json!(628)));
    assert_eq!(limit(instance("mysql", "8.4.3", "db.r7g.12xlarge")), Some(json!(16000)));
    assert_eq!(limit(instance("mariadb", "10.4.34", "db.m7g.large")), Some(json!(628)));
    assert_eq!(limit(instance("mariadb", "11.4.3", "db.m7g.large")), Some(json!(314)));
    assert_eq!(limit(instance("postgres", "16.4", "db.r7g.large")), Some(json!(1658)));
    assert_eq!(limit(instance("aurora-postgresql", "16.4", "db.r7g.12xlarge")), Some(json!(5000)));
    assert_eq!(limit(instance("sqlserver-se", "15.0", "db.m7g.large")), Some(json!(null)));
}

/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Performance.html>
#[test]
fn aurora_mysql_takes_what_its_table_says() {
    let of = |class: &str| limit(instance("aurora-mysql", "8.0.mysql_aurora.3.08.0", class));
    assert_eq!(of("db.t4g.medium"), Some(json!(90)));
    assert_eq!(of("db.r7g.large"), Some(json!(1000)));
    assert_eq!(of("db.r7g.12xlarge"), Some(json!(6000)));
    assert_eq!(of("db.r7g.16xlarge"), Some(json!(6000)));
}

#[test]
fn what_somebody_set_goes_before_the_default() {
    let of = |group: &str| {
        let facts = with(instance("postgres", "16.4", "db.r7g.large"), "parameter_group", json!(group));
        let world = world(facts).derive();
        let fact = |name: &str| world.fact::<DbInstance>("orders", name);
        (fact("max_connections"), fact("max_connections_source"))
    };
    assert_eq!(of("own"), (Some(json!(500)), Some(json!("literal"))));
    assert_eq!(of("formula"), (Some(json!(600)), Some(json!("formula"))));
    assert_eq!(of("empty"), (Some(json!(1658)), Some(json!("default"))));
    assert_eq!(of("odd"), (None, None), "a formula that is not understood");
    assert_eq!(of("denied"), (None, None));
    assert_eq!(of("lost"), (None, None));
}

#[test]
fn a_change_that_waits_for_a_restart_leaves_the_limit_unread() {
    let facts = instance("postgres", "16.4", "db.r7g.large");
    assert_eq!(limit(with(facts.clone(), "parameters_status", json!("pending-reboot"))), None);
    let member = with(instance("aurora-postgresql", "16.4", "db.r7g.large"), "cluster", json!("shop"));
    let of = |status: &str| {
        let world = world(member.clone()).with::<DbCluster>("shop", cluster("of-cluster", 2.0, status));
        world.derive().fact::<DbInstance>("orders", "max_connections")
    };
    assert_eq!(of("in-sync"), Some(json!(900)));
    assert_eq!(of("pending-reboot"), None);
    assert_eq!(limit(member), None, "its cluster was not read");
}

#[test]
fn a_serverless_member_takes_connections_by_its_greatest_capacity() {
    let member = with(instance("aurora-postgresql", "16.4", "db.serverless"), "cluster", json!("shop"));
    let of = |minimum: f64| {
        let world = world(member.clone()).with::<DbCluster>("shop", cluster("default.group", minimum, "in-sync"));
        world.derive().fact::<DbInstance>("orders", "max_connections")
    };
    assert_eq!(of(1.0), Some(json!(5000)));
    assert_eq!(of(0.5), Some(json!(2000)));
}

#[test]
fn a_slow_log_counts_where_it_is_exported_and_on() {
    let of = |engine: &str, group: &str, exports: Value| {
        let facts = with(instance(engine, "8.4", "db.m7g.large"), "parameter_group", json!(group));
        fact(with(facts, "log_exports", exports), "slow_log_ms")
    };
    assert_eq!(of("mysql", "own", json!(["slowquery"])), Some(json!(250)));
    assert_eq!(of("mysql", "formula", json!(["slowquery"])), Some(json!(10000)));
    assert_eq!(of("mysql", "own", json!(["error"])), Some(json!(null)));
    assert_eq!(of("mysql", "empty", json!(["slowquery"])), Some(json!(null)));
    assert_eq!(of("postgres", "empty", json!(["postgresql"])), Some(json!(null)));
    assert_eq!(of("postgres", "odd", json!(["postgresql"])), None);
    assert_eq!(of("postgres", "denied", json!(["postgresql"])), None);
    assert_eq!(of("oracle-ee", "denied", json!([])), Some(json!(null)));
}

#[test]
fn a_member_logs_what_its_cluster_says() {
    let member = with(instance("aurora-postgresql", "16.4", "db.r7g.large"), "cluster", json!("shop"));
    let world = world(member).with::<DbCluster>("shop", cluster("of-cluster", 2.0, "in-sync"));
    assert_eq!(world.clone().derive().fact::<DbInstance>("orders", "slow_log_ms"), Some(json!(250)));
    let unread = world.unread::<ClusterParameterGroup>().derive();
    assert_eq!(unread.fact::<DbInstance>("orders", "slow_log_ms"), None);
}

#[test]
fn a_replica_of_postgresql_may_lie_behind_on_purpose() {
    let of = |engine: &str, group: &str| {
        fact(with(instance(engine, "16.4", "db.m7g.large"), "parameter_group", json!(group)), "apply_delay_ms")
    };
    assert_eq!(of("postgres", "delayed"), Some(json!(3_600_000)));
    assert_eq!(of("postgres", "empty"), Some(json!(null)));
    assert_eq!(of("mysql", "denied"), Some(json!(null)));
    assert_eq!(of("postgres", "denied"), None);
}
