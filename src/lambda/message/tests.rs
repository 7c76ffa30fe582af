//! When a topic is told, and what.

use super::{Message, Places, message};
use waaudit_judge::audit::audit;
use waaudit_judge::criteria::Criteria;
use waaudit_judge::diff::diff;
use waaudit_judge::report::{Report, Verdict};
use waaudit_judge::score::summarise;
use waaudit_model::settings::Settings;
use waaudit_model::snapshot::Snapshot;
use waaudit_rules::fixtures::DEMO;
use waaudit_rules::{RuleSet, Severity, Stage};

/// The demo with all its failures fixed.
fn healthy() -> (RuleSet, Report) {
    let rules = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"));
    let mut report = audit(Snapshot::from_json(DEMO).unwrap(), &Criteria::new(&rules, &Settings::default()));
    for finding in report.findings.iter_mut().filter(|finding| finding.verdict != Verdict::Skip) {
        finding.verdict = Verdict::Pass;
    }
    report.summary = summarise(&rules.rules, &report.findings);
    (rules, report)
}

/// The same with the findings of a severity and stage turned.
fn turned(rules: &RuleSet, report: &Report, severity: Severity, stage: Stage, to: Verdict) -> Report {
    let mut report = report.clone();
    let chosen = |finding: &&mut waaudit_judge::report::Finding| {
        finding.verdict == Verdict::Pass && finding.severity() == severity && finding.rule.stage == stage
    };
    report.findings.iter_mut().filter(chosen).for_each(|finding| finding.verdict = to);
    report.summary = summarise(&rules.rules, &report.findings);
    report
}

fn told(old: &Report, new: &Report, score_drop: f64) -> Option<Message> {
    let places = Places { before: "s3://bucket/old.json", after: "s3://bucket/new.json" };
    message(&diff(old, new, &std::collections::BTreeMap::new()), new, score_drop, places)
}

#[test]
fn nothing_is_said_where_nothing_got_worse() {
    let (rules, healthy) = healthy();
    assert_eq!(told(&healthy, &healthy, 0.0), None);
    let worse = turned(&rules, &healthy, Severity::High, Stage::TenThousand, Verdict::Fail);
    assert_eq!(told(&worse, &healthy, 0.0), None);
}

#[test]
fn a_lost_stage_is_told_with_what_blocks_it() {
    let (rules, healthy) = healthy();
    let worse = turned(&rules, &healthy, Severity::High, Stage::HundredThousand, Verdict::Fail);
    let message = told(&healthy, &worse, 100.0).unwrap();
    assert_eq!(message.reasons.len(), 1);
    assert!(message.reasons[0].starts_with("The stage fell from 1m to 10k: 100k is blocked by "), "{message:?}");
    assert!(message.subject.len() <= 100 && message.subject.is_ascii(), "{}", message.subject);
    assert!(
        message.text.contains("s3://bucket/new.json") && message.text.contains("New failures ("),
        "{}",
        message.text
    );
}

#[test]
fn a_stage_that_can_not_be_proven_any_more_is_told_but_not_because_time_ran_out() {
    let (rules, healthy) = healthy();
    let mut doubtful = turned(&rules, &healthy, Severity::High, Stage::HundredThousand, Verdict::Unknown);
    let message = told(&healthy, &doubtful, 100.0).unwrap();
    assert!(message.reasons[0].contains("not all could be judged any more"), "{message:?}");
    doubtful.complete = false;
    assert_eq!(told(&healthy, &doubtful, 0.0), None);
}

#[test]
fn a_drop_counts_beyond_the_set_amount_and_between_whole_reports() {
    let (rules, healthy) = healthy();
    let mut worse = turned(&rules, &healthy, Severity::Medium, Stage::TenThousand, Verdict::Fail);
    let drop = healthy.summary.score.unwrap() - worse.summary.score.unwrap();
    assert!(drop > 0.0);
    assert_eq!(told(&healthy, &worse, drop + 0.1), None);
    let message = told(&healthy, &worse, drop - 0.1).unwrap();
    assert!(message.reasons[0].starts_with("The score dropped by "), "{message:?}");
    worse.complete = false;
    assert_eq!(told(&healthy, &worse, 0.0), None);
}

#[test]
fn a_new_critical_finding_is_told_even_of_an_incomplete_report() {
    let (rules, healthy) = healthy();
    let mut worse = turned(&rules, &healthy, Severity::Critical, Stage::TenThousand, Verdict::Fail);
    worse.complete = false;
    let message = told(&healthy, &worse, 100.0).unwrap();
    assert!(message.reasons.iter().any(|reason| reason.contains("critical finding")), "{message:?}");
}
