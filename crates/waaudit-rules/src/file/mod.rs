//! The form of a rule file, as people write it.

mod fix;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use toml::Spanned;

pub(crate) use self::fix::{AfterFile, FixFile, PurchaseFile};
use crate::terms::{ChecklistItem, Pillar, References, Severity, Stage};
use waaudit_model::confidence::Confidence;

/// A rule file, `rules/<area>/<subject>.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// What is expected, as a sentence that reads true after "pass: ", without a full stop.
    pub title: String,
    /// Ids that the rule had before.
    #[serde(default)]
    pub formerly: Vec<String>,
    /// How bad a failure is.
    pub severity: Severity,
    /// From which stage on it matters.
    pub stage: Stage,
    /// Pillars of the Well-Architected Framework that it serves.
    #[serde(default)]
    pub pillars: Vec<Pillar>,
    /// How sure it can be; a heuristic can't block a stage by itself.
    #[serde(default)]
    pub confidence: Confidence,
    /// The line of the pre-spike checklist that it decides.
    #[serde(default)]
    pub checklist: Option<ChecklistItem>,
    /// The kind that it judges: `waaudit facts` lists them.
    #[schemars(with = "String")]
    pub kind: Spanned<String>,
    /// Ids of general conditions that do not exempt a resource.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub despite: Vec<Spanned<String>>,
    /// Why the rule does not apply: the first that holds makes the verdict skip. One cause, one entry.
    #[serde(default)]
    pub unless: Vec<UnlessFile>,
    /// CEL: what has to be so.
    #[schemars(with = "String")]
    pub expect: Spanned<String>,
    /// What was seen when it fails; `{…}` holds an expression.
    #[schemars(with = "String")]
    pub message: Spanned<String>,
    /// Facts that a finding shows.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub evidence: Vec<Spanned<String>>,
    /// Two or three sentences for a reader who has never heard of it.
    pub why: String,
    /// Remediation.
    pub fix: FixFile,
    /// Where others say the same.
    #[serde(default)]
    pub refs: References,
    /// Findings of other rules whose cause its own failure names.
    #[serde(default)]
    pub explains: Option<ExplainsFile>,
    /// How it is said once that nothing in the account follows the rule.
    #[serde(default)]
    pub practice: Option<PracticeFile>,
    /// Examples that pass: patches on the kind's sample.
    #[serde(default)]
    pub pass: Vec<Example>,
    /// Examples that fail.
    #[serde(default)]
    pub fail: Vec<Example>,
    /// Examples that the rule does not apply to.
    #[serde(default)]
    pub skip: Vec<Example>,
    /// Examples that can't be decided.
    #[serde(default)]
    pub unknown: Vec<Example>,
}

/// A cause for which a rule does not apply.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnlessFile {
    /// CEL: whether it holds of the resource.
    #[serde(rename = "if")]
    #[schemars(with = "String")]
    pub holds: Spanned<String>,
    /// The reason of the skip, true of this very resource; `{…}` holds an expression.
    #[schemars(with = "String")]
    pub because: Spanned<String>,
}

/// Findings of other rules that fail for the same cause: they are shown with it, and count once in the score.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainsFile {
    /// Ids of the rules.
    #[schemars(with = "Vec<String>")]
    pub rules: Vec<Spanned<String>>,
    /// The fact that lists the ARNs of the resources that they fail on.
    #[schemars(with = "String")]
    pub resources: Spanned<String>,
}

/// A practice that may be absent altogether. Where no resource passes the rule, and of all that fail `absent` holds, the
/// first of them says so for all, and the others are skipped.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PracticeFile {
    /// CEL: whether a failing resource has nothing at all of what is expected.
    #[schemars(with = "String")]
    pub absent: Spanned<String>,
    /// What was seen where the practice is absent; the names of the resources follow it. `{…}` holds an expression.
    #[schemars(with = "String")]
    pub message: Spanned<String>,
    /// A fact that counts up from the most important resource; by severity and name alone where it is absent.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub rank: Option<Spanned<String>>,
}

/// A patch on the sample of the rule's kind: `none` and `unread` name facts, `tags` and `settings` replace, and any
/// other key is the value of the fact of that name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Example(pub Map<String, Value>);
