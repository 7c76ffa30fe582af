//! The report: all that a run has to say, in the form that dashboards read, and the formats it is laid out in.
//!
//! `audit` makes it; reporters only lay it out and compute nothing. Its JSON form is a contract: the schema is
//! generated from these types and committed. [`Report::from_json`] reads this form and the one before.

mod evidence;
mod finding;
mod forecast;
mod plan;
mod read;
mod shared;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::evidence::Evidence;
pub use self::finding::{Finding, Fix, RuleWords, Subject, Verdict};
pub use self::forecast::{LimitInBrief, Losses, SinglePointInBrief, ZoneOutcome};
pub use self::plan::{Bill, BillItem, FixOfRule, Open, Plan, PriceSource, State, Step, ZoneChange};
pub use self::read::ReportHead;
pub use self::shared::Shared;
pub use waaudit_model::gap::Gap;
use waaudit_model::snapshot::{AccountIdentity, Effort, MetricsAsked};
use waaudit_rules::{ChecklistItem, Pillar, Severity, Stage};
use waaudit_simulate::ramp::Ramp;

/// The version of the report's form. It grows when a field is renamed or removed, not when one is added.
pub const REPORT_VERSION: u32 = 2;

/// All that a run has to say.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
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
    pub complete: bool,
    /// The verdict on the account.
    pub summary: Summary,
    /// What lost zones and lost things do; null where the scan did not look at the whole account.
    pub simulation: Option<Losses>,
    /// Limits with today's peaks, the one that is reached first first: at most 100. `waaudit simulate headroom` has all.
    pub headroom: Vec<LimitInBrief>,
    /// How the hops follow a load that doubles within a minute, the one that falls behind first first: at most 100, and at
    /// most 100 that could not be computed. `waaudit simulate headroom --grow --within` has other ramps. Null where the scan
    /// did not look at the whole account, and in reports that were made before they had it.
    pub ramp: Option<Ramp>,
    /// How the account gets ready for the next stage; null where it is ready for all, where the scan did not look at the
    /// whole account, and where it has more than 5,000 resources: `waaudit simulate plan` makes it then.
    pub plan: Option<Plan>,
    /// The rules that were judged by, each with what it says of all its findings.
    pub rules: Vec<Shared<RuleWords>>,
    /// What is in use and no rule looks at, and services that are not read at all. Empty for a snapshot that does not say
    /// what is in use.
    pub not_assessed: Vec<NotAssessed>,
    /// What the reader has to know about the run itself: waivers and targets without effect.
    pub diagnostics: Vec<Diagnostic>,
    /// What was asked of CloudWatch and its price; null where nothing was.
    pub metrics: Option<MetricsAsked>,
    /// What collecting took; null where it was not counted.
    pub effort: Option<Effort>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// Every verdict, in the order of rule, region and resource.
    pub findings: Vec<Finding>,
}

impl Report {
    /// How many calls failed.
    pub fn failed_calls(&self) -> usize {
        self.gaps.iter().map(|gap| gap.count).sum()
    }
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
    /// A target is set for nothing that is a way in.
    UnusedTarget,
    /// A waiver covers no failure.
    UnusedWaiver,
}

impl DiagnosticCode {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ExpiredWaiver => "expired-waiver",
            Self::UnusedTarget => "unused-target",
            Self::UnusedWaiver => "unused-waiver",
        }
    }
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
    /// The score with waived failures counted as failures; null where nothing is waived.
    #[serde(default)]
    pub score_without_waivers: Option<f64>,
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
