//! The form of a rule file, as people write it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use toml::Spanned;

use super::{ChecklistItem, Confidence, FixFlag, Pillar, References, Severity, Stage};

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
    /// CEL: whether the rule applies; otherwise the verdict is skip.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub when: Option<Spanned<String>>,
    /// Why it does not apply, with `when` alone; `{…}` holds an expression.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub otherwise: Option<Spanned<String>>,
    /// CEL: what has to be so.
    #[schemars(with = "String")]
    pub expect: Spanned<String>,
    /// What is so when it fails; `{…}` holds an expression.
    #[schemars(with = "String")]
    pub message: Spanned<String>,
    /// Facts that a finding shows.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub evidence: Vec<Spanned<String>>,
    /// Two or three sentences for a reader who has never heard of it.
    pub why: String,
    /// How to mend a failure.
    pub fix: FixFile,
    /// Where others say the same.
    #[serde(default)]
    pub refs: References,
    /// Findings of other rules whose cause its own failure names.
    #[serde(default)]
    pub explains: Option<ExplainsFile>,
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

/// How to mend a failure.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FixFile {
    /// A command to paste; `{…}` holds an expression.
    #[schemars(with = "String")]
    pub cli: Spanned<String>,
    /// The Terraform attribute.
    pub terraform: String,
    /// What it brings with it.
    #[serde(default)]
    pub flags: Vec<FixFlag>,
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

/// A patch on the sample of the rule's kind: `none` and `unread` name facts, `tags` and `settings` replace, and any
/// other key is the value of the fact of that name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Example(pub Map<String, Value>);
