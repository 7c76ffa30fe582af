//! The boxes of a picture, and the lines between them.

use std::collections::{BTreeMap, BTreeSet};

use waaudit_model::confidence::Confidence;
use waaudit_model::lookup::Lookup;
use waaudit_model::topology::graph::{Edge, Graph, Node, Relation};

use super::{Marks, PathEdge, PathNode, RequestPaths, alike};
use crate::single_points::{is_membership, is_store};

/// Kinds of nodes that are lines, not boxes: they hand on what they get.
const PASSED_THROUGH: &[&str] =
    &["address", "ec2.route_table", "ec2.subnet", "elb.target_group", "interfaces", "listener"];

/// Servers of a group in one zone, or a thing alone: the id of the group or thing, and the zone.
type Key<'g> = (&'g str, &'g str);

/// The graph, ready to be drawn.
pub(super) struct Drawing<'g> {
    nodes: Lookup<&'g str, &'g Node>,
    /// Edges in use by the node that leads, without those that make a server a member.
    leads: Lookup<&'g str, Vec<&'g Edge>>,
    /// The group of a server.
    group: Lookup<&'g str, &'g str>,
    members: Lookup<&'g str, Vec<&'g str>>,
}

/// What is in the picture.
#[derive(Default)]
struct Drawn<'g> {
    ways_in: BTreeSet<&'g str>,
    /// The nodes in each box.
    boxes: BTreeMap<Key<'g>, BTreeSet<&'g str>>,
}

/// What a node leads to.
struct Next<'g> {
    to: &'g Node,
    certain: bool,
    way_out: bool,
    /// What is passed through on the way there.
    passed: BTreeSet<&'g str>,
}

impl Next<'_> {
    fn is_drawn(&self) -> bool {
        self.certain || is_store(&self.to.kind)
    }
}

impl<'g> Drawing<'g> {
    pub(super) fn new(graph: &'g Graph) -> Self {
        let mut drawing = Self {
            nodes: graph.nodes.iter().map(|node| (node.id.as_str(), node)).collect(),
            leads: Lookup::default(),
            group: Lookup::default(),
            members: Lookup::default(),
        };
        for edge in graph.edges.iter().filter(|edge| edge.active) {
            if is_membership(edge) {
                drawing.group.insert(&edge.from, &edge.to);
                drawing.members.entry(&edge.to).or_default().push(&edge.from);
            } else if edge.relation.carries_requests() || edge.relation == Relation::Leaves {
                drawing.leads.entry(&edge.from).or_default().push(edge);
            }
        }
        drawing
    }

    /// The picture of ways in, as many of the first as fit into so many boxes.
    pub(super) fn of(&self, ways_in: &[&'g str], most: usize, marks: &Marks) -> RequestPaths {
        let mut drawn = Drawn::default();
        let fit = ways_in.iter().take_while(|way_in| self.add(way_in, most, &mut drawn)).count();
        let (nodes, edges, calls_left_out) = self.lines(&drawn, marks);
        let (nodes, edges) = alike::together(nodes, &edges);
        RequestPaths { nodes, edges, ways_in_left_out: ways_in.len() - fit, calls_left_out }
    }

    /// Draws what is behind a way in; no where the picture would get too large.
    fn add(&self, way_in: &'g str, most: usize, drawn: &mut Drawn<'g>) -> bool {
        let mut new: BTreeMap<Key, BTreeSet<&str>> = BTreeMap::new();
        let (mut open, mut seen) = (vec![way_in], BTreeSet::from([way_in]));
        while let Some(id) = open.pop() {
            for (key, member) in self.keys(id).into_iter().filter(|(key, _)| !drawn.boxes.contains_key(key)) {
                new.entry(key).or_default().insert(member);
                open.extend(Some(member).filter(|member| seen.insert(member)));
            }
            if drawn.boxes.len() + new.len() > most {
                return false;
            }
            let next = self.next(id).into_iter().filter(Next::is_drawn).map(|next| next.to.id.as_str());
            open.extend(next.filter(|to| seen.insert(to)));
        }
        drawn.boxes.extend(new);
        drawn.ways_in.insert(way_in);
        true
    }

    /// The boxes of a node: those of the members, where it is a group that has some or one of them.
    fn keys(&self, id: &'g str) -> Vec<(Key<'g>, &'g str)> {
        let group = self.group.get(id).copied().unwrap_or(id);
        let members = self.members.get(group).into_iter().flatten().copied();
        let keys: Vec<(Key, &str)> = members.map(|member| ((group, self.zone(member)), member)).collect();
        if keys.is_empty() { vec![((id, ""), id)] } else { keys }
    }

    fn zone(&self, id: &str) -> &'g str {
        let zones = self.nodes.get(id).and_then(|node| node.zones.as_deref());
        zones.and_then(<[String]>::first).map_or("", String::as_str)
    }

