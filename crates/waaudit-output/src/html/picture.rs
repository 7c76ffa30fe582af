//! The picture of a Region: its ways in, what decides about them in each zone whose loss is felt, and single points of
//! failure. It draws what the report says, as SVG; the matrix beside it has the same in words.

use std::collections::BTreeMap;

use crate::words;
use waaudit_judge::report::{Losses, ZoneOutcome};
use waaudit_simulate::Outcome;
use waaudit_simulate::ways_in::DNS_NAME;

/// So many can be taken in: ways in, causes in a zone, single points.
const MOST_WAYS: usize = 12;
const MOST_CAUSES: usize = 6;
const MOST_POINTS: usize = 8;

/// Of a node, and the room below it.
const HEIGHT: usize = 40;
const ROOM: usize = 12;
/// Over the nodes of a box, and below them.
const HEAD: usize = 30;
/// From the left, and how wide.
const WAYS: (usize, usize) = (1, 230);
const ZONES: (usize, usize) = (360, 270);
const POINTS: (usize, usize) = (660, 270);
/// Inside of a box.
const INDENT: usize = 12;
/// Characters that fit into a node.
const MOST_LETTERS: usize = 30;

pub(super) struct Picture {
    pub(super) region: String,
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) lines: Vec<Line>,
    pub(super) frames: Vec<Frame>,
    pub(super) nodes: Vec<Node>,
    /// What was left out.
    pub(super) more: Vec<String>,
}

/// A box around nodes.
pub(super) struct Frame {
    pub(super) title: String,
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

pub(super) struct Node {
    pub(super) name: String,
    pub(super) note: String,
    pub(super) class: &'static str,
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
}

/// From a way in to what decides.
pub(super) struct Line {
    pub(super) path: String,
    pub(super) class: &'static str,
}

/// A way in, by what people call it and what it is.
type Way<'r> = (&'r str, &'r str);
/// What decides: the outcome, and the hop; no hop where the outcome is not known.
type Cause<'r> = (Option<Outcome>, &'r str);

/// A picture for each Region in which the loss of a zone is felt, or might be.
pub(super) fn pictures(losses: &Losses) -> Vec<Picture> {
    let mut regions: BTreeMap<&str, Vec<&ZoneOutcome>> = BTreeMap::new();
    for one in &losses.zones {
        regions.entry(&one.region).or_default().push(one);
    }
    regions.into_iter().filter_map(|(region, outcomes)| picture(region, &outcomes, losses)).collect()
}

fn picture(region: &str, outcomes: &[&ZoneOutcome], losses: &Losses) -> Option<Picture> {
    let felt: Vec<&ZoneOutcome> = own(outcomes);
    if felt.is_empty() {
        return None;
    }
    let mut picture = Picture {
        region: region.to_owned(),
        width: POINTS.0 + POINTS.1 + 1,
        height: 0,
        lines: Vec::new(),
        frames: Vec::new(),
        nodes: Vec::new(),
        more: Vec::new(),
    };
    let ways = picture.ways(&felt);
    picture.zones(&felt, &ways);
    picture.points(region, losses);
    Some(picture)
}

/// What does not simply survive. A DNS name leads to one of the other ways in: where there are any, names are left out.
fn own<'r>(outcomes: &[&'r ZoneOutcome]) -> Vec<&'r ZoneOutcome> {
    let felt = || outcomes.iter().copied().filter(|one| one.outcome != Some(Outcome::Survives));
    let own: Vec<&ZoneOutcome> = felt().filter(|one| one.way_in.way_in_type != DNS_NAME).collect();
    if own.is_empty() { felt().collect() } else { own }
}

fn way(of: &ZoneOutcome) -> Way<'_> {
    (&of.way_in.name, &of.way_in.way_in_type)
}

