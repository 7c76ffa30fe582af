//! What changed between two reports of one account: new failures, fixed ones, other verdicts, and what is gone.
//!
//! Pure: it sees two reports and nothing else. Findings are the same if rule, account, region and resource are. A failure
//! that is not among the findings any more is never called fixed, for its resource may be gone, or it was not looked at: a
//! region that was left out, a list that was denied, a rule that was not judged by. The cost is that a failure whose
//! evidence alone has changed is no change.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::{Finding, Report, Shared, Subject, Verdict};
use waaudit_model::error::Failure;
use waaudit_model::snapshot::GLOBAL;
use waaudit_rules::{Rule, RuleSet, Severity, Stage};

/// What changed between two reports of one account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// The account: twelve digits.
    pub account: String,
    /// The older report's result.
    pub before: Standing,
    /// The newer report's result.
    pub after: Standing,
    /// Stages that it has reached, lowest first.
    pub stages_reached: Vec<Stage>,
    /// Stages that it has lost, lowest first.
    pub stages_lost: Vec<Stage>,
    /// What was looked at in one report alone.
    pub scope: ScopeChange,
    /// What fails and did not fail before.
    pub new: Vec<Change>,
    /// What failed and passes.
    pub fixed: Vec<Change>,
    /// Other verdicts than before, neither new failures nor fixed ones; among them all that can't be judged any more.
    pub changed: Vec<Change>,
    /// What failed and is not among the findings any more.
    pub vanished: Vec<Change>,
}

/// The account's result in a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// When collecting began, RFC 3339.
    pub taken_at: String,
    /// Whether collecting came to its end.
    pub complete: bool,
    /// 0 to 100; null where nothing could be judged.
    pub score: Option<f64>,
    /// Judged findings over judged and unknown ones, 0 to 1; null where there are none.
    pub coverage: Option<f64>,
    /// The highest stage that is ready with all below it; null where launch is not.
    pub stage: Option<Stage>,
}

/// What was looked at in one report alone: changes of the looking, not of the account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopeChange {
    /// Rules that only the newer report judges by.
    pub rules_added: Vec<String>,
    /// Rules that only the older report judges by.
    pub rules_removed: Vec<String>,
    /// Regions that only the newer report looks at.
    pub regions_added: Vec<String>,
    /// Regions that only the older report looks at.
    pub regions_removed: Vec<String>,
}

/// A finding that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The rule's id.
    pub rule: String,
    /// The rule's title.
    pub title: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// From which stage on it matters.
    pub stage: Stage,
    /// What was judged.
    pub resource: Shared<Subject>,
    /// The verdict before; null where there was none.
    pub before: Option<Verdict>,
    /// The verdict now; null where there is none.
    pub after: Option<Verdict>,
    /// The finding's message, from the newer report if it has the finding.
    pub message: String,
    /// Why there is no verdict now, or none that tells; null otherwise.
    pub reason: Option<String>,
}

/// What makes two findings the same.
type Key<'a> = (&'a str, &'a str, &'a str, Option<&'a str>);

/// From former ids of rules to today's.
pub fn renamed(set: &RuleSet) -> BTreeMap<String, String> {
    let former = |rule: &Rule| -> Vec<(String, String)> {
        rule.formerly.iter().map(|former| (former.clone(), rule.id.clone())).collect()
    };
    set.rules.iter().flat_map(former).collect()
}

/// What changed between two reports, which have to be of one account.
pub fn compare(old: &Report, new: &Report, rules: &RuleSet) -> Result<Difference, Failure> {
    if old.account.id != new.account.id {
        let message = format!("the reports are of two accounts, {} and {}", old.account.id, new.account.id);
        return Err(Failure::new(message).help("an account is compared with itself alone"));
    }
    Ok(diff(old, new, &renamed(rules)))
}

/// Compares two reports of one account. `renamed` leads from former ids of rules to today's.
pub fn diff(old: &Report, new: &Report, renamed: &BTreeMap<String, String>) -> Difference {
    let before = by_key(&old.findings, renamed);
    let after = by_key(&new.findings, renamed);
    let (stages_reached, stages_lost) = stages(old.summary.stage, new.summary.stage);
    let mut difference = Difference {
        account: new.account.id.clone(),
        before: standing(old),
        after: standing(new),
        stages_reached,
        stages_lost,
        scope: scope(old, new, renamed),
        new: Vec::new(),
        fixed: Vec::new(),
        changed: Vec::new(),
        vanished: Vec::new(),
    };
    for (key, now) in &after {
        let was = before.get(key).map(|finding| finding.verdict);
        let change = || change(now, was, Some(now.verdict), now.reason.clone());
        match (was, now.verdict) {
            (was, verdict) if was == Some(verdict) => {}
            (_, Verdict::Fail) => difference.new.push(change()),
            (Some(Verdict::Fail), Verdict::Pass) => difference.fixed.push(change()),
            // What comes along and passes is no news; what comes along and can't be judged is.
            (Some(_), _) | (None, Verdict::Unknown) => difference.changed.push(change()),
            (None, _) => {}
        }
    }
    let looked_at = LookedAt::new(new, renamed);
    for (key, was) in before.iter().filter(|(key, _)| !after.contains_key(*key)) {
        let gone = || change(was, Some(was.verdict), None, looked_at.why_unseen(key));
        match was.verdict {
            Verdict::Fail => difference.vanished.push(gone()),
            Verdict::Unknown => difference.changed.push(gone()),
            Verdict::Pass | Verdict::Skip | Verdict::Waived => {}
        }
    }
    for list in [&mut difference.new, &mut difference.fixed, &mut difference.changed, &mut difference.vanished] {
        list.sort_by(|a, b| order(a).cmp(&order(b)));
    }
    difference
}

