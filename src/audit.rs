//! The pure part of the pipe: from a snapshot to the report. No network, no clock.

use std::collections::BTreeMap;

use crate::coverage::not_assessed;
use crate::derive::derive;
use crate::evaluate::evaluate;
use crate::practice::fold;
use crate::report::{REPORT_VERSION, Report, Tool};
use crate::rules::RuleSet;
use crate::score::summarise;
use crate::settings::Settings;
use crate::snapshot::{GapReason, Snapshot};
use crate::waive::{Waivers, waive};

/// Judges a snapshot as it was collected, and reports on resources that have all of these tags. The others are judged
/// too, for what one resource is depends on its neighbours; only their findings are left out.
pub fn audit(
    snapshot: Snapshot,
    rules: &RuleSet,
    settings: &Settings,
    waivers: &Waivers,
    tags: &[(String, String)],
) -> Report {
    let snapshot = derive(snapshot, &settings.non_production);
    let mut findings = evaluate(&snapshot, rules, &settings.as_value());
    findings.retain(|finding| finding.resource.tags.as_ref().is_none_or(|own| has_all(own, tags)));
    let not_assessed = not_assessed(&snapshot);
    let diagnostics = waive(&mut findings, waivers, rules, snapshot.taken_at);
    fold(&mut findings, rules, &snapshot, &settings.as_value());
    Report {
        schema_version: REPORT_VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        summary: summarise(&rules.rules, &findings),
        account: snapshot.account,
        taken_at: snapshot.taken_at.to_string(),
        regions: snapshot.regions,
        complete: snapshot.gaps.iter().all(|gap| gap.reason != GapReason::OutOfTime),
        rules: rules.rules.iter().map(|rule| rule.id.clone()).collect(),
        findings,
        not_assessed,
        diagnostics,
        gaps: snapshot.gaps,
        metrics: snapshot.metrics,
        effort: snapshot.effort,
    }
}

fn has_all(own: &BTreeMap<String, String>, wanted: &[(String, String)]) -> bool {
    wanted.iter().all(|(key, value)| own.get(key) == Some(value))
}

#[cfg(test)]
mod tests {
    use super::{audit, summarise};
    use crate::fixtures::DEMO;
    use crate::report::{Finding, Go, Readiness, Report, Verdict};
    use crate::rules::{Confidence, RuleSet, Severity, Stage};
    use crate::settings::Settings;
    use crate::snapshot::Snapshot;
    use crate::waive::Waivers;

    fn rules() -> RuleSet {
        RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"))
    }

    fn demo(rules: &RuleSet) -> Report {
        let snapshot = Snapshot::from_json(DEMO).unwrap();
        audit(snapshot, rules, &Settings::default(), &Waivers::default(), &[])
    }

    /// The demo's findings with every fail, unknown and waived one turned into a pass.
    fn all_pass(rules: &RuleSet) -> Vec<Finding> {
        let mut findings = demo(rules).findings;
        for finding in findings.iter_mut().filter(|finding| finding.verdict != Verdict::Skip) {
            finding.verdict = Verdict::Pass;
        }
        findings
    }

    fn turn(findings: &mut [Finding], rule: &str, verdict: Verdict) {
        findings.iter_mut().find(|finding| finding.rule == rule && finding.verdict == Verdict::Pass).unwrap().verdict =
            verdict;
    }

    #[test]
    fn an_account_that_passes_everything_has_a_full_score_and_stands_on_the_top() {
        let set = rules();
        let summary = summarise(&set.rules, &all_pass(&set));
        assert_eq!((summary.score, summary.coverage), (Some(100.0), Some(1.0)));
        assert_eq!((summary.stage, summary.next_stage), (Some(Stage::Million), None));
        assert!(summary.checklist.iter().all(|line| line.status == Go::Go), "{:?}", summary.checklist);
    }

    #[test]
    fn one_failing_high_rule_blocks_its_stage_and_those_above_alone() {
        let set = rules();
        let mut findings = all_pass(&set);
        turn(&mut findings, "multi-az/nat-per-az", Verdict::Fail);
        let summary = summarise(&set.rules, &findings);
        assert_eq!((summary.stage, summary.next_stage), (Some(Stage::Launch), Some(Stage::TenThousand)));
        assert!(summary.stages[1..].iter().all(|stage| stage.status == Readiness::Blocked));
        assert_eq!(summary.stages[1].blockers[0].rule, "multi-az/nat-per-az");
        assert!(summary.score < Some(100.0));
    }

    #[test]
    fn an_unknown_leaves_the_score_lowers_the_coverage_and_leaves_its_stage_unproven() {
        let set = rules();
        let mut findings = all_pass(&set);
        turn(&mut findings, "multi-az/nat-per-az", Verdict::Unknown);
        let summary = summarise(&set.rules, &findings);
        assert_eq!(summary.score, Some(100.0));
        assert!(summary.coverage < Some(1.0));
        assert_eq!(summary.stages[1].status, Readiness::Unproven);
        assert_eq!(summary.stage, Some(Stage::Launch));
    }

    #[test]
    fn a_heuristic_and_a_medium_rule_block_nothing() {
        let set = rules();
        let mut findings = all_pass(&set);
        let harmless =
            set.rules.iter().filter(|rule| rule.confidence == Confidence::Heuristic || rule.severity > Severity::High);
        let harmless: Vec<&str> = harmless.map(|rule| rule.id.as_str()).collect();
        for finding in findings.iter_mut().filter(|finding| harmless.contains(&finding.rule.as_str())) {
            finding.verdict = Verdict::Fail;
        }
        assert_eq!(summarise(&set.rules, &findings).stage, Some(Stage::Million));
    }

    #[test]
    fn where_nothing_was_judged_nothing_is_ready() {
        let set = rules();
        let summary = summarise(&set.rules, &[]);
        assert_eq!((summary.score, summary.coverage, summary.stage), (None, None, None));
        assert!(summary.stages.iter().all(|stage| stage.status == Readiness::Unproven));
        assert!(summary.checklist.iter().all(|line| line.status == Go::Hold));
    }

    #[test]
    fn rules_of_higher_stages_alone_prove_no_lower_one() {
        let mut set = rules();
        set.rules.retain(|rule| rule.stage == Stage::HundredThousand);
        let findings: Vec<Finding> =
            all_pass(&rules()).into_iter().filter(|finding| finding.stage == Stage::HundredThousand).collect();
        let summary = summarise(&set.rules, &findings);
        assert_eq!(summary.stages[0].status, Readiness::Unproven);
        assert_eq!(summary.stage, None);
    }

    #[test]
    fn only_findings_of_tagged_resources_are_reported_and_none_changes_its_verdict() {
        let set = rules();
        let whole = demo(&set).findings;
        let tag = whole.iter().find_map(|finding| finding.resource.tags.as_ref()?.first_key_value()).unwrap();
        let tag = [(tag.0.clone(), tag.1.clone())];
        let snapshot = Snapshot::from_json(DEMO).unwrap();
        let part = audit(snapshot, &set, &Settings::default(), &Waivers::default(), &tag).findings;
        assert!(!part.is_empty() && part.len() < whole.len());
        assert!(part.iter().all(|finding| whole.contains(finding)));
    }
}
