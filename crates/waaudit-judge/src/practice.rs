//! An absent practice is one finding: where nothing in the account follows a rule, the most important resource says so.
//!
//! Fourteen findings that fourteen components have no alarm hide that the account has none at all. A rule says in
//! `[practice]` when a failing resource has nothing of what it asks. The first one then names all of them, and the
//! others are skipped for that reason, so that the score counts the practice once. Where one resource passes, or has a
//! part of it, the practice exists, and each failure is an exception to it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::report::{Finding, Verdict};
use waaudit_derive::Inventory;
use waaudit_model::snapshot::{Owner, Resource, label};
use waaudit_rules::{Practice, Rule, RuleSet, Subject};

/// More names than this are counted.
const NAMED: usize = 20;

/// Folds the failures of absent practices, each into one. Findings are in the order of their rules.
pub fn fold(findings: &mut [Finding], rules: &RuleSet, inventory: &Inventory, settings: &Value) {
    let practices: BTreeMap<&str, (&Rule, &Practice)> =
        rules.rules.iter().filter_map(|rule| Some((rule.id.as_str(), (rule, rule.practice.as_ref()?)))).collect();
    for of_rule in findings.chunk_by_mut(|a, b| a.rule.id == b.rule.id) {
        let practice = of_rule.first().and_then(|finding| practices.get(finding.rule.id.as_str()));
        if let Some((rule, practice)) = practice {
            fold_one(of_rule, rule, practice, inventory, settings);
        }
    }
}

fn fold_one(of_rule: &mut [Finding], rule: &Rule, practice: &Practice, inventory: &Inventory, settings: &Value) {
    // What is unknown may have what is expected.
    if of_rule.iter().any(|finding| matches!(finding.verdict, Verdict::Pass | Verdict::Unknown)) {
        return;
    }
    let of_kind = inventory.resources().filter(|(resource, _)| resource.kind == rule.kind);
    let resources: BTreeMap<(&str, &str), (&Resource, &[Owner])> =
        of_kind.map(|found| ((&*found.0.region, &*found.0.arn), found)).collect();
    let subject = |resource, parents| Subject::new(resource, settings).with_owners(parents);
    let mut failures: Vec<(usize, &Resource)> = Vec::new();
    for (place, finding) in of_rule.iter().enumerate().filter(|(_, finding)| finding.verdict == Verdict::Fail) {
        let arn = finding.resource.arn.as_deref();
        let found = arn.and_then(|arn| resources.get(&(&*finding.resource.region, arn)));
        let Some((resource, parents)) = found else { return };
        if practice.absent.holds(&subject(resource, parents)) != Ok(true) {
            return;
        }
        failures.push((place, resource));
    }
    failures
        .sort_by_key(|(place, resource)| (of_rule[*place].severity(), rank(practice, resource), resource.id.clone()));
    let Some(((first, resource), others)) = failures.split_first() else { return };
    if others.is_empty() {
        return;
    }
    let named = label(resource.name.as_deref(), &resource.id);
    let parents = resources.get(&(&*resource.region, &*resource.arn)).map_or(&[][..], |(_, parents)| parents);
    let Ok(said) = practice.message.fill(&subject(resource, parents)) else { return };
    of_rule[*first].message = format!("{said}: {}", names(&failures));
    for (place, _) in others {
        let finding = &mut of_rule[*place];
        let reason = format!(
            "it has nothing of what is expected, like all others that were read; that is reported once, for {named}"
        );
        finding.message = format!("{}: {reason}", finding.resource.id.as_deref().unwrap_or(&rule.kind));
        finding.verdict = Verdict::Skip;
        finding.reason = Some(reason);
        finding.fix = None;
    }
}

fn rank(practice: &Practice, resource: &Resource) -> i64 {
    let fact = practice.rank.as_ref().and_then(|fact| resource.facts.get(fact));
    fact.and_then(Value::as_i64).unwrap_or(i64::MAX)
}

fn names(failures: &[(usize, &Resource)]) -> String {
    let shown = failures.iter().take(NAMED).map(|(_, resource)| label(resource.name.as_deref(), &resource.id));
    let shown = shown.collect::<Vec<_>>().join(", ");
    match failures.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::audit::audit;
    use crate::criteria::Criteria;
    use crate::report::{Finding, Verdict};
    use waaudit_model::settings::Settings;
    use waaudit_model::snapshot::Snapshot;
    use waaudit_rules::RuleSet;
    use waaudit_rules::fixtures::DEMO;

    const RULE: &str = "observability/core-alarms";

    /// The findings on alarms in the demo, without its alarms or with them, and with or without what it could not read.
    fn findings(alarms: bool, gaps: bool) -> Vec<Finding> {
        let mut set = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"));
        set.rules.retain(|rule| rule.id == RULE);
        let mut snapshot = Snapshot::from_json(DEMO).unwrap();
        snapshot.gaps.retain(|_| gaps);
        for resource in snapshot.resources.iter_mut().filter(|resource| resource.kind == "cloudwatch.alarm") {
            if !alarms {
                resource.facts.insert("actions".to_owned(), json!([]));
            }
        }
        audit(snapshot, &Criteria::new(&set, &Settings::default())).findings
    }

    #[test]
    fn an_absent_practice_is_said_once_and_names_all() {
        let findings = findings(false, false);
        let failing: Vec<&Finding> = findings.iter().filter(|finding| finding.verdict == Verdict::Fail).collect();
        let [only] = failing[..] else { panic!("{} failures", failing.len()) };
        let skipped = findings.iter().filter(|finding| {
            finding.verdict == Verdict::Skip && finding.message.contains("that is reported once, for")
        });
        let mut count = 0;
        for finding in skipped {
            assert!(only.message.contains(finding.resource.id.as_deref().unwrap()), "{}", only.message);
            count += 1;
        }
        assert!(count > 3, "{count}");
    }

    #[test]
    fn a_practice_is_not_absent_where_a_component_may_have_it() {
        let failing = findings(false, true).iter().filter(|finding| finding.verdict == Verdict::Fail).count();
        assert!(failing > 3, "{failing}");
    }

    #[test]
    fn exceptions_to_a_practice_are_findings_of_their_own() {
        let failing = findings(true, false).iter().filter(|finding| finding.verdict == Verdict::Fail).count();
        assert!(failing > 3, "{failing}");
    }
}
