//! The loss of a zone: a matrix of ways in by zones, and what decides each outcome that is no survival.

use std::collections::{BTreeMap, BTreeSet};

use super::{Grade, Grid, Mark, Section, grade};
use crate::words::count;
use waaudit_judge::report::ZoneOutcome;
use waaudit_simulate::zone_loss::ZoneLoss;
use waaudit_simulate::{Basis, Capacity, Downtime, Outcome};

/// The page of a simulation: contradictions first, then a matrix for each region, then what decides.
pub fn zone_loss(losses: &[ZoneLoss]) -> Vec<Section> {
    // What needs nothing in a region is left out of that region's matrix.
    let told = losses.iter().filter(|loss| !loss.chain.is_empty() || loss.contradicted.is_some());
    in_brief(&told.cloned().map(ZoneOutcome::from).collect::<Vec<_>>())
}

/// The same for what a report carries.
pub(crate) fn in_brief(losses: &[ZoneOutcome]) -> Vec<Section> {
    let regions: BTreeSet<&str> = losses.iter().map(|loss| loss.region.as_str()).collect();
    let mut sections: Vec<Section> = contradictions(losses).into_iter().collect();
    for region in regions {
        let here: Vec<&ZoneOutcome> = losses.iter().filter(|loss| loss.region == region).collect();
        sections.extend(matrix(region, &here));
        sections.extend(deciders(region, &here));
    }
    if sections.is_empty() {
        let lines = vec!["No way in from the internet needs anything in an Availability Zone.".to_owned()];
        sections.push(Section { title: "Losing a zone".to_owned(), lines, ..Section::default() });
    }
    sections
}

fn contradictions(losses: &[ZoneOutcome]) -> Option<Section> {
    let told: BTreeSet<String> = losses
        .iter()
        .filter_map(|loss| loss.contradicted.as_ref())
        .map(|run| {
            format!(
                "{}: the practice run of {} ended as {}, where \"{}\" was computed",
                run.name,
                run.started_at,
                run.practice_run,
                run.computed.words()
            )
        })
        .collect();
    (!told.is_empty()).then(|| Section {
        title: "Contradicted by a practice run".to_owned(),
        note: count(told.len(), "resource"),
        lines: told.into_iter().collect(),
        ..Section::default()
    })
}

/// Ways in by zones.
fn matrix(region: &str, losses: &[&ZoneOutcome]) -> Option<Section> {
    let zones: BTreeSet<&str> = losses.iter().map(|loss| loss.zone.as_str()).collect();
    let mut ways: BTreeMap<(&str, &str), BTreeMap<&str, &ZoneOutcome>> = BTreeMap::new();
    for loss in losses {
        ways.entry((&loss.way_in.name, &loss.way_in.resource)).or_default().insert(&loss.zone, loss);
    }
    let rows: Vec<Vec<Mark>> = ways
        .iter()
        .map(|((name, _), by_zone)| {
            let kind = by_zone.values().next().map_or("", |loss| loss.way_in.way_in_type.as_str());
            let named = [Mark::plain(*name), Mark::plain(kind)];
            named.into_iter().chain(zones.iter().map(|zone| outcome(by_zone.get(zone).copied()))).collect()
        })
        .collect();
    let header: Vec<&str> = ["way in", ""].into_iter().chain(zones.iter().copied()).collect();
    let note = count(rows.len(), "way") + " in";
    let grid = Grid::new(&header, rows)?;
    Some(Section { title: format!("Losing a zone of {region}"), note, grid: Some(grid), ..Section::default() })
}

/// A cell of the matrix. What needs nothing in a zone is not touched by its loss.
fn outcome(loss: Option<&ZoneOutcome>) -> Mark {
    let Some(loss) = loss else { return Mark::of(Grade::Good, "not touched".to_owned()) };
    let Some(found) = loss.outcome else { return Mark::of(Grade::Doubtful, "unknown".to_owned()) };
    let mut text = found.words().to_owned();
    match found {
        Outcome::FailsOver | Outcome::Recovers => text.extend(loss.downtime.as_ref().map(within)),
        Outcome::Degraded => text.extend(loss.capacity.as_ref().map(|capacity| format!(", {}", left(capacity)))),
        Outcome::Survives | Outcome::Dies => {}
    }
    if loss.basis == Some(Basis::Assumed) && found != Outcome::Dies {
        text += " (assumed)";
    }
    Mark::of(grade(Some(found)), text)
}

fn within(downtime: &Downtime) -> String {
    match downtime.max_seconds {
        Some(most) if most > 120 => format!(", {}-{} minutes", downtime.min_seconds / 60, most / 60),
        Some(most) => format!(", {}-{most} s", downtime.min_seconds),
        None if downtime.min_seconds >= 60 => ", minutes".to_owned(),
        None => String::new(),
    }
}

/// "60 % left, 82 % of the peak".
fn left(capacity: &Capacity) -> String {
    let left = format!("{:.0} % left", capacity.left_percent);
    match capacity.of_peak() {
        Some(share) if share < 100.0 => format!("{left}, {share:.0} % of the peak"),
        Some(_) => left,
        None => format!("{left}, peak not measured"),
    }
}

/// What decides: the outcome, the hop (empty where that is not known) and why.
type Cause<'l> = (Option<Outcome>, &'l str, &'l str);

/// What a cause decides for.
#[derive(Default)]
struct Decided<'l> {
    ways_in: BTreeSet<&'l str>,
    zones: BTreeSet<&'l str>,
}

/// The first hop that decides, once for all ways in and zones that it decides for in the same way.
fn deciders(region: &str, losses: &[&ZoneOutcome]) -> Option<Section> {
    let mut causes: BTreeMap<Cause, Decided> = BTreeMap::new();
    for loss in losses.iter().filter(|loss| loss.outcome != Some(Outcome::Survives)) {
        let decided = causes.entry(cause(loss)).or_default();
        decided.ways_in.insert(&loss.way_in.name);
        decided.zones.insert(&loss.zone);
    }
    // What dies comes first.
    let rows: Vec<Vec<Mark>> = causes.into_iter().rev().map(|(cause, decided)| row(cause, decided)).collect();
    let note = count(rows.len(), "cause");
    let grid = Grid::new(&["outcome", "without", "because of", "ways in"], rows)?;
    Some(Section { title: format!("What decides in {region}"), note, grid: Some(grid), ..Section::default() })
}

fn cause(loss: &ZoneOutcome) -> Cause<'_> {
    let decided = loss.decided_by.as_ref().map(|by| (by.name.as_str(), by.why.as_str()));
    let (hop, why) = decided.unwrap_or(("", loss.unknown.as_deref().unwrap_or("it could not be told")));
    (loss.outcome, hop, why)
}

fn row((outcome, hop, why): Cause, decided: Decided) -> Vec<Mark> {
    let joined = |names: BTreeSet<&str>| Mark::plain(names.into_iter().collect::<Vec<_>>().join(", "));
    let because = if hop.is_empty() { why.to_owned() } else { format!("{hop}: {why}") };
    let outcome = Mark::of(grade(outcome), outcome.map_or("unknown", Outcome::words).to_owned());
    vec![outcome, joined(decided.zones), Mark::plain(because), joined(decided.ways_in)]
}