    /// What a node and its group lead to, through what is only passed through.
    fn next(&self, id: &'g str) -> Vec<Next<'g>> {
        let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
        let start = [Some(id), self.group.get(id).copied()].into_iter().flatten();
        let mut open: Vec<(&str, bool, bool, BTreeSet<&str>)> =
            start.map(|id| (id, true, false, BTreeSet::new())).collect();
        while let Some((from, certain, way_out, passed)) = open.pop() {
            for edge in self.leads.get(from).into_iter().flatten() {
                let Some(to) = self.nodes.get(edge.to.as_str()).copied() else { continue };
                let certain = certain && edge.confidence != Confidence::Heuristic;
                let way_out = way_out || edge.relation == Relation::Leaves;
                if !PASSED_THROUGH.contains(&to.kind.as_str()) {
                    found.push(Next { to, certain, way_out, passed: passed.clone() });
                } else if seen.insert((&to.id, certain, way_out)) {
                    let passed = passed.iter().copied().chain([to.id.as_str()]).collect();
                    open.push((&to.id, certain, way_out, passed));
                }
            }
        }
        found
    }

    /// Boxes, the lines between them, and how many calls are no line.
    fn lines(&self, drawn: &Drawn<'g>, marks: &Marks) -> (Vec<PathNode>, Vec<PathEdge>, usize) {
        let places: Lookup<Key, usize> = drawn.boxes.keys().enumerate().map(|(place, key)| (*key, place)).collect();
        let own = |(key, ids): (&Key<'g>, &BTreeSet<&'g str>)| ids.iter().copied().chain([key.0]).collect();
        let mut concerned: Vec<BTreeSet<&str>> = drawn.boxes.iter().map(own).collect();
        let mut edges: BTreeMap<(usize, usize), PathEdge> = BTreeMap::new();
        let mut left_out: BTreeSet<(usize, usize)> = BTreeSet::new();
        for (from, ids) in drawn.boxes.values().enumerate() {
            for next in ids.iter().flat_map(|id| self.next(id)) {
                let to = self.keys(&next.to.id).into_iter().filter_map(|(key, _)| places.get(&key).copied());
                for to in to.filter(|to| *to != from) {
                    if !next.is_drawn() {
                        left_out.insert((from, to));
                        continue;
                    }
                    let line = edges.entry((from, to)).or_insert(PathEdge { from, to, certain: false, way_out: true });
                    line.certain |= next.certain;
                    line.way_out &= next.way_out;
                    if let Some(concerned) = concerned.get_mut(to) {
                        concerned.extend(&next.passed);
                    }
                }
            }
        }
        left_out.retain(|pair| !edges.contains_key(pair));
        let boxes = drawn.boxes.iter().zip(&concerned);
        let nodes = boxes.filter_map(|((key, ids), concerned)| {
            let way_in = ids.iter().any(|id| drawn.ways_in.contains(id));
            let node = self.node(*key, ids)?;
            Some(PathNode { way_in, single_point: marks.single_point(ids), decides: marks.decides(concerned), ..node })
        });
        (nodes.collect(), edges.into_values().collect(), left_out.len())
    }

    /// A box without marks.
    fn node(&self, key: Key, ids: &BTreeSet<&str>) -> Option<PathNode> {
        let first = ids.first().and_then(|id| self.nodes.get(id))?;
        let named = self.nodes.get(key.0).unwrap_or(first);
        Some(PathNode {
            resource: first.id.clone(),
            kind: first.kind.clone(),
            name: named.name.clone(),
            count: ids.len(),
            region: first.region.clone(),
            zones: first.zones.clone(),
            way_in: false,
            single_point: None,
            decides: None,
        })
    }
}
