//! Amazon SNS: topics that alarms speak to.

facts! {
    /// A topic of the same account and region that a CloudWatch alarm names as its action; one that was deleted is not there. Source: `sns:GetTopicAttributes`.
    "sns.topic" Topic {
        /// Subscriptions that somebody confirmed. `SubscriptionsConfirmed`.
        confirmed_subscriptions: i64,
        /// Subscriptions that wait for confirmation. `SubscriptionsPending`.
        pending_subscriptions: i64,
    }
}
