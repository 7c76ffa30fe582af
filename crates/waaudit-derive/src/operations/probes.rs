//! Whether the names of public entry points are probed from outside, with an alarm on the probe.
//!
//! What a canary visits is in its script, which is never read: where one runs, a name without a health check may be
//! probed or not.

use std::collections::{BTreeMap, BTreeSet};

use super::alarms::{Watched, Watchers};
use crate::edge::dns::Names;
use crate::engine::{Derivation, Item, List, Patch, Referrers, View, all, any, distinct, each, only, reads};
use crate::network::public_endpoints::{
    is_public_balancer, is_public_classic, is_public_graph, is_public_runner, is_public_server, is_public_stage, serves,
};
use waaudit_model::facts::apigateway::{DomainName, Stage};
use waaudit_model::facts::cloudfront::Distribution;
use waaudit_model::facts::cloudwatch::Alarm;
use waaudit_model::facts::derived::entry_point::EntryPoint;
use waaudit_model::facts::ec2::Instance;
use waaudit_model::facts::elb::{ClassicLoadBalancer, LoadBalancer};
use waaudit_model::facts::lambda::FunctionUrl;
use waaudit_model::facts::route53::{HealthCheck, Record};
use waaudit_model::facts::synthetics::Canary;
use waaudit_model::facts::{apprunner, appsync};
use waaudit_model::snapshot::Resource;

pub(crate) const PROBES: Derivation = Derivation {
    kind: "entry_point",
    facts: &["dns_names", "unprobed_names"],
    reads: reads![
        Alarm { direction, metrics, namespaces, notifies, queries, threshold, watches },
        Canary { state },
        ClassicLoadBalancer { dns_name, scheme },
        Distribution { aliases, domain, enabled, staging },
        DomainName { domain, stages },
        EntryPoint {},
        FunctionUrl { domain },
        HealthCheck { children, disabled, domain, ip_address },
        Instance { auto_scaling_group, in_public_subnet, open_service_ports, public_ip, state, target_groups },
        LoadBalancer { dns_name, scheme, state },
        Record { alias, private, record_name, record_type, values },
        Stage { domain, endpoint_types },
        apprunner::Service { domain, publicly_accessible, status },
        appsync::Api { domain, visibility },
    ],
    compute: probes,
};

/// Metrics that tell of a health check, of a calculated one too.
const HEALTH: &[&str] = &["HealthCheckStatus", "HealthCheckPercentageHealthy"];

/// Where Route 53 publishes the metrics of its health checks.
const HEALTH_CHECK_REGION: &str = "us-east-1";

fn probes(view: &View) -> Vec<Patch> {
    let records = view.global::<Record>();
    let names = Names::new(&records);
    let (checks, canaries, alarms) =
        (view.global::<HealthCheck>(), view.everywhere::<Canary>(), view.everywhere::<Alarm>());
    let probing = Probing {
        by_target: checks.by(|check| {
            let (domain, ip) = (check.facts.domain.known()?, check.facts.ip_address.known()?);
            Some([domain.as_deref(), ip.as_deref()].into_iter().flatten())
        }),
        by_child: checks.by(|check| each(check.facts.children.known())),
        canary_runs: canary_runs(&canaries),
        alarms: Watchers::new(&alarms),
        alarms_seen: view.looked_at(HEALTH_CHECK_REGION),
    };
    let leads = Leads::new(&records, &names);
    let domains = view.here::<DomainName>();
    let domains = domains.by(|domain| each(domain.facts.stages.known()));
    let addresses = Addresses::new(view, &domains);
    let learned = |entry: &Item<EntryPoint>| {
        let Some(address) = addresses.of(entry.resource) else { return EntryPoint::default() };
        let leading = leads.as_ref().and_then(|leads| leads.names_of(&address));
        let unprobed = leading.as_ref().and_then(|leading| {
            only(leading.iter().cloned(), |name| probing.probed(name, &address.name).map(|probed| !probed))
        });
        EntryPoint { dns_names: leading.into(), unprobed_names: unprobed.into(), ..EntryPoint::default() }
    };
    view.here::<EntryPoint>().iter().map(|entry| entry.patch(&learned(entry))).collect()
}

