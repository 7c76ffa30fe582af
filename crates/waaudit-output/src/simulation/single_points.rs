//! Single points of failure: what takes which ways in with it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Grade, Grid, Mark, Section, figure};
use crate::words::count;
use waaudit_simulate::single_points::SinglePoint;
use waaudit_simulate::ways_in::{DNS_NAME, WayIn};

/// The page: things first, then regions.
pub fn single_points(points: &[SinglePoint]) -> Vec<Section> {
    let (regions, things): (Vec<&SinglePoint>, Vec<&SinglePoint>) =
        points.iter().partition(|point| point.kind == "region");
    let none = "No single thing cuts a way in off from what it needs.";
    let things = section("Single points of failure", &things).unwrap_or_else(|| Section {
        title: "Single points of failure".to_owned(),
        lines: vec![none.to_owned()],
        ..Section::default()
    });
    [Some(things), section("Losing a region", &regions)].into_iter().flatten().collect()
}

fn section(title: &str, points: &[&SinglePoint]) -> Option<Section> {
    let grid =
        Grid::new(&["lost", "kind", "where", "requests/s", "cuts off"], points.iter().map(|one| row(one)).collect())?;
    Some(Section {
        title: title.to_owned(),
        note: count(points.len(), "thing"),
        grid: Some(grid),
        ..Section::default()
    })
}

/// Ways in by what they lose, which is said where it is more than the thing itself.
fn cuts(point: &SinglePoint) -> String {
    let mut by_loss: BTreeMap<String, Vec<&WayIn>> = BTreeMap::new();
    for cut in &point.cuts {
        by_loss.entry(cut.loses.join(", ")).or_default().push(&cut.way_in);
    }
    let told = by_loss.into_iter().map(|(loses, ways)| {
        let ways = named(&ways);
        let itself = loses == point.name || loses == "itself" || point.kind == "region";
        if itself { ways } else { format!("{ways}: {loses}") }
    });
    told.collect::<Vec<_>>().join("; ")
}

/// The names of ways in. A DNS name leads to one of the others: where there is one, names are only counted.
fn named(ways: &[&WayIn]) -> String {
    let (names, others): (Vec<&WayIn>, Vec<&WayIn>) = ways.iter().partition(|way| way.way_in_type == DNS_NAME);
    let shown = if others.is_empty() { &names } else { &others };
    let shown: BTreeSet<&str> = shown.iter().map(|way| way.name.as_str()).collect();
    let shown = shown.into_iter().collect::<Vec<_>>().join(", ");
    match (others.is_empty(), names.len()) {
        (true, _) | (_, 0) => shown,
        (false, several) => format!("{shown}, by {}", count(several, "DNS name")),
    }
}

fn row(point: &SinglePoint) -> Vec<Mark> {
    let grade = if point.certain { Grade::Bad } else { Grade::Doubtful };
    let zones = point.zones.as_ref().filter(|zones| !zones.is_empty());
    let place = zones.map_or_else(|| point.region.clone(), |zones| zones.join(", "));
    let flow = point.requests_per_second.map_or("unknown".to_owned(), figure);
    let sure = if point.certain { "" } else { "may cut off " };
    let again = point.replaced_by.as_ref().map_or(String::new(), |by| format!("; {by} starts another one in minutes"));
    vec![
        Mark::of(grade, point.name.clone()),
        Mark::plain(point.kind.clone()),
        Mark::plain(place),
        Mark::plain(flow),
        Mark::plain(format!("{sure}{}{again}", cuts(point))),
    ]
}
