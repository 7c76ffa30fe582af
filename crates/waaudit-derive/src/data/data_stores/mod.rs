//! Everything that holds data, whatever service keeps it: how it is backed up, and how a copy gets to another region.

use super::backups::protected_hours;
use super::cross_region_copies::{BackupCopies, Copies, DatabaseCopies};
use crate::engine::{Derivation, Item, Lookup, Patch, Referrers, ResourceId, View, all, any, each, reads};
use waaudit_model::facts::backup::{CopyJob, Plan, ProtectedResource};
use waaudit_model::facts::derived::data_store::DataStore;
use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::dynamodb::Table;
use waaudit_model::facts::efs::FileSystem as EfsFileSystem;
use waaudit_model::facts::fsx::FileSystem as FsxFileSystem;
use waaudit_model::facts::lightsail::Database as LightsailDatabase;
use waaudit_model::facts::memorydb::Cluster as MemoryDbCluster;
use waaudit_model::facts::opensearch::Domain;
use waaudit_model::facts::rds::{AutomatedBackup, DbCluster, DbInstance, GlobalCluster};
use waaudit_model::facts::redshift::Cluster as RedshiftCluster;
use waaudit_model::facts::s3::Bucket;
use waaudit_model::snapshot::GLOBAL;

pub(crate) const DATA_STORES: Derivation = Derivation {
    kind: "data_store",
    facts: &["store_kind", "keeps_own_backups", "backup_age_hours", "copies_elsewhere", "disposable"],
    reads: reads![
        AutomatedBackup { copies },
        Bucket { disposable, replicates_parts_to, replicates_to, versioning },
        CopyJob { destination, resource, state },
        Database { backup_retention_days, restorable_minutes_ago, shape },
        DbCluster { replica_of, replicas },
        DbInstance { replicas },
        Domain { snapshots_paused },
        EfsFileSystem { disposable, replica_regions },
        FsxFileSystem { backup_retention_days, disposable },
        GlobalCluster { clusters },
        LightsailDatabase { automatic_backups, latest_restorable_at },
        MemoryDbCluster { multi_region_cluster, snapshot_retention_days },
        Plan { copies_to, selections },
        ProtectedResource { last_backup_at },
        RedshiftCluster { snapshot_retention_days, snapshots_copied_to },
        Table { disposable, point_in_time_recovery, replica_regions },
    ],
    compute: data_stores,
};

/// Minutes within which the time that a database can be put back to counts as that of working backups.
const FRESH_MINUTES: i64 = 24 * 60;

/// How AWS Backup copies a store.
const BY_AWS_BACKUP: &str = "copies of its backups by AWS Backup";

/// A store in the making. One without a kind may be none: nothing is said of it.
struct Store<'s> {
    kind: Option<&'static str>,
    named: ResourceId<'s>,
    name: Option<&'s String>,
    keeps_own_backups: Option<bool>,
    /// The copies that its own service makes.
    copies: Copies,
    /// The sign by which it can be lost.
    disposable: Option<Option<String>>,
    /// Why that can't be told.
    open: Option<&'s String>,
}

impl<'s> Store<'s> {
    /// One that is kept for good and has no copy elsewhere.
    fn new<F>(kind: &'static str, item: &'s Item<F>) -> Self {
        Self {
            kind: Some(kind),
            named: named(item),
            name: item.resource.name.as_ref(),
            keeps_own_backups: Some(false),
            copies: Ok(Vec::new()),
            disposable: Some(None),
            open: item.resource.unread.get("disposable"),
        }
    }
}

fn named<'i, F>(item: &'i Item<F>) -> ResourceId<'i> {
    ResourceId { arn: &item.resource.arn, id: &item.resource.id, tags: item.resource.tags.clone() }
}

