//! What a ramp says: plain data that a report carries.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::headroom::Limited;

/// Which hops fall behind when the load grows within a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ramp {
    /// The multiple of today's peak that the load grows to.
    pub grow: f64,
    /// Seconds within which it does, evenly; 0 for at once.
    pub within_seconds: f64,
    /// Seconds from the beginning of the ramp that are looked at.
    pub horizon_seconds: f64,
    /// Hops, the one that falls behind first first, and last those that never do.
    pub hops: Vec<HopRamp>,
    /// Hops whose growth could not be computed.
    pub not_computed: Vec<RampNotComputed>,
}

/// How a hop follows a ramp.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HopRamp {
    /// The resource's ARN, or what else names it alone.
    pub node: String,
    /// Its kind.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// What is limited; null for a load balancer's capacity as a whole.
    pub resource: Option<Limited>,
    /// How its capacity grows.
    pub grows: GrowthLaw,
    /// Seconds from the beginning of the ramp until the load is above its capacity; null where that never happens.
    pub behind_after_seconds: Option<f64>,
    /// Seconds from there until its capacity has caught up; null where it never falls behind, and where it has not caught
    /// up at the horizon.
    pub behind_for_seconds: Option<f64>,
    /// Load above capacity over the horizon, in seconds of today's peak load.
    pub shortfall_seconds: f64,
    /// Requests that that is, at today's mix: the shortfall times the peak requests per second of the ways in; null where
    /// those are not known.
    pub requests: Option<f64>,
    /// The page that says how it grows; null for what does not.
    pub source: Option<String>,
    /// What is assumed, in words.
    pub assumptions: Vec<String>,
    /// Ids of the public ways in whose requests pass it; null where no API says which do.
    pub ways_in: Option<Vec<String>>,
}

/// How capacity grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrowthLaw {
    /// Not within minutes.
    Fixed,
    /// By so much a second.
    Linear,
    /// By doubling.
    Doubles,
    /// After the load, by alarms and launches.
    Follows,
}

/// A hop whose growth could not be computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RampNotComputed {
    /// The resource's ARN, or what else names it alone.
    pub node: String,
    /// Its kind.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// What is missing.
    pub missing: String,
    /// Ids of the public ways in whose requests pass it; null where no API says which do.
    pub ways_in: Option<Vec<String>>,
}
