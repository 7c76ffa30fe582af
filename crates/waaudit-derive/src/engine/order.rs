//! An order in which each thing comes after those that it needs.

use std::collections::BTreeSet;

/// An order, and a circle where there is none.
pub(super) struct Order {
    /// Every thing once. Those on circles come last, as they were.
    pub(super) places: Vec<usize>,
    /// The things on one circle, each of which needs the next, and the last one the first.
    pub(super) circle: Option<Vec<usize>>,
}

/// Sorts things by what each of them needs. Of those that may come next, the first one does.
pub(super) fn order(needs: &[BTreeSet<usize>]) -> Order {
    let mut waiting: Vec<BTreeSet<usize>> = needs.to_vec();
    let mut left: BTreeSet<usize> = (0..needs.len()).collect();
    let mut places = Vec::with_capacity(needs.len());
    while let Some(next) = left.iter().copied().find(|place| waiting.get(*place).is_none_or(BTreeSet::is_empty)) {
        left.remove(&next);
        places.push(next);
        for needed in &mut waiting {
            needed.remove(&next);
        }
    }
    let circle = left.first().map(|first| circle(&waiting, *first));
    places.extend(left);
    Order { places, circle }
}

/// A circle that is come to from a thing of which the needs are never met.
fn circle(waiting: &[BTreeSet<usize>], first: usize) -> Vec<usize> {
    let mut path = vec![first];
    loop {
        let here = path.last().copied().unwrap_or(first);
        let next = waiting.get(here).and_then(BTreeSet::first).copied().unwrap_or(here);
        if let Some(start) = path.iter().position(|place| *place == next) {
            return path.split_off(start);
        }
        path.push(next);
    }
}

#[cfg(test)]
mod tests {
    use super::order;

    fn ordered(needs: &[&[usize]]) -> (Vec<usize>, Option<Vec<usize>>) {
        let needs: Vec<_> = needs.iter().map(|needed| needed.iter().copied().collect()).collect();
        let order = order(&needs);
        (order.places, order.circle)
    }

    #[test]
    fn what_is_needed_goes_before_and_the_rest_stays_where_it_is() {
        assert_eq!(ordered(&[&[], &[3], &[], &[]]), (vec![0, 2, 3, 1], None));
        assert_eq!(ordered(&[&[], &[], &[1], &[0]]), (vec![0, 1, 2, 3], None));
    }

    #[test]
    fn a_circle_is_found_behind_what_leads_to_it() {
        assert_eq!(ordered(&[&[1], &[2], &[1], &[]]), (vec![3, 0, 1, 2], Some(vec![1, 2])));
        assert_eq!(ordered(&[&[0]]), (vec![0], Some(vec![0])));
    }
}
