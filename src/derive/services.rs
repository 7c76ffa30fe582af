//! ECS services: what they run on, in which zones, and what scales them; and which of them a task definition serves.

use super::subnets::zone_names;
use super::view::{all, any, distinct, only};
use super::{Item, Join, List, Patch, View};
use crate::facts::Fact;
use crate::facts::applicationautoscaling::{Policy, ScalableTarget};
use crate::facts::ec2::Subnet;
use crate::facts::ecs::{Cluster, Service, TaskDefinition};

pub(super) const RUNS: Join =
    Join { kind: "ecs.service", facts: &["on_fargate", "load_balanced"], reads: &[], learn: runs };
pub(super) const ZONES: Join =
    Join { kind: "ecs.service", facts: &["zones"], reads: &["ec2.subnet", "ecs.cluster"], learn: zones };
pub(super) const TARGETS: Join = Join {
    kind: "ecs.service",
    facts: &["scaling_min", "scaling_max", "scale_out_suspended"],
    reads: &["applicationautoscaling.target"],
    learn: targets,
};
pub(super) const POLICIES: Join = Join {
    kind: "ecs.service",
    facts: &["scaling_policies"],
    reads: &["applicationautoscaling.policy"],
    learn: policies,
};
pub(super) const REPLICAS: Join = Join {
    kind: "ecs.task_definition",
    facts: &["replica_services"],
    reads: &["ecs.service"],
    learn: replica_services,
};

/// Providers that AWS owns; the others are groups of servers.
const FARGATE: &[&str] = &["FARGATE", "FARGATE_SPOT"];
/// The one dimension in which a service scales.
const DESIRED_COUNT: &str = "ecs:service:DesiredCount";
/// The types of policy that answer to load; a predictive one answers to the calendar.
const DYNAMIC: &[&str] = &["TargetTrackingScaling", "StepScaling"];

fn runs(view: &View) -> Vec<Patch> {
    let learned = |service: &Service| Service {
        on_fargate: on_fargate(service).into(),
        load_balanced: load_balanced(service).into(),
        ..Service::default()
    };
    view.here().iter().map(|service| service.learn(&learned(&service.facts))).collect()
}

/// Fargate and servers can't stand in one strategy.
fn on_fargate(service: &Service) -> Option<bool> {
    if let Some(launch_type) = service.launch_type.known()? {
        return Some(launch_type == "FARGATE");
    }
    let providers = service.capacity_providers.known().filter(|providers| !providers.is_empty())?;
    Some(providers.iter().any(|share| FARGATE.contains(&share.provider.as_str())))
}

fn load_balanced(service: &Service) -> Option<bool> {
    let lists = [&service.target_groups, &service.classic_load_balancers, &service.lattice_target_groups];
    any(lists.map(|list| list.known().map(|list| !list.is_empty())))
}

fn zones(view: &View) -> Vec<Patch> {
    let (subnets, clusters) = (view.here::<Subnet>(), view.here::<Cluster>());
    let learned =
        |service: &Service| Service { zones: task_zones(service, &subnets, &clusters).into(), ..Service::default() };
    view.here().iter().map(|service| service.learn(&learned(&service.facts))).collect()
}

fn task_zones(service: &Service, subnets: &List<Subnet>, clusters: &List<Cluster>) -> Option<Vec<String>> {
    let own = service.subnets.known()?;
    if on_fargate(service)? {
        // A task on Fargate always has a subnet: an empty list is one that AWS did not send.
        return zone_names(own, subnets).filter(|zones| !zones.is_empty());
    }
    let of_servers = clusters.by_id().get(service.cluster.known()?)?.facts.instance_zones.known()?.clone();
    if own.is_empty() {
        return Some(of_servers);
    }
    let of_subnets = zone_names(own, subnets)?;
    Some(of_servers.into_iter().filter(|zone| of_subnets.contains(zone)).collect())
}

/// How Application Auto Scaling calls a service.
fn scaled_as(service: &Item<Service>) -> Option<String> {
    Some(format!("service/{}/{}", service.facts.cluster.known()?, service.resource.id))
}

fn targets(view: &View) -> Vec<Patch> {
    let targets = view.here::<ScalableTarget>();
    let learned = |service: &Item<Service>| match scaled_as(service).and_then(|name| target(&name, &targets)) {
        None => Service::default(),
        Some(None) => Service {
            scaling_min: Fact::Known(None),
            scaling_max: Fact::Known(None),
            scale_out_suspended: Fact::Known(None),
            ..Service::default()
        },
        Some(Some(target)) => Service {
            scaling_min: target.min_capacity.get().map(Some).into(),
            scaling_max: target.max_capacity.get().map(Some).into(),
            scale_out_suspended: target.scale_out_suspended.get().map(Some).into(),
            ..Service::default()
        },
    };
    view.here().iter().map(|service| service.learn(&learned(service))).collect()
}

/// The target of a service; `Some(None)` where it has none.
fn target<'l>(name: &str, targets: &'l List<ScalableTarget>) -> Option<Option<&'l ScalableTarget>> {
    let is_its = |target: &ScalableTarget| {
        let resource = target.resource.known().map(|resource| resource == name);
        all([resource, target.dimension.known().map(|dimension| dimension == DESIRED_COUNT)])
    };
    if let Some(found) = targets.iter().find(|target| is_its(&target.facts) == Some(true)) {
        return Some(Some(&found.facts));
    }
    let some = any(targets.whole()?.iter().map(|target| is_its(&target.facts)))?;
    (!some).then_some(None)
}

fn policies(view: &View) -> Vec<Patch> {
    let policies = view.here::<Policy>();
    let of_service = |name: &str| {
        let own = only(policies.whole()?, |policy| {
            let policy = &policy.facts;
            all([
                policy.resource.known().map(|resource| resource == name),
                policy.dimension.known().map(|dimension| dimension == DESIRED_COUNT),
                policy.policy_type.known().map(|name| DYNAMIC.contains(&name.as_str())),
            ])
        })?;
        Some(distinct(own.into_iter().map(|policy| policy.resource.id.clone())))
    };
    let learned = |service: &Item<Service>| Service {
        scaling_policies: scaled_as(service).and_then(|name| of_service(&name)).into(),
        ..Service::default()
    };
    view.here().iter().map(|service| service.learn(&learned(service))).collect()
}

fn replica_services(view: &View) -> Vec<Patch> {
    let services = view.here::<Service>();
    let learned =
        |arn: &String| TaskDefinition { replica_services: users(arn, &services).into(), ..TaskDefinition::default() };
    view.here::<TaskDefinition>().iter().map(|one| one.learn(&learned(&one.resource.arn))).collect()
}

fn users(arn: &String, services: &List<Service>) -> Option<Vec<String>> {
    let users = only(services.whole()?, |service| {
        let service = &service.facts;
        all([
            service.task_definition.known().map(|definition| definition.as_ref() == Some(arn)),
            service.scheduling.known().map(|scheduling| scheduling == "REPLICA"),
            service.status.known().map(|status| status == "ACTIVE"),
            service.desired_count.get().map(|count| count > 0),
        ])
    })?;
    Some(distinct(users.into_iter().map(|service| service.resource.id.clone())))
}

#[cfg(test)]
#[path = "services_tests.rs"]
mod tests;
