//! Practice runs of zonal shifts: what was observed, against what is computed.

use std::collections::BTreeMap;

use waaudit_derive::Inventory;
use waaudit_model::facts::arczonalshift::{ManagedResource, PracticeRun};
use waaudit_model::topology::graph::Node;

/// Days for which a run that succeeded still says something: AWS runs one each week.
const FRESH_DAYS: i64 = 14;

/// The last practice runs of an account's resources, by ARN.
pub(super) struct PracticeRuns(BTreeMap<String, (PracticeRun, Option<i64>)>);

impl PracticeRuns {
    pub(super) fn new(inventory: &Inventory) -> Self {
        let managed = inventory.snapshot.of("arczonalshift.resource");
        let runs = managed.filter_map(|resource| {
            let facts: ManagedResource = resource.facts().ok()?;
            let run = facts.last_practice_run.known()?.clone()?;
            let age = facts.practice_run_age_days.get().flatten();
            Some((resource.arn.clone(), (run, age)))
        });
        Self(runs.collect())
    }

    /// The run of a hop that failed. Nothing says of which zone, so it counts for each.
    pub(super) fn failed<'r>(&'r self, node: &Node) -> Option<&'r PracticeRun> {
        let (run, _) = self.0.get(&node.id)?;
        ["FAILED", "CAPACITY_CHECK_FAILED"].contains(&run.outcome.as_str()).then_some(run)
    }

    /// Whether the run of a hop succeeded lately.
    pub(super) fn succeeded(&self, node: &Node) -> bool {
        let fresh = |age: &Option<i64>| age.is_some_and(|days| days <= FRESH_DAYS);
        self.0.get(&node.id).is_some_and(|(run, age)| run.outcome == "SUCCEEDED" && fresh(age))
    }
}
