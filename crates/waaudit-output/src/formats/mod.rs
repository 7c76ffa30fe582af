//! The formats of a report: a file each, and a line each in [`FORMATS`].
//!
//! A format lays out what a report says. It computes nothing, and asks neither the terminal nor the environment for
//! anything. What a report says may come from someone else, as names, tags and messages do: a format escapes it.

mod asff;
pub(crate) mod csv;
pub(crate) mod github;
mod html;
mod json;
mod junit;
mod markdown;
pub mod ndjson;
mod ocsf;
mod openmetrics;
mod sarif;
mod svg;
mod table;
mod well_architected;

use crate::format::Formats;
pub use crate::format::View;
use waaudit_judge::report::Report;

/// One way to print a report.
pub type Format = crate::format::Format<Report>;

/// Every format, in the order of the help.
pub const FORMATS: Formats<Report> = &[
    &table::FORMAT,
    &html::FORMAT,
    &json::FORMAT,
    &ndjson::FORMAT,
    &csv::FORMAT,
    &junit::FORMAT,
    &sarif::FORMAT,
    &markdown::FORMAT,
    &github::FORMAT,
    &svg::FORMAT,
    &ocsf::FORMAT,
    &asff::FORMAT,
    &openmetrics::FORMAT,
    &well_architected::document::FORMAT,
    &well_architected::script::FORMAT,
];
