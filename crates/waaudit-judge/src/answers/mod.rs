//! Answers to the questions of the AWS Well-Architected Tool: for each choice that rules are about, whether findings
//! support it, refute it or leave it open.
//!
//! A rule is about the best practices that it refers to. Most choices ask for more than an account shows, such as
//! practice and documents: a supported choice has nothing against it here, and is for people to decide.

mod table;

use std::collections::BTreeMap;

use serde::Serialize;

use self::table::{Question, Table};
use crate::report::{Report, Verdict};
use waaudit_rules::RuleSet;

/// What findings say of the lens's questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answers {
    /// The lens's alias.
    pub lens: String,
    /// The day of the table of questions and choices.
    pub as_of: String,
    /// The account's id.
    pub account: String,
    /// When collecting began.
    pub taken_at: String,
    /// Questions that a rule is about, in the order of pillars.
    pub questions: Vec<Answer>,
}

/// What findings say of one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The question's id.
    pub question: String,
    /// The id of its pillar.
    pub pillar: String,
    /// Choices that a rule is about.
    pub choices: Vec<Choice>,
}

/// What findings say of one choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The choice's id.
    pub choice: String,
    /// The best practice that it is: `REL10-BP01`.
    pub practice: String,
    /// What they say together.
    pub answer: Support,
    /// What each rule found, by rule.
    pub rules: Vec<Found>,
    /// Rules that are about it and were not judged by.
    pub not_judged: Vec<String>,
}

/// Whether a choice holds, by the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Support {
    /// All of its rules were judged, at least one finding passes, and all do.
    Supported,
    /// A finding fails.
    Refuted,
    /// Neither: something is unknown, waived or was not judged, or there was nothing to judge.
    Open,
}

/// How many resources a rule found in which state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the verdicts' own names")]
pub struct Found {
    pub rule: String,
    pub pass: usize,
    pub fail: usize,
    pub unknown: usize,
    pub skip: usize,
    pub waived: usize,
}

/// The answers of a report. All rules that there are tell which of them were not judged by.
pub fn answers(report: &Report, all: &RuleSet) -> Answers {
    let table = Table::shipped();
    let found = found(report);
    let questions = table.question.iter().map(|question| answer(question, report, all, &found));
    Answers {
        lens: table.lens.clone(),
        as_of: table.as_of.clone(),
        account: report.account.id.clone(),
        taken_at: report.taken_at.clone(),
        questions: questions.collect(),
    }
}

/// By rule, for each rule that was judged by.
fn found(report: &Report) -> BTreeMap<&str, Found> {
    let rules = report.rules.iter().map(|rule| (rule.id.as_str(), Found { rule: rule.id.clone(), ..Found::default() }));
    let mut found: BTreeMap<&str, Found> = rules.collect();
    for finding in &report.findings {
        if let Some(found) = found.get_mut(finding.rule.id.as_str()) {
            match finding.verdict {
                Verdict::Pass => found.pass += 1,
                Verdict::Fail => found.fail += 1,
                Verdict::Unknown => found.unknown += 1,
                Verdict::Skip => found.skip += 1,
                Verdict::Waived => found.waived += 1,
            }
        }
    }
    found
}

fn answer(question: &Question, report: &Report, all: &RuleSet, found: &BTreeMap<&str, Found>) -> Answer {
    let choices = question.choices.iter().map(|(practice, choice)| {
        let judged = report.rules.iter().filter(|rule| rule.refs.well_architected.contains(practice));
        let rules: Vec<Found> = judged.filter_map(|rule| found.get(rule.id.as_str()).cloned()).collect();
        let others = all.rules.iter().filter(|rule| rule.refs.well_architected.contains(practice));
        let not_judged: Vec<String> =
            others.filter(|rule| !found.contains_key(rule.id.as_str())).map(|rule| rule.id.clone()).collect();
        let answer = support(&rules, &not_judged);
        Choice { choice: choice.clone(), practice: practice.clone(), answer, rules, not_judged }
    });
    Answer { question: question.id.clone(), pillar: question.pillar.clone(), choices: choices.collect() }
}

