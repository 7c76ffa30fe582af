//! `waaudit simulate`: what breaks first when a zone or a single thing is lost, or when the users become more.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;

use super::look;
use super::source::{From, obtain};
use crate::scan_plan;
use waaudit_derive::{Inventory, derive};
use waaudit_judge::criteria::Criteria;
use waaudit_judge::plan::plan;
use waaudit_judge::score::summarise;
use waaudit_judge::selection::{Selection, select};
use waaudit_judge::simulation::Simulation;
use waaudit_judge::waivers::Waivers;
use waaudit_model::error::Failure;
use waaudit_model::settings::Settings;
use waaudit_output::simulation::{self, Section, notes};
use waaudit_output::table::render_sections;
use waaudit_output::write::json;
use waaudit_output::{dot, markdown, mermaid};
use waaudit_rules::Stage;
use waaudit_simulate::zone_loss::ZoneLoss;
use waaudit_simulate::{fis, headroom, ramp, requests_per_second, single_points, zone_loss};

/// How a simulation is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For people at a terminal.
    #[default]
    Table,
    /// For programs.
    Json,
    /// For pull requests and wikis.
    Markdown,
    /// The account as a picture for Graphviz, with what was simulated at each node.
    Dot,
    /// The same for code hosts and wikis.
    Mermaid,
}

/// What every simulation takes.
#[derive(Debug)]
pub struct Options {
    /// What to simulate on.
    pub from: From,
    /// Settings.
    pub settings: Option<PathBuf>,
    /// How to print it.
    pub format: Format,
    /// No progress.
    pub quiet: bool,
    /// No colours.
    pub no_color: bool,
}

/// How far and how fast the load is to grow.
#[derive(Debug, Clone, Copy, Default)]
pub struct Growth {
    /// The multiple of today's peak.
    pub grow: Option<f64>,
    /// The time in which it does.
    pub within: Option<Duration>,
    /// Users at once that are to be served, and those at today's peak.
    pub users: Option<(f64, f64)>,
}

/// Towards what the next step is looked for where no growth was asked for.
const DOUBLED: f64 = 2.0;

impl Growth {
    fn factor(&self) -> f64 {
        self.users.map(|(wanted, today)| wanted / today).or(self.grow).unwrap_or(DOUBLED)
    }
}

/// The loss of each zone in use, or of one.
pub fn lose_zone(options: &Options, zone: Option<&str>, experiment: bool) -> Result<String, Failure> {
    let (inventory, _) = inventory(options)?;
    let mut losses = zone_loss::zone_loss(&inventory);
    if let Some(zone) = zone {
        losses = of_zone(losses, zone)?;
    }
    if experiment {
        return experiments(&inventory, &losses);
    }
    let sections = simulation::zone_loss(&losses);
    print(options, &inventory, &Simulation { zone_losses: Some(losses), ..Simulation::of(&inventory) }, &sections)
}

/// The losses of one zone. A zone in which nothing runs is no zone to lose.
fn of_zone(losses: Vec<ZoneLoss>, zone: &str) -> Result<Vec<ZoneLoss>, Failure> {
    let mut zones: Vec<String> = losses.iter().map(|loss| loss.zone.clone()).collect();
    zones.sort();
    zones.dedup();
    if !zones.iter().any(|other| other == zone) {
        let help = if zones.is_empty() {
            "no zone is in use".to_owned()
        } else {
            format!("zones in use: {}", zones.join(", "))
        };
        return Err(Failure::new(format!("nothing runs in the zone `{zone}`")).help(&help));
    }
    Ok(losses.into_iter().filter(|loss| loss.zone == zone).collect())
}

/// Experiments of FIS for what is touched, one for each way in.
fn experiments(inventory: &Inventory, losses: &[ZoneLoss]) -> Result<String, Failure> {
    let touched = losses.iter().filter(|loss| !loss.chain.is_empty());
    json("experiments", &fis::experiments(inventory, touched))
}

/// Single points of failure.
pub fn lose_thing(options: &Options) -> Result<String, Failure> {
    let (inventory, _) = inventory(options)?;
    let points = single_points::single_points(&inventory);
    let sections = simulation::single_points(&points);
    print(options, &inventory, &Simulation { single_points: Some(points), ..Simulation::of(&inventory) }, &sections)
}

/// How far each hop is from its limits, and how fast it grows.
pub fn grow(options: &Options, growth: Growth) -> Result<String, Failure> {
    let (inventory, settings) = inventory(options)?;
    let of = headroom::Options { non_production: settings.non_production };
    let found = headroom::headroom(&inventory, &of);
    let factor = growth.factor();
    let told = match growth.users {
        Some((wanted, today)) => headroom::users(&found, today, wanted),
        None => growth.grow.map(|factor| headroom::grow(&found, factor)),
    };
    let ramp = growth.within.map(|within| {
        let options = ramp::RampOptions {
            grow: factor,
            within_seconds: within.as_secs_f64(),
            requests_per_second: requests_per_second(&inventory),
            ..ramp::RampOptions::default()
        };
        ramp::ramp(&inventory, &found, &of, &options)
    });
    let steps = headroom::next_steps(&inventory, &found, None, factor);
    let simulated =
        Simulation { headroom: Some(found), growth: told, next_steps: Some(steps), ramp, ..Simulation::of(&inventory) };
    print(options, &inventory, &simulated, &simulation::headroom(&simulated))
}

/// How the account gets ready for a stage, or for the next one.
pub fn plan_for(options: &Options, stage: Option<Stage>, waivers: Option<&Path>) -> Result<String, Failure> {
    let rules = select(&Selection::default())?;
    let waivers = Waivers::read(waivers, &rules)?;
    let (inventory, settings) = inventory(options)?;
    let criteria = Criteria { waivers: &waivers, ..Criteria::new(&rules, &settings) };
    let findings = criteria.judge(&inventory).findings;
    let simulated = Simulation {
        ladder: Some(summarise(&rules.rules, &findings).stages),
        plan: plan(&inventory, &criteria, stage),
        ..Simulation::of(&inventory)
    };
    print(options, &inventory, &simulated, &simulation::plan(&simulated))
}

/// The account with all that any rule reads: a simulation follows the same facts.
fn inventory(options: &Options) -> Result<(Inventory, Settings), Failure> {
    let settings = Settings::read(options.settings.as_deref())?;
    let wanted = scan_plan::wanted(&select(&Selection::default())?);
    let snapshot = obtain(&options.from, &wanted, &settings, options.quiet)?;
    Ok((derive(snapshot, &settings.non_production), settings))
}

fn print(
    options: &Options,
    inventory: &Inventory,
    document: &Simulation,
    sections: &[Section],
) -> Result<String, Failure> {
    match options.format {
        Format::Table => Ok(render_sections(sections, &look(None, options.no_color))),
        Format::Markdown => Ok(markdown::page(sections)),
        Format::Json => json("simulation", document),
        Format::Dot => Ok(dot::render(&inventory.graph, false, &notes(document))),
        Format::Mermaid => Ok(mermaid::render(&inventory.graph, false, &notes(document))),
    }
}
