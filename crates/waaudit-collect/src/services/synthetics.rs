//! CloudWatch Synthetics: canaries. Their scripts and their variables are never read into the snapshot.

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::transport::collector_context::{Context, ResourceId};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::synthetics::Canary;

pub(crate) const SERVICE: Service = Service { kinds: &[CANARY], metrics: &[], rates: &[] };

const DESCRIBE_CANARIES: Call = Call::new("synthetics", "DescribeCanaries");

pub(crate) const CANARY: Kind =
    Kind::regional::<facts::synthetics::Canary>(&[&DESCRIBE_CANARIES], |ctx| Box::pin(canaries(ctx)));

async fn canaries(ctx: Context) {
    let client = aws_sdk_synthetics::Client::new(ctx.config());
    ctx.listed(
        &DESCRIBE_CANARIES,
        client.describe_canaries().into_paginator().send(),
        |page| page.canaries(),
        |canary| {
            let id = canary.name()?;
            let tags = canary.tags().map(|tags| tags.clone().into_iter().collect());
            let facts = Canary { state: word(canary.status().and_then(|status| status.state())).into() };
            let arn = ctx.arn("synthetics", &format!("canary:{id}"));
            Some((ResourceId { arn, id: id.to_owned(), tags, ..ResourceId::default() }, facts))
        },
    )
    .await;
}
