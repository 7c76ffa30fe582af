//! What breaks first, as documents: what `waaudit simulate` prints for programs, and the brief of it that a report carries.

use std::collections::BTreeSet;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::criteria::Criteria;
use crate::plan::plan;
use crate::report::{LimitInBrief, Losses, Plan, StageStatus, ZoneOutcome};
use crate::score::summarise;
use waaudit_derive::Inventory;
use waaudit_model::error::Failure;
use waaudit_model::settings::NonProduction;
use waaudit_model::snapshot::AccountIdentity;
use waaudit_rules::Stage;
use waaudit_simulate::headroom::{self, Growth, Headroom, NextSteps, Survey};
use waaudit_simulate::ramp::{Ramp, RampOptions, ramp};
use waaudit_simulate::request_paths::request_paths;
use waaudit_simulate::requests_per_second;
use waaudit_simulate::single_points::{SinglePoint, single_points};
use waaudit_simulate::zone_loss::{ZoneLoss, zone_loss};

/// The version of the form. It grows when a field is renamed or removed, not when one is added.
pub const SIMULATION_VERSION: u32 = 1;

/// A plan of an account with more resources takes longer than its report: `waaudit simulate plan` makes it.
const MOST_PLANNED: usize = 5_000;
/// A report lists so many limits and single points, the nearest first; `waaudit simulate` lists all.
const MOST_LISTED: usize = 100;

/// What was simulated. What was not asked for is null.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Simulation {
    /// The version of this form.
    pub schema_version: u32,
    /// Whose account it is.
    pub account: AccountIdentity,
    /// When collecting began, RFC 3339.
    pub taken_at: String,
    /// What the loss of each zone in use does to each way in.
    pub zone_losses: Option<Vec<ZoneLoss>>,
    /// Single points of failure, those that take most ways in first.
    pub single_points: Option<Vec<SinglePoint>>,
    /// How far each hop is from its limits.
    pub headroom: Option<Headroom>,
    /// What breaks at the multiple or the number of users that was asked for.
    pub growth: Option<Growth>,
    /// What single changes do to the limit that is reached first.
    pub next_steps: Option<NextSteps>,
    /// Which hops fall behind when the load grows within the time that was asked for.
    pub ramp: Option<Ramp>,
    /// The stages of the ladder, lowest first.
    pub ladder: Option<Vec<StageStatus>>,
    /// How the account gets ready for the stage that was asked for, or for the next one; null where it is ready.
    pub plan: Option<Plan>,
}

impl Simulation {
    /// Of an account, with nothing simulated yet.
    pub fn of(inventory: &Inventory) -> Self {
        Self {
            schema_version: SIMULATION_VERSION,
            account: inventory.snapshot.account.clone(),
            taken_at: inventory.snapshot.taken_at.to_string(),
            zone_losses: None,
            single_points: None,
            headroom: None,
            growth: None,
            next_steps: None,
            ramp: None,
            ladder: None,
            plan: None,
        }
    }
}

/// How far and how fast the load is to grow.
#[derive(Debug, Clone, Copy, Default)]
pub struct Load {
    /// The multiple of today's peak.
    pub grow: Option<f64>,
    /// The time in which it does.
    pub within: Option<Duration>,
    /// Users at once that are to be served, and those at today's peak.
    pub users: Option<(f64, f64)>,
}

/// Towards what the next step is looked for where no growth was asked for.
const DOUBLED: f64 = 2.0;

impl Load {
    fn factor(&self) -> f64 {
        self.users.map(|(wanted, today)| wanted / today).or(self.grow).unwrap_or(DOUBLED)
    }
}

/// The loss of each zone in use, or of one.
pub fn lose_zone(inventory: &Inventory, zone: Option<&str>) -> Result<Simulation, Failure> {
    let all = zone_loss(inventory);
    let losses = match zone {
        Some(zone) => in_zone(all, |loss| &loss.zone, zone)?,
        None => all,
    };
    Ok(Simulation { zone_losses: Some(losses), ..Simulation::of(inventory) })
}

