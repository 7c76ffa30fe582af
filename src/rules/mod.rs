//! Rules as data: what a rule file says, loaded and checked.
//!
//! A rule is one file, `rules/<area>/<subject>.toml`, with its words, its expressions and its examples. This
//! module knows the vocabulary of facts, and neither AWS nor what becomes of a verdict.

pub mod conditions;
pub mod examples;
pub mod expr;
mod file;
mod load;
mod source;
mod template;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::conditions::Condition;
pub use self::expr::{Expr, Subject};
pub use self::file::{Example, RuleFile};
pub use self::load::RuleSet;
pub use self::source::Source;
pub use self::template::Template;
pub use crate::confidence::Confidence;

/// How bad a failure is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Users lose the service or their data.
    Critical,
    /// Users feel it when traffic grows or a zone fails.
    High,
    /// It costs time, money or sleep.
    Medium,
    /// Good to know.
    Low,
}

impl Severity {
    /// Its share in a score.
    pub const fn weight(self) -> u32 {
        match self {
            Self::Critical => 8,
            Self::High => 4,
            Self::Medium => 2,
            Self::Low => 1,
        }
    }

    /// One step lower, never below low.
    #[must_use]
    pub const fn lowered(self) -> Self {
        match self {
            Self::Critical => Self::High,
            Self::High => Self::Medium,
            Self::Medium | Self::Low => Self::Low,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// A rung of the ladder: the number of users that an account is ready for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Stage {
    /// First users.
    #[serde(rename = "launch")]
    Launch,
    /// Ten thousand.
    #[serde(rename = "10k")]
    TenThousand,
    /// A hundred thousand.
    #[serde(rename = "100k")]
    HundredThousand,
    /// A million.
    #[serde(rename = "1m")]
    Million,
}

impl Stage {
    /// All stages, lowest first.
    pub const ALL: [Self; 4] = [Self::Launch, Self::TenThousand, Self::HundredThousand, Self::Million];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Launch => "launch",
            Self::TenThousand => "10k",
            Self::HundredThousand => "100k",
            Self::Million => "1m",
        }
    }
}

/// A pillar of AWS's Well-Architected Framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names are AWS's")]
pub enum Pillar {
    Reliability,
    Performance,
    Cost,
    Security,
    Operations,
}

/// A line of the checklist before an expected peak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum ChecklistItem {
    MultiAz,
    CachingEdge,
    CachingDatabase,
    CachingApplication,
    Waf,
    Cost,
    Scaling,
}

impl ChecklistItem {
    /// All lines, in the order of the report.
    pub const ALL: [Self; 7] = [
        Self::MultiAz,
        Self::CachingEdge,
        Self::CachingDatabase,
        Self::CachingApplication,
        Self::Waf,
        Self::Cost,
        Self::Scaling,
    ];

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::MultiAz => "Multi-AZ",
            Self::CachingEdge => "caching at the edge",
            Self::CachingDatabase => "caching before the database",
            Self::CachingApplication => "caching in the application",
            Self::Waf => "WAF",
            Self::Cost => "cost",
            Self::Scaling => "scaling",
        }
    }
}

/// What a fix brings with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FixFlag {
    /// The service stops for a while.
    Downtime,
    /// The bill grows.
    ExtraCost,
    /// The application has to be tested with it.
    FullTest,
    /// It can't be undone.
    Irreversible,
    /// The commands only read: they show where to look, and change nothing.
    Investigate,
}

impl FixFlag {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Downtime => "downtime",
            Self::ExtraCost => "extra cost",
            Self::FullTest => "needs a full test",
            Self::Irreversible => "irreversible",
            Self::Investigate => "investigation only",
        }
    }
}

/// Where others say the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct References {
    /// Best practices of the Well-Architected Framework, `REL10-BP01`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub well_architected: Vec<String>,
    /// Controls of AWS Security Hub, `RDS.5`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub security_hub: Vec<String>,
    /// AWS Config's managed rules, `rds-multi-az-support`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub config_rule: Vec<String>,
}

/// A cause for which a rule does not apply.
#[derive(Debug)]
pub struct Exception {
    /// Whether it holds of a resource.
    pub holds: Expr,
    /// The reason of the skip.
    pub because: Template,
}

/// Remediation.
#[derive(Debug)]
pub struct Fix {
    /// Commands to paste, in order.
    pub steps: Vec<Step>,
    /// The Terraform attribute.
    pub terraform: String,
    /// What it brings with it.
    pub flags: Vec<FixFlag>,
}

/// A command of a fix.
#[derive(Debug)]
pub struct Step {
    /// Whether it fits the cause that was found; always where there is no condition.
    pub only_if: Option<Expr>,
    /// The command.
    pub run: Template,
}

impl Fix {
    /// The commands that fit a failure, one a line.
    pub fn commands(&self, subject: &Subject) -> String {
        let fits = |step: &&Step| step.only_if.as_ref().is_none_or(|only_if| only_if.holds(subject) == Ok(true));
        let commands = self.steps.iter().filter(fits).map(|step| step.run.fill_command(subject));
        commands.collect::<Vec<_>>().join("\n")
    }

    /// The commands as they were written, one a line.
    pub fn source(&self) -> String {
        let written = |step: &Step| match &step.only_if {
            Some(only_if) => format!("{}   # if {}", step.run, only_if.source()),
            None => step.run.to_string(),
        };
        self.steps.iter().map(written).collect::<Vec<_>>().join("\n")
    }
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
    pub examples: Vec<(examples::Expected, Example)>,
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
        let commands = self.fix.steps.iter().map(|step| &step.run);
        let spoken = [&self.message].into_iter().chain(reasons).chain(commands).flat_map(Template::facts);
        let choosing = self.fix.steps.iter().filter_map(|step| step.only_if.as_ref()).flat_map(Expr::facts);
        let spoken = spoken.chain(choosing.map(String::as_str));
        let shown = self.evidence.iter().map(String::as_str);
        let naming = self.explains.iter().map(|explains| explains.resources.as_str());
        let practice = self.practice.iter();
        let absent = practice.clone().flat_map(|practice| practice.absent.facts()).map(String::as_str);
        let ranking = practice.clone().filter_map(|practice| practice.rank.as_deref());
        let once = practice.flat_map(|practice| practice.message.facts()).chain(absent).chain(ranking);
        self.deciding_facts().into_iter().chain(spoken).chain(shown).chain(naming).chain(once).collect()
    }
}
