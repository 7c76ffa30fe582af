//! RDS Proxies and what they lead to.

use aws_sdk_rds::Client;
use aws_sdk_rds::types::{DbProxy as SdkProxy, DbProxyTarget};

use super::{DESCRIBE_PROXIES, DESCRIBE_PROXY_TARGETS};
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use crate::transport::decode::word;
use waaudit_model::facts::rds::{DbProxy, ProxyTarget};

pub(super) async fn collect(ctx: Context) {
    let client = Client::new(ctx.config());
    let mut proxies = Vec::new();
    ctx.pages(&DESCRIBE_PROXIES, client.describe_db_proxies().into_paginator().send(), |page| {
        proxies.extend_from_slice(page.db_proxies());
    })
    .await;
    run_bounded(proxies.iter().map(|proxy| push(&ctx, &client, proxy))).await;
}

async fn push(ctx: &Context, client: &Client, proxy: &SdkProxy) {
    let Some(id) = ctx.entry(&DESCRIBE_PROXIES, proxy.db_proxy_name()) else { return };
    let Some(arn) = ctx.entry(&DESCRIBE_PROXIES, proxy.db_proxy_arn()) else { return };
    let facts = DbProxy { status: word(proxy.status()).into(), targets: targets(ctx, client, arn, id).await.into() };
    ctx.push(ResourceId { arn: arn.to_owned(), id: id.to_owned(), ..ResourceId::default() }, facts);
}

async fn targets(ctx: &Context, client: &Client, arn: &str, id: &str) -> Option<Vec<ProxyTarget>> {
    let request = client.describe_db_proxy_targets().db_proxy_name(id).into_paginator().send();
    let pages = ctx.detail_pages(&DESCRIBE_PROXY_TARGETS, arn, request).await?;
    pages.iter().flat_map(|page| page.targets()).map(target).collect()
}

fn target(target: &DbProxyTarget) -> Option<ProxyTarget> {
    Some(ProxyTarget { resource: target.rds_resource_id.clone()?, cluster: target.tracked_cluster_id.clone() })
}
