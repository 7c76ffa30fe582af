//! One metric's points over a window, and the ways to sum them up. Pure arithmetic: it knows no AWS and no kind.

/// What a period without a point means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Absent {
    /// AWS publishes the metric all the time: the point is missing.
    Missing,
    /// AWS publishes the metric only when it is not zero: the point is zero.
    Zero,
    /// AWS publishes the metric only while something happens: there was nothing to measure.
    NoSample,
}

/// The points of one metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Seconds between points.
    pub period: i64,
    /// When the window begins, seconds since 1970.
    pub start: i64,
    /// When the window ends.
    pub end: i64,
    /// What a period without a point means.
    pub absent: Absent,
    /// Points by the time at which their period begins, in order.
    pub points: Vec<(i64, f64)>,
}

/// Days of points without which nothing is said.
const FEWEST_DAYS: i64 = 7;
/// Share of the points since the first one without which nothing is said.
const FEWEST_SHARE: f64 = 0.8;
const DAY: i64 = 86_400;

#[allow(clippy::cast_precision_loss, reason = "counts of points are far below 2^52")]
fn real(count: usize) -> f64 {
    count as f64
}

impl Series {
    /// Points that the window has room for.
    pub fn expected(&self) -> usize {
        periods(self.end - self.start, self.period)
    }

    /// Share of the expected points that came; none where an absent point says something.
    pub fn share(&self) -> Option<f64> {
        (self.absent == Absent::Missing).then(|| real(self.points.len()) / real(self.expected().max(1)))
    }

    /// Why the points are too few to say anything: fewer than four fifths of a week's (or of a shorter window's), or of
    /// those since the first one.
    pub fn too_few(&self) -> Option<String> {
        if self.absent != Absent::Missing {
            return None;
        }
        let Some((first, _)) = self.points.first() else { return Some("no points came".to_owned()) };
        let came = real(self.points.len());
        let least = real(periods((self.end - self.start).min(FEWEST_DAYS * DAY), self.period));
        let since_first = real(periods(self.end - first, self.period));
        let enough = came >= FEWEST_SHARE * least && came >= FEWEST_SHARE * since_first;
        let days = (self.end - self.start) / DAY;
        (!enough).then(|| format!("{came} of {} points came in {days} days", self.expected()))
    }

    /// One value for each period of the window where an absent point is zero, else the points that came.
    pub fn values(&self) -> Vec<f64> {
        if self.absent != Absent::Zero {
            return self.points.iter().map(|(_, value)| *value).collect();
        }
        let mut values: Vec<f64> = self.points.iter().map(|(_, value)| *value).collect();
        values.resize(values.len().max(self.expected()), 0.0);
        values
    }

    /// The value of the period that begins at a time; zero where an absent point is zero.
    pub fn at(&self, time: i64) -> Option<f64> {
        let found = self.points.binary_search_by_key(&time, |(at, _)| *at).ok();
        let value = found.and_then(|index| self.points.get(index)).map(|(_, value)| *value);
        value.or_else(|| (self.absent == Absent::Zero).then_some(0.0))
    }

    /// Several series of counts as one, added up period by period.
    pub fn together(series: &[Self]) -> Option<Self> {
        let (first, others) = series.split_first()?;
        Some(others.iter().fold(first.clone(), |sum, other| sum.with(other, |sum, count| sum + count)))
    }

