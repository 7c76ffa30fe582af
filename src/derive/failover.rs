//! Whether an entry point, and the data behind it, survive the loss of their region.
//!
//! Requests go to another region by an origin group of CloudFront, by records of one name of which Route 53 answers with
//! those that are healthy, or by an accelerator. A record without a health check is answered whether its region works or
//! not: clients that it was chosen for stay with it.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{READS_OF_REGIONS, Web};
use super::names::Names;
use super::view::{Item, List, any, distinct};
use super::{Join, Patch, View};
use crate::facts::apigateway::{DomainName, Stage};
use crate::facts::cloudfront::Distribution;
use crate::facts::database::Database;
use crate::facts::dynamodb::Table;
use crate::facts::elb::{ClassicLoadBalancer, LoadBalancer};
use crate::facts::entry_point::EntryPoint;
use crate::facts::globalaccelerator::Accelerator;
use crate::facts::lambda::FunctionUrl;
use crate::facts::route53::Record;
use crate::facts::{apprunner, appsync};
use crate::snapshot::GLOBAL;

pub(super) const REGIONS: Join = Join {
    kind: "entry_point",
    facts: &["failover_regions", "single_region_stores"],
    reads: READS_OF_REGIONS,
    learn: regions,
};

/// What answers at a DNS name, and in which region.
type Bearers<'l> = BTreeMap<&'l str, Vec<(&'l str, &'l str)>>;

fn regions(view: &View) -> Vec<Patch> {
    let Some(web) = view.web() else { return Vec::new() };
    let (records, accelerators) = (view.global::<Record>(), view.global::<Accelerator>());
    let distributions = view.global::<Distribution>();
    let (balancers, classics) = (view.everywhere::<LoadBalancer>(), view.everywhere::<ClassicLoadBalancer>());
    let (databases, tables) = (view.everywhere::<Database>(), view.everywhere::<Table>());
    let (stages, urls) = (view.everywhere::<Stage>(), view.everywhere::<FunctionUrl>());
    let (graphs, runners) = (view.everywhere(), view.everywhere());
    let mut bearers = bearers(&distributions, &balancers, &classics, &stages, &urls, &graphs, &runners);
    let domains = view.everywhere::<DomainName>();
    for domain in domains.iter() {
        let own = domain.facts.stages.known().map_or(&[][..], Vec::as_slice);
        for name in domain.facts.targets.known().into_iter().flatten() {
            let led_to = stages.iter().filter(|stage| own.contains(&stage.resource.id)).map(|stage| stage.resource);
            let led_to = led_to.map(|stage| (stage.arn.as_str(), stage.region.as_str()));
            bearers.entry(name).or_default().extend(led_to);
        }
    }
    let ways = Ways { records: &records, names: Names::new(&records), accelerators: &accelerators, bearers };
    let learned = |entry: &Item<EntryPoint>| EntryPoint {
        failover_regions: failover_regions(entry, web, &ways).into(),
        single_region_stores: single_region_stores(entry, web, &databases, &tables).into(),
        ..EntryPoint::default()
    };
    view.here().iter().map(|entry| entry.learn(&learned(entry))).collect()
}

fn bearers<'l>(
    distributions: &'l List<Distribution>,
    balancers: &'l List<LoadBalancer>,
    classics: &'l List<ClassicLoadBalancer>,
    stages: &'l List<Stage>,
    urls: &'l List<FunctionUrl>,
    graphs: &'l List<appsync::Api>,
    runners: &'l List<apprunner::Service>,
) -> Bearers<'l> {
    let edge = distributions.iter().map(|item| (item.facts.domain.known(), item.resource));
    let new = balancers.iter().map(|item| (item.facts.dns_name.known().and_then(Option::as_ref), item.resource));
    let old = classics.iter().map(|item| (item.facts.dns_name.known(), item.resource));
    let apis = stages.iter().map(|item| (item.facts.domain.known(), item.resource));
    let own = urls.iter().map(|item| (item.facts.domain.known(), item.resource));
    let graphs = graphs.iter().map(|item| (item.facts.domain.known().and_then(Option::as_ref), item.resource));
    let runners = runners.iter().map(|item| (item.facts.domain.known().and_then(Option::as_ref), item.resource));
    let mut bearers = Bearers::new();
    for (name, resource) in edge.chain(new).chain(old).chain(apis).chain(own).chain(graphs).chain(runners) {
        if let Some(name) = name {
            bearers.entry(name).or_default().push((resource.arn.as_str(), resource.region.as_str()));
        }
    }
    bearers
}

