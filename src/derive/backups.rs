//! What is backed up, how lately, and whether a copy gets to another region.

use jiff::{Timestamp, ToSpan};

use super::view::{any, distinct, only};
use super::{Item, Join, List, Lookup, Named, Patch, View};
use crate::facts::Fact;
use crate::facts::account::Account;
use crate::facts::backup::{Plan, ProtectedResource, RestoreJob, RestoreTestingPlan};
use crate::facts::data_store::DataStore;
use crate::facts::database::Database;
use crate::facts::dynamodb::Table;
use crate::facts::ec2::{Instance, Snapshot, Volume};
use crate::facts::rds::{AutomatedBackup, DbInstance, GlobalCluster};
use crate::facts::s3::Bucket;

pub(super) const VOLUME: Join = Join {
    kind: "ec2.volume",
    facts: &["on_single_instance", "backup_age_days"],
    reads: &["ec2.instance", "autoscaling.group", "ec2.snapshot", "backup.protected_resource"],
    learn: volumes,
};
pub(super) const DATA_STORES: Join = Join {
    kind: "data_store",
    facts: &["store_kind", "keeps_own_backups", "backup_age_hours", "copies_elsewhere"],
    reads: &[
        "database",
        "rds.db_instance",
        "rds.automated_backup",
        "rds.global_cluster",
        "dynamodb.table",
        "s3.bucket",
        "backup.plan",
        "backup.protected_resource",
    ],
    learn: data_stores,
};
pub(super) const ACCOUNT_BACKUPS: Join = Join {
    kind: "account",
    facts: &["backup_plans", "data_stores", "data_stores_without_backup"],
    reads: &[
        "data_store",
        "database",
        "rds.automated_backup",
        "rds.global_cluster",
        "backup.plan",
        "backup.protected_resource",
    ],
    learn: account_backups,
};
pub(super) const RESTORES: Join = Join {
    kind: "account",
    facts: &["restores", "restores_since"],
    reads: &["backup.restore_job", "backup.restore_testing_plan"],
    learn: restores,
};

/// Days in which a restore counts as tried.
const RESTORE_DAYS: i64 = 90;
/// Hours in which AWS Backup backs up what it protects.
const BACKUP_HOURS: i64 = 24;

fn hours_since(at: &str, now: Timestamp) -> Option<i64> {
    Some(now.duration_since(at.parse().ok()?).as_hours())
}

fn volumes(view: &View) -> Vec<Patch> {
    let (instances, snapshots) = (view.here::<Instance>(), view.here::<Snapshot>());
    let protected = view.here::<ProtectedResource>();
    let (by_id, by_arn) = (instances.by_id(), protected.by_arn());
    let learned = |volume: &Item<Volume>| {
        let holders = volume.facts.instances.known();
        let single = holders.and_then(|holders| any(holders.iter().map(|id| stands_alone(id, &by_id))));
        let age = backup_hours(volume, &snapshots, &by_id, &by_arn, view.taken_at());
        let age = age.map(|hours| hours.map(|hours| hours / 24));
        Volume { on_single_instance: single.into(), backup_age_days: age.into(), ..Volume::default() }
    };
    view.here().iter().map(|volume| volume.learn(&learned(volume))).collect()
}

/// An instance that is not listed is gone, or is not there yet.
fn stands_alone(id: &str, instances: &Lookup<Instance>) -> Option<bool> {
    match instances.get(id) {
        Some(instance) => instance.facts.auto_scaling_group.known().map(Option::is_none),
        None => instances.has(id),
    }
}

/// Hours since the newest snapshot or backup of a volume; none where there is neither.
fn backup_hours(
    volume: &Item<Volume>,
    snapshots: &List<Snapshot>,
    instances: &Lookup<Instance>,
    protected: &Lookup<ProtectedResource>,
    now: Timestamp,
) -> Option<Option<i64>> {
    let own = only(snapshots.whole()?, |snapshot| Some(*snapshot.facts.volume.known()? == volume.resource.id))?;
    let own = own.into_iter().map(|snapshot| hours_since(snapshot.facts.started_at.known()?, now));
    let mut hours: Vec<i64> = own.collect::<Option<_>>()?;
    let holders = volume.facts.instances.known()?.iter().filter(|id| instances.has(id) != Some(false));
    let holders: Option<Vec<&str>> = holders.map(|id| Some(&*instances.get(id)?.resource.arn)).collect();
    for arn in holders?.into_iter().chain([&*volume.resource.arn]) {
        hours.extend(protected_hours(arn, protected, now)?);
    }
    Some(hours.into_iter().min())
}

