//! The ways by which requests from the whole internet get to a load balancer: at its own address, or through something
//! else that is public, a distribution, a Network Load Balancer, an accelerator or an API.
//!
//! Of each way it is asked whether a web ACL inspects the requests on it. A way that could not be read takes away the answer
//! "none", and nothing else.

use crate::engine::{Derivation, Item, List, Patch, Referrers, View, all, any, distinct, reads};
use waaudit_model::facts::apigateway::{Integration, Stage};
use waaudit_model::facts::ec2::SecurityGroup;
use waaudit_model::facts::elb::{LoadBalancer, TargetGroup};
use waaudit_model::facts::globalaccelerator::Accelerator;

use super::security_groups::Groups;
use crate::network::public_endpoints::is_public_stage;

pub(crate) const BALANCER: Derivation = Derivation {
    kind: "elb.load_balancer",
    facts: &["reached_from_internet", "ways_in", "entered_unguarded", "unguarded_ways"],
    reads: reads![
        Accelerator { enabled, endpoint_groups },
        LoadBalancer {
            admits_cloudfront_only,
            balancer_type,
            demands_origin_header,
            distributions,
            distributions_without_web_acl,
            listeners,
            open_to_the_world,
            scheme,
            security_groups
        },
        SecurityGroup { ingress },
        Stage { endpoint_types, integrations, web_acl },
        TargetGroup { load_balancers, target_type, targets },
    ],
    compute: balancers,
};

/// A way in, and whether a web ACL inspects what comes on it.
struct Way {
    name: String,
    guarded: Option<bool>,
}

/// The ways that were found, and whether there can be no other.
#[derive(Default)]
struct Ways {
    found: Vec<Way>,
    incomplete: bool,
    /// Whether there is some way, although it is not known which.
    some: bool,
}

impl Ways {
    fn add(&mut self, name: String, guarded: Option<bool>) {
        self.found.push(Way { name, guarded });
    }

    /// Adds a way where something is so; where that can't be told there may be one.
    fn add_if(&mut self, holds: Option<bool>, name: &str, guarded: Option<bool>) {
        match holds {
            Some(true) => self.add(name.to_owned(), guarded),
            Some(false) => {}
            None => self.incomplete = true,
        }
    }

    fn reached(&self) -> Option<bool> {
        let reached = self.some || !self.found.is_empty();
        (reached || !self.incomplete).then_some(reached)
    }

    fn facts(&self) -> LoadBalancer {
        let unguarded = any(self
            .found
            .iter()
            .map(|way| way.guarded.map(|guarded| !guarded))
            .chain(self.incomplete.then_some(None)));
        let whole = !self.incomplete;
        let names = |ways: Vec<&Way>| distinct(ways.into_iter().map(|way| way.name.clone()));
        let judged = self.found.iter().all(|way| way.guarded.is_some());
        let open: Vec<&Way> = self.found.iter().filter(|way| way.guarded == Some(false)).collect();
        LoadBalancer {
            reached_from_internet: self.reached().into(),
            ways_in: whole.then(|| names(self.found.iter().collect())).into(),
            entered_unguarded: unguarded.into(),
            unguarded_ways: (whole && judged).then(|| names(open)).into(),
            ..LoadBalancer::default()
        }
    }
}

/// What may be before the load balancers of a region.
struct Fronts<'l, 'a> {
    balancers: &'l List<'a, LoadBalancer>,
    /// Target groups by the load balancers among their targets.
    targets: Referrers<'l, 'a, TargetGroup>,
    accelerators: Referrers<'l, 'a, Accelerator>,
    /// Stages by what their integrations lead to.
    stages: Referrers<'l, 'a, Stage>,
    groups: Groups<'l, 'a>,
}

