//! The middle of the page: a table for each area with something to say, a line for each without.

use std::collections::BTreeMap;

use comfy_table::Cell;

use super::page::{Page, Size, Tone, cell, length};
use super::tones;
use crate::words;
use waaudit_judge::report::{Area, Finding, Report, Verdict};
use waaudit_rules::Severity;

/// A rule has at most so many rows of one verdict.
const MOST_ROWS: usize = 8;

/// The verdicts that get rows, in their order, with the words over the columns.
const SHOWN: [(Verdict, [&str; 4]); 3] = [
    (Verdict::Fail, ["fail", "resource", "finding", "rule"]),
    (Verdict::Unknown, ["unknown", "resource", "reason", "rule"]),
    (Verdict::Waived, ["waived", "resource", "finding, and who accepted it", "rule"]),
];

/// A row of a table: one finding, or several unknowns for one reason.
struct Row {
    severity: Severity,
    rules: String,
    what: String,
    regions: String,
    text: String,
    findings: usize,
}

/// Widths that all tables of areas share, so that the eye finds its column again.
struct Widths {
    resource: usize,
    text: usize,
    rule: usize,
}

/// A table: the findings of one area with one verdict.
struct Part<'a> {
    area: &'a Area,
    verdict: Verdict,
    header: [&'static str; 4],
    rows: Vec<Row>,
}

/// A report with its findings by fingerprint.
struct Indexed<'a> {
    report: &'a Report,
    by_fingerprint: BTreeMap<&'a str, &'a Finding>,
}

/// All areas.
pub(super) fn areas(page: &mut Page, report: &Report) {
    let areas = &report.summary.areas;
    let by_fingerprint = report.findings.iter().map(|finding| (finding.fingerprint.as_str(), finding)).collect();
    let indexed = Indexed { report, by_fingerprint };
    let part = |area, (verdict, header)| Part { area, verdict, header, rows: rows(&indexed, &area.area, verdict) };
    let parts = areas.iter().flat_map(|area: &Area| SHOWN.map(|shown| part(area, shown)));
    let parts: Vec<Part> = parts.filter(|part| !part.rows.is_empty()).collect();
    let widths = Widths::of(page, &parts.iter().flat_map(|part| &part.rows).collect::<Vec<_>>());
    for of_area in parts.chunk_by(|a, b| a.area.area == b.area.area) {
        for (place, part) in of_area.iter().enumerate() {
            match place {
                0 => heading(page, part.area),
                _ => page.gap(),
            }
            table(page, part, &widths);
        }
    }
    let quiet = areas.iter().filter(|area| parts.iter().all(|part| part.area.area != area.area));
    the_others(page, quiet, parts.is_empty());
    skipped(page, &report.findings);
}

fn heading(page: &mut Page, area: &Area) {
    let score = words::score(area.score, area.coverage);
    page.heading(&area.area, &format!("{score} · {} pass, {} fail, {} unknown", area.pass, area.fail, area.unknown));
}

/// Rows of one verdict in one area: by severity, rule and resource.
fn rows(indexed: &Indexed, area: &str, verdict: Verdict) -> Vec<Row> {
    let report = indexed.report;
    let here = |finding: &&Finding| finding.rule.area == area && finding.verdict == verdict;
    let mut findings: Vec<&Finding> = report.findings.iter().filter(here).collect();
    findings.sort_by_key(|finding| (finding.severity(), &finding.rule.id, words::label(&finding.resource)));
    if verdict != Verdict::Unknown {
        let whole = |finding: &Finding| text(finding) + &explained(finding, indexed);
        return findings.iter().map(|finding| row(report, whole(finding), &[finding])).collect();
    }
    let mut by_reason: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        by_reason.entry(text(finding)).or_default().push(finding);
    }
    let mut rows: Vec<Row> = by_reason.into_iter().map(|(text, findings)| row(report, text, &findings)).collect();
    rows.sort_by(|a, b| (a.severity, &a.rules).cmp(&(b.severity, &b.rules)));
    rows
}

/// Findings come sorted, so that the first is the worst.
fn row(report: &Report, text: String, findings: &[&Finding]) -> Row {
    let mut rules: Vec<&str> = findings.iter().map(|finding| finding.rule.id.as_str()).collect();
    rules.dedup();
    let (what, regions) = words::place(findings, &report.regions);
    Row {
        severity: findings.first().map_or(Severity::Low, |finding| finding.severity()),
        rules: rules.join(", "),
        what,
        regions,
        text,
        findings: findings.len(),
    }
}

/// The failures whose cause a failure names, in a line of its own.
fn explained(finding: &Finding, indexed: &Indexed) -> String {
    let children = finding.explains.iter().filter_map(|other| indexed.by_fingerprint.get(other.as_str()));
    let children: Vec<String> =
        children.map(|child| format!("{} of {}", child.rule.id, words::label(&child.resource))).collect();
    match (finding.verdict, children.len()) {
        (Verdict::Fail, 1..) => format!("\nexplains {}", words::some_of(children.iter().map(String::as_str), 4)),
        _ => String::new(),
    }
}

