//! What counts as a change, on the demo's report with findings turned by hand.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::{Change, Difference, diff};
use crate::audit::audit;
use crate::criteria::Criteria;
use crate::report::{Finding, Report, Verdict};
use waaudit_model::settings::Settings;
use waaudit_model::snapshot::Snapshot;
use waaudit_rules::fixtures::DEMO;
use waaudit_rules::{RuleSet, Stage};

fn demo() -> Report {
    static DEMO_REPORT: OnceLock<Report> = OnceLock::new();
    let report = DEMO_REPORT.get_or_init(|| {
        let rules = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"));
        audit(Snapshot::from_json(DEMO).unwrap(), &Criteria::new(&rules, &Settings::default()))
    });
    report.clone()
}

fn compare(old: &Report, new: &Report) -> Difference {
    diff(old, new, &BTreeMap::new())
}

/// The place of a finding of a resource with a verdict.
fn place(report: &Report, verdict: Verdict) -> usize {
    let regional = |finding: &Finding| finding.resource.arn.is_some() && finding.resource.region.starts_with("eu-");
    report.findings.iter().position(|finding| finding.verdict == verdict && regional(finding)).unwrap()
}

fn turned(from: Verdict, to: Verdict) -> Difference {
    let old = demo();
    let mut new = old.clone();
    let place = place(&new, from);
    new.findings[place].verdict = to;
    compare(&old, &new)
}

/// How many are new, fixed, changed, vanished.
fn counts(difference: &Difference) -> [usize; 4] {
    let lists: [&Vec<Change>; 4] = [&difference.new, &difference.fixed, &difference.changed, &difference.vanished];
    lists.map(Vec::len)
}

#[test]
fn a_report_and_itself_differ_in_nothing() {
    let difference = compare(&demo(), &demo());
    assert!(difference.is_empty());
    assert_eq!(counts(&difference), [0, 0, 0, 0]);
    assert!(difference.stages_reached.is_empty() && difference.stages_lost.is_empty());
}

#[test]
fn only_a_failure_that_passes_is_fixed_and_whatever_fails_and_did_not_is_new() {
    assert_eq!(counts(&turned(Verdict::Fail, Verdict::Pass)), [0, 1, 0, 0]);
    for from in [Verdict::Pass, Verdict::Skip] {
        assert_eq!(counts(&turned(from, Verdict::Fail)), [1, 0, 0, 0]);
    }
    for to in [Verdict::Unknown, Verdict::Waived, Verdict::Skip] {
        assert_eq!(counts(&turned(Verdict::Fail, to)), [0, 0, 1, 0], "{to:?}");
    }
    assert_eq!(counts(&turned(Verdict::Pass, Verdict::Unknown)), [0, 0, 1, 0]);
    assert_eq!(counts(&turned(Verdict::Pass, Verdict::Skip)), [0, 0, 1, 0]);
}

#[test]
fn what_comes_along_is_told_if_it_fails_or_can_not_be_judged() {
    for (verdict, expected) in
        [(Verdict::Fail, [1, 0, 0, 0]), (Verdict::Pass, [0, 0, 0, 0]), (Verdict::Skip, [0, 0, 0, 0])]
    {
        let new = demo();
        let mut old = new.clone();
        old.findings.remove(place(&new, verdict));
        assert_eq!(counts(&compare(&old, &new)), expected, "{verdict:?}");
    }
    let mut new = demo();
    let old = new.clone();
    let mut unlisted = new.findings[place(&new, Verdict::Fail)].clone();
    unlisted.resource.own().arn = None;
    unlisted.verdict = Verdict::Unknown;
    new.findings.push(unlisted);
    assert_eq!(counts(&compare(&old, &new)), [0, 0, 1, 0]);
}

#[test]
fn a_failure_that_is_gone_is_never_fixed_and_tells_what_kept_the_report_from_looking() {
    let old = demo();
    let gone = old.findings[place(&old, Verdict::Fail)].clone();
    let without = |change: &dyn Fn(&mut Report)| {
        let mut new = old.clone();
        new.findings.retain(|finding| finding.fingerprint != gone.fingerprint);
        change(&mut new);
        let difference = compare(&old, &new);
        let vanished =
            difference.vanished.iter().find(|change| change.resource == gone.resource && change.rule == gone.rule.id);
        assert!(!difference.fixed.iter().any(|change| change.rule == gone.rule.id && change.resource == gone.resource));
        vanished.unwrap().reason.clone()
    };
    assert_eq!(without(&|_| {}), None);
    let reason = without(&|new| new.rules.retain(|rule| *rule != gone.rule));
    assert_eq!(reason.as_deref(), Some("the rule was not judged by"));
    let reason = without(&|new| new.regions.retain(|region| *region != gone.resource.region));
    assert_eq!(reason, Some(format!("{} was not looked at", gone.resource.region)));
    let reason = without(&|new| {
        let mut unlisted = gone.clone();
        unlisted.resource.own().arn = None;
        unlisted.verdict = Verdict::Unknown;
        unlisted.message = "could not be listed".to_owned();
        new.findings.push(unlisted);
    });
    assert_eq!(reason.as_deref(), Some("could not be listed"));
}

#[test]
fn a_rule_that_has_a_new_name_is_the_same_rule() {
    let new = demo();
    let mut old = new.clone();
    let rule = old.findings[place(&old, Verdict::Fail)].rule.clone();
    let of_findings = old.findings.iter_mut().map(|finding| &mut finding.rule);
    for judged in of_findings.chain(&mut old.rules).filter(|judged| **judged == rule) {
        "cost/former-name".clone_into(&mut judged.own().id);
    }
    assert!(!compare(&old, &new).is_empty());
    let renamed = BTreeMap::from([("cost/former-name".to_owned(), rule.id.clone())]);
    let difference = diff(&old, &new, &renamed);
    assert!(difference.is_empty());
    assert!(difference.scope.rules_added.is_empty() && difference.scope.rules_removed.is_empty());
}

#[test]
fn stages_are_reached_and_lost_one_by_one() {
    let mut old = demo();
    let mut new = old.clone();
    (old.summary.stage, new.summary.stage) = (None, Some(Stage::TenThousand));
    assert_eq!(compare(&old, &new).stages_reached, [Stage::Launch, Stage::TenThousand]);
    let difference = compare(&new, &old);
    assert_eq!(difference.stages_lost, [Stage::Launch, Stage::TenThousand]);
    assert!(!difference.is_empty());
}

#[test]
fn what_only_one_report_looked_at_is_told_apart_from_what_changed() {
    let old = demo();
    let mut new = old.clone();
    new.regions.push("us-east-1".to_owned());
    let dropped = new.rules.remove(0);
    let scope = compare(&old, &new).scope;
    assert_eq!((scope.regions_added, scope.rules_removed), (vec!["us-east-1".to_owned()], vec![dropped.id.clone()]));
    // A report from before it listed its rules says nothing about them.
    new.rules.clear();
    assert!(compare(&old, &new).scope.rules_removed.is_empty());
}
