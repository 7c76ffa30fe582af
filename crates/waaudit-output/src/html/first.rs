//! The first screen: one sentence, one number, one picture, and what to know before reading on.

use super::parts::Bar;
use crate::next_steps::{NextStep, ON_FIRST_SCREEN, next_steps};
use crate::simulation::{figure, headroom};
use crate::table::{because, counts, groups, is_judged, lost_zones, moment, no_zone_hurts, standing};
use crate::words;
use waaudit_judge::report::{Go, LimitInBrief, Readiness, Report, Summary};

pub(super) struct First<'r> {
    /// The account's alias, or its id.
    pub(super) account: &'r str,
    pub(super) when: String,
    pub(super) regions: String,
    pub(super) sentence: String,
    pub(super) counts: String,
    /// None where nothing could be judged.
    pub(super) score: Option<Share>,
    pub(super) coverage: Option<Share>,
    pub(super) rungs: Vec<Rung>,
    /// What the loss of a zone takes down.
    pub(super) zones: Vec<(&'r str, String)>,
    /// What there is to say where the loss of no zone is felt.
    pub(super) no_zone: Option<String>,
    pub(super) bottleneck: Option<Bottleneck<'r>>,
    pub(super) unread: Unread,
    /// What to fix first, and how many more rules there are to fix.
    pub(super) next: Vec<NextStep<'r>>,
    pub(super) more: usize,
    pub(super) checklist: Vec<Line>,
}

/// A number of 100, as words and as a bar.
pub(super) struct Share {
    pub(super) number: String,
    pub(super) bar: Bar,
}

/// A step of the ladder.
pub(super) struct Rung {
    pub(super) stage: String,
    pub(super) class: &'static str,
    pub(super) rules: Option<String>,
}

/// The limit that is reached first.
pub(super) struct Bottleneck<'r> {
    pub(super) name: &'r str,
    pub(super) limited: &'static str,
    pub(super) class: &'static str,
    /// "saturated at today's peak", "at 1.4× today's peak".
    pub(super) when: String,
    /// "99.5 of 100 write units/s".
    pub(super) today: String,
    pub(super) then: &'static str,
}

/// How much the report does not know.
pub(super) struct Unread {
    pub(super) actions: usize,
    pub(super) unknown: usize,
    pub(super) types: usize,
    pub(super) services: usize,
}

/// A line of the checklist before an expected peak.
pub(super) struct Line {
    pub(super) item: &'static str,
    pub(super) class: &'static str,
    pub(super) word: &'static str,
    pub(super) because: String,
}

impl<'r> First<'r> {
    pub(super) fn new(report: &'r Report) -> Self {
        let Summary { score, coverage, .. } = report.summary;
        let judged = is_judged(&report.summary);
        let mut next = next_steps(report);
        Self {
            account: words::account(&report.account),
            when: moment(&report.taken_at),
            regions: match report.regions.len() {
                1..=4 => report.regions.join(", "),
                several => words::count(several, "region"),
            },
            sentence: standing(&report.summary),
            counts: counts(&report.summary),
            score: score.map(share),
            coverage: coverage.map(|part| share(part * 100.0)),
            rungs: if judged { rungs(&report.summary) } else { Vec::new() },
            zones: lost_zones(report),
            no_zone: no_zone_hurts(report),
            bottleneck: report.headroom.first().map(bottleneck),
            unread: unread(report),
            more: next.split_off(next.len().min(ON_FIRST_SCREEN)).len(),
            next,
            checklist: if judged { checklist(report) } else { Vec::new() },
        }
    }
}

fn share(of_hundred: f64) -> Share {
    Share { number: words::tenths(of_hundred), bar: Bar::of(of_hundred) }
}

fn rungs(summary: &Summary) -> Vec<Rung> {
    let rungs = summary.stages.iter().map(|status| Rung {
        stage: words::stage(status.stage),
        class: words::readiness(status.status),
        rules: (status.status == Readiness::Blocked).then(|| words::count(status.blockers.len(), "rule")),
    });
    rungs.collect()
}

fn bottleneck(limit: &LimitInBrief) -> Bottleneck<'_> {
    let saturated = limit.multiple < 1.0;
    Bottleneck {
        name: &limit.name,
        limited: limit.resource.words(),
        class: if saturated { "bad" } else { "plain" },
        when: if saturated {
            "is saturated at today's peak".to_owned()
        } else {
            format!("saturates at {}× today's peak", figure(limit.multiple))
        },
        today: format!("{} of {} {}", figure(limit.peak.value), figure(limit.limit.value), limit.peak.unit),
        then: headroom::then(limit.then),
    }
}

fn unread(report: &Report) -> Unread {
    let (types, services): (Vec<_>, Vec<_>) = report.not_assessed.iter().partition(|one| one.count.is_some());
    Unread {
        actions: groups(report).len(),
        unknown: report.summary.verdicts.unknown,
        types: types.len(),
        services: services.len(),
    }
}

fn checklist(report: &Report) -> Vec<Line> {
    let line = |line: &waaudit_judge::report::ChecklistLine| {
        let class = match line.status {
            Go::Go => "good",
            Go::Hold => "doubtful",
            Go::NoGo => "bad",
        };
        let word = words::go(line.status);
        Line { item: line.item.words(), class, word, because: because(&line.because, &report.findings) }
    };
    report.summary.checklist.iter().map(line).collect()
}
