//! `waaudit graph`: what leads where in an account, as a picture or for programs.

use std::path::Path;

use clap::ValueEnum;

use super::source::{From, obtain};
use crate::scan_plan;
use waaudit_derive::derive;
use waaudit_model::error::Failure;
use waaudit_model::settings::Settings;
use waaudit_output::simulation::Notes;
use waaudit_output::write::json;
use waaudit_output::{dot, mermaid};

/// How the graph is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For Graphviz.
    #[default]
    Dot,
    /// For code hosts and wikis.
    Mermaid,
    /// For programs, whole.
    Json,
}

/// The graph of an account.
pub fn draw(from: &From, settings: Option<&Path>, format: Format, all: bool, quiet: bool) -> Result<String, Failure> {
    let settings = Settings::read(settings)?;
    let snapshot = obtain(from, &scan_plan::wanted_of("entry_point", "path"), &settings, quiet)?;
    let graph = derive(snapshot, &settings.non_production).graph;
    match format {
        Format::Dot => Ok(dot::render(&graph, all, &Notes::new())),
        Format::Mermaid => Ok(mermaid::render(&graph, all, &Notes::new())),
        Format::Json => json("graph", &graph),
    }
}
