//! CloudWatch Synthetics: canaries. Their scripts and their variables are never read into the snapshot.

use super::Kind;
use super::answer::word;
use super::aws::{Call, Context, Named};
use crate::facts::synthetics::Canary;

const DESCRIBE_CANARIES: Call = Call::new("synthetics", "DescribeCanaries");

pub(super) const CANARY: Kind =
    Kind::regional("synthetics.canary", &[&DESCRIBE_CANARIES], |ctx| Box::pin(canaries(ctx)));

async fn canaries(ctx: Context) {
    let client = aws_sdk_synthetics::Client::new(ctx.config());
    ctx.pages(&DESCRIBE_CANARIES, client.describe_canaries().into_paginator().send(), |page| {
        for canary in page.canaries() {
            let Some(id) = ctx.entry(&DESCRIBE_CANARIES, canary.name()) else { continue };
            let tags = canary.tags().map(|tags| tags.clone().into_iter().collect());
            let facts = Canary { state: word(canary.status().and_then(|status| status.state())).into() };
            let arn = ctx.arn("synthetics", &format!("canary:{id}"));
            ctx.push(Named { arn, id: id.to_owned(), tags, ..Named::default() }, facts);
        }
    })
    .await;
}
