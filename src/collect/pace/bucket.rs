//! A token bucket that learns: a scan's share of one allowance, less of it once AWS says "too fast".
//!
//! Others draw on the same allowance, production's auto scaling before all. So whatever AWS throttles makes
//! every call of the bucket pause for a moment, halves its rate, and ends bursts for the rest of the scan; each calm
//! while gives one halving back. The cost is a slower end of a scan that was throttled by nobody's fault. It knows no
//! call and no region, and its clock is given to it.

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, MonotonicClock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

/// A bucket never sinks below its rate halved so often.
const HALVINGS: u32 = 3;
/// So long a bucket stays calm to get one halving back.
const CALM: Duration = Duration::from_secs(10);
/// Calls that were in flight together are throttled together: they count once.
const TOGETHER: Duration = Duration::from_secs(1);
/// A pause lasts at least this long, and at most twice as long again.
const PAUSE: Duration = Duration::from_millis(500);

type Limiter<C> = RateLimiter<NotKeyed, InMemoryState, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// Tokens for calls that share an allowance.
pub(super) struct Bucket<C: Clock + Clone = MonotonicClock> {
    refill: f64,
    clock: C,
    state: Mutex<State<C>>,
}

struct State<C: Clock> {
    limiter: Limiter<C>,
    halvings: u32,
    /// When the rate last changed, if it ever did.
    changed: Option<C::Instant>,
    paused_until: Option<C::Instant>,
    /// Tokens that were taken for nothing.
    returned: u32,
}

impl<C: Clock + Clone> Bucket<C> {
    /// A bucket that takes a share of an allowance.
    pub(super) fn new(refill: f64, burst: u32, share: f64, clock: C) -> Self {
        let refill = refill * share;
        let burst = (1..=burst).rev().find(|calls| f64::from(*calls) <= f64::from(burst) * share);
        let burst = burst.and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN);
        let state = State {
            limiter: limiter(refill, burst, clock.clone()),
            halvings: 0,
            changed: None,
            paused_until: None,
            returned: 0,
        };
        Self { refill, clock, state: Mutex::new(state) }
    }

    /// Takes a token, or says how long to wait before the next try.
    pub(super) fn take(&self) -> Result<(), Duration> {
        let now = self.clock.now();
        let mut state = self.state();
        if let Some(until) = state.paused_until.filter(|until| *until > now) {
            return Err(until.duration_since(now).into());
        }
        self.recover(&mut state, now);
        if state.returned > 0 {
            state.returned -= 1;
            return Ok(());
        }
        state.limiter.check().map_err(|not_until| not_until.wait_time_from(now))
    }

    /// Takes a token back that was taken for a call that was not made.
    pub(super) fn give_back(&self) {
        self.state().returned += 1;
    }

    /// AWS said "too fast". The jitter, from 0 to 1, spreads the end of the pause.
    pub(super) fn throttled(&self, jitter: f64) {
        let now = self.clock.now();
        let mut state = self.state();
        let until = now + (PAUSE + PAUSE.mul_f64(2.0 * jitter)).into();
        state.paused_until = state.paused_until.max(Some(until));
        state.returned = 0;
        let is_old = |changed: C::Instant| Duration::from(now.duration_since(changed)) >= TOGETHER;
        let halvings = state.halvings;
        if halvings == 0 || state.changed.is_none_or(is_old) {
            self.change(&mut state, HALVINGS.min(halvings + 1), now);
        }
    }

    fn recover(&self, state: &mut State<C>, now: C::Instant) {
        let calm = state.changed.is_some_and(|changed| Duration::from(now.duration_since(changed)) >= CALM);
        if calm && state.halvings > 0 {
            self.change(state, state.halvings - 1, now);
        }
    }

    fn change(&self, state: &mut State<C>, halvings: u32, now: C::Instant) {
        let refill = self.refill / f64::from(1_u32 << halvings);
        state.limiter = limiter(refill, NonZeroU32::MIN, self.clock.clone());
        state.halvings = halvings;
        state.changed = Some(now);
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State<C>> {
        // Every change leaves a state that holds, so what a panicking thread left does too.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn limiter<C: Clock>(refill: f64, burst: NonZeroU32, clock: C) -> Limiter<C> {
    // No rate of the table is so high that its period is nothing.
    let quota = Quota::with_period(Duration::from_secs_f64(refill.recip()));
    RateLimiter::direct_with_clock(quota.unwrap_or(Quota::per_second(NonZeroU32::MIN)).allow_burst(burst), clock)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use governor::clock::FakeRelativeClock;

    use super::Bucket;

    /// Calls that get a token within so many seconds, asking ever again.
    fn calls_within(bucket: &Bucket<FakeRelativeClock>, clock: &FakeRelativeClock, seconds: u64) -> u32 {
        let (mut calls, mut left) = (0, Duration::from_secs(seconds));
        loop {
            match bucket.take() {
                Ok(()) => calls += 1,
                Err(wait) if wait >= left => {
                    clock.advance(left);
                    return calls;
                }
                Err(wait) => {
                    clock.advance(wait);
                    left -= wait;
                }
            }
        }
    }

    fn bucket(refill: f64, burst: u32) -> (Bucket<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Bucket::new(refill, burst, 0.5, clock.clone()), clock)
    }

    #[test]
    fn half_of_the_burst_goes_at_once_and_half_of_the_rate_after_it() {
        let (bucket, clock) = bucket(10.0, 40);
        assert_eq!(calls_within(&bucket, &clock, 1), 20 + 4);
        assert!((49..=51).contains(&calls_within(&bucket, &clock, 10)));
    }

    #[test]
    fn a_rate_of_one_a_second_is_one_in_two() {
        let (bucket, clock) = bucket(1.0, 1);
        assert_eq!(bucket.take(), Ok(()));
        assert_eq!(bucket.take(), Err(Duration::from_secs(2)));
        clock.advance(Duration::from_secs(2));
        assert_eq!(bucket.take(), Ok(()));
    }

    #[test]
    fn a_token_that_was_not_needed_serves_another_call() {
        let (bucket, _clock) = bucket(1.0, 1);
        assert_eq!(bucket.take(), Ok(()));
        bucket.give_back();
        assert_eq!(bucket.take(), Ok(()));
        assert!(bucket.take().is_err());
    }

    #[test]
    fn a_throttled_bucket_pauses_goes_at_half_its_rate_without_bursts_and_recovers() {
        let (bucket, clock) = bucket(20.0, 100);
        bucket.throttled(0.5);
        assert_eq!(bucket.take(), Err(Duration::from_secs(1)));
        clock.advance(Duration::from_secs(1));
        let at_half = calls_within(&bucket, &clock, 4);
        assert!((20..=21).contains(&at_half), "{at_half}");
        clock.advance(Duration::from_secs(10));
        let again = calls_within(&bucket, &clock, 4);
        assert!((40..=41).contains(&again), "{again}");
    }

    #[test]
    fn calls_that_are_throttled_together_halve_the_rate_once() {
        let (bucket, clock) = bucket(20.0, 100);
        (0..30).for_each(|_| bucket.throttled(0.0));
        clock.advance(Duration::from_secs(1));
        let at_half = calls_within(&bucket, &clock, 4);
        assert!((20..=21).contains(&at_half), "{at_half}");
    }

    #[test]
    fn however_often_it_is_throttled_calls_go_on() {
        let (bucket, clock) = bucket(20.0, 100);
        for _ in 0..20 {
            bucket.throttled(1.0);
            clock.advance(Duration::from_secs(2));
        }
        assert!(calls_within(&bucket, &clock, 8) >= 9);
    }
}
