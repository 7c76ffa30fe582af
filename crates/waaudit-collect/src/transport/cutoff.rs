//! When collecting ends although not everything was read: at a deadline, or because the user interrupts.

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// What a deadline leaves.
const OUT_OF_TIME: &str = "not done by the deadline";
/// What an interruption leaves.
const INTERRUPTED: &str = "the scan was interrupted before it was done";

/// Ends collecting early; what is not read then is a gap.
#[derive(Debug)]
pub struct Interrupter(watch::Sender<bool>);

/// Whether collecting was ended early.
#[derive(Debug, Clone)]
pub struct Interruption(Option<watch::Receiver<bool>>);

impl Interrupter {
    /// One that has not interrupted yet, and what it interrupts.
    pub fn new() -> (Self, Interruption) {
        let (sender, receiver) = watch::channel(false);
        (Self(sender), Interruption(Some(receiver)))
    }

    /// Ends collecting. Whether it was going on.
    pub fn interrupt(&self) -> bool {
        // Asked first: collecting may be over before the next line returns.
        let is_going_on = !self.0.is_closed();
        !self.0.send_replace(true) && is_going_on
    }
}

impl Interruption {
    /// What nothing interrupts.
    pub const fn never() -> Self {
        Self(None)
    }

    async fn requested(&mut self) {
        let Some(receiver) = &mut self.0 else { return std::future::pending().await };
        if receiver.wait_for(|is_requested| *is_requested).await.is_err() {
            // Nothing is left that could interrupt.
            std::future::pending::<()>().await;
        }
    }
}

/// When collecting ends, whatever is missing then.
#[derive(Debug, Clone)]
pub(crate) struct Cutoff {
    deadline: Option<Instant>,
    interruption: Interruption,
}

impl Cutoff {
    pub(crate) const fn new(deadline: Option<Instant>, interruption: Interruption) -> Self {
        Self { deadline, interruption }
    }

    /// Waits for the end, and says why it came.
    pub(crate) async fn reached(&self) -> &'static str {
        let deadline = async {
            match self.deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        let mut interruption = self.interruption.clone();
        tokio::select! {
            biased;
            () = interruption.requested() => INTERRUPTED,
            () = deadline => OUT_OF_TIME,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::task::{Context, Wake, Waker};
    use std::time::Duration;

    use futures::FutureExt as _;
    use futures::future::BoxFuture;
    use tokio::time::{Instant, timeout};

    use super::{Cutoff, Interrupter, Interruption};

    #[tokio::test(start_paused = true)]
    async fn a_deadline_is_reached_in_its_time_and_stays_reached() {
        let deadline = Instant::now() + Duration::from_secs(5);
        let cutoff = Cutoff::new(Some(deadline), Interruption::never());
        assert!(timeout(Duration::from_secs(4), cutoff.reached()).await.is_err());
        assert_eq!(cutoff.reached().await, "not done by the deadline");
        assert_eq!(cutoff.reached().await, "not done by the deadline");
    }

    #[tokio::test(start_paused = true)]
    async fn an_interruption_comes_before_a_deadline_and_without_one() {
        let (interrupter, interruption) = Interrupter::new();
        let cutoff = Cutoff::new(None, interruption);
        assert!(timeout(Duration::from_mins(1), cutoff.reached()).await.is_err());
        assert!(interrupter.interrupt(), "collecting was going on");
        assert_eq!(cutoff.reached().await, "the scan was interrupted before it was done");
        assert!(!interrupter.interrupt(), "it was interrupted before");
    }

    /// Collecting that is over as soon as it is told to end.
    struct EndsWhenTold(Mutex<Option<BoxFuture<'static, ()>>>);

    impl Wake for EndsWhenTold {
        fn wake(self: Arc<Self>) {
            drop(self.0.lock().unwrap().take());
        }
    }

    #[test]
    fn collecting_that_ends_at_once_was_going_on() {
        let (interrupter, mut interruption) = Interrupter::new();
        let collecting = Arc::new(EndsWhenTold(Mutex::new(None)));
        let waker = Waker::from(Arc::clone(&collecting));
        let mut future = async move { interruption.requested().await }.boxed();
        assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        *collecting.0.lock().unwrap() = Some(future);
        assert!(interrupter.interrupt());
        assert!(collecting.0.lock().unwrap().is_none(), "it ended");
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_interrupted_when_collecting_is_over() {
        let (interrupter, interruption) = Interrupter::new();
        drop(interruption);
        assert!(!interrupter.interrupt());
    }
}
