//! How many addresses what scales in a subnet would take beyond those of today.

use std::collections::BTreeMap;

use crate::engine::{Derivation, Item, List, Patch, Referrers, View, all, only, reads};
use waaudit_model::facts::autoscaling::Group;
use waaudit_model::facts::ec2::Subnet;
use waaudit_model::facts::ecs::Service;
use waaudit_model::facts::elb::LoadBalancer;

pub(crate) const USERS: Derivation = Derivation {
    kind: "ec2.subnet",
    facts: &["address_users", "cluster_groups"],
    reads: reads![
        Group { max_size, subnets },
        LoadBalancer { balancer_type, zones },
        Service { status, subnets },
        Subnet {},
    ],
    compute: users,
};
pub(crate) const AT_MAX: Derivation = Derivation {
    kind: "ec2.subnet",
    facts: &["addresses_at_max"],
    reads: reads![
        Group { desired_capacity, launch_choices, max_size, subnets },
        LoadBalancer { balancer_type, zones },
        Service { desired_count, scaling_max, status, subnets },
        Subnet {},
    ],
    compute: at_max,
};

/// Addresses that an Application Load Balancer needs to grow into, in each of its subnets.
const BALANCER: i64 = 8;

/// What is in subnets.
struct Standing<'l, 'a> {
    groups: Vec<&'l Item<'a, Group>>,
    services: Vec<&'l Item<'a, Service>>,
    groups_by_subnet: Referrers<'l, 'a, Group>,
    services_by_subnet: Referrers<'l, 'a, Service>,
    balancers_by_subnet: Referrers<'l, 'a, LoadBalancer>,
}

impl<'l, 'a> Standing<'l, 'a> {
    fn of(
        groups: &'l List<'a, Group>,
        services: &'l List<'a, Service>,
        balancers: &'l List<'a, LoadBalancer>,
    ) -> Option<Self> {
        only(balancers.whole()?, |balancer| is_application(balancer))?;
        Some(Self {
            groups: only(groups.whole()?, |group| may_grow(group))?,
            services: only(services.whole()?, |service| is_placed(service))?,
            groups_by_subnet: groups.by(|group| {
                match may_grow(group) {
                    Some(false) => Some(&[][..]),
                    _ => group.facts.subnets.known().map(Vec::as_slice),
                }
                .map(names)
            }),
            services_by_subnet: services.by(|service| {
                match is_placed(service) {
                    Some(false) => Some(&[][..]),
                    _ => service.facts.subnets.known().map(Vec::as_slice),
                }
                .map(names)
            }),
            balancers_by_subnet: balancers.by(|balancer| {
                let zones = match is_application(balancer) {
                    Some(false) => &[][..],
                    _ => balancer.facts.zones.known()?,
                };
                Some(zones.iter().filter_map(|zone| zone.subnet.as_deref()))
            }),
        })
    }

    fn groups_in(&self, subnet: &String) -> Option<Vec<&'l Item<'a, Group>>> {
        only(self.groups_by_subnet.of(subnet), |group| Some(group.facts.subnets.known()?.contains(subnet)))
    }

    fn services_in(&self, subnet: &String) -> Option<Vec<&'l Item<'a, Service>>> {
        only(self.services_by_subnet.of(subnet), |service| Some(service.facts.subnets.known()?.contains(subnet)))
    }

    fn balancers_in(&self, subnet: &String) -> Option<Vec<&'l Item<'a, LoadBalancer>>> {
        only(self.balancers_by_subnet.of(subnet), |balancer| {
            Some(balancer.facts.zones.known()?.iter().any(|zone| zone.subnet.as_ref() == Some(subnet)))
        })
    }
}

fn names(subnets: &[String]) -> impl Iterator<Item = &str> {
    subnets.iter().map(String::as_str)
}

fn may_grow(group: &Item<Group>) -> Option<bool> {
    group.facts.max_size.get().map(|most| most > 0)
}

