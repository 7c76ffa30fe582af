//! Headroom and ramp: a bar for each hop, the chain in the order in which it breaks, the next step, and who falls behind.

use super::{Grade, Grid, Mark, Section, figure, of_multiple, seconds};
use crate::words::count;
use waaudit_judge::simulation::Simulation;
use waaudit_simulate::headroom::{
    Bound, Consequence, Growth, Headroom, HopLimit, NextSteps, NotComputed, Source, Step,
};
use waaudit_simulate::ramp::{HopRamp, Ramp};

/// Limits that a page shows where nothing was asked for.
const SHOWN: usize = 20;
/// Over the columns of limits.
const LIMITS: [&str; 6] = ["hop", "limit", "today", "saturates at", "then", "source"];
/// Columns of a bar.
const BAR: u8 = 12;

/// The page.
pub fn headroom(simulated: &Simulation) -> Vec<Section> {
    let Some(headroom) = &simulated.headroom else { return Vec::new() };
    let mut sections = vec![first(headroom)];
    sections.extend(match &simulated.growth {
        Some(growth) => Some(breaks(growth)),
        None => limits(headroom),
    });
    sections.extend(simulated.next_steps.as_ref().and_then(next_steps));
    sections.extend(simulated.ramp.as_ref().map(behind));
    sections.extend(missing(&headroom.not_computed));
    sections
}

fn first(headroom: &Headroom) -> Section {
    let line = headroom.limits.first().map_or_else(
        || "No limit could be compared with a peak: see what is missing.".to_owned(),
        |limit| {
            format!(
                "First to saturate: {} of {} at {}× today's peak.",
                limit.resource.words(),
                limit.name,
                figure(limit.multiple)
            )
        },
    );
    Section { title: "Headroom".to_owned(), lines: vec![line], ..Section::default() }
}

fn limits(headroom: &Headroom) -> Option<Section> {
    let shown = headroom.limits.len().min(SHOWN);
    let rows = headroom.limits.iter().take(SHOWN).map(|limit| row(limit, None)).collect();
    let note = if shown < headroom.limits.len() {
        format!("the first {shown} of {}, --format json has all", headroom.limits.len())
    } else {
        count(shown, "limit")
    };
    let grid = Grid::new(&LIMITS, rows)?;
    Some(Section { title: "What saturates first".to_owned(), note, grid: Some(grid), ..Section::default() })
}

fn breaks(growth: &Growth) -> Section {
    let title = format!("At {}× today's peak", figure(growth.factor));
    let rows: Vec<Vec<Mark>> = growth.breaks.iter().map(|Step { limit, users }| row(limit, *users)).collect();
    let note = count(rows.len(), "limit") + " saturate first";
    let named = |words: &str, holds: Option<bool>| {
        let ways = growth.ways_in.iter().filter(|way| way.holds == holds).map(|way| way.name.as_str());
        let names = ways.collect::<Vec<_>>().join(", ");
        (!names.is_empty()).then(|| format!("{words}: {names}"))
    };
    let unknown = "Unknown, because a limit on the path has no peak";
    let lines = [named("Hold", Some(true)), named(unknown, None)].into_iter().flatten().collect();
    let grid = Grid::new(&LIMITS, rows);
    Section { title, note, lines, grid, ..Section::default() }
}

fn row(limit: &HopLimit, users: Option<f64>) -> Vec<Mark> {
    let grade = of_multiple(limit.multiple);
    let users = users.map_or(String::new(), |users| format!(" ({} users)", figure(users)));
    let (peak, most) = (figure(limit.peak.value), figure(limit.limit.value));
    let today = format!("{} {peak} of {most} {}", bar(limit), limit.peak.unit);
    vec![
        Mark::plain(limit.name.clone()),
        Mark::plain(limit.resource.words()),
        Mark::plain(today),
        Mark::of(grade, format!("{}×{users}", figure(limit.multiple))),
        Mark::plain(then(limit.then)),
        Mark::plain(source(&limit.limit)),
    ]
}

/// How full it is at today's peak.
fn bar(limit: &HopLimit) -> String {
    let share = (1.0 / limit.multiple_at_limit.max(f64::MIN_POSITIVE)).clamp(0.0, 1.0);
    let cell = |column: u8| if f64::from(column) + 0.5 <= share * f64::from(BAR) { '█' } else { '░' };
    (0..BAR).map(cell).collect()
}

