//! Judging is linear: four times the resources cost about four times the CPU seconds, and all that is known and said of
//! them is four times as long. And a large account is judged as the demo is.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where its ground gives way")]

mod generated;
mod process;

use std::collections::BTreeMap;

use serde::Serialize;
use waaudit_judge::criteria::Criteria;
use waaudit_judge::evaluate::evaluate;
use waaudit_judge::report::{Finding, Verdict};
use waaudit_model::settings::Settings;
use waaudit_rules::RuleSet;

use self::generated::Generator;
use self::process::cpu_seconds;

/// Copies of the demo in the smaller account.
const COPIES: usize = 6;
/// The larger account has so many times the copies.
const TIMES: usize = 4;
/// What it may cost at most.
const MOST: f64 = 5.0;
/// How much longer all that is known and said may be. Some of it is there once, and names of more copies are longer.
const MOST_LENGTH: f64 = 4.0;

/// Rules that add up what an account uses: with more copies, they have other verdicts.
const ADDED_UP: &str = "quotas/";

/// What judging an account costs.
struct Cost {
    cpu_seconds: f64,
    /// The length as JSON of its resources with derived facts, and of the findings: what memory is needed for.
    bytes: f64,
}

fn findings(copies: usize, rules: &RuleSet) -> (Vec<Finding>, Cost) {
    let settings = Settings::default();
    let account = Generator::new().account(copies);
    let start = cpu_seconds();
    let known = Criteria::new(rules, &settings).inventory(account);
    let findings = evaluate(&known, rules, &settings.as_value());
    let cpu_seconds = cpu_seconds() - start;
    let bytes = length(&known.snapshot.resources) + length(&findings);
    (findings, Cost { cpu_seconds, bytes })
}

#[allow(clippy::cast_precision_loss, reason = "lengths are far below 2^52")]
fn length<T: Serialize>(all: &[T]) -> f64 {
    all.iter().map(|one| serde_json::to_string(one).expect("JSON").len()).sum::<usize>() as f64
}

/// How often each rule gives each verdict.
fn verdicts(findings: &[Finding]) -> BTreeMap<(&str, Verdict), usize> {
    let mut verdicts = BTreeMap::new();
    for finding in findings {
        *verdicts.entry((finding.rule.id.as_str(), finding.verdict)).or_default() += 1;
    }
    verdicts
}

/// One test alone, so that no other one costs CPU seconds beside it.
#[test]
fn judging_is_linear_and_each_copy_is_judged_as_the_demo() {
    let rules = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"));
    let (demo, _) = findings(1, &rules);
    let (few, of_few) = findings(COPIES, &rules);
    let (many, of_many) = findings(COPIES * TIMES, &rules);
    let times = of_many.cpu_seconds / of_few.cpu_seconds;
    println!("{:.2} CPU s and {:.2}", of_few.cpu_seconds, of_many.cpu_seconds);
    assert!(times < MOST, "{TIMES} times the resources cost {times:.1} times the CPU seconds");
    let times = of_many.bytes / of_few.bytes;
    assert!(times < MOST_LENGTH, "{TIMES} times the resources have {times:.3} times the length");
    let (demo, few, many) = (verdicts(&demo), verdicts(&few), verdicts(&many));
    let apart: Vec<String> = (demo.iter())
        .map(|(key, one)| (key, *one, count(&few, key), count(&many, key)))
        .filter(|(key, ..)| !key.0.starts_with(ADDED_UP))
        .filter(|(_, one, few, many)| !is_of_the_account(*one, *few, *many) && !is_of_each_copy(*one, *few, *many))
        .map(|(key, one, few, many)| format!("{key:?}: {one} in the demo, {few} in {COPIES} copies, then {many}"))
        .collect();
    assert_eq!(apart, [""; 0], "{}", apart.join("\n"));
}

fn count(verdicts: &BTreeMap<(&str, Verdict), usize>, key: &(&str, Verdict)) -> usize {
    verdicts.get(key).copied().unwrap_or_default()
}

fn is_of_the_account(one: usize, few: usize, many: usize) -> bool {
    few == one && many == one
}

fn is_of_each_copy(one: usize, few: usize, many: usize) -> bool {
    few == one * COPIES && many == one * COPIES * TIMES
}
