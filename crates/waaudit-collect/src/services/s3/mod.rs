//! Amazon S3: how buckets are set up. Objects are never read.
//!
//! One list names the buckets of all regions, so the kind is global and its resources are not.

mod access;
mod lifecycle;
mod replication;
mod size;

use std::collections::BTreeMap;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::Region;
use aws_sdk_s3::types::Bucket as SdkBucket;

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::rate_limit::Rate;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId, timestamp};
use waaudit_model::facts;
use waaudit_model::facts::s3::Bucket;

pub(crate) use self::access::ACCOUNT_BLOCK;
pub(crate) use self::size::METRICS;

pub(crate) const SERVICE: Service = Service {
    kinds: &[BUCKET, ACCOUNT_BLOCK],
    metrics: &[METRICS],
    rates: &[
        // S3 publishes 5,500 reads a second and prefix for data alone; a bucket's settings are read far below that.
        Rate::shared("s3", &["ListBuckets"], 10.0, 10).of_all_regions(),
        Rate::shared("s3", Rate::ALL, 100.0, 100).of_all_regions(),
    ],
};

const LIST_BUCKETS: Call = Call::new("s3", "ListBuckets").allowed_by("ListAllMyBuckets");
const GET_WEBSITE: Call = Call::new("s3", "GetBucketWebsite");
const GET_VERSIONING: Call = Call::new("s3", "GetBucketVersioning");

pub(crate) const BUCKET: Kind = Kind::global::<facts::s3::Bucket>(
    &[
        &LIST_BUCKETS,
        &GET_WEBSITE,
        &access::GET_POLICY_STATUS,
        &access::GET_ACL,
        &access::GET_OWNERSHIP,
        &access::GET_ACCESS_BLOCK,
        &GET_VERSIONING,
        &replication::GET_REPLICATION,
        &lifecycle::GET_LIFECYCLE,
        &lifecycle::GET_OBJECT_LOCK,
    ],
    |ctx| Box::pin(buckets(ctx)),
);

/// AWS names a bucket's region only in a list that is asked for in pages; this is the largest page.
const PAGE: i32 = 1000;

async fn buckets(ctx: Context) {
    let home = Client::new(ctx.config());
    let mut found = Vec::new();
    ctx.pages(&LIST_BUCKETS, home.list_buckets().max_buckets(PAGE).into_paginator().send(), |page| {
        found.extend_from_slice(page.buckets());
    })
    .await;
    let clients = clients(&ctx, &found);
    run_bounded(found.iter().map(|found| {
        let client = found.bucket_region().and_then(|region| clients.get(region));
        bucket(&ctx, client.unwrap_or(&home), found)
    }))
    .await;
}

/// A bucket answers in its own region alone.
fn clients(ctx: &Context, buckets: &[SdkBucket]) -> BTreeMap<String, Client> {
    let client = |region: &str| {
        let config = aws_sdk_s3::config::Builder::from(ctx.config()).region(Region::new(region.to_owned()));
        Client::from_conf(config.build())
    };
    let mut clients = BTreeMap::new();
    for region in buckets.iter().filter_map(SdkBucket::bucket_region) {
        clients.entry(region.to_owned()).or_insert_with(|| client(region));
    }
    clients
}

async fn bucket(ctx: &Context, client: &Client, bucket: &SdkBucket) {
    let Some(name) = bucket.name() else {
        return ctx.unreadable(&LIST_BUCKETS, None, "a bucket without a name");
    };
    let arn = format!("arn:{}:s3:::{name}", ctx.partition);
    let (website, access, versioning, replication, lifecycle_rules, object_lock) = futures::join!(
        website(ctx, client, &arn, name),
        access::facts(ctx, client, &arn, name),
        versioning(ctx, client, &arn, name),
        replication::targets(ctx, client, &arn, name),
        lifecycle::rules(ctx, client, &arn, name),
        lifecycle::object_lock(ctx, client, &arn, name),
    );
    let facts = Bucket {
        website: website.map(|website| website.is_some()).into(),
        website_redirects_all: website.map(|website| website.is_some_and(|website| website.redirects_all)).into(),
        versioning: versioning.into(),
        replicates_to: replication.as_ref().map(|targets| targets.of_all.clone()).into(),
        replicates_parts_to: replication.map(|targets| targets.of_parts).into(),
        created_at: bucket.creation_date().and_then(timestamp).into(),
        lifecycle_rules: lifecycle_rules.into(),
        object_lock: object_lock.into(),
        ..access
    };
    ctx.push(
        ResourceId { arn, id: name.to_owned(), region: bucket.bucket_region.clone(), ..ResourceId::default() },
        facts,
    );
}

#[derive(Clone, Copy)]
struct Website {
    redirects_all: bool,
}

async fn website(ctx: &Context, client: &Client, arn: &str, name: &str) -> Option<Option<Website>> {
    let request = client.get_bucket_website().bucket(name).send();
    let answer = ctx.detail_or_none(&GET_WEBSITE, arn, &["NoSuchWebsiteConfiguration"], request).await?;
    Some(answer.map(|website| Website { redirects_all: website.redirect_all_requests_to().is_some() }))
}

async fn versioning(ctx: &Context, client: &Client, arn: &str, name: &str) -> Option<Option<String>> {
    let answer = ctx.detail(&GET_VERSIONING, arn, client.get_bucket_versioning().bucket(name).send()).await?;
    Some(answer.status().map(|status| status.as_str().to_owned()))
}
