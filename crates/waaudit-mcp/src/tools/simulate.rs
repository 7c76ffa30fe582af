//! What breaks first, and what to do about it: the loss of a zone or of a single thing, growth, and the plan to a stage.
//!
//! A stored report has all of this in brief; what only resources can tell is null then.

use std::cmp::Reverse;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::summary::ladder;
use crate::account::{Account, without};
use crate::question::{Asked, Page, Paging, Question};
use waaudit_judge::plan::plan;
use waaudit_judge::report::{LimitInBrief, Losses, Plan as PlanToStage, SinglePointInBrief, StageStatus, ZoneOutcome};
use waaudit_judge::simulation::{Load, grow, in_zone};
use waaudit_model::error::Failure;
use waaudit_rules::Stage;
use waaudit_simulate::headroom::{GrowthOfWayIn, NextSteps};
use waaudit_simulate::ramp::Ramp;
use waaudit_simulate::single_points::{SinglePoint, single_points};
use waaudit_simulate::zone_loss::{ZoneLoss, zone_loss};

/// What the account loses.
fn losses(account: &Account) -> Result<&Losses, Failure> {
    account.report.simulation.as_ref().ok_or_else(|| {
        Failure::new("the report has no simulation").help("it is of some areas alone; start with a report of all rules")
    })
}

fn has_part(name: &str, id: &str, part: &str) -> bool {
    let part = part.to_lowercase();
    name.to_lowercase().contains(&part) || id.to_lowercase().contains(&part)
}

/// Which zone is lost.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct LoseZone {
    /// The zone's name, as `eu-west-1a`; every zone in use where it is left out.
    #[serde(default)]
    zone: Option<String>,
    /// A part of a public way in's name or ARN. With it, the answer has the whole path of requests, hop by hop.
    #[serde(default)]
    way_in: Option<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// What lost zones do.
#[derive(Serialize, JsonSchema)]
pub(crate) struct LostZones {
    /// For each public way in what becomes of it and which hop decides that; the worst outcome first, those that can't be
    /// told last.
    zone_losses: Page<ZoneOutcome>,
    /// The same with every hop that requests pass and need; null where no way in was named, and of a stored report.
    paths: Option<Vec<ZoneLoss>>,
}

impl Question for LoseZone {
    const NAME: &'static str = "simulate_zone_loss";
    const ABOUT: &'static str = "What happens when an Availability Zone fails: for each public way in whether it survives, fails over, degrades, \
         recovers or dies, which resource decides that and why, for how long, and the capacity left. Computed from the inventory; \
         nothing in AWS is touched.";
    type Answer = LostZones;

    fn answer(self, asked: &Asked) -> Result<LostZones, Failure> {
        let account = asked.account()?;
        let mut found: Vec<&ZoneOutcome> = losses(&account)?.zones.iter().collect();
        if let Some(zone) = &self.zone {
            found = in_zone(found, |loss| loss.zone.as_str(), zone)?;
        }
        if let Some(part) = &self.way_in {
            found.retain(|loss| has_part(&loss.way_in.name, &loss.way_in.resource, part));
        }
        found.sort_by_key(|loss| Reverse(loss.outcome));
        let zone_losses = asked.page(&self.paging, &account, found)?.map(Clone::clone);
        let paths = self.way_in.as_ref().and(account.inventory.as_ref()).map(|inventory| {
            let is_on_page = |loss: &ZoneLoss| {
                zone_losses.items.iter().any(|one| one.zone == loss.zone && one.way_in == loss.way_in)
            };
            let paths = zone_loss(inventory).into_iter().filter(is_on_page).collect();
            asked.first(paths, "name one zone and one way in")
        });
        Ok(LostZones { zone_losses, paths })
    }
}

/// Which things are lost.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct LoseThing {
    /// A part of the thing's name or ARN. With it, the answer has each way in that is cut off, and what it loses.
    #[serde(default)]
    resource: Option<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// Single points of failure.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SinglePoints {
    /// Those that take most ways in first.
    single_points: Page<SinglePointInBrief>,
    /// The same with what they cut off; null where no resource was named, and of a stored report.
    cuts: Option<Vec<SinglePoint>>,
}

