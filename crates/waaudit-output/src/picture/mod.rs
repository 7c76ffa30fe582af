//! The picture of a Region: how requests get from the ways in to what serves them, by zone, with what has no standby or
//! decides when a zone is lost. It draws what the report says, as SVG: in the HTML page, where tables beside it have the same
//! in words, and as a file of its own.

mod columns;
mod document;
mod style;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use self::columns::columns;
pub(crate) use self::document::document;
use crate::layout::{placed, shortened, what};
use crate::words;
use waaudit_judge::report::Losses;
use waaudit_model::snapshot::GLOBAL;
use waaudit_simulate::Outcome;
use waaudit_simulate::request_paths::{PathEdge, PathNode};

/// A box, and the room below and beside it.
const WIDTH: usize = 176;
const HEIGHT: usize = 40;
const BELOW: usize = 12;
const BESIDE: usize = 44;
/// Over the boxes of a band, and between its frame and them.
const HEAD: usize = 30;
const INDENT: usize = 24;
/// Between bands.
const ROOM: usize = 12;
/// Characters that fit into the two lines of a box.
const MOST_LETTERS: usize = 21;
const MOST_NOTE: usize = 29;

pub(crate) struct Picture {
    pub(crate) region: String,
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) lines: Vec<Line>,
    pub(crate) frames: Vec<Frame>,
    pub(crate) nodes: Vec<Node>,
}

/// A band: what is in one zone, or in several.
pub(crate) struct Frame {
    pub(crate) title: String,
    /// What the loss of the zone does.
    pub(crate) note: String,
    pub(crate) class: &'static str,
    pub(crate) y: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) note: String,
    pub(crate) class: &'static str,
    pub(crate) way_in: bool,
    pub(crate) x: usize,
    pub(crate) y: usize,
    pub(crate) width: usize,
}

pub(crate) struct Line {
    pub(crate) path: String,
    pub(crate) class: &'static str,
}

/// The bands of a Region from top to bottom.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Band<'r> {
    Global,
    SeveralZones,
    Zone(&'r str),
}

/// A picture for each Region that serves requests, and one of what leads to no Region.
pub(crate) fn pictures(losses: &Losses) -> Vec<Picture> {
    let nodes = &losses.paths.nodes;
    let regions: BTreeSet<&str> =
        nodes.iter().map(|node| node.region.as_str()).filter(|name| *name != GLOBAL).collect();
    let mut parts: Vec<(&str, BTreeSet<usize>)> =
        regions.into_iter().map(|region| (region, around(region, losses))).collect();
    let elsewhere: BTreeSet<usize> =
        (0..nodes.len()).filter(|place| !parts.iter().any(|(_, part)| part.contains(place))).collect();
    if !elsewhere.is_empty() {
        parts.insert(0, (GLOBAL, elsewhere));
    }
    parts.into_iter().map(|(region, kept)| picture(region, &kept, losses)).collect()
}

fn picture(region: &str, kept: &BTreeSet<usize>, losses: &Losses) -> Picture {
    let (nodes, edges) = part(kept, losses);
    let columns = columns(nodes.len(), &edges);
    let mut bands: BTreeMap<Band, Vec<usize>> = BTreeMap::new();
    for (place, node) in nodes.iter().enumerate() {
        bands.entry(band(node)).or_default().push(place);
    }
    let last = columns.iter().max().copied().unwrap_or_default();
    let width = 2 * INDENT + (last + 1) * (WIDTH + BESIDE) - BESIDE;
    let mut picture = Picture {
        region: region.to_owned(),
        width: width + 2,
        height: 0,
        lines: Vec::new(),
        frames: Vec::new(),
        nodes: Vec::new(),
    };
    let mut spots: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (band, places) in bands {
        let stacks = stacks(&places, &columns, &edges, &spots);
        let rows = stacks.values().map(Vec::len).max().unwrap_or_default();
        let (top, height) = (picture.height, HEAD + rows * (HEIGHT + BELOW));
        for (column, stack) in stacks {
            for (row, place) in stack.into_iter().enumerate() {
                let x = 1 + INDENT + column * (WIDTH + BESIDE);
                spots.insert(place, (x, top + HEAD + row * (HEIGHT + BELOW)));
            }
        }
        picture.frames.push(frame(band, region, losses, (top, width, height)));
        picture.height = top + height + ROOM;
    }
    picture.lines = edges.iter().filter_map(|edge| line(edge, &spots)).collect();
    picture.nodes = spots.iter().filter_map(|(place, spot)| Some(drawn(nodes.get(*place)?, *spot))).collect();
    picture
}

/// The places of what is in a Region, and of what is global and on the way there, or from there.
fn around(region: &str, losses: &Losses) -> BTreeSet<usize> {
    let paths = &losses.paths;
    let of = |place: usize| paths.nodes.get(place).map_or("", |node| node.region.as_str());
    let mut kept: BTreeSet<usize> = (0..paths.nodes.len()).filter(|place| of(*place) == region).collect();
    let mut before = 0;
    while kept.len() > before {
        before = kept.len();
        for edge in &paths.edges {
            let ends = [(edge.from, edge.to), (edge.to, edge.from)];
            for (one, other) in ends {
                if kept.contains(&one) && of(other) == GLOBAL {
                    kept.insert(other);
                }
            }
        }
    }
    kept
}

/// The boxes at some places, and the lines between them.
fn part<'r>(kept: &BTreeSet<usize>, losses: &'r Losses) -> (Vec<&'r PathNode>, Vec<PathEdge>) {
    let paths = &losses.paths;
    let places: BTreeMap<usize, usize> = kept.iter().enumerate().map(|(new, old)| (*old, new)).collect();
    let moved = |edge: &PathEdge| {
        let (from, to) = (*places.get(&edge.from)?, *places.get(&edge.to)?);
        Some(PathEdge { from, to, ..*edge })
    };
    let nodes = kept.iter().filter_map(|place| paths.nodes.get(*place)).collect();
    (nodes, paths.edges.iter().filter_map(moved).collect())
}

