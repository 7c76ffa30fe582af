//! The report as a comment of a pull request: the verdict, the ladder, what breaks first, what blocks, and failures by rule.
//!
//! A comment has a length, and a large account has more to say. What does not fit is left out and counted.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use super::Format;
use crate::markdown::page;
use crate::simulation::{Grid, Mark, Section};
use crate::table::{counts, is_judged, moment, next, standing, what_breaks_first};
use crate::text::clean;
use crate::words;
use waaudit_judge::report::{Finding, Report, Summary, Verdict};

pub(super) const FORMAT: Format =
    Format { name: "markdown", about: "For a comment of a pull request", write: |report, _, to| comment(report, to) };

/// GitHub takes 65,536 characters, and counts an emoji as one or two.
const MOST: usize = 65_000;
/// For the line that says what was left out.
const LAST_LINE: usize = 200;
/// So many resources of a rule, and so many rules of a list.
const MOST_RESOURCES: usize = 5;
const MOST_RULES: usize = 20;
/// So many characters of a sentence, and of a cell.
const MOST_OF_LINE: usize = 500;
const MOST_OF_CELL: usize = 200;

fn comment(report: &Report, to: &mut dyn Write) -> io::Result<()> {
    let first: Vec<Section> = [Some(top(report)), blockers(&report.summary)].into_iter().flatten().collect();
    let first = page(&first);
    let last = unknown(report).map(|section| page(&[section])).unwrap_or_default();
    let room = MOST.saturating_sub(length(&first) + length(&last) + LAST_LINE);
    let by_rule = by_rule(report, Verdict::Fail);
    let (shown, failures) = fitting(&by_rule, room);
    write!(to, "{first}{failures}{last}")?;
    let left = &by_rule[shown..];
    if left.is_empty() {
        return Ok(());
    }
    let (rules, failures) = (words::count(left.len(), "rule"), left.iter().map(Vec::len).sum());
    let failures = words::count(failures, "failure");
    writeln!(to, "Left out, for a comment has a length: {rules} with {failures}. `--format json` has them.")
}

fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// How many rules fit into the room, and what is said of them.
fn fitting(by_rule: &[Vec<&Finding>], mut room: usize) -> (usize, String) {
    let mut text = String::new();
    for (place, findings) in by_rule.iter().enumerate() {
        let said = page(&[failing(findings)]);
        match room.checked_sub(length(&said)) {
            Some(left) => room = left,
            None => return (place, text),
        }
        text.push_str(&said);
    }
    (by_rule.len(), text)
}

/// Whose account it is, how ready it is, and what breaks first.
fn top(report: &Report) -> Section {
    let incomplete = "Incomplete: the scan ended before everything was read.".to_owned();
    let account = format!("Account {} · {}", report.account.id, moment(&report.taken_at));
    let lines = [standing(&report.summary)]
        .into_iter()
        .chain((!report.complete).then_some(incomplete))
        .chain([format!("Score: {}. {}", words::score_of(&report.summary), counts(&report.summary))])
        .chain(what_breaks_first(report))
        .chain(report.diagnostics.iter().map(|diagnostic| format!("Note: {}.", diagnostic.message)))
        .chain([account]);
    Section {
        title: format!("{} {}", report.tool.name, report.tool.version),
        lines: lines.map(|line| inert(&line, MOST_OF_LINE)).collect(),
        grid: is_judged(&report.summary).then(|| ladder(&report.summary)).flatten(),
        ..Section::default()
    }
}

fn ladder(summary: &Summary) -> Option<Grid> {
    let heads: Vec<String> = summary.stages.iter().map(|rung| words::stage(rung.stage)).collect();
    let rungs = summary.stages.iter().map(|rung| Mark::plain(words::rung(rung)));
    Grid::new(&heads.iter().map(String::as_str).collect::<Vec<_>>(), vec![rungs.collect()])
}