/// What has the whole of a simulation.
const ALL_HOPS: &str = "`waaudit simulate headroom --format json` has all";

/// A report holds so many single points and limits.
const MOST_IN_REPORT: usize = 100;

impl Question for LoseThing {
    const NAME: &'static str = "simulate_spof";
    const ABOUT: &'static str = "Single points of failure: each server, database, cache, NAT gateway or Region whose loss alone cuts public ways in \
         off from something that they need.";
    type Answer = SinglePoints;

    fn answer(self, asked: &Asked) -> Result<SinglePoints, Failure> {
        let account = asked.account()?;
        let all = &losses(&account)?.single_points;
        if all.len() >= MOST_IN_REPORT {
            asked.note(format!("a report holds {MOST_IN_REPORT} single points; `waaudit simulate spof` lists all"));
        }
        let is_meant = |name: &str, id: &str| self.resource.as_ref().is_none_or(|part| has_part(name, id, part));
        let found: Vec<&SinglePointInBrief> =
            all.iter().filter(|point| is_meant(&point.name, &point.resource)).collect();
        let page = asked.page(&self.paging, &account, found)?.map(Clone::clone);
        let cuts = self.resource.as_ref().and(account.inventory.as_ref()).map(|inventory| {
            let is_on_page = |point: &SinglePoint| page.items.iter().any(|one| one.resource == point.resource);
            let points = single_points(inventory).into_iter().filter(is_on_page).collect();
            asked.first(points, "name one resource by its ARN")
        });
        Ok(SinglePoints { single_points: page, cuts })
    }
}

/// How far and how fast the load grows.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Headroom {
    /// The multiple of today's peak to grow to, as 4: the answer has the limits that are reached on the way. All limits
    /// where it is left out.
    #[schemars(range(min = 0))]
    #[serde(default)]
    grow: Option<f64>,
    /// The seconds in which the load grows; needs `grow`. The answer says which hops fall behind meanwhile.
    #[schemars(range(min = 0))]
    #[serde(default)]
    within_seconds: Option<f64>,
    #[serde(flatten)]
    paging: Paging,
}

/// Limits, and how far today's peak is from them.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Saturation {
    /// The limit that is reached first comes first.
    limits: Page<LimitInBrief>,
    /// How many limits could not be compared with a peak: a hop without a number is not a hop with room. Null of a stored
    /// report, which does not say.
    not_computed: Option<usize>,
    /// Whether each public way in holds; null where no growth was asked for, of a stored report, and after the first part.
    ways_in: Option<Vec<GrowthOfWayIn>>,
    /// What single changes do to the limit that is reached first; null of a stored report and after the first part.
    next_steps: Option<NextSteps>,
    /// Which hops fall behind; null where no time was given, and after the first part.
    ramp: Option<Ramp>,
}

impl Question for Headroom {
    const NAME: &'static str = "simulate_headroom";
    const ABOUT: &'static str = "How many times today's peak each hop can serve, and what saturates first when the users become more, with the \
         number, the limit and their sources. Peaks come from CloudWatch.";
    type Answer = Saturation;

    fn answer(self, asked: &Asked) -> Result<Saturation, Failure> {
        let load = self.load()?;
        let account = asked.account()?;
        let Some(inventory) = &account.inventory else { return self.of_report(asked, &account, load) };
        let simulated = grow(inventory, &asked.accounts.settings.non_production, load);
        let found = simulated.headroom.unwrap_or_default();
        let (not_computed, limits) = (found.not_computed.len(), found.limits.into_iter());
        let limits = limits.map(LimitInBrief::from).filter(|limit| is_reached(limit, load)).collect();
        let limits = asked.page(&self.paging, &account, limits)?;
        let first = self.paging.cursor.is_none();
        Ok(Saturation {
            limits,
            not_computed: Some(not_computed),
            ways_in: simulated.growth.filter(|_| first).map(|growth| asked.first(growth.ways_in, ALL_HOPS)),
            next_steps: simulated.next_steps.filter(|_| first),
            ramp: simulated.ramp.filter(|_| first).map(|ramp| Ramp { hops: asked.first(ramp.hops, ALL_HOPS), ..ramp }),
        })
    }
}

