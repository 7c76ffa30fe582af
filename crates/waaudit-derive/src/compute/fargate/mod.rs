//! AWS Fargate in a region: how many vCPUs its services come to at most, against what the account may have.
//!
//! Tasks that no one keeps as a service, and pods of EKS, count against the same quota and are not seen here.

use crate::engine::{Derivation, Item, List, Lookup, Patch, ResourceId, View, distinct, only, reads};
use waaudit_model::facts::derived::fargate::Fargate;
use waaudit_model::facts::ecs::{CapacityShare, Service, TaskDefinition};
use waaudit_model::facts::servicequotas::Quota;

pub(crate) const MAKE: Derivation =
    Derivation { kind: "fargate", facts: &["services"], reads: reads![Service { on_fargate }], compute: make };
pub(crate) const AT_MAX: Derivation = Derivation {
    kind: "fargate",
    facts: &["vcpus_at_max", "spot_vcpus_at_max"],
    reads: reads![
        Fargate {},
        Service { capacity_providers, desired_count, on_fargate, scaling_max, task_definition },
        TaskDefinition { cpu_units },
    ],
    compute: at_max,
};
pub(crate) const QUOTAS: Derivation = Derivation {
    kind: "fargate",
    facts: &["vcpu_quota", "spot_vcpu_quota"],
    reads: reads![Fargate {}, Quota { value }],
    compute: quotas,
};

/// The provider of Spot tasks.
const SPOT: &str = "FARGATE_SPOT";
/// Quotas of vCPUs: on demand, and Spot.
const ON_DEMAND_QUOTA: &str = "L-3032A538";
const SPOT_QUOTA: &str = "L-36FBB829";
/// CPU units to the vCPU.
const UNITS: f64 = 1024.0;

/// CPU units on demand, and of Spot tasks.
type Units = (i64, i64);

fn make(view: &View) -> Vec<Patch> {
    let services = view.here::<Service>();
    if services.iter().all(|service| service.facts.on_fargate.get() == Some(false)) {
        return Vec::new();
    }
    let on_it = on_fargate(&services).map(|on| distinct(on.into_iter().map(|service| service.resource.id.clone())));
    let account = view.account();
    let arn = format!("arn:{}:ecs:{}:{}:fargate", account.partition, view.region, account.id);
    let named = ResourceId { arn: &arn, id: "fargate", tags: Some(std::collections::BTreeMap::new()) };
    vec![view.make(named, &Fargate { services: on_it.into(), ..Fargate::default() })]
}

fn on_fargate<'l, 'a>(services: &'l List<'a, Service>) -> Option<Vec<&'l Item<'a, Service>>> {
    only(services.whole()?, |service| service.facts.on_fargate.get())
}

fn at_max(view: &View) -> Vec<Patch> {
    let (services, definitions) = (view.here::<Service>(), view.here::<TaskDefinition>());
    let definitions = definitions.by_arn();
    let sum = on_fargate(&services).and_then(|services| {
        let each = services.into_iter().map(|service| units(service.facts, &definitions));
        each.collect::<Option<Vec<Units>>>()
    });
    let vcpus = |units: fn(&Units) -> i64| {
        let whole = sum.as_ref()?.iter().map(units).map(|units| i32::try_from(units).ok().map(f64::from));
        Some(whole.sum::<Option<f64>>()? / UNITS)
    };
    let learned = Fargate {
        vcpus_at_max: vcpus(|units| units.0).into(),
        spot_vcpus_at_max: vcpus(|units| units.1).into(),
        ..Fargate::default()
    };
    view.here::<Fargate>().iter().map(|fargate| fargate.patch(&learned)).collect()
}

/// What a service comes to with as many tasks as it may have.
fn units(service: &Service, definitions: &Lookup<TaskDefinition>) -> Option<Units> {
    let wanted = service.desired_count.get()?;
    let most = (*service.scaling_max.known()?).unwrap_or(wanted).max(wanted);
    if most == 0 {
        return Some((0, 0));
    }
    let definition = service.task_definition.known()?.as_ref()?;
    let cpu = (*definitions.get(definition)?.facts.cpu_units.known()?)?;
    let spot = spot_tasks(most, service.capacity_providers.known()?)?;
    Some(((most - spot) * cpu, spot * cpu))
}

/// How many of so many tasks are Spot tasks: providers get their bases first, then share by weight. A part of a task
/// counts for the on-demand ones.
fn spot_tasks(tasks: i64, providers: &[CapacityShare]) -> Option<i64> {
    let bases: i64 = providers.iter().map(|share| share.base).sum();
    let shared = (tasks - bases).max(0);
    let Some(spot) = providers.iter().find(|share| share.provider == SPOT) else { return Some(0) };
    let base = spot.base.min(tasks);
    match providers.iter().map(|share| share.weight).sum::<i64>() {
        // Without weights, only a provider that is alone gets the rest.
        0 => (providers.len() == 1).then_some(tasks),
        weights => Some(base + shared * spot.weight / weights),
    }
}

fn quotas(view: &View) -> Vec<Patch> {
    let quotas = view.here::<Quota>();
    let value = |code: &str| quotas.iter().find(|quota| quota.resource.id == code)?.facts.value.get();
    let learned = Fargate {
        vcpu_quota: value(ON_DEMAND_QUOTA).into(),
        spot_vcpu_quota: value(SPOT_QUOTA).into(),
        ..Fargate::default()
    };
    view.here::<Fargate>().iter().map(|fargate| fargate.patch(&learned)).collect()
}

#[cfg(test)]
mod tests;
