//! What breaks first, in brief: what a report carries of it. `waaudit simulate` has all.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use waaudit_simulate::headroom::{Bound, Consequence, HopLimit, Limited, Peak};
use waaudit_simulate::request_paths::RequestPaths;
use waaudit_simulate::single_points::SinglePoint;
use waaudit_simulate::ways_in::WayIn;
use waaudit_simulate::zone_loss::{Contradiction, Decider, ZoneLoss};
use waaudit_simulate::{Basis, Capacity, Downtime, Outcome};

/// What lost zones and lost things do, in brief: what a report carries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Losses {
    /// What the loss of each zone in use does to each way in.
    pub zones: Vec<ZoneOutcome>,
    /// Single points of failure, those that take most ways in first: at most 100.
    pub single_points: Vec<SinglePointInBrief>,
    /// What serves the requests of the ways in, and what leads where, with the marks of both. Empty in reports that were made
    /// before they had it.
    #[serde(default)]
    pub paths: RequestPaths,
}

/// What the loss of one zone does to one way in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ZoneOutcome {
    /// The way in.
    pub way_in: WayIn,
    /// The zone's region.
    pub region: String,
    /// The zone's name.
    pub zone: String,
    /// What becomes of it; null where that can't be told.
    pub outcome: Option<Outcome>,
    /// Why the outcome can't be told; null where it can.
    pub unknown: Option<String>,
    /// The first hop that decides, and why; null where nothing happens, and where the outcome is not known.
    pub decided_by: Option<Decider>,
    /// For how long nothing is answered, of an outcome that comes back by itself; null where that is not known.
    pub downtime: Option<Downtime>,
    /// Of the hop that has the least: what is left of its capacity; null where no hop loses any.
    pub capacity: Option<Capacity>,
    /// What the outcome rests on; null where it is not known.
    pub basis: Option<Basis>,
    /// A practice run of a zonal shift that failed, against what was computed; null where none did.
    pub contradicted: Option<Contradiction>,
}

/// A single point of failure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SinglePointInBrief {
    /// Its ARN, or what else names it alone; the name of a Region.
    pub resource: String,
    /// Its kind; "region" for a Region.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// Its Region.
    pub region: String,
    /// Whether it certainly has no standby; false where what decides that was not read.
    pub certain: bool,
    /// What starts another one in its place within minutes: a group or service, by name; null where nothing does.
    pub replaced_by: Option<String>,
    /// How many ways in its loss cuts off.
    pub ways_in: usize,
    /// Mean requests per second of these ways in; null where none is measured.
    pub requests_per_second: Option<f64>,
}

/// One limit of one hop, and how far today's peak is from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitInBrief {
    /// The resource's ARN, or what else names it alone.
    pub node: String,
    /// Its kind.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// Its region, or "global".
    pub region: String,
    /// What is limited.
    pub resource: Limited,
    /// The most that was in use.
    pub peak: Peak,
    /// How much there may be.
    pub limit: Bound,
    /// How many times today's peak saturate it.
    pub multiple: f64,
    /// What happens then.
    pub then: Consequence,
}

impl From<ZoneLoss> for ZoneOutcome {
    fn from(loss: ZoneLoss) -> Self {
        let ZoneLoss {
            way_in,
            region,
            zone,
            outcome,
            unknown,
            decided_by,
            downtime,
            capacity,
            basis,
            contradicted,
            ..
        } = loss;
        Self { way_in, region, zone, outcome, unknown, decided_by, downtime, capacity, basis, contradicted }
    }
}

impl From<SinglePoint> for SinglePointInBrief {
    fn from(point: SinglePoint) -> Self {
        let SinglePoint { resource, kind, name, region, certain, replaced_by, cuts, requests_per_second, .. } = point;
        Self { resource, kind, name, region, certain, replaced_by, ways_in: cuts.len(), requests_per_second }
    }
}

impl From<HopLimit> for LimitInBrief {
    fn from(of: HopLimit) -> Self {
        let HopLimit { node, kind, name, region, resource, peak, limit, multiple, then, .. } = of;
        Self { node, kind, name, region, resource, peak, limit, multiple, then }
    }
}