/// What AWS calls an entry point, and the names that it answers to by its own settings.
struct Address {
    name: String,
    aliases: Vec<String>,
    /// Whether clients use the name that AWS gave it where it has no other.
    used: bool,
}

struct Addresses<'l, 'a> {
    distributions: List<'a, Distribution>,
    balancers: List<'a, LoadBalancer>,
    classics: List<'a, ClassicLoadBalancer>,
    instances: List<'a, Instance>,
    stages: List<'a, Stage>,
    /// Custom domain names by the stages that they lead to.
    domains: &'l Referrers<'l, 'a, DomainName>,
    urls: List<'a, FunctionUrl>,
    graphs: List<'a, appsync::Api>,
    runners: List<'a, apprunner::Service>,
}

impl<'l, 'a> Addresses<'l, 'a> {
    fn new(view: &View<'a>, domains: &'l Referrers<'l, 'a, DomainName>) -> Self {
        Self {
            distributions: view.here(),
            balancers: view.here(),
            classics: view.here(),
            instances: view.here(),
            stages: view.here(),
            domains,
            urls: view.here(),
            graphs: view.here(),
            runners: view.here(),
        }
    }

    /// Of a resource that only may be a way in, nothing is said.
    fn of(&self, resource: &Resource) -> Option<Address> {
        if let Some(item) = self.distributions.by_arn().get(&resource.arn) {
            let open = serves(item.facts) == Some(true);
            let address = Address {
                name: item.facts.domain.known()?.clone(),
                aliases: item.facts.aliases.known()?.clone(),
                used: false,
            };
            return open.then_some(address);
        }
        let (public, name) = if let Some(item) = self.balancers.by_arn().get(&resource.arn) {
            (is_public_balancer(item.facts), item.facts.dns_name.known()?.clone()?)
        } else if let Some(item) = self.classics.by_arn().get(&resource.arn) {
            (is_public_classic(item.facts), item.facts.dns_name.known()?.clone())
        } else if let Some((public, name)) = self.of_service(resource) {
            let (name, aliases) = (name?, self.custom_names(resource)?);
            return (public == Some(true)).then_some(Address { name, aliases, used: true });
        } else {
            let item = self.instances.by_arn().get(&resource.arn)?;
            (is_public_server(item.facts), item.facts.public_ip.known()?.clone()?)
        };
        (public == Some(true)).then(|| Address { name: name.to_lowercase(), aliases: Vec::new(), used: false })
    }

    /// The custom domain names that lead to a stage; none for another resource.
    fn custom_names(&self, resource: &Resource) -> Option<Vec<String>> {
        if self.stages.by_arn().get(&resource.arn).is_none() {
            return Some(Vec::new());
        }
        let leads = |domain: &&Item<DomainName>| Some(domain.facts.stages.known()?.contains(&resource.id));
        let own = only(self.domains.whole_of(&resource.id)?, leads)?;
        own.into_iter().map(|domain| domain.facts.domain.known().cloned()).collect()
    }

    /// Whether an API or function URL is public, and its name; nothing for another resource.
    fn of_service(&self, resource: &Resource) -> Option<(Option<bool>, Option<String>)> {
        if let Some(item) = self.stages.by_arn().get(&resource.arn) {
            return Some((is_public_stage(item.facts), item.facts.domain.known().cloned()));
        }
        if let Some(item) = self.urls.by_arn().get(&resource.arn) {
            return Some((Some(true), item.facts.domain.known().cloned()));
        }
        if let Some(item) = self.runners.by_arn().get(&resource.arn) {
            return Some((is_public_runner(item.facts), item.facts.domain.known().cloned().flatten()));
        }
        let graphs = self.graphs.by_arn();
        let item = graphs.get(&resource.arn)?;
        Some((is_public_graph(item.facts), item.facts.domain.known().cloned().flatten()))
    }
}

