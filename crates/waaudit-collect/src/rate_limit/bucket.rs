//! Token bucket: a scan's share of one API allowance. The share shrinks while AWS throttles much of what is sent.
//!
//! Others draw on the same allowance, production's auto scaling before all. After a throttled answer the whole bucket
//! pauses for a moment, at most once in five seconds, and its bursts end. Tokens go on coming during the pause, so that
//! throttling which others cause costs the repeated calls and no more. Only where a quarter of the answers or more are
//! throttled may the scan itself be too fast: then the rate is halved, and doubled again after ten seconds. If the share
//! of throttled answers stays what it was, going slower does not help: the whole rate is back, and kept for a minute.
//! It knows no call and no region.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::evidence::Evidence;

/// A rate is never halved more often.
const MOST_HALVINGS: u32 = 3;
/// After so long at a halved rate it is doubled.
const UNTIL_DOUBLED: Duration = Duration::from_secs(10);
/// Where going slower did not help, it is not tried again for so long.
const UNTIL_TRIED_AGAIN: Duration = Duration::from_mins(1);
/// Answers are counted for so long. Old ones would hide that throttling has begun.
const WINDOW: Duration = Duration::from_secs(20);
/// Calls that were in flight together are throttled together: for so long after a change of the rate, answers don't count.
const TOGETHER: Duration = Duration::from_secs(1);
/// A pause lasts so long at least, and twice as long at most.
const PAUSE: Duration = Duration::from_millis(500);
/// From the beginning of one pause to that of the next.
const BETWEEN_PAUSES: Duration = Duration::from_secs(5);
/// Fewer throttled answers than this don't halve the rate: one in ten makes that many of the first 24 by chance, rarely.
const FEWEST_THROTTLED: u32 = 6;
/// The rate is halved where one answer of so many is throttled, or more.
const ONE_OF: u32 = 4;
/// After throttling, a burst is at most what comes in this time.
const BURST_SECONDS: f64 = 1.0;
/// At a lowered rate, it is less: what came during a pause must not go at once to a service that enforces its rate.
const LOWERED_BURST_SECONDS: f64 = 0.2;
/// No bucket is slower, in tokens a second, so that no wait is longer than a Duration.
const SLOWEST: f64 = 0.001;
/// Sums of floats may miss one by this much.
const NEARLY: f64 = 1e-6;

/// Tokens for calls that share an allowance.
pub(super) struct Bucket {
    /// Tokens a second while nothing is throttled.
    refill: f64,
    state: Mutex<State>,
}

struct State {
    tokens: f64,
    capacity: f64,
    filled: Instant,
    halvings: u32,
    /// When the rate last changed, if it ever did.
    changed: Option<Instant>,
    /// When the last pause began and when it ends.
    pause: Option<(Instant, Instant)>,
    window: Window,
    evidence: Evidence,
    /// When the rate may be halved again, where that did not help.
    kept_until: Option<Instant>,
}

/// Answers of the last seconds.
struct Window {
    began: Instant,
    answers: u32,
    throttled: u32,
}

impl Window {
    const fn starting(began: Instant) -> Self {
        Self { began, answers: 0, throttled: 0 }
    }
}

impl Bucket {
    /// A bucket that takes a share of an allowance, full.
    pub(super) fn new(refill: f64, burst: u32, share: f64) -> Self {
        let now = Instant::now();
        let capacity = (f64::from(burst) * share).floor().max(1.0);
        let state = State {
            tokens: capacity,
            capacity,
            filled: now,
            halvings: 0,
            changed: None,
            pause: None,
            window: Window::starting(now),
            evidence: Evidence::default(),
            kept_until: None,
        };
        Self { refill: (refill * share).max(SLOWEST), state: Mutex::new(state) }
    }

