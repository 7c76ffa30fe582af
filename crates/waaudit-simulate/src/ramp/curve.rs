//! Piecewise linear curves over time, and the area by which one is above another.
//!
//! A curve is its knots, by time in seconds from 0. Between two knots it is a straight line, after the last it stays. Two
//! knots at one time are a jump.

/// What differs by less is equal: sums of seconds and multiples are not exact.
const CLOSE: f64 = 1e-9;

/// A curve over time.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Curve {
    knots: Vec<(f64, f64)>,
}

/// How far one curve is above another, up to a horizon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shortfall {
    /// When it first is.
    pub(super) from: Option<f64>,
    /// When it last is; nothing where it still is at the horizon, or never was.
    pub(super) until: Option<f64>,
    /// The area between the two.
    pub(super) area: f64,
}

impl Curve {
    pub(super) fn constant(value: f64) -> Self {
        Self { knots: vec![(0.0, value)] }
    }

    /// From one value to another within some seconds; a jump where that is 0.
    pub(super) fn line(from: f64, to: f64, within: f64) -> Self {
        Self { knots: vec![(0.0, from), (within.max(0.0), to)] }
    }

    /// Grows by a rate per second up to a ceiling.
    pub(super) fn rising(start: f64, rate: f64, ceiling: f64, horizon: f64) -> Self {
        let ceiling = ceiling.min(start + rate * horizon);
        if start >= ceiling || rate <= 0.0 {
            return Self::constant(start.min(ceiling));
        }
        Self { knots: vec![(0.0, start), ((ceiling - start) / rate, ceiling)] }
    }

    /// Is multiplied after each `every` seconds: in one jump, or growing all the while.
    pub(super) fn multiplied(start: f64, times: f64, every: f64, ceiling: f64, horizon: f64, jumps: bool) -> Self {
        let (mut knots, mut at, mut value) = (vec![(0.0, start.min(ceiling))], 0.0, start);
        while at < horizon && value < ceiling && times > 1.0 && every > 0.0 {
            let before = value;
            at += every;
            value = (value * times).min(ceiling);
            if jumps {
                knots.push((at, before));
            }
            knots.push((at, value));
        }
        Self { knots }
    }

    /// The same curve some seconds later, times a factor. Before that it is 0.
    pub(super) fn delayed(&self, by: f64, times: f64) -> Self {
        let later = self.knots.iter().map(|(at, value)| (at + by, value * times));
        Self { knots: [(0.0, 0.0), (by, 0.0)].into_iter().chain(later).collect() }
    }

    /// The lower of two curves at each time.
    pub(super) fn min(&self, other: &Self, horizon: f64) -> Self {
        self.joined(other, horizon, f64::min)
    }

    /// The higher of two curves at each time.
    pub(super) fn max(&self, other: &Self, horizon: f64) -> Self {
        self.joined(other, horizon, f64::max)
    }

    fn joined(&self, other: &Self, horizon: f64, choose: fn(f64, f64) -> f64) -> Self {
        let mut knots = Vec::new();
        for (from, to) in pieces(self, other, horizon) {
            let (a, b) = ((self.after(from), self.before(to)), (other.after(from), other.before(to)));
            knots.push((from, choose(a.0, b.0)));
            if let Some(share) = crossing(a.0 - b.0, a.1 - b.1) {
                knots.push((from + share * (to - from), a.0 + share * (a.1 - a.0)));
            }
            knots.push((to, choose(a.1, b.1)));
        }
        if knots.is_empty() {
            knots.push((0.0, choose(self.after(0.0), other.after(0.0))));
        }
        Self { knots }
    }

    /// Its value from a time on.
    fn after(&self, time: f64) -> f64 {
        let next = self.knots.partition_point(|(at, _)| *at <= time);
        self.between(next, time)
    }

    /// Its value up to a time.
    fn before(&self, time: f64) -> f64 {
        let next = self.knots.partition_point(|(at, _)| *at < time);
        self.between(next, time)
    }

    /// Its value on the line that ends in a knot.
    fn between(&self, next: usize, time: f64) -> f64 {
        let last = next.checked_sub(1).and_then(|last| self.knots.get(last));
        match (last, self.knots.get(next)) {
            (Some((from, low)), Some((to, high))) if to > from => low + (high - low) * (time - from) / (to - from),
            (Some((_, value)), _) | (None, Some((_, value))) => *value,
            (None, None) => 0.0,
        }
    }
}

