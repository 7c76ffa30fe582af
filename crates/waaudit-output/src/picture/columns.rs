//! The column of each box of a picture: right of all that lead to it.

use std::collections::BTreeSet;

use petgraph::graph::DiGraph;
use petgraph::visit::{DfsEvent, depth_first_search};
use waaudit_simulate::request_paths::PathEdge;

/// The column of each box, from 0. Lines that lead back, as from an origin to its distribution, move nothing.
pub(super) fn columns(boxes: usize, edges: &[PathEdge]) -> Vec<usize> {
    let mut net: DiGraph<(), ()> = DiGraph::new();
    let places: Vec<_> = (0..boxes).map(|_| net.add_node(())).collect();
    // Edges are walked from the last one that was added.
    for edge in edges.iter().rev() {
        if let (Some(from), Some(to)) = (places.get(edge.from), places.get(edge.to)) {
            net.add_edge(*from, *to, ());
        }
    }
    let (mut finished, mut back) = (Vec::new(), BTreeSet::new());
    depth_first_search(&net, places, |event| match event {
        DfsEvent::BackEdge(from, to) => _ = back.insert((from, to)),
        DfsEvent::Finish(place, _) => finished.push(place),
        _ => {}
    });
    let mut columns = vec![0; boxes];
    for place in finished.into_iter().rev() {
        let next = columns.get(place.index()).map_or(0, |column| column + 1);
        for to in net.neighbors(place).filter(|to| !back.contains(&(place, *to))) {
            if let Some(column) = columns.get_mut(to.index()) {
                *column = next.max(*column);
            }
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::columns;
    use waaudit_simulate::request_paths::PathEdge;

    fn edges(pairs: &[(usize, usize)]) -> Vec<PathEdge> {
        pairs.iter().map(|(from, to)| PathEdge { from: *from, to: *to, certain: true, way_out: false }).collect()
    }

    #[test]
    fn a_box_is_right_of_all_that_lead_to_it() {
        assert_eq!(columns(4, &edges(&[(0, 1), (1, 2), (0, 2), (3, 2)])), [0, 1, 2, 0]);
    }

    #[test]
    fn what_leads_back_moves_nothing() {
        assert_eq!(columns(3, &edges(&[(0, 1), (1, 2), (2, 0)])), [0, 1, 2]);
        assert_eq!(columns(1, &edges(&[(0, 0)])), [0]);
        assert_eq!(columns(1, &edges(&[(0, 7), (7, 0)])), [0], "no such box");
    }
}
