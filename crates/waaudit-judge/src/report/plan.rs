//! The plan as data: its steps, what each brings with it and costs, and the account after it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Readiness, Verdict};
use waaudit_rules::{FixFlag, Stage};
use waaudit_simulate::Outcome;
use waaudit_simulate::headroom::Bottleneck;

/// How an account gets ready for a stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The stage that it leads to.
    pub stage: Stage,
    /// Changes, in the order in which they are made.
    pub steps: Vec<Step>,
    /// The account today.
    pub today: State,
    /// The account after all steps, as far as they can be simulated.
    pub then: State,
    /// What keeps the account from being ready after all steps.
    pub open: Vec<Open>,
    /// What all steps add to the bill.
    pub monthly: Bill,
    /// Where the prices come from.
    pub prices: PriceSource,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What is changed: the name of a resource, or the title of a rule that one change fixes everywhere.
    pub name: String,
    /// Its kind; that of the rule, where there are several.
    pub kind: String,
    /// Its region, or "global".
    pub region: String,
    /// ARNs of what is changed.
    pub resources: Vec<String>,
    /// What is done, by rule.
    pub fixes: Vec<FixOfRule>,
    /// What it brings with it.
    pub flags: Vec<FixFlag>,
    /// What it adds to the bill.
    pub monthly: Bill,
    /// What can't be simulated of it, and why; empty where all can.
    pub not_simulated: Vec<String>,
    /// Fingerprints of the failures that are gone after it, those of other resources included; null where too many changes
    /// come together to be simulated one by one.
    pub cures: Option<Vec<String>>,
    /// The account after it and all steps before it; null where too many changes come together.
    pub then: Option<State>,
}

/// What is done about the failures of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FixOfRule {
    /// The rule's id.
    pub rule: String,
    /// Its title: what is expected, and true afterwards.
    pub title: String,
    /// Fingerprints of its failures.
    pub findings: Vec<String>,
    /// Commands to paste, one a line.
    pub cli: String,
}

/// A rule that keeps the account from being ready after all steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// The rule's id.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// Fail, where a change can't be simulated or does not suffice; unknown, where something has to be read first.
    pub verdict: Verdict,
    /// How many resources.
    pub count: usize,
    /// What was seen of the first of them.
    pub message: String,
}

/// An account at one point of the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Whether the account is ready for the plan's stage.
    pub readiness: Readiness,
    /// Failures that block the stage.
    pub blocking: usize,
    /// 0 to 100; null where nothing could be judged.
    pub score: Option<f64>,
    /// What the loss of a zone does otherwise than today; empty for today.
    pub zone_changes: Vec<ZoneChange>,
    /// The limit that is reached first; null where none could be computed.
    pub first_bottleneck: Option<Bottleneck>,
}

/// A way in that fares otherwise without a zone than it does today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ZoneChange {
    /// What people call the way in.
    pub way_in: String,
    /// Its ARN.
    pub resource: String,
    /// The zone's name.
    pub zone: String,
    /// What becomes of it today; null where that can't be told.
    pub from: Option<Outcome>,
    /// What becomes of it then; null where that can't be told.
    pub to: Option<Outcome>,
}

/// What a change adds to a month's bill, at list prices and without data transfer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bill {
    /// All items together. Where `missing` names something it is at least this.
    pub usd: f64,
    /// What is bought.
    pub items: Vec<BillItem>,
    /// What has no price here, and why.
    pub missing: Vec<String>,
}

/// One thing that is bought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BillItem {
    /// Its name in the price table.
    pub item: String,
    /// How many of it.
    pub count: f64,
    /// A month of all of them.
    pub usd: f64,
}

/// Where prices come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceSource {
    /// The day of the prices, `2026-11-28`.
    pub as_of: String,
    /// The region that they are of: others differ, most of them upwards.
    pub region: String,
    /// Their currency.
    pub currency: String,
}