    /// The times of the points that came.
    pub fn times(&self) -> impl Iterator<Item = i64> + '_ {
        self.points.iter().map(|(at, _)| *at)
    }

    /// The value that so many per cent of the periods stay at or below (nearest rank).
    pub fn percentile(&self, percent: f64) -> Option<f64> {
        let mut values = self.values();
        values.sort_by(f64::total_cmp);
        values.get(rank(percent, values.len()) - 1).copied()
    }

    /// The largest value.
    pub fn largest(&self) -> Option<f64> {
        self.values().into_iter().reduce(f64::max)
    }

    /// The smallest value.
    pub fn smallest(&self) -> Option<f64> {
        self.values().into_iter().reduce(f64::min)
    }

    /// The mean.
    pub fn mean(&self) -> Option<f64> {
        let values = self.values();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / real(values.len()))
    }

    /// The sum; zero without points, where an absent point is zero.
    pub fn sum(&self) -> Option<f64> {
        let none = self.points.is_empty() && self.absent != Absent::Zero;
        // The sum of nothing is minus zero, which would be written as such.
        (!none).then(|| self.points.iter().map(|(_, value)| value).sum::<f64>() + 0.0)
    }

    /// The longest run of periods, one after the other, whose value holds the condition.
    pub fn longest_run(&self, holds: impl Fn(f64) -> bool) -> f64 {
        let (mut longest, mut run, mut due) = (0_usize, 0_usize, i64::MIN);
        for (at, value) in &self.points {
            run = match (holds(*value), *at == due) {
                (true, true) => run + 1,
                (true, false) => 1,
                (false, _) => 0,
            };
            due = at + self.period;
            longest = longest.max(run);
        }
        real(longest)
    }

    /// What the value changes by in a day, by the straight line that fits the points best.
    #[allow(clippy::cast_precision_loss, reason = "a window is far shorter than 2^52 seconds")]
    pub fn slope_per_day(&self) -> Option<f64> {
        let days = |at: i64| (at - self.start) as f64 / DAY as f64;
        let count = real(self.points.len());
        let middle = self.points.iter().map(|(at, _)| days(*at)).sum::<f64>() / count;
        let spread: f64 = self.points.iter().map(|(at, _)| (days(*at) - middle).powi(2)).sum();
        let rise: f64 = self.points.iter().map(|(at, value)| (days(*at) - middle) * value).sum();
        (spread > 0.0).then(|| rise / spread)
    }

    /// What part this is of another series, period by period; zero where the other has fewer than so many.
    #[must_use]
    pub fn portion_of(&self, whole: &Self, fewest: f64) -> Self {
        self.with(whole, |part, whole| if whole >= fewest && whole > 0.0 { part / whole } else { 0.0 })
    }

    /// The value that periods with so many per cent of the weight stay at or below; weights are those of the same time.
    pub fn weighted_percentile(&self, weights: &Self, percent: f64) -> Option<f64> {
        let mut weighted = self.weighted(weights);
        weighted.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let all: f64 = weighted.iter().map(|(_, weight)| weight).sum();
        let mut below = 0.0;
        for (value, weight) in &weighted {
            below += weight;
            if below >= percent / 100.0 * all {
                return Some(*value);
            }
        }
        None
    }

    /// The points of so many per cent of the periods, at least one, in which the other series is largest.
    #[must_use]
    pub fn where_most(&self, weights: &Self, percent: f64) -> Self {
        let mut times: Vec<(f64, (i64, f64))> =
            self.points.iter().filter_map(|point| Some((weights.at(point.0)?, *point))).collect();
        times.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        times.truncate(rank(percent, times.len()));
        let mut points: Vec<(i64, f64)> = times.into_iter().map(|(_, point)| point).collect();
        points.sort_by_key(|(at, _)| *at);
        Self { points, ..self.clone() }
    }

    /// Values with the weight of the same time, where it is above zero.
    fn weighted(&self, weights: &Self) -> Vec<(f64, f64)> {
        let weighted = self.points.iter().filter_map(|(at, value)| Some((*value, weights.at(*at)?)));
        weighted.filter(|(_, weight)| *weight > 0.0).collect()
    }

    /// Two series, period by period where both have a value, as one.
    #[must_use]
    pub fn with(&self, other: &Self, combine: impl Fn(f64, f64) -> f64) -> Self {
        let mut times: Vec<i64> = self.times().chain(other.times()).collect();
        times.sort_unstable();
        times.dedup();
        let points = times.into_iter().filter_map(|at| Some((at, combine(self.at(at)?, other.at(at)?)))).collect();
        Self { points, ..self.clone() }
    }
}

/// Which of so many values in order a percentile is, counted from one.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank is between 1 and the length")]
fn rank(percent: f64, length: usize) -> usize {
    ((percent / 100.0 * real(length)).ceil() as usize).clamp(1, length.max(1))
}

