//! Metrics: which numbers CloudWatch is asked for, and how their points become facts.
//!
//! A service's file declares what its kinds are measured by; this module holds the form of a declaration, `plan` puts
//! the queries of a scan into as few calls as the limits allow, and `series` sums up. CloudWatch bills by the metric that
//! is asked for, so only what the scan's rules need is asked, and each series once, whatever number of facts it serves.
//! It knows no rule and no threshold.

mod daily;
mod plan;
mod series;

use waaudit_model::facts::Facts;
use waaudit_model::snapshot::Resource;

pub use self::plan::{GET_METRIC_DATA, leave_out, measure};
pub use self::series::{Absent, Series};

/// One fact that is measured.
pub struct Metric {
    /// The kind that gets it.
    pub kind: &'static str,
    /// The fact, of type `Measured` (or none, for kinds of which some publish no such metric).
    pub fact: &'static str,
    /// How the points become one number, for readers: `95th percentile of 5-minute averages`.
    pub statistic: &'static str,
    /// The days to look at, up to the scan.
    pub window_days: i64,
    /// The series that it takes.
    pub series: fn(&Resource) -> Asked,
    /// The number, from these series in their order; none where they say nothing.
    pub value: fn(&Resource, &[Series]) -> Option<f64>,
    /// The fact that says since when the resource exists, if any does. A younger one than a week is not measured.
    pub since: Option<&'static str>,
    /// Why there is no number where the series say nothing.
    pub none_means: &'static str,
}

impl Metric {
    /// A measured fact of a kind's facts, over the last 14 days.
    pub const fn of<F: Facts>(
        fact: &'static str,
        statistic: &'static str,
        series: fn(&Resource) -> Asked,
        value: fn(&Resource, &[Series]) -> Option<f64>,
    ) -> Self {
        let none_means = "nothing happened that could be measured";
        Self { kind: F::KIND, fact, statistic, window_days: 14, series, value, since: None, none_means }
    }

    /// The same over another number of days.
    #[must_use]
    pub const fn over(mut self, days: i64) -> Self {
        self.window_days = days;
        self
    }

    /// Names the fact that holds the time (RFC 3339) at which the resource was made.
    #[must_use]
    pub const fn since(mut self, fact: &'static str) -> Self {
        self.since = Some(fact);
        self
    }

    /// Says why there is no number where the series say nothing: too little happened, say.
    #[must_use]
    pub const fn none_means(mut self, reason: &'static str) -> Self {
        self.none_means = reason;
        self
    }
}

/// What a metric takes for one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// It publishes no such metric: the fact is none.
    Nothing,
    /// What the question needs could not be read.
    Unclear,
    /// No metric of it tells: one that was not switched on, or that does not show what is asked. Why the fact is unread.
    Off(&'static str),
    /// These series.
    Series(Vec<Query>),
}

/// One series to ask for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Query {
    /// `AWS/RDS`.
    pub namespace: String,
    /// `CPUUtilization`.
    pub metric: String,
    /// Names and values.
    pub dimensions: Vec<(String, String)>,
    /// `Average`, `Sum`, `Minimum`, `Maximum`, `SampleCount`, or a percentile of what is within each period, `p95`.
    pub statistic: String,
    /// Seconds a point.
    pub period: i64,
    /// What a period without a point means.
    pub absent: Absent,
}

impl Query {
    /// Five-minute averages of a metric that is published all the time.
    pub fn new(namespace: &str, metric: &str, dimensions: &[(&str, &str)]) -> Self {
        Self {
            namespace: namespace.to_owned(),
            metric: metric.to_owned(),
            dimensions: dimensions.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            statistic: "Average".to_owned(),
            period: 300,
            absent: Absent::Missing,
        }
    }

    /// Another statistic.
    #[must_use]
    pub fn statistic(mut self, statistic: &str) -> Self {
        statistic.clone_into(&mut self.statistic);
        self
    }

    /// Another period, in seconds.
    #[must_use]
    pub const fn every(mut self, seconds: i64) -> Self {
        self.period = seconds;
        self
    }

    /// What a period without a point means.
    #[must_use]
    pub const fn absent(mut self, absent: Absent) -> Self {
        self.absent = absent;
        self
    }
}

impl From<Query> for Asked {
    fn from(query: Query) -> Self {
        Self::Series(vec![query])
    }
}

impl<const N: usize> From<[Query; N]> for Asked {
    fn from(queries: [Query; N]) -> Self {
        Self::Series(queries.into())
    }
}
