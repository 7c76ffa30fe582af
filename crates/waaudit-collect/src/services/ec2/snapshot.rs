//! Snapshots of volumes: of each volume the newest one, for an account can hold a hundred thousand old ones.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{Filter, Snapshot as SdkSnapshot};

use super::{PAGE, named};
use crate::call::Call;
use crate::kind::Kind;
use crate::transport::collector_context::{Context, timestamp};
use waaudit_model::facts;
use waaudit_model::facts::ec2::Snapshot;

const DESCRIBE_SNAPSHOTS: Call = Call::new("ec2", "DescribeSnapshots");

pub(crate) const SNAPSHOT: Kind =
    Kind::regional::<facts::ec2::Snapshot>(&[&DESCRIBE_SNAPSHOTS], |ctx| Box::pin(snapshots(ctx))).own_tags();

async fn snapshots(ctx: Context) {
    let client = aws_sdk_ec2::Client::new(ctx.config());
    let completed = Filter::builder().name("status").values("completed").build();
    let request = client.describe_snapshots().owner_ids("self").filters(completed).max_results(PAGE);
    let mut newest: BTreeMap<String, (String, SdkSnapshot)> = BTreeMap::new();
    ctx.pages(&DESCRIBE_SNAPSHOTS, request.into_paginator().send(), |page| {
        for snapshot in page.snapshots() {
            keep(&ctx, &mut newest, snapshot);
        }
    })
    .await;
    for (volume, (started_at, snapshot)) in newest {
        let id = snapshot.snapshot_id().unwrap_or_default();
        let arn = format!("arn:{}:ec2:{}::snapshot/{id}", ctx.partition, ctx.region);
        let facts = Snapshot { volume: volume.into(), started_at: started_at.into() };
        ctx.push(named(arn, id, snapshot.tags()), facts);
    }
}

fn keep(ctx: &Context, newest: &mut BTreeMap<String, (String, SdkSnapshot)>, snapshot: &SdkSnapshot) {
    let (id, volume) = (snapshot.snapshot_id(), snapshot.volume_id());
    let started_at = snapshot.start_time().and_then(timestamp);
    let (Some(_), Some(volume), Some(started_at)) = (id, volume, started_at) else {
        return ctx.unreadable(&DESCRIBE_SNAPSHOTS, None, "a snapshot without id, volume or start");
    };
    if newest.get(volume).is_none_or(|(known, _)| *known < started_at) {
        newest.insert(volume.to_owned(), (started_at, snapshot.clone()));
    }
}
