//! The report: all that a run has to say, in the form that dashboards read, and the formats it is laid out in.
//!
//! `audit` makes it; reporters only lay it out and compute nothing. Its JSON form is a contract: the schema is
//! generated from these types and committed.

pub mod difference;
pub mod table;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::rules::{ChecklistItem, FixFlag, Pillar, References, Severity, Stage};
use crate::snapshot::{AccountIdentity, Effort, Gap, MetricsAsked};

/// The version of the report's form. It grows when a field is renamed or removed, not when one is added.
pub const REPORT_VERSION: u32 = 1;

/// All that a run has to say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The version of this form.
    pub schema_version: u32,
    /// What made it.
    pub tool: Tool,
    /// Whose account it is.
    pub account: AccountIdentity,
    /// When collecting began, RFC 3339.
    pub taken_at: String,
    /// The regions that were looked at.
    pub regions: Vec<String>,
    /// Whether collecting came to its end. Where it did not, gaps with the reason `out-of-time` say what is missing.
    #[serde(default = "yes")]
    pub complete: bool,
    /// The rules that were judged by.
    #[serde(default)]
    pub rules: Vec<String>,
    /// The verdict on the account.
    pub summary: Summary,
    /// Every verdict, in the order of rule, region and resource.
    pub findings: Vec<Finding>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// What is in use and no rule looks at, and services that are not read at all. Empty for a snapshot that does not say
    /// what is in use.
    #[serde(default)]
    pub not_assessed: Vec<NotAssessed>,
    /// What the reader has to know about the run itself: waivers without effect.
    #[serde(default)]
    pub diagnostics: Vec<Diagnostic>,
    /// What was asked of CloudWatch and its price; null where nothing was.
    #[serde(default)]
    pub metrics: Option<MetricsAsked>,
    /// What collecting took; null where it was not counted.
    #[serde(default)]
    pub effort: Option<Effort>,
}

/// Reports were complete before they said so.
const fn yes() -> bool {
    true
}

/// A service or resource type that no rule looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotAssessed {
    /// The service, as in ARNs: `dms`.
    pub service: String,
    /// The service's name, `AWS DMS`; null where it goes without saying.
    pub product: Option<String>,
    /// The resource type, as in ARNs: `rep`; null where the service is not read at all.
    pub r#type: Option<String>,
    /// Tagged resources of the type; null where the service is not read at all: there may be some or none.
    pub count: Option<usize>,
    /// The regions in which they were found.
    pub regions: Vec<String>,
}

/// What the reader has to know about the run itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Diagnostic {
    /// Which sort of thing it is.
    pub code: DiagnosticCode,
    /// A sentence about it.
    pub message: String,
}

/// Sorts of diagnostics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DiagnosticCode {
    /// A waiver's last day is over.
    ExpiredWaiver,
    /// A waiver covers no failure.
    UnusedWaiver,
}

/// What made the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// waaudit.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The verdict on the account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// 0 to 100; null where nothing could be judged. To be read beside `coverage`.
    pub score: Option<f64>,
    /// Judged findings over judged and unknown ones, 0 to 1; null where there are none.
    pub coverage: Option<f64>,
    /// The highest stage that is ready with all below it; null where launch is not.
    pub stage: Option<Stage>,
    /// The lowest stage that is not ready; null where all are.
    pub next_stage: Option<Stage>,
    /// Findings by verdict.
    pub verdicts: Verdicts,
    /// One row for each area with a rule.
    pub areas: Vec<Area>,
    /// The ladder, lowest first.
    pub stages: Vec<StageStatus>,
    /// One row for each pillar with a rule.
    pub pillars: Vec<PillarScore>,
    /// What to look at before an expected peak.
    pub checklist: Vec<ChecklistLine>,
}

/// Findings by verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the verdicts' own names")]
pub struct Verdicts {
    pub pass: usize,
    pub fail: usize,
    pub unknown: usize,
    pub skip: usize,
    pub waived: usize,
}

