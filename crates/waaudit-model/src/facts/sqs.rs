//! Amazon SQS: how queues are set up, and how much goes through them. Messages are never read.

use super::measured::Measured;

facts! {
    /// A queue. Source: `sqs:ListQueues`, `GetQueueAttributes`.
    "sqs.queue" Queue {
        /// Whether it keeps order: its name ends in `.fifo`, as such a queue's name must and no other's can.
        fifo: bool,
        /// The dead-letter queue's ARN, if any. `RedrivePolicy.deadLetterTargetArn`.
        dead_letter_target: Option<String>,
        /// Receptions before a message goes there; none without one. `RedrivePolicy.maxReceiveCount`.
        max_receive_count: Option<i64>,
        /// Whether it says who may use it as a dead-letter queue; false where it says that none may. `RedriveAllowPolicy.redrivePermission`.
        redrive_allow_policy: bool,
        /// Seconds that a received message stays hidden. `VisibilityTimeout`.
        visibility_timeout_seconds: i64,
        /// Messages waiting, about. `ApproximateNumberOfMessages`.
        messages: i64,
        /// When it was made, RFC 3339. `CreatedTimestamp`.
        created_at: String,
        /// Seconds that it keeps a message. `MessageRetentionPeriod`.
        retention_seconds: i64,
        /// Seconds that a new message stays hidden. `DelaySeconds`.
        delay_seconds: i64,
        /// What the limit of calls of a FIFO queue is counted for: perQueue or perMessageGroupId; none for another queue. `FifoThroughputLimit`.
        throughput_limit: Option<String>,
        /// Among which messages a FIFO queue looks for copies: queue or messageGroup; none for another queue. `DeduplicationScope`.
        deduplication_scope: Option<String>,
        /// Messages sent in a week. `AWS/SQS NumberOfMessagesSent`.
        messages_sent: Measured,
        /// Messages deleted, which is how workers say that they are done, in a week. `AWS/SQS NumberOfMessagesDeleted`.
        messages_deleted: Measured,
        /// Messages sent a second in the busiest minute of two weeks; none for a queue that is not FIFO. `AWS/SQS NumberOfMessagesSent`.
        sent_per_second_peak: Option<Measured>,
        /// Seconds that the oldest message waits, 19 twentieths of the time. `AWS/SQS ApproximateAgeOfOldestMessage`.
        oldest_seconds_p95: Measured,
        /// Most seconds that a message waited. `AWS/SQS ApproximateAgeOfOldestMessage`.
        oldest_seconds_peak: Measured,
        /// Most messages that were received and neither deleted nor given back. `AWS/SQS ApproximateNumberOfMessagesNotVisible`.
        in_flight_peak: Measured,
        /// Most messages that waited in a week. `AWS/SQS ApproximateNumberOfMessagesVisible`.
        messages_peak: Measured,
        /// Derived: whether it is a dead-letter queue: another queue, a function, an event source mapping, a topic's subscription or an EventBridge rule's target of the region sends its failures there, its redrive allow policy says who may, or its name ends in dlq, dead-letter or the like (before `.fifo`).
        dead_letter_queue: bool,
        /// Derived: whether `dead_letter_target` is a queue of this account and region; none without a target.
        dead_letter_target_exists: Option<bool>,
        /// Derived: whether a CloudWatch alarm that notifies tells of messages in it: on their number or age going up, or on messages sent where no queue moves its own there.
        alarmed: bool,
        /// Derived: functions that poll it by an enabled event source mapping, with the visibility timeout that each needs.
        consumers: Vec<Consumer>,
        /// Derived: of those, functions for which the visibility timeout is too short.
        short_for: Vec<String>,
    }
}

parts! {
    /// A function that polls a queue.
    Consumer {
        /// The function's ARN.
        function: String,
        /// Six times its timeout, plus the batching window, in seconds.
        needed_visibility_seconds: i64,
        /// Whether it reports failed items of a batch one by one. `FunctionResponseTypes`.
        reports_batch_item_failures: bool,
    }
}
