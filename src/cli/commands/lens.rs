//! `waaudit lens`: a custom lens for the AWS Well-Architected Tool, made of rules.

use waaudit_judge::selection::{Selection, select};
use waaudit_model::error::Failure;
use waaudit_output::lens;

/// The lens, as JSON that the tool imports.
pub fn show(selection: &Selection) -> Result<String, Failure> {
    lens::lens(&select(selection)?.rules)
}