/// The losses of one zone. A zone in which nothing runs is no zone to lose.
pub fn in_zone<T>(mut losses: Vec<T>, zone_of: impl Fn(&T) -> &str, zone: &str) -> Result<Vec<T>, Failure> {
    let zones: BTreeSet<&str> = losses.iter().map(&zone_of).collect();
    if !zones.contains(zone) {
        let help = match zones.len() {
            0 => "no zone is in use".to_owned(),
            _ => format!("zones in use: {}", zones.into_iter().collect::<Vec<_>>().join(", ")),
        };
        return Err(Failure::new(format!("nothing runs in the zone `{zone}`")).help(help));
    }
    losses.retain(|loss| zone_of(loss) == zone);
    Ok(losses)
}

/// Single points of failure.
pub fn lose_thing(inventory: &Inventory) -> Simulation {
    Simulation { single_points: Some(single_points(inventory)), ..Simulation::of(inventory) }
}

/// How far each hop is from its limits, and how fast it grows.
pub fn grow(inventory: &Inventory, non_production: &NonProduction, load: Load) -> Simulation {
    let of = headroom::Options { non_production: non_production.clone() };
    let survey = Survey::new(inventory, &of);
    let found = survey.headroom();
    let factor = load.factor();
    let growth = match load.users {
        Some((wanted, today)) => headroom::users(&found, today, wanted),
        None => load.grow.map(|factor| headroom::grow(&found, factor)),
    };
    let ramp = load.within.map(|within| {
        let options = RampOptions {
            grow: factor,
            within_seconds: within.as_secs_f64(),
            requests_per_second: requests_per_second(inventory),
            ..RampOptions::default()
        };
        ramp(&survey, &found, &options)
    });
    let next_steps = Some(headroom::next_steps(&survey, &found, None, factor));
    Simulation { headroom: Some(found), growth, next_steps, ramp, ..Simulation::of(inventory) }
}

/// How the account gets ready for a stage, or for the next one.
pub fn plan_for(inventory: &Inventory, criteria: &Criteria, stage: Option<Stage>) -> Simulation {
    let findings = criteria.judge(inventory).findings;
    Simulation {
        ladder: Some(summarise(&criteria.rules.rules, &findings).stages),
        plan: plan(inventory, criteria, stage),
        ..Simulation::of(inventory)
    }
}

/// What lost zones and lost things do to an account, in brief.
pub fn losses(inventory: &Inventory) -> Losses {
    let (zones, points) = (zone_loss(inventory), single_points(inventory));
    Losses {
        paths: request_paths(inventory, &zones, &points),
        zones: zones.into_iter().map(ZoneOutcome::from).collect(),
        single_points: points.into_iter().take(MOST_LISTED).map(Into::into).collect(),
    }
}

/// The limits of an account that are reached first, at most 100, and how its hops follow a load that doubles within a
/// minute.
pub fn growth_in_brief(inventory: &Inventory, non_production: &NonProduction) -> (Vec<LimitInBrief>, Ramp) {
    let of = headroom::Options { non_production: non_production.clone() };
    let survey = Survey::new(inventory, &of);
    let found = survey.headroom();
    let options = RampOptions { requests_per_second: requests_per_second(inventory), ..RampOptions::default() };
    let mut ramp = ramp(&survey, &found, &options);
    ramp.hops.truncate(MOST_LISTED);
    ramp.not_computed.truncate(MOST_LISTED);
    (found.limits.into_iter().take(MOST_LISTED).map(LimitInBrief::from).collect(), ramp)
}

/// The plan to the next stage, for a report: nothing of a large account.
pub fn plan_in_brief(inventory: &Inventory, criteria: &Criteria) -> Option<Plan> {
    (inventory.snapshot.resources.len() <= MOST_PLANNED).then(|| plan(inventory, criteria, None)).flatten()
}
