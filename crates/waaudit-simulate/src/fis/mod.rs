//! Proof: an experiment of AWS Fault Injection Service (FIS) that does to one path what the loss of a zone would do.
//!
//! [`experiment`] writes nothing to AWS: its template is the input of `aws fis create-experiment-template
//! --cli-input-json`, with the actions of the scenario "AZ Availability: Power Interruption", for what is on the path
//! alone. The role and, without an alarm of the account's on the path, the stop condition are left to its reader.
//!
//! Sources: <https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html>,
//! <https://docs.aws.amazon.com/fis/latest/userguide/targets.html>.

mod actions;
mod alarms;
mod draft;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use waaudit_derive::Inventory;
use waaudit_model::topology::graph::Outcome;

use self::actions::Scene;
use self::draft::Draft;
use crate::index::ByArn;
use crate::zone_loss::ZoneLoss;

/// The most characters of a template's description.
const LONGEST_DESCRIPTION: usize = 512;

/// An experiment, with what its reader has to know before it is run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Experiment {
    /// The template, as `aws fis create-experiment-template --cli-input-json` takes it.
    pub template: Template,
    /// What has to be filled in, and what of the loss the experiment does not show.
    pub notes: Vec<String>,
}

/// A template of an experiment. `CreateExperimentTemplate`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Template {
    /// What is expected.
    pub description: String,
    /// The role that FIS acts with: a placeholder.
    pub role_arn: String,
    /// When it is stopped.
    pub stop_conditions: Vec<StopCondition>,
    /// What it acts on, by name.
    pub targets: BTreeMap<String, Target>,
    /// What it does, by name.
    pub actions: BTreeMap<String, Action>,
    /// How it treats targets.
    pub experiment_options: ExperimentOptions,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// When an experiment is stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StopCondition {
    /// `aws:cloudwatch:alarm`, or `none`.
    pub source: String,
    /// The alarm's ARN; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// What an experiment acts on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Target {
    /// The type of resource, `aws:ec2:instance`.
    pub resource_type: String,
    /// ARNs, five at most; absent where tags or parameters name the resources.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resource_arns: Vec<String>,
    /// Tags that a resource must have, all of them; absent where ARNs or parameters name the resources.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub resource_tags: BTreeMap<String, String>,
    /// Attributes that a resource must have; absent with ARNs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// What names resources of this type, `availabilityZoneIdentifier`; absent where it has none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// ALL.
    pub selection_mode: String,
}

/// An attribute that a resource must have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Filter {
    /// The path to it in the answer of the service.
    pub path: String,
    /// Its values, of which one has to fit.
    pub values: Vec<String>,
}

/// What an experiment does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Action {
    /// The action, `aws:ec2:stop-instances`.
    pub action_id: String,
    /// What it shows.
    pub description: String,
    /// Its parameters.
    pub parameters: BTreeMap<String, String>,
    /// The target for each type that it acts on, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub targets: BTreeMap<String, String>,
    /// Actions that come before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub start_after: Vec<String>,
}

/// How an experiment treats targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExperimentOptions {
    /// `single-account`.
    pub account_targeting: String,
    /// `skip`: an action whose targets are all gone is left out.
    pub empty_target_resolution_mode: String,
}

impl Default for ExperimentOptions {
    fn default() -> Self {
        Self { account_targeting: "single-account".to_owned(), empty_target_resolution_mode: "skip".to_owned() }
    }
}

/// The experiment that would prove one row of [`crate::zone_loss::zone_loss`].
pub fn experiment(inventory: &Inventory, loss: &ZoneLoss) -> Experiment {
    draw_up(inventory, &ByArn::new(inventory), loss)
}

/// The experiments that would prove several rows.
pub fn experiments<'l>(inventory: &Inventory, losses: impl Iterator<Item = &'l ZoneLoss>) -> Vec<Experiment> {
    let resources = ByArn::new(inventory);
    losses.map(|loss| draw_up(inventory, &resources, loss)).collect()
}

fn draw_up(inventory: &Inventory, resources: &ByArn, loss: &ZoneLoss) -> Experiment {
    let mut draft = Draft::new(&inventory.snapshot.account, &loss.region);
    actions::add_all(&Scene::new(inventory, resources, loss), &mut draft);
    let alarms = alarms::on_the_path(inventory, loss);
    draft.stop_on(&alarms);
    if draft.template.actions.is_empty() {
        let way_in = &loss.way_in.name;
        draft.note(format!("nothing that FIS can act on is on the path of {way_in} in {}", loss.zone));
    }
    draft.template.description = description(loss);
    draft.template.tags = [("Name".to_owned(), format!("{} without {}", loss.way_in.name, loss.zone))].into();
    draft.done()
}

/// "Loss of eu-west-1a for shop: expected to fail at orders-db (it has no standby in another zone)".
fn description(loss: &ZoneLoss) -> String {
    let expected = match loss.outcome {
        None => "outcome unknown",
        Some(Outcome::Survives) => "expected to go on",
        Some(Outcome::FailsOver) => "expected to fail over",
        Some(Outcome::Degraded) => "expected to answer with less",
        Some(Outcome::Recovers) => "expected to fail for minutes",
        Some(Outcome::Dies) => "expected to fail until the zone is back",
    };
    let seconds = loss.downtime.as_ref().map(|downtime| match downtime.max_seconds {
        Some(most) => format!(" within {}-{most} s", downtime.min_seconds),
        None => String::new(),
    });
    let at = loss.decided_by.as_ref().map(|decider| format!(": {} ({})", decider.name, decider.why));
    let text = format!(
        "Loss of {} for {}: {expected}{}{}",
        loss.zone,
        loss.way_in.name,
        seconds.unwrap_or_default(),
        at.unwrap_or_default()
    );
    text.chars().take(LONGEST_DESCRIPTION).collect()
}

#[cfg(test)]
mod tests;
