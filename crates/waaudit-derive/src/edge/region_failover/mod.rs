//! Whether an entry point, and the data behind it, survive the loss of their region.
//!
//! Requests go to another region by an origin group of CloudFront, by records of one name of which Route 53 answers with
//! those that are healthy, or by an accelerator. A record without a health check is answered whether its region works or
//! not: clients that it was chosen for stay with it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::dns::Names;
use crate::engine::{Derivation, Item, List, Lookup, Patch, View, any, distinct, reads};
use waaudit_model::facts::apigateway::{DomainName, Stage};
use waaudit_model::facts::cloudfront::Distribution;
use waaudit_model::facts::derived::database::Database;
use waaudit_model::facts::derived::entry_point::EntryPoint;
use waaudit_model::facts::dynamodb::Table;
use waaudit_model::facts::elb::{ClassicLoadBalancer, LoadBalancer};
use waaudit_model::facts::globalaccelerator::Accelerator;
use waaudit_model::facts::lambda::FunctionUrl;
use waaudit_model::facts::route53::Record;
use waaudit_model::facts::{apprunner, appsync};
use waaudit_model::snapshot::GLOBAL;
use waaudit_model::topology::reach::Reachability;

pub(crate) const REGIONS: Derivation = Derivation {
    kind: "entry_point",
    facts: &["failover_regions", "single_region_stores", "single_region_store_count"],
    reads: reads![
        GRAPH,
        Accelerator { enabled, endpoint_groups },
        ClassicLoadBalancer { dns_name },
        Database { copy_regions },
        Distribution { domain },
        DomainName { stages, targets },
        EntryPoint { entry_type },
        FunctionUrl { domain },
        LoadBalancer { dns_name },
        Record {
            alias,
            failover,
            follows_target_health,
            geolocation,
            health_check,
            latency_region,
            multivalue,
            other_routing,
            private,
            record_name,
            record_type,
            values,
            weight,
            zone
        },
        Stage { domain },
        Table { replica_regions },
        apprunner::Service { domain },
        appsync::Api { domain },
    ],
    compute: regions,
};

/// What answers at a DNS name, and in which region.
type Bearers<'l> = BTreeMap<&'l str, Vec<(&'l str, &'l str)>>;

fn regions(view: &View) -> Vec<Patch> {
    let Some(web) = view.reach() else { return Vec::new() };
    let (records, accelerators) = (view.global::<Record>(), view.global::<Accelerator>());
    let distributions = view.global::<Distribution>();
    let (balancers, classics) = (view.everywhere::<LoadBalancer>(), view.everywhere::<ClassicLoadBalancer>());
    let (databases, tables) = (view.everywhere::<Database>(), view.everywhere::<Table>());
    let (stages, urls) = (view.everywhere::<Stage>(), view.everywhere::<FunctionUrl>());
    let (graphs, runners) = (view.everywhere(), view.everywhere());
    let mut bearers = bearers(&distributions, &balancers, &classics, &stages, &urls, &graphs, &runners);
    let domains = view.everywhere::<DomainName>();
    let stages_by_id = stages.by(|stage| Some([stage.resource.id.as_str()]));
    for domain in domains.iter() {
        let own = domain.facts.stages.known().map_or(&[][..], Vec::as_slice);
        for name in domain.facts.targets.known().into_iter().flatten() {
            let led_to = own.iter().flat_map(|id| stages_by_id.of(id)).map(|stage| stage.resource);
            let led_to = led_to.map(|stage| (stage.arn.as_str(), stage.region.as_str()));
            bearers.entry(name).or_default().extend(led_to);
        }
    }
    let names = Names::new(&records);
    let ways = Ways { sets: record_sets(&records, &names, &bearers), accelerated: accelerated(&accelerators) };
    let (databases, tables) = (databases.by_arn(), Tables::by_region(&tables));
    let learned = |entry: &Item<EntryPoint>| {
        let stores = single_region_stores(entry, web, &databases, tables.as_ref());
        EntryPoint {
            failover_regions: failover_regions(entry, web, &ways).into(),
            single_region_store_count: stores.as_ref().map(|stores| stores.count).into(),
            single_region_stores: stores.map(|stores| stores.named).into(),
            ..EntryPoint::default()
        }
    };
    view.here().iter().map(|entry| entry.patch(&learned(entry))).collect()
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
    /// Sets of records by the ARNs that they lead to; nothing where one of them can't be told.
    sets: Option<BTreeMap<&'l str, Vec<Rc<RecordSet<'l>>>>>,
    /// Regions of accelerators by the ARNs that they lead to; nothing where one of them can't be told.
    accelerated: Option<BTreeMap<&'l str, BTreeSet<&'l str>>>,
}

