//! Which signs an instance shows, and what they weigh.

use serde_json::{Value, json};

use super::names_database;
use crate::testing::snapshot_builder::SnapshotBuilder;
use waaudit_model::facts::ec2::{Image, Instance, SecurityGroup, Volume};

fn admits(from: i64, to: i64) -> Value {
    json!({"ingress": [{"id": "sgr-1", "protocol": "tcp", "from_port": from, "to_port": to, "group": "sg-app"}]})
}

fn instance(group: &str, usage: Value) -> Value {
    let data = json!({"device": "/dev/sdb", "volume": "vol-data", "root": false});
    json!({"security_groups": [group], "usage_operation": usage, "image": "ami-web", "volumes": [data]})
}

fn world() -> SnapshotBuilder {
    SnapshotBuilder::new()
        .with::<SecurityGroup>("sg-db", admits(5432, 5432))
        .with::<SecurityGroup>("sg-loose", admits(0, 65535))
        .with::<Volume>("vol-data", json!({"size_gib": 50}))
        .with::<Image>("ami-web", json!({"image_name": "web-2026-01-15"}))
        .with::<Instance>("i-db", instance("sg-db", json!("RunInstances")))
        .tagged("Name", "orders-db")
        .with::<Instance>("i-web", instance("sg-loose", json!(null)))
        .tagged("Name", "web")
}

fn signs(world: &SnapshotBuilder, id: &str) -> (Option<Value>, Option<Value>) {
    (world.fact::<Instance>(id, "database_signs"), world.fact::<Instance>(id, "database_score"))
}

#[test]
fn a_database_shows_by_its_port_and_name() {
    let expected = (Some(json!(["port 5432 admitted", "named orders-db", "data volume of 50 GiB"])), Some(json!(8)));
    assert_eq!(signs(&world().derive(), "i-db"), expected);
}

#[test]
fn a_wide_port_range_is_no_sign_and_a_data_volume_no_proof() {
    assert_eq!(signs(&world().derive(), "i-web"), (Some(json!(["data volume of 50 GiB"])), Some(json!(2))));
}

#[test]
fn a_group_on_many_instances_is_no_sign() {
    let crowd =
        (0..20).fold(world(), |world, n| world.with::<Instance>(&format!("i-{n}"), instance("sg-db", json!(null))));
    assert_eq!(signs(&crowd.derive(), "i-db").0, Some(json!(["named orders-db", "data volume of 50 GiB"])));
}

#[test]
fn what_stands_before_a_database_is_not_named_after_it() {
    let world = world()
        .with::<Instance>("i-proxy", instance("sg-none", json!(null)))
        .tagged("Name", "db-proxy")
        .with::<Instance>("i-tool", instance("sg-none", json!(null)))
        .tagged("Role", "db")
        .tagged("Name", "bastion")
        .derive();
    assert_eq!(signs(&world, "i-proxy").1, Some(json!(2)));
    assert_eq!(signs(&world, "i-tool").1, Some(json!(2)));
}

#[test]
fn a_sql_server_licence_is_a_sign_on_any_system() {
    let world = world()
        .with::<Instance>("i-linux", instance("sg-none", json!("RunInstances:0004")))
        .with::<Instance>("i-windows", instance("sg-none", json!("RunInstances:0102")))
        .derive();
    let licensed = json!(["SQL Server licence", "data volume of 50 GiB"]);
    assert_eq!(signs(&world, "i-linux"), (Some(licensed.clone()), Some(json!(6))));
    assert_eq!(signs(&world, "i-windows").0, Some(licensed));
}

#[test]
fn an_image_of_a_database_is_a_sign_and_one_that_nobody_sees_is_none() {
    let from =
        |image: Value| json!({"security_groups": ["sg-none"], "usage_operation": null, "image": image, "volumes": []});
    let world = world()
        .with::<Image>("ami-db", json!({"image_name": "bitnami-postgresql-16.2-r1-debian-12"}))
        .with::<Image>("ami-oracle", json!({"image_name": "OL9-oracle-linux-x86_64"}))
        .with::<Instance>("i-vendor", from(json!("ami-db")))
        .with::<Instance>("i-oracle", from(json!("ami-oracle")))
        .with::<Instance>("i-old", from(json!("ami-gone")));
    assert_eq!(
        signs(&world.clone().derive(), "i-vendor"),
        (Some(json!(["image bitnami-postgresql-16.2-r1-debian-12"])), Some(json!(3)))
    );
    assert_eq!(signs(&world.clone().derive(), "i-oracle").0, Some(json!([])));
    assert_eq!(signs(&world.clone().derive(), "i-old").0, Some(json!([])));
    assert_eq!(signs(&world.half_read::<Image>().derive(), "i-old").0, None);
}

#[test]
fn a_name_speaks_of_a_database_by_a_word_or_by_an_ending() {
    for name in ["orders-db", "DB01", "eu_mysql_2", "prod-sql-server", "PRODSQL01", "ordersdb-2", "neo4j-1", "db2-prod"]
    {
        assert!(names_database(name), "{name}");
    }
    for name in ["adbc", "adb-1", "dashboard", "web-1", "graphql", ""] {
        assert!(!names_database(name), "{name}");
    }
}

/// The score of an instance with a data volume whose group admits one port.
fn score(port: i64, name: &str) -> Option<Value> {
    let world = world().with::<SecurityGroup>("sg-port", admits(port, port));
    let world = world.with::<Instance>("i-one", instance("sg-port", json!(null))).tagged("Name", name).derive();
    signs(&world, "i-one").1
}

#[test]
fn a_data_volume_confirms_a_port_or_a_name_of_a_database() {
    for (port, name) in [(5432, "app-7"), (7687, "a"), (8123, "a"), (50000, "a"), (8091, "a"), (8086, "a"), (9042, "a")]
    {
        assert_eq!(score(port, name), Some(json!(5)), "{port}");
    }
    assert_eq!(score(8080, "orders-db"), Some(json!(5)));
    assert_eq!(score(5000, "sybase-prod"), Some(json!(6)));
    assert_eq!(score(5000, "web-1"), Some(json!(3)), "web servers listen there too");
    assert_eq!(score(8080, "web-1"), Some(json!(2)));
}

#[test]
fn local_disks_are_data_volumes() {
    let facts = json!({
        "security_groups": ["sg-db"], "usage_operation": null, "image": "ami-web", "volumes": [],
        "instance_type": "i4i.2xlarge",
    });
    let world = world().with::<Instance>("i-fast", facts).tagged("Name", "app").derive();
    let expected = (Some(json!(["port 5432 admitted", "local disks of i4i.2xlarge"])), Some(json!(5)));
    assert_eq!(signs(&world, "i-fast"), expected);
}

#[test]
fn signs_stay_unread_without_groups_tags_or_the_other_wearers() {
    let unread = |world: SnapshotBuilder| assert_eq!(signs(&world.derive(), "i-db"), (None, None));
    unread(world().unread::<SecurityGroup>());
    unread(world().half_read::<Instance>());
    let world = SnapshotBuilder::new().with::<Instance>("i-db", instance("sg-1", json!(null))).tags_unread();
    unread(world);
}

#[test]
fn signs_stay_unread_without_the_sizes_of_volumes() {
    assert_eq!(signs(&world().unread::<Volume>().derive(), "i-db"), (None, None));
}