fn is_placed(service: &Item<Service>) -> Option<bool> {
    all([
        service.facts.status.known().map(|status| status != "INACTIVE"),
        service.facts.subnets.known().map(|subnets| !subnets.is_empty()),
    ])
}

fn is_application(balancer: &Item<LoadBalancer>) -> Option<bool> {
    balancer.facts.balancer_type.known().map(|kind| kind == "application")
}

fn users(view: &View) -> Vec<Patch> {
    let (groups, services, balancers) = (view.here(), view.here(), view.here());
    let standing = Standing::of(&groups, &services, &balancers);
    let learned = |subnet: &String| {
        let groups = standing.as_ref().and_then(|standing| standing.groups_in(subnet));
        let users = standing.as_ref().and_then(|standing| named(standing, subnet));
        let clusters = groups.and_then(|groups| only(groups, |group| is_cluster(group)));
        let clusters = clusters.map(|groups| groups.iter().map(|group| group.resource.id.clone()).collect::<Vec<_>>());
        Subnet { address_users: users.into(), cluster_groups: clusters.into(), ..Subnet::default() }
    };
    view.here::<Subnet>().iter().map(|subnet| subnet.patch(&learned(&subnet.resource.id))).collect()
}

fn named(standing: &Standing, subnet: &String) -> Option<Vec<String>> {
    let groups = standing.groups_in(subnet)?.into_iter().map(|group| format!("group {}", group.resource.id));
    let services = standing.services_in(subnet)?.into_iter().map(|service| format!("service {}", service.resource.id));
    let balancers = standing.balancers_in(subnet)?.into_iter();
    let balancers = balancers.map(|balancer| format!("load balancer {}", balancer.resource.id));
    Some(groups.chain(services).chain(balancers).collect())
}

fn is_cluster(group: &Item<Group>) -> Option<bool> {
    let tags = group.resource.tags.as_ref()?;
    Some(tags.keys().any(|key| key == "eks:cluster-name" || key.starts_with("kubernetes.io/cluster/")))
}

fn at_max(view: &View) -> Vec<Patch> {
    let (groups, services, balancers) = (view.here(), view.here(), view.here());
    let standing = Standing::of(&groups, &services, &balancers);
    let growth = standing.as_ref().map(Growth::of);
    let learned = |subnet: &String| {
        let sum =
            standing.as_ref().zip(growth.as_ref()).and_then(|(standing, growth)| growth.of_subnet(standing, subnet));
        Subnet { addresses_at_max: sum.into(), ..Subnet::default() }
    };
    view.here::<Subnet>().iter().map(|subnet| subnet.patch(&learned(&subnet.resource.id))).collect()
}

/// By ARN, what each would take of each of its subnets; nothing where that can't be told.
struct Growth<'l>(BTreeMap<&'l str, Option<i64>>);

impl<'l> Growth<'l> {
    fn of(standing: &Standing<'l, '_>) -> Self {
        let groups = standing.groups.iter().map(|group| (group.resource.arn.as_str(), of_group(group.facts)));
        let services = standing.services.iter().map(|one| (one.resource.arn.as_str(), of_service(one.facts)));
        Self(groups.chain(services).collect())
    }

    fn of_subnet(&self, standing: &Standing, subnet: &String) -> Option<i64> {
        let groups = standing.groups_in(subnet)?.into_iter().map(|group| group.resource.arn.as_str());
        let services = standing.services_in(subnet)?.into_iter().map(|service| service.resource.arn.as_str());
        let sum: i64 = groups.chain(services).map(|arn| self.0.get(arn).copied().flatten()).sum::<Option<i64>>()?;
        Some(sum + if standing.balancers_in(subnet)?.is_empty() { 0 } else { BALANCER })
    }
}

/// How many parts of a size it takes: a part of a part is one.
pub(crate) const fn parts(whole: i64, size: i64) -> i64 {
    (whole + size - 1) / size
}

