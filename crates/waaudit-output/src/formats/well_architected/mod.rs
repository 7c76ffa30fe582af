//! Answers for the AWS Well-Architected Tool, as a document and as a script that the reader runs. waaudit itself changes
//! nothing.

pub(super) mod document;
pub(super) mod script;

use std::io;

use waaudit_judge::answers::{Answers, answers};
use waaudit_judge::report::Report;
use waaudit_rules::RuleSet;

/// The built-in rules tell which of those that are about a choice were left out of the scan.
fn of(report: &Report) -> io::Result<Answers> {
    let all = RuleSet::load(&[]).map_err(|failure| io::Error::other(failure.to_string()))?;
    Ok(answers(report, &all))
}
