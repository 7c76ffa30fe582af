//! Public entry points, and what the loss of a zone does to what each of them depends on.

use crate::engine::{Derivation, Patch, ResourceId, View, all, distinct, reads};
use crate::network::public_endpoints::{
    is_public_balancer, is_public_classic, is_public_graph, is_public_runner, is_public_server, is_public_stage, serves,
};
use waaudit_model::facts::apigateway::Stage;
use waaudit_model::facts::cloudfront::Distribution;
use waaudit_model::facts::derived::entry_point::{EntryPoint, Hop, ZoneLoss};
use waaudit_model::facts::ec2::Instance;
use waaudit_model::facts::elb::{ClassicLoadBalancer, LoadBalancer};
use waaudit_model::facts::lambda::FunctionUrl;
use waaudit_model::facts::{apprunner, appsync};
use waaudit_model::snapshot::Resource;
use waaudit_model::topology::graph::{Node, Outcome};
use waaudit_model::topology::reach::{Reachability, ZoneLossOutcome};

pub(crate) const MAKE: Derivation = Derivation {
    kind: "entry_point",
    facts: &[
        "entry_type",
        "behind_distribution",
        "has_servers",
        "path",
        "zones",
        "zone_losses",
        "worst_zone_loss",
        "breaks",
        "weak_links",
        "zones_of_foreign_egress",
    ],
    reads: reads![
        GRAPH,
        ClassicLoadBalancer { scheme },
        Distribution { enabled, staging },
        FunctionUrl { auth_type, distributions },
        Instance { auto_scaling_group, in_public_subnet, open_service_ports, public_ip, state, target_groups },
        LoadBalancer { admits_cloudfront_only, distributions, scheme, state },
        Stage { endpoint_types },
        apprunner::Service { publicly_accessible, status },
        appsync::Api { visibility },
    ],
    compute: make,
};

/// Kinds of nodes that answer requests themselves. An API answers from its Region, be it for other AWS services.
const SERVERS: &[&str] = &[
    "address",
    "apigateway.stage",
    "apprunner.service",
    "appsync.api",
    "ec2.instance",
    "ecs.service",
    "lambda.function",
    "lambda.function_url",
];

/// Facts that are unread where the path is, for the reason that the graph gives.
const ON_THE_PATH: &[&str] =
    &["path", "zones", "zone_losses", "worst_zone_loss", "breaks", "weak_links", "has_servers"];

fn make(view: &View) -> Vec<Patch> {
    let Some(web) = view.reach() else { return Vec::new() };
    let distributions = view.here::<Distribution>();
    let balancers = view.here::<LoadBalancer>();
    let classics = view.here::<ClassicLoadBalancer>();
    let instances = view.here::<Instance>();
    let mut made: Vec<Patch> = Vec::new();
    for item in distributions.iter() {
        made.extend(entry(view, web, item.resource, serves(item.facts), "distribution", Some(false)));
    }
    for item in balancers.iter() {
        let behind = behind_distribution(item.facts);
        made.extend(entry(view, web, item.resource, is_public_balancer(item.facts), "load balancer", behind));
    }
    for item in classics.iter() {
        let public = is_public_classic(item.facts);
        made.extend(entry(view, web, item.resource, public, "classic load balancer", Some(false)));
    }
    for item in instances.iter() {
        made.extend(entry(view, web, item.resource, is_public_server(item.facts), "instance", Some(false)));
    }
    for item in view.here::<Stage>().iter() {
        made.extend(entry(view, web, item.resource, is_public_stage(item.facts), "API stage", Some(false)));
    }
    for item in view.here::<FunctionUrl>().iter() {
        made.extend(entry(view, web, item.resource, Some(true), "function URL", signed_by_distribution(item.facts)));
    }
    for item in view.here::<appsync::Api>().iter() {
        made.extend(entry(view, web, item.resource, is_public_graph(item.facts), "GraphQL API", Some(false)));
    }
    for item in view.here::<apprunner::Service>().iter() {
        made.extend(entry(view, web, item.resource, is_public_runner(item.facts), "App Runner service", Some(false)));
    }
    made
}

