//! Amazon SNS: topics that alarms speak to.

facts! {
    /// A topic of the same account and region that a CloudWatch alarm names as its action. Source: `sns:GetTopicAttributes`.
    "sns.topic" Topic {
        /// Whether it is there: an alarm can outlive its topic, and then tells nobody.
        exists: bool,
        /// Subscriptions that somebody confirmed; 0 for a topic that is gone. `SubscriptionsConfirmed`.
        confirmed_subscriptions: i64,
        /// Subscriptions that wait for confirmation; 0 for a topic that is gone. `SubscriptionsPending`.
        pending_subscriptions: i64,
    }
}
