//! ECS services: what they run on, in which zones, and what scales them; and which of them a task definition serves.

use super::ecs_placement::holds;
use super::scaling_policies::{adding, policies_by_resource, target, targets_by_resource};
use crate::engine::{
    Derivation, Item, List, Lookup, Patch, Referrers, View, all, any, at_most_one, distinct, only, reads,
};
use crate::network::subnets::zone_names;
use waaudit_model::facts::Fact;
use waaudit_model::facts::applicationautoscaling::{Policy, ScalableTarget};
use waaudit_model::facts::ec2::{Instance, Subnet};
use waaudit_model::facts::ecs::{Cluster, Server, Service, TaskDefinition};

pub(crate) const RUNS: Derivation = Derivation {
    kind: "ecs.service",
    facts: &["on_fargate", "load_balanced"],
    reads: reads![Service {
        capacity_providers,
        classic_load_balancers,
        lattice_target_groups,
        launch_type,
        target_groups
    },],
    compute: runs,
};
pub(crate) const ZONES: Derivation = Derivation {
    kind: "ecs.service",
    facts: &["zones"],
    reads: reads![
        Cluster { servers },
        Service { capacity_providers, cluster, launch_type, placement_constraints, subnets, task_definition },
        Subnet { availability_zone },
        TaskDefinition { placement_constraints },
    ],
    compute: zones,
};
pub(crate) const SPOT: Derivation = Derivation {
    kind: "ecs.service",
    facts: &["all_spot"],
    reads: reads![
        Cluster { servers },
        Instance { lifecycle },
        Service { capacity_providers, cluster, launch_type, placement_constraints, task_definition },
        TaskDefinition { placement_constraints },
    ],
    compute: spot,
};
pub(crate) const TARGETS: Derivation = Derivation {
    kind: "ecs.service",
    facts: &["scaling_min", "scaling_max", "scale_out_suspended"],
    reads: reads![
        ScalableTarget { dimension, max_capacity, min_capacity, resource, scale_out_suspended },
        Service { cluster },
    ],
    compute: targets,
};
pub(crate) const POLICIES: Derivation = Derivation {
    kind: "ecs.service",
    facts: &["scaling_policies"],
    reads: reads![Policy { adds_capacity, dimension, resource }, Service { cluster }],
    compute: policies,
};
pub(crate) const REPLICAS: Derivation = Derivation {
    kind: "ecs.task_definition",
    facts: &["replica_services"],
    reads: reads![Service { desired_count, scheduling, status, task_definition }, TaskDefinition {}],
    compute: replica_services,
};

/// Providers that AWS owns; the others are groups of servers.
const FARGATE: &[&str] = &["FARGATE", FARGATE_SPOT];
/// The one whose tasks AWS may stop at any time, two minutes after it says so.
const FARGATE_SPOT: &str = "FARGATE_SPOT";
/// The one dimension in which a service scales.
const DESIRED_COUNT: &str = "ecs:service:DesiredCount";

fn runs(view: &View) -> Vec<Patch> {
    let learned = |service: &Service| Service {
        on_fargate: on_fargate(service).into(),
        load_balanced: load_balanced(service).into(),
        ..Service::default()
    };
    view.here().iter().map(|service| service.patch(&learned(service.facts))).collect()
}

/// Fargate and servers can't be in one strategy.
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
    let (subnets, clusters, definitions) = (view.here::<Subnet>(), view.here::<Cluster>(), view.here());
    let ground = Ground { clusters: clusters.by_id(), definitions: definitions.by_arn() };
    let learned =
        |service: &Service| Service { zones: task_zones(service, &subnets, &ground).into(), ..Service::default() };
    view.here().iter().map(|service| service.patch(&learned(service.facts))).collect()
}

fn task_zones(service: &Service, subnets: &List<Subnet>, ground: &Ground) -> Option<Vec<String>> {
    let own = service.subnets.known()?;
    if on_fargate(service)? {
        // A task on Fargate always has a subnet: an empty list is one that AWS did not send.
        return zone_names(own, subnets).filter(|zones| !zones.is_empty());
    }
    let servers = ground.servers(service)?.into_iter().map(|server| server.availability_zone.clone());
    let of_servers = distinct(servers);
    if own.is_empty() {
        return Some(of_servers);
    }
    let of_subnets = zone_names(own, subnets)?;
    Some(of_servers.into_iter().filter(|zone| of_subnets.contains(zone)).collect())
}

/// Where the tasks of a region's services can be placed.
struct Ground<'l, 'a> {
    clusters: Lookup<'l, 'a, Cluster>,
    definitions: Lookup<'l, 'a, TaskDefinition>,
}

