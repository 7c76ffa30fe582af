//! The report for a person at a terminal: a first screen that says it all, then the details, what could not be read, and
//! what to do.
//!
//! One file per part of the page, in the order of the page. It lays out, filters and groups; it computes no score and
//! asks neither the terminal nor the environment for anything: width and colour are given. Colours only repeat what
//! words say.

mod areas;
mod breaks_first;
mod difference;
mod first_screen;
mod gaps;
mod next;
mod page;
mod scope;
mod sections;
#[cfg(test)]
mod tests;
mod tones;
mod verdict;

pub(super) use self::areas::{skips, text};
pub(super) use self::breaks_first::in_sentences as what_breaks_first;
pub(super) use self::breaks_first::{lost_zones, no_zone_hurts};
pub(super) use self::gaps::{advice, groups};
use self::page::Page;
pub(super) use self::verdict::{because, counts, is_judged, moment, next, standing};
use crate::simulation::Section;
use waaudit_judge::diff::Difference;
use waaudit_judge::report::{Finding, Report, Verdict};
use waaudit_rules::Severity;

/// What the page has to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// In columns. Below 60 a page can't be laid out and is 60 wide; above 400 nothing gets better.
    pub width: usize,
    /// Whether escape codes for colours are welcome.
    pub colour: bool,
    /// Which findings get lines.
    pub shown: Shown,
}

/// Which findings a page of text shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// All resources of a rule, instead of the first five.
    pub full: bool,
    /// Findings of this severity and those that are worse.
    pub severity: Severity,
    /// Findings of this verdict alone; those that fail, are unknown or waived where it is none.
    pub verdict: Option<Verdict>,
}

impl Default for Shown {
    fn default() -> Self {
        Self { full: false, severity: Severity::Low, verdict: None }
    }
}

impl Shown {
    fn has(&self, finding: &Finding) -> bool {
        finding.severity() <= self.severity && self.verdict.is_none_or(|verdict| verdict == finding.verdict)
    }
}

/// The report as a page of text that ends with a line end.
pub fn render(report: &Report, look: &Look) -> String {
    let mut page = Page::new(*look);
    first_screen::first_screen(&mut page, report);
    verdict::scores(&mut page, &report.summary);
    verdict::blockers(&mut page, &report.summary);
    verdict::checklist(&mut page, report);
    areas::areas(&mut page, report);
    gaps::gaps(&mut page, report);
    scope::not_assessed(&mut page, report);
    scope::diagnostics(&mut page, &report.diagnostics);
    next::fixes(&mut page, report);
    next::hints(&mut page, report);
    page.into_text()
}

/// Sections of a simulation, as such a page.
pub fn render_sections(sections: &[Section], look: &Look) -> String {
    let mut page = Page::new(*look);
    for section in sections {
        sections::section(&mut page, section);
    }
    page.into_text()
}

/// What changed between two reports, as such a page.
pub fn render_difference(difference: &Difference, look: &Look) -> String {
    let mut page = Page::new(*look);
    difference::header(&mut page, difference);
    difference::verdict(&mut page, difference);
    difference::scope(&mut page, &difference.scope);
    difference::changes(&mut page, difference);
    page.into_text()
}
