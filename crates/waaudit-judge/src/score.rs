//! From findings to the verdict on the account: scores with their coverage, the ladder, the checklist.
//!
//! A rule's score is passes over passes and failures; an area's, a pillar's and the account's are means of their
//! rules', weighted by severity. Unknown counts as neither, and lowers the coverage that is printed beside every score.
//! The severity is the finding's, which a general condition may have lowered. Of failures on one cause, the gravest
//! counts in a score; each of them blocks its stage.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::{
    Area, Blocker, ChecklistLine, Finding, Go, PillarScore, Readiness, StageStatus, Summary, Verdict, Verdicts,
};
use crate::root_causes::Failures;
use waaudit_model::confidence::Confidence;
use waaudit_rules::{ChecklistItem, Rule, Severity, Stage};

/// Sums up findings of these rules.
pub fn summarise(rules: &[Rule], findings: &[Finding]) -> Summary {
    let tallies = tally(rules, findings);
    let stages: Vec<StageStatus> = Stage::ALL.iter().map(|stage| stage_status(*stage, &tallies)).collect();
    let reached = stages.iter().take_while(|status| status.status == Readiness::Ready);
    let next = stages.iter().find(|status| status.status != Readiness::Ready);
    let all = Sum::of(tallies.iter());
    let verdicts = verdicts(findings);
    Summary {
        score: all.score(),
        score_without_waivers: (verdicts.waived > 0).then(|| Sum::without_waivers(tallies.iter()).score()).flatten(),
        coverage: all.coverage(),
        stage: reached.last().map(|status| status.stage),
        next_stage: next.map(|status| status.stage),
        verdicts,
        areas: areas(&tallies),
        pillars: pillars(&tallies),
        checklist: ChecklistItem::ALL.iter().map(|item| checklist_line(*item, &tallies)).collect(),
        stages,
    }
}

/// Whether a finding may block a stage. A heuristic does not, nor does a medium or low severity.
fn is_grave(rule: &Rule, finding: &Finding) -> bool {
    rule.confidence != Confidence::Heuristic && finding.severity() <= Severity::High
}

/// Whether a failing or unknown finding keeps an account from being ready for a stage.
pub(crate) fn blocks(finding: &Finding, rules: &[Rule], stage: Stage) -> bool {
    let of_finding = || rules.iter().find(|rule| rule.id == finding.rule.id);
    finding.rule.stage <= stage && of_finding().is_some_and(|rule| is_grave(rule, finding))
}

/// How a rule came out.
struct Tally<'a> {
    rule: &'a Rule,
    findings: Vec<&'a Finding>,
}

impl<'a> Tally<'a> {
    fn with(&self, verdict: Verdict) -> impl Iterator<Item = &'a Finding> {
        self.findings.iter().copied().filter(move |finding| finding.verdict == verdict)
    }

    /// Those that may block a stage.
    fn grave(&self, verdict: Verdict) -> impl Iterator<Item = &'a Finding> {
        self.with(verdict).filter(|finding| is_grave(self.rule, finding))
    }
}

fn tally<'a>(rules: &'a [Rule], findings: &'a [Finding]) -> Vec<Tally<'a>> {
    let mut tallies: BTreeMap<&str, Tally> =
        rules.iter().map(|rule| (rule.id.as_str(), Tally { rule, findings: Vec::new() })).collect();
    for finding in findings {
        if let Some(tally) = tallies.get_mut(finding.rule.id.as_str()) {
            tally.findings.push(finding);
        }
    }
    tallies.into_values().collect()
}

/// What a share of 1 is in [`Sum::points`]. Whole numbers, so that exact tenths stay exact.
const WHOLE: u64 = 1_000_000_000_000;

/// Weighted sums over rules.
#[derive(Default)]
struct Sum {
    /// The weights of the rules.
    weight: u64,
    /// Each rule's share of passes, times its weight, in units of one over [`WHOLE`].
    points: u64,
    pass: usize,
    fail: usize,
    unknown: usize,
}

