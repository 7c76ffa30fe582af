//! `waaudit simulate`: what breaks first when a zone or a single thing is lost, or when the users become more.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::look;
use super::source::{From, obtain};
use crate::scan_plan;
use waaudit_derive::{Inventory, derive};
use waaudit_judge::criteria::Criteria;
use waaudit_judge::selection::{Selection, select};
use waaudit_judge::simulation::{self, Load, Simulation};
use waaudit_judge::waivers::Waivers;
use waaudit_model::error::Failure;
use waaudit_model::settings::Settings;
use waaudit_output::simulation::{self as layout, Section, notes};
use waaudit_output::table::render_sections;
use waaudit_output::write::json;
use waaudit_output::{dot, markdown, mermaid};
use waaudit_rules::Stage;
use waaudit_simulate::fis;
use waaudit_simulate::zone_loss::ZoneLoss;

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

/// The loss of each zone in use, or of one.
pub fn lose_zone(options: &Options, zone: Option<&str>, experiment: bool) -> Result<String, Failure> {
    let (inventory, _) = inventory(options)?;
    let simulated = simulation::lose_zone(&inventory, zone)?;
    let losses = simulated.zone_losses.as_deref().unwrap_or_default();
    if experiment {
        return experiments(&inventory, losses);
    }
    print(options, &inventory, &simulated, &layout::zone_loss(losses))
}

/// Experiments of FIS for what is touched, one for each way in.
fn experiments(inventory: &Inventory, losses: &[ZoneLoss]) -> Result<String, Failure> {
    let touched = losses.iter().filter(|loss| !loss.chain.is_empty());
    json("experiments", &fis::experiments(inventory, touched))
}

/// Single points of failure.
pub fn lose_thing(options: &Options) -> Result<String, Failure> {
    let (inventory, _) = inventory(options)?;
    let simulated = simulation::lose_thing(&inventory);
    let points = simulated.single_points.as_deref().unwrap_or_default();
    print(options, &inventory, &simulated, &layout::single_points(points))
}

/// How far each hop is from its limits, and how fast it grows.
pub fn grow(options: &Options, load: Load) -> Result<String, Failure> {
    let (inventory, settings) = inventory(options)?;
    let simulated = simulation::grow(&inventory, &settings.non_production, load);
    print(options, &inventory, &simulated, &layout::headroom(&simulated))
}

/// How the account gets ready for a stage, or for the next one.
pub fn plan_for(options: &Options, stage: Option<Stage>, waivers: Option<&Path>) -> Result<String, Failure> {
    let rules = select(&Selection::default())?;
    let waivers = Waivers::read(waivers, &rules)?;
    let (inventory, settings) = inventory(options)?;
    let criteria = Criteria { waivers: &waivers, ..Criteria::new(&rules, &settings) };
    let simulated = simulation::plan_for(&inventory, &criteria, stage);
    print(options, &inventory, &simulated, &layout::plan(&simulated))
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
