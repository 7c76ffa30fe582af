//! How many requests ways in take: the mean of the days that CloudWatch was asked about.
//!
//! No fact tells a way in's own peak; a mean is never more than that, so what a loss costs at the peak is at least this.

use std::collections::{BTreeMap, BTreeSet};

use waaudit_derive::Inventory;
use waaudit_model::facts::measured::Measured;
use waaudit_model::snapshot::Resource;

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// Facts that count requests, by kind.
const COUNTS: &[(&str, &str)] = &[
    ("apigateway.stage", "requests"),
    ("cloudfront.distribution", "requests_week"),
    ("elb.load_balancer", "requests"),
];

/// Mean requests per second of the account's ways in, by ARN, as far as they are measured: the peak is at least as much.
pub fn requests_per_second(inventory: &Inventory) -> BTreeMap<String, f64> {
    Traffic::new(inventory).0.into_iter().map(|(arn, one)| (arn.to_owned(), one.per_second)).collect()
}

/// Requests of a way in.
struct Measurement<'i> {
    per_second: f64,
    /// Ids of the distributions that lead there: their requests come this way.
    distributions: Vec<&'i str>,
}

/// Mean requests per second by ARN.
pub(crate) struct Traffic<'i>(BTreeMap<&'i str, Measurement<'i>>);

impl<'i> Traffic<'i> {
    pub(crate) fn new(inventory: &'i Inventory) -> Self {
        let counted = COUNTS.iter().flat_map(|(kind, fact)| {
            let resources = inventory.snapshot.of(kind);
            resources.filter_map(move |resource| Some((resource.arn.as_str(), measurement(resource, fact)?)))
        });
        Self(counted.collect())
    }

    /// Of ways in together, each once; nothing where none of them is measured. What a distribution hands on to a load
    /// balancer counts at the distribution alone.
    pub(crate) fn of<'w>(&self, ways_in: impl Iterator<Item = &'w str>) -> Option<f64> {
        let each: BTreeSet<&str> = ways_in.collect();
        let ids: BTreeSet<&str> = each.iter().filter_map(|arn| arn.rsplit('/').next()).collect();
        let handed_on = |one: &&Measurement| one.distributions.iter().any(|id| ids.contains(id));
        let measured = each.iter().filter_map(|arn| self.0.get(arn)).filter(|one| !handed_on(one));
        measured.map(|one| one.per_second).reduce(|sum, one| sum + one)
    }
}

fn measurement<'i>(resource: &'i Resource, fact: &str) -> Option<Measurement<'i>> {
    let per_second = mean(resource, fact)?;
    let own = resource.facts.get("distributions").and_then(|fact| fact.as_array());
    let distributions = own.into_iter().flatten().filter_map(|id| id.as_str()).collect();
    Some(Measurement { per_second, distributions })
}

fn mean(resource: &Resource, fact: &str) -> Option<f64> {
    let measured: Option<Measured> = serde_json::from_value(resource.facts.get(fact)?.clone()).ok()?;
    let measured = measured?;
    let days = u32::try_from(measured.window_days).ok().filter(|days| *days > 0)?;
    Some(measured.value / (f64::from(days) * DAY))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use waaudit_derive::testing::snapshot_builder::{SnapshotBuilder, arn};
    use waaudit_derive::testing::web_shop::shop;
    use waaudit_model::facts::elb::LoadBalancer;

    use super::Traffic;

    fn with_requests(value: f64) -> SnapshotBuilder {
        let mut world = shop();
        let front = world.0.resources.iter_mut().find(|resource| resource.id == "front").expect("it is there");
        let requests = json!({"value": value, "statistic": "sum", "window_days": 7, "points_share": null});
        front.facts.insert("requests".to_owned(), requests);
        world
    }

    #[test]
    fn a_week_of_requests_is_a_mean_and_no_metric_is_none() {
        let front = arn::<LoadBalancer>("front");
        let measured = with_requests(604_800.0).inventory();
        assert_eq!(Traffic::new(&measured).of([front.as_str()].into_iter()), Some(1.0));
        assert_eq!(Traffic::new(&measured).of([front.as_str(), front.as_str()].into_iter()), Some(1.0));
        assert_eq!(Traffic::new(&shop().inventory()).of([front.as_str()].into_iter()), None);
    }
}