impl Sum {
    /// Where waived failures count neither as passes nor as failures.
    fn of<'t, 'a: 't>(tallies: impl Iterator<Item = &'t Tally<'a>> + Clone) -> Self {
        Self::with(tallies, &[Verdict::Fail])
    }

    /// As if nothing were waived.
    fn without_waivers<'t, 'a: 't>(tallies: impl Iterator<Item = &'t Tally<'a>> + Clone) -> Self {
        Self::with(tallies, &[Verdict::Fail, Verdict::Waived])
    }

    /// A rule weighs as much as its gravest finding; failures on one cause among these rules count once.
    fn with<'t, 'a: 't>(tallies: impl Iterator<Item = &'t Tally<'a>> + Clone, fails: &[Verdict]) -> Self {
        let findings = tallies.clone().flat_map(|tally| &tally.findings).copied();
        let failures = Failures::of(findings.filter(|finding| fails.contains(&finding.verdict)));
        let mut sum = Self::default();
        for tally in tallies {
            let failing: Vec<&Finding> = fails.iter().flat_map(|verdict| tally.with(*verdict)).collect();
            sum.pass += tally.with(Verdict::Pass).count();
            sum.fail += failing.len();
            sum.unknown += tally.with(Verdict::Unknown).count();
            let failing = failing.into_iter().filter(|finding| !failures.counted_by_another(finding));
            let (pass, fail) = (weights(tally.with(Verdict::Pass)), weights(failing));
            if let Some(weight) = pass.iter().chain(&fail).max().copied() {
                let [pass, all] =
                    [&pass[..], &[pass.clone(), fail].concat()].map(|weights| weights.iter().sum::<u64>());
                sum.weight += weight;
                // Rounded, not cut: a third and two thirds are a whole.
                sum.points += weight * ((pass * WHOLE + all / 2) / all);
            }
        }
        sum
    }

    /// 0 to 100, cut to a tenth, so that only a perfect score reads 100.
    fn score(&self) -> Option<f64> {
        // Half a unit for each rule makes up for what rounding may have taken.
        let tenths = (1000 * self.points + 500 * self.weight).checked_div(self.weight * WHOLE)?;
        Some(shifted(tenths, 10.0))
    }

    /// 0 to 1, cut to a thousandth.
    fn coverage(&self) -> Option<f64> {
        let judged = self.pass + self.fail;
        let thousandths = (1000 * judged).checked_div(judged + self.unknown)?;
        Some(shifted(u64::try_from(thousandths).unwrap_or(u64::MAX), 1000.0))
    }
}

/// A whole number over ten or a thousand.
#[allow(clippy::cast_precision_loss, reason = "a score is at most 1000 tenths")]
fn shifted(count: u64, by: f64) -> f64 {
    count as f64 / by
}

fn weights<'f>(findings: impl Iterator<Item = &'f Finding>) -> Vec<u64> {
    findings.map(|finding| u64::from(finding.severity().weight())).collect()
}

fn verdicts(findings: &[Finding]) -> Verdicts {
    let mut counts = Verdicts::default();
    for finding in findings {
        match finding.verdict {
            Verdict::Pass => counts.pass += 1,
            Verdict::Fail => counts.fail += 1,
            Verdict::Unknown => counts.unknown += 1,
            Verdict::Skip => counts.skip += 1,
            Verdict::Waived => counts.waived += 1,
        }
    }
    counts
}

fn areas(tallies: &[Tally]) -> Vec<Area> {
    let names: BTreeSet<&str> = tallies.iter().map(|tally| tally.rule.area()).collect();
    let area = |name: &str| {
        let sum = Sum::of(tallies.iter().filter(|tally| tally.rule.area() == name));
        Area {
            area: name.to_owned(),
            score: sum.score(),
            coverage: sum.coverage(),
            pass: sum.pass,
            fail: sum.fail,
            unknown: sum.unknown,
        }
    };
    names.into_iter().map(area).collect()
}

fn pillars(tallies: &[Tally]) -> Vec<PillarScore> {
    let pillars: BTreeSet<_> = tallies.iter().flat_map(|tally| &tally.rule.pillars).copied().collect();
    let score = |pillar| {
        let sum = Sum::of(tallies.iter().filter(|tally| tally.rule.pillars.contains(&pillar)));
        PillarScore { pillar, score: sum.score(), coverage: sum.coverage() }
    };
    pillars.into_iter().map(score).collect()
}

