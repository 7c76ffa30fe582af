//! Amazon SNS: topics that alarms speak to.

facts! {
    /// A topic that a CloudWatch alarm names as its action. Source: `sns:GetTopicAttributes`.
    "sns.topic" Topic {
        /// Subscriptions that somebody confirmed. `SubscriptionsConfirmed`.
        confirmed_subscriptions: i64,
        /// Subscriptions that wait for confirmation. `SubscriptionsPending`.
        pending_subscriptions: i64,
    }
}
