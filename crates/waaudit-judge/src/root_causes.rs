//! Findings on one cause: a path that dies with its zone, and the database on it that lives there alone.
//!
//! Both are true and both are shown, but they are one defect. A rule says in `explains` which rules' failures its own
//! failure accounts for, and which of its facts names the resources. The score then counts them once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use crate::report::{Finding, Verdict};
use waaudit_model::snapshot::{Resource, Snapshot};
use waaudit_rules::{Explains, RuleSet};

/// Links failures to the failures that explain them, in both directions.
pub fn link(findings: &mut [Finding], rules: &RuleSet, snapshot: &Snapshot) {
    let explaining: BTreeMap<&str, &Explains> =
        rules.rules.iter().filter_map(|rule| Some((rule.id.as_str(), rule.explains.as_ref()?))).collect();
    let explained: BTreeSet<&str> =
        explaining.values().flat_map(|explains| &explains.rules).map(String::as_str).collect();
    let mut by_resource: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    let failing = || findings.iter().enumerate().filter(|(_, finding)| finding.verdict == Verdict::Fail);
    for (place, finding) in failing().filter(|(_, finding)| explained.contains(finding.rule.id.as_str())) {
        if let Some(arn) = finding.resource.arn.as_deref() {
            by_resource.entry((&finding.rule.id, arn)).or_default().push(place);
        }
    }
    let kinds = rules.rules.iter().filter(|rule| rule.explains.is_some()).map(|rule| rule.kind.as_str()).collect();
    let judged = Judged::new(snapshot, &kinds);
    let mut links: Vec<(usize, usize)> = Vec::new();
    for (parent, finding) in failing() {
        let Some(explains) = explaining.get(finding.rule.id.as_str()) else { continue };
        let named = judged.named(finding, &explains.resources);
        let pairs = explains.rules.iter().flat_map(|rule| named.iter().map(move |arn| (rule.as_str(), *arn)));
        let children: BTreeSet<usize> = pairs.filter_map(|pair| by_resource.get(&pair)).flatten().copied().collect();
        links.extend(children.into_iter().filter(|child| *child != parent).map(|child| (parent, child)));
    }
    for (parent, child) in links {
        let [of_parent, of_child] = [parent, child].map(|place| findings[place].fingerprint.clone());
        findings[parent].explains.push(of_child);
        findings[child].because_of.push(of_parent);
    }
}

/// The resources of some kinds, by kind, region and ARN.
struct Judged<'s>(BTreeMap<(&'s str, &'s str, &'s str), &'s Resource>);

impl<'s> Judged<'s> {
    fn new(snapshot: &'s Snapshot, kinds: &BTreeSet<&str>) -> Self {
        let key = |resource: &'s Resource| (resource.kind.as_str(), resource.region.as_str(), resource.arn.as_str());
        let of_kinds = snapshot.resources.iter().filter(|resource| kinds.contains(resource.kind.as_str()));
        Self(of_kinds.map(|resource| (key(resource), resource)).collect())
    }

    /// The ARNs that a fact of the judged resource lists; none where it is unread.
    fn named(&self, finding: &Finding, fact: &str) -> BTreeSet<&'s str> {
        let subject = &finding.resource;
        let key = (subject.kind.as_str(), subject.region.as_str(), subject.arn.as_deref().unwrap_or_default());
        let list = self.0.get(&key).and_then(|resource| resource.facts.get(fact)).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).collect()
    }
}

/// Failures, for the question which of them count.
pub struct Failures<'f>(BTreeMap<&'f str, &'f Finding>);

impl<'f> Failures<'f> {
    /// Those of these failures that are linked to others: in both directions, so that the rest, which is most of them, is
    /// never asked for.
    pub fn of(failures: impl Iterator<Item = &'f Finding>) -> Self {
        let is_linked = |finding: &&Finding| !finding.because_of.is_empty() || !finding.explains.is_empty();
        Self(failures.filter(is_linked).map(|finding| (finding.fingerprint.as_str(), finding)).collect())
    }

    /// Whether another of the failures counts for this one: of two on one cause the heavier does, and of two equals
    /// the one that names the cause.
    pub fn counted_by_another(&self, finding: &Finding) -> bool {
        let own = finding.severity().weight();
        let among = |fingerprints: &[String], weighs: fn(u32, u32) -> bool| {
            let others = fingerprints.iter().filter_map(|other| self.0.get(other.as_str()));
            others.into_iter().any(|other| weighs(other.severity().weight(), own))
        };
        among(&finding.because_of, |parent, own| parent >= own) || among(&finding.explains, |child, own| child > own)
    }
}

