//! The formats of a difference: a file each, and a line each in [`FORMATS`]. They lay out and compute nothing.

mod csv;
mod github;
mod mail;
mod markdown;
mod ndjson;

use std::io::{self, Write};

pub use self::mail::plain_text;
use crate::html::difference_page;
use crate::table::{Look, render_difference};
use crate::write::indented;
use waaudit_judge::diff::Difference;

/// Every format, in the order of the help.
pub const FORMATS: &[&Format] =
    &[&TABLE, &HTML, &JSON, &ndjson::FORMAT, &csv::FORMAT, &markdown::FORMAT, &github::FORMAT];

/// One way to print a difference.
#[derive(Debug)]
pub struct Format {
    /// What `--format` calls it.
    pub name: &'static str,
    /// Who reads it, for the help.
    pub about: &'static str,
    /// Writes a difference. What has a width and colours is laid out for a look.
    pub write: fn(&Difference, Look, &mut dyn Write) -> io::Result<()>,
}

impl Format {
    /// The one of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().copied().find(|format| format.name == name)
    }
}

const TABLE: Format = Format {
    name: "table",
    about: "For people at a terminal",
    write: |difference, look, to| to.write_all(render_difference(difference, &look).as_bytes()),
};
const HTML: Format = Format {
    name: "html",
    about: "One file for a browser: to read, forward and print",
    write: |difference, _, to| to.write_all(difference_page(difference)?.as_bytes()),
};
const JSON: Format =
    Format { name: "json", about: "For programs", write: |difference, _, to| indented(difference, to) };
