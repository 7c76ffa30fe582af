//! Rate limiting: when a call is made, for each account, region and API, and how many are in flight at once.
//!
//! AWS gives an account an allowance for each class of calls, and production draws on the same one. A scan takes a share
//! of it: a call waits in its class's lane for a token (`rates` says how fast they come, `bucket` how they adapt, `class`
//! that retries go first), then for permits: among its service's calls in the region, in all regions, and among all
//! calls. A call that waits for a token or backs off holds no permit, so a service that hangs or throttles never
//! holds them all; `circuit_breaker` is the circuit breaker. What it must not know: any kind, fact or rule.

mod bucket;
mod call_tracker;
mod circuit_breaker;
mod class;
mod evidence;
mod rates;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_sdk_sts::error::SdkError;
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError;
use futures::future::BoxFuture;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

use self::bucket::Bucket;
pub(crate) use self::call_tracker::CallTracker;
use self::call_tracker::{Limits, Progress, Service};
use self::class::Class;
pub use self::rates::Allowance;
pub(crate) use self::rates::{Rate, Rates};
use crate::call::errors::{Failed, explain};
use crate::call::options::CallOptions;
use crate::call::{Answer, Call, OperationError};
use waaudit_model::snapshot::{Effort, GLOBAL};

/// Calls that one service in one region has in flight at once.
const IN_FLIGHT_A_SERVICE: usize = 16;

/// One service has at most this part of all calls in flight, over all regions.
const PART_OF_ALL: usize = 2;

/// An emulator's allowance, in AWS's: practically unlimited.
const OF_AN_EMULATOR: f64 = 1000.0;

tokio::task_local! {
    /// The call that a request is an attempt of.
    static CALL: Arc<CallTracker>;
}

/// The rate limiter of one scan.
pub(crate) struct RateLimiter {
    rates: Rates,
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

impl RateLimiter {
    pub(crate) fn new(rates: Rates, call_options: &CallOptions) -> Self {
        Self {
            rates,
            share: if call_options.emulator { OF_AN_EMULATOR } else { call_options.share },
            limits: Limits { call: call_options.call, attempts: call_options.attempts },
            in_flight: call_options.in_flight,
            all: Arc::new(Semaphore::new(call_options.in_flight)),
            classes: Mutex::default(),
            services: Mutex::default(),
            everywhere: Mutex::default(),
            ledger: Arc::default(),
        }
    }

    /// Makes a call in its turn, at the region that answers.
    pub(crate) async fn call<T: Send, E: OperationError>(
        &self,
        call: &Call,
        region: &str,
        request: impl Future<Output = Answer<T, E>> + Send,
    ) -> Result<T, Failed> {
        let mut answer = None;
        let asked = async {
            answer = Some(request.await.map_err(|error| explain(&error))?);
            Ok(())
        };
        self.in_turn(call, region, Box::pin(asked)).await?;
        answer.ok_or_else(Failed::without_answer)
    }

    /// The same without the answer's type, so that it is compiled once and not for each of AWS's operations.
    async fn in_turn(
        &self,
        call: &Call,
        region: &str,
        request: BoxFuture<'_, Result<(), Failed>>,
    ) -> Result<(), Failed> {
        let tracker = self.tracker(call, region);
        tracker.wait_for_turn().await?;
        let began = Instant::now();
        let answer = CALL.scope(Arc::clone(&tracker), request).await;
        if tracker.requests() == 0 {
            // A list that ended with its last page sends nothing more.
            tracker.class.bucket.give_back();
        }
        answer.inspect_err(|failed| tracker.failed(began, failed))
    }

    /// Whether an API answers for all regions from one allowance, and so with one answer.
    pub(crate) fn is_global(&self, call: &Call) -> bool {
        self.rates.of(call).global
    }

    /// What was sent, up to now.
    pub(crate) fn effort(&self) -> Effort {
        let ledger = lock(&self.ledger);
        let time = ledger.began.map(|began| began.elapsed()).unwrap_or_default();
        Effort { calls: ledger.calls.clone(), milliseconds: u64::try_from(time.as_millis()).unwrap_or(u64::MAX) }
    }

    fn tracker(&self, call: &Call, region: &str) -> Arc<CallTracker> {
        let rate = self.rates.of(call);
        let region = if rate.global { GLOBAL } else { region };
        let new_class = || Arc::new(Class::new(Bucket::new(rate.refill, rate.burst, self.share)));
        let class = lock(&self.classes).entry((rate.bucket(call), region.to_owned())).or_insert_with(new_class).clone();
        let new_service = || Arc::new(self.service(call.service));
        let service = lock(&self.services).entry((call.service, region.to_owned())).or_insert_with(new_service).clone();
        Arc::new(CallTracker {
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
            circuit_breaker: Mutex::default(),
        }
    }
}

impl Ledger {
    fn began(&mut self, action: &str) {
        self.began.get_or_insert_with(Instant::now);
        *self.calls.entry(action.to_owned()).or_default() += 1;
    }
}

/// A request of the call that is being made, answered after some time without AWS: for simulations of the pace.
pub(crate) async fn simulated_request(time: Duration) -> Answer<(), GetCallerIdentityError> {
    let tracker = CALL.get();
    let Ok(attempt) = tracker.begin().await else { return Err(SdkError::timeout_error("refused")) };
    sleep(time).await;
    tracker.end(attempt);
    tracker.answered();
    tracker.allowed();
    Ok(())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is written under these locks is valid after every step.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
