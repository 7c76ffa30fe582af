//! The column of each box of a picture: right of all that lead to it.

use waaudit_simulate::request_paths::PathEdge;

/// The column of each box, from 0. Lines that lead back, as from an origin to its distribution, move nothing.
pub(super) fn columns(boxes: usize, edges: &[PathEdge]) -> Vec<usize> {
    let mut leads: Vec<Vec<usize>> = vec![Vec::new(); boxes];
    for edge in edges.iter().filter(|edge| edge.to < boxes) {
        if let Some(to) = leads.get_mut(edge.from) {
            to.push(edge.to);
        }
    }
    let mut columns = vec![0; boxes];
    for place in order(&mut leads).into_iter().rev() {
        let next = columns.get(place).map_or(0, |column| column + 1);
        for to in leads.get(place).into_iter().flatten() {
            if let Some(column) = columns.get_mut(*to) {
                *column = next.max(*column);
            }
        }
    }
    columns
}

/// What a box leads to before the box itself, depth first; lines that lead back are taken out.
fn order(leads: &mut [Vec<usize>]) -> Vec<usize> {
    let mut order = Vec::with_capacity(leads.len());
    let mut state = vec![State::New; leads.len()];
    for start in 0..leads.len() {
        visit(start, leads, &mut state, &mut order);
    }
    order
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

/// A picture has some hundred boxes at most, so that no stack is too small.
fn visit(place: usize, leads: &mut [Vec<usize>], state: &mut [State], order: &mut Vec<usize>) {
    if state.get(place) != Some(&State::New) {
        return;
    }
    set(state, place, State::Open);
    let next = leads.get(place).cloned().unwrap_or_default();
    for to in &next {
        visit(*to, leads, state, order);
    }
    let forward = next.into_iter().filter(|to| state.get(*to) != Some(&State::Open)).collect();
    if let Some(own) = leads.get_mut(place) {
        *own = forward;
    }
    set(state, place, State::Done);
    order.push(place);
}

fn set(state: &mut [State], place: usize, to: State) {
    if let Some(one) = state.get_mut(place) {
        *one = to;
    }
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
