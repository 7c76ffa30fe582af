//! Amazon SQS: how queues are set up. Messages are never read.

facts! {
    /// A queue. Source: `sqs:ListQueues`, `GetQueueAttributes`.
    "sqs.queue" Queue {
        /// Whether it keeps order: its name ends in `.fifo`, as such a queue's name must and no other's can.
        fifo: bool,
        /// The dead-letter queue's ARN, if any. `RedrivePolicy.deadLetterTargetArn`.
        dead_letter_target: Option<String>,
        /// Receptions before a message goes there; none without one. `RedrivePolicy.maxReceiveCount`.
        max_receive_count: Option<i64>,
        /// Whether it says who may use it as a dead-letter queue; false where it says that nobody may. `RedriveAllowPolicy.redrivePermission`.
        redrive_allow_policy: bool,
        /// Seconds that a received message stays hidden. `VisibilityTimeout`.
        visibility_timeout_seconds: i64,
        /// Messages waiting, about. `ApproximateNumberOfMessages`.
        messages: i64,
        /// Derived: whether it is a dead-letter queue: another queue of the region points at it, it says who may, or its name ends in dlq, dead-letter or deadletter (before `.fifo`).
        dead_letter_queue: bool,
        /// Derived: whether `dead_letter_target` is a queue of this account and region; none without a target.
        dead_letter_target_exists: Option<bool>,
        /// Derived: whether a CloudWatch alarm on the metrics of queues names it.
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