fn of_group(group: &Group) -> Option<i64> {
    let units = (group.max_size.get()? - group.desired_capacity.get()?).max(0);
    let weights = group.launch_choices.known()?.iter();
    let weights = weights.map(|choice| choice.weight.as_deref().map_or(Some(1), |weight| weight.parse().ok()));
    let lightest = weights.collect::<Option<Vec<i64>>>()?.into_iter().min().unwrap_or(1).max(1);
    let subnets = i64::try_from(group.subnets.known()?.len()).ok()?.max(1);
    Some(parts(parts(units, lightest), subnets))
}

fn of_service(service: &Service) -> Option<i64> {
    let wanted = service.desired_count.get()?;
    let most = (*service.scaling_max.known()?).unwrap_or(wanted);
    let subnets = i64::try_from(service.subnets.known()?.len()).ok()?.max(1);
    Some(parts((most - wanted).max(0), subnets))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::autoscaling::Group;
    use waaudit_model::facts::ec2::Subnet;
    use waaudit_model::facts::ecs::Service;
    use waaudit_model::facts::elb::LoadBalancer;

    fn group(subnets: &[&str], most: i64, choices: Value) -> Value {
        json!({"subnets": subnets, "max_size": most, "desired_capacity": 2, "launch_choices": choices})
    }

    fn world() -> SnapshotBuilder {
        let zone = json!({"name": "eu-west-1a", "subnet": "subnet-a", "outpost": null});
        SnapshotBuilder::new()
            .with::<Subnet>("subnet-a", json!({}))
            .with::<Subnet>("subnet-b", json!({}))
            .with::<Subnet>("subnet-c", json!({}))
            .with::<Group>("web", group(&["subnet-a", "subnet-b"], 13, json!([])))
            .with::<Group>("off", group(&["subnet-b"], 0, json!([])))
            .with::<LoadBalancer>("shop", json!({"balancer_type": "application", "zones": [zone]}))
            .with::<LoadBalancer>("tcp", json!({"balancer_type": "network", "zones": [zone]}))
            .with::<Service>(
                "api",
                json!({"status": "ACTIVE", "subnets": ["subnet-b"], "desired_count": 2, "cluster": "shop"}),
            )
    }

    fn at_max(world: SnapshotBuilder, subnet: &str) -> Option<Value> {
        world.derive().fact::<Subnet>(subnet, "addresses_at_max")
    }

    #[test]
    fn a_group_spreads_over_its_subnets_and_a_balancer_keeps_a_reserve() {
        assert_eq!(at_max(world(), "subnet-a"), Some(json!(6 + 8)));
        assert_eq!(at_max(world(), "subnet-b"), Some(json!(6)), "nothing scales the service");
        assert_eq!(at_max(world(), "subnet-c"), Some(json!(0)));
        assert_eq!(at_max(world().half_read::<Group>(), "subnet-c"), None);
        assert_eq!(at_max(world().half_read::<LoadBalancer>(), "subnet-b"), None);
    }

    #[test]
    fn those_that_take_addresses_are_named() {
        let derived = world().derive();
        assert_eq!(
            derived.fact::<Subnet>("subnet-a", "address_users"),
            Some(json!(["group web", "load balancer shop"]))
        );
        assert_eq!(derived.fact::<Subnet>("subnet-b", "address_users"), Some(json!(["group web", "service api"])));
        assert_eq!(derived.fact::<Subnet>("subnet-c", "address_users"), Some(json!([])));
    }

    #[test]
    fn of_weighted_groups_the_lightest_instance_counts() {
        let choice = |weight: &str| json!({"instance_type": "m7g.large", "by_requirements": false, "weight": weight, "template": null, "image": null});
        let weighted = group(&["subnet-c"], 22, json!([choice("4"), choice("2")]));
        assert_eq!(at_max(world().with::<Group>("big", weighted), "subnet-c"), Some(json!(10)));
    }

    #[test]
    fn nodes_of_a_cluster_are_told_by_their_tags() {
        let nodes =
            world().with::<Group>("nodes", group(&["subnet-c"], 4, json!([]))).tagged("eks:cluster-name", "shop");
        assert_eq!(nodes.derive().fact::<Subnet>("subnet-c", "cluster_groups"), Some(json!(["nodes"])));
    }
}
