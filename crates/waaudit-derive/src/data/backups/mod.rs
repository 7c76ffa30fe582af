//! How lately volumes and data stores were backed up, and whether a restore was tried.

use jiff::{Timestamp, ToSpan};

use crate::engine::{Derivation, Item, Lookup, Patch, Referrers, View, all, any, distinct, one, only, reads};
use waaudit_model::facts::Fact;
use waaudit_model::facts::backup::{Plan, ProtectedResource, RestoreJob, RestoreTestingPlan};
use waaudit_model::facts::derived::account::Account;
use waaudit_model::facts::derived::data_store::DataStore;
use waaudit_model::facts::ec2::{Instance, Snapshot, Volume};

pub(crate) const VOLUME: Derivation = Derivation {
    kind: "ec2.volume",
    facts: &["on_single_instance", "backup_age_days"],
    reads: reads![
        Instance { auto_scaling_group },
        ProtectedResource { last_backup_at },
        Snapshot { started_at, volume },
        Volume { instances },
    ],
    compute: volumes,
};
pub(crate) const ACCOUNT_BACKUPS: Derivation = Derivation {
    kind: "account",
    facts: &["backup_plans", "data_stores", "data_stores_without_backup", "all_data_stores_backed_up"],
    reads: reads![
        Account {},
        DataStore { backup_age_hours, disposable, keeps_own_backups, store_kind },
        Plan { selections },
    ],
    compute: account_backups,
};
pub(crate) const RESTORES: Derivation = Derivation {
    kind: "account",
    facts: &["restores", "restores_since"],
    reads: reads![
        Account {},
        RestoreJob { created_at, status, testing_plan, validation },
        RestoreTestingPlan { last_run_at },
    ],
    compute: restores,
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
    let snapshots = snapshots.by(|snapshot| one(snapshot.facts.volume.known()));
    let learned = |volume: &Item<Volume>| {
        let holders = volume.facts.instances.known();
        let single = holders.and_then(|holders| any(holders.iter().map(|id| stands_alone(id, &by_id))));
        let age = backup_hours(volume, &snapshots, &by_id, &by_arn, view.taken_at());
        let age = age.map(|hours| hours.map(|hours| hours / 24));
        Volume { on_single_instance: single.into(), backup_age_days: age.into(), ..Volume::default() }
    };
    view.here().iter().map(|volume| volume.patch(&learned(volume))).collect()
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
    snapshots: &Referrers<Snapshot>,
    instances: &Lookup<Instance>,
    protected: &Lookup<ProtectedResource>,
    now: Timestamp,
) -> Option<Option<i64>> {
    let own = only(snapshots.whole_of(&volume.resource.id)?, |snapshot| {
        Some(*snapshot.facts.volume.known()? == volume.resource.id)
    })?;
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
pub(crate) fn protected_hours(arn: &str, protected: &Lookup<ProtectedResource>, now: Timestamp) -> Option<Option<i64>> {
    match protected.get(arn) {
        Some(resource) => hours_since(resource.facts.last_backup_at.known()?.as_deref()?, now).map(Some),
        None => protected.has(arn).map(|_| None),
    }
}

fn account_backups(view: &View) -> Vec<Patch> {
    let (stores, plans) = (view.everywhere::<DataStore>(), view.everywhere::<Plan>());
    let selecting = plans.whole().and_then(|all| only(all, |plan| Some(!plan.facts.selections.known()?.is_empty())));
    let plans = selecting.map(|plans| distinct(plans.into_iter().map(|plan| plan.resource.arn.clone())));
    // A bucket of which nothing is known may be no store at all.
    let sure = stores.whole().filter(|all| all.iter().all(|store| store.facts.store_kind.known().is_some()));
    let without = sure.and_then(|all| only(all, |store| lacks_backup(store.facts)));
    let cut = stores.whole().is_none().then_some(None);
    let lacking = any(stores.iter().map(|store| lacks_backup(store.facts)).chain(cut));
    let facts = Account {
        backup_plans: plans.into(),
        data_stores: sure.and_then(|all| i64::try_from(all.len()).ok()).into(),
        data_stores_without_backup: without
            .map(|stores| distinct(stores.into_iter().map(|store| store.resource.arn.clone())))
            .into(),
        all_data_stores_backed_up: lacking.map(|some| !some).into(),
        ..Account::default()
    };
    view.here::<Account>().iter().map(|account| account.patch(&facts)).collect()
}

/// Whether a store that can't be lost has no backup that still goes on.
fn lacks_backup(store: &DataStore) -> Option<bool> {
    let recent = store.backup_age_hours.known().map(|hours| hours.is_some_and(|hours| hours <= BACKUP_HOURS));
    let backed_up = any([store.keeps_own_backups.get(), recent]);
    all([backed_up.map(|backed_up| !backed_up), store.disposable.known().map(Option::is_none)])
}

fn restores(view: &View) -> Vec<Patch> {
    let since = view.taken_at().checked_sub((RESTORE_DAYS * 24).hours()).ok();
    let late = |at: Option<&str>| Some(at?.parse::<Timestamp>().ok()? >= since?);
    let (jobs, plans) = (view.everywhere::<RestoreJob>(), view.everywhere::<RestoreTestingPlan>());
    let recent = jobs.whole().and_then(|all| only(all, |job| late(Some(job.facts.created_at.known()?))));
    let done = recent.as_ref().and_then(|recent| only(recent.iter(), |job| succeeded(job.facts)));
    let ran = |plan: &&Item<RestoreTestingPlan>| match plan.facts.last_run_at.known()? {
        None => Some(false),
        at => late(at.as_deref()),
    };
    let runs = plans.whole().and_then(|listed| {
        let recent = recent.as_ref()?;
        only(listed, |plan| all([ran(plan), only_failed(&plan.resource.arn, recent).map(|failed| !failed)]))
    });
    let arns = done.zip(runs).map(|(jobs, runs)| {
        let jobs = jobs.into_iter().map(|job| job.resource.arn.clone());
        distinct(jobs.chain(runs.into_iter().map(|plan| plan.resource.arn.clone())))
    });
    let day = since.map(|since| jiff::tz::Offset::UTC.to_datetime(since).date().to_string());
    let facts = Account { restores: arns.into(), restores_since: Fact::from(day), ..Account::default() };
    view.here::<Account>().iter().map(|account| account.patch(&facts)).collect()
}

/// Whether a restore was completed, and not found wanting where it was validated.
fn succeeded(job: &RestoreJob) -> Option<bool> {
    let validated = job.validation.known().map(|said| !matches!(said.as_deref(), Some("FAILED" | "TIMED_OUT")));
    all([job.status.known().map(|status| status == "COMPLETED"), validated])
}

/// Whether a restore testing plan started restores of late, and none of them succeeded.
fn only_failed(plan: &str, recent: &[&Item<RestoreJob>]) -> Option<bool> {
    let own = only(recent, |job| Some(job.facts.testing_plan.known()?.as_deref() == Some(plan)))?;
    let some = Some(!own.is_empty());
    all([some, any(own.iter().map(|job| succeeded(job.facts))).map(|any| !any)])
}

#[cfg(test)]
mod tests;
