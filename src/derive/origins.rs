//! Distributions in front of load balancers, by the names that their origins bear.
//!
//! An origin may bear the load balancer's own name, or any name that leads to it. A name that leaves the account's
//! records may still lead there: it takes away the answer "none", but not the distributions that were found.

use super::names::{Names, Trail, is_address};
use super::{Item, Join, Patch, View};
use crate::facts::cloudfront::{Distribution, Origin};
use crate::facts::elb::LoadBalancer;
use crate::facts::route53::Record;

pub(super) const BALANCER: Join = Join {
    kind: "elb.load_balancer",
    facts: &["distributions", "distributions_without_web_acl"],
    reads: &["cloudfront.distribution", "route53.record"],
    learn: balancers,
};

/// Whether a distribution uses a load balancer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Uses {
    No,
    /// By a name that leaves the account's records, or by a VPC origin's id.
    Perhaps,
    /// What would tell was not read.
    Unread,
    Yes,
}

/// A distribution that may serve, with the trails of its origins.
struct Front<'l, 'a> {
    distribution: &'l Item<'a, Distribution>,
    origins: Option<Vec<(&'l Origin, Trail)>>,
}

fn balancers(view: &View) -> Vec<Patch> {
    let distributions = view.global::<Distribution>();
    let records = view.global::<Record>();
    let names = Names::new(&records);
    let trails =
        |origins: &'_ Vec<Origin>| -> Vec<Trail> { origins.iter().map(|origin| names.trail(&origin.domain)).collect() };
    let serving = distributions.iter().filter(|distribution| distribution.facts.enabled.get() != Some(false));
    let fronts: Vec<Front> = serving
        .map(|distribution| {
            let origins = distribution.facts.origins.known();
            let origins = origins.map(|origins| origins.iter().zip(trails(origins)).collect());
            Front { distribution, origins }
        })
        .collect();
    let whole = distributions.whole().is_some();
    let learned = |balancer: &LoadBalancer| {
        let used: Vec<_> = fronts.iter().map(|front| (front.distribution, front.uses(balancer))).collect();
        LoadBalancer {
            distributions: users(&used).filter(|_| whole).into(),
            distributions_without_web_acl: unguarded(&used).filter(|_| whole).into(),
            ..LoadBalancer::default()
        }
    };
    view.here().iter().map(|balancer| balancer.learn(&learned(&balancer.facts))).collect()
}

impl Front<'_, '_> {
    fn uses(&self, balancer: &LoadBalancer) -> Uses {
        let Some(origins) = &self.origins else { return Uses::Unread };
        let uses = origins.iter().map(|(origin, trail)| leads(origin, trail, balancer)).max().unwrap_or(Uses::No);
        // One that may be switched off can't be said to use it.
        if self.distribution.facts.enabled.is_unread() && uses == Uses::Yes { Uses::Unread } else { uses }
    }
}

fn leads(origin: &Origin, trail: &Trail, balancer: &LoadBalancer) -> Uses {
    let (Some(dns_name), Some(scheme), Some(shape)) =
        (balancer.dns_name.known(), balancer.scheme.known(), balancer.balancer_type.known())
    else {
        return Uses::Unread;
    };
    let Some(dns_name) = dns_name else { return Uses::No };
    // A Network Load Balancer has a name for each zone too: `eu-west-1a.` and its own.
    let own = |end: &String| end == dns_name || end.strip_suffix(dns_name).is_some_and(|zone| zone.ends_with('.'));
    if trail.ends.iter().any(own) {
        return Uses::Yes;
    }
    if trail.unread {
        return Uses::Unread;
    }
    if origin.vpc_origin.is_some() {
        return if scheme.as_deref() == Some("internal") { Uses::Perhaps } else { Uses::No };
    }
    let may_be_its_address = shape == "network" && trail.ends.iter().any(|end| is_address(end));
    if trail.foreign || may_be_its_address { Uses::Perhaps } else { Uses::No }
}

fn users(used: &[(&Item<Distribution>, Uses)]) -> Option<Vec<String>> {
    let found = used.iter().filter(|(_, uses)| *uses == Uses::Yes);
    let found: Vec<String> = found.map(|(distribution, _)| distribution.resource.id.clone()).collect();
    let unsure = used.iter().any(|(_, uses)| *uses == Uses::Unread || (*uses == Uses::Perhaps && found.is_empty()));
    (!unsure).then_some(found)
}

/// A distribution that only may use it matters if it has no web ACL.
fn unguarded(used: &[(&Item<Distribution>, Uses)]) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for (distribution, uses) in used.iter().filter(|(_, uses)| *uses != Uses::No) {
        if distribution.facts.web_acl.known().is_some_and(is_wafv2) {
            continue;
        }
        if *uses != Uses::Yes {
            return None;
        }
        distribution.facts.web_acl.known()?;
        found.push(distribution.resource.id.clone());
    }
    Some(found)
}

/// A bare id is one of the retired WAF Classic, which guards nothing any more.
fn is_wafv2(web_acl: &Option<String>) -> bool {
    web_acl.as_deref().is_some_and(|id| id.starts_with("arn:"))
}

#[cfg(test)]
#[path = "origins_tests.rs"]
mod tests;