fn balancers(view: &View) -> Vec<Patch> {
    let (balancers, targets) = (view.here::<LoadBalancer>(), view.here::<TargetGroup>());
    let (accelerators, stages) = (view.global::<Accelerator>(), view.here::<Stage>());
    let groups = view.here::<SecurityGroup>();
    let fronts = Fronts {
        balancers: &balancers,
        targets: targets.by(|group| {
            let holds_others = group.facts.target_type.known().is_some_and(|kind| kind != "alb");
            let targets = if holds_others { &[][..] } else { group.facts.targets.known()? };
            Some(targets.iter().map(|target| target.id.as_str()))
        }),
        accelerators: accelerators.by(|accelerator| {
            let groups = accelerator.facts.endpoint_groups.known()?.iter();
            Some(groups.flat_map(|group| &group.endpoints).map(String::as_str))
        }),
        stages: stages.by(integration_targets),
        groups: Groups::new(&groups),
    };
    let learned = |balancer: &Item<LoadBalancer>| {
        let mut ways = fronts.own_ways(balancer);
        fronts.through_balancers(balancer, &mut ways);
        ways.facts()
    };
    balancers.iter().map(|balancer| balancer.patch(&learned(balancer))).collect()
}

impl Fronts<'_, '_> {
    /// The ways that need no other load balancer.
    fn own_ways(&self, balancer: &Item<LoadBalancer>) -> Ways {
        let mut ways = Ways::default();
        direct(balancer.facts, &mut ways);
        distributions(balancer.facts, &mut ways);
        self.accelerators(balancer, &mut ways);
        self.stages(balancer, &mut ways);
        ways
    }

    /// An accelerator keeps the addresses of clients, so security groups count as they do for the internet.
    fn accelerators(&self, balancer: &Item<LoadBalancer>, ways: &mut Ways) {
        ways.incomplete |= self.accelerators.missing().is_some();
        for accelerator in self.accelerators.of(&balancer.resource.arn) {
            let leads = accelerator
                .facts
                .endpoint_groups
                .known()
                .map(|groups| groups.iter().any(|group| group.endpoints.contains(&balancer.resource.arn)));
            let admitted = all([accelerator.facts.enabled.get(), leads, balancer.facts.open_to_the_world.get()]);
            ways.add_if(admitted, &format!("accelerator {}", accelerator.resource.id), Some(false));
        }
    }

    /// A REST API can have a web ACL of its own; HTTP and WebSocket APIs can't.
    fn stages(&self, balancer: &Item<LoadBalancer>, ways: &mut Ways) {
        ways.incomplete |= self.stages.missing().is_some();
        for stage in self.stages_for(balancer) {
            let leads = match stage.facts.integrations.known() {
                Some(all) => any(all.iter().map(|one| leads_to(one, balancer))),
                None => None,
            };
            let name = stage.resource.name.as_deref().unwrap_or(&stage.resource.id);
            let guarded =
                stage.facts.web_acl.known().map(|acl| acl.as_deref().is_some_and(|arn| arn.contains(":wafv2:")));
            ways.add_if(all([is_public_stage(stage.facts), leads]), &format!("API {name}"), guarded);
        }
    }