/// The public names that lead to each address, through records that were all read.
struct Leads<'l> {
    /// By where they lead: names, and whether their record is public.
    by_end: BTreeMap<String, Vec<(&'l str, Option<bool>)>>,
    /// Where records lead of which it is not known whether they lead further. They may lead to anything.
    open: Vec<BTreeSet<String>>,
}

impl<'l> Leads<'l> {
    /// Nothing where a record or its name was not read.
    fn new(records: &'l List<Record>, names: &Names) -> Option<Self> {
        let mut leads = Self { by_end: BTreeMap::new(), open: Vec::new() };
        for record in records.whole()? {
            let public = record.facts.private.get().map(|private| !private);
            let name = record.facts.record_name.known()?;
            if public == Some(false) {
                continue;
            }
            let trail = names.trail(name);
            for end in &trail.ends {
                leads.by_end.entry(end.clone()).or_default().push((name, public));
            }
            if trail.unread {
                leads.open.push(trail.ends);
            }
        }
        Some(leads)
    }

    /// The names that lead to an address, and its aliases.
    fn names_of(&self, address: &Address) -> Option<Vec<String>> {
        let own = self.by_end.get(&address.name).map_or(&[][..], Vec::as_slice);
        let sure = own.iter().all(|(_, public)| public.is_some());
        if !sure || !self.open.iter().all(|ends| ends.contains(&address.name)) {
            return None;
        }
        let own = own.iter().map(|(name, _)| (*name).to_owned());
        let names = distinct(own.chain(address.aliases.iter().map(|alias| alias.to_lowercase())));
        Some(if names.is_empty() && address.used { vec![address.name.clone()] } else { names })
    }
}

struct Probing<'v, 'a> {
    /// Health checks by the domain or address that they call.
    by_target: Referrers<'v, 'a, HealthCheck>,
    /// Health checks by those that they count.
    by_child: Referrers<'v, 'a, HealthCheck>,
    canary_runs: Option<bool>,
    alarms: Watchers<'v, 'a>,
    /// Whether alarms were looked for where health checks have theirs.
    alarms_seen: bool,
}

impl Probing<'_, '_> {
    /// Whether a health check with an alarm calls the name, or the address behind it.
    fn probed(&self, name: &str, address: &str) -> Option<bool> {
        let calls = |check: &HealthCheck| {
            let domain = check
                .domain
                .known()
                .map(|domain| domain.as_deref().is_some_and(|domain| domain == name || domain == address));
            let ip = check.ip_address.known().map(|ip| ip.as_deref() == Some(address));
            all([any([domain, ip]), check.disabled.get().map(|disabled| !disabled)])
        };
        let calling = self.by_target.of(name).chain(self.by_target.of(address));
        let heard = calling.map(|check| all([calls(check.facts), self.heard(&check.resource.id)]));
        match any(heard.chain(self.by_target.missing())) {
            Some(false) if self.canary_runs != Some(false) => None,
            answer => answer,
        }
    }

    /// Whether an alarm is notified of the health check, by itself or with others that a calculated one counts.
    fn heard(&self, id: &str) -> Option<bool> {
        let counts =
            |check: &HealthCheck| check.children.known().map(|children| children.iter().any(|child| child == id));
        let counted = self.by_child.of(id).map(|check| all([counts(check.facts), self.watched(&check.resource.id)]));
        any([self.watched(id)].into_iter().chain(counted))
    }

    /// Whether an alarm that notifies watches the health check.
    fn watched(&self, id: &str) -> Option<bool> {
        let names = [id.to_owned()];
        let check = Watched { namespace: "AWS/Route53", metrics: HEALTH, names: &names };
        match check.notified_by(&self.alarms) {
            Some(false) if !self.alarms_seen => None,
            answer => answer,
        }
    }
}

