//! General conditions: why a resource is not judged at all, whatever the rule. Data, like rules.
//!
//! They stand in `rules/conditions.toml` and are asked before any rule. A condition that meets an unread fact is not
//! applied: the resource is judged, and no verdict is lost.

use serde::Deserialize;

use super::examples::Expected;
use super::expr::{Expr, Subject};
use super::file::Example;
use super::template::Template;

/// One general condition, for the kinds that it speaks of.
#[derive(Debug)]
pub struct Condition {
    /// Its id, which rules name in `despite`. Several conditions may share one.
    pub id: String,
    /// The kind that the expression was checked for.
    pub kind: String,
    /// Whether a resource is exempt.
    pub when: Expr,
    /// Whether it makes the verdict unknown instead of skip.
    pub hides: bool,
    /// Why, in words.
    pub reason: Template,
    /// Examples, run as tests: exempt is `Skip`, judged is `Pass`.
    pub examples: Vec<(Expected, Example)>,
}

impl Condition {
    /// Why the resource is exempt, if it is.
    pub fn exempts(&self, subject: &Subject) -> Option<String> {
        self.when.holds(subject).is_ok_and(|holds| holds).then(|| self.reason.fill(subject))
    }
}

/// The form of `conditions.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionsFile {
    /// The conditions, in the order in which they are asked.
    pub condition: Vec<ConditionFile>,
}

/// What a condition makes of a verdict.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Effect {
    /// The rule does not apply.
    #[default]
    Skip,
    /// Nobody can tell from here.
    Unknown,
}

/// One condition, as people write it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionFile {
    /// Its id.
    pub id: String,
    /// Kinds, or `*` for all.
    pub kinds: Vec<toml::Spanned<String>>,
    /// CEL: whether a resource is exempt.
    pub when: toml::Spanned<String>,
    /// What it makes of a verdict.
    #[serde(default)]
    pub verdict: Effect,
    /// Why; `{…}` holds an expression.
    pub reason: toml::Spanned<String>,
    /// Examples that it exempts, each with a `kind`.
    pub applies: Vec<Example>,
    /// Examples that it leaves alone, each with a `kind`.
    pub silent: Vec<Example>,
}
