//! Cost Anomaly Detection: what its monitors watch, and from which anomalies on a subscription tells whom. Each call costs
//! a cent: its kinds are billed.

use aws_sdk_costexplorer::Client;
use aws_sdk_costexplorer::types::{
    AnomalyMonitor as SdkMonitor, AnomalySubscription as SdkSubscription, Dimension, DimensionValues, Expression,
    MatchOption, MonitorDimension, Subscriber, SubscriberStatus, SubscriberType,
};

use super::spend::Filter;
use crate::call::Call;
use crate::kind::Kind;
use crate::services::sns;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId};
use waaudit_model::facts;
use waaudit_model::facts::costexplorer::{AnomalyMonitor, AnomalySubscription, Threshold};

const GET_MONITORS: Call = Call::new("ce", "GetAnomalyMonitors");
const GET_SUBSCRIPTIONS: Call = Call::new("ce", "GetAnomalySubscriptions");

pub(crate) const MONITOR: Kind =
    Kind::global::<facts::costexplorer::AnomalyMonitor>(&[&GET_MONITORS], |ctx| Box::pin(monitors(ctx))).billed();
pub(crate) const SUBSCRIPTION: Kind =
    Kind::global::<facts::costexplorer::AnomalySubscription>(&[&GET_SUBSCRIPTIONS, &sns::GET_ATTRIBUTES], |ctx| {
        Box::pin(subscriptions(ctx))
    })
    .billed();

async fn monitors(ctx: Context) {
    let client = Client::new(ctx.config());
    ctx.listed(
        &GET_MONITORS,
        client.get_anomaly_monitors().into_paginator().send(),
        |page| page.anomaly_monitors(),
        |monitor| {
            let arn = monitor.monitor_arn()?;
            let facts = AnomalyMonitor {
                monitor_type: monitor.monitor_type.as_str().to_owned().into(),
                dimension: monitor.monitor_dimension.as_ref().map(|dimension| dimension.as_str().to_owned()).into(),
                filters: filters(monitor, &ctx.account).into(),
            };
            Some((ResourceId { arn: arn.to_owned(), id: monitor.monitor_name.clone(), ..ResourceId::default() }, facts))
        },
    )
    .await;
}

/// A monitor over a dimension watches each of its values. Every cost has a service and an account, but not every one a
/// tag or a cost category.
fn filters(monitor: &SdkMonitor, account: &str) -> Vec<String> {
    let by_dimension = match &monitor.monitor_dimension {
        None | Some(MonitorDimension::Service | MonitorDimension::LinkedAccount) => None,
        Some(dimension) => Some(dimension.as_str().to_owned()),
    };
    let by_expression = monitor.monitor_specification.as_ref();
    let mut filters: Vec<String> = by_dimension.into_iter().collect();
    filters.extend(by_expression.into_iter().flat_map(|expression| Filter::from(expression).narrowed_by(account)));
    if monitor.monitor_dimension.is_none() && by_expression.is_none() {
        filters.push("OTHER".to_owned());
    }
    filters
}

async fn subscriptions(ctx: Context) {
    let client = Client::new(ctx.config());
    let mut found = Vec::new();
    ctx.pages(&GET_SUBSCRIPTIONS, client.get_anomaly_subscriptions().into_paginator().send(), |page| {
        found.extend(page.anomaly_subscriptions);
    })
    .await;
    run_bounded(found.iter().map(|found| subscription(&ctx, found))).await;
}

/// Mail addresses are not kept.
async fn subscription(ctx: &Context, found: &SdkSubscription) {
    let Some(arn) = ctx.entry(&GET_SUBSCRIPTIONS, found.subscription_arn()) else { return };
    let confirmed = run_bounded(found.subscribers().iter().map(|subscriber| is_confirmed(ctx, subscriber))).await;
    let confirmed: Option<Vec<bool>> = confirmed.into_iter().collect();
    let count = confirmed.map(|confirmed| confirmed.into_iter().filter(|confirmed| *confirmed).count());
    let facts = AnomalySubscription {
        monitors: found.monitor_arn_list.clone().into(),
        frequency: found.frequency.as_str().to_owned().into(),
        thresholds: thresholds(found).into(),
        confirmed_subscribers: count.and_then(|count| i64::try_from(count).ok()).into(),
    };
    let id = found.subscription_name.clone();
    ctx.push(ResourceId { arn: arn.to_owned(), id, ..ResourceId::default() }, facts);
}