/// Hours since AWS Backup backed a resource up; none where it never did.
pub(super) fn protected_hours(arn: &str, protected: &Lookup<ProtectedResource>, now: Timestamp) -> Option<Option<i64>> {
    match protected.get(arn) {
        Some(resource) => hours_since(resource.facts.last_backup_at.known()?.as_deref()?, now).map(Some),
        None => protected.has(arn).map(|_| None),
    }
}

/// A store on its way, and copies of it that its own service makes. One without a kind may be none: nothing is said of it.
struct Store<'s> {
    kind: Option<&'static str>,
    named: Named<'s>,
    keeps_own_backups: Option<bool>,
    copies: Option<Vec<String>>,
}

fn data_stores(view: &View) -> Vec<Patch> {
    let (databases, tables, buckets) = (view.here::<Database>(), view.here::<Table>(), view.here::<Bucket>());
    let database_copies = DatabaseCopies {
        region: view.region,
        instances: &view.here::<DbInstance>(),
        backups: &view.here::<AutomatedBackup>(),
        global: &view.everywhere::<GlobalCluster>(),
    };
    let everywhere = view.everywhere::<Bucket>();
    let by_name = everywhere.by_id();
    let databases = databases.iter().map(|item| of_database(item, &database_copies));
    let tables = tables.iter().map(of_table);
    let buckets = buckets.iter().filter_map(|item| of_bucket(item, &by_name));
    let protected = view.here::<ProtectedResource>();
    let protected = protected.by_arn();
    let plans = view.here::<Plan>();
    let stores = databases.chain(tables).chain(buckets);
    stores
        .map(|store| {
            let Some(kind) = store.kind else { return view.make(store.named, &DataStore::default()) };
            let hours = protected_hours(store.named.arn, &protected, view.taken_at());
            let copied = hours.and_then(|hours| hours.map_or(Some(false), |_| copied_by_plans(&plans, view.region)));
            let copies = store.copies.zip(copied).map(|(mut copies, copied)| {
                copies.extend(copied.then(|| "copy action of a backup plan".to_owned()));
                copies
            });
            let facts = DataStore {
                store_kind: kind.to_owned().into(),
                keeps_own_backups: store.keeps_own_backups.into(),
                backup_age_hours: hours.into(),
                copies_elsewhere: copies.into(),
            };
            view.make(store.named, &facts)
        })
        .collect()
}

/// Whether the plans that select something copy to another region. Which plan backed a resource up is not told, so
/// plans that differ in this leave it open.
fn copied_by_plans(plans: &List<Plan>, region: &str) -> Option<bool> {
    let selecting = only(plans.whole()?, |plan| Some(!plan.facts.selections.known()?.is_empty()))?;
    let copies = |plan: &&Item<Plan>| {
        let vaults = plan.facts.copies_to.known()?;
        Some(vaults.iter().any(|vault| region_of(vault).is_some_and(|other| other != region)))
    };
    let copying = only(selecting.iter(), |plan| copies(plan))?.len();
    match copying {
        0 => Some(false),
        all if all == selecting.len() => Some(true),
        _ => None,
    }
}

fn region_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(3)
}

struct DatabaseCopies<'v, 'a> {
    region: &'v str,
    instances: &'v List<'a, DbInstance>,
    backups: &'v List<'a, AutomatedBackup>,
    global: &'v List<'a, GlobalCluster>,
}

fn of_database<'i>(item: &'i Item<Database>, copies: &DatabaseCopies) -> Store<'i> {
    let is_cluster = item.facts.shape.known().map(|shape| shape == "cluster");
    Store {
        kind: is_cluster.map(|is_cluster| if is_cluster { "rds.db_cluster" } else { "rds.db_instance" }),
        named: named(item),
        keeps_own_backups: item.facts.backup_retention_days.known().map(|days| *days > 0),
        copies: is_cluster.and_then(|is_cluster| {
            let arn = &item.resource.arn;
            if is_cluster { copies.of_cluster(arn) } else { copies.of_instance(arn) }
        }),
    }
}

impl DatabaseCopies<'_, '_> {
    fn of_cluster(&self, arn: &str) -> Option<Vec<String>> {
        let elsewhere = |global: &&Item<GlobalCluster>| {
            let clusters = global.facts.clusters.known()?;
            let joins = clusters.iter().any(|cluster| cluster == arn);
            Some(joins && clusters.iter().any(|cluster| region_of(cluster) != Some(self.region)))
        };
        let joined = only(self.global.whole()?, |global| elsewhere(global))?;
        Some(joined.into_iter().take(1).map(|_| "global cluster".to_owned()).collect())
    }

    fn of_instance(&self, arn: &str) -> Option<Vec<String>> {
        let by_arn = self.instances.by_arn();
        let replicas = by_arn.get(arn)?.facts.replicas.known()?;
        let abroad =
            replicas.iter().any(|replica| replica.starts_with("arn:") && region_of(replica) != Some(self.region));
        let backups = self.backups.by_arn();
        let copied = match backups.get(arn) {
            Some(backup) => !backup.facts.copies.known()?.is_empty(),
            None => backups.has(arn)?,
        };
        let replica = abroad.then(|| "read replica".to_owned());
        Some(replica.into_iter().chain(copied.then(|| "automated backup".to_owned())).collect())
    }
}

