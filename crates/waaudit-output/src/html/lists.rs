//! The findings as plain lists by area and rule, for a reader whose browser runs no script. A browser that runs the script
//! does not lay them out.

use std::collections::BTreeMap;

use crate::table::text;
use crate::words;
use waaudit_judge::report::{Finding, Report, RuleWords, Verdict};
use waaudit_rules::{FixFlag, Severity};

/// A list shows so many findings of a rule; others are counted.
const MOST_FINDINGS: usize = 50;

pub(super) struct AreaList<'r> {
    pub(super) area: &'r str,
    pub(super) rules: Vec<RuleList<'r>>,
}

/// Findings of one rule with one verdict.
pub(super) struct RuleList<'r> {
    pub(super) rule: &'r RuleWords,
    /// The anchor, in the form of the address that filters for the rule; none where it is taken.
    pub(super) anchor: Option<String>,
    pub(super) class: &'static str,
    pub(super) flags: Vec<&'static str>,
    pub(super) findings: Vec<Listed<'r>>,
    /// How many more there are.
    pub(super) more: usize,
}

pub(super) struct Listed<'r> {
    pub(super) resource: String,
    pub(super) region: &'r str,
    pub(super) text: String,
    pub(super) fix: Option<&'r str>,
}

/// In the order of areas, verdicts and severities.
type Order<'r> = (&'r str, Verdict, Severity, &'r str);

pub(super) fn lists(report: &Report) -> Vec<AreaList<'_>> {
    let mut by_rule: BTreeMap<Order, Vec<&Finding>> = BTreeMap::new();
    let shown = [Verdict::Fail, Verdict::Unknown, Verdict::Waived];
    for finding in report.findings.iter().filter(|finding| shown.contains(&finding.verdict)) {
        let rule = &finding.rule;
        let order = (rule.area.as_str(), finding.verdict, finding.severity(), rule.id.as_str());
        by_rule.entry(order).or_default().push(finding);
    }
    let mut areas: Vec<AreaList> = Vec::new();
    for ((area, ..), findings) in by_rule {
        if areas.last().is_none_or(|last| last.area != area) {
            areas.push(AreaList { area, rules: Vec::new() });
        }
        let Some(list) = areas.last_mut() else { continue };
        let taken = findings.first().is_none_or(|first| list.rules.iter().any(|known| known.rule.id == first.rule.id));
        list.rules.extend(rule_list(&findings, taken));
    }
    areas
}

fn rule_list<'r>(findings: &[&'r Finding], taken: bool) -> Option<RuleList<'r>> {
    let first = findings.first()?;
    let rule: &RuleWords = &first.rule;
    Some(RuleList {
        rule,
        anchor: (!taken).then(|| format!("rule={}", rule.id)),
        class: if first.verdict == Verdict::Fail { first.severity().name() } else { first.verdict.name() },
        flags: rule.flags.iter().copied().map(FixFlag::words).collect(),
        findings: findings.iter().take(MOST_FINDINGS).map(|finding| listed(finding)).collect(),
        more: findings.len().saturating_sub(MOST_FINDINGS),
    })
}

fn listed(finding: &Finding) -> Listed<'_> {
    Listed {
        resource: words::label(&finding.resource),
        region: &finding.resource.region,
        text: text(finding),
        fix: finding.fix.as_ref().map(|fix| fix.cli.as_str()),
    }
}
