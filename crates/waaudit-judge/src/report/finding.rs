//! Findings: a rule's verdict on one resource, and what the rule says once for all of them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::evidence::Evidence;
use super::shared::Shared;
use waaudit_rules::{FixFlag, Pillar, References, Rule, Severity, Stage};

/// What a rule says of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As expected.
    Pass,
    /// Not as expected.
    Fail,
    /// Could not be judged.
    Unknown,
    /// The rule does not apply.
    Skip,
    /// An accepted failure, with a reason and an end date.
    Waived,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 5] = [Self::Pass, Self::Fail, Self::Unknown, Self::Skip, Self::Waived];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Skip => "skip",
            Self::Waived => "waived",
        }
    }
}

/// What a rule says, whatever it finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleWords {
    /// `area/subject`.
    pub id: String,
    /// What is expected, as a sentence that reads true after "pass: ".
    pub title: String,
    /// The first part of the id.
    pub area: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// From which stage on it matters.
    pub stage: Stage,
    /// The pillars that it serves.
    pub pillars: Vec<Pillar>,
    /// Why it matters.
    pub why: String,
    /// Where others say the same.
    pub refs: References,
    /// The Terraform attribute that fixes a failure.
    pub fix_terraform: String,
    /// What a fix brings with it.
    pub flags: Vec<FixFlag>,
}

impl From<&Rule> for RuleWords {
    fn from(rule: &Rule) -> Self {
        Self {
            id: rule.id.clone(),
            title: rule.title.clone(),
            area: rule.area().to_owned(),
            severity: rule.severity,
            stage: rule.stage,
            pillars: rule.pillars.clone(),
            why: rule.why.clone(),
            refs: rule.refs.clone(),
            fix_terraform: rule.fix.terraform.clone(),
            flags: rule.fix.flags.clone(),
        }
    }
}

/// One rule on one resource; or on one region, where a kind could not be listed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Finding {
    /// The rule's id; its words are in the report's `rules`.
    #[serde(serialize_with = "id")]
    #[schemars(with = "String")]
    pub rule: Shared<RuleWords>,
    /// How bad a failure is, where that is less than the rule says; absent where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// The verdict.
    pub verdict: Verdict,
    /// What was seen, in a sentence.
    pub message: String,
    /// Facts that show it. An unread fact is absent.
    pub evidence: Evidence,
    /// The settings that the rule read, by path: `thresholds.rds_cpu_percent`.
    pub settings: Shared<Map<String, Value>>,
    /// Stable across runs: of rule, account, region and resource.
    pub fingerprint: String,
    /// What was judged.
    pub resource: Shared<Subject>,
    /// Remediation; null unless the verdict is `fail`.
    pub fix: Option<Fix>,
    /// Why the verdict is skip, unknown or waived; null otherwise.
    pub reason: Option<String>,
    /// Why the severity is lower than the rule's; null where it is the rule's.
    pub severity_reason: Option<String>,
    /// Fingerprints of failures that name the cause of this one. It counts with them, once, in every score.
    pub because_of: Vec<String>,
    /// Fingerprints of failures whose cause this one names.
    pub explains: Vec<String>,
}

impl Finding {
    /// How bad a failure is: what the rule says, unless a general condition lowered it.
    pub fn severity(&self) -> Severity {
        self.severity.unwrap_or(self.rule.severity)
    }
}

fn id<S: Serializer>(rule: &Shared<RuleWords>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&rule.id)
}

/// What was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// The kind.
    pub kind: String,
    /// The ARN; null for a region.
    pub arn: Option<String>,
    /// The id; null for a region.
    pub id: Option<String>,
    /// A friendlier name, if it has one.
    pub name: Option<String>,
    /// The region, or "global".
    pub region: String,
    /// The account.
    pub account: String,
    /// Tags; null where they could not be read.
    pub tags: Option<BTreeMap<String, String>>,
}

/// Remediation. What it is called in Terraform and what it brings with it is the rule's to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fix {
    /// A command to paste; words in angle brackets are the reader's to choose.
    pub cli: String,
}