fn data_stores(view: &View) -> Vec<Patch> {
    let protected = view.here::<ProtectedResource>();
    let protected = protected.by_arn();
    let (plans, jobs) = (view.here(), view.here());
    let backups = BackupCopies::of(view.region, &plans, &jobs);
    let make = |store: Store| made(view, store, &protected, &backups);
    let mut patches = Vec::new();
    let (databases, copies) = (view.here::<Database>(), DatabaseCopies::of(view));
    patches.extend(databases.iter().map(|item| make(of_database(item, &copies))));
    patches.extend(view.here::<LightsailDatabase>().iter().map(|item| make(of_lightsail(item, view))));
    patches.extend(view.here::<MemoryDbCluster>().iter().map(|item| make(of_memorydb(item))));
    patches.extend(view.here::<RedshiftCluster>().iter().map(|item| make(of_redshift(item))));
    patches.extend(view.here::<Domain>().iter().map(|item| make(of_domain(item))));
    patches.extend(view.here::<Table>().iter().map(|item| make(of_table(item))));
    patches.extend(view.here::<EfsFileSystem>().iter().map(|item| make(of_efs(item))));
    patches.extend(view.here::<FsxFileSystem>().iter().map(|item| make(of_fsx(item))));
    let buckets = view.everywhere::<Bucket>();
    let buckets = buckets.by(|bucket| each(bucket.facts.replicates_to.known()));
    patches.extend(view.here::<Bucket>().iter().filter_map(|item| of_bucket(item, &buckets)).map(make));
    patches
}

fn made(view: &View, store: Store, protected: &Lookup<ProtectedResource>, backups: &BackupCopies) -> Patch {
    let Some(kind) = store.kind else { return view.make(store.named, &DataStore::default()) };
    let hours = protected_hours(store.named.arn, protected, view.taken_at());
    let copied = backups.of_store(store.named.arn, hours);
    let (copies, why) = match (store.copies, copied) {
        (Ok(mut copies), Some(copied)) => {
            copies.extend(copied.then(|| BY_AWS_BACKUP.to_owned()));
            (Some(copies), None)
        }
        (Err(Some(_)), Some(true)) => (Some(vec![BY_AWS_BACKUP.to_owned()]), None),
        (Err(why), Some(false)) => (None, why),
        _ => (None, None),
    };
    let facts = DataStore {
        store_kind: kind.to_owned().into(),
        keeps_own_backups: store.keeps_own_backups.into(),
        backup_age_hours: hours.into(),
        copies_elsewhere: copies.into(),
        disposable: store.disposable.into(),
    };
    let patch = view.make(store.named, &facts).named(store.name);
    let patch = match why {
        Some(why) => patch.because(&["copies_elsewhere"], &why),
        None => patch,
    };
    match store.open {
        Some(open) => patch.because(&["disposable"], open),
        None => patch,
    }
}

fn of_database<'i>(item: &'i Item<Database>, copies: &DatabaseCopies) -> Store<'i> {
    let facts = item.facts;
    let is_cluster = facts.shape.known().map(|shape| shape == "cluster");
    let kept = facts.backup_retention_days.known().map(|days| *days > 0);
    // A cluster saves its log with each write; an instance does so every five minutes, unless that has stopped.
    let fresh = facts.restorable_minutes_ago.known().map(|ago| ago.is_some_and(|minutes| minutes <= FRESH_MINUTES));
    let kind = is_cluster.map(|is_cluster| if is_cluster { "rds.db_cluster" } else { "rds.db_instance" });
    Store {
        kind,
        keeps_own_backups: all([kept, any([is_cluster, fresh])]),
        copies: is_cluster.and_then(|is_cluster| copies.of_database(&item.resource.arn, is_cluster)).ok_or(None),
        ..Store::new("rds.db_cluster", item)
    }
}

fn of_lightsail<'i>(item: &'i Item<LightsailDatabase>, view: &View) -> Store<'i> {
    let fresh = item.facts.latest_restorable_at.known().map(|at| {
        at.as_ref()
            .and_then(|at| at.parse::<jiff::Timestamp>().ok())
            .is_some_and(|at| view.taken_at().as_second() - at.as_second() <= FRESH_MINUTES * 60)
    });
    Store {
        keeps_own_backups: all([item.facts.automatic_backups.get(), fresh]),
        ..Store::new("lightsail.database", item)
    }
}

fn of_memorydb<'i>(item: &'i Item<MemoryDbCluster>) -> Store<'i> {
    let multi_region = item.facts.multi_region_cluster.known();
    Store {
        keeps_own_backups: item.facts.snapshot_retention_days.known().map(|days| *days > 0),
        copies: multi_region
            .map(|name| name.iter().map(|name| format!("multi-Region cluster {name}")).collect())
            .ok_or(None),
        ..Store::new("memorydb.cluster", item)
    }
}

fn of_redshift<'i>(item: &'i Item<RedshiftCluster>) -> Store<'i> {
    let elsewhere = |region: &&String| **region != item.resource.region;
    let copied = item.facts.snapshots_copied_to.known();
    Store {
        keeps_own_backups: item.facts.snapshot_retention_days.known().map(|days| *days > 0),
        copies: copied
            .map(|region| region.iter().filter(elsewhere).map(|region| format!("snapshots in {region}")).collect())
            .ok_or(None),
        ..Store::new("redshift.cluster", item)
    }
}

