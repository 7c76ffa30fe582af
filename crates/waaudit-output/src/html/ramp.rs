//! The part about a load that grows fast: who falls behind, when, and for how long.

use std::fmt;

use askama::filters::HtmlSafe;

use super::parts::share_of_hundred;
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
    pub(super) first: Vec<(Lag<'r>, Span)>,
    /// Folded.
    pub(super) rest: Vec<(Lag<'r>, Span)>,
    /// Hops that keep up.
    pub(super) follow: usize,
    /// Hops whose growth could not be computed, and what is missing.
    pub(super) missing: Vec<(&'r str, &'r str)>,
}

impl<'r> RampPart<'r> {
    /// Nothing where no hop could be looked at.
    pub(super) fn new(report: &'r Report) -> Option<Self> {
        let ramp = report.ramp.as_ref().filter(|ramp| !ramp.hops.is_empty())?;
        let mut first: Vec<(Lag, Span)> = lags(ramp).into_iter().map(|lag| with_span(lag, ramp)).collect();
        let follow = ramp.hops.len() - first.len();
        let rest = first.split_off(first.len().min(MOST_LAGS));
        let missing = ramp.not_computed.iter().map(|lack| (lack.name.as_str(), lack.missing.as_str())).collect();
        Some(Self { title: of_ramp(ramp), minutes: MINUTES, first, rest, follow, missing })
    }
}

/// When a hop is behind, in shares of the bar.
#[derive(Clone, Copy)]
pub(super) struct Span {
    from: f64,
    until: f64,
}

fn with_span<'r>(lag: Lag<'r>, ramp: &Ramp) -> (Lag<'r>, Span) {
    let share = |seconds: f64| share_of_hundred(seconds / (MINUTES * 60.0) * 100.0);
    let from = lag.hop.behind_after_seconds.unwrap_or_default();
    let lasting = lag.hop.behind_for_seconds.unwrap_or(ramp.horizon_seconds);
    (lag, Span { from: share(from), until: share(from + lasting) })
}

impl HtmlSafe for Span {}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"<svg class="meter" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">"#)?;
        f.write_str(r#"<rect class="track" width="100" height="6"/>"#)?;
        write!(
            f,
            r#"<rect class="fill" x="{:.1}" width="{:.1}" height="6"/></svg>"#,
            self.from,
            (self.until - self.from).max(0.5)
        )
    }
}
