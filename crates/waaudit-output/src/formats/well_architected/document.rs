//! The answers as JSON: each choice with what its rules found.

use super::super::Format;
use super::of;
use crate::text::clean_value;
use crate::write::indented;

pub(in crate::formats) const FORMAT: Format = Format {
    name: "wa-answers",
    about: "For the AWS Well-Architected Tool: which choices findings support or refute",
    write: |report, _, to| indented(&clean_value(serde_json::to_value(of(report)?)?), to),
};
