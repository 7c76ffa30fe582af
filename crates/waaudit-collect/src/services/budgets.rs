//! AWS Budgets. One IAM action allows all of its reads. Mail addresses of subscribers are not kept.

use aws_sdk_budgets::Client;
use aws_sdk_budgets::types::{
    Budget as SdkBudget, ComparisonOperator, Notification as SdkNotification, SubscriptionType, ThresholdType,
};
use aws_smithy_types::DateTime;
use futures::future::try_join_all;

use super::costexplorer::spend::Filter;
use super::sns;
use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::rate_limit::Rate;
use crate::transport::bounded::run_bounded;
use crate::transport::collector_context::{Context, ResourceId, timestamp};
use waaudit_model::facts;
use waaudit_model::facts::Fact;
use waaudit_model::facts::budgets::{Budget, Notification, NotifiedTopic};

pub(crate) const SERVICE: Service =
    Service { kinds: &[BUDGET], metrics: &[], rates: &[Rate::shared("budgets", Rate::ALL, 10.0, 10).of_all_regions()] };

const DESCRIBE_BUDGETS: Call = Call::new("budgets", "DescribeBudgets").allowed_by("ViewBudget");
const DESCRIBE_NOTIFICATIONS: Call = Call::new("budgets", "DescribeNotificationsForBudget").allowed_by("ViewBudget");
const DESCRIBE_SUBSCRIBERS: Call = Call::new("budgets", "DescribeSubscribersForNotification").allowed_by("ViewBudget");

pub(crate) const BUDGET: Kind = Kind::global::<facts::budgets::Budget>(CALLS, |ctx| Box::pin(budgets(ctx)));
const CALLS: &[&Call] = &[&DESCRIBE_BUDGETS, &DESCRIBE_NOTIFICATIONS, &DESCRIBE_SUBSCRIBERS, &sns::GET_ATTRIBUTES];

async fn budgets(ctx: Context) {
    let client = Client::new(ctx.config());
    let mut found = Vec::new();
    // Without its filter expression a narrow budget would look like one over the whole account.
    let request = client.describe_budgets().account_id(&*ctx.account).show_filter_expression(true);
    ctx.pages(&DESCRIBE_BUDGETS, request.into_paginator().send(), |page| found.extend_from_slice(page.budgets())).await;
    run_bounded(found.iter().map(|found| budget(&ctx, &client, found))).await;
}

async fn budget(ctx: &Context, client: &Client, budget: &SdkBudget) {
    let arn = ctx.arn("budgets", &format!("budget/{}", budget.budget_name()));
    let limit = limit(budget);
    if limit.is_unread() {
        ctx.unreadable(&DESCRIBE_BUDGETS, Some(&arn), "a limit that is not a number");
    }
    let notifications = notifications(ctx, client, &arn, budget.budget_name(), limit.get().flatten()).await;
    let topics = match &notifications {
        Some(notifications) => topics(ctx, notifications).await,
        None => None,
    };
    let period = budget.time_period();
    let at = |at: Option<&DateTime>| match at {
        Some(at) => timestamp(at).map(Some).into(),
        None => Fact::Known(None),
    };
    let facts = Budget {
        budget_type: budget.budget_type().as_str().to_owned().into(),
        time_unit: budget.time_unit().as_str().to_owned().into(),
        limit,
        filters: filters(budget, &ctx.account).into(),
        starts_at: at(period.and_then(|period| period.start())),
        ends_at: at(period.and_then(|period| period.end())),
        health: Fact::Known(
            budget.health_status().and_then(|health| health.status()).map(|status| status.as_str().to_owned()),
        ),
        notifications: notifications.into(),
        topics: topics.into(),
    };
    ctx.push(ResourceId { arn, id: budget.budget_name().to_owned(), ..ResourceId::default() }, facts);
}