/// The message. An unknown's reason leaves out its region, which has a place of its own.
pub(crate) fn text(finding: &Finding) -> String {
    let text = match (&finding.reason, finding.verdict) {
        (Some(reason), Verdict::Unknown) => reason.replace(&format!(" in {}:", finding.resource.region), ":"),
        (Some(reason), _) => format!("{} ({reason})", finding.message),
        (None, _) => finding.message.clone(),
    };
    match &finding.severity_reason {
        Some(reason) if finding.verdict == Verdict::Fail => format!("{text}\n{reason}"),
        _ => text,
    }
}

impl Widths {
    fn of(page: &Page, rows: &[&Row]) -> Self {
        let longest = |of: fn(&Row) -> usize| rows.iter().map(|row| of(row)).max().unwrap_or(0);
        let resource = longest(|row| length(&row.what).max(length(&row.regions))).clamp(8, page.width() / 3);
        let rule = longest(|row| length(&row.rules)).min(page.width() / 4);
        let own = if page.is_wide() { rule + 2 } else { 0 };
        // A severity takes eight, and each column has two spaces beside it.
        let room = page.width().saturating_sub(8 + 2 + resource + 2 + own + 2);
        let text = longest(|row| length(&row.text)).max(length("finding, and who accepted it")).min(room);
        Self { resource, text: if page.is_wide() { text } else { room }, rule }
    }
}

fn table(page: &mut Page, part: &Part, widths: &Widths) {
    let lines = part.rows.chunk_by(|a, b| a.rules == b.rules).flat_map(|of_rule| {
        let shown = of_rule.iter().take(MOST_ROWS).map(|row| line(page, part.verdict, row));
        let left: usize = of_rule.iter().skip(MOST_ROWS).map(|row| row.findings).sum();
        let more = format!("… and {left} more of this rule (all are in --format json)");
        let more = [cell(Tone::Plain, ""), cell(Tone::Plain, ""), cell(Tone::Faint, &more), cell(Tone::Plain, "")];
        shown.chain((left > 0).then_some(more))
    });
    let lines: Vec<[Cell; 4]> = lines.collect();
    let [verdict, resource, text, rule] = part.header;
    let sizes = [Size::Exactly(8), Size::Exactly(widths.resource), Size::Exactly(widths.text)];
    if page.is_wide() {
        let [severity, what, is_so] = sizes;
        page.table(part.header, [severity, what, is_so, Size::Exactly(widths.rule)], lines);
    } else {
        let lines = lines.into_iter().map(|[severity, what, is_so, _]| [severity, what, is_so]);
        page.table([verdict, resource, &format!("{text}, and the {rule}")], sizes, lines.collect());
    }
}

fn line(page: &Page, verdict: Verdict, row: &Row) -> [Cell; 4] {
    let tone = match verdict {
        Verdict::Fail => tones::severity_tone(row.severity),
        Verdict::Unknown => Tone::Doubtful,
        _ => Tone::Faint,
    };
    let (joint, text) =
        if page.is_wide() { ("; ", row.text.clone()) } else { ("\n", format!("{}\n{}", row.text, row.rules)) };
    [
        cell(tone, row.severity.name()),
        cell(Tone::Plain, &format!("{}{joint}{}", row.what, row.regions)),
        cell(Tone::Plain, &text),
        cell(Tone::Plain, &row.rules),
    ]
}

/// One line for each area where nothing fails and nothing is unknown.
fn the_others<'a>(page: &mut Page, areas: impl Iterator<Item = &'a Area>, alone: bool) {
    let (judged, unjudged): (Vec<&Area>, Vec<&Area>) = areas.partition(|area| area.pass > 0);
    if judged.is_empty() && unjudged.is_empty() {
        return;
    }
    page.heading(if alone { "Areas" } else { "The other areas" }, "");
    for area in judged {
        let passes = match area.pass {
            1 => "1 passes".to_owned(),
            several => format!("all {several} pass"),
        };
        page.line(Tone::Plain, &format!("{}: {passes}", area.area));
    }
    if !unjudged.is_empty() {
        let names: Vec<&str> = unjudged.iter().map(|area| area.area.as_str()).collect();
        page.line(Tone::Plain, &format!("nothing to judge: {}", names.join(", ")));
    }
}

/// One line on what does not apply, by reason.
fn skipped(page: &mut Page, findings: &[Finding]) {
    if let Some(line) = skips(findings) {
        page.gap();
        page.line(Tone::Faint, &line);
    }
}

/// "235 skipped: 120 not applicable, 15 non-production", where anything was.
pub(crate) fn skips(findings: &[Finding]) -> Option<String> {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let skips = findings.iter().filter(|finding| finding.verdict == Verdict::Skip);
    for finding in skips {
        *reasons.entry(condition(finding).unwrap_or("not applicable")).or_default() += 1;
    }
    let total: usize = reasons.values().sum();
    let mut reasons: Vec<(&str, usize)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let reasons: Vec<String> = reasons.into_iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    (total > 0).then(|| format!("{total} skipped: {}", reasons.join(", ")))
}

/// The general condition that exempts a resource: the word before a reason's first colon, if it looks like an id.
fn condition(finding: &Finding) -> Option<&str> {
    let (id, _) = finding.reason.as_deref()?.split_once(": ")?;
    let is_id = id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let names = [finding.resource.id.as_deref(), finding.resource.name.as_deref()];
    (is_id && !names.contains(&Some(id))).then_some(id)
}