fn stage_status(stage: Stage, tallies: &[Tally]) -> StageStatus {
    let at_stage = || tallies.iter().filter(|tally| tally.rule.stage <= stage);
    let mut blockers: Vec<Blocker> = at_stage().filter_map(blocker).collect();
    blockers.sort_by(|a, b| (a.severity, a.stage, &a.rule).cmp(&(b.severity, b.stage, &b.rule)));
    let some = |verdict| at_stage().any(|tally| tally.grave(verdict).next().is_some());
    let (unknown, judged) = (some(Verdict::Unknown), some(Verdict::Pass) || some(Verdict::Fail));
    let status = match (blockers.is_empty(), judged && !unknown) {
        (false, _) => Readiness::Blocked,
        (true, false) => Readiness::Unproven,
        (true, true) => Readiness::Ready,
    };
    StageStatus { stage, status, blockers }
}

/// What a rule blocks a stage with: its grave failures, by the worst of them.
fn blocker(tally: &Tally) -> Option<Blocker> {
    Some(Blocker {
        rule: tally.rule.id.clone(),
        title: tally.rule.title.clone(),
        severity: tally.grave(Verdict::Fail).map(Finding::severity).min()?,
        stage: tally.rule.stage,
        failing: tally.grave(Verdict::Fail).count(),
    })
}

fn checklist_line(item: ChecklistItem, tallies: &[Tally]) -> ChecklistLine {
    let of_item: Vec<&Tally> = tallies.iter().filter(|tally| tally.rule.checklist == Some(item)).collect();
    let grave =
        of_item.iter().any(|tally| tally.with(Verdict::Fail).any(|finding| finding.severity() <= Severity::High));
    let because: Vec<String> = of_item.iter().filter_map(|tally| reason(tally)).collect();
    let judged = of_item.iter().any(|tally| tally.with(Verdict::Pass).next().is_some());
    match (grave, because.is_empty(), judged) {
        (true, _, _) => ChecklistLine { item, status: Go::NoGo, because },
        (false, false, _) => ChecklistLine { item, status: Go::Hold, because },
        (false, true, true) => ChecklistLine { item, status: Go::Go, because },
        (false, true, false) => ChecklistLine { item, status: Go::Hold, because: vec!["nothing to judge".to_owned()] },
    }
}

fn reason(tally: &Tally) -> Option<String> {
    let of_rule: Vec<&Finding> = tally.with(Verdict::Fail).chain(tally.with(Verdict::Unknown)).collect();
    let first = of_rule.first()?;
    let more = if of_rule.len() > 1 { format!(" (and {} more)", of_rule.len() - 1) } else { String::new() };
    Some(format!("{}: {}{more}", tally.rule.id, first.message))
}

#[cfg(test)]
mod tests {
    use super::{Sum, WHOLE};

    fn sum(weight: u64, points: u64) -> Sum {
        Sum { weight, points, ..Sum::default() }
    }

    #[test]
    fn exact_tenths_are_exact_and_everything_else_is_cut() {
        for tenths in 0..=1000_u32 {
            let points = (u64::from(tenths) * WHOLE + 500) / 1000;
            assert_eq!(sum(1, points).score(), Some(f64::from(tenths) / 10.0));
        }
        // A third and two thirds, of two rules of one weight.
        assert_eq!(sum(2, (WHOLE + 1) / 3 + (2 * WHOLE + 1) / 3).score(), Some(50.0));
        assert_eq!(sum(8, 8 * (WHOLE - WHOLE / 1_000_000)).score(), Some(99.9));
        assert_eq!(sum(0, 0).score(), None);
    }

    #[test]
    fn coverage_is_cut_to_a_thousandth() {
        let of = |pass, unknown| Sum { pass, unknown, ..Sum::default() }.coverage();
        assert_eq!(
            [of(23, 2), of(2, 1), of(0, 5), of(7, 0), of(0, 0)],
            [Some(0.92), Some(0.666), Some(0.0), Some(1.0), None]
        );
    }
}