/// The topics of notifications, each once; nothing where one of them can't be asked.
async fn topics(ctx: &Context, notifications: &[Notification]) -> Option<Vec<NotifiedTopic>> {
    let mut arns: Vec<&String> = notifications.iter().flat_map(|notification| &notification.topics).collect();
    arns.sort();
    arns.dedup();
    let read = async |arn: &String| {
        let confirmed_subscriptions = sns::confirmed(ctx, arn).await?;
        Some(NotifiedTopic { arn: arn.clone(), confirmed_subscriptions })
    };
    run_bounded(arns.into_iter().map(read)).await.into_iter().collect()
}

/// All of a budget's notifications, or none of them where one could not be read whole.
async fn notifications(
    ctx: &Context,
    client: &Client,
    arn: &str,
    name: &str,
    limit: Option<f64>,
) -> Option<Vec<Notification>> {
    let request = client.describe_notifications_for_budget().account_id(&*ctx.account).budget_name(name);
    let pages = ctx.detail_pages(&DESCRIBE_NOTIFICATIONS, arn, request.into_paginator().send()).await?;
    let notifications = pages.iter().flat_map(|page| page.notifications());
    try_join_all(notifications.map(|notification| async move {
        let (subscribers, topics) = subscribers(ctx, client, arn, name, notification).await.ok_or(())?;
        Ok::<_, ()>(Notification {
            notification_type: notification.notification_type().as_str().to_owned(),
            threshold_percent: threshold_percent(notification, limit),
            subscribers,
            topics,
        })
    }))
    .await
    .ok()
}

/// The sorts of a notification's subscribers, and the topics among them.
async fn subscribers(
    ctx: &Context,
    client: &Client,
    arn: &str,
    name: &str,
    notification: &SdkNotification,
) -> Option<(Vec<String>, Vec<String>)> {
    let request = client
        .describe_subscribers_for_notification()
        .account_id(&*ctx.account)
        .budget_name(name)
        .notification(notification.clone());
    let pages = ctx.detail_pages(&DESCRIBE_SUBSCRIBERS, arn, request.into_paginator().send()).await?;
    let subscribers = || pages.iter().flat_map(|page| page.subscribers());
    let topics = subscribers().filter(|subscriber| *subscriber.subscription_type() == SubscriptionType::Sns);
    Some((
        subscribers().map(|subscriber| subscriber.subscription_type().as_str().to_owned()).collect(),
        topics.map(|subscriber| subscriber.address().to_owned()).collect(),
    ))
}

fn limit(budget: &SdkBudget) -> Fact<Option<f64>> {
    budget.budget_limit().map_or(Fact::Known(None), |limit| limit.amount().parse().ok().map(Some).into())
}

/// The threshold in per cent; none for a notification that is not about going above it.
fn threshold_percent(notification: &SdkNotification, limit: Option<f64>) -> Option<f64> {
    if *notification.comparison_operator() != ComparisonOperator::GreaterThan {
        return None;
    }
    match notification.threshold_type() {
        None | Some(ThresholdType::Percentage) => Some(notification.threshold()),
        Some(ThresholdType::AbsoluteValue) => {
            limit.filter(|&limit| limit > 0.0).map(|limit| notification.threshold() / limit * 100.0)
        }
        Some(_) => None,
    }
}

