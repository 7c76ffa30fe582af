//! An account as it is, and as it would be after some changes: derived, judged and simulated anew.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::criteria::Criteria;
use crate::report::{Finding, Readiness, State, Summary, Verdict, ZoneChange};
use crate::score::{blocks, summarise};
use waaudit_derive::{Changes, Inventory};
use waaudit_rules::Stage;
use waaudit_simulate::Outcome;
use waaudit_simulate::headroom;
use waaudit_simulate::zone_loss::zone_loss;

/// An account with what it is judged by.
pub(super) struct World<'w> {
    inventory: &'w Inventory,
    pub(super) criteria: &'w Criteria<'w>,
    today: OnceLock<Judged<'w>>,
    outcomes_today: OnceLock<Outcomes>,
}

/// What becomes of ways in by ARN and zone.
type Outcomes = BTreeMap<(String, String), (String, Option<Outcome>)>;

/// An account with some changes, judged.
pub(super) struct Judged<'w> {
    pub(super) findings: Vec<Finding>,
    pub(super) summary: Summary,
    inventory: Cow<'w, Inventory>,
}

impl<'w> World<'w> {
    pub(super) fn new(inventory: &'w Inventory, criteria: &'w Criteria) -> Self {
        Self { inventory, criteria, today: OnceLock::new(), outcomes_today: OnceLock::new() }
    }

    pub(super) fn today(&self) -> &Judged<'w> {
        self.today.get_or_init(|| self.judge(Cow::Borrowed(self.inventory)))
    }

    pub(super) fn after(&self, changes: Changes) -> Judged<'w> {
        self.judge(Cow::Owned(self.criteria.known(self.inventory.snapshot.clone(), changes)))
    }

    fn judge(&self, inventory: Cow<'w, Inventory>) -> Judged<'w> {
        let findings = self.criteria.judge(&inventory).findings;
        Judged { summary: summarise(&self.criteria.rules.rules, &findings), findings, inventory }
    }

    fn outcomes_today(&self) -> &Outcomes {
        self.outcomes_today.get_or_init(|| outcomes(self.inventory))
    }
}

impl Judged<'_> {
    /// Whether the account is ready for a stage.
    pub(super) fn readiness(&self, stage: Stage) -> Readiness {
        let status = self.summary.stages.iter().find(|status| status.stage == stage);
        status.map_or(Readiness::Unproven, |status| status.status)
    }

    /// Whether a finding is a failure.
    pub(super) fn fails(&self, fingerprint: &str) -> bool {
        self.findings.iter().any(|finding| finding.verdict == Verdict::Fail && finding.fingerprint == fingerprint)
    }

    /// Fingerprints of the failures that block a stage.
    pub(super) fn failing(&self, criteria: &Criteria, stage: Stage) -> BTreeSet<String> {
        let blocking = self.failures().filter(|finding| blocks(finding, &criteria.rules.rules, stage));
        blocking.map(|finding| finding.fingerprint.clone()).collect()
    }

    /// Fingerprints of failures of an earlier state that are none any more.
    pub(super) fn cured_since(&self, before: &Self) -> Vec<String> {
        let now: BTreeSet<&str> = self.failures().map(|finding| finding.fingerprint.as_str()).collect();
        let gone = before.failures().filter(|finding| !now.contains(finding.fingerprint.as_str()));
        gone.map(|finding| finding.fingerprint.clone()).collect()
    }

    /// What a plan says of it.
    pub(super) fn state(&self, stage: Stage, world: &World) -> State {
        let options = headroom::Options { non_production: world.criteria.settings.non_production.clone() };
        let limits = headroom::headroom(&self.inventory, &options).limits;
        State {
            readiness: self.readiness(stage),
            blocking: self.failing(world.criteria, stage).len(),
            score: self.summary.score,
            zone_changes: changes(world.outcomes_today(), &outcomes(&self.inventory)),
            first_bottleneck: limits.first().map(headroom::HopLimit::as_bottleneck),
        }
    }

    fn failures(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.verdict == Verdict::Fail)
    }
}

fn outcomes(inventory: &Inventory) -> Outcomes {
    let losses = zone_loss(inventory).into_iter();
    losses.map(|loss| ((loss.way_in.resource, loss.zone), (loss.way_in.name, loss.outcome))).collect()
}

/// What differs between two states, of ways in and zones that both have.
fn changes(before: &Outcomes, after: &Outcomes) -> Vec<ZoneChange> {
    let changed = |((resource, zone), (way_in, from)): (&(String, String), &(String, Option<Outcome>))| {
        let (_, to) = after.get(&(resource.clone(), zone.clone()))?;
        let (resource, zone, way_in) = (resource.clone(), zone.clone(), way_in.clone());
        (to != from).then_some(ZoneChange { way_in, resource, zone, from: *from, to: *to })
    };
    before.iter().filter_map(changed).collect()
}
