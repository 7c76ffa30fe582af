//! A snapshot as one join sees it in one region: typed access with three-valued queries.
//!
//! A list knows whether it is whole, so that "there is none" can't be said of half a list. A view shows only what
//! its join declares: kinds that it does not name, and derived facts that rest on kinds it does not name, stay
//! hidden. Otherwise a kind that was not collected would look like a kind of which there is none.

use std::collections::{BTreeMap, BTreeSet};
use std::slice::Iter;

use jiff::Timestamp;
use serde::de::value::MapDeserializer;

use super::graph::Web;
use super::{Join, complete, complete_everywhere, joins_of};
use crate::facts::{Facts, measured};
use crate::snapshot::{AccountIdentity, GLOBAL, Resource, Snapshot};

/// A snapshot to read from.
pub struct View<'a> {
    /// The region that the join is at work in, or "global".
    pub region: &'a str,
    snapshot: &'a Snapshot,
    places: &'a Places,
    join: &'a Join,
    web: Option<&'a Web<'a>>,
}

/// Indices in the snapshot of the resources of a kind and region.
pub(super) struct Places(BTreeMap<String, BTreeMap<String, Vec<usize>>>);

/// Resources of a kind.
pub struct List<'a, F> {
    items: Vec<Item<'a, F>>,
    complete: bool,
}

/// A resource with its facts as their struct.
pub struct Item<'a, F> {
    /// The resource.
    pub resource: &'a Resource,
    /// Its facts. All unread where they do not fit the vocabulary: what can't be understood was not read.
    pub facts: F,
    index: usize,
}

/// A list by id or ARN.
pub struct Lookup<'l, 'a, F> {
    items: BTreeMap<&'a str, &'l Item<'a, F>>,
    complete: bool,
}

/// What a join learned.
pub enum Patch {
    /// Facts of the resource at an index, and why other facts of it are unread.
    Learn(usize, serde_json::Map<String, serde_json::Value>, BTreeMap<String, String>),
    /// A resource of a kind that no API lists.
    Make(Box<Resource>),
}

/// What a made resource is called.
pub struct Named<'n> {
    /// The ARN of what it represents.
    pub arn: &'n str,
    /// The id of what it represents.
    pub id: &'n str,
    /// The tags of what it represents.
    pub tags: Option<BTreeMap<String, String>>,
}

impl Places {
    pub(super) fn new(snapshot: &Snapshot) -> Self {
        let mut places = Self(BTreeMap::new());
        for (index, resource) in snapshot.resources.iter().enumerate() {
            places.add(index, resource);
        }
        places
    }

    /// Adds the resource at an index.
    fn add(&mut self, index: usize, resource: &Resource) {
        let regions = self.0.entry(resource.kind.clone()).or_default();
        regions.entry(resource.region.clone()).or_default().push(index);
    }

    /// The regions in which there are resources of a kind.
    pub(super) fn regions(&self, kind: &str) -> Vec<&str> {
        self.0.get(kind).map(|regions| regions.keys().map(String::as_str).collect()).unwrap_or_default()
    }

    fn indices(&self, kind: &str, region: Option<&str>) -> Vec<usize> {
        let Some(regions) = self.0.get(kind) else { return Vec::new() };
        match region {
            Some(region) => regions.get(region).cloned().unwrap_or_default(),
            None => regions.values().flatten().copied().collect(),
        }
    }
}

impl<'a> View<'a> {
    pub(super) const fn new(snapshot: &'a Snapshot, places: &'a Places, join: &'a Join, region: &'a str) -> Self {
        Self { region, snapshot, places, join, web: None }
    }

    /// The same, for a join that walks the graph.
    pub(super) const fn on(mut self, web: Option<&'a Web<'a>>) -> Self {
        self.web = web;
        self
    }

    /// The graph of what leads where; nothing for a join that comes before it is drawn.
    pub(super) const fn web(&self) -> Option<&'a Web<'a>> {
        self.web
    }

    /// Whether requests from the internet get to a node of the graph.
    pub(super) fn on_request_path(&self, node: &str) -> Option<bool> {
        self.web?.on_request_path(node)
    }