/// The ways in which requests are led to a region.
struct Ways<'l> {
    records: &'l List<'l, Record>,
    names: Names<'l>,
    accelerators: &'l List<'l, Accelerator>,
    bearers: Bearers<'l>,
}

/// The regions of a way in and of all that replaces it; nothing where one of the ways can't be told.
fn failover_regions(entry: &Item<EntryPoint>, web: &Web, ways: &Ways) -> Option<Vec<String>> {
    let arn = &entry.resource.arn;
    entry.facts.entry_type.known()?;
    let mut regions: BTreeSet<String> = BTreeSet::new();
    if entry.resource.region != GLOBAL {
        regions.insert(entry.resource.region.clone());
    } else if web.unknown_behind(arn).is_some() {
        return None;
    }
    let behind = web.behind(arn).into_iter().map(|node| node.region.as_str());
    let behind: BTreeSet<&str> = behind.filter(|region| *region != GLOBAL).collect();
    // A distribution that needs two regions has none to go to.
    regions.extend(behind.iter().filter(|_| behind.len() == 1).map(|region| (*region).to_owned()));
    let groups = web.regions_by_group(arn)?.into_iter().filter(|regions| regions.len() > 1);
    regions.extend(groups.flatten().map(str::to_owned));
    regions.extend(ways.by_records(arn)?);
    regions.extend(ways.by_accelerators(arn)?);
    regions.remove(GLOBAL);
    Some(regions.into_iter().collect())
}

impl Ways<'_> {
    /// Regions of the records of a name that lead to a way in among others.
    fn by_records(&self, arn: &str) -> Option<BTreeSet<String>> {
        let mut sets: BTreeMap<(&str, &str, &str), Vec<&Record>> = BTreeMap::new();
        for record in self.records.whole()?.iter().map(|record| &record.facts) {
            if !*record.private.known()? && is_one_of_several(record)? {
                let name = (record.zone.known()?.as_str(), record.record_name.known()?.as_str());
                sets.entry((name.0, name.1, record.record_type.known()?)).or_default().push(record);
            }
        }
        let mut regions = BTreeSet::new();
        for set in sets.values() {
            let ends = set.iter().map(|record| self.ends(record)).collect::<Option<Vec<_>>>()?;
            let leads_here = |ends: &Vec<(&str, &str)>| ends.iter().any(|(bearer, _)| *bearer == arn);
            for (own, _) in set.iter().zip(&ends).filter(|(_, ends)| leads_here(ends)) {
                if !is_left_when_unhealthy(own)? {
                    continue;
                }
                for (other, ends) in set.iter().zip(&ends).filter(|(_, ends)| !leads_here(ends)) {
                    if takes_over(other, own)? {
                        regions.extend(ends.iter().map(|(_, region)| (*region).to_owned()));
                    }
                }
            }
        }
        Some(regions)
    }

    /// What a record leads to within the account.
    fn ends(&self, record: &Record) -> Option<Vec<(&str, &str)>> {
        let targets = match record.alias.known()? {
            Some(alias) => std::slice::from_ref(alias),
            None => record.values.known()?,
        };
        let mut ends = Vec::new();
        for target in targets {
            let trail = self.names.trail(target);
            if trail.unread {
                return None;
            }
            ends.extend(trail.ends.iter().filter_map(|end| self.bearers.get(end.as_str())).flatten().copied());
        }
        Some(ends)
    }

    /// Regions of the accelerators that lead to a way in.
    fn by_accelerators(&self, arn: &str) -> Option<BTreeSet<String>> {
        let mut regions = BTreeSet::new();
        for accelerator in self.accelerators.whole()? {
            if !*accelerator.facts.enabled.known()? {
                continue;
            }
            let groups = accelerator.facts.endpoint_groups.known()?;
            // Where a group has no healthy endpoint, the others take over whatever their traffic dial says:
            // <https://docs.aws.amazon.com/global-accelerator/latest/dg/about-endpoints-endpoint-weights.html>
            let used = groups.iter().filter(|group| !group.endpoints.is_empty());
            if used.clone().any(|group| group.endpoints.iter().any(|endpoint| endpoint == arn)) {
                regions.extend(used.map(|group| group.region.clone()));
            }
        }
        Some(regions)
    }
}