impl Headroom {
    fn load(&self) -> Result<Load, Failure> {
        let positive = |name: &str, number: Option<f64>| match number {
            Some(number) if number <= 0.0 => {
                Err(Failure::new(format!("`{name}` is {number}")).help("it has to be above 0"))
            }
            number => Ok(number),
        };
        let grow = positive("grow", self.grow)?;
        let within = positive("within_seconds", self.within_seconds)?.map(Duration::try_from_secs_f64).transpose();
        let within = within.map_err(|error| Failure::new(format!("`within_seconds` is no length of time: {error}")))?;
        if within.is_some() && grow.is_none() {
            return Err(Failure::new("`within_seconds` needs `grow`").help("as {\"grow\": 4, \"within_seconds\": 60}"));
        }
        Ok(Load { grow, within, users: None })
    }

    fn of_report(&self, asked: &Asked, account: &Account, load: Load) -> Result<Saturation, Failure> {
        let all = &account.report.headroom;
        if load.within.is_some() {
            return Err(without("how fast hops follow"));
        }
        if all.len() >= MOST_IN_REPORT {
            asked.note(format!("a report holds {MOST_IN_REPORT} limits; `waaudit simulate headroom` lists all"));
        }
        let limits = all.iter().filter(|limit| is_reached(limit, load)).collect::<Vec<_>>();
        let limits = asked.page(&self.paging, account, limits)?.map(Clone::clone);
        Ok(Saturation { limits, not_computed: None, ways_in: None, next_steps: None, ramp: None })
    }
}

fn is_reached(limit: &LimitInBrief, load: Load) -> bool {
    load.grow.is_none_or(|factor| limit.multiple < factor)
}

/// The stage to get ready for.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Plan {
    /// The stage; the lowest one that the account is not ready for, where it is left out.
    #[serde(default)]
    stage: Option<Stage>,
    #[serde(flatten)]
    paging: Paging,
}

/// A plan, in parts.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Planned {
    /// The stages, lowest first, with what blocks the plan's stage; null after the first part.
    ladder: Option<Vec<StageStatus>>,
    /// The plan with the steps of this part; null where the account is ready for the stage.
    plan: Option<PlanToStage>,
    /// Steps of all parts.
    steps: usize,
    /// The cursor of the next part; null where this is the last one.
    next_cursor: Option<String>,
}

impl Question for Plan {
    const NAME: &'static str = "plan";
    const ABOUT: &'static str = "The smallest set of changes that gets the account ready for a stage, in order, each with its commands, what it cures, \
         the state after it and its monthly cost. The commands are for the user to run. Takes minutes on a large account.";
    type Answer = Planned;

    fn answer(self, asked: &Asked) -> Result<Planned, Failure> {
        let account = asked.account()?;
        let plan = plan_of(asked, &account, self.stage)?;
        let stage = plan.as_ref().map(|plan| plan.stage);
        let ladder = self.paging.cursor.is_none().then(|| ladder(&account.report, stage));
        let Some(mut plan) = plan else {
            return Ok(Planned { ladder, plan: None, steps: 0, next_cursor: None });
        };
        let page = asked.page(&self.paging, &account, std::mem::take(&mut plan.steps))?;
        plan.steps = page.items;
        Ok(Planned { ladder, plan: Some(plan), steps: page.total, next_cursor: page.next_cursor })
    }
}

/// The plan that the report has, or one that is made now.
fn plan_of(asked: &Asked, account: &Account, stage: Option<Stage>) -> Result<Option<PlanToStage>, Failure> {
    let there = account.report.plan.as_ref().filter(|plan| stage.is_none_or(|stage| plan.stage == stage));
    let summary = &account.report.summary;
    let is_ready = stage.map_or(summary.next_stage.is_none(), |stage| summary.stage >= Some(stage));
    match (there, &account.inventory) {
        (Some(plan), _) => Ok(Some(plan.clone())),
        (None, Some(inventory)) => Ok(account.plan(stage, || plan(inventory, &asked.accounts.criteria(), stage))),
        (None, None) if is_ready => Ok(None),
        (None, None) => Err(without("the plan to this stage")),
    }
}
