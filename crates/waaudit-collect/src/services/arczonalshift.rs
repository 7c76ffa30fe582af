//! ARC zonal shift: resources that ARC can shift traffic away from, and how their practice runs ended.
//!
//! One list of resources and one of shifts for a region, and a call for each resource's practice run configuration. A
//! resource lists the shifts that are in force; those that are over are in the list of the region.

use std::collections::BTreeMap;

use aws_sdk_arczonalshift::Client;
use aws_sdk_arczonalshift::operation::get_managed_resource::GetManagedResourceOutput;
use aws_sdk_arczonalshift::types::{
    AppliedStatus, AutoshiftAppliedStatus, ManagedResourceSummary, ShiftType, ZonalAutoshiftStatus,
};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId, timestamp};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::arczonalshift::{ManagedResource, PracticeRun, Shift};

pub(crate) const SERVICE: Service = Service { kinds: &[RESOURCE], metrics: &[], rates: &[] };

const LIST_RESOURCES: Call = Call::new("arc-zonal-shift", "ListManagedResources");
const LIST_SHIFTS: Call = Call::new("arc-zonal-shift", "ListZonalShifts");
const GET_RESOURCE: Call = Call::new("arc-zonal-shift", "GetManagedResource");

pub(crate) const RESOURCE: Kind =
    Kind::regional::<facts::arczonalshift::ManagedResource>(&[&LIST_RESOURCES, &LIST_SHIFTS, &GET_RESOURCE], |ctx| {
        Box::pin(resources(ctx))
    })
    .tags_of_any_service();

/// The last practice run of each resource, by its ARN.
type Runs = BTreeMap<String, PracticeRun>;

async fn resources(ctx: Context) {
    let client = Client::new(ctx.config());
    let mut found = Vec::new();
    let pages = client.list_managed_resources().into_paginator().send();
    ctx.pages(&LIST_RESOURCES, pages, |page| found.extend(page.items)).await;
    if found.is_empty() {
        return;
    }
    let runs = runs(&ctx, &client).await;
    run_bounded(found.iter().map(|resource| push(&ctx, &client, resource, runs.as_ref()))).await;
}

/// Nothing where the list could not be read to its end. Its gap is about no single resource, so each one has it.
async fn runs(ctx: &Context, client: &Client) -> Option<Runs> {
    let mut runs = Runs::new();
    let arn = ctx.arn("arc-zonal-shift", "shifts");
    let pages = ctx.detail_pages(&LIST_SHIFTS, &arn, client.list_zonal_shifts().into_paginator().send()).await?;
    for shift in pages.iter().flat_map(|page| page.items()) {
        if shift.shift_type() == Some(&ShiftType::PracticeRun) {
            keep(&mut runs, &shift.resource_identifier, &shift.start_time, word(shift.practice_run_outcome()));
        }
    }
    Some(runs)
}

/// Keeps the later one. RFC 3339 of one form and time zone sorts by time.
fn keep(runs: &mut Runs, resource: &str, started: &aws_smithy_types::DateTime, outcome: Option<String>) {
    let (Some(started_at), Some(outcome)) = (timestamp(started), outcome) else { return };
    let later = runs.get(resource).is_none_or(|known| known.started_at < started_at);
    if later {
        runs.insert(resource.to_owned(), PracticeRun { started_at, outcome });
    }
}

async fn push(ctx: &Context, client: &Client, resource: &ManagedResourceSummary, runs: Option<&Runs>) {
    let Some(arn) = ctx.entry(&LIST_RESOURCES, resource.arn()) else { return };
    let request = client.get_managed_resource().resource_identifier(arn).send();
    let answer = ctx.detail(&GET_RESOURCE, arn, request).await;
    let configuration = answer.as_ref().map(|answer| answer.practice_run_configuration());
    let facts = ManagedResource {
        zones: resource.availability_zones.clone().into(),
        autoshift: (resource.zonal_autoshift_status() == Some(&ZonalAutoshiftStatus::Enabled)).into(),
        shifts: shifts(resource).into(),
        outcome_alarms: configuration
            .map(|found| {
                found.map(|found| found.outcome_alarms.iter().map(|alarm| alarm.alarm_identifier.clone()).collect())
            })
            .into(),
        last_practice_run: last_run(arn, runs, answer.as_ref()),
        practice_run_age_days: Fact::Unread,
    };
    let id = resource.name().unwrap_or(arn).to_owned();
    ctx.push(ResourceId { arn: arn.to_owned(), id, ..ResourceId::default() }, facts);
}

fn shifts(resource: &ManagedResourceSummary) -> Option<Vec<Shift>> {
    let by_hand = resource.zonal_shifts().iter().map(|shift| {
        Some(Shift {
            away_from: shift.away_from.clone(),
            shift_type: word(shift.shift_type()).unwrap_or_else(|| "ZONAL_SHIFT".to_owned()),
            applied: shift.applied_status == AppliedStatus::Applied,
            started_at: timestamp(&shift.start_time)?,
        })
    });
    let by_aws = resource.autoshifts().iter().map(|shift| {
        Some(Shift {
            away_from: shift.away_from.clone(),
            shift_type: "ZONAL_AUTOSHIFT".to_owned(),
            applied: shift.applied_status == AutoshiftAppliedStatus::Applied,
            started_at: timestamp(&shift.start_time)?,
        })
    });
    by_hand.chain(by_aws).collect()
}

/// Of the region's list and of the resource's own; nothing where one of them was not read.
fn last_run(arn: &str, runs: Option<&Runs>, answer: Option<&GetManagedResourceOutput>) -> Fact<Option<PracticeRun>> {
    let (Some(runs), Some(answer)) = (runs, answer) else { return Fact::Unread };
    let mut own: Runs = runs.get(arn).map(|run| (arn.to_owned(), run.clone())).into_iter().collect();
    for shift in answer.zonal_shifts() {
        if shift.shift_type() == Some(&ShiftType::PracticeRun) {
            keep(&mut own, arn, &shift.start_time, word(shift.practice_run_outcome()));
        }
    }
    Fact::Known(own.remove(arn))
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::DateTime;

    use super::*;

    #[test]
    fn the_last_practice_run_counts() {
        let mut runs = Runs::new();
        keep(&mut runs, "lb", &DateTime::from_secs(2_000_000), Some("SUCCEEDED".to_owned()));
        keep(&mut runs, "lb", &DateTime::from_secs(1_000_000), Some("FAILED".to_owned()));
        keep(&mut runs, "lb", &DateTime::from_secs(3_000_000), None);
        assert_eq!(runs["lb"].outcome, "SUCCEEDED");
        assert_eq!(last_run("lb", None, None), Fact::Unread);
    }
}
