//! The report as one page of HTML that opens by double click, without a server and without a network.

use super::Format;
use crate::html;

pub(super) const FORMAT: Format = Format {
    name: "html",
    about: "One file for a browser: to read, forward and print",
    write: |report, view, to| to.write_all(html::page(report, view.since)?.as_bytes()),
};