    /// Takes a token and leaves as many for others as are reserved, or says how long to wait before the next try.
    pub(super) fn take(&self, reserved: u32) -> Result<(), Duration> {
        let now = Instant::now();
        let mut state = self.state();
        if let Some((_, until)) = state.pause.filter(|(_, until)| *until > now) {
            return Err(until.duration_since(now));
        }
        self.recover(&mut state, now);
        self.fill(&mut state, now);
        let missing = 1.0 + f64::from(reserved) - state.tokens;
        if missing <= NEARLY {
            state.tokens = (state.tokens - 1.0).max(0.0);
            return Ok(());
        }
        let wait = Duration::try_from_secs_f64(missing / self.rate(&state)).unwrap_or(Duration::MAX);
        Err(wait.clamp(Duration::from_millis(1), Duration::from_hours(1)))
    }

    /// Takes a token back that was taken for a call that sent nothing.
    pub(super) fn give_back(&self) {
        let mut state = self.state();
        state.tokens = (state.tokens + 1.0).min(state.capacity);
    }

    /// An answer came that is not about the rate.
    pub(super) fn answered(&self) {
        Self::count(&mut self.state(), Instant::now(), false);
    }

    /// AWS throttled a call. The jitter, from 0 to 1, spreads the end of the pause.
    pub(super) fn throttled(&self, jitter: f64) {
        let now = Instant::now();
        let mut state = self.state();
        self.fill(&mut state, now);
        state.capacity = state.capacity.min((self.refill * BURST_SECONDS).floor().max(1.0));
        state.tokens = state.tokens.min(state.capacity);
        Self::count(&mut state, now, true);
        let Window { answers, throttled, .. } = state.window;
        let is_kept = state.kept_until.is_some_and(|until| until > now);
        let is_too_fast = !is_kept && throttled >= FEWEST_THROTTLED && throttled.saturating_mul(ONE_OF) >= answers;
        if state.evidence.is_in_vain() {
            state.evidence.restart();
            state.kept_until = Some(now + UNTIL_TRIED_AGAIN);
            self.change(&mut state, 0, now);
        } else if is_too_fast {
            let halvings = MOST_HALVINGS.min(state.halvings + 1);
            self.change(&mut state, halvings, now);
        }
        let may_pause = state.pause.is_none_or(|(began, _)| now.duration_since(began) >= BETWEEN_PAUSES);
        if is_too_fast || may_pause {
            state.pause = Some((now, now + PAUSE + PAUSE.mul_f64(jitter)));
        }
    }

    fn count(state: &mut State, now: Instant, is_throttled: bool) {
        if state.changed.is_some_and(|changed| now.duration_since(changed) < TOGETHER) {
            return;
        }
        if now.duration_since(state.window.began) >= WINDOW {
            state.window = Window::starting(now);
        }
        state.window.answers = state.window.answers.saturating_add(1);
        state.window.throttled = state.window.throttled.saturating_add(u32::from(is_throttled));
        state.evidence.count(state.halvings, is_throttled);
    }

    fn recover(&self, state: &mut State, now: Instant) {
        let is_due = state.changed.is_some_and(|changed| now.duration_since(changed) >= UNTIL_DOUBLED);
        if is_due && state.halvings > 0 {
            self.change(state, state.halvings - 1, now);
        }
    }

    /// Another rate from now on.
    fn change(&self, state: &mut State, halvings: u32, now: Instant) {
        self.fill(state, now);
        state.halvings = halvings;
        state.changed = Some(now);
        state.window = Window::starting(now);
    }

    /// The tokens that came since the last time.
    fn fill(&self, state: &mut State, now: Instant) {
        let seconds = now.duration_since(state.filled).as_secs_f64();
        state.tokens = (state.tokens + seconds * self.rate(state)).min(self.capacity(state));
        state.filled = now;
    }

    fn capacity(&self, state: &State) -> f64 {
        let lowered = (self.rate(state) * LOWERED_BURST_SECONDS).max(1.0);
        if state.halvings == 0 { state.capacity } else { state.capacity.min(lowered) }
    }

