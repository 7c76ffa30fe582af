//! Notifications to the topic: that a stage is lost, the score dropped or a critical finding is new, and what else changed.
//!
//! Pure. A report that is incomplete lacks passes and failures alike, so its score tells nothing, and a stage that it can't
//! prove is not lost by that; only what fails in it counts. The cost: while reports are incomplete, a drop is not told; that
//! they are has an alarm of its own.

use serde::Serialize;

use waaudit_judge::diff::Difference;
use waaudit_judge::report::{Readiness, Report};
use waaudit_output::difference::plain_text;
use waaudit_rules::{Severity, Stage};

/// Changes of each sort that a message names.
const MOST: usize = 20;
/// The longest subject that SNS takes.
const SUBJECT: usize = 100;

/// A message for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Message {
    /// Its subject.
    pub(super) subject: String,
    /// Why it is sent, a sentence each.
    pub(super) reasons: Vec<String>,
    /// Its text.
    pub(super) text: String,
}

/// Where the two reports are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places<'a> {
    /// The older one.
    pub(super) before: &'a str,
    /// The newer one.
    pub(super) after: &'a str,
}

/// The message about a difference, if it is worth one.
pub(super) fn message(difference: &Difference, report: &Report, score_drop: f64, places: Places) -> Option<Message> {
    let reasons: Vec<String> = [lost_stage(difference, report), drop(difference, score_drop), critical(difference)]
        .into_iter()
        .flatten()
        .collect();
    let first = reasons.first()?;
    let account = &report.account;
    let alias = account.alias.as_ref().map_or(String::new(), |alias| format!(" ({alias})"));
    let subject = format!("waaudit {}: {first}", account.id);
    let subject: String = subject.chars().filter(|c| matches!(c, ' '..='~')).take(SUBJECT).collect();
    let changed = plain_text(difference, MOST);
    let Places { before, after } = places;
    let text = format!(
        "Account {}{alias}, {}\n\n{}\n\n{changed}\nThe report: {after}\nThe last:   {before}\n\n\
         All that changed:\n  aws s3 cp {before} old.json\n  aws s3 cp {after} new.json\n  waaudit diff old.json new.json\n",
        account.id,
        report.taken_at,
        reasons.join("\n"),
    );
    Some(Message { subject, reasons, text })
}

fn lost_stage(difference: &Difference, report: &Report) -> Option<String> {
    let lost = difference.stages_lost.first()?;
    let status = report.summary.stages.iter().find(|status| status.stage == *lost)?;
    let name = |stage: Option<Stage>| stage.map_or("below launch".to_owned(), |stage| stage.name().to_owned());
    let fell = format!("The stage fell from {} to {}", name(difference.before.stage), name(difference.after.stage));
    match status.status {
        Readiness::Blocked => {
            let rules: Vec<&str> = status.blockers.iter().map(|blocker| blocker.rule.as_str()).collect();
            Some(format!("{fell}: {} is blocked by {}", lost.name(), rules.join(", ")))
        }
        Readiness::Unproven if report.complete => {
            Some(format!("{fell}: nothing that fails blocks {}, but not all could be judged any more", lost.name()))
        }
        Readiness::Unproven | Readiness::Ready => None,
    }
}

fn drop(difference: &Difference, score_drop: f64) -> Option<String> {
    let drop = difference.drop().filter(|drop| *drop > score_drop)?;
    let whole = difference.before.complete && difference.after.complete;
    let (before, after) = (difference.before.score?, difference.after.score?);
    whole.then(|| format!("The score dropped by {drop:.1} points, from {before:.1} to {after:.1}"))
}

fn critical(difference: &Difference) -> Option<String> {
    let new = difference.new.iter().filter(|change| change.severity == Severity::Critical).count();
    match new {
        0 => None,
        1 => Some("A critical finding is new".to_owned()),
        _ => Some(format!("{new} critical findings are new")),
    }
}

#[cfg(test)]
mod tests;