/// The records of one name and type among which Route 53 chooses, with what they lead to: ARNs and regions.
type RecordSet<'l> = Vec<(&'l Record, Vec<(&'l str, &'l str)>)>;

/// The regions of a way in and of all that replaces it; nothing where one of the ways can't be told.
fn failover_regions(entry: &Item<EntryPoint>, web: &Reachability, ways: &Ways) -> Option<Vec<String>> {
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
        let mut regions = BTreeSet::new();
        let leads_here = |ends: &[(&str, &str)]| ends.iter().any(|(bearer, _)| *bearer == arn);
        for set in self.sets.as_ref()?.get(arn).into_iter().flatten() {
            for (own, _) in set.iter().filter(|(_, ends)| leads_here(ends)) {
                if !is_left_when_unhealthy(own)? {
                    continue;
                }
                for (other, ends) in set.iter().filter(|(_, ends)| !leads_here(ends)) {
                    if takes_over(other, own)? {
                        regions.extend(ends.iter().map(|(_, region)| (*region).to_owned()));
                    }
                }
            }
        }
        Some(regions)
    }

    /// Regions of the accelerators that lead to a way in.
    fn by_accelerators(&self, arn: &str) -> Option<BTreeSet<String>> {
        let regions = self.accelerated.as_ref()?.get(arn).into_iter().flatten();
        Some(regions.map(|region| (*region).to_owned()).collect())
    }
}

fn record_sets<'l>(
    records: &List<'l, Record>,
    names: &Names,
    bearers: &Bearers<'l>,
) -> Option<BTreeMap<&'l str, Vec<Rc<RecordSet<'l>>>>> {
    let mut sets: BTreeMap<(&str, &str, &str), RecordSet> = BTreeMap::new();
    for record in records.whole()?.iter().map(|record| record.facts) {
        if !*record.private.known()? && is_one_of_several(record)? {
            let name = (record.zone.known()?.as_str(), record.record_name.known()?.as_str());
            let set = sets.entry((name.0, name.1, record.record_type.known()?)).or_default();
            set.push((record, ends(record, names, bearers)?));
        }
    }
    let mut by_bearer: BTreeMap<&str, Vec<Rc<RecordSet>>> = BTreeMap::new();
    for set in sets.into_values().map(Rc::new) {
        let led_to: BTreeSet<&str> = set.iter().flat_map(|(_, ends)| ends).map(|(bearer, _)| *bearer).collect();
        for bearer in led_to {
            by_bearer.entry(bearer).or_default().push(Rc::clone(&set));
        }
    }
    Some(by_bearer)
}

/// What a record leads to within the account.
fn ends<'l>(record: &'l Record, names: &Names, bearers: &Bearers<'l>) -> Option<Vec<(&'l str, &'l str)>> {
    let targets = match record.alias.known()? {
        Some(alias) => std::slice::from_ref(alias),
        None => record.values.known()?,
    };
    let mut ends = Vec::new();
    for target in targets {
        let trail = names.trail(target);
        if trail.unread {
            return None;
        }
        ends.extend(trail.ends.iter().filter_map(|end| bearers.get(end.as_str())).flatten().copied());
    }
    Some(ends)
}

/// The regions of accelerators by the ARNs that they lead to.
fn accelerated<'l>(accelerators: &List<'l, Accelerator>) -> Option<BTreeMap<&'l str, BTreeSet<&'l str>>> {
    let mut regions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for accelerator in accelerators.whole()? {
        if !*accelerator.facts.enabled.known()? {
            continue;
        }
        // Where a group has no healthy endpoint, the others take over whatever their traffic dial says:
        // <https://docs.aws.amazon.com/global-accelerator/latest/dg/about-endpoints-endpoint-weights.html>
        let groups = accelerator.facts.endpoint_groups.known()?.iter();
        let used: Vec<_> = groups.filter(|group| !group.endpoints.is_empty()).collect();
        for endpoint in used.iter().flat_map(|group| &group.endpoints) {
            regions.entry(endpoint).or_default().extend(used.iter().map(|group| group.region.as_str()));
        }
    }
    Some(regions)
}

