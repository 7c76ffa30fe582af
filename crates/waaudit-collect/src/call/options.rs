//! Call options: time limits, attempts, and the share of the account's allowance that a scan takes.
//!
//! What the command line and the settings say, in the form that collecting uses.

use std::time::Duration;

use tokio::time::Instant;

use waaudit_model::settings::Pacing;

/// How long to wait, how often to try again, and how much of the account's allowance to take.
#[derive(Debug, Clone, Copy)]
pub struct CallOptions {
    /// Time for one call over all its attempts. Waiting for the rate limiter does not count, nor does backing off where
    /// AWS throttles.
    pub call: Duration,
    /// Attempts of a call.
    pub attempts: u32,
    /// Calls in flight at once.
    pub in_flight: usize,
    /// The share of the account's API rates that a scan takes, above 0 and at most a half.
    pub share: f64,
    /// Whether an emulator on this machine answers, where no rates hold.
    pub emulator: bool,
    /// When the scan ends, whatever is missing then.
    pub deadline: Option<Instant>,
}

impl Default for CallOptions {
    fn default() -> Self {
        let pace = Pacing::default();
        Self {
            call: Duration::from_mins(1),
            attempts: 10,
            in_flight: pace.calls_in_flight,
            share: pace.share,
            emulator: pace.emulator,
            deadline: None,
        }
    }
}

impl CallOptions {
    /// The same with the rates that settings allow.
    #[must_use]
    pub const fn paced(self, pace: &Pacing) -> Self {
        Self { in_flight: pace.calls_in_flight, share: pace.share, emulator: pace.emulator, ..self }
    }
}
