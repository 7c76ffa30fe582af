//! Copies in other regions that RDS and AWS Backup make.

use std::collections::BTreeMap;

use crate::engine::{Item, List, Referrers, View, any, one, only};
use waaudit_model::facts::backup::{CopyJob, Plan};
use waaudit_model::facts::rds::{AutomatedBackup, DbCluster, DbInstance, GlobalCluster};

/// How copies get to another region; or, where that can't be told, why, if something other than a gap is the reason.
pub(crate) type Copies = Result<Vec<String>, Option<String>>;

pub(crate) fn region_of(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:")?.split(':').nth(2)
}

/// The state of a copy job that ended well. AWS Backup, `CopyJob.State`.
const COMPLETED: &str = "COMPLETED";

/// What RDS says of copies of its databases.
pub(crate) struct DatabaseCopies<'a> {
    region: &'a str,
    instances: List<'a, DbInstance>,
    clusters: List<'a, DbCluster>,
    backups: List<'a, AutomatedBackup>,
    global: BTreeMap<&'a str, Vec<&'a [String]>>,
    /// Whether all global clusters and their members are known.
    global_known: bool,
}

impl<'a> DatabaseCopies<'a> {
    pub(crate) fn of(view: &View<'a>) -> Self {
        let list = view.everywhere::<GlobalCluster>();
        let mut global: BTreeMap<&str, Vec<&[String]>> = BTreeMap::new();
        for clusters in list.iter().filter_map(|one| one.facts.clusters.known()) {
            for cluster in clusters {
                global.entry(cluster).or_default().push(clusters);
            }
        }
        Self {
            region: view.region,
            instances: view.here(),
            clusters: view.here(),
            backups: view.here(),
            global_known: list.whole().is_some() && list.iter().all(|one| !one.facts.clusters.is_unread()),
            global,
        }
    }

    pub(crate) fn of_database(&self, arn: &str, is_cluster: bool) -> Option<Vec<String>> {
        if is_cluster { self.of_cluster(arn) } else { self.of_instance(arn) }
    }

    /// A cluster is copied by the other clusters of its global database, and by clusters and instances that replicate it;
    /// one that replicates another is a copy itself.
    fn of_cluster(&self, arn: &str) -> Option<Vec<String>> {
        let joined = self.global.get(arn).into_iter().flatten().copied();
        let global = self.global_known.then(|| joined.flatten().any(|one| self.is_elsewhere(one)))?;
        let by_arn = self.clusters.by_arn();
        let cluster = by_arn.get(arn)?.facts;
        let replica = cluster.replicas.known()?.iter().any(|replica| self.is_elsewhere(replica));
        let source = cluster.replica_of.known()?.as_ref().is_some_and(|source| self.is_elsewhere(source));
        let copies =
            [(global, "global cluster"), (replica, "read replica"), (source, "the cluster that it replicates")];
        Some(copies.into_iter().filter(|(is, _)| *is).map(|(_, copy)| copy.to_owned()).collect())
    }

    fn of_instance(&self, arn: &str) -> Option<Vec<String>> {
        let by_arn = self.instances.by_arn();
        let replicas = by_arn.get(arn)?.facts.replicas.known()?;
        let replica = replicas.iter().any(|replica| self.is_elsewhere(replica));
        let backups = self.backups.by_arn();
        let backup = match backups.get(arn) {
            Some(backup) => !backup.facts.copies.known()?.is_empty(),
            None => backups.has(arn)?,
        };
        let copies = [(replica, "read replica"), (backup, "automated backup")];
        Some(copies.into_iter().filter(|(is, _)| *is).map(|(_, copy)| copy.to_owned()).collect())
    }

    /// RDS names what is in the same region by its id.
    fn is_elsewhere(&self, named: &str) -> bool {
        region_of(named).is_some_and(|region| region != self.region)
    }
}

/// What AWS Backup says of copies of what it backs up.
pub(crate) struct BackupCopies<'l, 'a> {
    region: &'a str,
    jobs: Referrers<'l, 'a, CopyJob>,
    /// Whether the plans that select something copy to another region.
    by_plans: Option<bool>,
}

impl<'l, 'a> BackupCopies<'l, 'a> {
    pub(crate) fn of(region: &'a str, plans: &List<Plan>, jobs: &'l List<'a, CopyJob>) -> Self {
        let jobs = jobs.by(|job| one(job.facts.resource.known()));
        Self { region, jobs, by_plans: by_plans(plans, region) }
    }

    /// Whether backups of a store, of which the last one was made so many hours ago, get to another region. The last
    /// copy job decides; before there was one, the plans do.
    pub(crate) fn of_store(&self, arn: &str, hours: Option<Option<i64>>) -> Option<bool> {
        let of_store = only(self.jobs.whole_of(arn)?, |job| {
            let own = job.facts.resource.known()? == arn;
            Some(own && region_of(job.facts.destination.known()?).is_some_and(|other| other != self.region))
        })?;
        if !of_store.is_empty() {
            return any(of_store.into_iter().map(|job| job.facts.state.known().map(|state| state == COMPLETED)));
        }
        hours?.map_or(Some(false), |_| self.by_plans)
    }
}

/// Whether the plans that select something copy to another region. Which plan backed a store up is not told, so of
/// plans that differ no more is known than that no copy of it was made.
fn by_plans(plans: &List<Plan>, region: &str) -> Option<bool> {
    let selecting = only(plans.whole()?, |plan| Some(!plan.facts.selections.known()?.is_empty()))?;
    let copies = |plan: &&Item<Plan>| {
        let vaults = plan.facts.copies_to.known()?;
        Some(vaults.iter().any(|vault| region_of(vault).is_some_and(|other| other != region)))
    };
    let copying = only(selecting.iter(), |plan| copies(plan))?.len();
    Some(copying > 0 && copying == selecting.len())
}
