//! The template in the making: targets and actions by name, with what has to be said beside them.

use std::collections::BTreeMap;

use waaudit_model::snapshot::AccountIdentity;

use super::{Action, Experiment, StopCondition, Target, Template};

/// The most ARNs of one target.
const MOST_ARNS: usize = 5;
/// The most stop conditions of a template.
const MOST_STOP_CONDITIONS: usize = 5;

/// How long the zone is lost, and how long its volumes do not answer afterwards.
pub(super) const OUTAGE: &str = "PT30M";

/// The template in the making.
pub(super) struct Draft {
    pub(super) template: Template,
    notes: Vec<String>,
    partition: String,
    account: String,
    region: String,
}

/// One action with its targets.
pub(super) struct Step<'s> {
    /// Its name, which is the beginning of its targets' names.
    pub(super) name: &'s str,
    /// The action.
    pub(super) action_id: &'s str,
    /// What it shows.
    pub(super) description: &'s str,
    /// What the action calls its targets, `Instances`.
    pub(super) target_key: &'s str,
    /// Its parameters.
    pub(super) parameters: &'s [(&'s str, &'s str)],
    /// Actions that come before it.
    pub(super) start_after: &'s [&'s str],
}

impl Draft {
    pub(super) fn new(account: &AccountIdentity, region: &str) -> Self {
        let mut draft = Self {
            template: Template::default(),
            notes: Vec::new(),
            partition: account.partition.clone(),
            account: account.id.clone(),
            region: region.to_owned(),
        };
        draft.template.role_arn = draft.role("<role-that-fis-assumes>");
        draft.note("put in the ARN of the role that FIS assumes in place of roleArn".to_owned());
        draft
    }

    /// The ARN of a role of the account.
    pub(super) fn role(&self, name: &str) -> String {
        format!("arn:{}:iam::{}:role/{name}", self.partition, self.account)
    }

    /// The ARN of something of EC2 in the Region.
    pub(super) fn ec2(&self, resource: &str) -> String {
        format!("arn:{}:ec2:{}:{}:{resource}", self.partition, self.region, self.account)
    }

    pub(super) fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Adds an action on one target.
    pub(super) fn act(&mut self, step: &Step, target: Target) {
        let count = self.template.targets.keys().filter(|name| name.starts_with(step.name)).count();
        let name = if count == 0 { step.name.to_owned() } else { format!("{}-{}", step.name, count + 1) };
        let target = Target { selection_mode: "ALL".to_owned(), ..target };
        self.template.targets.insert(name.clone(), target);
        let action = Action {
            action_id: step.action_id.to_owned(),
            description: step.description.to_owned(),
            parameters: strings(step.parameters),
            targets: strings(&[(step.target_key, &name)]),
            start_after: step.start_after.iter().map(|name| (*name).to_owned()).collect(),
        };
        self.template.actions.insert(name, action);
    }

    /// Adds an action on resources by their ARNs, as many times as FIS needs.
    pub(super) fn act_on(&mut self, step: &Step, resource_type: &str, arns: &[String]) {
        for some in arns.chunks(MOST_ARNS) {
            let target =
                Target { resource_type: resource_type.to_owned(), resource_arns: some.to_vec(), ..Target::default() };
            self.act(step, target);
        }
    }

    /// Adds an action without targets.
    pub(super) fn wait(&mut self, name: &str, duration: &str) {
        let action = Action {
            action_id: "aws:fis:wait".to_owned(),
            description: "the time until traffic is shifted away".to_owned(),
            parameters: strings(&[("duration", duration)]),
            ..Action::default()
        };
        self.template.actions.insert(name.to_owned(), action);
    }

    /// Stops on alarms; without one it says that it does not.
    pub(super) fn stop_on(&mut self, alarms: &[String]) {
        let of_alarm =
            |arn: &String| StopCondition { source: "aws:cloudwatch:alarm".to_owned(), value: Some(arn.clone()) };
        self.template.stop_conditions = alarms.iter().take(MOST_STOP_CONDITIONS).map(of_alarm).collect();
        if alarms.is_empty() {
            self.template.stop_conditions = vec![StopCondition { source: "none".to_owned(), value: None }];
            self.note(
                "no alarm of the account watches this path: add one as stop condition before running it".to_owned(),
            );
        }
    }

    pub(super) fn done(self) -> Experiment {
        Experiment { template: self.template, notes: self.notes }
    }
}

/// Pairs as a map.
pub(super) fn strings(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}