    fn rate(&self, state: &State) -> f64 {
        self.refill / f64::from(1_u32 << state.halvings)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change leaves a valid state, so what a panicking thread left is one too.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::{Instant, sleep, sleep_until};

    use super::Bucket;

    /// Calls that get a token within so many seconds, each asked for as soon as it may come.
    async fn calls_within(bucket: &Bucket, seconds: u64) -> u32 {
        let end = Instant::now() + Duration::from_secs(seconds);
        let mut calls = 0;
        loop {
            match bucket.take(0) {
                Ok(()) => calls += 1,
                Err(wait) if Instant::now() + wait >= end => {
                    sleep_until(end).await;
                    return calls;
                }
                Err(wait) => sleep(wait).await,
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn half_of_the_burst_goes_at_once_and_half_of_the_rate_after_it() {
        let bucket = Bucket::new(10.0, 40, 0.5);
        assert!((24..=25).contains(&calls_within(&bucket, 1).await));
        assert!((49..=51).contains(&calls_within(&bucket, 10).await));
    }

    #[tokio::test(start_paused = true)]
    async fn a_rate_of_one_a_second_is_one_in_two() {
        let bucket = Bucket::new(1.0, 1, 0.5);
        assert_eq!(bucket.take(0), Ok(()));
        assert_eq!(bucket.take(0), Err(Duration::from_secs(2)));
        sleep(Duration::from_secs(2)).await;
        assert_eq!(bucket.take(0), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_that_was_not_needed_serves_another_call() {
        let bucket = Bucket::new(1.0, 1, 0.5);
        assert_eq!(bucket.take(0), Ok(()));
        bucket.give_back();
        bucket.give_back();
        assert_eq!(bucket.take(0), Ok(()));
        assert!(bucket.take(0).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_reserved_for_others_is_left() {
        let bucket = Bucket::new(2.0, 4, 0.5);
        assert_eq!(bucket.take(1), Ok(()));
        assert_eq!(bucket.take(1), Err(Duration::from_secs(1)));
        assert_eq!(bucket.take(0), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn one_throttled_call_pauses_the_bucket_ends_its_bursts_and_costs_no_rate() {
        let bucket = Bucket::new(20.0, 100, 0.5);
        bucket.throttled(0.5);
        assert_eq!(bucket.take(0), Err(Duration::from_millis(750)));
        sleep(Duration::from_millis(750)).await;
        let (first, then) = (calls_within(&bucket, 1).await, calls_within(&bucket, 4).await);
        assert!((19..=21).contains(&first) && (40..=41).contains(&then), "{first} {then}");
    }

    #[tokio::test(start_paused = true)]
    async fn one_throttled_answer_in_ten_leaves_the_rate_as_it_is() {
        let bucket = Bucket::new(10.0, 10, 0.5);
        let (mut calls, began) = (0, Instant::now());
        while calls < 500 {
            match bucket.take(0) {
                Ok(()) if calls % 10 == 9 => bucket.throttled(1.0),
                Ok(()) => bucket.answered(),
                Err(wait) => {
                    sleep(wait).await;
                    continue;
                }
            }
            calls += 1;
        }
        let seconds = began.elapsed().as_secs();
        assert!((99..=103).contains(&seconds), "{seconds}");
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_are_throttled_together_halve_the_rate_once_and_for_ten_seconds() {
        let bucket = Bucket::new(20.0, 100, 0.5);
        (0..30).for_each(|_| bucket.throttled(0.0));
        sleep(Duration::from_secs(1)).await;
        calls_within(&bucket, 1).await;
        let at_half = calls_within(&bucket, 4).await;
        assert!((20..=21).contains(&at_half), "{at_half}");
        sleep(Duration::from_secs(10)).await;
        calls_within(&bucket, 1).await;
        let again = calls_within(&bucket, 4).await;
        assert!((40..=41).contains(&again), "{again}");
    }

    #[tokio::test(start_paused = true)]
    async fn however_much_is_throttled_calls_go_on() {
        let bucket = Bucket::new(20.0, 100, 0.5);
        for _ in 0..20 {
            (0..8).for_each(|_| bucket.throttled(1.0));
            sleep(Duration::from_secs(2)).await;
        }
        assert!(calls_within(&bucket, 8).await >= 9);
    }

    #[tokio::test(start_paused = true)]
    async fn a_share_of_next_to_nothing_is_a_long_wait_and_no_panic() {
        let bucket = Bucket::new(1.0, 1, 1e-30);
        assert_eq!(bucket.take(0), Ok(()));
        assert!(bucket.take(0).is_err_and(|wait| wait > Duration::from_mins(10)));
    }
}