    /// The resources of a kind in this region.
    pub fn here<F: Facts>(&self) -> List<'a, F> {
        self.list(Some(self.region))
    }

    /// The resources of a kind that belongs to no region.
    pub fn global<F: Facts>(&self) -> List<'a, F> {
        self.list(Some(GLOBAL))
    }

    /// The resources of a kind in all regions.
    pub fn everywhere<F: Facts>(&self) -> List<'a, F> {
        self.list(None)
    }

    /// Whether a region was looked at.
    pub fn looked_at(&self, region: &str) -> bool {
        self.snapshot.regions.iter().any(|name| name == region)
    }

    /// When collecting began.
    pub const fn taken_at(&self) -> Timestamp {
        self.snapshot.taken_at
    }

    /// Whose account it is.
    pub const fn account(&self) -> &'a AccountIdentity {
        &self.snapshot.account
    }

    /// A patch that adds a resource of a kind that no API lists.
    pub fn make<F: Facts>(&self, named: Named<'_>, facts: &F) -> Patch {
        Patch::Make(Box::new(Resource {
            kind: F::KIND.to_owned(),
            arn: named.arn.to_owned(),
            id: named.id.to_owned(),
            name: None,
            region: self.region.to_owned(),
            account: self.snapshot.account.id.clone(),
            tags: named.tags,
            facts: by_name(facts),
            unread: BTreeMap::new(),
            owners: Vec::new(),
        }))
    }

    fn list<F: Facts>(&self, region: Option<&str>) -> List<'a, F> {
        let declared = self.join.declares(F::KIND);
        debug_assert!(declared, "a join of {} reads {} without declaring it", self.join.kind, F::KIND);
        if !declared {
            return List { items: Vec::new(), complete: false };
        }
        let hidden = self.hidden(F::KIND);
        let mut complete = match region {
            Some(region) => complete(self.snapshot, F::KIND, region),
            None => complete_everywhere(self.snapshot, F::KIND),
        };
        let mut items = Vec::new();
        for index in self.places.indices(F::KIND, region) {
            let Some(resource) = self.snapshot.resources.get(index) else { continue };
            let facts = shown(resource, &hidden);
            complete &= facts.is_ok();
            items.push(Item { resource, facts: facts.unwrap_or_default(), index });
        }
        List { items, complete }
    }

    /// Facts that rest on kinds or measurements which this view's join does not declare, and such measurements.
    fn hidden(&self, kind: &str) -> BTreeSet<&'static str> {
        let undeclared = joins_of(kind).iter().filter(|join| !join.reads.iter().all(|read| self.join.declares(read)));
        let measured = measured(kind).iter().map(String::as_str).filter(|fact| !self.join.declares_fact(kind, fact));
        undeclared.flat_map(|join| join.facts).copied().chain(measured).collect()
    }
}

fn shown<F: Facts>(resource: &Resource, hidden: &BTreeSet<&str>) -> Result<F, serde_json::Error> {
    let facts = resource.facts.iter().filter(|(name, _)| !hidden.contains(name.as_str()));
    F::deserialize(MapDeserializer::new(facts.map(|(name, value)| (name.as_str(), value))))
}

impl<'a, F> List<'a, F> {
    /// Those that were found.
    pub fn iter(&self) -> Iter<'_, Item<'a, F>> {
        self.items.iter()
    }

    /// All that there are; nothing where some may be missing.
    pub fn whole(&self) -> Option<&[Item<'a, F>]> {
        self.complete.then_some(&*self.items)
    }

    /// By id.
    pub fn by_id(&self) -> Lookup<'_, 'a, F> {
        self.by(|resource| &resource.id)
    }

    /// By ARN.
    pub fn by_arn(&self) -> Lookup<'_, 'a, F> {
        self.by(|resource| &resource.arn)
    }

    fn by(&self, key: impl Fn(&'a Resource) -> &'a str) -> Lookup<'_, 'a, F> {
        let items = self.items.iter().map(|item| (key(item.resource), item)).collect();
        Lookup { items, complete: self.complete }
    }
}

impl<'l, 'a, F> Lookup<'l, 'a, F> {
    /// The one of that id or ARN, if it was found.
    pub fn get(&self, key: &str) -> Option<&'l Item<'a, F>> {
        self.items.get(key).copied()
    }

    /// Whether there is one of that id or ARN.
    pub fn has(&self, key: &str) -> Option<bool> {
        let found = self.items.contains_key(key);
        (found || self.complete).then_some(found)
    }
}

impl<F> Item<'_, F> {
    /// A patch that adds facts to this resource. Unread ones change nothing.
    pub fn learn<G: Facts>(&self, facts: &G) -> Patch {
        Patch::Learn(self.index, by_name(facts), BTreeMap::new())
    }

    /// A patch that says why facts of this resource, or parts of them, can't be told.
    pub(super) fn explain(&self, reasons: BTreeMap<String, String>) -> Patch {
        Patch::Learn(self.index, serde_json::Map::new(), reasons)
    }
}

