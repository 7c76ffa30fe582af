//! AWS Budgets. One IAM action allows all of its reads. Addresses of subscribers stay behind.

use aws_sdk_budgets::Client;
use aws_sdk_budgets::types::{
    Budget as SdkBudget, ComparisonOperator, Expression, Notification as SdkNotification, ThresholdType,
};
use futures::future::{join_all, try_join_all};

use super::Kind;
use super::aws::{Call, Context, Named};
use crate::facts::Fact;
use crate::facts::budgets::{Budget, Notification};

const DESCRIBE_BUDGETS: Call = Call::new("budgets", "DescribeBudgets").allowed_by("ViewBudget");
const DESCRIBE_NOTIFICATIONS: Call = Call::new("budgets", "DescribeNotificationsForBudget").allowed_by("ViewBudget");
const DESCRIBE_SUBSCRIBERS: Call = Call::new("budgets", "DescribeSubscribersForNotification").allowed_by("ViewBudget");

pub(super) const BUDGET: Kind =
    Kind::global("budgets.budget", &[&DESCRIBE_BUDGETS, &DESCRIBE_NOTIFICATIONS, &DESCRIBE_SUBSCRIBERS], |ctx| {
        Box::pin(budgets(ctx))
    });

async fn budgets(ctx: Context) {
    let client = Client::new(ctx.config());
    let mut found = Vec::new();
    // Without its filter expression a narrow budget would look like one over the whole account.
    let request = client.describe_budgets().account_id(&*ctx.account).show_filter_expression(true);
    ctx.pages(&DESCRIBE_BUDGETS, request.into_paginator().send(), |page| found.extend_from_slice(page.budgets())).await;
    join_all(found.iter().map(|found| budget(&ctx, &client, found))).await;
}

async fn budget(ctx: &Context, client: &Client, budget: &SdkBudget) {
    let arn = ctx.arn("budgets", &format!("budget/{}", budget.budget_name()));
    let limit = limit(budget);
    if limit.is_unread() {
        ctx.unreadable(&DESCRIBE_BUDGETS, Some(&arn), "a limit that is not a number");
    }
    let notifications = notifications(ctx, client, &arn, budget.budget_name(), limit.get().flatten()).await;
    let facts = Budget {
        budget_type: budget.budget_type().as_str().to_owned().into(),
        time_unit: budget.time_unit().as_str().to_owned().into(),
        limit,
        filters: filters(budget).into(),
        notifications: notifications.into(),
    };
    ctx.push(Named { arn, id: budget.budget_name().to_owned(), ..Named::default() }, facts);
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
        let subscribers = subscribers(ctx, client, arn, name, notification).await.ok_or(())?;
        Ok::<_, ()>(Notification {
            notification_type: notification.notification_type().as_str().to_owned(),
            threshold_percent: threshold_percent(notification, limit),
            subscribers,
        })
    }))
    .await
    .ok()
}

async fn subscribers(
    ctx: &Context,
    client: &Client,
    arn: &str,
    name: &str,
    notification: &SdkNotification,
) -> Option<Vec<String>> {
    let request = client
        .describe_subscribers_for_notification()
        .account_id(&*ctx.account)
        .budget_name(name)
        .notification(notification.clone());
    let pages = ctx.detail_pages(&DESCRIBE_SUBSCRIBERS, arn, request.into_paginator().send()).await?;
    let subscribers = pages.iter().flat_map(|page| page.subscribers());
    Some(subscribers.map(|subscriber| subscriber.subscription_type().as_str().to_owned()).collect())
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

/// Names of all that narrows the budget, each once, sorted.
fn filters(budget: &SdkBudget) -> Vec<String> {
    let mut names = Vec::new();
    #[expect(deprecated, reason = "budgets of the old form are filtered so")]
    if let Some(filters) = budget.cost_filters() {
        names.extend(filters.keys().cloned());
    }
    if let Some(expression) = budget.filter_expression() {
        filter_names(expression, &mut names);
    }
    // The primary view is the whole account's; any other shows a part of the cost.
    if budget.billing_view_arn().is_some_and(|view| !view.ends_with("billingview/primary")) {
        names.push("BILLING_VIEW".to_owned());
    }
    names.sort();
    names.dedup();
    names
}

/// An expression that names nothing we know still narrows the budget.
fn filter_names(expression: &Expression, names: &mut Vec<String>) {
    let before = names.len();
    let inner = expression.and().iter().chain(expression.or()).chain(expression.not());
    inner.for_each(|inner| filter_names(inner, names));
    names.extend(expression.dimensions().map(|dimension| dimension.key().as_str().to_owned()));
    names.extend(expression.tags().map(|_| "TAG".to_owned()));
    names.extend(expression.cost_categories().map(|_| "COST_CATEGORY".to_owned()));
    if names.len() == before {
        names.push("OTHER".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_budgets::types::{
        BudgetType, Dimension, ExpressionDimensionValues, NotificationType, Spend, TagValues, TimeUnit,
    };

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
        assert_eq!(filters(&budget().filter_expression(expression).build().unwrap()), ["SERVICE", "TAG"]);
    }

    #[test]
    fn a_filter_that_nobody_understands_still_narrows() {
        let narrowed = budget().filter_expression(Expression::builder().build()).build().unwrap();
        assert_eq!(filters(&narrowed), ["OTHER"]);
        assert!(filters(&budget().build().unwrap()).is_empty());
    }

    #[test]
    fn a_billing_view_narrows_unless_it_is_the_primary_one() {
        let of = |view: &str| filters(&budget().billing_view_arn(view).build().unwrap());
        assert!(of("arn:aws:billing::111122223333:billingview/primary").is_empty());
        assert_eq!(of("arn:aws:billing::111122223333:billingview/custom-1"), ["BILLING_VIEW"]);
    }
}
