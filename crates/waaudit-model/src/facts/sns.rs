//! Amazon SNS: topics that alarms publish to, and what subscribes to the account's topics.

facts! {
    /// A topic that a CloudWatch alarm names as its action, or an EventBridge rule on alarms as its target. Source: `sns:GetTopicAttributes`.
    "sns.topic" Topic {
        /// Whether it is there: an alarm can outlive its topic.
        exists: bool,
        /// Confirmed subscriptions; 0 for a topic that is gone. `SubscriptionsConfirmed`.
        confirmed_subscriptions: i64,
        /// Subscriptions that wait for confirmation; 0 for a topic that is gone. `SubscriptionsPending`.
        pending_subscriptions: i64,
        /// Derived: where it has no confirmed subscription, ARNs of the alarms that name it and do nothing else.
        silenced_alarms: Vec<String>,
    }
}

facts! {
    /// A subscription of the account to a topic; one that is not confirmed has no ARN and is left out. Source: `sns:ListSubscriptions`.
    "sns.subscription" Subscription {
        /// ARN of the topic. `TopicArn`.
        topic: String,
        /// email, sqs, lambda, https, … `Protocol`.
        protocol: String,
        /// ARN of the queue that takes what could not be delivered; none without one. `RedrivePolicy.deadLetterTargetArn`. Source: `sns:GetSubscriptionAttributes`.
        dead_letter_target: Option<String>,
    }
}