/// A URL that takes signed requests alone gets its users' through the distribution that signs them.
fn signed_by_distribution(url: &FunctionUrl) -> Option<bool> {
    all([url.auth_type.known().map(|kind| kind == "AWS_IAM"), url.distributions.known().map(|ids| !ids.is_empty())])
}

fn behind_distribution(balancer: &LoadBalancer) -> Option<bool> {
    all([balancer.admits_cloudfront_only.get(), balancer.distributions.known().map(|ids| !ids.is_empty())])
}

/// The way in that a resource is. Of one that only may be a way in, nothing is known.
fn entry(
    view: &View,
    web: &Reachability,
    resource: &Resource,
    public: Option<bool>,
    entry_type: &str,
    behind: Option<bool>,
) -> Option<Patch> {
    let named = ResourceId { arn: &resource.arn, id: &resource.id, tags: resource.tags.clone() };
    match public {
        Some(false) => None,
        None => {
            let why = "whether the internet gets in here could not be read".to_owned();
            Some(view.make(named, &EntryPoint::default()).because(&["entry_type"], &why))
        }
        Some(true) => {
            let (facts, unclear) = Walked::new(web, &resource.arn).facts();
            let facts =
                EntryPoint { entry_type: entry_type.to_owned().into(), behind_distribution: behind.into(), ..facts };
            let made = view.make(named, &facts).named(resource.name.as_ref());
            Some(match unclear {
                Some(why) => made.because(ON_THE_PATH, &why),
                None => made,
            })
        }
    }
}

/// A way in with what is behind it and what becomes of it, zone by zone.
struct Walked<'w, 'g> {
    web: &'w Reachability<'g>,
    id: &'w str,
    behind: Vec<&'g Node>,
    /// What becomes of it, by all that it may depend on.
    fates: Vec<(&'g str, ZoneLossOutcome<'g>)>,
    unknown: Option<String>,
}

impl<'w, 'g> Walked<'w, 'g> {
    fn new(web: &'w Reachability<'g>, id: &'w str) -> Self {
        let fates = web.zones_at_risk(id).into_iter().map(|zone| (zone, web.fate(id, zone).settled())).collect();
        Self { web, id, behind: web.behind(id), fates, unknown: web.unknown_behind(id) }
    }

    fn facts(&self) -> (EntryPoint, Option<String>) {
        let zones = self.whole().and_then(|_| self.zones());
        let broken = zones.as_ref().and_then(|zones| self.broken(zones));
        let facts = EntryPoint {
            has_servers: self.has_servers().into(),
            path: self.whole().and_then(|nodes| nodes.iter().map(|node| hop(node)).collect::<Option<Vec<_>>>()).into(),
            zone_losses: zones.as_ref().and_then(|zones| self.zone_losses(zones)).into(),
            worst_zone_loss: self.worst().map(|outcome| outcome.name().to_owned()).into(),
            breaks: broken
                .as_ref()
                .map(|broken| broken.iter().filter_map(|(zone, fate)| sentence(zone, fate)).collect::<Vec<_>>())
                .into(),
            weak_links: broken.map(|broken| self.weak_links(&broken)).into(),
            zones: zones.into(),
            zones_of_foreign_egress: self.foreign_egress().into(),
            ..EntryPoint::default()
        };
        (facts, self.unclear())
    }

    /// What certainly is behind it, if all of that is known.
    fn whole(&self) -> Option<&[&'g Node]> {
        self.unknown.is_none().then_some(&*self.behind)
    }

    fn has_servers(&self) -> Option<bool> {
        let found = self.behind.iter().any(|node| SERVERS.contains(&node.kind.as_str()));
        (found || self.unknown.is_none()).then_some(found)
    }

