//! What is backed up, in small worlds.

use serde_json::{Value, json};

use crate::derive::sample::{World, arn};
use crate::facts::Facts;
use crate::facts::account::Account;
use crate::facts::backup::{Plan, ProtectedResource, RestoreJob, RestoreTestingPlan};
use crate::facts::data_store::DataStore;
use crate::facts::dynamodb::Table;
use crate::facts::ec2::{Instance, Snapshot, Volume};
use crate::facts::rds::{AutomatedBackup, DbCluster, DbInstance, GlobalCluster};
use crate::facts::s3::Bucket;

/// Adds a resource that AWS Backup knows, under the ARN of what it is.
fn protected(mut world: World, arn: &str, at: &str) -> World {
    world = world.with::<ProtectedResource>(arn, json!({"resource_type": "any", "last_backup_at": at}));
    for resource in world.0.resources.iter_mut().filter(|resource| resource.id == arn) {
        resource.arn = arn.to_owned();
    }
    world
}

fn volume(group: Option<&str>) -> World {
    let tags_of_group = json!({"launched_at": "2026-01-01T00:00:00Z", "state": "running"});
    let mut world = World::new()
        .with::<Instance>("i-1", tags_of_group)
        .with::<Volume>("vol-1", json!({"instances": ["i-1"], "created_at": "2026-01-01T00:00:00Z"}));
    let tag = group.map(|group| ("aws:autoscaling:groupName".to_owned(), group.to_owned()));
    for resource in world.0.resources.iter_mut().filter(|resource| resource.id == "i-1") {
        resource.tags = Some(tag.clone().into_iter().collect());
    }
    world
}

fn of_volume(world: World) -> (Option<Value>, Option<Value>) {
    let world = world.derive();
    (world.fact::<Volume>("vol-1", "on_single_instance"), world.fact::<Volume>("vol-1", "backup_age_days"))
}

#[test]
fn a_volume_without_snapshot_or_backup_has_no_age_and_one_with_either_has_the_newest() {
    assert_eq!(of_volume(volume(None)), (Some(json!(true)), Some(json!(null))));
    let snapshot = json!({"volume": "vol-1", "started_at": "2026-03-01T12:00:00Z"});
    let snapped = volume(None).with::<Snapshot>("snap-1", snapshot);
    assert_eq!(of_volume(snapped.clone()).1, Some(json!(9)));
    let backed_up = protected(snapped, &arn::<Instance>("i-1"), "2026-03-08T12:00:00Z");
    assert_eq!(of_volume(backed_up).1, Some(json!(2)));
}

#[test]
fn an_age_is_only_known_of_all_snapshots_and_backups() {
    assert_eq!(of_volume(volume(None).half_read::<Snapshot>()).1, None);
    assert_eq!(of_volume(volume(None).half_read::<ProtectedResource>()).1, None);
    assert_eq!(of_volume(volume(None).half_read::<Instance>()).1, Some(json!(null)));
}

fn store<F: Facts>(id: &str, facts: Value) -> World {
    World::new().with::<F>(id, facts)
}

fn copies(world: World, id: &str) -> Option<Value> {
    world.derive().fact::<DataStore>(id, "copies_elsewhere")
}

fn instance(replicas: &[&str]) -> World {
    store::<DbInstance>("orders", json!({"cluster": null, "replica_of": null, "replicas": replicas}))
}

#[test]
fn an_instance_is_copied_by_a_replica_elsewhere_or_by_its_automated_backups() {
    assert_eq!(copies(instance(&["near"]), "orders"), Some(json!([])));
    let far = "arn:aws:rds:us-east-1:111122223333:db:far";
    assert_eq!(copies(instance(&[far]), "orders"), Some(json!(["read replica"])));
    let with_backup = |copies: Value| {
        let mut world = instance(&[]).with::<AutomatedBackup>("orders", json!({ "copies": copies }));
        for resource in &mut world.0.resources {
            resource.arn = arn::<DbInstance>("orders");
        }
        world
    };
    assert_eq!(
        copies(with_backup(json!(["arn:aws:rds:us-east-1:1:auto-backup:ab"])), "orders"),
        Some(json!(["automated backup"]))
    );
    assert_eq!(copies(with_backup(json!([])), "orders"), Some(json!([])));
    assert_eq!(copies(instance(&[]).half_read::<AutomatedBackup>(), "orders"), None);
}

