//! Data stores, their backups and copies, in small worlds.

use serde_json::{Value, json};

use crate::testing::snapshot_builder::{SnapshotBuilder, arn};
use waaudit_model::facts::Facts;
use waaudit_model::facts::backup::{CopyJob, Plan, ProtectedResource};
use waaudit_model::facts::derived::data_store::DataStore;
use waaudit_model::facts::dynamodb::Table;
use waaudit_model::facts::efs::FileSystem;
use waaudit_model::facts::opensearch::Domain;
use waaudit_model::facts::rds::{AutomatedBackup, DbCluster, DbInstance, GlobalCluster};
use waaudit_model::facts::redshift::Cluster;
use waaudit_model::facts::s3::Bucket;

/// Adds a resource that AWS Backup knows, under the ARN of what it is.
fn protected(mut world: SnapshotBuilder, arn: &str, at: &str) -> SnapshotBuilder {
    world = world.with::<ProtectedResource>(arn, json!({"resource_type": "any", "last_backup_at": at}));
    for resource in world.0.resources.iter_mut().filter(|resource| resource.id == arn) {
        resource.arn = arn.to_owned();
    }
    world
}

fn store<F: Facts>(id: &str, facts: Value) -> SnapshotBuilder {
    SnapshotBuilder::new().with::<F>(id, facts)
}

fn copies(world: SnapshotBuilder, id: &str) -> Option<Value> {
    world.derive().fact::<DataStore>(id, "copies_elsewhere")
}

fn instance(replicas: &[&str]) -> SnapshotBuilder {
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
    let members = json!([{"instance": "shop-1", "writer": true, "promotion_tier": 0}]);
    let cluster = json!({"members": members, "replica_of": null, "replicas": []});
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
        store::<Bucket>(
            "photos",
            json!({"versioning": "Enabled", "replicates_to": ["copy"], "replicates_parts_to": []}),
        )
        .within::<Bucket>(
            region,
            "copy",
            json!({"versioning": null, "replicates_to": [], "replicates_parts_to": []}),
        )
    };
    assert_eq!(copies(with("us-east-1"), "photos"), Some(json!(["replication"])));
    assert_eq!(copies(with("eu-west-1"), "photos"), Some(json!([])));
    assert_eq!(copies(with("global"), "photos"), None, "AWS did not name the region");
    let foreign = store::<Bucket>(
        "photos",
        json!({"versioning": "Enabled", "replicates_to": ["of-others"], "replicates_parts_to": []}),
    );
    assert_eq!(copies(foreign, "photos"), None);
}

#[test]
fn a_bucket_that_keeps_no_versions_is_no_store() {
    let world =
        store::<Bucket>("photos", json!({"versioning": null, "replicates_to": [], "replicates_parts_to": []})).derive();
    assert_eq!(world.0.of("data_store").count(), 0);
}

#[test]
fn plans_that_all_copy_do_so_with_what_they_back_up() {
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
    assert_eq!(with(&[json!([far])]), Some(json!(["copies of its backups by AWS Backup"])));
    assert_eq!(with(&[json!([])]), Some(json!([])));
    assert_eq!(with(&[json!([far]), json!([])]), Some(json!([])));
}

#[test]
fn the_last_copy_job_decides_whatever_the_plans_say() {
    let with = |state: &str, copies_to: Value| {
        let facts = json!({"point_in_time_recovery": false, "replica_regions": []});
        let job = json!({"resource": arn::<Table>("events"), "destination": "arn:aws:backup:us-east-1:111122223333:backup-vault:far", "state": state, "created_at": "2026-03-09T00:00:00Z"});
        let world = protected(store::<Table>("events", facts), &arn::<Table>("events"), "2026-03-10T00:00:00Z");
        let world = world.with::<Plan>("plan", json!({"selections": ["all"], "copies_to": copies_to}));
        copies(world.with::<CopyJob>("job", job), "events")
    };
    assert_eq!(with("COMPLETED", json!([])), Some(json!(["copies of its backups by AWS Backup"])));
    assert_eq!(with("FAILED", json!(["arn:aws:backup:us-east-1:111122223333:backup-vault:far"])), Some(json!([])));
}

#[test]
fn a_cluster_is_copied_by_what_replicates_it_and_a_replica_is_a_copy() {
    let far = "arn:aws:rds:us-east-1:111122223333:cluster:shop-us";
    let with = |replica_of: Value, replicas: Value| {
        let members = json!([{"instance": "shop-1", "writer": true, "promotion_tier": 0}]);
        copies(
            store::<DbCluster>("shop", json!({"members": members, "replica_of": replica_of, "replicas": replicas})),
            "shop",
        )
    };
    assert_eq!(with(json!(null), json!([far])), Some(json!(["read replica"])));
    assert_eq!(with(json!(null), json!(["near"])), Some(json!([])));
    assert_eq!(with(json!(far), json!([])), Some(json!(["the cluster that it replicates"])));
}

#[test]
fn a_part_of_a_bucket_is_an_open_question_and_a_replica_has_its_source() {
    let photos = json!({"versioning": "Enabled", "replicates_to": [], "replicates_parts_to": ["copy"]});
    let copy = json!({"versioning": "Enabled", "replicates_to": [], "replicates_parts_to": []});
    let world = store::<Bucket>("photos", photos).within::<Bucket>("us-east-1", "copy", copy.clone());
    assert_eq!(copies(world, "photos"), None);
    let whole = json!({"versioning": "Enabled", "replicates_to": ["copy"], "replicates_parts_to": []});
    let world = SnapshotBuilder::new().within::<Bucket>("us-east-1", "photos", whole).with::<Bucket>("copy", copy);
    assert_eq!(copies(world, "copy"), Some(json!(["the bucket that it is a replica of"])));
}

#[test]
fn other_stores_are_copied_by_their_own_services() {
    let files = |regions: Value| copies(store::<FileSystem>("fs", json!({"replica_regions": regions})), "fs");
    assert_eq!(files(json!(["us-east-1"])), Some(json!(["replica in us-east-1"])));
    assert_eq!(files(json!(["eu-west-1"])), Some(json!([])));
    let warehouse = |region: Value| copies(store::<Cluster>("dwh", json!({"snapshots_copied_to": region})), "dwh");
    assert_eq!(warehouse(json!("us-east-1")), Some(json!(["snapshots in us-east-1"])));
    assert_eq!(warehouse(json!(null)), Some(json!([])));
    assert_eq!(copies(store::<Domain>("search", json!({})), "search"), None);
}

#[test]
fn own_backups_are_those_that_go_on() {
    let kept = |world: SnapshotBuilder, id: &str| world.derive().fact::<DataStore>(id, "keeps_own_backups");
    let instance = |at: Value| {
        store::<DbInstance>(
            "orders",
            json!({"cluster": null, "replica_of": null, "replicas": [], "backup_retention_days": 7, "latest_restorable_at": at}),
        )
    };
    assert_eq!(kept(instance(json!("2026-03-10T11:55:00Z")), "orders"), Some(json!(true)));
    assert_eq!(kept(instance(json!("2026-03-07T11:55:00Z")), "orders"), Some(json!(false)));
    assert_eq!(kept(instance(json!(null)), "orders"), Some(json!(false)));
    assert_eq!(kept(store::<Domain>("search", json!({"snapshots_paused": true})), "search"), Some(json!(false)));
    assert_eq!(kept(store::<FileSystem>("fs", json!({})), "fs"), Some(json!(false)));
}
