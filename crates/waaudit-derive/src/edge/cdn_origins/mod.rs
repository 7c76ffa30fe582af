//! Distributions in front of load balancers and APIs, by the names of their origins.
//!
//! An origin may have a load balancer's own name, or any name that leads to it. A name that leaves the account's
//! records may still lead there: it takes away the answer "none", but not the distributions that were found.

use std::collections::{BTreeMap, BTreeSet};

use super::dns::{Names, Trail, is_address};
use super::waf::is_guarded;
use crate::engine::{Derivation, Item, List, Patch, View, reads};
use waaudit_model::facts::apigateway::Stage;
use waaudit_model::facts::cloudfront::{Distribution, Origin};
use waaudit_model::facts::elb::LoadBalancer;
use waaudit_model::facts::lambda::FunctionUrl;
use waaudit_model::facts::route53::Record;

pub(crate) const BALANCER: Derivation = Derivation {
    kind: "elb.load_balancer",
    facts: &["distributions"],
    reads: reads![
        Distribution { enabled, origins },
        LoadBalancer { balancer_type, dns_name, scheme },
        Record { alias, private, record_name, record_type, values },
    ],
    compute: balancers,
};

pub(crate) const BALANCER_GUARD: Derivation = Derivation {
    kind: "elb.load_balancer",
    facts: &["distributions_without_web_acl"],
    reads: reads![
        Distribution { connection_mode, enabled, origins, tenants_without_web_acl, web_acl },
        LoadBalancer { balancer_type, dns_name, scheme },
        Record { alias, private, record_name, record_type, values },
    ],
    compute: unguarded_balancers,
};

pub(crate) const STAGE: Derivation = Derivation {
    kind: "apigateway.stage",
    facts: &["distributions", "distributions_send_key"],
    reads: reads![
        Distribution { enabled, origins },
        Record { alias, private, record_name, record_type, values },
        Stage { domain },
    ],
    compute: stages,
};

pub(crate) const STAGE_GUARD: Derivation = Derivation {
    kind: "apigateway.stage",
    facts: &["distributions_without_web_acl"],
    reads: reads![
        Distribution { connection_mode, enabled, origins, tenants_without_web_acl, web_acl },
        Record { alias, private, record_name, record_type, values },
        Stage { domain },
    ],
    compute: unguarded_stages,
};

/// Tenants of a distribution may turn its web ACL off.
pub(crate) const URL: Derivation = Derivation {
    kind: "lambda.function_url",
    facts: &["distributions"],
    reads: reads![Distribution { origins }, FunctionUrl { domain }],
    compute: urls,
};

/// The header in which callers of an API send their key.
const API_KEY: &str = "x-api-key";

/// Whether a distribution uses a load balancer or API.
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
    let (distributions, records) = (view.global::<Distribution>(), view.global::<Record>());
    let fronts = fronts(&distributions, &records);
    let whole = distributions.whole().is_some();
    let learned = |balancer: &LoadBalancer| {
        let used = used(fronts.of_balancer(balancer), |origin, trail| leads(origin, trail, balancer));
        LoadBalancer { distributions: users(&used).filter(|_| whole).into(), ..LoadBalancer::default() }
    };
    view.here().iter().map(|balancer| balancer.patch(&learned(balancer.facts))).collect()
}

fn unguarded_balancers(view: &View) -> Vec<Patch> {
    let (distributions, records) = (view.global::<Distribution>(), view.global::<Record>());
    let fronts = fronts(&distributions, &records);
    let whole = distributions.whole().is_some();
    let learned = |balancer: &LoadBalancer| {
        let used = used(fronts.of_balancer(balancer), |origin, trail| leads(origin, trail, balancer));
        let unguarded = unguarded(&used).filter(|_| whole);
        LoadBalancer { distributions_without_web_acl: unguarded.into(), ..LoadBalancer::default() }
    };
    view.here().iter().map(|balancer| balancer.patch(&learned(balancer.facts))).collect()
}

