//! What is said in which tone.

use super::page::Tone;
use waaudit_judge::report::{Go, Readiness};
use waaudit_rules::Severity;

pub(super) const fn severity_tone(severity: Severity) -> Tone {
    match severity {
        Severity::Critical => Tone::Worst,
        Severity::High => Tone::Bad,
        Severity::Medium => Tone::Doubtful,
        Severity::Low => Tone::Plain,
    }
}

pub(super) const fn readiness(readiness: Readiness) -> Tone {
    match readiness {
        Readiness::Ready => Tone::Good,
        Readiness::Unproven => Tone::Doubtful,
        Readiness::Blocked => Tone::Bad,
    }
}

pub(super) const fn go(status: Go) -> Tone {
    match status {
        Go::Go => Tone::Good,
        Go::Hold => Tone::Doubtful,
        Go::NoGo => Tone::Worst,
    }
}
