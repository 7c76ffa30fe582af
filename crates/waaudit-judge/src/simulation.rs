//! What breaks first, as documents: what `waaudit simulate` prints for programs, and the brief of it that a report carries.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::criteria::Criteria;
use crate::plan::plan;
use crate::report::{LimitInBrief, Losses, Plan, StageStatus, ZoneOutcome};
use waaudit_derive::Inventory;
use waaudit_model::settings::NonProduction;
use waaudit_model::snapshot::AccountIdentity;
use waaudit_simulate::headroom::{self, Growth, Headroom, NextSteps};
use waaudit_simulate::ramp::Ramp;
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

/// What lost zones and lost things do to an account, in brief.
pub fn losses(inventory: &Inventory) -> Losses {
    Losses {
        zones: zone_loss(inventory).into_iter().map(ZoneOutcome::from).collect(),
        single_points: single_points(inventory).into_iter().take(MOST_LISTED).map(Into::into).collect(),
    }
}

/// The limits of an account that are reached first, at most 100.
pub fn nearest_limits(inventory: &Inventory, non_production: &NonProduction) -> Vec<LimitInBrief> {
    let options = headroom::Options { non_production: non_production.clone() };
    let limits = headroom::headroom(inventory, &options).limits.into_iter();
    limits.take(MOST_LISTED).map(LimitInBrief::from).collect()
}

/// The plan to the next stage, for a report: nothing of a large account.
pub fn plan_in_brief(inventory: &Inventory, criteria: &Criteria) -> Option<Plan> {
    (inventory.snapshot.resources.len() <= MOST_PLANNED).then(|| plan(inventory, criteria, None)).flatten()
}
