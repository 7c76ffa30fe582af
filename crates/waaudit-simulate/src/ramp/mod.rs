//! Ramp: beside how far a hop can grow, how fast. A component with ten times the headroom may still fail a step from 1 to 4
//! within a minute.
//!
//! ```
//! # use waaudit_simulate::{headroom, ramp};
//! # fn story(inventory: &waaudit_derive::Inventory) {
//! let survey = headroom::Survey::new(inventory, &headroom::Options::default());
//! let found = survey.headroom();
//! let options = ramp::RampOptions { grow: 4.0, within_seconds: 60.0, ..ramp::RampOptions::default() };
//! let ramp = ramp::ramp(&survey, &found, &options);   // ramp.hops[0] falls behind first
//! # }
//! ```
//!
//! The model, in multiples of today's peak load: demand is `D(t) = 1 + (G − 1) · t ÷ W` up to `W`, then `G`. The capacity
//! `C(t)` of each kind is piecewise linear, see `laws`; a hop is full at 100 % of its limit, not at headroom's target. The
//! shortfall is the integral of `max(0, D − C)` from 0 to the horizon, exact on each piece; requests are the shortfall times
//! today's peak requests per second. Each hop is looked at for itself: what one refuses still comes to the next, so the
//! requests of two hops are not to be added.

mod curve;
mod laws;
mod report;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use self::report::{GrowthLaw, HopRamp, Ramp, RampNotComputed};

use self::curve::{Curve, shortfall};
use self::laws::{Asked, Told};
use crate::headroom::{Headroom, Limited, Missing, Survey};

/// A ramp to look at.
#[derive(Debug, Clone, PartialEq)]
pub struct RampOptions {
    /// The multiple of today's peak that the load grows to.
    pub grow: f64,
    /// Seconds within which it does, evenly; 0 for at once.
    pub within_seconds: f64,
    /// Seconds that are looked at, at most a day.
    pub horizon_seconds: f64,
    /// Seconds from a launch to a running instance, which no API says.
    pub launch_seconds: f64,
    /// Today's peak requests per second, by the id of the way in, as far as they are known.
    pub requests_per_second: BTreeMap<String, f64>,
}

impl Default for RampOptions {
    fn default() -> Self {
        let requests_per_second = BTreeMap::new();
        Self { grow: 2.0, within_seconds: 60.0, horizon_seconds: 3600.0, launch_seconds: 60.0, requests_per_second }
    }
}

/// The longest horizon, and the largest growth.
const MOST_SECONDS: f64 = 86_400.0;
const MOST_GROWTH: f64 = 1e6;

/// Which hops fall behind, for how long, and what that costs. Options that are no number or below zero count as 0, a
/// growth as 1; a horizon ends after a day, and growth at a million.
pub fn ramp(survey: &Survey, headroom: &Headroom, options: &RampOptions) -> Ramp {
    let Survey { index, hops } = survey;
    let (grow, within) = (sane(options.grow).clamp(1.0, MOST_GROWTH), sane(options.within_seconds));
    let horizon = sane(options.horizon_seconds).min(MOST_SECONDS);
    let demand = Curve::line(1.0, grow, within);
    let mut found =
        Ramp { grow, within_seconds: within, horizon_seconds: horizon, hops: Vec::new(), not_computed: Vec::new() };
    let launch_seconds = sane(options.launch_seconds);
    let asked = |resource| Asked { index, resource, demand: &demand, horizon, launch_seconds };
    for limit in headroom.limits.iter().filter(|limit| is_flow(limit.resource)) {
        let Some(resource) = index.by_arn(&limit.kind, &limit.node) else { continue };
        let head = Head { resource, limited: Some(limit.resource), ways_in: limit.ways_in.clone() };
        let asked = asked(resource);
        head.add(laws::of_limit(limit, &asked), &asked, options, &mut found);
    }
    for hop in hops.resources.values().filter(|hop| hop.0.kind == "elb.load_balancer") {
        let head = Head { resource: hop.0, limited: None, ways_in: hops.ids(hop) };
        let asked = asked(hop.0);
        if let Some(told) = laws::of_balancer(&asked) {
            head.add(told, &asked, options, &mut found);
        }
    }
    found.not_computed.extend(without_limit(headroom));
    found.hops.sort_by(first_behind);
    found
}

/// Memory fills over hours, and what is full evicts: no request is lost to it within a ramp.
fn is_flow(resource: Limited) -> bool {
    resource != Limited::Memory
}

fn sane(value: f64) -> f64 {
    if value.is_finite() { value.max(0.0) } else { 0.0 }
}

/// What has no headroom has no ramp either.
fn without_limit(headroom: &Headroom) -> impl Iterator<Item = RampNotComputed> + '_ {
    headroom.not_computed.iter().filter(|lack| lack.why != Missing::Idle).map(|lack| RampNotComputed {
        node: lack.node.clone(),
        kind: lack.kind.clone(),
        name: lack.name.clone(),
        missing: lack.missing.clone(),
        ways_in: lack.ways_in.clone(),
    })
}

/// By the time at which they fall behind, and of those at one time, by what that costs.
fn first_behind(one: &HopRamp, other: &HopRamp) -> std::cmp::Ordering {
    let after = |hop: &HopRamp| hop.behind_after_seconds.unwrap_or(f64::INFINITY);
    let by_time = after(one).total_cmp(&after(other));
    let by_cost = other.shortfall_seconds.total_cmp(&one.shortfall_seconds);
    by_time
        .then(by_cost)
        .then_with(|| (&one.kind, &one.node, one.resource).cmp(&(&other.kind, &other.node, other.resource)))
}

struct Head<'a> {
    resource: &'a waaudit_model::snapshot::Resource,
    limited: Option<Limited>,
    ways_in: Option<Vec<String>>,
}

impl Head<'_> {
    fn add(self, told: Told, asked: &Asked, options: &RampOptions, found: &mut Ramp) {
        let (node, kind) = (self.resource.arn.clone(), self.resource.kind.clone());
        let (name, ways_in) = (self.resource.label(), self.ways_in);
        let capacity = match told {
            Ok(capacity) => capacity,
            Err(missing) => {
                found.not_computed.push(RampNotComputed { node, kind, name, missing, ways_in });
                return;
            }
        };
        let behind = shortfall(asked.demand, &capacity.curve, asked.horizon);
        found.hops.push(HopRamp {
            node,
            kind,
            name,
            resource: self.limited,
            grows: capacity.law,
            behind_after_seconds: behind.from,
            behind_for_seconds: behind.from.zip(behind.until).map(|(from, until)| until - from),
            shortfall_seconds: behind.area,
            requests: peak_requests(ways_in.as_deref(), options).map(|peak| peak * behind.area),
            source: Some(capacity.source).filter(|source| !source.is_empty()).map(str::to_owned),
            assumptions: capacity.assumptions,
            ways_in,
        });
    }
}

/// Today's peak requests per second of some ways in, all of them.
fn peak_requests(ways_in: Option<&[String]>, options: &RampOptions) -> Option<f64> {
    ways_in?.iter().map(|way| options.requests_per_second.get(way).copied()).sum()
}
