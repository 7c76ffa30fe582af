//! What alarms are on, and whether one of them tells of trouble with a metric.

use crate::engine::{List, Referrers, all, any, each};
use waaudit_model::facts::cloudwatch::{Alarm, Queried};

/// Metrics of which a fall is the trouble, and not a rise.
pub(super) const FALLING: &[&str] = &[
    "BurstBalance",
    "CPUCreditBalance",
    "EBSByteBalance%",
    "EBSIOBalance%",
    "FreeableMemory",
    "FreeLocalStorage",
    "FreeStorageSpace",
    "HealthCheckPercentageHealthy",
    "HealthCheckStatus",
    "HealthyHostCount",
];
/// Metrics in per cent, which never exceed 100.
const PERCENTAGES: &[&str] =
    &["ACUUtilization", "CPUUtilization", "DatabaseMemoryUsagePercentage", "EngineCPUUtilization"];
/// Namespaces with metrics of all resources together, without a dimension.
const TOGETHER: &[&str] = &["AWS/Lambda", "AWS/RDS"];

/// What an alarm can be on: a metric of some, in a namespace.
pub(crate) struct Watched<'w> {
    pub(crate) namespace: &'w str,
    /// Each of them tells of the same.
    pub(crate) metrics: &'w [&'w str],
    /// What the resource, its cluster or its group is called in the metrics' dimensions.
    pub(crate) names: &'w [String],
}

/// Alarms by what they may watch.
pub(crate) struct Watchers<'l, 'a> {
    /// By the values of their dimensions.
    by_value: Referrers<'l, 'a, Alarm>,
    /// By the namespaces of their queries.
    by_query: Referrers<'l, 'a, Alarm>,
    /// Those without dimensions by their namespaces.
    bare: Referrers<'l, 'a, Alarm>,
}

impl<'l, 'a> Watchers<'l, 'a> {
    pub(crate) fn new(alarms: &'l List<'a, Alarm>) -> Self {
        Self {
            by_value: alarms.by(|alarm| each(alarm.facts.watches.known())),
            by_query: alarms.by(|alarm| {
                let queries = alarm.facts.queries.known()?.iter();
                Some(queries.map(|query| query.namespace.as_str()))
            }),
            bare: alarms.by(|alarm| match alarm.facts.watches.known() {
                Some(values) if values.is_empty() => {
                    let namespaces = alarm.facts.namespaces.known()?;
                    Some(namespaces.iter().map(String::as_str).collect::<Vec<_>>())
                }
                _ => Some(Vec::new()),
            }),
        }
    }
}

impl Watched<'_> {
    /// Whether one of some alarms watches it and notifies. That none does is only known of all alarms.
    pub(crate) fn notified_by(&self, alarms: &Watchers) -> Option<bool> {
        let told = |alarm: &Alarm| all([self.by(alarm), alarm.notifies.get()]);
        let by_name = self.names.iter().flat_map(|name| alarms.by_value.of(name));
        let by_query = alarms.by_query.of(self.namespace);
        let bare = self.watches_together().then(|| alarms.bare.of(self.namespace)).into_iter().flatten();
        let candidates = by_name.chain(by_query).chain(bare);
        any(candidates.map(|alarm| told(alarm.facts)).chain(alarms.by_value.missing()))
    }

    fn watches_together(&self) -> bool {
        TOGETHER.contains(&self.namespace)
    }

    fn by(&self, alarm: &Alarm) -> Option<bool> {
        let about = alarm.namespaces.known().map(|names| names.iter().any(|name| name == self.namespace));
        let together = self.watches_together();
        let of_it = |value: &String| self.names.contains(value);
        let target =
            alarm.watches.known().map(|values| if values.is_empty() { together } else { values.iter().any(of_it) });
        let of_all =
            |query: &Queried| query.namespace == self.namespace && self.metrics.contains(&query.metric.as_str());
        let queried = alarm.queries.known().map(|queries| queries.iter().any(of_all));
        let metric = any(self.metrics.iter().map(|metric| all([names(alarm, metric), rings(alarm, metric)])));
        any([all([queried, any(self.metrics.iter().map(|metric| rings(alarm, metric)))]), all([about, target, metric])])
    }
}

fn names(alarm: &Alarm, metric: &str) -> Option<bool> {
    alarm.metrics.known().map(|names| names.iter().any(|name| name == metric))
}

/// Whether an alarm on a metric can go off when the metric means trouble. A fall of a metric that should not rise can't.
/// Of a metric that should not fall, an alarm counts that waits for a rise: `missed_metrics` tells of it.
fn rings(alarm: &Alarm, metric: &str) -> Option<bool> {
    let falling = FALLING.contains(&metric);
    match alarm.direction.known()?.as_deref() {
        Some("below") if !falling => Some(false),
        Some("above") if falling => Some(true),
        Some("above" | "below") => Some(!is_beyond(metric, *alarm.threshold.known()?)),
        _ => Some(true),
    }
}

/// Whether a metric never gets past a threshold in its direction of trouble.
pub(super) fn is_beyond(metric: &str, threshold: Option<f64>) -> bool {
    let Some(threshold) = threshold else { return false };
    if FALLING.contains(&metric) { threshold <= 0.0 } else { PERCENTAGES.contains(&metric) && threshold > 100.0 }
}