fn periods(seconds: i64, period: i64) -> usize {
    usize::try_from(seconds / period.max(1)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Absent, Series, real};

    const HOUR: i64 = 3600;

    fn series(absent: Absent, days: i64, points: impl IntoIterator<Item = (i64, f64)>) -> Series {
        Series { period: HOUR, start: 0, end: days * 24 * HOUR, absent, points: points.into_iter().collect() }
    }

    fn hourly(days: i64, from: i64, to: i64) -> Series {
        series(Absent::Missing, days, (from..to).map(|hour| (hour * HOUR, 1.0)))
    }

    #[test]
    fn too_few_points_say_nothing_and_enough_of_them_do() {
        assert_eq!(hourly(14, 0, 336).too_few(), None);
        assert_eq!(hourly(14, 160, 336).too_few(), None, "a week of a young resource");
        assert_eq!(hourly(7, 30, 168).too_few(), None, "four fifths of the window");
        assert_eq!(hourly(14, 240, 336).too_few().as_deref(), Some("96 of 336 points came in 14 days"));
        assert!(hourly(14, 0, 200).too_few().is_some(), "it fell silent");
        assert_eq!(hourly(14, 0, 0).too_few().as_deref(), Some("no points came"));
    }

    #[test]
    fn an_absent_point_is_zero_only_where_aws_says_so() {
        let errors = series(Absent::Zero, 1, [(HOUR, 6.0)]);
        assert_eq!((errors.sum(), errors.mean(), errors.at(0)), (Some(6.0), Some(0.25), Some(0.0)));
        assert_eq!(series(Absent::Zero, 1, []).sum().map(|sum| sum.to_string()).as_deref(), Some("0"));
        let latency = series(Absent::NoSample, 1, [(HOUR, 6.0)]);
        assert_eq!((latency.mean(), latency.at(0)), (Some(6.0), None));
        assert_eq!(series(Absent::NoSample, 1, []).sum(), None);
        assert_eq!(series(Absent::Missing, 1, []).percentile(99.0), None);
    }

    #[test]
    fn a_percentile_sees_four_busy_hours_a_day_that_a_mean_does_not() {
        let busy = series(Absent::Missing, 14, (0..336).map(|h| (h * HOUR, if h % 24 < 4 { 97.0 } else { 5.0 })));
        assert_eq!(busy.percentile(95.0), Some(97.0));
        assert!(busy.mean() < Some(25.0));
        assert_eq!((busy.percentile(0.0), busy.percentile(100.0)), (Some(5.0), Some(97.0)));
        assert_eq!((busy.smallest(), busy.largest()), (Some(5.0), Some(97.0)));
    }

    #[test]
    fn a_run_is_broken_by_a_gap_and_by_a_value() {
        let points = [(0, 9.0), (HOUR, 9.0), (3 * HOUR, 9.0), (4 * HOUR, 1.0), (5 * HOUR, 9.0)];
        assert_eq!(series(Absent::Missing, 1, points).longest_run(|value| value > 5.0), 2.0);
    }

    #[test]
    fn a_slope_is_what_changes_in_a_day_from_a_time_on() {
        let series = series(
            Absent::Missing,
            4,
            (0..96).map(|h| (h * HOUR, if h < 48 { 0.0 } else { real(usize::try_from(h).unwrap()) })),
        );
        assert_eq!(series.from(48 * HOUR).slope_per_day().map(f64::round), Some(24.0));
        assert_eq!(series.from(95 * HOUR).slope_per_day(), None, "one point");
    }

    #[test]
    fn two_series_meet_where_both_have_a_value() {
        let errors = series(Absent::Zero, 1, [(HOUR, 1.0)]);
        let requests = series(Absent::Zero, 1, [(HOUR, 10.0), (2 * HOUR, 10.0)]);
        assert_eq!(errors.with(&requests, |a, b| a / b).points, [(HOUR, 0.1), (2 * HOUR, 0.0)]);
    }

    #[test]
    fn a_part_of_too_few_is_no_part() {
        let errors = series(Absent::Zero, 1, [(0, 1.0), (HOUR, 5.0)]);
        let requests = series(Absent::Zero, 1, [(0, 2.0), (HOUR, 50.0), (2 * HOUR, 40.0)]);
        assert_eq!(errors.portion_of(&requests, 10.0).points, [(0, 0.0), (HOUR, 0.1), (2 * HOUR, 0.0)]);
    }

    #[test]
    fn a_slow_night_weighs_as_much_as_its_requests() {
        let latency = series(Absent::NoSample, 1, (0..24).map(|h| (h * HOUR, if h < 6 { 9.0 } else { 0.2 })));
        let requests = series(Absent::Zero, 1, (0..24).map(|h| (h * HOUR, if h < 6 { 1.0 } else { 100.0 })));
        assert_eq!(latency.weighted_percentile(&requests, 95.0), Some(0.2));
        assert_eq!(latency.percentile(95.0), Some(9.0));
        assert_eq!(latency.weighted_percentile(&series(Absent::Zero, 1, []), 95.0), None);
    }

    #[test]
    fn the_busiest_periods_are_those_with_the_most() {
        let latency = series(Absent::NoSample, 1, (0..20).map(|h| (h * HOUR, f64::from(i32::try_from(h).unwrap()))));
        let requests = series(Absent::Zero, 1, [(3 * HOUR, 90.0), (7 * HOUR, 50.0)]);
        assert_eq!(latency.where_most(&requests, 10.0).points, [(3 * HOUR, 3.0), (7 * HOUR, 7.0)]);
        assert_eq!(series(Absent::NoSample, 1, []).where_most(&requests, 10.0).points, []);
    }
}
