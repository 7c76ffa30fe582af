//! Stages of APIs: what throttles them, and how many share a region's throttle.

use std::collections::BTreeSet;

use crate::engine::{Derivation, Item, List, Patch, Referrers, View, any, only, reads};
use waaudit_model::facts::apigateway::{Account, Stage, UsagePlan};

pub(crate) const APIS: Derivation = Derivation {
    kind: "apigateway.stage",
    facts: &["apis_in_region"],
    reads: reads![Stage { api }],
    compute: apis_in_region,
};
pub(crate) const RATE: Derivation = Derivation {
    kind: "apigateway.stage",
    facts: &["account_rate"],
    reads: reads![Account { rate_limit }, Stage {}],
    compute: account_rate,
};
pub(crate) const PLANS: Derivation = Derivation {
    kind: "apigateway.stage",
    facts: &["usage_plans"],
    reads: reads![Stage { api, stage }, UsagePlan { rate_limit, stages }],
    compute: usage_plans,
};
pub(crate) const LIMITS: Derivation = Derivation {
    kind: "apigateway.stage",
    facts: &["limits_requests"],
    reads: reads![Stage { account_rate, api, api_type, limits, stage }, UsagePlan { rate_limit, stages }],
    compute: limits_requests,
};

fn apis_in_region(view: &View) -> Vec<Patch> {
    let stages = view.here::<Stage>();
    let apis = stages.whole().and_then(|all| {
        let apis = all.iter().map(|stage| stage.facts.api.known()).collect::<Option<BTreeSet<_>>>()?;
        i64::try_from(apis.len()).ok()
    });
    let facts = Stage { apis_in_region: apis.into(), ..Stage::default() };
    stages.iter().map(|stage| stage.patch(&facts)).collect()
}

fn account_rate(view: &View) -> Vec<Patch> {
    let accounts = view.here::<Account>();
    let rate = accounts.iter().find_map(|account| account.facts.rate_limit.get());
    let facts = Stage { account_rate: rate.into(), ..Stage::default() };
    view.here::<Stage>().iter().map(|stage| stage.patch(&facts)).collect()
}

fn usage_plans(view: &View) -> Vec<Patch> {
    let plans = view.here::<UsagePlan>();
    let plans = by_api(&plans);
    let limiting = |stage: &Stage| {
        plans.list().whole()?;
        let found = only(plans_for(stage, &plans), |plan| limits_callers_of(plan.facts, stage))?;
        Some(found.into_iter().map(|plan| plan.resource.id.clone()).collect::<Vec<_>>())
    };
    let learned = |stage: &Stage| Stage { usage_plans: limiting(stage).into(), ..Stage::default() };
    view.here().iter().map(|stage| stage.patch(&learned(stage.facts))).collect()
}

fn limits_callers_of(plan: &UsagePlan, stage: &Stage) -> Option<bool> {
    let (api, name) = (stage.api.known()?, stage.stage.known()?);
    let covers = plan.stages.known()?.iter().any(|covered| &covered.api == api && &covered.stage == name);
    if covers { Some(plan.rate_limit.known()?.is_some()) } else { Some(false) }
}

fn limits_requests(view: &View) -> Vec<Patch> {
    let plans = view.here::<UsagePlan>();
    let plans = by_api(&plans);
    let learned = |stage: &Stage| Stage { limits_requests: limits(stage, &plans).into(), ..Stage::default() };
    view.here().iter().map(|stage| stage.patch(&learned(stage.facts))).collect()
}

/// Where only some methods or callers are limited, the others may or may not be there: it can't be told.
fn limits(stage: &Stage, plans: &Referrers<UsagePlan>) -> Option<bool> {
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

fn plans_of(stage: &Stage, plans: &Referrers<UsagePlan>) -> Vec<Option<bool>> {
    let of_stage = |plan: &Item<UsagePlan>| limits_callers_of(plan.facts, stage);
    plans_for(stage, plans).into_iter().map(of_stage).chain(plans.missing()).collect()
}

fn by_api<'l, 'a>(plans: &'l List<'a, UsagePlan>) -> Referrers<'l, 'a, UsagePlan> {
    plans.by(|plan| Some(plan.facts.stages.known()?.iter().map(|covered| covered.api.as_str())))
}

/// The plans that may be about a stage's API.
fn plans_for<'l, 'a>(stage: &Stage, plans: &Referrers<'l, 'a, UsagePlan>) -> Vec<&'l Item<'a, UsagePlan>> {
    match (stage.api.known(), stage.stage.known()) {
        (Some(api), Some(_)) => plans.of(api).collect(),
        _ => plans.list().iter().collect(),
    }
}

#[cfg(test)]
mod tests;
