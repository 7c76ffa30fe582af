//! The report as one JSON document, the contract for programs: `waaudit schema report`.

use super::Format;
use crate::write::indented;

pub(super) const FORMAT: Format = Format {
    name: "json",
    about: "For programs: the contract for dashboards",
    write: |report, _, to| indented(report, to),
};
