//! Stages of APIs: what throttles them, and how many share a region's throttle.

use std::collections::BTreeSet;

use super::view::{any, only};
use super::{Item, Join, List, Patch, View};
use crate::facts::apigateway::{Account, Stage, UsagePlan};

pub(super) const APIS: Join =
    Join { kind: "apigateway.stage", facts: &["apis_in_region"], reads: &[], learn: apis_in_region };
pub(super) const RATE: Join =
    Join { kind: "apigateway.stage", facts: &["account_rate"], reads: &["apigateway.account"], learn: account_rate };
pub(super) const PLANS: Join =
    Join { kind: "apigateway.stage", facts: &["usage_plans"], reads: &["apigateway.usage_plan"], learn: usage_plans };
pub(super) const LIMITS: Join = Join {
    kind: "apigateway.stage",
    facts: &["limits_requests"],
    reads: &["apigateway.account", "apigateway.usage_plan"],
    learn: limits_requests,
};

fn apis_in_region(view: &View) -> Vec<Patch> {
    let stages = view.here::<Stage>();
    let apis = stages.whole().and_then(|all| {
        let apis = all.iter().map(|stage| stage.facts.api.known()).collect::<Option<BTreeSet<_>>>()?;
        i64::try_from(apis.len()).ok()
    });
    let facts = Stage { apis_in_region: apis.into(), ..Stage::default() };
    stages.iter().map(|stage| stage.learn(&facts)).collect()
}

fn account_rate(view: &View) -> Vec<Patch> {
    let accounts = view.here::<Account>();
    let rate = accounts.iter().find_map(|account| account.facts.rate_limit.get());
    let facts = Stage { account_rate: rate.into(), ..Stage::default() };
    view.here::<Stage>().iter().map(|stage| stage.learn(&facts)).collect()
}

fn usage_plans(view: &View) -> Vec<Patch> {
    let plans = view.here::<UsagePlan>();
    let limiting = |stage: &Stage| {
        let found = only(plans.whole()?, |plan| limits_callers_of(&plan.facts, stage))?;
        Some(found.into_iter().map(|plan| plan.resource.id.clone()).collect::<Vec<_>>())
    };
    let learned = |stage: &Stage| Stage { usage_plans: limiting(stage).into(), ..Stage::default() };
    view.here().iter().map(|stage| stage.learn(&learned(&stage.facts))).collect()
}

fn limits_callers_of(plan: &UsagePlan, stage: &Stage) -> Option<bool> {
    let (api, name) = (stage.api.known()?, stage.stage.known()?);
    let covers = plan.stages.known()?.iter().any(|covered| &covered.api == api && &covered.stage == name);
    if covers { Some(plan.rate_limit.known()?.is_some()) } else { Some(false) }
}

fn limits_requests(view: &View) -> Vec<Patch> {
    let plans = view.here::<UsagePlan>();
    let learned = |stage: &Stage| Stage { limits_requests: limits(stage, &plans).into(), ..Stage::default() };
    view.here().iter().map(|stage| stage.learn(&learned(&stage.facts))).collect()
}

/// Where only some methods or callers are limited, the others may or may not be there: it can't be told.
fn limits(stage: &Stage, plans: &List<UsagePlan>) -> Option<bool> {
    let limits = stage.limits.known()?;
    let by_default = limits.iter().find(|limit| limit.is_default).and_then(|limit| limit.rate);
    let mut own = limits.iter().filter(|limit| !limit.is_default);
    let below = |rate: f64| stage.account_rate.get().map(|account| rate < account);
    let default_limits = by_default.map_or(Some(false), below)?;
    if default_limits {
        return own.try_fold(true, |all, limit| Some(all && below(limit.rate?)?));
    }
    let some_limited = any(own.map(|limit| limit.rate.map_or(Some(false), below)))?;
    let callers_limited = may_have_plans(stage)? && any(plans_of(stage, plans))?;
    (!some_limited && !callers_limited).then_some(false)
}

/// Only REST APIs know usage plans.
fn may_have_plans(stage: &Stage) -> Option<bool> {
    stage.api_type.known().map(|api_type| api_type == "REST")
}

fn plans_of(stage: &Stage, plans: &List<UsagePlan>) -> Vec<Option<bool>> {
    let missing = plans.whole().is_none().then_some(None);
    let of_stage = |plan: &Item<UsagePlan>| limits_callers_of(&plan.facts, stage);
    plans.iter().map(of_stage).chain(missing).collect()
}

#[cfg(test)]
#[path = "stages_tests.rs"]
mod tests;
