//! Waivers: failures that somebody accepted, with a reason and an end.
//!
//! A waiver turns a fail into `waived` until its last day; after that the fail is back, and says so. It never touches
//! any other verdict.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::exit::Failure;
use crate::report::{Finding, Verdict};

/// The form of a waivers file.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waivers {
    /// The waivers.
    #[serde(default)]
    pub waiver: Vec<Waiver>,
}

/// One accepted failure.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The rule's id.
    pub rule: String,
    /// The resource's id or ARN; every resource where it is left out.
    #[serde(default)]
    pub resource: Option<String>,
    /// Why the failure is accepted.
    pub reason: String,
    /// Who accepted it.
    pub owner: String,
    /// The last day on which it holds, `2027-01-31`.
    #[schemars(with = "String")]
    pub until: Date,
}

impl Waivers {
    /// Reads a waivers file; none without a name.
    pub fn read(file: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = file else { return Ok(Self::default()) };
        let text = std::fs::read_to_string(path).map_err(|error| Failure::file("read the waivers", path, &error))?;
        toml::from_str(&text).map_err(|error| {
            Failure::new(format!("{}: {}", path.display(), error.to_string().trim_end())).help("waaudit schema waivers")
        })
    }
}

/// Applies waivers to failures, as of a moment.
pub fn waive(findings: &mut [Finding], waivers: &Waivers, at: Timestamp) {
    let today = jiff::tz::Offset::UTC.to_datetime(at).date();
    for finding in findings.iter_mut().filter(|finding| finding.verdict == Verdict::Fail) {
        let Some(waiver) = waivers.waiver.iter().find(|waiver| waiver.covers(finding)) else { continue };
        if waiver.until >= today {
            finding.verdict = Verdict::Waived;
            finding.fix = None;
            finding.reason = Some(format!("waived by {} until {}: {}", waiver.owner, waiver.until, waiver.reason));
        } else {
            finding.reason = Some(format!("the waiver of {} ended on {}", waiver.owner, waiver.until));
        }
    }
}

impl Waiver {
    fn covers(&self, finding: &Finding) -> bool {
        let resource = |wanted: &String| {
            let names = [finding.resource.id.as_ref(), finding.resource.arn.as_ref()];
            names.into_iter().flatten().any(|name| name == wanted)
        };
        self.rule == finding.rule && self.resource.as_ref().is_none_or(resource)
    }
}
