//! AWS Budgets.

parts! {
    /// A notification. Source: `budgets:DescribeNotificationsForBudget`, `DescribeSubscribersForNotification`.
    Notification {
        /// ACTUAL or FORECASTED. `NotificationType`.
        notification_type: String,
        /// What it warns above, in per cent of the limit. `Threshold`, turned into per cent where `ThresholdType` is ABSOLUTE_VALUE; null where the limit is not known, or `ComparisonOperator` is not GREATER_THAN.
        threshold_percent: Option<f64>,
        /// EMAIL and SNS subscribers; mail addresses are never kept. `SubscriptionType`.
        subscribers: Vec<String>,
        /// ARNs of the topics among them. `Address`.
        #[serde(default)]
        topics: Vec<String>,
    }
}

parts! {
    /// A topic that a budget's notifications name.
    NotifiedTopic {
        /// The topic's ARN. `Address`.
        arn: String,
        /// Confirmed subscriptions; 0 for a topic that is gone. `SubscriptionsConfirmed`. Source: `sns:GetTopicAttributes`.
        confirmed_subscriptions: i64,
    }
}

facts! {
    /// A budget. Source: `budgets:DescribeBudgets`.
    "budgets.budget" Budget {
        /// COST, USAGE, RI_UTILIZATION, … `BudgetType`.
        budget_type: String,
        /// DAILY, MONTHLY, QUARTERLY, ANNUALLY or CUSTOM. `TimeUnit`.
        time_unit: String,
        /// The limit of the current period, none where AWS names none. `BudgetLimit.Amount`.
        limit: Option<f64>,
        /// Names of what leaves out use of the account: keys of the old filters and dimensions of the new ones (Service, SERVICE), TAG, COST_CATEGORY, BILLING_VIEW for a view that is not the primary one, OTHER for what is not known. To leave out credits, refunds, taxes, support or discounts, or all other accounts, leaves out no use. `CostFilters`, `FilterExpression`, `BillingViewArn`.
        filters: Vec<String>,
        /// When its first period begins (RFC 3339); none where AWS names no beginning. `TimePeriod.Start`.
        starts_at: Option<String>,
        /// When its last period ends (RFC 3339), by default in 2087; none where AWS names no end. `TimePeriod.End`.
        ends_at: Option<String>,
        /// HEALTHY or UNHEALTHY, as where its billing view or its filter no longer works; none where AWS does not say. `HealthStatus.Status`.
        health: Option<String>,
        /// Its notifications with their subscribers. Source: `budgets:DescribeNotificationsForBudget`, `DescribeSubscribersForNotification`.
        notifications: Vec<Notification>,
        /// The topics that these name; absent where one of them can't be read. Source: `sns:GetTopicAttributes`.
        topics: Vec<NotifiedTopic>,
    }
}