fn blockers(summary: &Summary) -> Option<Section> {
    let next = next(summary).filter(|next| !next.blockers.is_empty())?;
    let rows = next.blockers.iter().take(MOST_RULES).map(|blocker| {
        vec![
            Mark::plain(blocker.severity.name()),
            Mark::plain(blocker.failing.to_string()),
            cell(&blocker.title),
            cell(&blocker.rule),
        ]
    });
    Some(Section {
        title: format!("What blocks {}", words::stage(next.stage)),
        lines: of_more(next.blockers.len(), MOST_RULES, "rule"),
        grid: Grid::new(&["severity", "failing", "expectation", "rule"], rows.collect()),
        ..Section::default()
    })
}

/// Findings of one verdict: those of one rule beside each other, the worst rule first, then what fails most.
fn by_rule(report: &Report, verdict: Verdict) -> Vec<Vec<&Finding>> {
    let mut by_rule: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.verdict == verdict) {
        by_rule.entry(&finding.rule.id).or_default().push(finding);
    }
    let mut rules: Vec<Vec<&Finding>> = by_rule.into_values().collect();
    for findings in &mut rules {
        findings.sort_by_key(|finding| finding.severity());
    }
    rules.sort_by_key(|findings| (findings.first().map(|worst| worst.severity()), Reverse(findings.len())));
    rules
}

/// The failures of one rule.
fn failing(findings: &[&Finding]) -> Section {
    let rows = findings.iter().take(MOST_RESOURCES).map(|finding| {
        let resource = &finding.resource;
        let severity = Mark::plain(finding.severity().name());
        vec![severity, cell(&words::label(resource)), cell(&resource.region), cell(&finding.message)]
    });
    let rule = findings.first().map(|finding| &finding.rule);
    let says = rule.map(|rule| format!("Expected: {}.", rule.title));
    Section {
        title: rule.map(|rule| inert(&rule.id, MOST_OF_CELL)).unwrap_or_default(),
        lines: says.into_iter().chain(of_more(findings.len(), MOST_RESOURCES, "failure")).collect(),
        grid: Grid::new(&["severity", "resource", "region", "finding"], rows.collect()),
        ..Section::default()
    }
}

/// What could not be judged, a rule a row.
fn unknown(report: &Report) -> Option<Section> {
    let by_rule = by_rule(report, Verdict::Unknown);
    let rows = by_rule.iter().take(MOST_RULES).filter_map(|findings| {
        let worst = findings.first()?;
        let reason = worst.reason.as_ref().unwrap_or(&worst.message);
        Some(vec![cell(&worst.rule.id), Mark::plain(findings.len().to_string()), cell(reason)])
    });
    Some(Section {
        title: "What could not be judged".to_owned(),
        lines: of_more(by_rule.len(), MOST_RULES, "rule"),
        grid: Some(Grid::new(&["rule", "unknown", "reason, of the first"], rows.collect())?),
        ..Section::default()
    })
}

/// "5 of 12 failures:", where not all are shown.
fn of_more(all: usize, shown: usize, noun: &str) -> Vec<String> {
    let of_more = format!("{shown} of {}:", words::count(all, noun));
    if all > shown { vec![of_more] } else { Vec::new() }
}

fn cell(text: &str) -> Mark {
    Mark::plain(inert(text, MOST_OF_CELL))
}

/// Text that is not too long, notifies no one and refers to nothing: an invisible character ends what would be a mention.
fn inert(text: &str, most: usize) -> String {
    let text = clean(text);
    let cut: String = text.chars().take(most).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    (cut + more).replace('@', "@\u{2060}").replace('#', "#\u{2060}")
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn a_name_notifies_no_one_and_takes_little_room() {
        assert_eq!(inert("@team #1", 20), "@\u{2060}team #\u{2060}1");
        assert_eq!(inert(&"é".repeat(30), 20), "é".repeat(20) + "…");
    }
}
