//! One rule, loaded and checked.

use std::collections::BTreeSet;

use waaudit_model::confidence::Confidence;

use crate::examples::Expected;
use crate::expr::Expr;
use crate::file::Example;
use crate::fix::Fix;
use crate::template::Template;
use crate::terms::{ChecklistItem, Pillar, References, Severity, Stage};

/// A cause for which a rule does not apply.
#[derive(Debug)]
pub struct Exception {
    /// Whether it holds of a resource.
    pub holds: Expr,
    /// The reason of the skip.
    pub because: Template,
}

/// Findings of other rules that fail for the same cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explains {
    /// Ids of the rules.
    pub rules: Vec<String>,
    /// The fact that lists the ARNs of the resources that they fail on.
    pub resources: String,
}

/// A practice that may be absent altogether.
#[derive(Debug)]
pub struct Practice {
    /// Whether a failing resource has nothing at all of what is expected.
    pub absent: Expr,
    /// What was seen where the practice is absent.
    pub message: Template,
    /// A fact that counts up from the most important resource.
    pub rank: Option<String>,
}

/// One loaded, checked rule.
#[derive(Debug)]
pub struct Rule {
    /// `area/subject`, the file's path.
    pub id: String,
    /// Ids that it had before.
    pub formerly: Vec<String>,
    /// What is expected, as a sentence that reads true after "pass: ".
    pub title: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// From which stage on it matters.
    pub stage: Stage,
    /// Pillars that it serves.
    pub pillars: Vec<Pillar>,
    /// How sure it can be.
    pub confidence: Confidence,
    /// The line of the checklist that it decides.
    pub checklist: Option<ChecklistItem>,
    /// The kind that it judges.
    pub kind: String,
    /// General conditions that do not exempt a resource from it.
    pub despite: Vec<String>,
    /// Causes for which it does not apply.
    pub unless: Vec<Exception>,
    /// What has to be so.
    pub expect: Expr,
    /// What was seen when it fails.
    pub message: Template,
    /// Facts that a finding shows.
    pub evidence: Vec<String>,
    /// Why it matters.
    pub why: String,
    /// Remediation.
    pub fix: Fix,
    /// Where others say the same.
    pub refs: References,
    /// Findings of other rules whose cause its own failure names.
    pub explains: Option<Explains>,
    /// How it is said once that nothing follows it.
    pub practice: Option<Practice>,
    /// Examples, run as tests.
    pub examples: Vec<(Expected, Example)>,
}

impl Rule {
    /// The first part of the id.
    pub fn area(&self) -> &str {
        self.id.split('/').next().unwrap_or(&self.id)
    }

    /// Whether it has the id, or had it before.
    pub fn answers_to(&self, id: &str) -> bool {
        self.id == id || self.formerly.iter().any(|former| former == id)
    }

    /// Whether it is one of these.
    pub fn is_any_of(&self, ids: &[String]) -> bool {
        ids.iter().any(|id| self.answers_to(id))
    }

    /// The facts that decide it.
    pub fn deciding_facts(&self) -> BTreeSet<&str> {
        let unless = self.unless.iter().flat_map(|exception| exception.holds.facts());
        unless.chain(self.expect.facts()).map(String::as_str).collect()
    }

    /// The settings that decide it.
    pub fn settings(&self) -> BTreeSet<&str> {
        let unless = self.unless.iter().flat_map(|exception| exception.holds.settings());
        unless.chain(self.expect.settings()).map(String::as_str).collect()
    }

    /// The facts that it reads in any place.
    pub fn facts(&self) -> BTreeSet<&str> {
        let reasons = self.unless.iter().map(|exception| &exception.because);
        let spoken = [&self.message].into_iter().chain(reasons).flat_map(Template::facts).chain(self.fix.facts());
        let shown = self.evidence.iter().map(String::as_str);
        let naming = self.explains.iter().map(|explains| explains.resources.as_str());
        let practice = self.practice.iter();
        let absent = practice.clone().flat_map(|practice| practice.absent.facts()).map(String::as_str);
        let ranking = practice.clone().filter_map(|practice| practice.rank.as_deref());
        let once = practice.flat_map(|practice| practice.message.facts()).chain(absent).chain(ranking);
        self.deciding_facts().into_iter().chain(spoken).chain(shown).chain(naming).chain(once).collect()
    }
}
