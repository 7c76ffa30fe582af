//! Which numbers of a report are metrics, and what they are of.
//!
//! How many there are follows from areas, Regions and zones, not from resources: findings are counted, and of limits the
//! report has at most 100. What is not known has no sample.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::{Family, Sample};
use waaudit_judge::report::{Finding, Go, Readiness, Report, Verdict};
use waaudit_rules::{Severity, Stage};
use waaudit_simulate::Outcome;

const SEVERITIES: [Severity; 4] = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
const VERDICTS: [Verdict; 5] = [Verdict::Pass, Verdict::Fail, Verdict::Unknown, Verdict::Skip, Verdict::Waived];
const OUTCOMES: [Outcome; 5] =
    [Outcome::Survives, Outcome::FailsOver, Outcome::Degraded, Outcome::Recovers, Outcome::Dies];

/// All families, those without samples too, so that a reader finds out which there are.
pub(super) fn of(report: &Report, at: Timestamp) -> Vec<Family> {
    let mut families = of_run(report, at);
    families.extend(of_verdict(report));
    families.extend(of_parts(report));
    families.extend(of_forecast(report));
    families
}

fn of_run(report: &Report, at: Timestamp) -> Vec<Family> {
    let calls = report.effort.as_ref().map(|effort| effort.calls.values().sum::<u64>());
    let seconds = report.effort.as_ref().map(|effort| share(effort.milliseconds) / 1000.0);
    let mut gaps: BTreeMap<[String; 2], usize> = BTreeMap::new();
    for gap in &report.gaps {
        *gaps.entry([gap.service.clone(), name(&gap.reason)]).or_default() += gap.count;
    }
    let gaps = gaps
        .into_iter()
        .map(|([service, reason], count)| sample([("service", service), ("reason", reason)], share(count)));
    let mut diagnostics: BTreeMap<&str, usize> = BTreeMap::new();
    for diagnostic in &report.diagnostics {
        *diagnostics.entry(diagnostic.code.name()).or_default() += 1;
    }
    let diagnostics = diagnostics.into_iter().map(|(code, count)| sample([("code", code.to_owned())], share(count)));
    let version = sample([("version", report.tool.version.clone())], 1.0);
    vec![
        family("waaudit_report_info", "The version of waaudit that made the report.", [version]),
        seconds_of("waaudit_report_timestamp_seconds", "When collecting began.", [single(share(at.as_second()))]),
        family(
            "waaudit_report_complete",
            "Whether collecting came to its end, 0 or 1.",
            [single(f64::from(u8::from(report.complete)))],
        ),
        seconds_of("waaudit_scan_duration_seconds", "How long collecting took.", seconds.map(single)),
        family("waaudit_scan_calls", "API calls of the scan.", calls.map(|calls| single(share(calls)))),
        family("waaudit_gaps", "API calls that failed, by service and reason.", gaps),
        family("waaudit_diagnostics", "Waivers and targets without effect, by what is wrong.", diagnostics),
        family(
            "waaudit_not_assessed_types",
            "Resource types and services that no rule looks at.",
            [single(share(report.not_assessed.len()))],
        ),
    ]
}

fn of_verdict(report: &Report) -> Vec<Family> {
    let summary = &report.summary;
    let reached = Stage::ALL.iter().filter(|stage| Some(**stage) <= summary.stage).count();
    let readiness = summary.stages.iter().flat_map(|status| {
        let states = [Readiness::Ready, Readiness::Unproven, Readiness::Blocked];
        one_of(("stage", status.stage.name()), "readiness", &states, &status.status)
    });
    let blockers =
        summary.stages.iter().map(|status| sample([("stage", name(&status.stage))], share(status.blockers.len())));
    let checklist = summary
        .checklist
        .iter()
        .flat_map(|line| one_of(("item", &name(&line.item)), "status", &[Go::Go, Go::Hold, Go::NoGo], &line.status));
    vec![
        family("waaudit_score", "The score, 0 to 100.", summary.score.map(single)),
        family(
            "waaudit_score_without_waivers",
            "The score with waived failures counted as failures, where there are any.",
            summary.score_without_waivers.map(single),
        ),
        ratio("waaudit_coverage_ratio", "Judged findings over judged and unknown ones.", summary.coverage.map(single)),
        family(
            "waaudit_stage",
            "Stages that the account is ready for, in the order launch, 10k, 100k, 1m: 0 to 4.",
            [single(share(reached))],
        ),
        family("waaudit_stage_readiness", "1 for the readiness that a stage has, 0 for the others.", readiness),
        family("waaudit_stage_blockers", "Rules that block a stage.", blockers),
        family("waaudit_checklist", "1 for the status that a line of the checklist has, 0 for the others.", checklist),
    ]
}

/// Scores and counts of areas and pillars.
fn of_parts(report: &Report) -> Vec<Family> {
    let (areas, pillars) = (&report.summary.areas, &report.summary.pillars);
    let of_area = |name: &String, value: Option<f64>| value.map(|value| sample([("area", name.clone())], value));
    let scores = areas.iter().filter_map(|area| of_area(&area.area, area.score));
    let coverage = areas.iter().filter_map(|area| of_area(&area.area, area.coverage));
    let of_pillar = |value: Option<f64>, pillar| value.map(|value| sample([("pillar", name(pillar))], value));
    let pillar_scores = pillars.iter().filter_map(|row| of_pillar(row.score, &row.pillar));
    let pillar_coverage = pillars.iter().filter_map(|row| of_pillar(row.coverage, &row.pillar));
    vec![
        family("waaudit_findings", "Findings by area, severity and verdict.", findings(report)),
        family("waaudit_area_score", "The score of an area, 0 to 100.", scores),
        ratio("waaudit_area_coverage_ratio", "Judged findings of an area over judged and unknown ones.", coverage),
        family("waaudit_pillar_score", "The score of a pillar, 0 to 100.", pillar_scores),
        ratio(
            "waaudit_pillar_coverage_ratio",
            "Judged findings of a pillar over judged and unknown ones.",
            pillar_coverage,
        ),
    ]
}