/// Whether Route 53 chooses between a record and others of its name.
pub(crate) fn is_one_of_several(record: &Record) -> Option<bool> {
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
pub(crate) fn is_left_when_unhealthy(record: &Record) -> Option<bool> {
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

/// So many stores are named: hundreds of entry points may share thousands of tables.
const NAMED: usize = 10;

/// Stores of which no other region holds a copy.
#[derive(Clone)]
struct Stores {
    /// The first of their ids.
    named: Vec<String>,
    count: i64,
}

impl Stores {
    fn of<'s>(ids: impl IntoIterator<Item = &'s str>) -> Self {
        let ids = distinct(ids);
        let named = ids.iter().take(NAMED).map(|id| (*id).to_owned()).collect();
        Self { named, count: i64::try_from(ids.len()).unwrap_or(i64::MAX) }
    }
}

fn single_region_stores(
    entry: &Item<EntryPoint>,
    web: &Reachability,
    databases: &Lookup<Database>,
    tables: Option<&Tables>,
) -> Option<Stores> {
    let arn = &entry.resource.arn;
    entry.facts.entry_type.known()?;
    if web.unknown_behind(arn).is_some() {
        return None;
    }
    let behind = web.behind(arn);
    let on_path: Vec<&Item<Database>> = behind.iter().filter_map(|node| databases.get(&node.id)).collect();
    if !on_path.is_empty() {
        let copied = on_path.iter().map(|one| Some((one, one.facts.copy_regions.known()?)));
        let copied = copied.collect::<Option<Vec<_>>>()?.into_iter();
        return Some(Stores::of(
            copied.filter(|(_, regions)| regions.is_empty()).map(|(one, _)| one.resource.id.as_str()),
        ));
    }
    tables?.of_regions(behind.iter().map(|node| node.region.as_str()))
}

/// The tables of each region.
struct Tables<'l> {
    by_region: BTreeMap<&'l str, TablesOfRegion<'l>>,
    /// What was found out for some regions: most entry points have the same.
    known: RefCell<BTreeMap<BTreeSet<&'l str>, Option<Stores>>>,
}

/// The tables of a region.
struct TablesOfRegion<'l> {
    ids: Vec<&'l str>,
    /// Whether one of them has a replica elsewhere.
    replicated: Option<bool>,
}

impl<'l> Tables<'l> {
    fn by_region(tables: &List<'l, Table>) -> Option<Self> {
        let mut by_region: BTreeMap<&str, TablesOfRegion> = BTreeMap::new();
        for table in tables.whole()? {
            let elsewhere = |region: &String| *region != table.resource.region;
            let replicated = table.facts.replica_regions.known().map(|regions| regions.iter().any(elsewhere));
            let none = || TablesOfRegion { ids: Vec::new(), replicated: Some(false) };
            let of_region = by_region.entry(&table.resource.region).or_insert_with(none);
            of_region.replicated = any([of_region.replicated, replicated]);
            of_region.ids.push(&table.resource.id);
        }
        Some(Self { by_region, known: RefCell::default() })
    }

    /// The tables of some regions, if none of them has a replica elsewhere.
    fn of_regions<'r>(&self, regions: impl Iterator<Item = &'r str>) -> Option<Stores> {
        let regions: BTreeSet<&'l str> =
            regions.filter_map(|region| self.by_region.get_key_value(region)).map(|(region, _)| *region).collect();
        let mut known = self.known.borrow_mut();
        if let Some(stores) = known.get(&regions) {
            return stores.clone();
        }
        let here = || regions.iter().filter_map(|region| self.by_region.get(region));
        let ids = here().flat_map(|tables| &tables.ids).copied();
        let stores = any(here().map(|tables| tables.replicated))
            .map(|replicated| if replicated { Stores::of([]) } else { Stores::of(ids) });
        known.insert(regions, stores.clone());
        stores
    }
}

#[cfg(test)]
mod tests;