fn stages(view: &View) -> Vec<Patch> {
    let (distributions, records) = (view.global::<Distribution>(), view.global::<Record>());
    let fronts = fronts(&distributions, &records);
    let whole = distributions.whole().is_some();
    let learned = |stage: &Stage| {
        let users = users(&used(fronts.of_stage(stage), |_, trail| calls(trail, stage))).filter(|_| whole);
        Stage {
            distributions_send_key: users.as_ref().and_then(|users| send_key(&fronts.all, users, stage)).into(),
            distributions: users.into(),
            ..Stage::default()
        }
    };
    view.here().iter().map(|stage| stage.patch(&learned(stage.facts))).collect()
}

fn unguarded_stages(view: &View) -> Vec<Patch> {
    let (distributions, records) = (view.global::<Distribution>(), view.global::<Record>());
    let fronts = fronts(&distributions, &records);
    let whole = distributions.whole().is_some();
    let learned = |stage: &Stage| {
        let unguarded = unguarded(&used(fronts.of_stage(stage), |_, trail| calls(trail, stage))).filter(|_| whole);
        Stage { distributions_without_web_acl: unguarded.into(), ..Stage::default() }
    };
    view.here().iter().map(|stage| stage.patch(&learned(stage.facts))).collect()
}

/// A function URL answers to its own name alone, so an origin names it or leads elsewhere.
fn urls(view: &View) -> Vec<Patch> {
    let distributions = view.global::<Distribution>();
    let distributions = distributions.by(|distribution| {
        let origins = distribution.facts.origins.known()?.iter();
        Some(origins.map(|origin| origin.domain.as_str()))
    });
    let using = |url: &FunctionUrl| {
        let domain = url.domain.known()?;
        let uses = |distribution: &&Item<Distribution>| {
            let names = distribution.facts.origins.known().map(|all| all.iter().any(|origin| origin.domain == *domain));
            crate::engine::all([distribution.facts.enabled.get(), names])
        };
        let using = crate::engine::only(distributions.whole_of(domain)?, uses)?;
        Some(using.into_iter().map(|distribution| distribution.resource.id.clone()).collect::<Vec<_>>())
    };
    let learned = |url: &FunctionUrl| FunctionUrl { distributions: using(url).into(), ..FunctionUrl::default() };
    view.here().iter().map(|url| url.patch(&learned(url.facts))).collect()
}

/// The distributions that may serve.
fn fronts<'l, 'a>(distributions: &'l List<'a, Distribution>, records: &'l List<'a, Record>) -> Fronts<'l, 'a> {
    let names = Names::new(records);
    let serving = distributions.iter().filter(|distribution| distribution.facts.enabled.get() != Some(false));
    let front = |distribution: &'l Item<'a, Distribution>| {
        let origins = distribution.facts.origins.known();
        let trails = |origins: &'l Vec<Origin>| {
            origins.iter().map(|origin| (origin, names.trail(&origin.domain))).collect::<Vec<_>>()
        };
        Front { distribution, origins: origins.map(trails) }
    };
    Fronts::new(serving.map(front).collect())
}

/// What each distribution has to do with something that its origins may lead to.
fn used<'f, 'l: 'f, 'a: 'f>(
    fronts: impl Iterator<Item = &'f Front<'l, 'a>>,
    leads: impl Fn(&Origin, &Trail) -> Uses,
) -> Vec<(&'l Item<'a, Distribution>, Uses)> {
    fronts.map(|front| (front.distribution, front.uses(&leads))).collect()
}

/// Distributions by where their origins end.
struct Fronts<'l, 'a> {
    all: Vec<Front<'l, 'a>>,
    /// By DNS names and addresses, and what is left of a name without its first labels.
    by_end: BTreeMap<String, Vec<usize>>,
    /// Those that may lead anywhere, as far as their origins tell.
    vague: Vec<usize>,
}

impl<'l, 'a> Fronts<'l, 'a> {
    fn new(all: Vec<Front<'l, 'a>>) -> Self {
        let mut fronts = Self { all: Vec::new(), by_end: BTreeMap::new(), vague: Vec::new() };
        for (place, front) in all.iter().enumerate() {
            let origins = front.origins.as_deref().unwrap_or_default();
            if front.origins.is_none() || origins.iter().any(|(origin, trail)| is_vague(origin, trail)) {
                fronts.vague.push(place);
            }
            for end in origins.iter().flat_map(|(_, trail)| &trail.ends) {
                let shorter = end.match_indices('.').filter_map(|(dot, _)| end.get(dot + 1..));
                for name in shorter.chain([end.as_str()]) {
                    fronts.by_end.entry(name.to_owned()).or_default().push(place);
                }
            }
        }
        Self { all, ..fronts }
    }

