//! From findings to the verdict on the account: scores with their coverage, the ladder, the checklist.
//!
//! A rule's score is passes over passes and failures; an area's, a pillar's and the account's are means of their
//! rules', weighted by severity. Unknown counts as neither, and lowers the coverage that stands beside every score.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::{
    Area, Blocker, ChecklistLine, Finding, Go, PillarScore, Readiness, StageStatus, Summary, Verdict, Verdicts,
};
use crate::rules::{ChecklistItem, Confidence, Rule, Severity, Stage};

/// Sums up findings of these rules.
pub fn summarise(rules: &[Rule], findings: &[Finding]) -> Summary {
    let tallies = tally(rules, findings);
    let stages: Vec<StageStatus> = Stage::ALL.iter().map(|stage| stage_status(*stage, &tallies)).collect();
    let reached = stages.iter().take_while(|status| status.status == Readiness::Ready);
    let next = stages.iter().find(|status| status.status != Readiness::Ready);
    let all = Sum::of(tallies.iter());
    Summary {
        score: all.score(),
        coverage: all.coverage(),
        stage: reached.last().map(|status| status.stage),
        next_stage: next.map(|status| status.stage),
        verdicts: verdicts(findings),
        areas: areas(&tallies),
        pillars: pillars(&tallies),
        checklist: ChecklistItem::ALL.iter().map(|item| checklist_line(*item, &tallies, findings)).collect(),
        stages,
    }
}

/// How a rule came out.
struct Tally<'a> {
    rule: &'a Rule,
    pass: usize,
    fail: usize,
    unknown: usize,
}

fn tally<'a>(rules: &'a [Rule], findings: &[Finding]) -> Vec<Tally<'a>> {
    let mut tallies: BTreeMap<&str, Tally> =
        rules.iter().map(|rule| (rule.id.as_str(), Tally { rule, pass: 0, fail: 0, unknown: 0 })).collect();
    for finding in findings {
        let Some(tally) = tallies.get_mut(finding.rule.as_str()) else { continue };
        match finding.verdict {
            Verdict::Pass => tally.pass += 1,
            Verdict::Fail => tally.fail += 1,
            Verdict::Unknown => tally.unknown += 1,
            Verdict::Skip | Verdict::Waived => {}
        }
    }
    tallies.into_values().collect()
}

/// Weighted sums over rules.
#[derive(Default)]
struct Sum {
    weight: f64,
    points: f64,
    pass: usize,
    fail: usize,
    unknown: usize,
}

impl Sum {
    fn of<'t, 'a: 't>(tallies: impl Iterator<Item = &'t Tally<'a>>) -> Self {
        let mut sum = Self::default();
        for tally in tallies {
            sum.pass += tally.pass;
            sum.fail += tally.fail;
            sum.unknown += tally.unknown;
            if let Some(share) = share(tally.pass, tally.fail) {
                let weight = f64::from(tally.rule.severity.weight());
                sum.weight += weight;
                sum.points += weight * share;
            }
        }
        sum
    }

    fn score(&self) -> Option<f64> {
        (self.weight > 0.0).then(|| tenth(100.0 * self.points / self.weight))
    }

    fn coverage(&self) -> Option<f64> {
        share(self.pass + self.fail, self.unknown).map(|share| (share * 1000.0).floor() / 1000.0)
    }
}

/// The first over both; nothing where there is neither.
#[allow(clippy::cast_precision_loss, reason = "counts of findings are far below 2^52")]
fn share(part: usize, rest: usize) -> Option<f64> {
    (part + rest > 0).then(|| part as f64 / (part + rest) as f64)
}

/// Rounded down, so that only a perfect score reads 100.
fn tenth(score: f64) -> f64 {
    (score * 10.0).floor() / 10.0
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
    let gate = |tally: &&Tally| {
        tally.rule.stage <= stage
            && tally.rule.severity <= Severity::High
            && tally.rule.confidence != Confidence::Heuristic
    };
    let mut blockers: Vec<Blocker> = tallies
        .iter()
        .filter(gate)
        .filter(|tally| tally.fail > 0)
        .map(|tally| Blocker {
            rule: tally.rule.id.clone(),
            title: tally.rule.title.clone(),
            severity: tally.rule.severity,
            stage: tally.rule.stage,
            failing: tally.fail,
        })
        .collect();
    blockers.sort_by(|a, b| (a.severity, a.stage, &a.rule).cmp(&(b.severity, b.stage, &b.rule)));
    let unknown = tallies.iter().filter(gate).any(|tally| tally.unknown > 0);
    let judged = tallies.iter().filter(gate).any(|tally| tally.pass + tally.fail > 0);
    let status = match (blockers.is_empty(), judged && !unknown) {
        (false, _) => Readiness::Blocked,
        (true, false) => Readiness::Unproven,
        (true, true) => Readiness::Ready,
    };
    StageStatus { stage, status, blockers }
}

fn checklist_line(item: ChecklistItem, tallies: &[Tally], findings: &[Finding]) -> ChecklistLine {
    let of_item: Vec<&Tally> = tallies.iter().filter(|tally| tally.rule.checklist == Some(item)).collect();
    let grave = of_item.iter().any(|tally| tally.fail > 0 && tally.rule.severity <= Severity::High);
    let because: Vec<String> = of_item.iter().filter_map(|tally| reason(tally, findings)).collect();
    let judged = of_item.iter().any(|tally| tally.pass > 0);
    match (grave, because.is_empty(), judged) {
        (true, _, _) => ChecklistLine { item, status: Go::NoGo, because },
        (false, false, _) => ChecklistLine { item, status: Go::Hold, because },
        (false, true, true) => ChecklistLine { item, status: Go::Go, because },
        (false, true, false) => ChecklistLine { item, status: Go::Hold, because: vec!["nothing to judge".to_owned()] },
    }
}

fn reason(tally: &Tally, findings: &[Finding]) -> Option<String> {
    let open = |finding: &&Finding| {
        finding.rule == tally.rule.id && matches!(finding.verdict, Verdict::Fail | Verdict::Unknown)
    };
    let mut of_rule: Vec<&Finding> = findings.iter().filter(open).collect();
    of_rule.sort_by_key(|finding| finding.verdict);
    let first = of_rule.first()?;
    let more = if of_rule.len() > 1 { format!(" (and {} more)", of_rule.len() - 1) } else { String::new() };
    Some(format!("{}: {}{more}", tally.rule.id, first.message))
}
