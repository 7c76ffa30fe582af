//! What to fix first, rule by rule: the same list on every first screen.

use std::collections::{BTreeMap, BTreeSet};

use crate::words;
use waaudit_judge::report::{Finding, Fix, Report, Verdict};
use waaudit_rules::{Severity, Stage};

/// What to fix first comes first: what blocks a stage, the lowest first, then by severity and rule.
type Order<'a> = (bool, Stage, Severity, &'a str);

/// The failures of a rule that have a fix.
pub(crate) type Fixes<'a> = Vec<(&'a Finding, &'a Fix)>;

/// Failures with a fix, rule by rule.
pub(crate) fn by_urgency(report: &Report) -> BTreeMap<Order<'_>, Fixes<'_>> {
    let stages = report.summary.stages.iter();
    let blocking: BTreeSet<&str> =
        stages.flat_map(|stage| &stage.blockers).map(|blocker| blocker.rule.as_str()).collect();
    let mut of_rule: BTreeMap<&str, Fixes> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.verdict == Verdict::Fail) {
        let Some(fix) = &finding.fix else { continue };
        of_rule.entry(&finding.rule.id).or_default().push((finding, fix));
    }
    let ordered = of_rule.into_iter().filter_map(|(rule, mut fixes)| {
        fixes.sort_by_key(|(finding, _)| finding.severity());
        let (worst, _) = fixes.first()?;
        Some(((!blocking.contains(rule), worst.rule.stage, worst.severity(), rule), fixes))
    });
    ordered.collect()
}

/// A first screen names so many.
pub(crate) const ON_FIRST_SCREEN: usize = 3;

/// A rule to fix.
pub(crate) struct NextStep<'r> {
    /// What is true afterwards.
    pub(crate) title: &'r str,
    /// Of what: "orders-db and 2 more".
    pub(crate) resources: String,
}

/// The rules to fix, the most urgent first.
pub(crate) fn next_steps(report: &Report) -> Vec<NextStep<'_>> {
    by_urgency(report).into_values().filter_map(|fixes| step(&fixes)).collect()
}

fn step<'r>(fixes: &Fixes<'r>) -> Option<NextStep<'r>> {
    let (finding, _) = fixes.first()?;
    let others = match fixes.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(NextStep { title: &finding.rule.title, resources: words::label(&finding.resource) + &others })
}
