//! Waivers: failures that somebody accepted, with a reason and an end.
//!
//! A waiver turns a fail into `waived` until its last day; after that the fail is back, and says so. It never touches
//! any other verdict. Waivers stand in a file, or in three tags of the resource: `waaudit:ignore` names rules or areas,
//! separated by spaces, `waaudit:ignore-until` the last day, `waaudit:ignore-reason` why. A tag without a day or a reason
//! waives nothing, and the finding says what is missing.

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

/// The tag that names rules and areas to waive.
const IGNORE: &str = "waaudit:ignore";
/// The tag with the last day.
const IGNORE_UNTIL: &str = "waaudit:ignore-until";
/// The tag with the reason.
const IGNORE_REASON: &str = "waaudit:ignore-reason";

/// Applies waivers to failures, as of a moment.
pub fn waive(findings: &mut [Finding], waivers: &Waivers, at: Timestamp) {
    let today = jiff::tz::Offset::UTC.to_datetime(at).date();
    for finding in findings.iter_mut().filter(|finding| finding.verdict == Verdict::Fail) {
        let in_file = waivers.waiver.iter().find(|waiver| waiver.covers(finding)).cloned();
        match in_file.map(Ok).or_else(|| in_tags(finding)) {
            None => {}
            Some(Err(problem)) => finding.reason = Some(problem),
            Some(Ok(waiver)) if waiver.until >= today => {
                finding.verdict = Verdict::Waived;
                finding.fix = None;
                finding.reason = Some(format!("waived by {} until {}: {}", waiver.owner, waiver.until, waiver.reason));
            }
            Some(Ok(waiver)) => {
                finding.reason = Some(format!("the waiver of {} ended on {}", waiver.owner, waiver.until));
            }
        }
    }
}

/// The waiver that the resource's own tags hold for the finding; an error says what they lack.
fn in_tags(finding: &Finding) -> Option<Result<Waiver, String>> {
    let tags = finding.resource.tags.as_ref()?;
    let ignored = tags.get(IGNORE)?;
    ignored.split_whitespace().find(|name| *name == finding.rule || *name == finding.area)?;
    let waiver = || {
        let until = tags.get(IGNORE_UNTIL).ok_or_else(|| format!("the tag {IGNORE_UNTIL} is missing"))?;
        let until = until.trim().parse().map_err(|_| format!("the tag {IGNORE_UNTIL} holds no day: `{until}`"))?;
        let reason = tags.get(IGNORE_REASON).filter(|reason| !reason.trim().is_empty());
        let reason = reason.ok_or_else(|| format!("the tag {IGNORE_REASON} is missing"))?.clone();
        Ok(Waiver { rule: finding.rule.clone(), resource: None, reason, owner: format!("the tag {IGNORE}"), until })
    };
    Some(waiver().map_err(|problem: String| format!("the tag {IGNORE} waives nothing: {problem}")))
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

#[cfg(test)]
mod tests {
    use super::{Waivers, waive};
    use crate::audit::audit;
    use crate::fixtures::DEMO;
    use crate::report::{Finding, Verdict};
    use crate::rules::RuleSet;
    use crate::settings::Settings;
    use crate::snapshot::Snapshot;

    /// A failing finding whose resource has these tags, after waiving on the 2nd of March 2026.
    fn waived(tags: &[(&str, &str)]) -> Finding {
        let rules = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"));
        let snapshot = Snapshot::from_json(DEMO).unwrap();
        let findings = audit(snapshot, &rules, &Settings::default(), &Waivers::default(), &[]).findings;
        let mut finding = findings.into_iter().find(|finding| finding.rule == "multi-az/rds-instance").unwrap();
        finding.verdict = Verdict::Fail;
        finding.reason = None;
        let tags = tags.iter().map(|(key, value)| (format!("waaudit:{key}"), (*value).to_owned()));
        finding.resource.tags = Some(tags.collect());
        let mut findings = [finding];
        waive(&mut findings, &Waivers::default(), "2026-03-02T10:00:00Z".parse().unwrap());
        let [finding] = findings;
        finding
    }

    #[test]
    fn a_tag_waives_a_rule_or_an_area_until_its_last_day() {
        let whole = |ignore, until| {
            let finding = waived(&[("ignore", ignore), ("ignore-until", until), ("ignore-reason", "moves in May")]);
            (finding.verdict, finding.reason.unwrap_or_default())
        };
        let reason = "waived by the tag waaudit:ignore until 2026-03-02: moves in May".to_owned();
        assert_eq!(whole("cost multi-az/rds-instance", "2026-03-02"), (Verdict::Waived, reason.clone()));
        assert_eq!(whole("multi-az", "2026-03-02"), (Verdict::Waived, reason));
        let ended = "the waiver of the tag waaudit:ignore ended on 2026-03-01".to_owned();
        assert_eq!(whole("multi-az", "2026-03-01"), (Verdict::Fail, ended));
        assert_eq!(whole("multi-az/rds", "2027-01-01"), (Verdict::Fail, String::new()));
    }

    #[test]
    fn a_tag_without_a_day_or_a_reason_waives_nothing_and_says_so() {
        for (tags, missing) in [
            (vec![("ignore", "multi-az")], "the tag waaudit:ignore-until is missing"),
            (
                vec![("ignore", "multi-az"), ("ignore-until", "soon")],
                "the tag waaudit:ignore-until holds no day: `soon`",
            ),
            (vec![("ignore", "multi-az"), ("ignore-until", "2027-01-01")], "the tag waaudit:ignore-reason is missing"),
        ] {
            let finding = waived(&tags);
            assert_eq!(finding.verdict, Verdict::Fail);
            assert_eq!(finding.reason, Some(format!("the tag waaudit:ignore waives nothing: {missing}")));
        }
    }
}
