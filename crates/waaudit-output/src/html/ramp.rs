//! The part about a load that grows fast: who falls behind, when, and for how long.

use super::parts::Bar;
use crate::simulation::headroom::{Lag, lags, of_ramp};
use waaudit_judge::report::Report;
use waaudit_simulate::ramp::Ramp;

/// Minutes from the beginning of the ramp that a bar shows.
const MINUTES: f64 = 20.0;
/// Hops that are shown unfolded.
const MOST_LAGS: usize = 15;

/// Hops that fall behind, the one that does first first.
pub(super) struct RampPart<'r> {
    pub(super) title: String,
    pub(super) minutes: f64,
    pub(super) first: Vec<(Lag<'r>, Bar)>,
    /// Folded.
    pub(super) rest: Vec<(Lag<'r>, Bar)>,
    /// Hops that keep up.
    pub(super) follow: usize,
    /// Hops whose growth could not be computed, and what is missing.
    pub(super) missing: Vec<(&'r str, &'r str)>,
}

impl<'r> RampPart<'r> {
    /// Nothing where no hop could be looked at.
    pub(super) fn new(report: &'r Report) -> Option<Self> {
        let ramp = report.ramp.as_ref().filter(|ramp| !ramp.hops.is_empty())?;
        let mut first: Vec<(Lag, Bar)> = lags(ramp).into_iter().map(|lag| with_bar(lag, ramp)).collect();
        let follow = ramp.hops.len() - first.len();
        let rest = first.split_off(first.len().min(MOST_LAGS));
        let missing = ramp.not_computed.iter().map(|lack| (lack.name.as_str(), lack.missing.as_str())).collect();
        Some(Self { title: of_ramp(ramp), minutes: MINUTES, first, rest, follow, missing })
    }
}

/// The least that is seen of a bar.
const LEAST: f64 = 0.5;

/// A bar of the time in which a hop is behind.
fn with_bar<'r>(lag: Lag<'r>, ramp: &Ramp) -> (Lag<'r>, Bar) {
    let share = |seconds: f64| seconds / (MINUTES * 60.0) * 100.0;
    let lasting = lag.hop.behind_for_seconds.unwrap_or(ramp.horizon_seconds);
    let bar =
        Bar::between(share(lag.from_seconds), share(lag.from_seconds + lasting).max(share(lag.from_seconds) + LEAST));
    (lag, bar)
}