    fn zones(&self) -> Option<Vec<String>> {
        let zones = self.behind.iter().map(|node| {
            let lost = node.losses.as_ref()?.iter().map(|loss| &loss.zone);
            Some(node.zones.as_ref()?.iter().chain(lost).cloned().collect::<Vec<_>>())
        });
        Some(distinct(zones.collect::<Option<Vec<_>>>()?.into_iter().flatten()))
    }

    /// All outcomes, if all are known. A zone that is no danger to anything survives.
    fn known(&self) -> Option<Vec<(&'g str, Outcome, &ZoneLossOutcome<'g>)>> {
        if self.web.unknown_around(self.id).is_some() || self.web.unjudged(self.id).is_some() {
            return None;
        }
        self.fates.iter().map(|(zone, fate)| Some((*zone, fate.outcome?, fate))).collect()
    }

    fn zone_losses(&self, zones: &[String]) -> Option<Vec<ZoneLoss>> {
        let known = self.known()?;
        let of_zone = |zone: &String| {
            let found = known.iter().find(|(danger, ..)| danger == zone);
            let hop = found.and_then(|(_, _, fate)| fate.hop);
            ZoneLoss {
                zone: zone.clone(),
                outcome: found.map_or(Outcome::Survives, |(_, outcome, _)| *outcome).name().to_owned(),
                hop: hop.map(|(node, _)| node.name.clone()),
                why: hop.map(|(_, why)| why.to_owned()),
            }
        };
        Some(zones.iter().map(of_zone).collect())
    }

    fn worst(&self) -> Option<Outcome> {
        if self.fates.iter().any(|(_, fate)| fate.outcome == Some(Outcome::Dies)) {
            return Some(Outcome::Dies);
        }
        Some(self.known()?.into_iter().map(|(_, outcome, _)| outcome).max().unwrap_or(Outcome::Survives))
    }

    /// Zones that it does not survive by what it certainly depends on, if that can be told of all.
    fn broken<'z>(&self, zones: &'z [String]) -> Option<Vec<(&'z String, ZoneLossOutcome<'g>)>> {
        let fates = zones.iter().map(|zone| (zone, self.web.sure_fate(self.id, zone)));
        let known =
            fates.map(|(zone, fate)| fate.outcome.map(|outcome| (zone, outcome, fate))).collect::<Option<Vec<_>>>()?;
        let broken = known.into_iter().filter(|(_, outcome, _)| *outcome >= Outcome::Recovers);
        Some(broken.map(|(zone, _, fate)| (zone, fate)).collect())
    }

    fn weak_links(&self, broken: &[(&String, ZoneLossOutcome)]) -> Vec<String> {
        let fails = |node: &&&Node| {
            let mut losses = node.losses.iter().flatten();
            losses.any(|loss| loss.outcome >= Outcome::Recovers && broken.iter().any(|(zone, _)| **zone == loss.zone))
        };
        distinct(self.behind.iter().filter(fails).map(|node| node.id.clone()))
    }

    fn foreign_egress(&self) -> Option<Vec<String>> {
        self.whole()?;
        Some(self.web.zones_of_way_out(self.id)?.into_iter().map(str::to_owned).collect())
    }

    /// Why something about the path is unread.
    fn unclear(&self) -> Option<String> {
        let fates = || self.fates.iter().find_map(|(_, fate)| fate.unclear.clone());
        let silent = |node: &Node| format!("what the loss of a zone does to {} could not be told", node.name);
        let unknown = self.unknown.clone().or_else(|| self.web.unknown_around(self.id));
        unknown.or_else(fates).or_else(|| self.web.unjudged(self.id).map(silent))
    }
}

/// "eu-west-1a: orders-db (it has no standby in another zone)".
fn sentence(zone: &str, fate: &ZoneLossOutcome) -> Option<String> {
    let (node, why) = fate.hop?;
    Some(format!("{zone}: {} ({why})", node.name))
}

fn hop(node: &Node) -> Option<Hop> {
    let (resource, kind, name) = (node.id.clone(), node.kind.clone(), node.name.clone());
    Some(Hop { resource, kind, name, zones: node.zones.clone()? })
}

#[cfg(test)]
mod tests;