/// OpenSearch Service takes snapshots of every domain by itself, each hour or each day, unless that is paused.
fn of_domain<'i>(item: &'i Item<Domain>) -> Store<'i> {
    let why = "snapshots that a domain takes into a bucket of its owner's, and replication to other domains, can't be read from outside";
    Store {
        keeps_own_backups: item.facts.snapshots_paused.get().map(|paused| !paused),
        copies: Err(Some(why.to_owned())),
        ..Store::new("opensearch.domain", item)
    }
}

fn of_table<'i>(item: &'i Item<Table>) -> Store<'i> {
    let replicas = item.facts.replica_regions.known();
    let replicas = replicas.map(|regions| regions.iter().filter(|region| **region != item.resource.region).count());
    Store {
        keeps_own_backups: item.facts.point_in_time_recovery.get(),
        copies: replicas
            .map(|replicas| if replicas > 0 { vec!["global table".to_owned()] } else { Vec::new() })
            .ok_or(None),
        disposable: item.facts.disposable.known().cloned(),
        ..Store::new("dynamodb.table", item)
    }
}

/// What is written or deleted by mistake goes to the replica too: a replica is a copy, and no backup.
fn of_efs<'i>(item: &'i Item<EfsFileSystem>) -> Store<'i> {
    let elsewhere = |region: &&String| **region != item.resource.region;
    let replicas = item.facts.replica_regions.known();
    Store {
        copies: replicas
            .map(|regions| regions.iter().filter(elsewhere).map(|region| format!("replica in {region}")).collect())
            .ok_or(None),
        disposable: item.facts.disposable.known().cloned(),
        ..Store::new("efs.file_system", item)
    }
}

fn of_fsx<'i>(item: &'i Item<FsxFileSystem>) -> Store<'i> {
    Store {
        keeps_own_backups: item.facts.backup_retention_days.known().map(|days| days.is_some_and(|days| days > 0)),
        disposable: item.facts.disposable.known().cloned(),
        ..Store::new("fsx.file_system", item)
    }
}

/// A bucket that keeps versions; one of which that is not known may be a store.
fn of_bucket<'i>(item: &'i Item<Bucket>, buckets: &Referrers<Bucket>) -> Option<Store<'i>> {
    let keeps_versions = item.facts.versioning.known().map(|versioning| versioning.as_deref() == Some("Enabled"));
    if keeps_versions == Some(false) {
        return None;
    }
    Some(Store {
        kind: keeps_versions.map(|_| "s3.bucket"),
        keeps_own_backups: keeps_versions,
        copies: copies_of_bucket(item, buckets),
        disposable: item.facts.disposable.known().cloned(),
        ..Store::new("s3.bucket", item)
    })
}

fn copies_of_bucket(item: &Item<Bucket>, buckets: &Referrers<Bucket>) -> Copies {
    let region = |item: &Item<Bucket>| (item.resource.region != GLOBAL).then(|| item.resource.region.clone());
    let own = region(item).ok_or(None)?;
    let by_name = buckets.list().by_id();
    let elsewhere = |bucket: &String| Some(region(by_name.get(bucket)?)? != own);
    let targets = item.facts.replicates_to.known().ok_or(None)?;
    if any(targets.iter().map(elsewhere)).ok_or(None)? {
        return Ok(vec!["replication".to_owned()]);
    }
    let sources = buckets.whole_of(&item.resource.id).ok_or(None)?;
    let is_source = |source: &&Item<Bucket>| {
        let copies_here = source.facts.replicates_to.known().map(|targets| targets.contains(&item.resource.id));
        all([copies_here, region(source).map(|other| other != own)])
    };
    if any(sources.map(|source| is_source(&source))).ok_or(None)? {
        return Ok(vec!["the bucket that it is a replica of".to_owned()]);
    }
    let parts = item.facts.replicates_parts_to.known().ok_or(None)?;
    if any(parts.iter().map(elsewhere)).ok_or(None)? {
        return Err(Some(
            "its replication rules cover some prefixes or tags, and whether these are all its objects can't be told"
                .to_owned(),
        ));
    }
    Ok(Vec::new())
}

#[cfg(test)]
mod tests;