#[cfg(test)]
mod tests {
    use super::{Failures, link};
    use crate::audit::audit;
    use crate::criteria::Criteria;
    use crate::report::{Finding, Verdict};
    use crate::score::summarise;
    use waaudit_model::settings::Settings;
    use waaudit_model::snapshot::Snapshot;
    use waaudit_rules::fixtures::DEMO;
    use waaudit_rules::{Explains, RuleSet, Severity};

    const PARENT: &str = "data-tier/rds-burstable";
    const CHILD: &str = "multi-az/rds-instance";

    /// Findings of two rules on databases, of which one fact of the first lists the databases that the second fails on.
    fn rules(fact: &str) -> RuleSet {
        let mut set = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"));
        set.rules.retain(|rule| [PARENT, CHILD].contains(&rule.id.as_str()));
        let parent = set.rules.iter_mut().find(|rule| rule.id == PARENT).unwrap();
        parent.explains = Some(Explains { rules: vec![CHILD.to_owned()], resources: fact.to_owned() });
        set
    }

    fn demo(rules: &RuleSet) -> (Snapshot, Vec<Finding>) {
        let snapshot = Snapshot::from_json(DEMO).unwrap();
        let report = audit(snapshot.clone(), &Criteria::new(rules, &Settings::default()));
        (snapshot, report.findings)
    }

    /// A failure of each rule, on the database that the demo has alone in its zone.
    fn pair(parent: Severity, child: Severity) -> (RuleSet, Vec<Finding>) {
        let rules = rules("replicas");
        let (mut snapshot, findings) = demo(&rules);
        let of =
            |rule: &str| findings.iter().find(|f| f.rule.id == rule && f.resource.id.as_deref() == Some("orders-db"));
        let mut pair: Vec<Finding> = [PARENT, CHILD].map(|rule| of(rule).unwrap().clone()).into();
        for (finding, severity) in pair.iter_mut().zip([parent, child]) {
            (finding.verdict, finding.severity) = (Verdict::Fail, Some(severity));
        }
        let arn = pair[1].resource.arn.clone().unwrap();
        let mut instances = snapshot.resources.iter_mut().filter(|resource| resource.kind == "rds.db_instance");
        let database = instances.find(|resource| resource.arn == arn).unwrap();
        database.facts.insert("replicas".to_owned(), serde_json::json!([arn]));
        link(&mut pair, &rules, &snapshot);
        (rules, pair)
    }

    #[test]
    fn failures_on_one_cause_are_linked_both_ways() {
        let (_, pair) = pair(Severity::High, Severity::High);
        assert_eq!(pair[0].explains, [pair[1].fingerprint.clone()]);
        assert_eq!(pair[1].because_of, [pair[0].fingerprint.clone()]);
        assert!(pair[0].because_of.is_empty() && pair[1].explains.is_empty());
    }

    #[test]
    fn nothing_is_linked_to_a_pass_or_to_what_the_fact_does_not_name() {
        let rules = rules("replicas");
        let (snapshot, mut findings) = demo(&rules);
        link(&mut findings, &rules, &snapshot);
        assert!(findings.iter().all(|finding| finding.explains.is_empty() && finding.because_of.is_empty()));
    }

    #[test]
    fn of_two_on_one_cause_the_heavier_counts_and_of_two_equals_the_parent() {
        for (parent, child, counted) in [
            (Severity::High, Severity::High, [true, false]),
            (Severity::Critical, Severity::Medium, [true, false]),
            (Severity::Medium, Severity::Critical, [false, true]),
        ] {
            let (_, pair) = pair(parent, child);
            let failures = Failures::of(pair.iter());
            assert_eq!([0, 1].map(|place| !failures.counted_by_another(&pair[place])), counted, "{parent:?} {child:?}");
        }
    }

    #[test]
    fn a_score_counts_one_cause_once_and_both_failures_block_their_stages() {
        let (rules, mut findings) = pair(Severity::High, Severity::High);
        let passing = [Severity::High, Severity::High].map(|severity| {
            let mut pass = Finding { severity: Some(severity), verdict: Verdict::Pass, ..findings[1].clone() };
            pass.because_of.clear();
            pass
        });
        findings.extend(passing);
        let score = |findings: &[Finding]| summarise(&rules.rules, findings).score;
        // The child's rule has two passes left, the parent's one failure.
        assert_eq!(score(&findings), Some(50.0));
        let blockers = |findings: &[Finding]| summarise(&rules.rules, findings).stages[3].blockers.len();
        assert_eq!(blockers(&findings), 2);
        // Without its parent, which is waived, the child counts for itself.
        findings[0].verdict = Verdict::Waived;
        assert_eq!(score(&findings), Some(66.6));
    }
}