fn canary_runs(canaries: &List<Canary>) -> Option<bool> {
    let running = |canary: &Canary| canary.state.known().map(|state| state == "RUNNING");
    let missing = canaries.whole().is_none().then_some(None);
    any(canaries.iter().map(|canary| running(canary.facts)).chain(missing))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::snapshot_builder::SnapshotBuilder;
    use waaudit_model::facts::cloudfront::Distribution;
    use waaudit_model::facts::cloudwatch::Alarm;
    use waaudit_model::facts::derived::entry_point::EntryPoint;
    use waaudit_model::facts::route53::{HealthCheck, Record};
    use waaudit_model::facts::synthetics::Canary;

    fn world() -> SnapshotBuilder {
        let record = |name: &str, alias: &str| json!({"private": false, "record_name": name, "record_type": "A", "alias": alias, "values": []});
        let distribution = json!({
            "enabled": true, "staging": false, "domain": "d1.cloudfront.net", "aliases": ["shop.example.com"], "origins": [], "web_acl": null
        });
        SnapshotBuilder::new()
            .global::<Distribution>("D1", distribution)
            .global::<Record>("www", record("www.example.com", "d1.cloudfront.net"))
            .global::<Record>("other", record("other.example.com", "d2.cloudfront.net"))
    }

    fn check(world: SnapshotBuilder, domain: &str, disabled: bool) -> SnapshotBuilder {
        let facts =
            json!({"check_type": "HTTPS", "domain": domain, "ip_address": null, "disabled": disabled, "children": []});
        world.global::<HealthCheck>("check-1", facts)
    }

    fn alarm(world: SnapshotBuilder) -> SnapshotBuilder {
        alarm_on(world, "check-1", true)
    }

    fn alarm_on(world: SnapshotBuilder, check: &str, enabled: bool) -> SnapshotBuilder {
        let facts = json!({
            "namespaces": ["AWS/Route53"], "watches": [check], "alarm_rule": null, "actions_enabled": enabled,
            "actions": ["arn:aws:ssm:us-east-1:111122223333:opsitem:1"], "metrics": ["HealthCheckStatus"],
            "queries": [], "direction": "below", "threshold": 1.0,
        });
        world.within::<Alarm>("us-east-1", "down", facts)
    }

    fn unprobed(world: SnapshotBuilder) -> Option<Value> {
        world.derive().fact::<EntryPoint>("D1", "unprobed_names")
    }

    #[test]
    fn names_lead_by_alias_and_by_record() {
        let names = world().derive().fact::<EntryPoint>("D1", "dns_names");
        assert_eq!(names, Some(json!(["shop.example.com", "www.example.com"])));
    }

    #[test]
    fn a_health_check_with_an_alarm_probes_the_name_that_it_calls() {
        let both = Some(json!(["shop.example.com", "www.example.com"]));
        assert_eq!(unprobed(world()), both);
        assert_eq!(unprobed(alarm(check(world(), "www.example.com", false))), Some(json!(["shop.example.com"])));
        assert_eq!(unprobed(check(world(), "www.example.com", false)), both, "no alarm notifies of it");
        assert_eq!(unprobed(alarm(check(world(), "www.example.com", true))), both, "it is switched off");
        assert_eq!(unprobed(alarm(check(world(), "d1.cloudfront.net", false))), Some(json!([])));
    }

    #[test]
    fn an_alarm_may_watch_the_health_check_that_counts_others() {
        let calculated = |children: Value| {
            let facts = json!({
                "check_type": "CALCULATED", "domain": null, "ip_address": null, "disabled": false, "children": children
            });
            let world = check(world(), "d1.cloudfront.net", false).global::<HealthCheck>("all", facts);
            unprobed(alarm_on(world, "all", true))
        };
        assert_eq!(calculated(json!(["check-1"])), Some(json!([])));
        assert_eq!(calculated(json!(["check-2"])), Some(json!(["shop.example.com", "www.example.com"])));
    }

    #[test]
    fn an_alarm_that_does_nothing_hears_nothing() {
        let silent = alarm_on(check(world(), "d1.cloudfront.net", false), "check-1", false);
        assert_eq!(unprobed(silent), Some(json!(["shop.example.com", "www.example.com"])));
    }

    #[test]
    fn what_a_running_canary_visits_is_not_known() {
        assert_eq!(unprobed(world().with::<Canary>("visit", json!({"state": "RUNNING"}))), None);
        assert!(unprobed(world().with::<Canary>("visit", json!({"state": "STOPPED"}))).is_some());
    }
}