/// Whether Route 53 chooses between a record and others of its name.
fn is_one_of_several(record: &Record) -> Option<bool> {
    any([
        record.failover.known().map(Option::is_some),
        record.latency_region.known().map(Option::is_some),
        record.weight.known().map(Option::is_some),
        record.geolocation.known().map(Option::is_some),
        record.multivalue.get(),
        record.other_routing.known().map(Option::is_some),
    ])
}

/// Whether a record is not answered while what it leads to is unhealthy. The second of a pair answers for the first.
fn is_left_when_unhealthy(record: &Record) -> Option<bool> {
    any([
        record.health_check.known().map(Option::is_some),
        record.follows_target_health.known().map(|follows| *follows == Some(true)),
        record.failover.known().map(|failover| failover.as_deref() == Some("SECONDARY")),
    ])
}

/// Whether a record is answered in the place of another one of its name that is unhealthy. By location it has to be that
/// of a larger area; by all other policies any healthy one is, one of weight 0 too.
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html>
fn takes_over(other: &Record, own: &Record) -> Option<bool> {
    let Some(own) = own.geolocation.known()? else { return Some(true) };
    match (other.geolocation.known()?.as_deref()?, own.as_str()) {
        (_, "*") => Some(false),
        ("*", _) => Some(true),
        (larger, smaller) if larger.starts_with("country ") => Some(smaller.starts_with(&format!("{larger}, "))),
        // Which countries a continent has is not known here.
        (_, smaller) if smaller.starts_with("country ") => None,
        _ => Some(false),
    }
}

fn single_region_stores(
    entry: &Item<EntryPoint>,
    web: &Web,
    databases: &List<Database>,
    tables: &List<Table>,
) -> Option<Vec<String>> {
    let arn = &entry.resource.arn;
    entry.facts.entry_type.known()?;
    if web.unknown_behind(arn).is_some() {
        return None;
    }
    let behind = web.behind(arn);
    let on_path = databases.iter().filter(|one| behind.iter().any(|node| node.id == one.resource.arn));
    let on_path: Vec<&Item<Database>> = on_path.collect();
    if !on_path.is_empty() {
        let copied = on_path.iter().map(|one| Some((one, one.facts.copy_regions.known()?)));
        let copied = copied.collect::<Option<Vec<_>>>()?.into_iter();
        return Some(distinct(
            copied.filter(|(_, regions)| regions.is_empty()).map(|(one, _)| one.resource.id.clone()),
        ));
    }
    let regions: BTreeSet<&str> = behind.iter().map(|node| node.region.as_str()).collect();
    let here = tables.whole()?.iter().filter(|table| regions.contains(table.resource.region.as_str()));
    let here: Vec<&Item<Table>> = here.collect();
    let replicated = any(here.iter().map(|table| {
        let elsewhere = |region: &String| *region != table.resource.region;
        table.facts.replica_regions.known().map(|regions| regions.iter().any(elsewhere))
    }))?;
    Some(if replicated { Vec::new() } else { distinct(here.iter().map(|table| table.resource.id.clone())) })
}

#[cfg(test)]
#[path = "failover_tests.rs"]
mod tests;
