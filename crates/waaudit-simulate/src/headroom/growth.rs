//! What breaks when the users become more, and in what order.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::report::{Bottleneck, Headroom, HopLimit};

/// What breaks at a multiple of today's peak.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Growth {
    /// The multiple of today's peak that was asked for.
    pub factor: f64,
    /// Limits that saturate below it, in the order in which they do.
    pub breaks: Vec<Step>,
    /// Public ways in, by id.
    pub ways_in: Vec<GrowthOfWayIn>,
}

/// A limit that saturates on the way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The limit.
    pub limit: HopLimit,
    /// Users at once at which it saturates; null where today's users were not given.
    pub users: Option<f64>,
}

/// What becomes of a way in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GrowthOfWayIn {
    /// Its ARN.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Whether it serves so many: no where a limit on its path saturates before, null where none is known to, but not all
    /// was computed.
    pub holds: Option<bool>,
    /// The limit that saturates first; null where none could be computed.
    pub first: Option<Bottleneck>,
}

/// What breaks at a multiple of today's peak.
pub fn grow(headroom: &Headroom, factor: f64) -> Growth {
    let breaks = headroom.limits.iter().filter(|limit| saturates(limit.multiple, factor));
    Growth {
        factor,
        breaks: breaks.map(|limit| Step { limit: limit.clone(), users: None }).collect(),
        ways_in: headroom.ways_in.iter().map(|way| of_way_in(way, factor)).collect(),
    }
}

/// What breaks at a number of users at once, by the number at today's peak. Nothing where that is not above zero.
pub fn users(headroom: &Headroom, today: f64, wanted: f64) -> Option<Growth> {
    if !(today > 0.0 && today.is_finite() && wanted.is_finite()) {
        return None;
    }
    let mut growth = grow(headroom, wanted / today);
    for step in &mut growth.breaks {
        step.users = Some(step.limit.multiple * today);
    }
    Some(growth)
}

fn saturates(multiple: f64, factor: f64) -> bool {
    multiple < factor
}

fn of_way_in(way: &super::report::WayIn, factor: f64) -> GrowthOfWayIn {
    let breaks = way.first.as_ref().is_some_and(|first| saturates(first.multiple, factor));
    let holds = if breaks { Some(false) } else { way.unknown.is_empty().then_some(true) };
    GrowthOfWayIn { id: way.id.clone(), name: way.name.clone(), holds, first: way.first.clone() }
}