impl Difference {
    /// Whether the account is what it was.
    pub fn is_empty(&self) -> bool {
        let findings = [&self.new, &self.fixed, &self.changed, &self.vanished];
        let score = |standing: &Standing| (standing.score, standing.coverage, standing.stage);
        findings.iter().all(|list| list.is_empty()) && score(&self.before) == score(&self.after)
    }

    /// By how many points the score fell; nothing where it did not, or where one of the two is none.
    pub fn drop(&self) -> Option<f64> {
        let drop = self.before.score? - self.after.score?;
        (drop > 0.0).then_some(drop)
    }
}

fn by_key<'a>(findings: &'a [Finding], renamed: &'a BTreeMap<String, String>) -> BTreeMap<Key<'a>, &'a Finding> {
    let key = |finding: &'a Finding| {
        let resource = &finding.resource;
        let key = (
            today(&finding.rule.id, renamed),
            resource.account.as_str(),
            resource.region.as_str(),
            resource.arn.as_deref(),
        );
        (key, finding)
    };
    findings.iter().map(key).collect()
}

fn today<'a>(rule: &'a str, renamed: &'a BTreeMap<String, String>) -> &'a str {
    renamed.get(rule).map_or(rule, String::as_str)
}

fn standing(report: &Report) -> Standing {
    Standing {
        taken_at: report.taken_at.clone(),
        complete: report.complete,
        score: report.summary.score,
        coverage: report.summary.coverage,
        stage: report.summary.stage,
    }
}

fn stages(before: Option<Stage>, after: Option<Stage>) -> (Vec<Stage>, Vec<Stage>) {
    let between = |low, high| {
        let stages = Stage::ALL.into_iter();
        stages.filter(|stage| low < Some(*stage) && Some(*stage) <= high).collect()
    };
    (between(before, after), between(after, before))
}

fn scope(old: &Report, new: &Report, renamed: &BTreeMap<String, String>) -> ScopeChange {
    let rules = |report: &Report| -> BTreeSet<String> {
        report.rules.iter().map(|rule| today(&rule.id, renamed).to_owned()).collect()
    };
    let regions = |report: &Report| report.regions.iter().cloned().collect::<BTreeSet<String>>();
    let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| one.difference(other).cloned().collect();
    let (old_rules, new_rules) = (rules(old), rules(new));
    let (old_regions, new_regions) = (regions(old), regions(new));
    // A report from before it listed its rules says nothing about them.
    let told = !old_rules.is_empty() && !new_rules.is_empty();
    ScopeChange {
        rules_added: if told { only(&new_rules, &old_rules) } else { Vec::new() },
        rules_removed: if told { only(&old_rules, &new_rules) } else { Vec::new() },
        regions_added: only(&new_regions, &old_regions),
        regions_removed: only(&old_regions, &new_regions),
    }
}

fn change(finding: &Finding, before: Option<Verdict>, after: Option<Verdict>, reason: Option<String>) -> Change {
    Change {
        rule: finding.rule.id.clone(),
        title: finding.rule.title.clone(),
        severity: finding.severity(),
        stage: finding.rule.stage,
        resource: finding.resource.clone(),
        before,
        after,
        message: finding.message.clone(),
        reason,
    }
}

/// What a report looked at.
struct LookedAt<'r> {
    /// Rules; none where the report does not say.
    rules: BTreeSet<&'r str>,
    regions: BTreeSet<&'r str>,
    /// Findings of each rule that say what could not be listed.
    unlisted: BTreeMap<&'r str, Vec<&'r Finding>>,
}

impl<'r> LookedAt<'r> {
    fn new(report: &'r Report, renamed: &'r BTreeMap<String, String>) -> Self {
        let mut unlisted: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in report.findings.iter().filter(|finding| finding.resource.arn.is_none()) {
            unlisted.entry(today(&finding.rule.id, renamed)).or_default().push(finding);
        }
        Self {
            rules: report.rules.iter().map(|rule| today(&rule.id, renamed)).collect(),
            regions: report.regions.iter().map(String::as_str).collect(),
            unlisted,
        }
    }

    /// Why there is no such finding, if something kept the report from looking; nothing where it looked and found none.
    fn why_unseen(&self, key: &Key) -> Option<String> {
        let (rule, _, region, _) = *key;
        if !self.rules.is_empty() && !self.rules.contains(rule) {
            return Some("the rule was not judged by".to_owned());
        }
        if region != GLOBAL && !self.regions.contains(region) {
            return Some(format!("{region} was not looked at"));
        }
        let unlisted = |finding: &&&Finding| {
            let place = finding.resource.region.as_str();
            place == region || region == GLOBAL || !self.regions.contains(place)
        };
        self.unlisted.get(rule)?.iter().find(unlisted).map(|finding| finding.message.clone())
    }
}

fn order(change: &Change) -> (Severity, Stage, &str, &str, Option<&str>) {
    let resource = &change.resource;
    (change.severity, change.stage, &change.rule, &resource.region, resource.arn.as_deref())
}

#[cfg(test)]
mod tests;
