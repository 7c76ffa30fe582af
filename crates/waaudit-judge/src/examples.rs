//! Whether a rule says of its own examples what they expect, and whether its fix repairs those that fail.

use serde_json::Value;

use crate::after_fix::Repair;
use crate::evaluate::verdict;
use crate::report::Verdict;
use waaudit_derive::Changes;
use waaudit_model::facts;
use waaudit_model::snapshot::Resource;
use waaudit_rules::examples::{Case, Expected};
use waaudit_rules::fixtures::sample;
use waaudit_rules::{Condition, Example, Rule};

/// The examples of a rule that come out otherwise than they say.
pub fn wrong_examples(rule: &Rule, conditions: &[Condition]) -> Vec<String> {
    let judge = |(number, (expected, example)): (usize, &(Expected, Example))| {
        let problem = wrong(rule, conditions, *expected, example)?;
        Some(format!("example {} [[{}]]: {problem}", number + 1, expected.name()))
    };
    rule.examples.iter().enumerate().filter_map(judge).collect()
}

fn wrong(rule: &Rule, conditions: &[Condition], expected: Expected, example: &Example) -> Option<String> {
    let case = match sample(&rule.kind).and_then(|sample| example.apply(&sample)) {
        Ok(case) => case,
        Err(problem) => return Some(problem),
    };
    let (verdict, reason) = verdict(rule, conditions, &case.resource, &case.owners, &case.settings);
    let as_expected = matches!(
        (expected, verdict),
        (Expected::Pass, Verdict::Pass)
            | (Expected::Fail, Verdict::Fail)
            | (Expected::Skip, Verdict::Skip)
            | (Expected::Unknown, Verdict::Unknown)
    );
    if as_expected && expected == Expected::Fail {
        return unrepaired(rule, conditions, &case)
            .map(|problem| format!("{problem}: {}", Value::Object(example.0.clone())));
    }
    let why = reason.map_or(String::new(), |reason| format!(" ({reason})"));
    (!as_expected).then(|| format!("is {}{why}: {}", verdict.name(), Value::Object(example.0.clone())))
}

/// Availability Zones that are in use where an example is.
const ZONES: [&str; 3] = ["eu-west-1a", "eu-west-1b", "eu-west-1c"];

/// What is wrong with a failing example after the fix, where the rule says what its fix changes.
fn unrepaired(rule: &Rule, conditions: &[Condition], case: &Case) -> Option<String> {
    if rule.fix.after.is_empty() {
        return None;
    }
    let changed = match after_fix(rule, case) {
        Ok(Some(changed)) => changed,
        Ok(None) => return None,
        Err(problem) => return Some(format!("[[fix.after]]: {problem}")),
    };
    let (verdict, reason) = verdict(rule, conditions, &changed, &case.owners, &case.settings);
    let why = reason.map_or(String::new(), |reason| format!(" ({reason})"));
    let repaired = matches!(verdict, Verdict::Pass | Verdict::Skip);
    (!repaired).then(|| format!("is still {}{why} after [[fix.after]]", verdict.name()))
}

/// The resource of an example after the fix; nothing where no change belongs to its cause. What becomes of other resources
/// does not matter to its own verdict.
fn after_fix(rule: &Rule, case: &Case) -> Result<Option<Resource>, String> {
    let (zones, mut changes) = (ZONES.map(str::to_owned), Changes::default());
    let repair = Repair { resource: &case.resource, owners: &case.owners, settings: &case.settings, zones: &zones };
    if !repair.make(&rule.fix, &mut changes, |_, _| Vec::new())? {
        return Ok(None);
    }
    let mut changed = changes.applied(&case.resource);
    changed.facts = facts::complete(&changed.kind, &changed.facts)?;
    Ok(Some(changed))
}
