//! Service Quotas: the values that apply to the account, not AWS's defaults, which new accounts are often below.
//!
//! A quota is kept when it publishes its usage, or when a fact rests on it; the others, some thousand a region, are of no
//! use here. The SDK makes `false` of an absent boolean; Service Quotas sends them all.

use aws_sdk_servicequotas::Client;
use aws_sdk_servicequotas::types::{MetricInfo, OptInStatus, PeriodUnit, QuotaPeriod, ServiceQuota};

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::metrics::{Absent, Asked, Metric, Query};
use crate::rate_limit::Rate;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::servicequotas::{Quota, Settings, UsageMetric};
use waaudit_model::snapshot::Resource;

pub(crate) const SERVICE: Service = Service {
    kinds: &[GLOBAL_QUOTA, QUOTA, SETTINGS],
    metrics: &[METRICS],
    rates: &[
        // Service Quotas, "ListServiceQuotas" and "GetServiceQuota".
        Rate::each("servicequotas", &["ListServiceQuotas"], 10.0, 10),
        Rate::each("servicequotas", Rate::ALL, 5.0, 5),
    ],
};

const LIST_QUOTAS: Call = Call::new("servicequotas", "ListServiceQuotas");
const GET_AUTO_MANAGEMENT: Call = Call::new("servicequotas", "GetAutoManagementConfiguration");

pub(crate) const QUOTA: Kind =
    Kind::regional::<facts::servicequotas::Quota>(&[&LIST_QUOTAS], |ctx| Box::pin(quotas(ctx, REGIONAL))).own_tags();
pub(crate) const GLOBAL_QUOTA: Kind =
    Kind::global::<facts::servicequotas::Quota>(&[&LIST_QUOTAS], |ctx| Box::pin(quotas(ctx, GLOBAL))).own_tags();

pub(crate) const SETTINGS: Kind =
    Kind::regional::<facts::servicequotas::Settings>(&[&GET_AUTO_MANAGEMENT], |ctx| Box::pin(settings(ctx))).own_tags();

pub(crate) const METRICS: &[Metric] =
    &[Metric::of::<facts::servicequotas::Quota>("usage_max", "maximum", usage_of, |_, series| {
        series.first()?.largest()
    })
    .over(7)];

/// A number of things, of which none are published while there are none. A rate is drawn on by this scan too.
fn usage_of(quota: &Resource) -> Asked {
    let Ok(facts) = quota.facts::<Quota>() else { return Asked::Unclear };
    let (Some(usage), Some(period)) = (facts.usage.known(), facts.period_seconds.known()) else {
        return Asked::Unclear;
    };
    let Some(usage) = usage.as_ref().filter(|_| period.is_none()) else { return Asked::Nothing };
    if usage.statistic.as_deref().is_some_and(|statistic| statistic != "Maximum") {
        return Asked::Nothing;
    }
    let dimensions: Vec<(&str, &str)> = usage.dimensions.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let query = Query::new(&usage.namespace, &usage.metric, &dimensions);
    query.statistic("Maximum").every(3600).absent(Absent::Zero).into()
}

/// Services of which a region has quotas of its own.
const REGIONAL: &[&str] = &[
    "autoscaling",
    "dynamodb",
    "ebs",
    "ec2",
    "ecs",
    "eks",
    "elasticache",
    "elasticfilesystem",
    "elasticloadbalancing",
    "fargate",
    "kinesis",
    "lambda",
    "rds",
    "sns",
    "vpc",
];

/// Services whose quotas hold for all regions and are listed in the home region.
const GLOBAL: &[&str] = &["cloudfront", "iam", "route53"];

/// Quotas that facts rest on, whether they publish their usage or not: Fargate's on-demand and Spot vCPUs.
const KEPT: &[&str] = &["L-3032A538", "L-36FBB829"];

/// The largest page.
const PAGE: i32 = 100;

/// A service that a region does not have has no quotas there.
const NONE: &[&str] = &["NoSuchResourceException"];

async fn settings(ctx: Context) {
    let client = Client::new(ctx.config());
    let request = client.get_auto_management_configuration().send();
    let arn = ctx.arn("servicequotas", "settings");
    let Some(answer) = ctx.detail_or_none(&GET_AUTO_MANAGEMENT, &arn, NONE, request).await else {
        return ctx.push(settings_name(arn), Settings::default());
    };
    let status = answer.as_ref().map(|answer| answer.opt_in_status().map(|status| *status == OptInStatus::Enabled));
    // What was never configured is off.
    let auto_management = status.unwrap_or(Some(false)).into();
    ctx.push(settings_name(arn), Settings { auto_management, ..Settings::default() });
}

fn settings_name(arn: String) -> ResourceId {
    ResourceId { arn, id: "quotas".to_owned(), tags: Some(std::collections::BTreeMap::new()), ..ResourceId::default() }
}

async fn quotas(ctx: Context, services: &[&str]) {
    let client = Client::new(ctx.config());
    run_bounded(services.iter().map(|service| of_service(&ctx, &client, service))).await;
}