impl<'l> Ground<'l, '_> {
    /// The servers that a service can use: of its capacity providers, and as its constraints and its task's allow.
    fn servers(&self, service: &Service) -> Option<Vec<&'l Server>> {
        let servers = self.clusters.get(service.cluster.known()?)?.facts.servers.known()?;
        let constraints = self.constraints(service)?;
        let providers = providers(service)?;
        only(servers, |server| {
            let provided = match &providers {
                None => Some(true),
                Some(names) => Some(server.provider.as_ref().is_some_and(|name| names.contains(&name.as_str()))),
            };
            let allowed = constraints.iter().map(|expression| holds(expression, server));
            all([provided].into_iter().chain(allowed))
        })
    }

    /// The expressions of all `memberOf` constraints. One on distinct instances leaves every server open.
    fn constraints(&self, service: &Service) -> Option<Vec<String>> {
        let of_task = match service.task_definition.known()? {
            Some(arn) => self.definitions.get(arn)?.facts.placement_constraints.known()?.as_slice(),
            None => &[],
        };
        let all = service.placement_constraints.known()?.iter().chain(of_task);
        let members = all.filter(|one| one.constraint == "memberOf");
        Some(members.map(|one| one.expression.clone().unwrap_or_default()).collect())
    }
}

/// The capacity providers that get tasks; none where a launch type says that any server of the cluster does.
fn providers(service: &Service) -> Option<Option<Vec<&str>>> {
    if service.launch_type.known()?.is_some() {
        return Some(None);
    }
    let shares = service.capacity_providers.known().filter(|shares| !shares.is_empty())?;
    let used = shares.iter().filter(|share| share.weight > 0 || share.base > 0);
    Some(Some(used.map(|share| share.provider.as_str()).collect()))
}

fn spot(view: &View) -> Vec<Patch> {
    let (clusters, definitions, instances) = (view.here::<Cluster>(), view.here(), view.here::<Instance>());
    let ground = Ground { clusters: clusters.by_id(), definitions: definitions.by_arn() };
    let instances = instances.by_id();
    let learned =
        |service: &Service| Service { all_spot: all_spot(service, &ground, &instances).into(), ..Service::default() };
    view.here().iter().map(|service| service.patch(&learned(service.facts))).collect()
}

/// Whether nothing but Spot carries a service. Where it has no server at the moment, that can't be told.
fn all_spot(service: &Service, ground: &Ground, instances: &Lookup<Instance>) -> Option<bool> {
    if on_fargate(service)? {
        return Some(providers(service)?.is_some_and(|names| names.iter().all(|name| *name == FARGATE_SPOT)));
    }
    let servers = ground.servers(service)?;
    if servers.is_empty() {
        return None;
    }
    let is_spot = |server: &&Server| {
        let lifecycle = instances.get(server.instance.as_deref()?)?.facts.lifecycle.known()?;
        Some(lifecycle.as_deref() == Some("spot"))
    };
    all(servers.iter().map(is_spot))
}

/// How Application Auto Scaling calls a service.
fn scaled_as(service: &Item<Service>) -> Option<String> {
    Some(format!("service/{}/{}", service.facts.cluster.known()?, service.resource.id))
}

fn targets(view: &View) -> Vec<Patch> {
    let targets = view.here::<ScalableTarget>();
    let targets = targets_by_resource(&targets);
    let learned =
        |service: &Item<Service>| match scaled_as(service).and_then(|name| target(&name, DESIRED_COUNT, &targets)) {
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
    view.here().iter().map(|service| service.patch(&learned(service))).collect()
}

fn policies(view: &View) -> Vec<Patch> {
    let policies = view.here::<Policy>();
    let policies = policies_by_resource(&policies);
    let dimension = DESIRED_COUNT.to_owned();
    let learned = |service: &Item<Service>| Service {
        scaling_policies: adding(scaled_as(service).as_ref(), Some(&dimension), &policies).into(),
        ..Service::default()
    };
    view.here().iter().map(|service| service.patch(&learned(service))).collect()
}

fn replica_services(view: &View) -> Vec<Patch> {
    let services = view.here::<Service>();
    let services = services.by(|service| at_most_one(service.facts.task_definition.known()));
    let learned =
        |arn: &String| TaskDefinition { replica_services: users(arn, &services).into(), ..TaskDefinition::default() };
    view.here::<TaskDefinition>().iter().map(|one| one.patch(&learned(&one.resource.arn))).collect()
}

fn users(arn: &String, services: &Referrers<Service>) -> Option<Vec<String>> {
    let users = only(services.whole_of(arn)?, |service| {
        let service = service.facts;
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
mod tests;
