//! What the loss of one Availability Zone does to one thing: the outcome, how long it lasts, what is left, and how sure
//! that is.
//!
//! The model is the scenario "AZ Availability: Power Interruption" of AWS Fault Injection Service: compute in the zone
//! stops, nothing can be launched there, its subnets are cut off, databases and caches fail over, volumes do not answer.
//! <https://docs.aws.amazon.com/fis/latest/userguide/az-availability-scenario.html>

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the loss of a zone does to a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Loss {
    /// The zone's name.
    pub zone: String,
    /// What becomes of it.
    pub outcome: Outcome,
    /// Why.
    pub why: String,
    /// For how long it answers nothing; null where it answers, where it does not come back by itself, and where that is not known.
    pub downtime: Option<Downtime>,
    /// What is left of its capacity; null where it is not made of members that can be counted.
    pub capacity: Option<Capacity>,
    /// What the outcome rests on.
    #[serde(default)]
    pub basis: Basis,
}

impl Loss {
    /// A loss that was computed, without a time or a capacity.
    pub fn new(zone: &str, outcome: Outcome, why: impl Into<String>) -> Self {
        Self { zone: zone.to_owned(), outcome, why: why.into(), downtime: None, capacity: None, basis: Basis::Computed }
    }

    /// The same, resting on an assumption.
    #[must_use]
    pub fn assumed(mut self) -> Self {
        self.basis = Basis::Assumed;
        self
    }

    /// The same, with the time that it lasts.
    #[must_use]
    pub fn lasting(mut self, downtime: Downtime) -> Self {
        self.downtime = Some(downtime);
        self
    }

    /// The same, with what is left.
    #[must_use]
    pub fn leaving(mut self, capacity: Option<Capacity>) -> Self {
        self.capacity = capacity;
        self
    }
}

/// What becomes of something when a zone is lost, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It works, by what already runs in other zones.
    Survives,
    /// A standby or replica in another zone takes over by itself, and it answers nothing meanwhile.
    FailsOver,
    /// It works with less: a part of a cache, no way out, or less capacity than its peak needs.
    Degraded,
    /// Unavailable for minutes, until something starts it in another zone.
    Recovers,
    /// Unavailable until the zone recovers or someone intervenes.
    Dies,
}

impl Outcome {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Survives => "survives",
            Self::FailsOver => "fails_over",
            Self::Degraded => "degraded",
            Self::Recovers => "recovers",
            Self::Dies => "dies",
        }
    }

    /// What it is called in a sentence: "it dies".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Survives => "survives",
            Self::FailsOver => "fails over",
            Self::Degraded => "degrades",
            Self::Recovers => "recovers",
            Self::Dies => "dies",
        }
    }

    /// Whether it goes on without anyone, be it after a failover of a minute or two. Facts and rules count this as
    /// survival; the simulation of a zone's loss tells the two apart.
    pub const fn goes_on(self) -> bool {
        matches!(self, Self::Survives | Self::FailsOver)
    }
}

/// For how long something answers nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Downtime {
    /// At least so many seconds.
    pub min_seconds: u32,
    /// At most so many seconds, usually; null where AWS names no bound.
    pub max_seconds: Option<u32>,
    /// Who says so: an address of AWS's documents, or "assumption".
    pub source: String,
}

/// What is left of a capacity when a zone is lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// Per cent of today's members that run in other zones.
    pub left_percent: f64,
    /// Per cent of today's capacity that the observed peak takes; null where no metric tells.
    pub peak_percent: Option<f64>,
}

impl Capacity {
    /// Per cent of the peak's load that what is left carries, at most 100; none where the peak is not known.
    pub fn of_peak(&self) -> Option<f64> {
        let peak = self.peak_percent?;
        Some(if peak <= self.left_percent { 100.0 } else { self.left_percent / peak * 100.0 })
    }
}

/// What an outcome rests on, the surest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// A practice run of a zonal shift, or an experiment, showed it.
    Observed,
    /// Facts and metrics of the account say it.
    #[default]
    Computed,
    /// Something that decides was not measured, or AWS does not say it.
    Assumed,
}
