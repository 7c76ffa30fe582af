//! The formats of a difference: a file each, and a line each in [`FORMATS`]. They lay out and compute nothing.

mod csv;
mod github;
mod mail;
mod markdown;
mod ndjson;

pub use self::mail::plain_text;
use crate::format::Formats;
use crate::html::difference_page;
use crate::table::render_difference;
use crate::write::indented;
use waaudit_judge::diff::Difference;

/// One way to print a difference.
pub type Format = crate::format::Format<Difference>;

/// Every format, in the order of the help.
pub const FORMATS: Formats<Difference> =
    &[&TABLE, &HTML, &JSON, &ndjson::FORMAT, &csv::FORMAT, &markdown::FORMAT, &github::FORMAT];

const TABLE: Format = Format {
    name: "table",
    about: "For people at a terminal",
    write: |difference, view, to| to.write_all(render_difference(difference, &view.look).as_bytes()),
};
const HTML: Format = Format {
    name: "html",
    about: "One file for a browser: to read, forward and print",
    write: |difference, _, to| to.write_all(difference_page(difference)?.as_bytes()),
};
const JSON: Format =
    Format { name: "json", about: "For programs", write: |difference, _, to| indented(difference, to) };
