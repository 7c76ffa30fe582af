//! What is backed up, in small worlds.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
use waaudit_model::facts::backup::{ProtectedResource, RestoreJob, RestoreTestingPlan};
use waaudit_model::facts::derived::account::Account;
use waaudit_model::facts::dynamodb::Table;
use waaudit_model::facts::ec2::{Instance, Snapshot, Volume};
use waaudit_model::facts::efs::FileSystem;

/// Adds a resource that AWS Backup knows, under the ARN of what it is.
fn protected(mut world: SnapshotBuilder, arn: &str, at: &str) -> SnapshotBuilder {
    world = world.with::<ProtectedResource>(arn, json!({"resource_type": "any", "last_backup_at": at}));
    for resource in world.0.resources.iter_mut().filter(|resource| resource.id == arn) {
        resource.arn = arn.to_owned();
    }
    world
}

fn volume(group: Option<&str>) -> SnapshotBuilder {
    let tags_of_group = json!({"launched_at": "2026-01-01T00:00:00Z", "state": "running"});
    let mut world = SnapshotBuilder::new()
        .with::<Instance>("i-1", tags_of_group)
        .with::<Volume>("vol-1", json!({"instances": ["i-1"], "created_at": "2026-01-01T00:00:00Z"}));
    let tag = group.map(|group| ("aws:autoscaling:groupName".to_owned(), group.to_owned()));
    for resource in world.0.resources.iter_mut().filter(|resource| resource.id == "i-1") {
        resource.tags = Some(tag.clone().into_iter().collect());
    }
    world
}

fn of_volume(world: SnapshotBuilder) -> (Option<Value>, Option<Value>) {
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

#[test]
fn a_store_without_any_backup_is_named() {
    let world = SnapshotBuilder::new()
        .global::<Account>("account", json!({}))
        .with::<Table>("kept", json!({"point_in_time_recovery": true, "replica_regions": [], "key_attributes": ["id"]}))
        .with::<Table>(
            "bare",
            json!({"point_in_time_recovery": false, "replica_regions": [], "key_attributes": ["id"]}),
        )
        .with::<Table>("old", json!({"point_in_time_recovery": false, "replica_regions": [], "key_attributes": ["id"]}))
        .with::<Table>("locks", json!({"point_in_time_recovery": false, "key_attributes": ["LockID"]}));
    let world = protected(world, &arn::<Table>("old"), "2026-03-01T00:00:00Z").derive();
    let without = world.fact::<Account>("account", "data_stores_without_backup");
    assert_eq!(without, Some(json!([arn::<Table>("bare"), arn::<Table>("old")])));
    assert_eq!(world.fact::<Account>("account", "data_stores"), Some(json!(4)));
    assert_eq!(world.fact::<Account>("account", "all_data_stores_backed_up"), Some(json!(false)));
}

#[test]
fn restores_count_for_ninety_days() {
    let done = |at: &str| json!({"created_at": at, "status": "COMPLETED", "validation": null, "testing_plan": null});
    let world = SnapshotBuilder::new()
        .global::<Account>("account", json!({}))
        .with::<RestoreJob>("new", done("2026-02-01T00:00:00Z"))
        .with::<RestoreJob>("old", done("2025-12-01T00:00:00Z"))
        .with::<RestoreTestingPlan>("never", json!({"last_run_at": null}));
    let fact = |world: SnapshotBuilder, fact| world.derive().fact::<Account>("account", fact);
    assert_eq!(fact(world.clone(), "restores"), Some(json!([arn::<RestoreJob>("new")])));
    assert_eq!(fact(world.clone(), "restores_since"), Some(json!("2025-12-10")));
    assert_eq!(fact(world.half_read::<RestoreTestingPlan>(), "restores"), None);
}

#[test]
fn a_file_system_is_a_store_and_an_open_question_hides_no_store_that_is_bare() {
    let world = |more: SnapshotBuilder| more.global::<Account>("account", json!({}));
    let backed_up = |world: SnapshotBuilder| world.derive().fact::<Account>("account", "all_data_stores_backed_up");
    let open = || {
        SnapshotBuilder::new().with::<Table>("web-sessions", json!({"point_in_time_recovery": false, "replica_regions": [], "key_attributes": ["id"], "expiry_attribute": "ends"}))
    };
    assert_eq!(backed_up(world(open())), None);
    assert_eq!(backed_up(world(open().with::<FileSystem>("fs", json!({})))), Some(json!(false)));
    assert_eq!(
        backed_up(world(protected(open(), &arn::<Table>("web-sessions"), "2026-03-10T00:00:00Z"))),
        Some(json!(true))
    );
    assert_eq!(backed_up(world(SnapshotBuilder::new().half_read::<FileSystem>())), None);
}

#[test]
fn a_restore_that_failed_or_was_found_wanting_is_none() {
    let restores = |status: &str, validation: Value| {
        let plan = arn::<RestoreTestingPlan>("monthly");
        let job = json!({"created_at": "2026-03-01T00:00:00Z", "status": status, "validation": validation, "testing_plan": plan});
        let world = SnapshotBuilder::new()
            .global::<Account>("account", json!({}))
            .with::<RestoreTestingPlan>("monthly", json!({"last_run_at": "2026-03-01T00:00:00Z"}))
            .with::<RestoreJob>("job", job);
        world.derive().fact::<Account>("account", "restores").and_then(|list| list.as_array().map(Vec::len))
    };
    assert_eq!(restores("COMPLETED", json!("SUCCESSFUL")), Some(2));
    assert_eq!(restores("COMPLETED", json!("FAILED")), Some(0));
    assert_eq!(restores("FAILED", json!(null)), Some(0));
}
