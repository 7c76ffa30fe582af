//! The formats of a trend, a line each in [`FORMATS`]. They lay out and compute nothing.

use crate::chart;
use crate::format::Formats;
use crate::html::trend_page;
use crate::markdown;
use crate::table::render_sections;
use crate::write::indented;
use waaudit_judge::trend::Trend;

/// One way to print a trend.
pub type Format = crate::format::Format<Trend>;

/// Every format of a trend, in the order of the help.
pub const FORMATS: Formats<Trend> = &[&TABLE, &HTML, &JSON, &MARKDOWN];

const TABLE: Format = Format {
    name: "table",
    about: "For people at a terminal",
    write: |of, view, to| to.write_all(render_sections(&chart::trend(of), &view.look).as_bytes()),
};
const HTML: Format = Format {
    name: "html",
    about: "One file for a browser: to read, forward and print",
    write: |of, _, to| to.write_all(trend_page(of)?.as_bytes()),
};
const JSON: Format = Format { name: "json", about: "For programs", write: |of, _, to| indented(of, to) };
const MARKDOWN: Format = Format {
    name: "markdown",
    about: "For a pull request or a wiki",
    write: |of, _, to| to.write_all(markdown::page(&chart::trend(of)).as_bytes()),
};
