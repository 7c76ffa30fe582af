//! An absent practice is one finding: where nothing in the account follows a rule, the most important resource says so.
//!
//! Fourteen findings that fourteen components have no alarm hide that the account has none at all. A rule says in
//! `[practice]` when a failing resource has nothing of what it asks. The first one then names all of them, and the
//! others are skipped for that reason, so that the score counts the practice once. Where one resource passes, or has a
//! part of it, the practice exists, and each failure is an exception to it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::report::{Finding, Verdict};
use crate::rules::{Practice, Rule, RuleSet, Subject};
use crate::snapshot::{Resource, Snapshot, label};

/// More names than this are counted.
const NAMED: usize = 20;

/// Folds the failures of absent practices, each into one.
pub fn fold(findings: &mut [Finding], rules: &RuleSet, snapshot: &Snapshot, settings: &Value) {
    for rule in &rules.rules {
        if let Some(practice) = &rule.practice {
            fold_one(findings, rule, practice, snapshot, settings);
        }
    }
}

fn fold_one(findings: &mut [Finding], rule: &Rule, practice: &Practice, snapshot: &Snapshot, settings: &Value) {
    let of_kind = snapshot.of(&rule.kind);
    let resources: BTreeMap<(&str, &str), &Resource> =
        of_kind.map(|resource| ((&*resource.region, &*resource.arn), resource)).collect();
    let resource = |finding: &Finding| {
        let arn = finding.resource.arn.as_deref()?;
        resources.get(&(&*finding.resource.region, arn)).copied()
    };
    let own = || findings.iter().enumerate().filter(|(_, finding)| finding.rule == rule.id);
    if own().any(|(_, finding)| finding.verdict == Verdict::Pass) {
        return;
    }
    let mut failures: Vec<(usize, &Resource)> = Vec::new();
    for (place, finding) in own().filter(|(_, finding)| finding.verdict == Verdict::Fail) {
        let Some(resource) = resource(finding) else { return };
        if practice.absent.holds(&Subject::new(resource, settings)) != Ok(true) {
            return;
        }
        failures.push((place, resource));
    }
    failures
        .sort_by_key(|(place, resource)| (findings[*place].severity, rank(practice, resource), resource.id.clone()));
    let Some(((first, resource), others)) = failures.split_first() else { return };
    if others.is_empty() {
        return;
    }
    let named = label(resource.name.as_deref(), &resource.id);
    let said = practice.message.fill(&Subject::new(resource, settings));
    let message = format!("{said}: {}", names(&failures));
    let (first, others) = (*first, others.iter().map(|(place, _)| *place).collect::<Vec<_>>());
    findings[first].message = message;
    for place in others {
        let finding = &mut findings[place];
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
    use crate::fixtures::DEMO;
    use crate::report::{Finding, Verdict};
    use crate::rules::RuleSet;
    use crate::settings::Settings;
    use crate::snapshot::Snapshot;
    use crate::waive::Waivers;

    const RULE: &str = "observability/core-alarms";

    /// The findings on alarms in the demo, without its alarms or with them.
    fn findings(alarms: bool) -> Vec<Finding> {
        let mut set = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"));
        set.rules.retain(|rule| rule.id == RULE);
        let mut snapshot = Snapshot::from_json(DEMO).unwrap();
        for resource in snapshot.resources.iter_mut().filter(|resource| resource.kind == "cloudwatch.alarm") {
            if !alarms {
                resource.facts.insert("actions".to_owned(), json!([]));
            }
        }
        audit(snapshot, &set, &Settings::default(), &Waivers::default(), &[]).findings
    }

    #[test]
    fn an_absent_practice_is_said_once_and_names_all() {
        let findings = findings(false);
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
    fn exceptions_to_a_practice_are_findings_of_their_own() {
        let failing = findings(true).iter().filter(|finding| finding.verdict == Verdict::Fail).count();
        assert!(failing > 3, "{failing}");
    }
}
