//! Runs every rule file as a named test: its examples, and that withholding facts never turns pass into fail or back.
//! `cargo test --test rules ID` runs those of one rule. Debug builds read rule files when they run, so that an edit
//! compiles nothing.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where its ground gives way")]

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::LazyLock;

use libtest_mimic::{Arguments, Failed, Trial};
use waaudit_judge::evaluate::verdict;
use waaudit_judge::examples::wrong_examples;
use waaudit_judge::report::Verdict;
use waaudit_rules::examples::Expected;
use waaudit_rules::fixtures::sample;
use waaudit_rules::{Condition, Example, Rule, RuleSet, Subject};

fn main() -> ExitCode {
    let set: &'static RuleSet = Box::leak(Box::new(RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"))));
    let mut trials = Vec::new();
    for rule in &set.rules {
        let conditions = &set.conditions;
        trials
            .push(Trial::test(format!("examples of {}", rule.id), move || all_right(wrong_examples(rule, conditions))));
        trials.push(Trial::test(format!("withheld facts of {}", rule.id), move || all_right(flips(rule, conditions))));
        trials.push(Trial::test(format!("exceptions of {}", rule.id), move || all_right(unproven_exceptions(rule))));
        trials.push(Trial::test(format!("words of {}", rule.id), move || all_right(unsaid(rule))));
        trials.push(Trial::test(format!("limit of {}", rule.id), move || all_right(unnamed_limits(rule))));
    }
    for (number, condition) in set.conditions.iter().enumerate() {
        if !condition.examples.is_empty() {
            let name = format!("examples of condition {number} {} on {}", condition.id, condition.kind);
            trials.push(Trial::test(name, move || all_right(wrong_exemptions(condition))));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn all_right(problems: Vec<String>) -> Result<(), Failed> {
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n").into()) }
}

/// Exceptions that are not the first to hold in any example: nothing shows that they ever decide.
fn unproven_exceptions(rule: &Rule) -> Vec<String> {
    let first = |(_, example): &(Expected, Example)| {
        let case = example.apply(&sample(&rule.kind).ok()?).ok()?;
        let subject = case.subject();
        rule.unless.iter().position(|exception| exception.holds.holds(&subject) == Ok(true))
    };
    let skips = rule.examples.iter().filter(|(expected, _)| *expected == Expected::Skip);
    let proven: BTreeSet<usize> = skips.filter_map(first).collect();
    let unproven = rule.unless.iter().enumerate().filter(|(place, _)| !proven.contains(place));
    unproven.map(|(_, exception)| format!("{}: no [[skip]] shows {}", rule.id, exception.holds.source())).collect()
}

/// Messages and reasons of examples that print an empty value, or can't be said.
fn unsaid(rule: &Rule) -> Vec<String> {
    let told = |(_, example): &(Expected, Example)| {
        let case = example.apply(&sample(&rule.kind).expect("a sample")).expect("a sound example");
        let subject = Subject::new(&case.resource, &case.settings);
        let skips = rule.unless.iter().find(|exception| exception.holds.holds(&subject) == Ok(true));
        skips.map_or(&rule.message, |skip| &skip.because).fill(&subject)
    };
    let shown = rule.examples.iter().filter(|(expected, _)| matches!(expected, Expected::Fail | Expected::Skip));
    let wrong = shown.map(told).filter_map(|told| match told {
        Ok(sentence) => says_nothing(&sentence).then_some(sentence),
        Err(unread) => Some(unread.to_string()),
    });
    wrong.map(|problem| format!("{}: {problem}", rule.id)).collect()
}

/// Whether a sentence prints a value that is unread or empty.
fn says_nothing(sentence: &str) -> bool {
    static EMPTY: LazyLock<regex::Regex> = LazyLock::new(|| {
        regex::Regex::new(r"(?:^|[:,(] ?|\b(?:to|from|is|are|than) )(?:none|unknown)(?:[,;.)]|$)").expect("a pattern")
    });
    sentence.contains("  ") || sentence.trim() != sentence || EMPTY.is_match(sentence)
}

/// Rules that hold a fact against a threshold, and whose message does not say it.
fn unnamed_limits(rule: &Rule) -> Vec<String> {
    let limits: Vec<&str> =
        rule.expect.settings().iter().map(String::as_str).filter(|path| path.starts_with("thresholds.")).collect();
    let message = rule.message.to_string();
    let named = limits.is_empty() || limits.iter().any(|limit| message.contains(limit));
    if named { Vec::new() } else { vec![format!("{}: its message names none of {}", rule.id, limits.join(", "))] }
}

/// Every subset of up to three of the rule's facts, and all of them.
fn subsets(facts: &[&str]) -> Vec<Vec<String>> {
    let mut subsets = vec![facts.iter().map(ToString::to_string).collect::<Vec<_>>()];
    for (i, a) in facts.iter().enumerate() {
        subsets.push(vec![a.to_string()]);
        for (j, b) in facts.iter().enumerate().skip(i + 1) {
            subsets.push(vec![a.to_string(), b.to_string()]);
            subsets.extend(facts.iter().skip(j + 1).map(|c| vec![a.to_string(), b.to_string(), c.to_string()]));
        }
    }
    subsets
}

fn flips(rule: &Rule, conditions: &[Condition]) -> Vec<String> {
    let facts: Vec<&str> = rule.deciding_facts().into_iter().collect();
    let mut problems = Vec::new();
    for (_, example) in &rule.examples {
        let case = example.apply(&sample(&rule.kind).expect("a sample")).expect("a sound example");
        let (whole, _) = verdict(rule, conditions, &case.resource, &case.owners, &case.settings);
        if !matches!(whole, Verdict::Pass | Verdict::Fail) {
            continue;
        }
        for subset in subsets(&facts) {
            let mut resource = case.resource.clone();
            for fact in &subset {
                resource.facts.remove(fact);
            }
            if subset.iter().any(|fact| fact == "tags") {
                resource.tags = None;
            }
            let (partial, _) = verdict(rule, conditions, &resource, &case.owners, &case.settings);
            if partial != whole && partial != Verdict::Unknown {
                problems.push(format!("{whole:?} became {partial:?} without {}", subset.join(", ")));
            }
        }
    }
    problems
}

fn wrong_exemptions(condition: &Condition) -> Vec<String> {
    let wrong = |(expected, example): &(Expected, Example)| {
        let case = match sample(&condition.kind).and_then(|sample| example.apply(&sample)) {
            Ok(case) => case,
            Err(problem) => return Some(problem),
        };
        let exempt = condition.exempts(&case.subject()).is_some();
        let as_expected = exempt == (*expected == Expected::Skip);
        (!as_expected).then(|| format!("exempt is {exempt}: {:?}", example.0))
    };
    condition.examples.iter().filter_map(wrong).collect()
}
