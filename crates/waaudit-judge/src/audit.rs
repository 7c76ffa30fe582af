//! The pure part of the pipe: from a snapshot to the report. No network, no clock.

use crate::coverage::not_assessed;
use crate::criteria::{Criteria, Judged};
use crate::practice::fold;
use crate::report::{REPORT_VERSION, Report, RuleWords, Tool};
use crate::score::summarise;
use crate::simulation::{growth_in_brief, losses, plan_in_brief};
use waaudit_derive::{Changes, Inventory};
use waaudit_model::gap::{Gap, GapReason};
use waaudit_model::snapshot::Snapshot;

/// Judges a snapshot as it was collected.
pub fn audit(snapshot: Snapshot, criteria: &Criteria) -> Report {
    judged(criteria.inventory(snapshot), criteria)
}

/// The same, with what breaks first. That takes all that is known, and so a snapshot of all kinds.
pub fn audit_and_simulate(snapshot: Snapshot, criteria: &Criteria) -> Report {
    audit_known(criteria.known(snapshot, Changes::default()), criteria)
}

/// The same, of what is known already.
pub fn audit_known(inventory: Inventory, criteria: &Criteria) -> Report {
    let simulation = Some(losses(&inventory));
    let (headroom, ramp) = growth_in_brief(&inventory, &criteria.settings.non_production);
    let plan = plan_in_brief(&inventory, criteria);
    Report { simulation, headroom, ramp: Some(ramp), plan, ..judged(criteria.narrowed(inventory), criteria) }
}

fn judged(inventory: Inventory, criteria: &Criteria) -> Report {
    let judged = criteria.judge(&inventory);
    report(inventory, judged, criteria)
}

/// Reports on the verdicts on an inventory.
pub fn report(inventory: Inventory, judged: Judged, criteria: &Criteria) -> Report {
    let rules = criteria.rules;
    let not_assessed = not_assessed(&inventory.snapshot);
    let Judged { mut findings, diagnostics } = judged;
    fold(&mut findings, rules, &inventory, &criteria.settings.as_value());
    let snapshot = inventory.snapshot;
    Report {
        schema_version: REPORT_VERSION,
        tool: Tool { name: "waaudit".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        summary: summarise(&rules.rules, &findings),
        account: snapshot.account,
        taken_at: snapshot.taken_at.to_string(),
        regions: snapshot.regions,
        complete: snapshot.gaps.iter().all(|gap| gap.reason != GapReason::OutOfTime),
        simulation: None,
        headroom: Vec::new(),
        ramp: None,
        plan: None,
        rules: rules.rules.iter().map(|rule| RuleWords::from(rule).into()).collect(),
        findings,
        not_assessed,
        diagnostics,
        gaps: snapshot.gaps.into_iter().map(Gap::in_brief).collect(),
        metrics: snapshot.metrics,
        effort: snapshot.effort,
    }
}

#[cfg(test)]
mod tests {
    use super::{Criteria, Inventory, audit, audit_and_simulate, summarise};
    use crate::evaluate::evaluate;
    use crate::report::Finding;
    use crate::report::{Go, Readiness, Report, Verdict};
    use waaudit_derive::derive;
    use waaudit_model::confidence::Confidence;
    use waaudit_model::settings::Settings;
    use waaudit_model::snapshot::Snapshot;
    use waaudit_rules::fixtures::DEMO;
    use waaudit_rules::{RuleSet, Severity, Stage};

    fn rules() -> RuleSet {
        RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"))
    }

    fn demo(rules: &RuleSet) -> Report {
        let snapshot = Snapshot::from_json(DEMO).unwrap();
        audit(snapshot, &Criteria::new(rules, &Settings::default()))
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
        findings
            .iter_mut()
            .find(|finding| finding.rule.id == rule && finding.verdict == Verdict::Pass)
            .unwrap()
            .verdict = verdict;
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
        for finding in findings.iter_mut().filter(|finding| harmless.contains(&finding.rule.id.as_str())) {
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
            all_pass(&rules()).into_iter().filter(|finding| finding.rule.stage == Stage::HundredThousand).collect();
        let summary = summarise(&set.rules, &findings);
        assert_eq!(summary.stages[0].status, Readiness::Unproven);
        assert_eq!(summary.stage, None);
    }

    #[test]
    fn what_no_rule_judges_is_not_kept_and_no_finding_changes() {
        let (set, settings) = (rules(), Settings::default());
        let demo = || Snapshot::from_json(DEMO).unwrap();
        let criteria = Criteria::new(&set, &settings);
        let (whole, kept) = (derive(demo(), &settings.non_production), criteria.inventory(demo()));
        let count = |inventory: &Inventory, kind| inventory.snapshot.of(kind).count();
        assert!(count(&whole, "ec2.network_interface") > 0 && count(&kept, "ec2.network_interface") == 0);
        assert!(count(&kept, "ec2.instance") > 0 && count(&kept, "ec2.instance") == count(&whole, "ec2.instance"));
        let judged = |inventory| evaluate(inventory, &set, &settings.as_value());
        assert_eq!(judged(&whole), judged(&kept));
    }

    #[test]
    fn only_findings_of_tagged_resources_are_reported_and_none_changes_its_verdict() {
        let set = rules();
        let whole = demo(&set).findings;
        let tag = whole.iter().find_map(|finding| finding.resource.tags.as_ref()?.first_key_value()).unwrap();
        let tag = [(tag.0.clone(), tag.1.clone())];
        let snapshot = Snapshot::from_json(DEMO).unwrap();
        let settings = Settings::default();
        let part = audit(snapshot, &Criteria { tags: &tag, ..Criteria::new(&set, &settings) }).findings;
        assert!(!part.is_empty() && part.len() < whole.len());
        assert!(part.iter().all(|finding| whole.contains(finding)));
    }

    #[test]
    fn a_simulation_changes_no_finding() {
        let (set, settings) = (rules(), Settings::default());
        let whole = audit_and_simulate(Snapshot::from_json(DEMO).unwrap(), &Criteria::new(&set, &settings));
        assert!(whole.simulation.as_ref().is_some_and(|losses| !losses.zones.is_empty()));
        assert!(!whole.headroom.is_empty() && whole.ramp.is_some() && whole.plan.is_some());
        let plain = Report { simulation: None, headroom: Vec::new(), ramp: None, plan: None, ..whole };
        assert_eq!(plain, demo(&set));
    }
}
