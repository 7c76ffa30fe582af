//! Whether a scaling policy adds capacity: one answer for Auto Scaling groups and for everything that Application Auto
//! Scaling scales.
//!
//! A policy that exists is not a policy that acts. A step or simple policy needs an alarm that exists and has its actions
//! enabled, and a step up; a target-tracking policy makes its own alarms, which someone may have muted or deleted. A
//! predictive policy follows a forecast and does not count.

use super::view::{all, any, distinct, only};
use super::{Item, Join, List, Lookup, Patch, View};
use crate::facts::applicationautoscaling::{Policy, ScalableTarget};
use crate::facts::autoscaling::Policy as GroupPolicy;
use crate::facts::cloudwatch::Alarm;

pub(super) const POLICY: Join = Join {
    kind: "applicationautoscaling.policy",
    facts: &["adds_capacity"],
    reads: &["applicationautoscaling.target", "cloudwatch.alarm"],
    learn: policies,
};
pub(super) const TARGET: Join = Join {
    kind: "applicationautoscaling.target",
    facts: &["adding_policies", "adds_capacity"],
    reads: &["applicationautoscaling.policy", "cloudwatch.alarm"],
    learn: targets,
};

/// What AWS names the alarms of target tracking: those that add capacity, and those that remove it.
const HIGH: &str = "-AlarmHigh-";
const LOW: &str = "-AlarmLow-";

/// What a policy of either service says of itself.
pub(super) struct Asked<'p> {
    policy_type: Option<&'p str>,
    alarms: Option<&'p [String]>,
    adjustment_type: Option<Option<&'p str>>,
    adjustments: Option<&'p [i64]>,
}

impl<'p> From<&'p GroupPolicy> for Asked<'p> {
    fn from(policy: &'p GroupPolicy) -> Self {
        Self {
            policy_type: policy.policy_type.known().map(String::as_str),
            alarms: policy.alarms.known().map(Vec::as_slice),
            adjustment_type: policy.adjustment_type.known().map(Option::as_deref),
            adjustments: policy.adjustments.known().map(Vec::as_slice),
        }
    }
}

impl<'p> From<&'p Policy> for Asked<'p> {
    fn from(policy: &'p Policy) -> Self {
        Self {
            policy_type: policy.policy_type.known().map(String::as_str),
            alarms: policy.alarms.known().map(Vec::as_slice),
            adjustment_type: policy.adjustment_type.known().map(Option::as_deref),
            adjustments: policy.adjustments.known().map(Vec::as_slice),
        }
    }
}

impl Asked<'_> {
    /// Whether the policy adds capacity under load, above a minimum where it sets an exact size.
    pub(super) fn adds(&self, minimum: Option<i64>, alarms: &Lookup<Alarm>) -> Option<bool> {
        match self.policy_type? {
            "TargetTrackingScaling" => self.tracks(alarms),
            "StepScaling" | "SimpleScaling" => {
                let set_off = self.alarms.and_then(|names| any(names.iter().map(|name| acts(name, alarms))));
                all([set_off, self.steps_up(minimum)])
            }
            _ => Some(false),
        }
    }

    /// AWS makes the alarms of such a policy. Where it lists them, one that adds capacity has to act.
    fn tracks(&self, alarms: &Lookup<Alarm>) -> Option<bool> {
        let own = self.alarms?;
        if own.is_empty() {
            return Some(true);
        }
        let upper = own.iter().filter(|name| name.contains(HIGH) || !name.contains(LOW));
        any(upper.map(|name| acts(name, alarms)))
    }

    fn steps_up(&self, minimum: Option<i64>) -> Option<bool> {
        let steps = self.adjustments?;
        if steps.iter().all(|by| *by <= 0) {
            return Some(false);
        }
        match self.adjustment_type? {
            Some("ExactCapacity") => {
                let minimum = minimum?;
                Some(steps.iter().any(|size| *size > minimum))
            }
            _ => Some(true),
        }
    }
}

/// Whether an alarm is there and its actions are enabled.
fn acts(name: &str, alarms: &Lookup<Alarm>) -> Option<bool> {
    match alarms.get(name) {
        Some(alarm) => alarm.facts.actions_enabled.get(),
        None => alarms.has(name),
    }
}

