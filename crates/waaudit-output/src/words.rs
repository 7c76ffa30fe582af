//! Numbers and names as people say them.

use std::collections::BTreeSet;

use waaudit_judge::report::{Finding, Go, Readiness, StageStatus, Subject, Summary};
use waaudit_model::snapshot::AccountIdentity;
use waaudit_rules::{Pillar, Stage};

/// "1 rule", "7 rules".
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// "61.3 of 100, coverage 94 %": never one without the other.
pub(crate) fn score(score: Option<f64>, coverage: Option<f64>) -> String {
    match (score, coverage) {
        (Some(score), Some(coverage)) => format!("{} of 100, coverage {} %", tenths(score), tenths(coverage * 100.0)),
        (_, Some(_)) => "no score, nothing could be judged".to_owned(),
        (_, None) => "no score, nothing to judge".to_owned(),
    }
}

/// The account's score, and what it would be without waivers where there are some.
pub(crate) fn score_of(summary: &Summary) -> String {
    let own = score(summary.score, summary.coverage);
    summary.score_without_waivers.map_or(own.clone(), |bare| format!("{own} ({} without waivers)", tenths(bare)))
}

/// With one decimal where there is one. Only what is whole reads 100.
pub(crate) fn tenths(share: f64) -> String {
    let shown = if share < 100.0 { share.min(99.9) } else { share };
    let text = format!("{shown:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

/// "launch", "10k users".
pub(crate) fn stage(stage: Stage) -> String {
    match stage {
        Stage::Launch => stage.name().to_owned(),
        _ => format!("{} users", stage.name()),
    }
}

pub(crate) const fn readiness(readiness: Readiness) -> &'static str {
    match readiness {
        Readiness::Ready => "ready",
        Readiness::Unproven => "unproven",
        Readiness::Blocked => "blocked",
    }
}

/// The status of a line of the checklist.
pub(crate) const fn go(status: Go) -> &'static str {
    match status {
        Go::Go => "GO",
        Go::Hold => "HOLD",
        Go::NoGo => "NO-GO",
    }
}

/// "ready", "blocked (3 rules)".
pub(crate) fn rung(status: &StageStatus) -> String {
    let word = readiness(status.status);
    match status.blockers.len() {
        0 => word.to_owned(),
        rules => format!("{word} ({})", count(rules, "rule")),
    }
}

pub(crate) const fn pillar(pillar: Pillar) -> &'static str {
    match pillar {
        Pillar::Reliability => "reliability",
        Pillar::Performance => "performance",
        Pillar::Cost => "cost",
        Pillar::Security => "security",
        Pillar::Operations => "operations",
    }
}

/// The account's alias, or its id.
pub(crate) fn account(of: &AccountIdentity) -> &str {
    of.alias.as_ref().unwrap_or(&of.id)
}

/// "web (i-0abc)", "orders"; the kind for a finding about all of its kind.
pub(crate) fn label(resource: &Subject) -> String {
    match &resource.id {
        Some(id) => waaudit_model::snapshot::label(resource.name.as_deref(), id),
        None => resource.kind.clone(),
    }
}

/// What names a resource alone: its ARN; account, region and kind for a finding about all of its kind.
pub(crate) fn identity(resource: &Subject) -> String {
    let of_kind = || [&resource.account, &resource.region, &resource.kind].map(String::as_str).join(":");
    resource.arn.clone().unwrap_or_else(of_kind)
}

/// Where it happened, in two lines: what, and in which regions.
pub(crate) fn place(findings: &[&Finding], regions: &[String]) -> (String, String) {
    let labels: BTreeSet<String> = findings.iter().map(|finding| label(&finding.resource)).collect();
    let found_in: BTreeSet<&str> = findings.iter().map(|finding| finding.resource.region.as_str()).collect();
    (some_of(labels.iter().map(String::as_str), 3), regions_of(&found_in, regions))
}

/// "all 17 regions", or their names.
pub(crate) fn regions_of(some: &BTreeSet<&str>, all: &[String]) -> String {
    let is_all = all.len() > 3 && all.iter().all(|region| some.contains(region.as_str()));
    match (is_all, some.len() - usize::from(is_all) * all.len()) {
        (true, 0) => format!("all {} regions", all.len()),
        (true, _) => format!("all {} regions and global", all.len()),
        (false, _) => some_of(some.iter().copied(), 3),
    }
}

/// "a, b, c and 4 more".
pub(crate) fn some_of<'a>(names: impl Iterator<Item = &'a str>, most: usize) -> String {
    let names: Vec<&str> = names.collect();
    let shown = names.iter().take(most).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
