//! What rules are sorted by: severity, stage, pillar, checklist item; and what a fix brings with it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How bad a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
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
