//! AWS Backup: plans, what they protect, copies of the last 31 days and restores of the last 90.

use std::collections::BTreeMap;

use aws_sdk_backup::Client;
use aws_sdk_backup::types::{
    BackupPlansListMember, CopyJob as SdkCopyJob, CopyJobState, ProtectedResource as SdkResource, RestoreJobsListMember,
};
use aws_smithy_types::DateTime;

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId, timestamp};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::backup::{CopyJob, Plan, ProtectedResource, RestoreJob, RestoreTestingPlan};

pub(crate) const SERVICE: Service = Service {
    kinds: &[COPY_JOB, PLAN, PROTECTED_RESOURCE, RESTORE_JOB, RESTORE_TESTING_PLAN],
    metrics: &[],
    rates: &[],
};

const LIST_PLANS: Call = Call::new("backup", "ListBackupPlans");
const GET_PLAN: Call = Call::new("backup", "GetBackupPlan");
const LIST_SELECTIONS: Call = Call::new("backup", "ListBackupSelections");
const LIST_RESOURCES: Call = Call::new("backup", "ListProtectedResources");
const LIST_TESTING_PLANS: Call = Call::new("backup", "ListRestoreTestingPlans");
const LIST_RESTORES: Call = Call::new("backup", "ListRestoreJobs");
const LIST_COPIES: Call = Call::new("backup", "ListCopyJobs");

pub(crate) const PLAN: Kind =
    Kind::regional::<facts::backup::Plan>(&[&LIST_PLANS, &GET_PLAN, &LIST_SELECTIONS], |ctx| Box::pin(plans(ctx)));
pub(crate) const COPY_JOB: Kind =
    Kind::regional::<facts::backup::CopyJob>(&[&LIST_COPIES], |ctx| Box::pin(copy_jobs(ctx))).untagged();
pub(crate) const PROTECTED_RESOURCE: Kind =
    Kind::regional::<facts::backup::ProtectedResource>(&[&LIST_RESOURCES], |ctx| Box::pin(resources(ctx)))
        .tags_of_any_service();
pub(crate) const RESTORE_JOB: Kind =
    Kind::regional::<facts::backup::RestoreJob>(&[&LIST_RESTORES], |ctx| Box::pin(restores(ctx))).untagged();
pub(crate) const RESTORE_TESTING_PLAN: Kind =
    Kind::regional::<facts::backup::RestoreTestingPlan>(&[&LIST_TESTING_PLANS], |ctx| Box::pin(testing_plans(ctx)));

/// Seconds of a day.
const DAY: i64 = 86_400;
/// Days in which restores are looked for.
const RESTORE_DAYS: i64 = 90;
/// Days in which copies are looked for: a plan may copy once a month.
const COPY_DAYS: i64 = 31;

async fn plans(ctx: Context) {
    let client = Client::new(ctx.config());
    let mut plans = Vec::new();
    ctx.pages(&LIST_PLANS, client.list_backup_plans().into_paginator().send(), |page| {
        plans.extend_from_slice(page.backup_plans_list());
    })
    .await;
    run_bounded(plans.iter().map(|listed| plan(&ctx, &client, listed))).await;
}

async fn plan(ctx: &Context, client: &Client, listed: &BackupPlansListMember) {
    let (Some(arn), Some(id)) = (listed.backup_plan_arn(), listed.backup_plan_id()) else {
        return ctx.unreadable(&LIST_PLANS, None, "a plan without id or ARN");
    };
    let (copies_to, selections) = futures::join!(copies(ctx, client, arn, id), selections(ctx, client, arn, id));
    let name = ResourceId {
        arn: arn.to_owned(),
        id: id.to_owned(),
        name: listed.backup_plan_name.clone(),
        ..ResourceId::default()
    };
    ctx.push(name, Plan { selections: selections.into(), copies_to });
}

async fn copies(ctx: &Context, client: &Client, arn: &str, id: &str) -> Fact<Vec<String>> {
    let Some(answer) = ctx.detail(&GET_PLAN, arn, client.get_backup_plan().backup_plan_id(id).send()).await else {
        return Fact::Unread;
    };
    let vaults = answer.backup_plan().map(|plan| {
        let copies = plan.rules().iter().flat_map(|rule| rule.copy_actions());
        copies.map(|copy| copy.destination_backup_vault_arn.clone()).collect()
    });
    ctx.whole(&GET_PLAN, arn, "copies_to", vaults)
}

async fn selections(ctx: &Context, client: &Client, arn: &str, id: &str) -> Option<Vec<String>> {
    let pages = client.list_backup_selections().backup_plan_id(id).into_paginator().send();
    let pages = ctx.detail_pages(&LIST_SELECTIONS, arn, pages).await?;
    let listed = pages.iter().flat_map(|page| page.backup_selections_list());
    Some(listed.filter_map(|selection| selection.selection_name.clone()).collect())
}

