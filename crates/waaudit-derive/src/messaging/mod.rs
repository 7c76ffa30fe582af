//! Queues, topics, streams and event buses.

pub(crate) mod async_work;
pub(crate) mod event_patterns;
pub(crate) mod kafka;
pub(crate) mod sns;
pub(crate) mod sqs;