fn policies(view: &View) -> Vec<Patch> {
    let (targets, alarms) = (view.here::<ScalableTarget>(), view.here::<Alarm>());
    let alarms = alarms.by_id();
    let learned = |policy: &Policy| {
        let minimum = target_of(policy, &targets).and_then(|target| target.min_capacity.get());
        Policy { adds_capacity: Asked::from(policy).adds(minimum, &alarms).into(), ..Policy::default() }
    };
    view.here::<Policy>().iter().map(|policy| policy.learn(&learned(&policy.facts))).collect()
}

/// The target of a policy, which AWS does not let be without one.
fn target_of<'l>(policy: &Policy, targets: &'l List<ScalableTarget>) -> Option<&'l ScalableTarget> {
    let (resource, dimension) = (policy.resource.known()?, policy.dimension.known()?);
    let is_its = |target: &&Item<ScalableTarget>| {
        target.facts.resource.known() == Some(resource) && target.facts.dimension.known() == Some(dimension)
    };
    targets.iter().find(is_its).map(|target| &target.facts)
}

fn targets(view: &View) -> Vec<Patch> {
    let policies = view.here::<Policy>();
    let learned = |target: &ScalableTarget| {
        let names = adding(target.resource.known(), target.dimension.known(), &policies);
        let range = target.min_capacity.get().zip(target.max_capacity.get());
        let adds = all([
            range.map(|(min, max)| max > min),
            target.scale_out_suspended.get().map(|suspended| !suspended),
            names.as_ref().map(|names| !names.is_empty()),
        ]);
        ScalableTarget { adding_policies: names.into(), adds_capacity: adds.into(), ..ScalableTarget::default() }
    };
    view.here::<ScalableTarget>().iter().map(|target| target.learn(&learned(&target.facts))).collect()
}

/// Names of the policies that add capacity in one dimension of a resource.
pub(super) fn adding(
    resource: Option<&String>,
    dimension: Option<&String>,
    policies: &List<Policy>,
) -> Option<Vec<String>> {
    let (resource, dimension) = (resource?, dimension?);
    let found = only(policies.whole()?, |policy| {
        let policy = &policy.facts;
        all([
            policy.resource.known().map(|name| name == resource),
            policy.dimension.known().map(|name| name == dimension),
            policy.adds_capacity.get(),
        ])
    })?;
    Some(distinct(found.into_iter().map(|policy| policy.resource.id.clone())))
}

/// The target of one dimension of a resource; `Some(None)` where it has none.
pub(super) fn target<'l>(
    resource: &str,
    dimension: &str,
    targets: &'l List<ScalableTarget>,
) -> Option<Option<&'l ScalableTarget>> {
    let is_its = |target: &ScalableTarget| {
        all([
            target.resource.known().map(|name| name == resource),
            target.dimension.known().map(|name| name == dimension),
        ])
    };
    if let Some(found) = targets.iter().find(|target| is_its(&target.facts) == Some(true)) {
        return Some(Some(&found.facts));
    }
    let some = any(targets.whole()?.iter().map(|target| is_its(&target.facts)))?;
    (!some).then_some(None)
}

/// Why a target adds no capacity, the first cause that holds; `Some(None)` where it does add. A cause is only told where
/// those before it are ruled out, so that reading less never tells another one.
pub(super) fn fault(target: Option<&ScalableTarget>) -> Option<Option<String>> {
    let Some(target) = target else { return Some(Some("no scalable target".to_owned())) };
    let (min, max) = (target.min_capacity.get()?, target.max_capacity.get()?);
    if max <= min {
        return Some(Some(format!("minimum and maximum are both {max}")));
    }
    if target.scale_out_suspended.get()? {
        return Some(Some("scaling out is suspended".to_owned()));
    }
    let idle = target.adding_policies.known()?.is_empty();
    Some(idle.then(|| "no scaling policy adds capacity".to_owned()))
}

#[cfg(test)]
#[path = "scaling_tests.rs"]
mod tests;
