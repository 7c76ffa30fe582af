//! Limits of queues.

use waaudit_model::facts::sqs::Queue;

use super::super::report::{Consequence, Limited, Source};
use super::{Around, Load, Reading, Row, TARGET, bound, measured, measured_if, read};

pub(super) const QUEUE: &[Row<Queue>] = &[
    Row { limited: Limited::InFlightMessages, target: TARGET, then: Consequence::Queued, read: in_flight },
    Row { limited: Limited::MessagesPerSecond, target: TARGET, then: Consequence::Throttled, read: fifo_rate },
];

const IN_FLIGHT: f64 = 120_000.0;
/// Calls per second of each action on a FIFO queue, without batches.
const FIFO_CALLS: f64 = 300.0;
const MESSAGES_PAGE: &str =
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html (2026-11-28)";
const QUEUES_PAGE: &str =
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-limits.html (2026-11-28)";

/// Work that failed waits in a dead-letter queue: it is no hop of requests.
fn in_flight(queue: &Queue, _: &Around) -> Reading {
    if *read(&queue.dead_letter_queue, "sqs.queue:dead_letter_queue")? {
        return Ok(None);
    }
    let peak = measured(&queue.in_flight_peak, "sqs.queue:in_flight_peak", "messages")?;
    Ok(Some(Load::new(peak, bound(IN_FLIGHT, Source::Documented, QUEUES_PAGE))))
}

/// Of a FIFO queue whose limit counts for each group of messages, the limit is the region's, and higher.
fn fifo_rate(queue: &Queue, _: &Around) -> Reading {
    if *read(&queue.dead_letter_queue, "sqs.queue:dead_letter_queue")? {
        return Ok(None);
    }
    let name = "sqs.queue:sent_per_second_peak";
    let Some(peak) = measured_if(&queue.sent_per_second_peak, name, "messages/s")? else { return Ok(None) };
    if read(&queue.throughput_limit, "sqs.queue:throughput_limit")?.as_deref() != Some("perQueue") {
        return Ok(None);
    }
    let load = Load::new(peak, bound(FIFO_CALLS, Source::Documented, MESSAGES_PAGE));
    Ok(Some(load.assuming("each message is a call of its own: batches hold ten times as many")))
}
