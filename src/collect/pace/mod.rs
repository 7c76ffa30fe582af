//! When a call is made: paced for each account, region and API class, and never more than so many at once.
//!
//! AWS gives each account an allowance for each class of calls, and production draws on the same one. A scan takes a share
//! of it: a call waits in its class's queue for a token (`rates` says how fast they come, `bucket` how they adapt), then
//! for a place among its service's calls in the region, then for one among all. Who waits for a token holds no
//! place, and a service that hangs never holds all of them; `silence` ends the wait for one that is gone. Calls
//! that were tried again take a token each time. What it must not know: any kind, fact or rule.

mod bucket;
mod rates;
mod silence;

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_sdk_sts::error::ProvideErrorMetadata;
use governor::clock::MonotonicClock;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep};

use self::bucket::Bucket;
pub(super) use self::rates::is_global;
pub use self::rates::{Allowance, allowance};
use self::rates::{Rate, seconds_a_call};
use self::silence::Silence;
use super::Kind;
use super::aws::{Answer, Call, Patience};
use super::errors::{Failed, explain};
use crate::snapshot::{Effort, GLOBAL};

/// Calls that one service in one region has in flight at once.
const IN_FLIGHT_A_SERVICE: usize = 16;

/// An emulator's allowance, in AWS's: as good as none.
const OF_AN_EMULATOR: f64 = 1000.0;

tokio::task_local! {
    /// The call that a request is an attempt of.
    static CALL: Arc<Line>;
}

/// The pace of one scan.
pub(super) struct Pace {
    share: f64,
    patience: Duration,
    gate: Semaphore,
    classes: Mutex<HashMap<(Bucketed, String), Arc<Class>>>,
    services: Mutex<HashMap<(&'static str, String), Arc<Service>>>,
    ledger: Arc<Mutex<Ledger>>,
}

/// A service and operations of it.
type Bucketed = (&'static str, &'static str);

/// Calls that share a bucket. They queue for its tokens.
struct Class {
    bucket: Bucket,
    queue: tokio::sync::Mutex<()>,
}

/// A service in a region.
struct Service {
    places: Semaphore,
    silence: Mutex<Silence>,
}

/// What was sent so far.
#[derive(Default)]
struct Ledger {
    /// Requests by action.
    calls: BTreeMap<String, u64>,
    began: Option<Instant>,
}

/// The way of one call to AWS, as each of its attempts sees it.
pub(super) struct Line {
    operation: &'static str,
    action: String,
    class: Arc<Class>,
    service: Arc<Service>,
    ledger: Arc<Mutex<Ledger>>,
    requests: AtomicU32,
}

impl Pace {
    pub(super) fn new(patience: &Patience) -> Self {
        Self {
            share: if patience.emulator { OF_AN_EMULATOR } else { patience.share },
            patience: patience.call,
            gate: Semaphore::new(patience.in_flight),
            classes: Mutex::default(),
            services: Mutex::default(),
            ledger: Arc::default(),
        }
    }

    /// Makes a call in its turn, at the region that answers.
    pub(super) async fn call<T, E>(
        &self,
        call: &Call,
        region: &str,
        request: impl Future<Output = Answer<T, E>>,
    ) -> Result<T, Failed>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let line = self.line(call, region);
        let _places = self.turn(&line).await?;
        let began = Instant::now();
        let answer = CALL.scope(Arc::clone(&line), request).await;
        if line.requests.load(Ordering::Relaxed) == 0 {
            // A list that ended with its last page sends nothing more.
            line.class.bucket.give_back();
        }
        answer.map_err(|error| {
            let failed = explain(&error);
            lock(&line.service.silence).failed(call.operation, began, &failed);
            failed
        })
    }

    /// What was sent, up to now.
    pub(super) fn effort(&self) -> Effort {
        let ledger = lock(&self.ledger);
        let time = ledger.began.map(|began| began.elapsed()).unwrap_or_default();
        Effort { calls: ledger.calls.clone(), milliseconds: u64::try_from(time.as_millis()).unwrap_or(u64::MAX) }
    }

    /// Waits for a token and for places; or says why the call need not be made.
    async fn turn<'p>(&'p self, line: &'p Line) -> Result<Places<'p>, Failed> {
        // Whoever stands first in the queue keeps the others behind until it goes, so that tokens are not hoarded.
        let _first = line.class.queue.lock().await;
        self.refused(line)?;
        let waited = line.class.token().await;
        lock(&line.service.silence).waited(waited);
        // Semaphores that are never closed always give a permit.
        let places = (line.service.places.acquire().await.ok(), self.gate.acquire().await.ok());
        self.refused(line).inspect_err(|_| line.class.bucket.give_back())?;
        Ok(places)
    }

