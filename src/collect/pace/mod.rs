//! Rate limiting: when a call is made, for each account, region and API, and how many are in flight at once.
//!
//! AWS gives an account an allowance for each class of calls, and production draws on the same one. A scan takes a share
//! of it: a call waits in its class's lane for a token (`rates` says how fast they come, `bucket` how they adapt, `class`
//! that retries go first), then for permits: among its service's calls in the region, in all regions, and among all
//! calls. A call that waits for a token or backs off holds no permit, so a service that hangs or throttles never
//! holds them all; `silence` is the circuit breaker. What it must not know: any kind, fact or rule.

mod bucket;
mod class;
mod line;
mod rates;
mod silence;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_sts::error::ProvideErrorMetadata;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use self::bucket::Bucket;
use self::class::Class;
pub(super) use self::line::Line;
use self::line::{Limits, Progress, Service};
pub(super) use self::rates::is_global;
pub use self::rates::{Allowance, allowance};
use self::rates::{Rate, seconds_a_call};
use super::Kind;
use super::aws::{Answer, Call, Patience};
use super::errors::{Failed, explain};
use crate::snapshot::{Effort, GLOBAL};

/// Calls that one service in one region has in flight at once.
const IN_FLIGHT_A_SERVICE: usize = 16;

/// One service has at most this part of all calls in flight, over all regions.
const PART_OF_ALL: usize = 2;

/// An emulator's allowance, in AWS's: practically unlimited.
const OF_AN_EMULATOR: f64 = 1000.0;

tokio::task_local! {
    /// The call that a request is an attempt of.
    static CALL: Arc<Line>;
}

/// The rate limiter of one scan.
pub(super) struct Pace {
    share: f64,
    limits: Limits,
    in_flight: usize,
    all: Arc<Semaphore>,
    classes: Mutex<HashMap<(Bucketed, String), Arc<Class>>>,
    services: Mutex<HashMap<(&'static str, String), Arc<Service>>>,
    everywhere: Mutex<HashMap<&'static str, Arc<Semaphore>>>,
    ledger: Arc<Mutex<Ledger>>,
}

/// A service and operations of it.
type Bucketed = (&'static str, &'static str);

/// What was sent so far.
#[derive(Default)]
struct Ledger {
    /// Requests by action.
    calls: BTreeMap<String, u64>,
    began: Option<Instant>,
}

impl Pace {
    pub(super) fn new(patience: &Patience) -> Self {
        Self {
            share: if patience.emulator { OF_AN_EMULATOR } else { patience.share },
            limits: Limits { call: patience.call, attempts: patience.attempts },
            in_flight: patience.in_flight,
            all: Arc::new(Semaphore::new(patience.in_flight)),
            classes: Mutex::default(),
            services: Mutex::default(),
            everywhere: Mutex::default(),
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
        line.wait_for_turn().await?;
        let began = Instant::now();
        let answer = CALL.scope(Arc::clone(&line), request).await;
        if line.requests() == 0 {
            // A list that ended with its last page sends nothing more.
            line.class.bucket.give_back();
        }
        answer.map_err(|error| {
            let failed = explain(&error);
            line.failed(began, &failed);
            failed
        })
    }

    /// What was sent, up to now.
    pub(super) fn effort(&self) -> Effort {
        let ledger = lock(&self.ledger);
        let time = ledger.began.map(|began| began.elapsed()).unwrap_or_default();
        Effort { calls: ledger.calls.clone(), milliseconds: u64::try_from(time.as_millis()).unwrap_or(u64::MAX) }
    }

    fn line(&self, call: &Call, region: &str) -> Arc<Line> {
        let rate = Rate::of(call);
        let region = if rate.global { GLOBAL } else { region };
        let new_class = || Arc::new(Class::new(Bucket::new(rate.refill, rate.burst, self.share)));
        let class = lock(&self.classes).entry((rate.bucket(call), region.to_owned())).or_insert_with(new_class).clone();
        let new_service = || Arc::new(self.service(call.service));
        let service = lock(&self.services).entry((call.service, region.to_owned())).or_insert_with(new_service).clone();
        Arc::new(Line {
            operation: call.operation,
            action: call.action(),
            limits: self.limits,
            class,
            service,
            ledger: Arc::clone(&self.ledger),
            progress: Mutex::new(Progress::default()),
        })
    }

    fn service(&self, name: &'static str) -> Service {
        let most = (self.in_flight / PART_OF_ALL).max(1);
        let everywhere = lock(&self.everywhere).entry(name).or_insert_with(|| Arc::new(Semaphore::new(most))).clone();
        Service {
            here: Arc::new(Semaphore::new(IN_FLIGHT_A_SERVICE)),
            everywhere,
            all: Arc::clone(&self.all),
            silence: Mutex::default(),
        }
    }
}

impl Ledger {
    fn began(&mut self, action: &str) {
        self.began.get_or_insert_with(Instant::now);
        *self.calls.entry(action.to_owned()).or_default() += 1;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is written under these locks is valid after every step.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Kinds in the order in which they start: those whose calls AWS allows slowest first, each with all that it waits for.
pub(super) fn slowest_first(kinds: &[&'static Kind]) -> Vec<&'static Kind> {
    let mut ordered = kinds.to_vec();
    // A stable sort: a kind is below the one it starts from, which is never faster than what comes after it.
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