fn of_table<'i>(item: &'i Item<Table>) -> Store<'i> {
    let replicas = item.facts.replica_regions.known();
    let replicas = replicas.map(|regions| regions.iter().filter(|region| **region != item.resource.region).count());
    Store {
        kind: Some("dynamodb.table"),
        named: named(item),
        keeps_own_backups: item.facts.point_in_time_recovery.get(),
        copies: replicas.map(|replicas| if replicas > 0 { vec!["global table".to_owned()] } else { Vec::new() }),
    }
}

/// A bucket that keeps versions; one of which that is not known may be a store.
fn of_bucket<'i>(item: &'i Item<Bucket>, buckets: &Lookup<Bucket>) -> Option<Store<'i>> {
    let keeps_versions = item.facts.versioning.known().map(|versioning| versioning.as_deref() == Some("Enabled"));
    if keeps_versions == Some(false) {
        return None;
    }
    let own = (item.resource.region != crate::snapshot::GLOBAL).then_some(&*item.resource.region);
    let elsewhere = |target: &String| {
        let target = buckets.get(target)?;
        let known = target.resource.region != crate::snapshot::GLOBAL;
        Some(known.then_some(&*target.resource.region)? != own?)
    };
    let targets = item.facts.replicates_to.known();
    let copied = targets.and_then(|targets| any(targets.iter().map(elsewhere)));
    Some(Store {
        kind: keeps_versions.map(|_| "s3.bucket"),
        named: named(item),
        keeps_own_backups: keeps_versions,
        copies: copied.map(|copied| copied.then(|| "replication".to_owned()).into_iter().collect()),
    })
}

fn named<'i, F>(item: &'i Item<F>) -> Named<'i> {
    Named { arn: &item.resource.arn, id: &item.resource.id, tags: item.resource.tags.clone() }
}

fn account_backups(view: &View) -> Vec<Patch> {
    let (stores, plans) = (view.everywhere::<DataStore>(), view.everywhere::<Plan>());
    let selecting = plans.whole().and_then(|all| only(all, |plan| Some(!plan.facts.selections.known()?.is_empty())));
    let plans = selecting.map(|plans| distinct(plans.into_iter().map(|plan| plan.resource.arn.clone())));
    let bare = |store: &DataStore| {
        let recent = store.backup_age_hours.known().map(|hours| hours.is_some_and(|hours| hours <= BACKUP_HOURS));
        any([store.keeps_own_backups.get(), recent]).map(|backed_up| !backed_up)
    };
    // A bucket of which nothing is known may be no store at all.
    let sure = stores.whole().filter(|all| all.iter().all(|store| store.facts.keeps_own_backups.get().is_some()));
    let without = sure.and_then(|all| only(all, |store| bare(&store.facts)));
    let facts = Account {
        backup_plans: plans.into(),
        data_stores: sure.and_then(|all| i64::try_from(all.len()).ok()).into(),
        data_stores_without_backup: without
            .map(|stores| distinct(stores.into_iter().map(|store| store.resource.arn.clone())))
            .into(),
        ..Account::default()
    };
    view.here::<Account>().iter().map(|account| account.learn(&facts)).collect()
}

fn restores(view: &View) -> Vec<Patch> {
    let since = view.taken_at().checked_sub((RESTORE_DAYS * 24).hours()).ok();
    let late = |at: Option<&str>| Some(at?.parse::<Timestamp>().ok()? >= since?);
    let (jobs, plans) = (view.everywhere::<RestoreJob>(), view.everywhere::<RestoreTestingPlan>());
    let jobs = jobs.whole().and_then(|all| only(all, |job| late(Some(job.facts.created_at.known()?))));
    let runs = plans.whole().and_then(|all| {
        only(all, |plan| match plan.facts.last_run_at.known()? {
            None => Some(false),
            at => late(at.as_deref()),
        })
    });
    let arns = jobs.zip(runs).map(|(jobs, runs)| {
        let jobs = jobs.into_iter().map(|job| job.resource.arn.clone());
        distinct(jobs.chain(runs.into_iter().map(|plan| plan.resource.arn.clone())))
    });
    let day = since.map(|since| jiff::tz::Offset::UTC.to_datetime(since).date().to_string());
    let facts = Account { restores: arns.into(), restores_since: Fact::from(day), ..Account::default() };
    view.here::<Account>().iter().map(|account| account.learn(&facts)).collect()
}

#[cfg(test)]
#[path = "backups_tests.rs"]
mod tests;