    fn refused(&self, line: &Line) -> Result<(), Failed> {
        let refusal = lock(&line.service.silence).refuses(line.operation, Instant::now(), self.patience);
        refusal.map_or(Ok(()), Err)
    }

    fn line(&self, call: &Call, region: &str) -> Arc<Line> {
        let rate = Rate::of(call);
        let region = if rate.global { GLOBAL } else { region };
        let class =
            Arc::clone(lock(&self.classes).entry((rate.bucket(call), region.to_owned())).or_insert_with(|| {
                let bucket = Bucket::new(rate.refill, rate.burst, self.share, MonotonicClock);
                Arc::new(Class { bucket, queue: tokio::sync::Mutex::default() })
            }));
        let service = Arc::clone(lock(&self.services).entry((call.service, region.to_owned())).or_insert_with(|| {
            Arc::new(Service { places: Semaphore::new(IN_FLIGHT_A_SERVICE), silence: Mutex::default() })
        }));
        Arc::new(Line {
            operation: call.operation,
            action: call.action(),
            class,
            service,
            ledger: Arc::clone(&self.ledger),
            requests: AtomicU32::new(0),
        })
    }
}

/// Places among the calls in flight: of the service, and of all.
type Places<'p> = (Option<SemaphorePermit<'p>>, Option<SemaphorePermit<'p>>);

impl Class {
    /// Waits for a token; the caller stands first in the queue. How long it took.
    async fn token(&self) -> Duration {
        let mut waited = Duration::ZERO;
        while let Err(wait) = self.bucket.take() {
            sleep(wait).await;
            waited += wait;
        }
        waited
    }
}

impl Line {
    /// The call that is being made here, if its request is the call's own. One that fetches credentials on the way
    /// is not: it bears no signature, or that of the service that gives them.
    pub(super) fn of(authorization: Option<&str>) -> Option<Arc<Self>> {
        let line = CALL.try_with(Arc::clone).ok()?;
        let is_own = authorization.is_some_and(|words| words.contains("Credential=") && !words.contains("/sts/"));
        is_own.then_some(line)
    }

    /// Before each request: all but the first take a token of their own. How many went before.
    pub(super) async fn before_request(&self) -> u32 {
        let before = self.requests.fetch_add(1, Ordering::Relaxed);
        if before > 0 {
            let _first = self.class.queue.lock().await;
            self.class.token().await;
        }
        lock(&self.ledger).began(&self.action);
        before
    }

    /// An answer came, whatever it says.
    pub(super) fn heard(&self) {
        lock(&self.service.silence).heard(self.operation, Instant::now());
    }

    /// The answer said "too fast": all calls of the class slow down.
    pub(super) fn throttled(&self) {
        self.class.bucket.throttled(jitter());
    }
}

impl Ledger {
    fn began(&mut self, action: &str) {
        self.began.get_or_insert_with(Instant::now);
        *self.calls.entry(action.to_owned()).or_default() += 1;
    }
}

/// From 0 to 1, as the hashers' random keys fall.
fn jitter() -> f64 {
    let random = RandomState::new().hash_one(0) >> 32;
    u32::try_from(random).map_or(0.5, |random| f64::from(random) / f64::from(u32::MAX))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is written under these locks holds after every step.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Kinds in the order in which they start: those whose calls AWS allows slowest first, each with all that it waits for.
pub(super) fn slowest_first(kinds: &[&'static Kind]) -> Vec<&'static Kind> {
    let mut ordered = kinds.to_vec();
    // A stable sort: a kind stands below the one it starts from, which is never faster than what comes after it.
    ordered.sort_by(|a, b| slowness(b, kinds).total_cmp(&slowness(a, kinds)));
    ordered
}

/// The slowest of the calls of a kind and of those that start from it.
fn slowness(kind: &Kind, kinds: &[&'static Kind]) -> f64 {
    let own = kind.calls.iter().map(|call| seconds_a_call(call));
    let following = kinds.iter().filter(|other| other.after.contains(&Some(kind.name)) && other.name != kind.name);
    own.chain(following.map(|other| slowness(other, kinds))).fold(0.0, f64::max)
}

#[cfg(test)]
#[path = "../pace_tests.rs"]
mod tests;
