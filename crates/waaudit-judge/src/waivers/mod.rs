//! Waivers: accepted failures, each with a reason, an owner and an end date.
//!
//! A waiver turns a fail into `waived` until its last day; after that the fail is back, and its reason names the waiver.
//! It never touches any other verdict. Waivers are in a file, or in tags of the resource. Of all waivers that cover a
//! failure the one that lasts longest decides, so their order never matters. A waiver that has no effect is reported, so
//! that waivers can't rot.

mod cover;
mod tags;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::cover::Cover;
use crate::report::{Diagnostic, DiagnosticCode, Finding, Verdict};
use waaudit_model::error::Failure;
use waaudit_rules::RuleSet;

/// The form of a waivers file.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waivers {
    /// The waivers.
    #[serde(default)]
    pub waiver: Vec<Waiver>,
}

/// One accepted failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The rule's id, or one that it had before.
    pub rule: String,
    /// The resource's ARN, or its id, which covers every resource of that id; `*` stands for anything. All resources where
    /// it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// A tag that the resource has, `KEY=VALUE`; `*` stands for anything. Whatever its tags where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Why the failure is accepted.
    pub reason: String,
    /// Who accepted it.
    pub owner: String,
    /// The last day on which it holds, `2027-01-31`.
    #[schemars(with = "String")]
    pub until: Date,
}

impl Waivers {
    /// Reads a waivers file; none without a name. A waiver of an unknown rule is an error.
    pub fn read(file: Option<&Path>, rules: &RuleSet) -> Result<Self, Failure> {
        let Some(path) = file else { return Ok(Self::default()) };
        let text = std::fs::read_to_string(path).map_err(|error| Failure::file("read the waivers", path, &error))?;
        Self::from_toml(&text, rules, &path.display().to_string())
    }

    /// Reads the text of a waivers file; `place` names it in an error.
    pub fn from_toml(text: &str, rules: &RuleSet, place: &str) -> Result<Self, Failure> {
        let waivers: Self = toml::from_str(text).map_err(|error| {
            Failure::new(format!("{place}: {}", error.to_string().trim_end())).help("waaudit schema waivers")
        })?;
        waivers.check(rules, place)?;
        Ok(waivers)
    }

    /// An error names the first waiver of a rule that does not exist, or with a tag that is none.
    pub fn check(&self, rules: &RuleSet, place: &str) -> Result<(), Failure> {
        if let Some(tag) = self.waiver.iter().filter_map(|waiver| waiver.tag.as_deref()).find(|tag| !tag.contains('='))
        {
            let message = format!("{place}: a waiver has the tag `{tag}`, which has no key and value");
            return Err(Failure::new(message).help("tag = \"team=checkout\""));
        }
        let Some(waiver) = self.waiver.iter().find(|waiver| rules.today(&waiver.rule).is_none()) else { return Ok(()) };
        let message = format!("{place}: a waiver names the rule `{}`, which does not exist", waiver.rule);
        Err(Failure::new(message).help(rules.did_you_mean(&waiver.rule)))
    }
}

impl Waiver {
    /// The order in which one of several decides: the last day first, the rest only so that the choice is always the same.
    fn rank(&self) -> (Date, bool, &str, &str) {
        (self.until, self.resource.is_some() || self.tag.is_some(), &self.owner, &self.reason)
    }

    /// "of platform for multi-az/rds-instance on orders tagged env=dev".
    fn words(&self) -> String {
        let resource = self.resource.as_ref().map_or_else(String::new, |resource| format!(" on {resource}"));
        let tag = self.tag.as_ref().map_or_else(String::new, |tag| format!(" tagged {tag}"));
        format!("of {} for {}{resource}{tag}", self.owner, self.rule)
    }
}

/// Applies waivers to failures, as of a moment. Gives back the waivers that have no effect.
pub fn waive(findings: &mut [Finding], waivers: &Waivers, rules: &RuleSet, at: Timestamp) -> Vec<Diagnostic> {
    let today = jiff::tz::Offset::UTC.to_datetime(at).date();
    let mut diagnostics = tags::without_effect(findings, rules, today);
    let mut used = vec![0; waivers.waiver.len()];
    let mut by_rule: BTreeMap<&str, Vec<(usize, Cover)>> = BTreeMap::new();
    for (place, waiver) in waivers.waiver.iter().enumerate() {
        let rule = rules.today(&waiver.rule).unwrap_or(&waiver.rule);
        by_rule.entry(rule).or_default().push((place, Cover::of(waiver)));
    }
    for finding in findings.iter_mut().filter(|finding| finding.verdict == Verdict::Fail) {
        let of_rule = by_rule.get(finding.rule.id.as_str()).into_iter().flatten();
        let covering: Vec<usize> =
            of_rule.filter(|(_, cover)| cover.covers(finding)).map(|(place, _)| *place).collect();
        for place in &covering {
            used[*place] += 1;
        }
        let in_file = covering.into_iter().filter_map(|place| waivers.waiver.get(place));
        let in_tags = tags::waiver(finding, rules);
        apply(finding, in_file, in_tags, today);
    }
    let in_file = waivers.waiver.iter().zip(used);
    diagnostics.extend(in_file.filter_map(|(waiver, used)| without_effect(waiver, used, rules, today)));
    diagnostics.into_iter().collect()
}

/// The waiver that lasts longest decides. A tag that waives nothing says why, unless another waiver holds.
fn apply<'w>(
    finding: &mut Finding,
    in_file: impl Iterator<Item = &'w Waiver>,
    in_tags: Option<Result<Waiver, String>>,
    today: Date,
) {
    let (own, problem) = match in_tags {
        Some(Ok(waiver)) => (Some(waiver), None),
        Some(Err(problem)) => (None, Some(problem)),
        None => (None, None),
    };
    let best = in_file.cloned().chain(own).max_by(|a, b| a.rank().cmp(&b.rank()));
    match best {
        Some(waiver) if waiver.until >= today => {
            finding.verdict = Verdict::Waived;
            finding.fix = None;
            finding.reason = Some(format!("waived by {} until {}: {}", waiver.owner, waiver.until, waiver.reason));
        }
        Some(waiver) => finding.reason = Some(format!("the waiver of {} ended on {}", waiver.owner, waiver.until)),
        None => finding.reason = problem.or(finding.reason.take()),
    }
}

/// What there is to say about a waiver of the file that covered so many failures. One of a rule that was not judged is
/// neither used nor unused.
fn without_effect(waiver: &Waiver, used: usize, rules: &RuleSet, today: Date) -> Option<Diagnostic> {
    let is_judged = rules.rules.iter().any(|rule| rule.answers_to(&waiver.rule));
    if waiver.until < today {
        let message = format!("the waiver {} ended on {}", waiver.words(), waiver.until);
        return Some(Diagnostic { code: DiagnosticCode::ExpiredWaiver, message });
    }
    (is_judged && used == 0).then(|| {
        let message = format!("the waiver {} covers no failure of this report", waiver.words());
        Diagnostic { code: DiagnosticCode::UnusedWaiver, message }
    })
}
