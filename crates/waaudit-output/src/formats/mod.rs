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
mod table;
mod well_architected;

use std::io::{self, Write};

use super::table::Look;
use waaudit_judge::diff::Difference;
use waaudit_judge::report::Report;

/// Every format, in the order of the help.
pub const FORMATS: &[&Format] = &[
    &table::FORMAT,
    &html::FORMAT,
    &json::FORMAT,
    &ndjson::FORMAT,
    &csv::FORMAT,
    &junit::FORMAT,
    &sarif::FORMAT,
    &markdown::FORMAT,
    &github::FORMAT,
    &ocsf::FORMAT,
    &asff::FORMAT,
    &openmetrics::FORMAT,
    &well_architected::document::FORMAT,
    &well_architected::script::FORMAT,
];

/// One way to print a report.
#[derive(Debug)]
pub struct Format {
    /// What `--format` calls it.
    pub name: &'static str,
    /// Who reads it, for the help.
    pub about: &'static str,
    /// Writes a report.
    pub write: fn(&Report, View, &mut dyn Write) -> io::Result<()>,
}

/// What a report is laid out for.
#[derive(Debug, Clone, Copy)]
pub struct View<'d> {
    /// The width and colours of what has some, and which findings a page of text shows.
    pub look: Look,
    /// What changed since an earlier report, where one was given and the format has room for it.
    pub since: Option<&'d Difference>,
}

impl Format {
    /// The one of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().copied().find(|format| format.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::{FORMATS, Format};

    #[test]
    fn names_are_different_and_found() {
        for format in FORMATS {
            assert_eq!(Format::named(format.name).map(|found| found.about), Some(format.about));
        }
        assert!(Format::named("tables").is_none());
    }
}