/// Names of all that leaves out use of the account, each once, sorted.
fn filters(budget: &SdkBudget, account: &str) -> Vec<String> {
    let mut names = Vec::new();
    #[expect(deprecated, reason = "budgets of the old form are filtered so")]
    if let Some(filters) = budget.cost_filters() {
        let narrow =
            filters.iter().filter(|(key, values)| *key != "LinkedAccount" || !values.iter().any(|id| id == account));
        names.extend(narrow.map(|(key, _)| key.clone()));
    }
    if let Some(expression) = budget.filter_expression() {
        names.extend(Filter::from(expression).narrowed_by(account));
    }
    // The primary view is the whole account's; any other shows a part of the cost.
    if budget.billing_view_arn().is_some_and(|view| !view.ends_with("billingview/primary")) {
        names.push("BILLING_VIEW".to_owned());
    }
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_budgets::types::{
        BudgetType, Dimension, Expression, ExpressionDimensionValues, NotificationType, Spend, TagValues, TimeUnit,
    };

    const OWN: &str = "111122223333";

    fn notification(operator: ComparisonOperator, threshold: f64, form: Option<ThresholdType>) -> SdkNotification {
        SdkNotification::builder()
            .notification_type(NotificationType::Actual)
            .comparison_operator(operator)
            .threshold(threshold)
            .set_threshold_type(form)
            .build()
            .unwrap()
    }

    fn budget() -> aws_sdk_budgets::types::builders::BudgetBuilder {
        SdkBudget::builder().budget_name("monthly").budget_type(BudgetType::Cost).time_unit(TimeUnit::Monthly)
    }

    #[test]
    fn a_percentage_stays_and_an_amount_becomes_one() {
        let above = ComparisonOperator::GreaterThan;
        assert_eq!(threshold_percent(&notification(above.clone(), 80.0, None), None), Some(80.0));
        let amount = notification(above, 45.0, Some(ThresholdType::AbsoluteValue));
        assert_eq!(threshold_percent(&amount, Some(50.0)), Some(90.0));
        assert_eq!(threshold_percent(&amount, None), None);
        assert_eq!(threshold_percent(&amount, Some(0.0)), None);
    }

    #[test]
    fn a_notification_about_falling_short_has_no_threshold_to_warn_above() {
        assert_eq!(threshold_percent(&notification(ComparisonOperator::LessThan, 80.0, None), Some(50.0)), None);
    }

    #[test]
    fn a_limit_is_a_number_or_none_or_unread() {
        let of = |amount: &str| {
            let spend = Spend::builder().amount(amount).unit("USD").build().unwrap();
            limit(&budget().budget_limit(spend).build().unwrap())
        };
        assert_eq!(of("100.50"), Fact::Known(Some(100.5)));
        assert_eq!(of("much"), Fact::Unread);
        assert_eq!(limit(&budget().build().unwrap()), Fact::Known(None));
    }

    #[test]
    fn every_filter_is_found_however_deep() {
        let service = ExpressionDimensionValues::builder().key(Dimension::Service).values("Amazon S3").build().unwrap();
        let by_service = Expression::builder().dimensions(service).build();
        let by_tag = Expression::builder().tags(TagValues::builder().key("team").build()).build();
        let not_by_tag = Expression::builder().not(by_tag).build();
        let expression = Expression::builder().and(by_service).and(not_by_tag).build();
        assert_eq!(filters(&budget().filter_expression(expression).build().unwrap(), OWN), ["SERVICE", "TAG"]);
    }

    #[test]
    fn a_filter_that_nobody_understands_still_narrows() {
        let narrowed = budget().filter_expression(Expression::builder().build()).build().unwrap();
        assert_eq!(filters(&narrowed, OWN), ["OTHER"]);
        assert!(filters(&budget().build().unwrap(), OWN).is_empty());
    }

    #[test]
    fn a_budget_without_credits_leaves_out_no_use() {
        let credits = ExpressionDimensionValues::builder()
            .key(Dimension::RecordType)
            .values("Credit")
            .values("Refund")
            .build()
            .unwrap();
        let without = Expression::builder().not(Expression::builder().dimensions(credits).build()).build();
        assert!(filters(&budget().filter_expression(without).build().unwrap(), OWN).is_empty());
    }

    #[test]
    fn an_old_filter_on_the_account_itself_leaves_out_nothing() {
        #[expect(deprecated, reason = "budgets of the old form are filtered so")]
        let of = |id: &str| filters(&budget().cost_filters("LinkedAccount", vec![id.to_owned()]).build().unwrap(), OWN);
        assert!(of(OWN).is_empty());
        assert_eq!(of("444455556666"), ["LinkedAccount"]);
    }

    #[test]
    fn a_billing_view_narrows_unless_it_is_the_primary_one() {
        let of = |view: &str| filters(&budget().billing_view_arn(view).build().unwrap(), OWN);
        assert!(of("arn:aws:billing::111122223333:billingview/primary").is_empty());
        assert_eq!(of("arn:aws:billing::111122223333:billingview/custom-1"), ["BILLING_VIEW"]);
    }
}