/// By how much demand is above capacity, up to the horizon. The area is exact: on each piece both are straight lines.
pub(super) fn shortfall(demand: &Curve, capacity: &Curve, horizon: f64) -> Shortfall {
    let mut found = Shortfall { from: None, until: None, area: 0.0 };
    let mut still = false;
    for (from, to) in pieces(demand, capacity, horizon) {
        let (start, end) = (demand.after(from) - capacity.after(from), demand.before(to) - capacity.before(to));
        still = end > CLOSE;
        if start <= CLOSE && end <= CLOSE {
            continue;
        }
        let middle = from + crossing(start, end).unwrap_or(if start > end { 1.0 } else { 0.0 }) * (to - from);
        let (begins, ends) = if start <= CLOSE {
            (middle, to)
        } else if end <= CLOSE {
            (from, middle)
        } else {
            (from, to)
        };
        found.from.get_or_insert(begins);
        found.until = Some(ends);
        found.area += f64::midpoint(start.max(0.0), end.max(0.0)) * (ends - begins);
    }
    if still {
        found.until = None;
    }
    found
}

/// Where on a straight line, 0 to 1, the sign changes; nothing where it does not.
fn crossing(start: f64, end: f64) -> Option<f64> {
    (start * end < 0.0).then(|| start / (start - end))
}

/// The times between which both curves are straight lines.
fn pieces(one: &Curve, other: &Curve, horizon: f64) -> Vec<(f64, f64)> {
    let knots = one.knots.iter().chain(&other.knots).map(|(at, _)| *at);
    let mut times: Vec<f64> = knots.filter(|at| *at > 0.0 && *at < horizon).chain([0.0, horizon]).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    times.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::{Curve, shortfall};

    #[test]
    fn a_fixed_capacity_is_behind_from_where_the_ramp_crosses_it() {
        // 1 to 3 within 100 s against 2: behind from 50 s; a triangle of 50 s × 1 ÷ 2, then 1 × 900 s.
        let found = shortfall(&Curve::line(1.0, 3.0, 100.0), &Curve::constant(2.0), 1000.0);
        assert_eq!((found.from, found.until), (Some(50.0), None));
        assert!((found.area - 925.0).abs() < 1e-6, "{}", found.area);
        let enough = shortfall(&Curve::line(1.0, 3.0, 100.0), &Curve::constant(3.0), 1000.0);
        assert_eq!((enough.from, enough.until, enough.area), (None, None, 0.0));
    }

    #[test]
    fn a_step_is_met_when_a_rising_capacity_comes_up_to_it() {
        // A step to 4 against 1 + t / 100: 300 s behind, a triangle of 300 × 3 ÷ 2.
        let found = shortfall(&Curve::line(1.0, 4.0, 0.0), &Curve::rising(1.0, 0.01, 10.0, 1000.0), 1000.0);
        assert_eq!((found.from, found.until), (Some(0.0), Some(300.0)));
        assert!((found.area - 450.0).abs() < 1e-6, "{}", found.area);
    }

    #[test]
    fn jumps_count_from_their_time_on() {
        // A step to 4 against 1, 2 from 60 s, 4 from 120 s: 60 × 3 + 60 × 2.
        let jumps = Curve::multiplied(1.0, 2.0, 60.0, 4.0, 1000.0, true);
        let found = shortfall(&Curve::line(1.0, 4.0, 0.0), &jumps, 1000.0);
        assert_eq!((found.from, found.until), (Some(0.0), Some(120.0)));
        assert!((found.area - 300.0).abs() < 1e-6, "{}", found.area);
        // Growing all the while: half a unit less in each minute on the average: 60 × 2.5 + 60 × 1.
        let grows = Curve::multiplied(1.0, 2.0, 60.0, 4.0, 1000.0, false);
        let found = shortfall(&Curve::line(1.0, 4.0, 0.0), &grows, 1000.0);
        assert!((found.area - 210.0).abs() < 1e-6, "{}", found.area);
    }

    #[test]
    fn the_lower_of_two_curves_bends_where_they_cross() {
        let lower = Curve::rising(0.0, 1.0, 10.0, 100.0).min(&Curve::constant(4.0), 100.0);
        assert_eq!(lower.before(2.0), 2.0);
        assert_eq!(lower.before(50.0), 4.0);
        let later = Curve::line(1.0, 3.0, 10.0).delayed(5.0, 2.0);
        assert_eq!((later.before(5.0), later.after(5.0), later.before(10.0), later.after(20.0)), (0.0, 2.0, 4.0, 6.0));
    }
}
