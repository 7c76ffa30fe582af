//! Boxes that are alike become one: two names of one distribution, the buckets behind it.

use std::collections::{BTreeMap, BTreeSet};

use super::{PathEdge, PathNode};

/// What has to be the same: the node without what names it, what leads there, and what it leads to.
type Look = (String, BTreeSet<PathEdge>, BTreeSet<PathEdge>);

/// One box for those that are alike, and the lines between these.
pub(super) fn together(all: Vec<PathNode>, edges: &[PathEdge]) -> (Vec<PathNode>, Vec<PathEdge>) {
    let mut places: BTreeMap<Look, usize> = BTreeMap::new();
    let mut boxes: Vec<(PathNode, usize)> = Vec::new();
    let mut new: Vec<usize> = Vec::new();
    let looks: Vec<Look> = looks(&all, edges);
    for (node, look) in all.into_iter().zip(looks) {
        let place = *places.entry(look).or_insert(boxes.len());
        new.push(place);
        match boxes.get_mut(place) {
            Some((first, more)) => {
                first.count += node.count;
                *more += 1;
            }
            None => boxes.push((node, 0)),
        }
    }
    let moved = |edge: &PathEdge| Some(PathEdge { from: *new.get(edge.from)?, to: *new.get(edge.to)?, ..*edge });
    let edges: BTreeSet<PathEdge> = edges.iter().filter_map(moved).collect();
    let named = boxes.into_iter().map(|(node, more)| match more {
        0 => node,
        more => PathNode { name: format!("{} and {more} more", node.name), ..node },
    });
    (named.collect(), edges.into_iter().collect())
}

fn looks(all: &[PathNode], edges: &[PathEdge]) -> Vec<Look> {
    let mut looks: Vec<Look> = all.iter().map(|node| (own_look(node), BTreeSet::new(), BTreeSet::new())).collect();
    for edge in edges {
        if let Some((_, to, _)) = looks.get_mut(edge.to) {
            to.insert(PathEdge { to: 0, ..*edge });
        }
        if let Some((_, _, from)) = looks.get_mut(edge.from) {
            from.insert(PathEdge { from: 0, ..*edge });
        }
    }
    looks
}

fn own_look(node: &PathNode) -> String {
    let PathNode { kind, region, zones, way_in, single_point, decides, .. } = node;
    format!("{:?}", (kind, region, zones, way_in, single_point, decides))
}