/// An area of the checklist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// Its name, the first part of its rules' ids.
    pub area: String,
    /// 0 to 100; null where nothing could be judged.
    pub score: Option<f64>,
    /// Judged findings over judged and unknown ones, 0 to 1; null where there are none.
    pub coverage: Option<f64>,
    /// Findings that pass.
    pub pass: usize,
    /// Findings that fail.
    pub fail: usize,
    /// Findings that could not be judged.
    pub unknown: usize,
}

/// A pillar of the Well-Architected Framework.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PillarScore {
    /// Which one.
    pub pillar: Pillar,
    /// 0 to 100; null where nothing could be judged.
    pub score: Option<f64>,
    /// Judged findings over judged and unknown ones, 0 to 1; null where there are none.
    pub coverage: Option<f64>,
}

/// A rung of the ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageStatus {
    /// Which one.
    pub stage: Stage,
    /// Whether the account is ready for it.
    pub status: Readiness,
    /// What blocks it, worst first: failing rules of critical or high severity, at this stage or below.
    pub blockers: Vec<Blocker>,
}

/// Whether an account is ready for a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Readiness {
    /// No critical or high rule fails, and all could be judged.
    Ready,
    /// None fails, but some could not be judged, or there was nothing to judge.
    Unproven,
    /// Some fail.
    Blocked,
}

/// A rule that blocks a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Blocker {
    /// The rule's id.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// Its severity.
    pub severity: Severity,
    /// The stage from which on it matters.
    pub stage: Stage,
    /// Number of failing resources.
    pub failing: usize,
}

/// A line of the checklist before an expected peak.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChecklistLine {
    /// Which one.
    pub item: ChecklistItem,
    /// Whether the line is go, hold or no-go.
    pub status: Go,
    /// Why not go: rule ids with what was found.
    pub because: Vec<String>,
}

/// Whether a line of the checklist speaks against the peak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Go {
    /// All is well.
    Go,
    /// A minor rule fails, something could not be judged, or there was nothing to judge.
    Hold,
    /// A critical or high rule fails.
    NoGo,
}

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

/// One rule on one resource; or on one region, where a kind could not be listed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The rule's id.
    pub rule: String,
    /// The rule's title.
    pub title: String,
    /// The rule's area.
    pub area: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// From which stage on it matters.
    pub stage: Stage,
    /// The rule's pillars.
    pub pillars: Vec<Pillar>,
    /// The verdict.
    pub verdict: Verdict,
    /// What was seen, in a sentence.
    pub message: String,
    /// Facts that show it. An unread fact is absent.
    pub evidence: Map<String, Value>,
    /// The settings that the rule read, by path: `thresholds.rds_cpu_percent`.
    #[serde(default)]
    pub settings: Map<String, Value>,
    /// Stable across runs: of rule, account, region and resource.
    pub fingerprint: String,
    /// What was judged.
    pub resource: Subject,
    /// Remediation; null unless the verdict is `fail`.
    pub fix: Option<Fix>,
    /// Where others say the same.
    pub refs: References,
    /// Why the verdict is skip, unknown or waived; null otherwise.
    pub reason: Option<String>,
    /// Why the severity is lower than the rule's; null where it is the rule's.
    #[serde(default)]
    pub severity_reason: Option<String>,
    /// Fingerprints of failures that name the cause of this one. It counts with them, once, in every score.
    #[serde(default)]
    pub because_of: Vec<String>,
    /// Fingerprints of failures whose cause this one names.
    #[serde(default)]
    pub explains: Vec<String>,
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

/// Remediation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fix {
    /// A command to paste; words in angle brackets are the reader's to choose.
    pub cli: String,
    /// The Terraform attribute.
    pub terraform: String,
    /// What it brings with it.
    pub flags: Vec<FixFlag>,
}

/// Without characters that move the cursor, change colours or turn the direction of reading.
pub(crate) fn clean(text: &str) -> String {
    let turns = |c: &char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|c| !turns(c)).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