impl Picture {
    /// The ways in, those that fare worst first, with the middle of each.
    fn ways<'r>(&mut self, felt: &[&'r ZoneOutcome]) -> BTreeMap<Way<'r>, usize> {
        let mut worst: BTreeMap<Way, Option<Outcome>> = BTreeMap::new();
        for one in felt {
            let known = worst.entry(way(one)).or_insert(one.outcome);
            *known = (*known).max(one.outcome);
        }
        let mut ways: Vec<(Way, Option<Outcome>)> = worst.into_iter().collect();
        ways.sort_by_key(|(way, outcome)| (std::cmp::Reverse(*outcome), *way));
        self.leave_out(ways.len(), MOST_WAYS, "way in", "ways in");
        let mut middles = BTreeMap::new();
        let mut y = HEAD;
        for (way, _) in ways.into_iter().take(MOST_WAYS) {
            let (name, kind) = way;
            self.node((name, kind), "plain", WAYS, y);
            middles.insert(way, y + HEIGHT / 2);
            y += HEIGHT + ROOM;
        }
        let title = "Ways in".to_owned();
        self.frames.push(Frame { title, x: WAYS.0, y: 0, width: 0, height: 0 });
        middles
    }

    /// A box for each zone with what decides when it is lost, and lines from the ways in that it decides for.
    fn zones(&mut self, felt: &[&ZoneOutcome], ways: &BTreeMap<Way, usize>) {
        let mut zones: BTreeMap<&str, BTreeMap<Cause, Vec<Way>>> = BTreeMap::new();
        for one in felt {
            let hop = one.decided_by.as_ref().map_or("", |by| by.name.as_str());
            zones.entry(&one.zone).or_default().entry((one.outcome, hop)).or_default().push(way(one));
        }
        let mut y = 0;
        for (zone, causes) in zones {
            let top = y;
            self.leave_out(causes.len(), MOST_CAUSES, &format!("cause in {zone}"), &format!("causes in {zone}"));
            y += HEAD;
            // What dies comes first.
            for (cause, decided) in causes.into_iter().rev().take(MOST_CAUSES) {
                self.cause(cause, &decided, ways, y);
                y += HEIGHT + ROOM;
            }
            let title = format!("Without {zone}");
            self.frames.push(Frame { title, x: ZONES.0, y: top, width: ZONES.1, height: y - top });
            y += ROOM;
        }
    }

    fn cause(&mut self, (outcome, hop): Cause, decided: &[Way], ways: &BTreeMap<Way, usize>, y: usize) {
        let (class, word) = match outcome {
            None => ("doubtful", "unknown"),
            Some(outcome @ (Outcome::Dies | Outcome::Recovers)) => ("bad", outcome.words()),
            Some(outcome) => ("doubtful", outcome.words()),
        };
        let name = if hop.is_empty() { "not known" } else { hop };
        let note = format!("{} in: {word}", words::count(decided.len(), "way"));
        let (left, width) = ZONES;
        self.node((name, &note), class, (left + INDENT, width - 2 * INDENT), y);
        let (from, to) = (WAYS.0 + WAYS.1, left + INDENT);
        let middle = usize::midpoint(from, to);
        for start in decided.iter().filter_map(|way| ways.get(way)) {
            let end = y + HEIGHT / 2;
            let path = format!("M{from} {start}C{middle} {start} {middle} {end} {to} {end}");
            self.lines.push(Line { path, class });
        }
    }

    fn points(&mut self, region: &str, losses: &Losses) {
        let here =
            |point: &&waaudit_judge::report::SinglePointInBrief| point.region == region && point.kind != "region";
        let points: Vec<_> = losses.single_points.iter().filter(here).collect();
        if points.is_empty() {
            return;
        }
        self.leave_out(points.len(), MOST_POINTS, "single point", "single points");
        let mut y = HEAD;
        for point in points.into_iter().take(MOST_POINTS) {
            let (class, sure) = if point.certain { ("bad", "cuts off") } else { ("doubtful", "may cut off") };
            let note = format!("{sure} {} in", words::count(point.ways_in, "way"));
            let (left, width) = POINTS;
            self.node((&point.name, &note), class, (left + INDENT, width - 2 * INDENT), y);
            y += HEIGHT + ROOM;
        }
        let title = "Single points of failure".to_owned();
        self.frames.push(Frame { title, x: POINTS.0, y: 0, width: POINTS.1, height: y });
    }

    fn node(&mut self, (name, note): (&str, &str), class: &'static str, (x, width): (usize, usize), y: usize) {
        self.nodes.push(Node { name: short(name), note: short(note), class, x, y, width });
        self.height = self.height.max(y + HEIGHT + ROOM + 1);
    }

    fn leave_out(&mut self, all: usize, most: usize, one: &str, several: &str) {
        match all.saturating_sub(most) {
            0 => {}
            1 => self.more.push(format!("1 {one}")),
            more => self.more.push(format!("{more} {several}")),
        }
    }
}

/// What fits into a node.
fn short(text: &str) -> String {
    match text.chars().count() {
        few if few <= MOST_LETTERS => text.to_owned(),
        _ => text.chars().take(MOST_LETTERS - 1).chain(['…']).collect(),
    }
}
