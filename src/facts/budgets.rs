//! AWS Budgets.

parts! {
    /// A notification. Source: `budgets:DescribeNotificationsForBudget`, `DescribeSubscribersForNotification`.
    Notification {
        /// ACTUAL or FORECASTED. `NotificationType`.
        notification_type: String,
        /// What it warns above, in per cent of the limit. `Threshold`, turned into per cent where `ThresholdType` is ABSOLUTE_VALUE; null where the limit is not known, or `ComparisonOperator` is not GREATER_THAN.
        threshold_percent: Option<f64>,
        /// EMAIL and SNS subscribers; their addresses are never kept. `SubscriptionType`.
        subscribers: Vec<String>,
    }
}

facts! {
    /// A budget. Source: `budgets:DescribeBudgets`.
    "budgets.budget" Budget {
        /// COST, USAGE, RI_UTILIZATION, … `BudgetType`.
        budget_type: String,
        /// DAILY, MONTHLY, QUARTERLY or ANNUALLY. `TimeUnit`.
        time_unit: String,
        /// The limit of the current period, none where AWS names none. `BudgetLimit.Amount`.
        limit: Option<f64>,
        /// Names of what narrows it: keys of the old filters and dimensions of the new ones (Service, SERVICE), TAG, COST_CATEGORY, BILLING_VIEW for a view that is not the primary one, OTHER for what is not known. `CostFilters`, `FilterExpression`, `BillingViewArn`.
        filters: Vec<String>,
        /// Its notifications with their subscribers. Source: `budgets:DescribeNotificationsForBudget`, `DescribeSubscribersForNotification`.
        notifications: Vec<Notification>,
    }
}