async fn of_service(ctx: &Context, client: &Client, service: &str) {
    let pages = client.list_service_quotas().service_code(service).into_paginator().page_size(PAGE).send();
    ctx.pages_or_none(&LIST_QUOTAS, NONE, pages, |page| {
        for quota in page.quotas().iter().filter(|quota| is_kept(quota)) {
            let Some(code) = ctx.entry(&LIST_QUOTAS, quota.quota_code()) else { continue };
            push(ctx, service, code, quota);
        }
    })
    .await;
}

fn is_kept(quota: &ServiceQuota) -> bool {
    quota.usage_metric().is_some() || quota.quota_code().is_some_and(|code| KEPT.contains(&code))
}

fn push(ctx: &Context, service: &str, code: &str, quota: &ServiceQuota) {
    let arn = quota.quota_arn.clone().unwrap_or_else(|| ctx.arn("servicequotas", &format!("{service}/{code}")));
    if let Some(error) = quota.error_reason() {
        let reason = error.error_message().unwrap_or("no reason");
        ctx.unreadable(&LIST_QUOTAS, Some(&arn), &format!("the applied value could not be told: {reason}"));
    }
    let name = ResourceId {
        arn,
        id: code.to_owned(),
        name: quota.quota_name.clone(),
        tags: Some(std::collections::BTreeMap::new()),
        ..ResourceId::default()
    };
    ctx.push(name, quota_facts(service, quota));
}

fn quota_facts(service: &str, q: &ServiceQuota) -> Quota {
    Quota {
        service: service.to_owned().into(),
        code: q.quota_code.clone().into(),
        quota_name: q.quota_name.clone().into(),
        // Beside an error, a value would be a default.
        value: q.value.filter(|_| q.error_reason().is_none()).into(),
        unit: q.unit.clone().filter(|unit| unit != "None").into(),
        adjustable: q.adjustable.into(),
        global: q.global_quota.into(),
        period_seconds: q.period().map_or(Fact::Known(None), |period| seconds(period).map(Some).into()),
        usage: q.usage_metric().map_or(Fact::Known(None), |metric| usage(metric).map(Some).into()),
        ..Quota::default()
    }
}

fn seconds(period: &QuotaPeriod) -> Option<f64> {
    let unit = match period.period_unit()? {
        PeriodUnit::Microsecond => 0.000_001,
        PeriodUnit::Millisecond => 0.001,
        PeriodUnit::Second => 1.0,
        PeriodUnit::Minute => 60.0,
        PeriodUnit::Hour => 3600.0,
        PeriodUnit::Day => 86_400.0,
        PeriodUnit::Week => 604_800.0,
        _ => return None,
    };
    Some(f64::from(period.period_value?) * unit)
}

fn usage(metric: &MetricInfo) -> Option<UsageMetric> {
    Some(UsageMetric {
        namespace: metric.metric_namespace.clone()?,
        metric: metric.metric_name.clone()?,
        dimensions: metric.metric_dimensions.clone()?.into_iter().collect(),
        statistic: metric.metric_statistic_recommendation.clone(),
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_servicequotas::types::{ErrorCode, ErrorReason};

    use super::*;

    fn metric() -> MetricInfo {
        MetricInfo::builder()
            .metric_namespace("AWS/Usage")
            .metric_name("ResourceCount")
            .metric_dimensions("Service", "Fargate")
            .metric_statistic_recommendation("Maximum")
            .build()
    }

    #[test]
    fn a_quota_without_usage_is_left_out_unless_a_fact_rests_on_it() {
        let of_code = |code: &str| ServiceQuota::builder().quota_code(code);
        assert!(is_kept(&of_code("L-3032A538").build()));
        assert!(is_kept(&of_code("L-0").usage_metric(metric()).build()));
        assert!(!is_kept(&of_code("L-0").build()));
    }

    #[test]
    fn a_value_beside_an_error_is_unread() {
        let quota = ServiceQuota::builder().value(6.0);
        assert_eq!(quota_facts("fargate", &quota.clone().build()).value, Fact::Known(6.0));
        let error = ErrorReason::builder().error_code(ErrorCode::DependencyThrottlingError).build();
        assert!(quota_facts("fargate", &quota.error_reason(error).build()).value.is_unread());
    }

    #[test]
    fn the_unit_none_is_no_unit_and_a_period_is_seconds() {
        let minute = QuotaPeriod::builder().period_value(5).period_unit(PeriodUnit::Minute).build();
        let facts = quota_facts("sns", &ServiceQuota::builder().unit("None").period(minute).build());
        assert_eq!(facts.unit, Fact::Known(None));
        assert_eq!(facts.period_seconds, Fact::Known(Some(300.0)));
        assert_eq!(facts.usage, Fact::Known(None));
    }

    #[test]
    fn a_metric_that_lacks_its_dimensions_is_unread() {
        let usage_of = |metric| quota_facts("x", &ServiceQuota::builder().usage_metric(metric).build()).usage;
        let known = usage_of(metric()).known().cloned().flatten().unwrap();
        assert_eq!((known.dimensions["Service"].as_str(), known.statistic.as_deref()), ("Fargate", Some("Maximum")));
        assert!(usage_of(MetricInfo::builder().metric_namespace("AWS/Usage").build()).is_unread());
    }
}