    /// The stages that may lead to a load balancer: by its ARN, or by one of a listener.
    fn stages_for(&self, balancer: &Item<LoadBalancer>) -> Vec<&Item<'_, Stage>> {
        let Some(listeners) = balancer.facts.listeners.known() else { return self.stages.list().iter().collect() };
        let names = listeners.iter().map(|listener| &listener.arn).chain([&balancer.resource.arn]);
        names.flat_map(|name| self.stages.of(name)).collect()
    }

    /// An Application Load Balancer can be the target of a Network Load Balancer, which takes no web ACL.
    fn through_balancers(&self, balancer: &Item<LoadBalancer>, ways: &mut Ways) {
        let arn = &balancer.resource.arn;
        if balancer.facts.balancer_type.known().is_some_and(|kind| kind != "application") {
            return;
        }
        ways.incomplete |= self.targets.missing().is_some() || self.balancers.whole().is_none();
        let by_arn = self.balancers.by_arn();
        for group in self.targets.of(arn) {
            let of_balancers = group.facts.target_type.known().map(|kind| kind == "alb");
            let holds = group.facts.targets.known().map(|targets| targets.iter().any(|target| target.id == *arn));
            match all([of_balancers, holds]) {
                Some(false) => continue,
                None => ways.incomplete = true,
                Some(true) => {}
            }
            let Some(fronts) = group.facts.load_balancers.known() else {
                ways.incomplete = true;
                continue;
            };
            for front in fronts.iter().filter_map(|front| by_arn.get(front)) {
                let passes = all([
                    of_balancers,
                    holds,
                    self.own_ways(front).reached(),
                    self.admits(balancer.facts, front.facts),
                ]);
                ways.add_if(passes, &format!("Network Load Balancer {}", front.resource.id), Some(false));
            }
        }
    }

    /// Whether a load balancer's groups admit what another one hands on: the internet, or that one's security groups.
    fn admits(&self, balancer: &LoadBalancer, front: &LoadBalancer) -> Option<bool> {
        let named = || {
            let rules = self.groups.all_rules(balancer.security_groups.known()?)?;
            let groups = front.security_groups.known()?;
            Some(rules.iter().any(|rule| rule.group.as_ref().is_some_and(|group| groups.contains(group))))
        };
        any([balancer.open_to_the_world.get(), named()])
    }
}

/// Where the integrations of a stage lead; nothing where that can't be told of one.
fn integration_targets<'a>(stage: &Item<'a, Stage>) -> Option<Vec<&'a str>> {
    let mut targets = Vec::new();
    for one in stage.facts.integrations.known()? {
        match &one.target {
            Some(target) => targets.push(target.as_str()),
            None if one.integration_type.starts_with("HTTP") => return None,
            None => {}
        }
    }
    Some(targets)
}

/// Whether an integration leads to a load balancer or one of its listeners. Where a variable decides, it may.
fn leads_to(integration: &Integration, balancer: &Item<LoadBalancer>) -> Option<bool> {
    let Some(target) = &integration.target else {
        return (!integration.integration_type.starts_with("HTTP")).then_some(false);
    };
    if *target == balancer.resource.arn {
        return Some(true);
    }
    if !target.contains(":listener/") {
        return Some(false);
    }
    let listeners = balancer.facts.listeners.known()?;
    Some(listeners.iter().any(|listener| listener.arn == *target))
}

/// At its own address. Where it forwards only requests with a secret header that distributions add, others get nowhere.
fn direct(balancer: &LoadBalancer, ways: &mut Ways) {
    let public = balancer.scheme.known().map(|scheme| scheme.as_deref() == Some("internet-facing"));
    let has_front = balancer.distributions.known().map(|ids| !ids.is_empty());
    let turns_away = all([balancer.demands_origin_header.get(), has_front]);
    let open = all([public, balancer.open_to_the_world.get()]);
    match (open, turns_away) {
        (Some(true), Some(true)) => {}
        (Some(true), Some(false)) => ways.add("its own address".to_owned(), Some(false)),
        // There, or by the distributions that send the header.
        (Some(true), None) => (ways.some, ways.incomplete) = (true, true),
        (open, _) => ways.add_if(open, "its own address", Some(false)),
    }
    // CloudFront's addresses are those of every customer's distributions.
    let any_distribution = all([
        public,
        balancer.admits_cloudfront_only.get(),
        has_front.map(|has_front| !has_front),
        balancer.demands_origin_header.get().map(|demands| !demands),
    ]);
    ways.add_if(any_distribution, "CloudFront, by distributions that this account does not have", Some(false));
}

fn distributions(balancer: &LoadBalancer, ways: &mut Ways) {
    let Some(ids) = balancer.distributions.known() else {
        ways.incomplete = true;
        return;
    };
    let without = balancer.distributions_without_web_acl.known();
    for id in ids {
        let guarded = without.map(|without| !without.contains(id));
        ways.add(format!("distribution {id}"), guarded);
    }
}

#[cfg(test)]
mod tests;
