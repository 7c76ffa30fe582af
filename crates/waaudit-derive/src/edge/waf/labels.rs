//! Rules that count and add a label, and rules behind them that block by it: AWS's way to make exceptions.
//! <https://docs.aws.amazon.com/waf/latest/developerguide/waf-managed-rule-groups-labels.html>

use super::acting_rules::{Act, Does};
use crate::engine::any;

/// The labels that AWS's rule groups add, as AWS WAF lists them for each group.
const NAMESPACES: &[(&str, &str)] = &[
    ("AWSManagedRulesCommonRuleSet", "awswaf:managed:aws:core-rule-set:"),
    ("AWSManagedRulesKnownBadInputsRuleSet", "awswaf:managed:aws:known-bad-inputs:"),
    ("AWSManagedRulesSQLiRuleSet", "awswaf:managed:aws:sql-database:"),
    ("AWSManagedRulesAmazonIpReputationList", "awswaf:managed:aws:amazon-ip-list:"),
];
/// The labels of all vendors' groups.
const OF_VENDORS: &str = "awswaf:managed:";

/// Whether rules behind one stop what it labels; nothing where none asks for its labels. It is not known where they ask
/// for more than the label, or for one label of several.
pub(crate) fn stopped_behind(act: &Act, behind: &[Act]) -> Option<Option<bool>> {
    let stopping = behind.iter().filter(|later| later.does == Does::Stops);
    let alternatives = stopping.filter_map(|later| later.rule.applies_to.as_ref()).flatten();
    let by_label = alternatives.filter_map(|alternative| {
        let asked = |test: &&waaudit_model::facts::wafv2::Test| test.test == "label" && !test.negated;
        let labels = alternative.tests.iter().filter(asked).filter_map(|test| test.values.first());
        let whole: Vec<bool> = labels.filter_map(|label| adds(act, label)).collect();
        let alone = alternative.tests.len() == 1 && whole.iter().all(|whole| *whole);
        (!whole.is_empty()).then_some(alone.then_some(true))
    });
    let answers: Vec<Option<bool>> = by_label.collect();
    (!answers.is_empty()).then(|| any(answers))
}

/// Whether a label is all that a rule adds; nothing where it does not add it.
fn adds(act: &Act, label: &str) -> Option<bool> {
    if act.rule.statement != "managed_group" {
        let own = |own: &String| label == own || label.ends_with(&format!(":{own}"));
        return act.rule.labels.iter().any(own).then_some(true);
    }
    let group = act.rule.group.as_deref().unwrap_or_default();
    match NAMESPACES.iter().find(|(name, _)| *name == group) {
        Some((_, namespace)) => label.starts_with(namespace).then_some(label == *namespace),
        None => label.starts_with(OF_VENDORS).then_some(false),
    }
}
