//! Calls that share a bucket, in two lanes: retries draw on the bucket before calls that have not started.
//!
//! Each lane is first in, first out, and only its head asks the bucket. A scan may have thousands of calls in the lane
//! of new ones; a retry that queued behind them would wait for minutes.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};
use tokio::time::sleep;

use super::bucket::Bucket;

/// Calls that share a bucket.
pub(super) struct Class {
    pub(super) bucket: Bucket,
    new: Mutex<()>,
    retries: Mutex<()>,
    /// Retries that wait for a token now.
    waiting: AtomicU32,
}

/// The head of the lane of new calls, as long as it is held.
pub(super) struct Head<'c>(#[allow(dead_code, reason = "held, not read")] MutexGuard<'c, ()>);

/// One retry that waits; it no longer counts when dropped.
struct Waiting<'c>(&'c AtomicU32);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Class {
    pub(super) fn new(bucket: Bucket) -> Self {
        Self { bucket, new: Mutex::default(), retries: Mutex::default(), waiting: AtomicU32::new(0) }
    }

    /// Waits until a call that has not started is the next one. Those behind it take no token as long as the head is held.
    pub(super) async fn head(&self) -> Head<'_> {
        Head(self.new.lock().await)
    }

    /// Waits for the head's token, which comes after those of waiting retries.
    pub(super) async fn token(&self, _: &Head<'_>) {
        while let Err(wait) = self.bucket.take(self.waiting.load(Ordering::SeqCst)) {
            sleep(wait).await;
        }
    }

    /// Waits for a retry's token.
    pub(super) async fn token_for_retry(&self) {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let _counted = Waiting(&self.waiting);
        let _head = self.retries.lock().await;
        while let Err(wait) = self.bucket.take(0) {
            sleep(wait).await;
        }
    }

    /// The pause before a retry: up to the first one, doubled with each attempt, with full jitter.
    /// <https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/>
    pub(super) fn back_off(first: Duration, attempts: u32, most: Duration) -> Duration {
        let doubled = first.saturating_mul(1 << attempts.saturating_sub(1).min(10));
        doubled.min(most).mul_f64(fastrand::f64())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use futures::future::join_all;
    use tokio::time::sleep;

    use super::Class;
    use crate::rate_limit::bucket::Bucket;

    #[tokio::test(start_paused = true)]
    async fn retries_go_before_calls_that_have_not_started() {
        let (class, order) = (Class::new(Bucket::new(2.0, 2, 0.5)), Mutex::new(Vec::new()));
        let new = (0..4).map(async |n| {
            let head = class.head().await;
            class.token(&head).await;
            order.lock().unwrap().push(format!("new {n}"));
        });
        let retries = (0..2).map(async |n| {
            sleep(Duration::from_millis(1500)).await;
            class.token_for_retry().await;
            order.lock().unwrap().push(format!("retry {n}"));
        });
        futures::join!(join_all(new), join_all(retries));
        assert_eq!(*order.lock().unwrap(), ["new 0", "new 1", "retry 0", "retry 1", "new 2", "new 3"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_retry_that_gave_up_holds_nobody_back() {
        let class = Class::new(Bucket::new(2.0, 2, 0.5));
        let head = class.head().await;
        class.token(&head).await;
        let gave_up = tokio::time::timeout(Duration::from_millis(10), class.token_for_retry()).await;
        assert!(gave_up.is_err());
        assert!(tokio::time::timeout(Duration::from_secs(1), class.token(&head)).await.is_ok());
    }

    #[test]
    fn the_pause_before_a_retry_grows_to_a_limit_and_differs() {
        let (first, most) = (Duration::from_secs(1), Duration::from_secs(20));
        let pauses = |attempts| (0..50).map(move |_| Class::back_off(first, attempts, most)).collect::<Vec<_>>();
        assert!(pauses(1).iter().all(|pause| *pause <= first));
        assert!(pauses(40).iter().all(|pause| *pause <= most));
        assert!(pauses(4).windows(2).any(|two| two[0] != two[1]));
    }
}
