//! What a series says of the hours of a day, and of stretches of time. Hours are those of UTC.

use std::collections::BTreeMap;

use super::series::{Absent, Series};

const HOUR: i64 = 3600;
const HOURS_A_DAY: i64 = 24;

impl Series {
    /// For each hour of the day that has values, its means on the days of the window.
    fn hours_of_day(&self) -> Vec<Vec<f64>> {
        let mut hours: BTreeMap<i64, (f64, f64)> = BTreeMap::new();
        for at in self.grid() {
            if let Some(value) = self.at(at) {
                let (sum, count) = hours.entry(at.div_euclid(HOUR)).or_default();
                *sum += value;
                *count += 1.0;
            }
        }
        let mut of_day: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
        for (hour, (sum, count)) in hours {
            of_day.entry(hour.rem_euclid(HOURS_A_DAY)).or_default().push(sum / count);
        }
        of_day.into_values().collect()
    }

    /// The times of its periods: of all of them where an absent point is zero, else of the points that came.
    fn grid(&self) -> Vec<i64> {
        if self.absent != Absent::Zero {
            return self.times().collect();
        }
        let period = usize::try_from(self.period).ok().filter(|period| *period > 0);
        period.map(|period| (self.start..self.end).step_by(period).collect()).unwrap_or_default()
    }

    /// The mean of the hour of the day with the lowest mean.
    pub fn quietest_hour(&self) -> Option<f64> {
        self.hours_of_day().iter().filter_map(|days| mean(days)).reduce(f64::min)
    }

    /// The mean of the hour of the day with the highest one.
    pub fn busiest_hour(&self) -> Option<f64> {
        self.hours_of_day().iter().filter_map(|days| mean(days)).reduce(f64::max)
    }

    /// The quietest hour's mean as a share of the busiest one's; none where nothing ever happened.
    pub fn quietest_share(&self) -> Option<f64> {
        let busiest = self.busiest_hour()?;
        (busiest > 0.0).then(|| self.quietest_hour().map(|quietest| quietest / busiest)).flatten()
    }

    /// How many times a quiet hour's value some other hour has, both on five of seven days at least. A value below one
    /// counts as one: nothing is no multiple of nothing.
    pub fn daily_swing(&self) -> Option<f64> {
        let hours = self.hours_of_day();
        let high = hours.iter().filter_map(|days| reached_on_most(days)).reduce(f64::max)?;
        let low = hours.iter().filter_map(|days| kept_on_most(days)).reduce(f64::min)?;
        Some(high.max(1.0) / low.max(1.0))
    }

    /// The highest value that was sustained for so many consecutive periods; zero where there were never so many.
    pub fn sustained(&self, periods: usize) -> f64 {
        let on_end = |stretch: &&[(i64, f64)]| stretch.windows(2).all(|pair| pair[1].0 - pair[0].0 == self.period);
        let lowest = |stretch: &[(i64, f64)]| stretch.iter().map(|(_, value)| *value).reduce(f64::min);
        let stretches = self.points.windows(periods.max(1)).filter(on_end);
        stretches.filter_map(lowest).fold(0.0, f64::max)
    }