/// Zeros too: an alert tells what is fixed from what is not measured.
fn findings(report: &Report) -> Vec<Sample> {
    let key = |finding: &Finding| (finding.rule.area.clone(), finding.severity(), finding.verdict);
    let mut counts: BTreeMap<(String, Severity, Verdict), usize> = BTreeMap::new();
    for area in &report.summary.areas {
        let all = SEVERITIES.into_iter().flat_map(|severity| VERDICTS.map(|verdict| (severity, verdict)));
        counts.extend(all.map(|(severity, verdict)| ((area.area.clone(), severity, verdict), 0)));
    }
    for finding in &report.findings {
        *counts.entry(key(finding)).or_default() += 1;
    }
    let samples = counts.into_iter().map(|((area, severity, verdict), count)| {
        let labels = [("area", area), ("severity", name(&severity)), ("verdict", name(&verdict))];
        sample(labels, share(count))
    });
    samples.collect()
}

/// What breaks first, and what the next stage takes.
fn of_forecast(report: &Report) -> Vec<Family> {
    let headroom = report.headroom.iter().map(|limit| {
        let labels = [
            ("region", limit.region.clone()),
            ("kind", limit.kind.clone()),
            ("name", limit.name.clone()),
            ("node", limit.node.clone()),
            ("limit", name(&limit.resource)),
        ];
        sample(labels, limit.multiple)
    });
    let plan = report.plan.as_ref();
    let of_plan = |value: f64| plan.map(|plan| sample([("stage", name(&plan.stage))], value));
    let steps = plan.and_then(|plan| of_plan(share(plan.steps.len())));
    let cost = plan.and_then(|plan| of_plan(plan.monthly.usd));
    vec![
        family("waaudit_zone_loss_ways_in", "Ways in by what the loss of a zone does to them.", zone_loss(report)),
        family(
            "waaudit_single_points",
            "Single points of failure by Region, at most 100 in all.",
            single_points(report),
        ),
        family(
            "waaudit_headroom_multiple",
            "How many times today's peak saturate a limit, of the 100 that are reached first.",
            headroom,
        ),
        family("waaudit_plan_steps", "Changes that lead to the next stage.", steps),
        Family {
            unit: Some("usd"),
            ..family("waaudit_plan_monthly_usd", "What these changes add to a month's bill, at least.", cost)
        },
    ]
}

fn zone_loss(report: &Report) -> Vec<Sample> {
    let mut counts: BTreeMap<[String; 3], usize> = BTreeMap::new();
    for loss in report.simulation.iter().flat_map(|losses| &losses.zones) {
        let key = |outcome: Option<Outcome>| {
            let outcome = outcome.map_or("unknown", Outcome::name);
            [loss.region.clone(), loss.zone.clone(), outcome.to_owned()]
        };
        for outcome in OUTCOMES.map(Some).into_iter().chain([None]) {
            counts.entry(key(outcome)).or_default();
        }
        *counts.entry(key(loss.outcome)).or_default() += 1;
    }
    let samples = counts.into_iter().map(|([region, zone, outcome], count)| {
        sample([("region", region), ("zone", zone), ("outcome", outcome)], share(count))
    });
    samples.collect()
}

fn single_points(report: &Report) -> Vec<Sample> {
    let mut counts: BTreeMap<[String; 2], usize> = BTreeMap::new();
    for point in report.simulation.iter().flat_map(|losses| &losses.single_points) {
        *counts.entry([point.region.clone(), point.certain.to_string()]).or_default() += 1;
    }
    let samples = counts
        .into_iter()
        .map(|([region, certain], count)| sample([("region", region), ("certain", certain)], share(count)));
    samples.collect()
}

fn family(name: &'static str, help: &'static str, samples: impl IntoIterator<Item = Sample>) -> Family {
    Family { name, unit: None, help, samples: samples.into_iter().collect() }
}

fn ratio(name: &'static str, help: &'static str, samples: impl IntoIterator<Item = Sample>) -> Family {
    Family { unit: Some("ratio"), ..family(name, help, samples) }
}

fn seconds_of(name: &'static str, help: &'static str, samples: impl IntoIterator<Item = Sample>) -> Family {
    Family { unit: Some("seconds"), ..family(name, help, samples) }
}

fn sample<const LABELS: usize>(labels: [(&'static str, String); LABELS], value: f64) -> Sample {
    Sample { labels: labels.into(), value }
}

fn single(value: f64) -> Sample {
    sample([], value)
}

/// A sample for each state that something can have.
fn one_of<T: Serialize + PartialEq>(
    (key, of): (&'static str, &str),
    state: &'static str,
    states: &[T],
    is: &T,
) -> Vec<Sample> {
    let sample_of = |each: &T| {
        let labels = [(key, of.to_owned()), (state, name(each))];
        sample(labels, f64::from(u8::from(each == is)))
    };
    states.iter().map(sample_of).collect()
}

/// The name that JSON has for it.
fn name(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().map(str::to_owned).unwrap_or_default()
}

/// Counts are far below what a float holds exactly.
fn share<N: TryInto<i64>>(count: N) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "below 2^53")]
    count.try_into().map_or(f64::NAN, |count| count as f64)
}