fn support(rules: &[Found], not_judged: &[String]) -> Support {
    let any = |count: fn(&Found) -> usize| rules.iter().any(|found| count(found) > 0);
    if any(|found| found.fail) {
        return Support::Refuted;
    }
    let doubtful = any(|found| found.unknown + found.waived) || !not_judged.is_empty();
    if any(|found| found.pass) && !doubtful { Support::Supported } else { Support::Open }
}

#[cfg(test)]
mod tests {
    use super::{Choice, Found, Support, answers, support};
    use crate::audit::audit;
    use crate::criteria::Criteria;
    use crate::report::Report;
    use waaudit_model::settings::Settings;
    use waaudit_model::snapshot::Snapshot;
    use waaudit_rules::RuleSet;
    use waaudit_rules::fixtures::DEMO;

    fn demo(rules: &RuleSet) -> Report {
        audit(Snapshot::from_json(DEMO).unwrap(), &Criteria::new(rules, &Settings::default()))
    }

    fn choices(report: &Report, all: &RuleSet) -> Vec<Choice> {
        answers(report, all).questions.into_iter().flat_map(|question| question.choices).collect()
    }

    fn multi_az(choices: Vec<Choice>) -> Choice {
        choices.into_iter().find(|choice| choice.practice == "REL10-BP01").unwrap()
    }

    #[test]
    fn every_finding_counts_for_the_best_practices_that_its_rule_refers_to() {
        let all = RuleSet::load(&[]).unwrap();
        let report = demo(&all);
        let choices = choices(&report, &all);
        let of = |answer| choices.iter().filter(|choice| choice.answer == answer).count();
        assert!(of(Support::Supported) > 0 && of(Support::Refuted) > 0 && of(Support::Open) > 0);
        for choice in &choices {
            let failing = |finding: &&crate::report::Shared<crate::report::RuleWords>| {
                finding.refs.well_architected.contains(&choice.practice)
            };
            let failures = report.findings.iter().filter(|finding| finding.verdict.name() == "fail");
            let failures = failures.filter(|finding| failing(&&finding.rule)).count();
            assert_eq!(choice.rules.iter().map(|found| found.fail).sum::<usize>(), failures, "{choice:?}");
            assert_eq!(choice.answer == Support::Refuted, failures > 0, "{choice:?}");
            assert!(choice.not_judged.is_empty(), "{choice:?}");
        }
    }

    #[test]
    fn what_was_judged_by_a_part_of_its_rules_is_not_supported() {
        let all = RuleSet::load(&[]).unwrap();
        let mut some = RuleSet::load(&[]).unwrap();
        some.rules.retain(|rule| rule.id == "multi-az/lb-zones");
        let choice = multi_az(choices(&demo(&some), &all));
        assert!(choice.rules[0].pass > 0 && choice.rules[0].fail == 0, "{choice:?}");
        assert_eq!((choice.rules.len(), choice.answer), (1, Support::Open));
        assert!(choice.not_judged.contains(&"multi-az/rds-instance".to_owned()));
    }

    #[test]
    fn one_failure_refutes_and_only_passes_support() {
        let found = |[pass, fail, unknown, skip, waived]: [usize; 5]| {
            let rule = "area/rule".to_owned();
            support(&[Found { rule, pass, fail, unknown, skip, waived }, Found::default()], &[])
        };
        for (counts, answer) in [
            ([9, 1, 1, 1, 1], Support::Refuted),
            ([9, 0, 0, 3, 0], Support::Supported),
            ([9, 0, 1, 0, 0], Support::Open),
            ([9, 0, 0, 0, 1], Support::Open),
            ([0, 0, 0, 3, 0], Support::Open),
        ] {
            assert_eq!(found(counts), answer, "{counts:?}");
        }
        let passes = [Found { pass: 1, ..Found::default() }];
        assert_eq!(support(&passes, &["area/other".to_owned()]), Support::Open);
    }
}