impl Patch {
    /// Says why facts are unread.
    pub(super) fn because(mut self, facts: &[&str], why: &str) -> Self {
        let (known, reasons) = match &mut self {
            Self::Make(resource) => (&resource.facts, &mut resource.unread),
            Self::Learn(_, known, reasons) => (&*known, reasons),
        };
        let unread = facts.iter().filter(|fact| !known.contains_key(**fact));
        reasons.extend(unread.map(|fact| ((*fact).to_owned(), why.to_owned())));
        self
    }

    /// Gives a made resource the name of what it represents.
    pub(super) fn named(mut self, name: Option<&String>) -> Self {
        if let Self::Make(resource) = &mut self {
            resource.name = name.cloned();
        }
        self
    }

    pub(super) fn apply(self, snapshot: &mut Snapshot, places: &mut Places) {
        match self {
            Self::Make(resource) => {
                places.add(snapshot.resources.len(), &resource);
                snapshot.resources.push(*resource);
            }
            Self::Learn(index, facts, reasons) => {
                if let Some(resource) = snapshot.resources.get_mut(index) {
                    resource.facts.extend(facts);
                    resource.unread.extend(reasons);
                }
            }
        }
    }
}

fn by_name<F: Facts>(facts: &F) -> serde_json::Map<String, serde_json::Value> {
    match serde_json::to_value(facts) {
        Ok(serde_json::Value::Object(known)) => known,
        _ => serde_json::Map::new(),
    }
}

/// Whether any answer is yes. One yes is enough; a no takes all of them.
pub(super) fn any(answers: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(false);
    for answer in answers {
        match answer {
            Some(true) => return Some(true),
            Some(false) => {}
            None => result = None,
        }
    }
    result
}

/// Whether all answers are yes. One no is enough; a yes takes all of them.
pub(super) fn all(answers: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    any(answers.into_iter().map(|answer| answer.map(|yes| !yes))).map(|some_no| !some_no)
}

/// Those of which something is true; nothing where that can't be told of one.
pub(super) fn only<T>(items: impl IntoIterator<Item = T>, test: impl Fn(&T) -> Option<bool>) -> Option<Vec<T>> {
    let tested = items.into_iter().map(|item| test(&item).map(|yes| yes.then_some(item)));
    Some(tested.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
}

/// Each value once, sorted.
pub(super) fn distinct<T: Ord>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    values.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Places, View, all, any, only};
    use crate::derive::Join;
    use crate::derive::sample::{HOME, World};
    use crate::facts::ec2::{RouteTable, Subnet};

    fn reading(reads: &'static [&'static str]) -> Join {
        Join { kind: "vpc", facts: &[], reads, learn: |_| Vec::new() }
    }

    /// Whether a join with such a declaration gets to know that a public subnet is one.
    fn sees_public(reads: &'static [&'static str]) -> bool {
        let route = json!({"destination": "0.0.0.0/0", "target": "igw-1", "active": true});
        let world = World::new()
            .with::<Subnet>("subnet-a", json!({"vpc": "vpc-1"}))
            .with::<RouteTable>("rtb", json!({"vpc": "vpc-1", "main": true, "subnets": [], "routes": [route]}))
            .derive();
        let (places, join) = (Places::new(&world.0), reading(reads));
        let subnets = View::new(&world.0, &places, &join, HOME).here::<Subnet>();
        subnets.iter().any(|subnet| subnet.facts.public.get() == Some(true))
    }

    #[test]
    fn a_derived_fact_is_hidden_from_a_join_that_does_not_declare_what_it_rests_on() {
        assert!(sees_public(&["ec2.route_table"]));
        assert!(!sees_public(&[]));
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "a join of vpc reads ec2.route_table without declaring it")]
    fn a_join_that_reads_what_it_does_not_declare_is_caught() {
        let world = World::new();
        let (places, join) = (Places::new(&world.0), reading(&[]));
        View::new(&world.0, &places, &join, HOME).here::<RouteTable>();
    }

    #[test]
    fn one_yes_is_enough_for_any_and_a_no_takes_all_answers() {
        assert_eq!(any([None, Some(true)]), Some(true));
        assert_eq!(any([None, Some(false)]), None);
        assert_eq!(any([Some(false)]), Some(false));
    }

    #[test]
    fn one_no_is_enough_against_all_and_a_yes_takes_all_answers() {
        assert_eq!(all([None, Some(false)]), Some(false));
        assert_eq!(all([None, Some(true)]), None);
        assert_eq!(all([Some(true)]), Some(true));
    }

    #[test]
    fn a_choice_with_one_unsure_member_is_no_choice() {
        assert_eq!(only([1, 2, 3], |n| Some(n % 2 == 1)), Some(vec![1, 3]));
        assert_eq!(only([1, 2, 3], |n| (*n != 2).then_some(true)), None);
    }
}
