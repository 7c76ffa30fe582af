//! AWS Global Accelerator, whose API answers in us-west-2 only.

use aws_sdk_globalaccelerator::Client;
use aws_sdk_globalaccelerator::config::{Builder, Region};
use aws_sdk_globalaccelerator::types::{Accelerator as SdkAccelerator, EndpointGroup as SdkGroup};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::rate_limit::Rate;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::globalaccelerator::{Accelerator, EndpointGroup};

pub(crate) const SERVICE: Service = Service {
    kinds: &[ACCELERATOR],
    metrics: &[],
    rates: &[
        // No published rates, and one list each; both answer in one region for all of them.
        Rate::shared("globalaccelerator", Rate::ALL, 5.0, 5).of_all_regions(),
    ],
};

const LIST_ACCELERATORS: Call = Call::new("globalaccelerator", "ListAccelerators");
const LIST_LISTENERS: Call = Call::new("globalaccelerator", "ListListeners");
const LIST_GROUPS: Call = Call::new("globalaccelerator", "ListEndpointGroups");

/// Where its API answers.
const HOME: &str = "us-west-2";

pub(crate) const ACCELERATOR: Kind = Kind::global::<facts::globalaccelerator::Accelerator>(
    &[&LIST_ACCELERATORS, &LIST_LISTENERS, &LIST_GROUPS],
    |ctx| Box::pin(accelerators(ctx)),
);

async fn accelerators(ctx: Context) {
    let client = Client::from_conf(Builder::from(ctx.config()).region(Region::from_static(HOME)).build());
    let mut found = Vec::new();
    ctx.pages(&LIST_ACCELERATORS, client.list_accelerators().into_paginator().send(), |page| {
        found.extend_from_slice(page.accelerators());
    })
    .await;
    run_bounded(found.iter().map(|found| accelerator(&ctx, &client, found))).await;
}

async fn accelerator(ctx: &Context, client: &Client, accelerator: &SdkAccelerator) {
    let Some(arn) = ctx.entry(&LIST_ACCELERATORS, accelerator.accelerator_arn()) else { return };
    let names = [accelerator.dns_name(), accelerator.dual_stack_dns_name()];
    let facts = Accelerator {
        enabled: accelerator.enabled.into(),
        dns_names: names.into_iter().flatten().map(str::to_lowercase).collect::<Vec<_>>().into(),
        endpoint_groups: endpoint_groups(ctx, client, arn).await.into(),
    };
    let id = accelerator.name().unwrap_or(arn).to_owned();
    ctx.push(ResourceId { arn: arn.to_owned(), id, ..ResourceId::default() }, facts);
}

/// The endpoint groups of all listeners; nothing where one of them could not be read.
async fn endpoint_groups(ctx: &Context, client: &Client, arn: &str) -> Option<Vec<EndpointGroup>> {
    let listeners = client.list_listeners().accelerator_arn(arn).into_paginator().send();
    let pages = ctx.detail_pages(&LIST_LISTENERS, arn, listeners).await?;
    let mut groups = Vec::new();
    for listener in pages.iter().flat_map(|page| page.listeners()) {
        let own = client.list_endpoint_groups().listener_arn(listener.listener_arn()?).into_paginator().send();
        for page in ctx.detail_pages(&LIST_GROUPS, arn, own).await? {
            groups.extend(page.endpoint_groups().iter().map(endpoint_group).collect::<Option<Vec<_>>>()?);
        }
    }
    Some(groups)
}

fn endpoint_group(group: &SdkGroup) -> Option<EndpointGroup> {
    let used = group.endpoint_descriptions().iter().filter(|endpoint| endpoint.weight != Some(0));
    let endpoints = used.map(|endpoint| endpoint.endpoint_id.clone());
    Some(EndpointGroup {
        region: group.endpoint_group_region.clone()?,
        traffic_percent: group.traffic_dial_percentage.map(f64::from),
        endpoints: endpoints.collect::<Option<Vec<_>>>()?,
    })
}
