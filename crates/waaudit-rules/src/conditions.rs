//! General conditions: why a resource is not judged at all, or less severely, whatever the rule. Data, like rules.
//!
//! They are in `rules/conditions.toml` and are asked before any rule. A condition that meets an unread fact is not
//! applied: the resource is judged, and no verdict is lost.

use serde::Deserialize;

use crate::examples::Expected;
use crate::expr::{Expr, Subject};
use crate::file::Example;
use crate::rule::Rule;
use crate::template::Template;
use crate::terms::Pillar;

/// One general condition, for the kinds that it speaks of.
#[derive(Debug)]
pub struct Condition {
    /// Its id, which rules name in `despite`. Several conditions may share one.
    pub id: String,
    /// The kind that the expression was checked for.
    pub kind: String,
    /// Whether it holds of a resource.
    pub when: Expr,
    /// What it makes of a finding.
    pub effect: Effect,
    /// Pillars whose rules it leaves alone.
    pub not_for: Vec<Pillar>,
    /// Why, in words.
    pub reason: Template,
    /// Examples, run as tests: those of which it holds are `Skip`, the others `Pass`.
    pub examples: Vec<(Expected, Example)>,
}

impl Condition {
    /// Whether it speaks of a rule at all.
    pub fn is_for(&self, rule: &Rule) -> bool {
        !rule.despite.contains(&self.id) && !rule.pillars.iter().any(|pillar| self.not_for.contains(pillar))
    }

    /// Why the condition holds of the resource, if it does.
    pub fn exempts(&self, subject: &Subject) -> Option<String> {
        let holds = self.when.holds(subject).is_ok_and(|holds| holds);
        holds.then(|| self.reason.fill(subject).unwrap_or_else(|unread| format!("this condition holds ({unread})")))
    }
}

/// The form of `conditions.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConditionsFile {
    /// The conditions, in the order in which they are asked.
    pub condition: Vec<ConditionFile>,
}

/// What a condition makes of a finding.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The rule does not apply.
    #[default]
    Skip,
    /// It can't be told from this account.
    Unknown,
    /// The resource is judged, and its severity is one step lower.
    Lower,
}

/// One condition, as people write it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConditionFile {
    /// Its id.
    pub id: String,
    /// Kinds, or `*` for all.
    pub kinds: Vec<toml::Spanned<String>>,
    /// CEL: whether it holds of a resource.
    pub when: toml::Spanned<String>,
    /// What it makes of a finding.
    #[serde(default)]
    pub effect: Effect,
    /// Pillars whose rules it leaves alone.
    #[serde(default)]
    pub not_for: Vec<Pillar>,
    /// Why; `{…}` holds an expression.
    pub reason: toml::Spanned<String>,
    /// Examples of which it holds, each with a `kind`.
    pub applies: Vec<Example>,
    /// Examples that it leaves alone, each with a `kind`.
    pub silent: Vec<Example>,
}
