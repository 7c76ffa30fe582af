//! Databases, caches and file systems.

use super::*;

#[test]
fn a_database_needs_a_standby() {
    let world = |multi_az: bool| set(with_fleet(Some(40.0)), "orders", "multi_az", json!(multi_az));
    let over = loss(&world(true), "front", A);
    assert_eq!((over.outcome, over.basis), (Some(Outcome::FailsOver), Some(Basis::Computed)));
    assert_eq!(over.downtime.map(|time| (time.min_seconds, time.max_seconds)), Some((60, Some(120))));
    assert_eq!(over.decided_by.map(|decider| decider.name), Some("orders".to_owned()));
    assert_eq!(outcome(&world(true), "front", B), Outcome::Survives, "its primary is in the other zone");
    assert_eq!(outcome(&world(false), "front", A), Outcome::Dies);
}

#[test]
fn a_standby_that_is_still_being_made_is_an_assumption() {
    let world = set(with_fleet(Some(40.0)), "orders", "multi_az", json!(false));
    let pending = loss(&set(world, "orders", "pending_multi_az", json!(true)), "front", A);
    assert_eq!((pending.outcome, pending.basis), (Some(Outcome::FailsOver), Some(Basis::Assumed)));
}

/// The shop on an Aurora cluster whose reader is in a zone.
pub(super) fn aurora(reader: &str) -> SnapshotBuilder {
    let member = |zone: &str| {
        let mut facts = database(zone, false);
        facts["cluster"] = json!("shop-cluster");
        facts["engine"] = json!("aurora-postgresql");
        facts
    };
    let one = |instance: &str, writer: bool| json!({"instance": instance, "writer": writer, "promotion_tier": 1, "parameters_status": "in-sync"});
    let cluster = json!({
        "status": "available", "engine": "aurora-postgresql", "multi_az_cluster_class": null, "port": 5432,
        "members": [one("db-1", true), one("db-2", false)], "security_groups": ["sg-data"],
    });
    stateless(Some(40.0))
        .with::<DbInstance>("db-1", member(A))
        .with::<DbInstance>("db-2", member(reader))
        .with::<DbCluster>("shop-cluster", cluster)
}

#[test]
fn an_aurora_reader_takes_over_from_another_zone_alone() {
    let over = loss(&aurora(B), "front", A);
    assert_eq!(over.outcome, Some(Outcome::FailsOver), "{:?}", over.unknown);
    assert_eq!(over.downtime.and_then(|time| time.max_seconds), Some(60));
    assert_eq!(outcome(&aurora(A), "front", A), Outcome::Dies);
}

/// The shop with a cache of two nodes.
pub(super) fn cached(failover: &str) -> SnapshotBuilder {
    let node = |zone: &str| {
        json!({"status": "available", "engine": "redis", "replication_group": "sessions", "node_count": 1,
            "availability_zone": zone, "subnet_group": "data", "security_groups": ["sg-data"], "port": 5432})
    };
    let member = |cluster: &str, role: &str, zone: &str| json!({"cluster": cluster, "role": role, "availability_zone": zone, "outpost": null});
    let shards = json!([{"id": "0001", "members": [member("s-1", "primary", A), member("s-2", "replica", B)]}]);
    let group = json!({"status": "available", "automatic_failover": failover, "multi_az": "enabled", "shards": shards});
    stateless(Some(40.0))
        .with::<waaudit_model::facts::elasticache::SubnetGroup>("data", json!({"vpc": "vpc-1"}))
        .with::<Cluster>("s-1", node(A))
        .with::<Cluster>("s-2", node(B))
        .with::<ReplicationGroup>("sessions", group)
}

#[test]
fn a_cache_needs_someone_to_promote_its_replica() {
    let over = loss(&cached("enabled"), "front", A);
    assert_eq!(over.outcome, Some(Outcome::FailsOver), "{:?}", over.unknown);
    assert_eq!(over.downtime.map(|time| time.max_seconds), Some(None), "AWS names no time");
    assert_eq!(outcome(&cached("enabled"), "front", B), Outcome::Survives);
    assert_eq!(outcome(&cached("disabled"), "front", A), Outcome::Dies);
}

/// The shop with a file system that its servers may mount.
pub(super) fn with_files(zone: Value) -> SnapshotBuilder {
    let target = |id: &str, subnet: &str, zone: &str| json!({"id": id, "subnet": subnet, "vpc": "vpc-1", "availability_zone": zone, "state": "available"});
    let system = json!({
        "state": "available", "availability_zone": zone, "replica_regions": [],
        "mount_targets": [target("fsmt-a", "subnet-a", A), target("fsmt-b", "subnet-b", B)],
    });
    let interface = |subnet: &str, address: &str| {
        json!({"subnet": subnet, "vpc": "vpc-1", "interface_type": "interface", "status": "in-use", "public_ip": null,
            "ipv6_addresses": [], "private_ips": [address], "security_groups": ["sg-files"], "instance": null,
            "description": "EFS mount target for fs-1 (fsmt-a)"})
    };
    stateless(Some(40.0))
        .with::<SecurityGroup>("sg-files", json!({"ingress": [rule(2049, "sg-web")]}))
        .with::<NetworkInterface>("eni-a", interface("subnet-a", "10.0.1.50"))
        .with::<NetworkInterface>("eni-b", interface("subnet-b", "10.0.2.50"))
        .with::<FileSystem>("fs-1", system)
}

#[test]
fn a_file_system_of_one_zone_goes_with_it() {
    assert_eq!(outcome(&with_files(Value::Null), "front", A), Outcome::Survives);
    let gone = loss(&with_files(json!(A)), "front", A);
    assert_eq!(gone.outcome, Some(Outcome::Dies));
    assert_eq!(gone.decided_by.map(|decider| decider.name), Some("fs-1".to_owned()));
}