    /// Without the points before a time. What is missing before it is not missed.
    #[must_use]
    pub fn from(&self, time: i64) -> Self {
        let points = self.points.iter().copied().filter(|(at, _)| *at >= time).collect();
        Self { points, start: self.start.max(time), ..self.clone() }
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    let count = values.iter().fold(0.0, |count, _| count + 1.0);
    (count > 0.0).then(|| values.iter().sum::<f64>() / count)
}

/// Five sevenths of a number of days, no fewer.
const fn most(days: usize) -> usize {
    (days * 5).div_ceil(7)
}

/// The value that five of seven days reach.
fn reached_on_most(days: &[f64]) -> Option<f64> {
    sorted(days).get(days.len().checked_sub(most(days.len()))?).copied()
}

/// The value that five of seven days do not exceed.
fn kept_on_most(days: &[f64]) -> Option<f64> {
    sorted(days).get(most(days.len()).checked_sub(1)?).copied()
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

#[cfg(test)]
mod tests {
    use super::{Absent, HOUR, Series};

    fn hourly(absent: Absent, days: i64, value: impl Fn(i64) -> f64) -> Series {
        let points = (0..days * 24).map(|hour| (hour * HOUR, value(hour))).collect();
        Series { period: HOUR, start: 0, end: days * 24 * HOUR, absent, points }
    }

    fn by_day(value: impl Fn(i64, i64) -> f64) -> Series {
        hourly(Absent::Missing, 14, |hour| value(hour / 24, hour % 24))
    }

    #[test]
    fn the_quietest_hour_is_an_hour_of_the_day() {
        let nights = by_day(|_, hour| if hour < 6 { 2.0 } else { 8.0 });
        assert_eq!((nights.quietest_hour(), nights.quietest_share()), (Some(2.0), Some(0.25)));
        let one_quiet_day = by_day(|day, _| if day == 3 { 1.0 } else { 15.0 });
        assert_eq!(one_quiet_day.quietest_hour(), Some(14.0));
    }

    #[test]
    fn five_minute_points_make_hours() {
        let points = (0..288 * 14).map(|n| (n * 300, if n / 12 % 24 == 4 { 1.0 } else { 9.0 })).collect();
        let series = Series { period: 300, start: 0, end: 14 * 86_400, absent: Absent::Missing, points };
        assert_eq!((series.quietest_hour(), series.daily_swing()), (Some(1.0), Some(9.0)));
    }

    #[test]
    fn an_hour_without_points_is_quiet_only_where_an_absent_point_is_zero() {
        let day_alone = |absent| {
            let mut series = hourly(absent, 14, |_| 6.0);
            series.points.retain(|(at, _)| at / HOUR % 24 >= 8);
            series.quietest_share()
        };
        assert_eq!((day_alone(Absent::Zero), day_alone(Absent::Missing)), (Some(0.0), Some(1.0)));
        assert_eq!(hourly(Absent::Zero, 14, |_| 0.0).quietest_share(), None, "nothing ever happened");
    }

    #[test]
    fn a_swing_is_one_that_repeats_at_its_hour() {
        let evenings = by_day(|day, hour| if hour == 20 && day % 7 < 5 { 12.0 } else { 3.0 });
        assert_eq!(evenings.daily_swing(), Some(4.0), "five of seven days");
        let weekends = by_day(|day, hour| if hour == 20 && day % 7 >= 5 { 12.0 } else { 3.0 });
        assert_eq!(weekends.daily_swing(), Some(1.0));
        let wandering = by_day(|day, hour| if hour == day { 12.0 } else { 3.0 });
        assert_eq!(wandering.daily_swing(), Some(1.0));
        assert_eq!(by_day(|_, hour| if hour < 8 { 0.0 } else { 6.0 }).daily_swing(), Some(6.0));
    }

    #[test]
    fn a_value_is_sustained_while_it_is_held_on_end() {
        let peak = by_day(|day, hour| if day == 2 && (9..12).contains(&hour) { 90.0 } else { 20.0 });
        assert_eq!((peak.sustained(3), peak.sustained(4)), (90.0, 20.0));
        let mut torn = peak;
        torn.points.retain(|(at, _)| *at != (2 * 24 + 10) * HOUR);
        assert_eq!(torn.sustained(3), 20.0);
        assert_eq!(by_day(|_, _| 5.0).sustained(1000), 0.0);
    }

    #[test]
    fn what_lies_before_a_time_is_left_out() {
        let series = by_day(|day, _| if day == 0 { 0.0 } else { 5.0 });
        assert_eq!((series.smallest(), series.from(24 * HOUR).smallest()), (Some(0.0), Some(5.0)));
    }
}
