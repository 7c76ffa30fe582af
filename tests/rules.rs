//! Runs every rule file as a named test: its examples, and that withholding facts never turns pass into fail or back.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where its ground gives way")]

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::LazyLock;

use libtest_mimic::{Arguments, Failed, Trial};
use waaudit::commands::rule::wrong_examples;
use waaudit::evaluate::verdict;
use waaudit::fixtures::sample;
use waaudit::report::Verdict;
use waaudit::rules::examples::Expected;
use waaudit::rules::{Condition, Rule, RuleSet, Subject};

fn main() -> ExitCode {
    let set: &'static RuleSet = Box::leak(Box::new(RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"))));
    let mut trials = Vec::new();
    for rule in &set.rules {
        let conditions = &set.conditions;
        trials
            .push(Trial::test(format!("examples of {}", rule.id), move || all_right(wrong_examples(rule, conditions))));
        trials.push(Trial::test(format!("withheld facts of {}", rule.id), move || all_right(flips(rule, conditions))));
        trials.push(Trial::test(format!("exceptions of {}", rule.id), move || all_right(unproven_exceptions(rule))));
        trials.push(Trial::test(format!("words of {}", rule.id), move || all_right(unsaid(rule, &[]))));
        trials.push(Trial::test(format!("words without facts of {}", rule.id), move || {
            reported(unsaid(rule, &told(rule)))
        }));
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

/// Whether what these tests find fails them; else it is printed.
const FATAL: bool = false;

fn reported(problems: Vec<String>) -> Result<(), Failed> {
    if !FATAL {
        for problem in &problems {
            eprintln!("todo: {problem}");
        }
        return Ok(());
    }
    all_right(problems)
}

/// Exceptions that are not the first to hold in any example: nothing shows that they ever decide.
fn unproven_exceptions(rule: &Rule) -> Vec<String> {
    let first = |(_, example): &(Expected, waaudit::rules::Example)| {
        let case = example.apply(&sample(&rule.kind).ok()?).ok()?;
        let subject = Subject::new(&case.resource, &case.settings);
        rule.unless.iter().position(|exception| exception.holds.holds(&subject) == Ok(true))
    };
    let skips = rule.examples.iter().filter(|(expected, _)| *expected == Expected::Skip);
    let proven: BTreeSet<usize> = skips.filter_map(first).collect();
    let unproven = rule.unless.iter().enumerate().filter(|(place, _)| !proven.contains(place));
    unproven.map(|(_, exception)| format!("{}: no [[skip]] shows {}", rule.id, exception.holds.source())).collect()
}

/// The facts of a rule that do not decide.
fn told(rule: &Rule) -> Vec<&str> {
    let deciding = rule.deciding_facts();
    rule.facts().into_iter().filter(|fact| !deciding.contains(fact)).collect()
}

/// Messages and reasons of examples that print an unread or an empty value, with all facts and with each of some withheld.
fn unsaid(rule: &Rule, withheld: &[&str]) -> Vec<String> {
    let mut problems = BTreeSet::new();
    for (_, example) in rule.examples.iter().filter(|(expected, _)| matches!(expected, Expected::Fail | Expected::Skip))
    {
        let case = example.apply(&sample(&rule.kind).expect("a sample")).expect("a sound example");
        for withheld in [None].into_iter().chain(withheld.iter().map(Some)) {
            let mut resource = case.resource.clone();
            if let Some(fact) = withheld {
                resource.facts.remove(*fact);
            }
            let subject = Subject::new(&resource, &case.settings);
            let skips = rule.unless.iter().find(|exception| exception.holds.holds(&subject) == Ok(true));
            let said = skips.map_or(&rule.message, |skip| &skip.because);
            let words = said.fill(&subject);
            if says_nothing(&words) || !said.is_known(&subject) {
                problems.insert(format!("{}: {words}", rule.id));
            }
        }
    }
    problems.into_iter().collect()
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
        let (whole, _) = verdict(rule, conditions, &case.resource, &case.settings);
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
            let (partial, _) = verdict(rule, conditions, &resource, &case.settings);
            if partial != whole && partial != Verdict::Unknown {
                problems.push(format!("{whole:?} became {partial:?} without {}", subset.join(", ")));
            }
        }
    }
    problems
}

fn wrong_exemptions(condition: &Condition) -> Vec<String> {
    let wrong = |(expected, example): &(Expected, waaudit::rules::Example)| {
        let case = match sample(&condition.kind).and_then(|sample| example.apply(&sample)) {
            Ok(case) => case,
            Err(problem) => return Some(problem),
        };
        let exempt = condition.exempts(&Subject::new(&case.resource, &case.settings)).is_some();
        let as_expected = exempt == (*expected == Expected::Skip);
        (!as_expected).then(|| format!("exempt is {exempt}: {:?}", example.0))
    };
    condition.examples.iter().filter_map(wrong).collect()
}
