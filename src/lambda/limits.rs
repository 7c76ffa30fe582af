//! How a run divides the time that Lambda gives it: most for collecting, the rest for judging and storing.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// Judging and storing never need more than this.
const MOST_TO_FINISH: Duration = Duration::from_mins(1);
/// A destination never needs more than this for one call.
const MOST_FOR_A_CALL: Duration = Duration::from_secs(10);

/// Until when a run may do what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// When collecting stops.
    pub(super) collect_until: Instant,
    /// When all is over: a little before Lambda ends the process, so that an error can still be told.
    pub(super) end: Instant,
    /// For one call while collecting, with all its attempts.
    pub(super) call: Duration,
    /// For one call to a destination, with all its attempts.
    pub(super) destination_call: Duration,
}

impl Limits {
    /// The limits of a run that Lambda ends at a deadline.
    pub(super) fn until(deadline: SystemTime) -> Self {
        Self::of(deadline.duration_since(SystemTime::now()).unwrap_or_default(), Instant::now())
    }

    fn of(left: Duration, now: Instant) -> Self {
        let to_finish = (left * 3 / 10).min(MOST_TO_FINISH);
        let to_collect = left.saturating_sub(to_finish);
        Self {
            collect_until: now + to_collect,
            end: now + left - to_finish / 5,
            call: to_collect,
            destination_call: (to_finish / 4).min(MOST_FOR_A_CALL),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_keeps_a_minute_and_a_short_one_a_third() {
        let now = Instant::now();
        let seconds = |seconds| Duration::from_secs(seconds);
        let long = Limits::of(seconds(900), now);
        assert_eq!(long.collect_until, now + seconds(840));
        assert_eq!(long.end, now + seconds(888));
        assert_eq!(long.destination_call, seconds(10));
        let short = Limits::of(seconds(10), now);
        assert_eq!(short.collect_until, now + seconds(7));
        assert!(short.end < now + seconds(10) && short.collect_until + short.destination_call < short.end);
    }

    #[test]
    fn no_time_at_all_is_no_panic() {
        let now = Instant::now();
        assert_eq!(Limits::of(Duration::ZERO, now).collect_until, now);
    }
}