pub(crate) const fn then(consequence: Consequence) -> &'static str {
    match consequence {
        Consequence::Throttled => "requests are throttled",
        Consequence::Queued => "requests wait",
        Consequence::Refused => "connections or launches fail",
        Consequence::Slow => "answers take longer",
        Consequence::Expensive => "it goes on, at a price",
    }
}

pub(crate) fn source(bound: &Bound) -> String {
    let word = match bound.source {
        Source::QuotaInForce => "quota",
        Source::Configured => "configured",
        Source::InstanceClass => "instance class",
        Source::Documented => "documented",
    };
    let assumed = if bound.assumed { ", assumed" } else { "" };
    // An address, and the kind before a fact, take more room than the rest of the row; JSON has them.
    let reference = match bound.source {
        Source::Documented => String::new(),
        _ => format!(": {}", bound.reference.rsplit(':').next().unwrap_or_default().replace('_', " ")),
    };
    format!("{word}{assumed}{reference}")
}

fn next_steps(steps: &NextSteps) -> Option<Section> {
    let limit = steps.bottleneck.as_ref()?;
    let row = |step: &waaudit_simulate::headroom::NextStep| {
        vec![
            Mark::plain(step.detail.clone()),
            Mark::plain(format!("{}×", figure(step.multiple))),
            Mark::plain(format!("{}×", figure(step.path_multiple))),
        ]
    };
    let grid = Grid::new(&["change", "its limit then", "the path then"], steps.steps.iter().map(row).collect());
    let lines = steps.not_computed.iter().map(|lack| format!("Not computed: {lack}")).collect();
    let title = format!("Next step for {} of {}", limit.resource.words(), limit.name);
    Some(Section { title, note: "least effort first".to_owned(), lines, grid, ..Section::default() })
}

fn behind(ramp: &Ramp) -> Section {
    let late = lags(ramp);
    let lines =
        if late.is_empty() { vec!["No hop that could be computed falls behind.".to_owned()] } else { Vec::new() };
    let row = |lag: &Lag| {
        vec![
            Mark::of(Grade::Bad, lag.hop.name.clone()),
            Mark::plain(lag.limited),
            Mark::plain(lag.after.clone()),
            Mark::plain(lag.lasting.clone()),
            Mark::plain(lag.requests.clone()),
        ]
    };
    let header = ["hop", "limit", "behind after", "behind for", "requests late or lost"];
    let (note, grid) = (count(late.len(), "hop") + " behind", Grid::new(&header, late.iter().map(row).collect()));
    Section { title: of_ramp(ramp), note, lines, grid, ..Section::default() }
}

/// "From 1× to 2× within 60 s".
pub(crate) fn of_ramp(ramp: &Ramp) -> String {
    format!("From 1× to {}× within {}", figure(ramp.grow), seconds(ramp.within_seconds))
}

/// A hop that falls behind, in words.
pub(crate) struct Lag<'r> {
    pub(crate) hop: &'r HopRamp,
    pub(crate) limited: &'static str,
    /// Seconds from the beginning of the ramp, and in words.
    pub(crate) from_seconds: f64,
    pub(crate) after: String,
    pub(crate) lasting: String,
    pub(crate) requests: String,
}

fn lag(hop: &HopRamp, horizon_seconds: f64) -> Option<Lag<'_>> {
    let from_seconds = hop.behind_after_seconds?;
    Some(Lag {
        hop,
        from_seconds,
        limited: hop.resource.map_or("capacity", |resource| resource.words()),
        after: seconds(from_seconds),
        lasting: hop.behind_for_seconds.map_or(format!("more than {}", seconds(horizon_seconds)), seconds),
        requests: hop.requests.map_or("unknown".to_owned(), |lost| format!("at least {}", figure(lost))),
    })
}

/// The hops that fall behind, first the one that does first.
pub(crate) fn lags(ramp: &Ramp) -> Vec<Lag<'_>> {
    ramp.hops.iter().filter_map(|hop| lag(hop, ramp.horizon_seconds)).collect()
}

fn missing(lacks: &[NotComputed]) -> Option<Section> {
    let row = |lack: &NotComputed| {
        let limited = lack.resource.map_or("its limits", |resource| resource.words());
        vec![Mark::plain(lack.name.clone()), Mark::plain(limited), Mark::plain(lack.missing.clone())]
    };
    let grid = Grid::new(&["hop", "limit", "missing"], lacks.iter().map(row).collect())?;
    let note = count(lacks.len(), "limit");
    Some(Section { title: "Not computed".to_owned(), note, grid: Some(grid), ..Section::default() })
}