    /// Those that may lead to a name, in order; all where the name is not known. Of the others it is known that they don't.
    fn leading_to(&self, name: Option<&str>) -> impl Iterator<Item = &Front<'l, 'a>> + use<'_, 'l, 'a> {
        let ending = name.map(|name| self.by_end.get(name).into_iter().flatten().chain(&self.vague));
        let places: BTreeSet<usize> = match ending {
            Some(places) => places.copied().collect(),
            None => (0..self.all.len()).collect(),
        };
        places.into_iter().filter_map(|place| self.all.get(place))
    }

    fn of_balancer(&self, balancer: &LoadBalancer) -> impl Iterator<Item = &Front<'l, 'a>> + use<'_, 'l, 'a> {
        let shape = balancer.scheme.known().and(balancer.balancer_type.known());
        let dns_name = shape.and(balancer.dns_name.known()).map(|name| name.as_deref().unwrap_or_default());
        self.leading_to(dns_name)
    }

    fn of_stage(&self, stage: &Stage) -> impl Iterator<Item = &Front<'l, 'a>> + use<'_, 'l, 'a> {
        self.leading_to(stage.domain.known().map(String::as_str))
    }
}

/// Whether an origin may lead to something that its trail does not name.
fn is_vague(origin: &Origin, trail: &Trail) -> bool {
    let indirect = |end: &String| is_custom(end) || is_address(end);
    trail.unread || trail.foreign || origin.vpc_origin.is_some() || trail.ends.iter().any(indirect)
}

/// Whether a name is one that API Gateway gives to custom domain names.
fn is_custom(end: &str) -> bool {
    end.starts_with("d-") && end.contains(".execute-api.")
}

impl Front<'_, '_> {
    fn uses(&self, leads: impl Fn(&Origin, &Trail) -> Uses) -> Uses {
        let Some(origins) = &self.origins else { return Uses::Unread };
        let uses = origins.iter().map(|(origin, trail)| leads(origin, trail)).max().unwrap_or(Uses::No);
        // One that may be switched off can't be said to use it.
        if self.distribution.facts.enabled.is_unread() && uses == Uses::Yes { Uses::Unread } else { uses }
    }
}

/// Custom domain names of APIs are AWS's names too, and may belong to any API.
fn calls(trail: &Trail, stage: &Stage) -> Uses {
    let Some(domain) = stage.domain.known() else { return Uses::Unread };
    if trail.ends.contains(domain) {
        return Uses::Yes;
    }
    if trail.unread {
        return Uses::Unread;
    }
    if trail.foreign || trail.ends.iter().any(|end| is_custom(end)) { Uses::Perhaps } else { Uses::No }
}

/// Whether each distribution's origins that lead to a stage's API send a key along.
fn send_key(fronts: &[Front], users: &[String], stage: &Stage) -> Option<bool> {
    if users.is_empty() {
        return Some(false);
    }
    let using = fronts.iter().filter(|front| users.contains(&front.distribution.resource.id));
    let mut origins = using.map(|front| front.origins.as_ref()).collect::<Option<Vec<_>>>()?.into_iter().flatten();
    let leading = |(_, trail): &&(&Origin, Trail)| calls(trail, stage) == Uses::Yes;
    let keyed = |(origin, _): &(&Origin, Trail)| origin.custom_headers.iter().any(|header| header == API_KEY);
    Some(!users.is_empty() && origins.by_ref().filter(leading).all(keyed))
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
        let guarded = is_guarded(distribution.facts);
        if guarded == Some(true) {
            continue;
        }
        if *uses != Uses::Yes {
            return None;
        }
        guarded?;
        found.push(distribution.resource.id.clone());
    }
    Some(found)
}

#[cfg(test)]
mod tests;
