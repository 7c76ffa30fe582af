//! Causes: failures that one change fixes, and the order in which causes are taken up.
//!
//! Failures of one resource are one change, and so are all failures of a rule that is fixed everywhere at once. A failure that
//! names others as its cause has no change of its own: it is gone when they are.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::criteria::Criteria;
use crate::report::{Finding, FixOfRule};
use waaudit_model::snapshot::label;
use waaudit_rules::{FixFlag, Stage};

/// Failures that one change fixes.
pub(super) struct Cause<'f> {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) region: String,
    pub(super) findings: Vec<&'f Finding>,
}

/// What a change is told apart by: the resource, or the rule that is fixed everywhere at once.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key<'f> {
    Resource(&'f str, &'f str),
    Rule(&'f str),
}

/// The causes of some failures, the one that gains most for its effort first.
pub(super) fn causes<'f>(failures: &[&'f Finding], criteria: &Criteria) -> Vec<Cause<'f>> {
    let together: BTreeSet<&str> =
        criteria.rules.rules.iter().filter(|rule| rule.fix.together).map(|rule| rule.id.as_str()).collect();
    let known: BTreeSet<&str> = failures.iter().map(|finding| finding.fingerprint.as_str()).collect();
    let is_symptom = |finding: &Finding| finding.explains.iter().any(|cause| known.contains(cause.as_str()));
    let mut by_key: BTreeMap<Key, Vec<&Finding>> = BTreeMap::new();
    for finding in failures.iter().filter(|finding| !is_symptom(finding)) {
        let resource = &finding.resource;
        let key = if together.contains(finding.rule.id.as_str()) {
            Key::Rule(&finding.rule.id)
        } else {
            Key::Resource(&resource.region, resource.arn.as_deref().unwrap_or_default())
        };
        by_key.entry(key).or_default().push(finding);
    }
    let mut causes: Vec<Cause> = by_key.into_iter().filter_map(|(key, findings)| Cause::new(&key, findings)).collect();
    causes.sort_by(Cause::order);
    causes
}

impl<'f> Cause<'f> {
    fn new(key: &Key, findings: Vec<&'f Finding>) -> Option<Self> {
        let first = findings.first()?;
        let resource = &first.resource;
        let name = match key {
            Key::Rule(_) if findings.len() > 1 => first.rule.title.clone(),
            _ => label(resource.name.as_deref(), resource.id.as_deref().unwrap_or(&resource.kind)),
        };
        Some(Self { name, kind: resource.kind.clone(), region: resource.region.clone(), findings })
    }

    /// ARNs of what is changed.
    pub(super) fn resources(&self) -> Vec<String> {
        let arns: BTreeSet<&String> =
            self.findings.iter().filter_map(|finding| finding.resource.arn.as_ref()).collect();
        arns.into_iter().cloned().collect()
    }

    /// What is done, by rule. Findings are in the order of their rules.
    pub(super) fn fixes(&self) -> Vec<FixOfRule> {
        let of_rule = |findings: &[&Finding]| {
            let rule = &findings.first()?.rule;
            let commands: Vec<&str> =
                findings.iter().filter_map(|finding| Some(finding.fix.as_ref()?.cli.as_str())).collect();
            Some(FixOfRule {
                rule: rule.id.clone(),
                title: rule.title.clone(),
                findings: findings.iter().map(|finding| finding.fingerprint.clone()).collect(),
                cli: commands.join("\n"),
            })
        };
        self.findings.chunk_by(|a, b| a.rule.id == b.rule.id).filter_map(of_rule).collect()
    }

    /// What the change brings with it. Where some of it only looks, the rest still changes something.
    pub(super) fn flags(&self) -> Vec<FixFlag> {
        let flags: BTreeSet<FixFlag> =
            self.findings.iter().flat_map(|finding| finding.rule.flags.iter().copied()).collect();
        flags.into_iter().collect()
    }

    fn gain(&self) -> u32 {
        self.findings.iter().map(|finding| finding.severity().weight()).sum()
    }

    fn effort(&self) -> u32 {
        let of_flag = |flag: FixFlag| match flag {
            FixFlag::ExtraCost => 1,
            FixFlag::FullTest | FixFlag::Investigate => 2,
            FixFlag::Downtime => 3,
            FixFlag::Irreversible => 4,
        };
        1 + self.flags().into_iter().map(of_flag).sum::<u32>()
    }

    fn stage(&self) -> Option<Stage> {
        self.findings.iter().map(|finding| finding.rule.stage).min()
    }

    /// More gain for the effort first, as fractions; of two equal ones that of the lower stage.
    fn order(&self, other: &Self) -> Ordering {
        let (ours, theirs) = (self.gain() * other.effort(), other.gain() * self.effort());
        theirs.cmp(&ours).then_with(|| {
            (self.stage(), &self.kind, &self.region, &self.name).cmp(&(
                other.stage(),
                &other.kind,
                &other.region,
                &other.name,
            ))
        })
    }
}
