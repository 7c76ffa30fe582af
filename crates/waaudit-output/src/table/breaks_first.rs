//! What breaks first, in a few lines under the score: the zones whose loss is felt, and the limit that is reached first.

use std::collections::{BTreeMap, BTreeSet};

use super::page::{Page, Tone};
use crate::simulation::figure;
use crate::words;
use waaudit_judge::report::{LimitInBrief, Report, ZoneOutcome};
use waaudit_simulate::Outcome;
use waaudit_simulate::ways_in::DNS_NAME;

/// So many zones, and so many causes of each, can be taken in.
const MOST_ZONES: usize = 2;
const MOST_LINES: usize = 2;
const MOST_CAUSES: usize = 3;

/// Says what the loss of a zone takes down, and what saturates first.
pub(super) fn breaks_first(page: &mut Page, report: &Report) {
    for (tone, line) in lines(report) {
        page.brief(tone, " ", &line, MOST_LINES);
    }
}

fn lines(report: &Report) -> Vec<(Tone, String)> {
    let Some(losses) = &report.simulation else { return Vec::new() };
    let tone = |limit: &LimitInBrief| if limit.multiple < 1.0 { Tone::Bad } else { Tone::Plain };
    let saturates = report.headroom.first().map(|limit| (tone(limit), saturates(limit)));
    zones(&losses.zones).into_iter().chain(saturates).collect()
}

/// The zones that hurt most, each with what becomes of its ways in; empty where none hurts.
pub(crate) fn lost_zones(report: &Report) -> Vec<(&str, String)> {
    let outcomes = report.simulation.as_ref().map_or(&[][..], |losses| &losses.zones);
    felt(outcomes).into_iter().take(MOST_ZONES).map(|(zone, felt)| (zone, causes(&felt))).collect()
}

/// What there is to say where no zone hurts.
pub(crate) fn no_zone_hurts(report: &Report) -> Option<String> {
    let outcomes = &report.simulation.as_ref()?.zones;
    unfelt(outcomes).filter(|_| felt(outcomes).is_empty()).map(|(_, line)| line)
}

/// The same in sentences.
pub(crate) fn in_sentences(report: &Report) -> Vec<String> {
    lines(report).into_iter().map(|(_, line)| line).collect()
}

/// The zones that hurt most, worst first; or that none does.
fn zones(outcomes: &[ZoneOutcome]) -> Vec<(Tone, String)> {
    let felt = felt(outcomes);
    if felt.is_empty() {
        return unfelt(outcomes).into_iter().collect();
    }
    felt.iter().take(MOST_ZONES).map(|(zone, felt)| (Tone::Bad, of_zone(zone, felt))).collect()
}

/// Zones whose loss is felt, worst first.
fn felt(outcomes: &[ZoneOutcome]) -> Vec<(&str, Vec<&ZoneOutcome>)> {
    let mut by_zone: BTreeMap<&str, Vec<&ZoneOutcome>> = BTreeMap::new();
    for one in outcomes {
        by_zone.entry(&one.zone).or_default().push(one);
    }
    let mut felt: Vec<(&str, Vec<&ZoneOutcome>)> = by_zone
        .into_iter()
        .map(|(zone, all)| (zone, all.into_iter().filter(|one| is_loss(one.outcome)).collect::<Vec<_>>()))
        .filter(|(_, felt)| !felt.is_empty())
        .collect();
    felt.sort_by_key(|(zone, felt)| (std::cmp::Reverse(gravity(felt)), *zone));
    felt
}

/// That no loss is felt, as far as that is known; nothing where no zone is in use.
fn unfelt(outcomes: &[ZoneOutcome]) -> Option<(Tone, String)> {
    let unknown = outcomes.iter().filter(|one| one.outcome.is_none()).map(|one| &one.way_in.resource);
    match (outcomes.is_empty(), unknown.collect::<BTreeSet<_>>().len()) {
        (true, _) => None,
        (false, 0) => Some((Tone::Good, "Every way in survives the loss of any one zone.".to_owned())),
        (false, some) => {
            let ways = words::count(some, "way");
            Some((Tone::Doubtful, format!("What the loss of a zone does to {ways} in is unknown.")))
        }
    }
}

const fn is_loss(outcome: Option<Outcome>) -> bool {
    matches!(outcome, Some(Outcome::Dies | Outcome::Recovers | Outcome::Degraded))
}

/// How many ways in die, then how many have to come back, then how many degrade.
fn gravity(felt: &[&ZoneOutcome]) -> [usize; 3] {
    [Outcome::Dies, Outcome::Recovers, Outcome::Degraded]
        .map(|outcome| felt.iter().filter(|one| one.outcome == Some(outcome)).count())
}

/// "Loses zone eu-west-1a: shop dies (orders-db), api degrades (web)".
fn of_zone(zone: &str, felt: &[&ZoneOutcome]) -> String {
    format!("Loses zone {zone}: {}", causes(felt))
}

/// "shop dies (orders-db), api degrades (web)."
fn causes(felt: &[&ZoneOutcome]) -> String {
    let mut causes: BTreeMap<(std::cmp::Reverse<Outcome>, &str), Vec<&ZoneOutcome>> = BTreeMap::new();
    for one in felt {
        let Some(outcome) = one.outcome else { continue };
        let hop = one.decided_by.as_ref().map_or("", |by| by.name.as_str());
        causes.entry((std::cmp::Reverse(outcome), hop)).or_default().push(one);
    }
    let told: Vec<String> = causes.iter().map(|((outcome, hop), ways)| cause(outcome.0, hop, ways)).collect();
    format!("{}.", words::some_of(told.iter().map(String::as_str), MOST_CAUSES))
}

fn cause(outcome: Outcome, hop: &str, ways: &[&ZoneOutcome]) -> String {
    // A DNS name leads to one of the others.
    let own: BTreeSet<&str> = names(ways, |way_in_type| way_in_type != DNS_NAME);
    let shown = if own.is_empty() { names(ways, |_| true) } else { own };
    let verb = outcome.words();
    let several = if shown.len() > 1 { plural(outcome) } else { verb };
    let because = if hop.is_empty() || shown.contains(hop) { String::new() } else { format!(" ({hop})") };
    format!("{} {several}{because}", words::some_of(shown.into_iter(), 2))
}

fn names<'o>(ways: &[&'o ZoneOutcome], wanted: impl Fn(&str) -> bool) -> BTreeSet<&'o str> {
    ways.iter().filter(|one| wanted(&one.way_in.way_in_type)).map(|one| one.way_in.name.as_str()).collect()
}

const fn plural(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Survives => "survive",
        Outcome::FailsOver => "fail over",
        Outcome::Degraded => "degrade",
        Outcome::Recovers => "recover",
        Outcome::Dies => "die",
    }
}

fn saturates(limit: &LimitInBrief) -> String {
    let what = format!("{} {}", limit.name, limit.resource.words());
    if limit.multiple < 1.0 {
        let (peak, most) = (figure(limit.peak.value), figure(limit.limit.value));
        return format!("Saturated at today's peak: {what} ({peak} of {most} {}).", limit.peak.unit);
    }
    format!("First to saturate: {what} at {}× today's peak.", figure(limit.multiple))
}
