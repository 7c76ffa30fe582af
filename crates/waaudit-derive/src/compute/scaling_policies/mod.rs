//! Whether a scaling policy adds capacity: one answer for Auto Scaling groups and for everything that Application Auto
//! Scaling scales.
//!
//! A policy that exists is not a policy that acts. A step or simple policy needs an alarm that exists and has its actions
//! enabled, and a step up; a target-tracking policy makes its own alarms, which someone may have muted or deleted. A
//! predictive policy follows a forecast and does not count.

use crate::engine::{Derivation, Item, List, Lookup, Patch, Referrers, View, all, any, distinct, one, only, reads};
use waaudit_model::facts::applicationautoscaling::{Policy, ScalableTarget};
use waaudit_model::facts::autoscaling::Policy as GroupPolicy;
use waaudit_model::facts::cloudwatch::Alarm;

pub(crate) const POLICY: Derivation = Derivation {
    kind: "applicationautoscaling.policy",
    facts: &["adds_capacity"],
    reads: reads![
        Alarm { actions_enabled },
        Policy { adjustment_type, adjustments, alarms, dimension, policy_type, resource },
        ScalableTarget { dimension, min_capacity, resource },
    ],
    compute: policies,
};
pub(crate) const TARGET: Derivation = Derivation {
    kind: "applicationautoscaling.target",
    facts: &["adding_policies", "adds_capacity"],
    reads: reads![
        Policy { adds_capacity, dimension, resource },
        ScalableTarget { dimension, max_capacity, min_capacity, resource, scale_out_suspended },
    ],
    compute: targets,
};

/// What AWS names the alarms of target tracking: those that add capacity, and those that remove it.
const HIGH: &str = "-AlarmHigh-";
const LOW: &str = "-AlarmLow-";

/// What a policy of either service says of itself.
pub(crate) struct Asked<'p> {
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
    pub(crate) fn adds(&self, minimum: Option<i64>, alarms: &Lookup<Alarm>) -> Option<bool> {
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
    let (targets, alarms) = (targets_by_resource(&targets), alarms.by_id());
    let learned = |policy: &Policy| {
        let minimum = target_of(policy, &targets).and_then(|target| target.min_capacity.get());
        Policy { adds_capacity: Asked::from(policy).adds(minimum, &alarms).into(), ..Policy::default() }
    };
    view.here::<Policy>().iter().map(|policy| policy.patch(&learned(policy.facts))).collect()
}

/// The target of a policy, which AWS does not let be without one.
fn target_of<'a>(policy: &Policy, targets: &Referrers<'_, 'a, ScalableTarget>) -> Option<&'a ScalableTarget> {
    let (resource, dimension) = (policy.resource.known()?, policy.dimension.known()?);
    let is_its = |target: &&Item<ScalableTarget>| {
        target.facts.resource.known() == Some(resource) && target.facts.dimension.known() == Some(dimension)
    };
    targets.of(resource).find(is_its).map(|target| target.facts)
}

fn targets(view: &View) -> Vec<Patch> {
    let policies = view.here::<Policy>();
    let policies = policies_by_resource(&policies);
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
    view.here::<ScalableTarget>().iter().map(|target| target.patch(&learned(target.facts))).collect()
}

/// Scalable targets by their resource.
pub(crate) fn targets_by_resource<'l, 'a>(targets: &'l List<'a, ScalableTarget>) -> Referrers<'l, 'a, ScalableTarget> {
    targets.by(|target| one(target.facts.resource.known()))
}

/// Policies by their resource.
pub(crate) fn policies_by_resource<'l, 'a>(policies: &'l List<'a, Policy>) -> Referrers<'l, 'a, Policy> {
    policies.by(|policy| one(policy.facts.resource.known()))
}

/// Names of the policies that add capacity in one dimension of a resource.
pub(crate) fn adding(
    resource: Option<&String>,
    dimension: Option<&String>,
    policies: &Referrers<Policy>,
) -> Option<Vec<String>> {
    let (resource, dimension) = (resource?, dimension?);
    let found = only(policies.whole_of(resource)?, |policy| {
        let policy = policy.facts;
        all([
            policy.resource.known().map(|name| name == resource),
            policy.dimension.known().map(|name| name == dimension),
            policy.adds_capacity.get(),
        ])
    })?;
    Some(distinct(found.into_iter().map(|policy| policy.resource.id.clone())))
}

/// The target of one dimension of a resource; `Some(None)` where it has none.
pub(crate) fn target<'a>(
    resource: &str,
    dimension: &str,
    targets: &Referrers<'_, 'a, ScalableTarget>,
) -> Option<Option<&'a ScalableTarget>> {
    let is_its = |target: &ScalableTarget| {
        all([
            target.resource.known().map(|name| name == resource),
            target.dimension.known().map(|name| name == dimension),
        ])
    };
    if let Some(found) = targets.of(resource).find(|target| is_its(target.facts) == Some(true)) {
        return Some(Some(found.facts));
    }
    let some = any(targets.whole_of(resource)?.map(|target| is_its(target.facts)))?;
    (!some).then_some(None)
}

/// Why a target adds no capacity, the first cause that holds; `Some(None)` where it does add. A cause is only told where
/// those before it are ruled out, so that reading less never tells another one.
pub(crate) fn fault(target: Option<&ScalableTarget>) -> Option<Option<String>> {
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
mod tests;
