//! `waaudit schema`: the JSON Schemas of what waaudit reads and writes, generated from its types.

use clap::ValueEnum;
use schemars::{Schema, schema_for};

use crate::lambda::event::Event;
use waaudit_judge::diff::Difference;
use waaudit_judge::report::Report;
use waaudit_judge::simulation::Simulation;
use waaudit_judge::trend::Trend;
use waaudit_judge::waivers::Waivers;
use waaudit_model::error::Failure;
use waaudit_model::settings::Settings;
use waaudit_model::snapshot::Snapshot;
use waaudit_output::write::json;
use waaudit_rules::RuleFile;

/// A form that waaudit reads or writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the forms' own names")]
pub enum Form {
    Report,
    Difference,
    Snapshot,
    Rule,
    Settings,
    Waivers,
    Event,
    Simulation,
    Trend,
}

/// The schema of a form, as JSON.
pub fn show(form: Form) -> Result<String, Failure> {
    let schema: Schema = match form {
        Form::Report => schema_for!(Report),
        Form::Difference => schema_for!(Difference),
        Form::Snapshot => schema_for!(Snapshot),
        Form::Rule => schema_for!(RuleFile),
        Form::Settings => schema_for!(Settings),
        Form::Waivers => schema_for!(Waivers),
        Form::Event => schema_for!(Event),
        Form::Simulation => schema_for!(Simulation),
        Form::Trend => schema_for!(Trend),
    };
    json("schema", &schema)
}