fn band(node: &PathNode) -> Band<'_> {
    match node.zones.as_deref() {
        _ if node.region == GLOBAL => Band::Global,
        Some([zone]) => Band::Zone(zone),
        _ => Band::SeveralZones,
    }
}

/// The boxes of a band by column, each beside what leads to it where that has its place already.
fn stacks(
    places: &[usize],
    columns: &[usize],
    edges: &[PathEdge],
    spots: &BTreeMap<usize, (usize, usize)>,
) -> BTreeMap<usize, Vec<usize>> {
    let mut stacks: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for place in places {
        stacks.entry(columns.get(*place).copied().unwrap_or_default()).or_default().push(*place);
    }
    let mut rows: BTreeMap<usize, usize> = BTreeMap::new();
    for stack in stacks.values_mut() {
        stack.sort_by_cached_key(|place| {
            let leads = edges.iter().filter(|edge| edge.to == *place).map(|edge| edge.from);
            let own = leads.clone().filter_map(|from| rows.get(&from)).min().copied();
            (own, leads.filter_map(|from| spots.get(&from)).map(|spot| spot.1).min(), *place)
        });
        rows.extend(stack.iter().enumerate().map(|(row, place)| (*place, row)));
    }
    stacks
}

fn frame(band: Band, region: &str, losses: &Losses, (y, width, height): (usize, usize, usize)) -> Frame {
    let title = match band {
        Band::Global if region == GLOBAL => "Global, leads to no Region that was read".to_owned(),
        Band::Global => "Global".to_owned(),
        Band::SeveralZones => format!("{region}, in several zones or none"),
        Band::Zone(zone) => zone.to_owned(),
    };
    let (note, class) = match band {
        Band::Zone(zone) => without(zone, losses),
        _ => (String::new(), ""),
    };
    Frame { title, note, class, y, width, height }
}

/// "without it 6 of 8 ways in die", for the worst that happens.
fn without(zone: &str, losses: &Losses) -> (String, &'static str) {
    let outcomes: Vec<Option<Outcome>> =
        losses.zones.iter().filter(|one| one.zone == zone).map(|one| one.outcome).collect();
    let (worst, all) = (outcomes.iter().flatten().max().copied(), outcomes.len());
    let unknown = outcomes.iter().filter(|outcome| outcome.is_none()).count();
    let those = |outcome| outcomes.iter().filter(|one| **one == Some(outcome)).count();
    let told = |number: usize, what: &str| format!("without it {number} of {all} ways in {what}");
    match worst {
        _ if all == 0 => (String::new(), ""),
        Some(Outcome::Dies) => (told(those(Outcome::Dies), "die"), "bad"),
        Some(Outcome::Recovers) => (told(those(Outcome::Recovers), "are down for minutes"), "bad"),
        _ if unknown > 0 => (told(unknown, "are not known"), "doubtful"),
        Some(Outcome::Degraded) => (told(those(Outcome::Degraded), "have less capacity"), "doubtful"),
        _ => ("all ways in go on without it".to_owned(), "good"),
    }
}

fn drawn(node: &PathNode, (x, y): (usize, usize)) -> Node {
    let class = match (node.single_point, node.decides) {
        (Some(true), _) | (_, Some(Outcome::Dies | Outcome::Recovers)) => "bad",
        (Some(false), _) | (_, Some(Outcome::Degraded)) => "doubtful",
        _ => "",
    };
    Node {
        name: shortened(&node.name, MOST_LETTERS),
        note: shortened(&note(node), MOST_NOTE),
        class,
        way_in: node.way_in,
        x,
        y,
        width: WIDTH,
    }
}

/// "database, no standby".
fn note(node: &PathNode) -> String {
    let what = what(&node.kind);
    let own = if node.count > 1 { words::count(node.count, &what) } else { what };
    let note = placed(own, node.zones.as_deref(), &node.region);
    match (node.single_point, node.decides) {
        (Some(true), _) => note + ", no standby",
        (Some(false), _) => note + ", a standby is not known",
        (_, Some(outcome)) if !outcome.goes_on() => format!("{note}, {}", outcome.words()),
        _ => note,
    }
}

fn line(edge: &PathEdge, spots: &BTreeMap<usize, (usize, usize)>) -> Option<Line> {
    let (from, to) = (spots.get(&edge.from)?, spots.get(&edge.to)?);
    let (start, end) = ((from.0 + WIDTH, from.1 + HEIGHT / 2), (to.0, to.1 + HEIGHT / 2));
    let (out, into) = (start.0 + BESIDE / 2, end.0.saturating_sub(BESIDE / 2));
    let path = format!("M{} {}C{out} {} {into} {} {} {}", start.0, start.1, start.1, end.1, end.0, end.1);
    let class = match edge {
        PathEdge { certain: false, .. } => "allowed",
        PathEdge { way_out: true, .. } => "out",
        _ => "",
    };
    Some(Line { path, class })
}

/// What the pictures of all Regions leave out.
pub(crate) fn left_out(losses: &Losses) -> Vec<String> {
    let ways = losses.paths.ways_in_left_out;
    let calls = losses.paths.calls_left_out;
    let ways = (ways > 0).then(|| words::count(ways, "way") + " in");
    let calls = (calls > 0).then(|| words::count(calls, "call") + " between servers that security groups merely allow");
    ways.into_iter().chain(calls).collect()
}