async fn is_confirmed(ctx: &Context, subscriber: &Subscriber) -> Option<bool> {
    if *subscriber.status()? != SubscriberStatus::Confirmed {
        return Some(false);
    }
    match subscriber.r#type() {
        Some(SubscriberType::Sns) => sns::confirmed(ctx, subscriber.address()?).await.map(|confirmed| confirmed > 0),
        _ => Some(true),
    }
}

/// The older number is of US dollars. Without any threshold every anomaly is told.
fn thresholds(subscription: &SdkSubscription) -> Option<Vec<Threshold>> {
    if let Some(expression) = subscription.threshold_expression() {
        return alternatives(expression);
    }
    #[expect(deprecated, reason = "subscriptions of the old form have it so")]
    let usd = subscription.threshold().unwrap_or(0.0);
    Some(vec![Threshold { usd, percent: 0.0 }])
}

/// An expression as alternatives, each of which is enough; nothing where it says what is not understood.
fn alternatives(expression: &Expression) -> Option<Vec<Threshold>> {
    let each = |list: &[Expression]| list.iter().map(alternatives).collect::<Option<Vec<_>>>();
    if !expression.or().is_empty() {
        return Some(each(expression.or())?.concat());
    }
    if !expression.and().is_empty() {
        let start = vec![Threshold { usd: 0.0, percent: 0.0 }];
        let both =
            |a: &Threshold, b: &Threshold| Threshold { usd: a.usd.max(b.usd), percent: a.percent.max(b.percent) };
        let product = |sofar: Vec<Threshold>, part: Vec<Threshold>| {
            sofar.iter().flat_map(|a| part.iter().map(move |b| both(a, b))).collect()
        };
        return Some(each(expression.and())?.into_iter().fold(start, product));
    }
    limit(expression.dimensions()?).map(|limit| vec![limit])
}

fn limit(dimension: &DimensionValues) -> Option<Threshold> {
    let known = dimension.match_options().iter().all(|option| *option == MatchOption::GreaterThanOrEqual);
    let value: f64 = dimension.values().first().filter(|_| known)?.parse().ok()?;
    match dimension.key()? {
        Dimension::AnomalyTotalImpactAbsolute => Some(Threshold { usd: value, percent: 0.0 }),
        Dimension::AnomalyTotalImpactPercentage => Some(Threshold { usd: 0.0, percent: value }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_costexplorer::types::{CostCategoryValues, MonitorType};

    fn at_least(key: Dimension, value: &str) -> Expression {
        let dimension =
            DimensionValues::builder().key(key).values(value).match_options(MatchOption::GreaterThanOrEqual).build();
        Expression::builder().dimensions(dimension).build()
    }

    #[test]
    fn thresholds_are_alternatives_of_what_holds_together() {
        let usd = at_least(Dimension::AnomalyTotalImpactAbsolute, "100");
        let percent = at_least(Dimension::AnomalyTotalImpactPercentage, "40");
        let of = |usd, percent| Threshold { usd, percent };
        assert_eq!(alternatives(&usd), Some(vec![of(100.0, 0.0)]));
        let and = Expression::builder().and(usd.clone()).and(percent.clone()).build();
        assert_eq!(alternatives(&and), Some(vec![of(100.0, 40.0)]));
        let or = Expression::builder().or(usd).or(percent).build();
        assert_eq!(alternatives(&or), Some(vec![of(100.0, 0.0), of(0.0, 40.0)]));
        assert_eq!(alternatives(&at_least(Dimension::Service, "1")), None);
    }

    #[test]
    fn a_monitor_is_narrow_by_its_dimension_or_expression() {
        let monitor = |dimension: Option<MonitorDimension>, expression: Option<Expression>| {
            let monitor = SdkMonitor::builder()
                .monitor_name("m")
                .monitor_type(MonitorType::Custom)
                .set_monitor_dimension(dimension)
                .set_monitor_specification(expression);
            filters(&monitor.build().unwrap(), "111122223333")
        };
        assert!(monitor(Some(MonitorDimension::Service), None).is_empty());
        assert!(monitor(Some(MonitorDimension::LinkedAccount), None).is_empty());
        assert_eq!(monitor(Some(MonitorDimension::Tag), None), ["TAG"]);
        let team = CostCategoryValues::builder().key("team").values("lab").build();
        assert_eq!(monitor(None, Some(Expression::builder().cost_categories(team).build())), ["COST_CATEGORY"]);
        let own = DimensionValues::builder().key(Dimension::LinkedAccount).values("111122223333").build();
        assert!(monitor(None, Some(Expression::builder().dimensions(own).build())).is_empty());
    }
}