async fn resources(ctx: Context) {
    let client = Client::new(ctx.config());
    ctx.listed(
        &LIST_RESOURCES,
        client.list_protected_resources().into_paginator().send(),
        |page| page.results(),
        |resource| {
            let arn = resource.resource_arn()?;
            // The resource has an ARN of its own, which it keeps as a backed-up one.
            let name = ResourceId { arn: arn.to_owned(), id: arn.to_owned(), ..ResourceId::default() };
            Some((name, resource_facts(resource)))
        },
    )
    .await;
}

fn resource_facts(resource: &SdkResource) -> ProtectedResource {
    ProtectedResource {
        resource_type: resource.resource_type.clone().into(),
        last_backup_at: resource.last_backup_time().and_then(timestamp).into(),
    }
}

async fn testing_plans(ctx: Context) {
    let client = Client::new(ctx.config());
    ctx.pages(&LIST_TESTING_PLANS, client.list_restore_testing_plans().into_paginator().send(), |page| {
        for plan in page.restore_testing_plans() {
            let (arn, id) = (plan.restore_testing_plan_arn.clone(), plan.restore_testing_plan_name.clone());
            let facts = RestoreTestingPlan { last_run_at: plan.last_execution_time().and_then(timestamp).into() };
            ctx.push(ResourceId { arn, id, ..ResourceId::default() }, facts);
        }
    })
    .await;
}

async fn restores(ctx: Context) {
    let client = Client::new(ctx.config());
    let request = client.list_restore_jobs().by_created_after(days_before(&ctx, RESTORE_DAYS));
    ctx.listed(
        &LIST_RESTORES,
        request.into_paginator().send(),
        |page| page.restore_jobs(),
        |job| {
            let id = job.restore_job_id()?;
            let arn = ctx.arn("backup", &format!("restore-job:{id}"));
            Some((ResourceId { arn, id: id.to_owned(), ..ResourceId::default() }, restore_facts(job)))
        },
    )
    .await;
}

fn restore_facts(job: &RestoreJobsListMember) -> RestoreJob {
    RestoreJob {
        status: word(job.status()).into(),
        validation: word(job.validation_status()).into(),
        testing_plan: job.created_by().and_then(|creator| creator.restore_testing_plan_arn.clone()).into(),
        resource_type: job.resource_type.clone().into(),
        created_at: job.creation_date().and_then(timestamp).into(),
    }
}

/// So many days before the scan.
fn days_before(ctx: &Context, days: i64) -> DateTime {
    DateTime::from_secs(ctx.taken_at().as_second() - days * DAY)
}

async fn copy_jobs(ctx: Context) {
    let client = Client::new(ctx.config());
    let request = client.list_copy_jobs().by_created_after(days_before(&ctx, COPY_DAYS));
    let mut newest = BTreeMap::new();
    ctx.pages(&LIST_COPIES, request.into_paginator().send(), |page| {
        page.copy_jobs().iter().for_each(|job| keep_newest(&mut newest, job));
    })
    .await;
    for ((resource, destination), (created_at, state)) in newest {
        let arn = ctx.arn("backup", &format!("copy-job:{resource}:{destination}"));
        let name = ResourceId { id: arn.clone(), arn, ..ResourceId::default() };
        let facts = CopyJob {
            resource: resource.into(),
            destination: destination.into(),
            state: state.into(),
            created_at: created_at.into(),
        };
        ctx.push(name, facts);
    }
}

/// Keeps the last job of each resource and vault that ended, by its start.
fn keep_newest(newest: &mut BTreeMap<(String, String), (String, String)>, job: &SdkCopyJob) {
    let ended = [CopyJobState::Completed, CopyJobState::Failed, CopyJobState::Partial];
    let state = job.state().filter(|state| ended.contains(state));
    let places = job.resource_arn.clone().zip(job.destination_backup_vault_arn.clone());
    let (Some(state), Some(places)) = (state, places) else { return };
    let Some(created_at) = job.creation_date().and_then(timestamp) else { return };
    let entry = (created_at, state.as_str().to_owned());
    if newest.get(&places).is_none_or(|known| known.0 < entry.0) {
        newest.insert(places, entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_copy_that_ended_is_kept_for_each_vault() {
        let job = |state: CopyJobState, at: i64| {
            let job = SdkCopyJob::builder().resource_arn("arn:orders").destination_backup_vault_arn("arn:vault");
            job.state(state).creation_date(DateTime::from_secs(at)).build()
        };
        let mut newest = BTreeMap::new();
        for one in [job(CopyJobState::Failed, 20), job(CopyJobState::Completed, 10), job(CopyJobState::Running, 30)] {
            keep_newest(&mut newest, &one);
        }
        let states: Vec<&str> = newest.values().map(|(_, state)| state.as_str()).collect();
        assert_eq!(states, ["FAILED"]);
    }
}
