//! One call on its way to AWS, as each of its attempts sees it.
//!
//! The first attempt goes with the token and permits that the call waited for before it was signed; each further one
//! waits for its own. Permits are held while a request is on the wire, and not while a call backs off.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::circuit_breaker::CircuitBreaker;
use super::class::Class;
use super::{CALL, Ledger, lock};
use crate::call::errors::Failed;
use waaudit_model::gap::GapReason;

/// How long a call may take, and how often it is tried.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Over all attempts: `--timeout`. Waiting for tokens and permits doesn't count, nor does backing off where AWS throttles.
    pub(super) call: Duration,
    /// Attempts.
    pub(super) attempts: u32,
}

/// A service in a region.
pub(super) struct Service {
    /// Calls in flight here.
    pub(super) here: Arc<Semaphore>,
    /// Calls of the service in flight in all regions.
    pub(super) everywhere: Arc<Semaphore>,
    /// Calls of all services in flight.
    pub(super) all: Arc<Semaphore>,
    pub(super) circuit_breaker: Mutex<CircuitBreaker>,
}

/// The right to have one request on the wire.
pub(super) struct Permits {
    _held: [Option<OwnedSemaphorePermit>; 3],
}

impl Service {
    /// Waits for permits. The widest comes last, so that a busy service takes none of it while it waits for its own.
    pub(super) async fn permits(&self) -> Permits {
        Permits { _held: [permit(&self.here).await, permit(&self.everywhere).await, permit(&self.all).await] }
    }
}

async fn permit(semaphore: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    // A semaphore that is never closed always gives a permit.
    Arc::clone(semaphore).acquire_owned().await.ok()
}

/// One call on its way to AWS.
pub(crate) struct CallTracker {
    pub(super) operation: &'static str,
    pub(super) action: String,
    pub(super) limits: Limits,
    pub(super) class: Arc<Class>,
    pub(super) service: Arc<Service>,
    pub(super) ledger: Arc<Mutex<Ledger>>,
    pub(super) progress: Mutex<Progress>,
}

/// How far a call has come.
#[derive(Default)]
pub(super) struct Progress {
    /// Requests sent.
    requests: u32,
    /// Time that they spent on the wire, and backing off after faults.
    spent: Duration,
    /// When the last one was sent.
    sent: Option<Instant>,
    /// The first attempt's.
    permits: Option<Permits>,
}

/// One request on the wire. Its permits are given back when it is dropped.
pub(crate) struct Attempt {
    /// How long it may take.
    pub(crate) limit: Duration,
    sent: Instant,
    _permits: Permits,
}

impl CallTracker {
    /// The call that is being made here, if its request is the call's own. One that fetches credentials on the way
    /// is not: it has no signature, or one for the service that issues them.
    pub(crate) fn of(authorization: Option<&str>) -> Option<Arc<Self>> {
        let tracker = CALL.try_with(Arc::clone).ok()?;
        let is_own = authorization.is_some_and(|words| words.contains("Credential=") && !words.contains("/sts/"));
        is_own.then_some(tracker)
    }

    /// Waits for the first attempt's token and permits; or says why the call need not be made.
    pub(super) async fn wait_for_turn(&self) -> Result<(), Failed> {
        let head = self.class.head().await;
        self.refused()?;
        self.class.token(&head).await;
        let permits = self.service.permits().await;
        self.refused().inspect_err(|_| self.class.bucket.give_back())?;
        lock(&self.progress).permits = Some(permits);
        Ok(())
    }

    /// Waits until a request may be sent. A retry waits here for a token and permits.
    pub(crate) async fn begin(&self) -> Result<Attempt, Failed> {
        let first = lock(&self.progress).permits.take();
        let permits = match first {
            Some(permits) => permits,
            None => self.permits_for_retry().await?,
        };
        lock(&self.ledger).began(&self.action);
        let sent = Instant::now();
        let mut progress = lock(&self.progress);
        progress.requests += 1;
        progress.sent = Some(sent);
        Ok(Attempt { limit: self.limits.call.saturating_sub(progress.spent), sent, _permits: permits })
    }

    async fn permits_for_retry(&self) -> Result<Permits, Failed> {
        self.refused()?;
        self.class.token_for_retry().await;
        let permits = self.service.permits().await;
        self.refused().inspect_err(|_| self.class.bucket.give_back())?;
        Ok(permits)
    }

    /// A request came to its end.
    pub(crate) fn end(&self, attempt: Attempt) {
        lock(&self.progress).spent += attempt.sent.elapsed();
    }

    /// An answer came, whatever it says.
    pub(crate) fn answered(&self) {
        lock(&self.service.circuit_breaker).answered(self.operation, Instant::now(), self.limits.call);
    }

    /// The answer was not about the rate.
    pub(crate) fn allowed(&self) {
        self.class.bucket.answered();
    }

    /// The call was throttled: all calls of its class pause.
    pub(crate) fn throttled(&self) {
        self.class.bucket.throttled(fastrand::f64());
    }

    /// How long to back off before the next attempt; nothing where none is left, or no time for one. Only throttling
    /// leaves the call's time as it is.
    pub(crate) fn next_attempt(&self, is_throttled: bool) -> Option<Duration> {
        let mut progress = lock(&self.progress);
        let first = if is_throttled { AFTER_THROTTLING } else { AFTER_FAULTS };
        let pause = Class::back_off(first, progress.requests, LONGEST_BACK_OFF.min(self.limits.call));
        if !is_throttled {
            progress.spent += pause;
        }
        let is_left = progress.requests < self.limits.attempts && progress.spent + SHORTEST < self.limits.call;
        is_left.then_some(pause)
    }

    /// Requests sent so far.
    pub(crate) fn requests(&self) -> u32 {
        lock(&self.progress).requests
    }

    /// The call failed for good.
    pub(super) fn failed(&self, began: Instant, failed: &Failed) {
        let (sent, spent) = {
            let progress = lock(&self.progress);
            (progress.sent.unwrap_or(began), progress.spent)
        };
        lock(&self.service.circuit_breaker).failed(self.operation, sent, spent, self.limits.call, failed);
    }

    pub(super) fn refused(&self) -> Result<(), Failed> {
        lock(&self.service.circuit_breaker).refusal(self.operation).map_or(Ok(()), Err)
    }

    /// Why a request that got no answer in time failed.
    pub(crate) fn timed_out(&self) -> Failed {
        let message = format!("no answer within {} s", self.limits.call.as_secs_f64());
        Failed { reason: GapReason::TimedOut, message, request_id: None, code: None }
    }
}

/// An attempt needs more time than this.
const SHORTEST: Duration = Duration::from_millis(1);
/// The longest first back-off of a throttled call. Its class pauses as well.
const AFTER_THROTTLING: Duration = Duration::from_millis(500);
/// The longest first back-off after a server error or a lost connection: most are over at once.
const AFTER_FAULTS: Duration = Duration::from_millis(200);
/// No back-off is longer.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(20);
