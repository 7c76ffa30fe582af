//! `waaudit schema`: the JSON Schemas of what waaudit reads and writes, generated from its types.

use clap::ValueEnum;
use schemars::{Schema, schema_for};

use crate::diff::Difference;
use crate::exit::Failure;
use crate::lambda::event::Event;
use crate::output::json;
use crate::report::Report;
use crate::rules::RuleFile;
use crate::settings::Settings;
use crate::snapshot::Snapshot;
use crate::waive::Waivers;

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
    };
    json("schema", &schema)
}