#[test]
fn a_cluster_is_copied_by_a_global_one_that_reaches_elsewhere() {
    let cluster = json!({"members": [{"instance": "shop-1", "writer": true, "promotion_tier": 0}]});
    let with = |clusters: Value| {
        store::<DbCluster>("shop", cluster.clone()).with::<GlobalCluster>("world", json!({ "clusters": clusters }))
    };
    let own = arn::<DbCluster>("shop");
    let far = "arn:aws:rds:us-east-1:111122223333:cluster:shop-us";
    assert_eq!(copies(with(json!([own, far])), "shop"), Some(json!(["global cluster"])));
    assert_eq!(copies(with(json!([own])), "shop"), Some(json!([])));
    assert_eq!(copies(with(json!([far])), "shop"), Some(json!([])));
}

#[test]
fn a_bucket_that_keeps_versions_is_copied_by_replication_to_another_region() {
    let with = |region: &str| {
        store::<Bucket>("photos", json!({"versioning": "Enabled", "replicates_to": ["copy"]})).within::<Bucket>(
            region,
            "copy",
            json!({"versioning": null, "replicates_to": []}),
        )
    };
    assert_eq!(copies(with("us-east-1"), "photos"), Some(json!(["replication"])));
    assert_eq!(copies(with("eu-west-1"), "photos"), Some(json!([])));
    assert_eq!(copies(with("global"), "photos"), None, "AWS did not name the region");
    let foreign = store::<Bucket>("photos", json!({"versioning": "Enabled", "replicates_to": ["of-others"]}));
    assert_eq!(copies(foreign, "photos"), None);
}

#[test]
fn a_bucket_that_keeps_no_versions_is_no_store() {
    let world = store::<Bucket>("photos", json!({"versioning": null, "replicates_to": []})).derive();
    assert_eq!(world.0.of("data_store").count(), 0);
}

#[test]
fn plans_copy_what_they_back_up_unless_they_differ() {
    let table = json!({"point_in_time_recovery": false, "replica_regions": []});
    let far = "arn:aws:backup:us-east-1:111122223333:backup-vault:far";
    let with = |plans: &[Value]| {
        let mut world =
            protected(store::<Table>("events", table.clone()), &arn::<Table>("events"), "2026-03-10T00:00:00Z");
        for (number, copies_to) in plans.iter().enumerate() {
            world =
                world.with::<Plan>(&format!("plan-{number}"), json!({"selections": ["all"], "copies_to": copies_to}));
        }
        copies(world, "events")
    };
    assert_eq!(with(&[json!([far])]), Some(json!(["copy action of a backup plan"])));
    assert_eq!(with(&[json!([])]), Some(json!([])));
    assert_eq!(with(&[json!([far]), json!([])]), None);
}

#[test]
fn a_store_without_any_backup_is_named() {
    let world = World::new()
        .global::<Account>("account", json!({}))
        .with::<Table>("kept", json!({"point_in_time_recovery": true, "replica_regions": []}))
        .with::<Table>("bare", json!({"point_in_time_recovery": false, "replica_regions": []}))
        .with::<Table>("old", json!({"point_in_time_recovery": false, "replica_regions": []}));
    let world = protected(world, &arn::<Table>("old"), "2026-03-01T00:00:00Z").derive();
    let without = world.fact::<Account>("account", "data_stores_without_backup");
    assert_eq!(without, Some(json!([arn::<Table>("bare"), arn::<Table>("old")])));
    assert_eq!(world.fact::<Account>("account", "data_stores"), Some(json!(3)));
}

#[test]
fn restores_count_for_ninety_days() {
    let world = World::new()
        .global::<Account>("account", json!({}))
        .with::<RestoreJob>("new", json!({"created_at": "2026-02-01T00:00:00Z"}))
        .with::<RestoreJob>("old", json!({"created_at": "2025-12-01T00:00:00Z"}))
        .with::<RestoreTestingPlan>("never", json!({"last_run_at": null}));
    let fact = |world: World, fact| world.derive().fact::<Account>("account", fact);
    assert_eq!(fact(world.clone(), "restores"), Some(json!([arn::<RestoreJob>("new")])));
    assert_eq!(fact(world.clone(), "restores_since"), Some(json!("2025-12-10")));
    assert_eq!(fact(world.half_read::<RestoreTestingPlan>(), "restores"), None);
}
