//! The report as one page of HTML that opens by double click, without a server and without a network.

use std::io;

use super::Format;
use crate::html;
use waaudit_judge::report::Report;

pub(super) const FORMAT: Format = Format {
    name: "html",
    about: "One file for a browser: to read, forward and print",
    write: |report, _, to| to.write_all(page(report)?.as_bytes()),
};

fn page(report: &Report) -> io::Result<String> {
    html::page(report, None)
}
