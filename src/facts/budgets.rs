//! AWS Budgets.

parts! {
    /// A notification. Source: `budgets:DescribeNotificationsForBudget`, `DescribeSubscribersForNotification`.
    Notification {
        /// ACTUAL or FORECASTED. `NotificationType`.
        notification_type: String,
        /// The threshold, in per cent of the limit. `Threshold`, turned into per cent where `ThresholdType` is ABSOLUTE_VALUE; null where the limit is not known.
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
        /// The limit; none for a budget that adjusts itself or is planned by period. `BudgetLimit.Amount`.
        limit: Option<f64>,
        /// Names of the filters that narrow it. `CostFilters`, `FilterExpression`.
        filters: Vec<String>,
        /// Its notifications with their subscribers.
        notifications: Vec<Notification>,
    }
}
