//! The report as a page for a person at a terminal.

use super::Format;
use crate::table::render;

pub(super) const FORMAT: Format = Format {
    name: "table",
    about: "For people at a terminal",
    write: |report, view, to| to.write_all(render(report, &view.look).as_bytes()),
};
