//! The one promise over the whole pipe: what is not read is never an answer.

use std::collections::BTreeMap;

use waaudit_collect::KINDS;
use waaudit_judge::audit::audit;
use waaudit_judge::criteria::Criteria;
use waaudit_judge::report::Verdict;
use waaudit_model::gap::{Gap, GapReason};
use waaudit_model::settings::Settings;
use waaudit_model::snapshot::{GLOBAL, Snapshot};
use waaudit_rules::RuleSet;
use waaudit_rules::fixtures::DEMO;

type Verdicts = BTreeMap<(String, String, Option<String>), Verdict>;

fn demo() -> Snapshot {
    Snapshot::from_json(DEMO).expect("the demo")
}

fn verdicts(snapshot: Snapshot, rules: &RuleSet) -> Verdicts {
    let report = audit(snapshot, &Criteria::new(rules, &Settings::default()));
    let key = |finding: waaudit_judge::report::Finding| {
        ((finding.rule.id.clone(), finding.resource.region.clone(), finding.resource.arn.clone()), finding.verdict)
    };
    report.findings.into_iter().map(key).collect()
}

fn denied(kind: &str, region: &str) -> Gap {
    Gap {
        service: "service".to_owned(),
        operation: "ListThings".to_owned(),
        action: "service:ListThings".to_owned(),
        region: region.to_owned(),
        reason: GapReason::Denied,
        message: String::new(),
        request_id: None,
        kinds: vec![kind.to_owned()],
        resources: Vec::new(),
        count: 1,
    }
}

/// No verdict of less knowledge may be a pass or a fail that full knowledge did not give.
fn assert_no_new_answer(whole: &Verdicts, part: &Verdicts, taken: &str) {
    for (key, verdict) in part.iter().filter(|(_, verdict)| matches!(verdict, Verdict::Pass | Verdict::Fail)) {
        assert_eq!(whole.get(key), Some(verdict), "without {taken}: {key:?}");
    }
}

#[test]
fn a_kind_that_is_denied_or_cut_short_gives_no_new_answer() {
    let rules = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"));
    let whole = verdicts(demo(), &rules);
    for kind in KINDS {
        for (cut_short, region) in [(false, GLOBAL), (true, GLOBAL), (false, "eu-west-1")] {
            let mut less = demo();
            less.gaps.push(denied(kind.name, region));
            let mut seen = 0;
            less.resources.retain(|resource| {
                let lost = resource.kind == kind.name && (region == GLOBAL || resource.region == region);
                seen += usize::from(lost);
                // A list that was cut short keeps every second one.
                !lost || (cut_short && seen % 2 == 0)
            });
            assert_no_new_answer(&whole, &verdicts(less, &rules), kind.name);
        }
    }
}

#[test]
fn a_fact_that_is_unread_everywhere_gives_no_new_answer() {
    let rules = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"));
    let whole = verdicts(demo(), &rules);
    let mut facts: Vec<(String, String)> = demo()
        .resources
        .iter()
        .flat_map(|resource| resource.facts.keys().map(|fact| (resource.kind.clone(), fact.clone())))
        .collect();
    facts.sort();
    facts.dedup();
    for (kind, fact) in facts {
        let mut less = demo();
        for resource in less.resources.iter_mut().filter(|resource| resource.kind == kind) {
            resource.facts.remove(&fact);
        }
        let mut part = verdicts(less, &rules);
        // A general condition that can't be told is not applied: then a resource is judged that was skipped before.
        part.retain(|key, _| whole.get(key) != Some(&Verdict::Skip));
        assert_no_new_answer(&whole, &part, &format!("{kind} {fact}"));
    }
}
