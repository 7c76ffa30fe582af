//! Amazon CloudFront. Values of the headers that it adds for origins are secrets, and stay behind.

mod behavior;
mod policy;
mod tenant;

use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::types::{
    DistributionSummary, Origin as SdkOrigin, OriginGroup as SdkGroup, RealtimeMetricsSubscriptionStatus,
};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::metrics::{Absent, Asked, Metric, Query, Series};
use crate::rate_limit::Rate;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::cloudfront::{Distribution, Origin, OriginGroup};
use waaudit_model::snapshot::Resource;

pub(crate) use self::policy::CACHE_POLICY;
pub(crate) use self::tenant::DISTRIBUTION_TENANT;

pub(crate) const SERVICE: Service = Service {
    kinds: &[CACHE_POLICY, DISTRIBUTION, DISTRIBUTION_TENANT],
    metrics: &[METRICS],
    rates: &[
        // No published rate; other tools settle on 5/s with a burst of 10.
        Rate::shared("cloudfront", Rate::ALL, 5.0, 10).of_all_regions(),
    ],
};

const LIST_DISTRIBUTIONS: Call = Call::new("cloudfront", "ListDistributions");
const GET_MONITORING: Call = Call::new("cloudfront", "GetMonitoringSubscription");

pub(crate) const DISTRIBUTION: Kind =
    Kind::global::<facts::cloudfront::Distribution>(&[&LIST_DISTRIBUTIONS, &GET_MONITORING], |ctx| {
        Box::pin(distributions(ctx))
    });

/// CloudFront publishes requests only while there are some, and does not say since when a distribution exists.
pub(crate) const METRICS: &[Metric] = &[
    Metric::of::<facts::cloudfront::Distribution>(
        "requests_week",
        "sum",
        |distribution| requests(distribution).every(3600).into(),
        |_, series| series.first()?.sum(),
    )
    .over(7),
    Metric::of::<facts::cloudfront::Distribution>(
        "requests_month",
        "sum",
        |distribution| requests(distribution).every(86_400).into(),
        |_, series| series.first()?.sum(),
    )
    .over(30),
    Metric::of::<facts::cloudfront::Distribution>(
        "requests_per_minute_max",
        "largest 1-minute sum",
        |distribution| requests(distribution).every(60).into(),
        |_, series| series.first()?.largest(),
    ),
    Metric::of::<facts::cloudfront::Distribution>(
        "hit_percent",
        "mean of hourly averages, weighted by requests",
        hits,
        |_, series| weighted(series.first()?, series.get(1)?),
    )
    .over(7),
];

/// CloudFront publishes its metrics in us-east-1, with `Global` as their region.
fn of_distribution(metric: &str, distribution: &Resource) -> Query {
    Query::new("AWS/CloudFront", metric, &[("DistributionId", &distribution.id), ("Region", "Global")])
}

fn requests(distribution: &Resource) -> Query {
    of_distribution("Requests", distribution).statistic("Sum").absent(Absent::Zero)
}

fn hits(distribution: &Resource) -> Asked {
    match distribution.facts::<Distribution>().unwrap_or_default().additional_metrics {
        Fact::Unread => Asked::Unclear,
        Fact::Known(false) => Asked::Off("additional metrics are off, and the hit rate is one of them"),
        Fact::Known(true) => {
            let rate = of_distribution("CacheHitRate", distribution).every(3600).absent(Absent::NoSample);
            [rate, requests(distribution).every(3600)].into()
        }
    }
}

fn weighted(rates: &Series, weights: &Series) -> Option<f64> {
    let all = rates.with(weights, |_, weight| weight).sum()?;
    Some(rates.with(weights, |rate, weight| rate * weight).sum()? / all)
}

async fn distributions(ctx: Context) {
    let client = Client::new(ctx.config());
    let mut found = Vec::new();
    ctx.pages(&LIST_DISTRIBUTIONS, client.list_distributions().into_paginator().send(), |page| {
        match page.distribution_list() {
            Some(list) => found.extend_from_slice(list.items()),
            None => ctx.unreadable(&LIST_DISTRIBUTIONS, None, "an answer without a list"),
        }
    })
    .await;
    run_bounded(found.iter().map(|found| distribution(&ctx, &client, found))).await;
}

async fn distribution(ctx: &Context, client: &Client, distribution: &DistributionSummary) {
    let (id, arn) = (distribution.id(), distribution.arn());
    let facts = distribution_facts(distribution);
    if facts.is_none() {
        ctx.unreadable(&LIST_DISTRIBUTIONS, Some(arn), "a distribution without an origin");
    }
    let additional_metrics = additional_metrics(ctx, client, arn, id).await.into();
    let facts = Distribution { additional_metrics, ..facts.unwrap_or_default() };
    ctx.push(ResourceId { arn: arn.to_owned(), id: id.to_owned(), ..ResourceId::default() }, facts);
}

async fn additional_metrics(ctx: &Context, client: &Client, arn: &str, id: &str) -> Option<bool> {
    let request = client.get_monitoring_subscription().distribution_id(id).send();
    let answer = ctx.detail_or_none(&GET_MONITORING, arn, &["NoSuchMonitoringSubscription"], request).await?;
    let Some(answer) = answer else { return Some(false) };
    let config = answer.monitoring_subscription()?.realtime_metrics_subscription_config()?;
    Some(*config.realtime_metrics_subscription_status() == RealtimeMetricsSubscriptionStatus::Enabled)
}

/// Every distribution has an origin. Where none is there, the answer was cut, and the SDK has made `false` and
/// empty texts out of what is missing: none of it is an answer.
fn distribution_facts(d: &DistributionSummary) -> Option<Distribution> {
    let origins = d.origins()?.items().iter().map(origin).collect::<Vec<_>>();
    if origins.is_empty() {
        return None;
    }
    Some(Distribution {
        enabled: d.enabled().into(),
        staging: d.staging().into(),
        domain: d.domain_name().to_lowercase().into(),
        aliases: d.aliases().map(|aliases| lower(aliases.items())).into(),
        origins: origins.into(),
        behaviors: behavior::behaviors(d).into(),
        web_acl: given(Some(d.web_acl_id())).into(),
        origin_groups: d.origin_groups().map(|groups| i64::from(groups.quantity())).into(),
        origin_group_members: d
            .origin_groups()
            .and_then(|groups| groups.items().iter().map(origin_group).collect::<Option<Vec<_>>>())
            .into(),
        connection_mode: word(d.connection_mode()).into(),
        ..Distribution::default()
    })
}

fn origin_group(group: &SdkGroup) -> Option<OriginGroup> {
    let origins = group.members()?.items().iter().map(|member| member.origin_id().to_owned());
    Some(OriginGroup { id: group.id().to_owned(), origins: origins.collect() })
}

fn origin(o: &SdkOrigin) -> Origin {
    let headers = o.custom_headers().into_iter().flat_map(|headers| headers.items());
    Origin {
        id: o.id().to_owned(),
        domain: o.domain_name().to_lowercase(),
        vpc_origin: o.vpc_origin_config().map(|config| config.vpc_origin_id().to_owned()),
        access_control: given(o.origin_access_control_id()),
        custom_headers: headers.map(|header| header.header_name().to_lowercase()).collect(),
    }
}

/// CloudFront says none with an empty string.
fn given(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

fn lower(names: &[String]) -> Vec<String> {
    names.iter().map(|name| name.to_lowercase()).collect()
}
