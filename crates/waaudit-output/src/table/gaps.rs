//! What could not be read, why, and what to do about it.

use std::collections::{BTreeMap, BTreeSet};

use comfy_table::Cell;

use super::page::{Page, Size, Tone, cell};
use crate::words;
use waaudit_judge::report::Report;
use waaudit_model::gap::GapReason;

/// Characters of an error message that a cell shows; all of them are in the JSON report.
const MOST_OF_A_MESSAGE: usize = 160;
/// The width of reasons, which wrap well, where room is scarce.
const NARROW: usize = 22;

/// Gaps of one action for one reason.
#[derive(Default)]
pub(crate) struct Group<'a> {
    regions: BTreeSet<&'a str>,
    resources: usize,
    kinds: BTreeSet<&'a str>,
    message: &'a str,
}

/// All gaps, by reason and action. A service that does not exist in a region leaves nothing out and is not shown.
pub(crate) fn groups(report: &Report) -> BTreeMap<(GapReason, &str), Group<'_>> {
    let mut groups: BTreeMap<(GapReason, &str), Group> = BTreeMap::new();
    for gap in report.gaps.iter().filter(|gap| gap.reason != GapReason::NotInRegion) {
        let group = groups.entry((gap.reason, &gap.action)).or_default();
        group.regions.insert(&gap.region);
        group.resources += if gap.is_of_list() { 0 } else { gap.count };
        group.kinds.extend(gap.kinds.iter().map(String::as_str));
        group.message = &gap.message;
    }
    groups
}

/// All gaps, grouped.
pub(super) fn gaps(page: &mut Page, report: &Report) {
    let groups = groups(report);
    if groups.is_empty() {
        page.gap();
        page.line(Tone::Faint, "No call to AWS failed.");
        return;
    }
    page.heading("What could not be read", &words::count(groups.len(), "action"));
    if page.is_wide() {
        let sizes = [Size::Whole, Size::Whole, Size::Rest, Size::Rest];
        let rows = groups.iter().map(|((reason, action), group)| group.wide(action, *reason, report));
        page.table(["reason", "action", "where", "affected kinds"], sizes, rows.collect());
    } else {
        let sizes = [Size::Exactly(NARROW), Size::Rest];
        let rows = groups.iter().map(|((reason, action), group)| group.narrow(action, *reason, report));
        page.table(["reason", "action, where, and affected kinds"], sizes, rows.collect());
    }
    page.gap();
    for words in advice(groups.keys().map(|(reason, _)| *reason)) {
        page.line(Tone::Plain, words);
    }
}

impl Group<'_> {
    fn wide(&self, action: &str, reason: GapReason, report: &Report) -> [Cell; 4] {
        let kinds = format!("{}{}", self.kinds(), self.answer(reason));
        [
            cell(Tone::Doubtful, reason.words()),
            cell(Tone::Plain, action),
            cell(Tone::Plain, &self.place(report)),
            cell(Tone::Plain, &kinds),
        ]
    }

    fn narrow(&self, action: &str, reason: GapReason, report: &Report) -> [Cell; 2] {
        let lines = format!("{action}\n{}\n{}{}", self.place(report), self.kinds(), self.answer(reason));
        [cell(Tone::Doubtful, reason.words()), cell(Tone::Plain, &lines)]
    }

    /// Where it happened: "2 resources in eu-west-1".
    pub(crate) fn place(&self, report: &Report) -> String {
        let regions = words::regions_of(&self.regions, &report.regions);
        match self.resources {
            0 => regions,
            some => format!("{} in {regions}", words::count(some, "resource")),
        }
    }

    /// The kinds that lack something.
    pub(crate) fn kinds(&self) -> String {
        self.kinds.iter().copied().collect::<Vec<_>>().join(", ")
    }

    /// AWS's own words in a line, where the reason alone does not help.
    pub(crate) fn answer(&self, reason: GapReason) -> String {
        let is_told = !matches!(reason, GapReason::Failed | GapReason::Unreadable) || self.message.is_empty();
        if is_told {
            return String::new();
        }
        let start: String = self.message.chars().take(MOST_OF_A_MESSAGE).collect();
        let end = if start.len() < self.message.len() { "…" } else { "" };
        format!("\n{}{end}", start.replace('\n', " "))
    }
}

/// What to do about these reasons, each advice once.
pub(crate) fn advice(reasons: impl Iterator<Item = GapReason>) -> BTreeSet<&'static str> {
    reasons.map(advice_for).collect()
}

/// What to do about it.
const fn advice_for(reason: GapReason) -> &'static str {
    match reason {
        GapReason::Denied => {
            "Access denied: grant these actions to the scanning role; `waaudit permissions` prints the policy."
        }
        GapReason::CredentialsExpired => "Credentials expired: renew them and scan again.",
        GapReason::OptInRequired => {
            "Not enabled: leave the region out with `--region`, or enable what is named in the account."
        }
        GapReason::Throttled | GapReason::TimedOut | GapReason::Unreachable => {
            "Throttled, timed out or no connection: scan again, at a quieter time."
        }
        GapReason::Billed => "Not asked: these calls cost a cent each; `--billed-calls` allows them.",
        GapReason::OutOfTime => "Out of time: raise --deadline, or scan fewer regions or rules.",
        GapReason::NotInRegion | GapReason::Unreadable | GapReason::Failed => {
            "Other errors: scan again; if they stay, `--save-snapshot FILE` has AWS's full answer and request id."
        }
    }
}
