//! A snapshot as one derivation sees it in one region: typed access with three-valued queries.
//!
//! A list knows whether it is whole, so that "there is none" can't be said of half a list. A view shows only what its
//! derivation names: what is not named is not collected for it, and a kind that was not collected would look like a kind of
//! which there is none.
//!
//! Facts are lent, not copied. A debug build lends a copy with the named facts alone, so that the tests find each fact that
//! a derivation reads and does not name; a release build saves the copies. The tests compare the two.

use std::collections::BTreeMap;
use std::ops::Range;
use std::slice::Iter;

use jiff::Timestamp;

use super::Patch;
use super::masks::Masks;
use super::reads::Reader;
use super::tables::{Table, Tables};
use waaudit_model::facts::{Fact, Facts};
use waaudit_model::snapshot::{AccountIdentity, GLOBAL, Resource, Snapshot};
use waaudit_model::topology::reach::Reachability;

/// A snapshot to read from.
pub struct View<'a> {
    /// The region that the derivation is at work in, or "global".
    pub region: &'a str,
    tables: &'a Tables,
    reader: Reader,
    masks: &'a Masks,
    reach: Option<&'a Reachability<'a>>,
}

/// Resources of a kind.
pub struct List<'a, F> {
    items: Vec<Item<'a, F>>,
    /// Where the list starts in its table.
    first: usize,
    source: Option<(&'a Table, &'a [Resource])>,
    complete: bool,
}

/// A resource with its facts as their struct.
pub struct Item<'a, F> {
    /// The resource.
    pub resource: &'a Resource,
    /// Its facts. All unread where they do not fit the vocabulary: what can't be understood was not read.
    pub facts: &'a F,
    index: usize,
}

/// A list by id or ARN.
pub struct Lookup<'l, 'a, F> {
    list: &'l List<'a, F>,
    key: Key,
}

/// What a list is looked up by.
#[derive(Clone, Copy)]
enum Key {
    Id,
    Arn,
}

/// What a made resource is called.
pub struct ResourceId<'n> {
    /// The ARN of what it represents.
    pub arn: &'n str,
    /// The id of what it represents.
    pub id: &'n str,
    /// The tags of what it represents.
    pub tags: Option<BTreeMap<String, String>>,
}

impl<'a> View<'a> {
    pub(crate) const fn new(tables: &'a Tables, masks: &'a Masks, reader: Reader, region: &'a str) -> Self {
        Self { region, tables, reader, masks, reach: None }
    }

    /// The same, for a derivation that walks the graph.
    pub(crate) const fn on(mut self, reach: Option<&'a Reachability<'a>>) -> Self {
        self.reach = reach;
        self
    }

    /// The graph of what leads where; nothing for a derivation that comes before it is drawn.
    pub(crate) const fn reach(&self) -> Option<&'a Reachability<'a>> {
        self.reach
    }

    /// Whether requests from the internet get to a node of the graph.
    pub(crate) fn on_request_path(&self, node: &str) -> Option<bool> {
        self.reach?.on_request_path(node)
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
        self.tables.completeness().looked_at(region)
    }

    /// When collecting began.
    pub const fn taken_at(&self) -> Timestamp {
        self.snapshot().taken_at
    }

    /// The full days from a moment until collecting began; nothing where it is unread or no moment.
    pub fn days_since(&self, moment: &Fact<String>) -> Option<i64> {
        let moment: Timestamp = moment.known()?.parse().ok()?;
        Some(self.taken_at().duration_since(moment).as_hours() / 24)
    }

    /// Whose account it is.
    pub const fn account(&self) -> &'a AccountIdentity {
        &self.snapshot().account
    }

    /// A patch that adds a resource of a kind that no API lists.
    pub fn make<F: Facts>(&self, named: ResourceId<'_>, facts: &F) -> Patch {
        Patch::Make(Box::new(Resource {
            kind: F::KIND.to_owned(),
            arn: named.arn.to_owned(),
            id: named.id.to_owned(),
            name: None,
            region: self.region.to_owned(),
            account: self.snapshot().account.id.clone(),
            tags: named.tags,
            facts: facts.by_name(),
            unread: BTreeMap::new(),
        }))
    }

    const fn snapshot(&self) -> &'a Snapshot {
        self.tables.snapshot()
    }

    fn list<F: Facts>(&self, region: Option<&str>) -> List<'a, F> {
        let named = self.reader.reads_of(F::KIND);
        debug_assert!(named.is_some(), "{} reads {} and does not name it", self.reader.name(), F::KIND);
        let Some(named) = named else {
            return List { items: Vec::new(), first: 0, source: None, complete: false };
        };
        let complete = match region {
            Some(region) => self.tables.completeness().of(F::KIND, region),
            None => self.tables.completeness().everywhere(F::KIND),
        };
        let Some(table) = self.tables.table(F::KIND) else {
            return List { items: Vec::new(), first: 0, source: None, complete };
        };
        self.rows(table, table.rows(region), complete, named)
    }

    fn rows<F: Facts>(&self, table: &'a Table, rows: Range<usize>, complete: bool, named: &[&str]) -> List<'a, F> {
        let resources = &self.snapshot().resources;
        let (first, source) = (rows.start, Some((table, &resources[..])));
        let Some(column) = table.column::<F>(resources) else {
            return List { items: Vec::new(), first, source, complete: false };
        };
        let complete = complete && column.fits(rows.clone());
        let column = if self.tables.withholds { self.masks.column(column, named) } else { column };
        let item = |row: usize| {
            let index = table.index(row);
            Some(Item { resource: resources.get(index)?, facts: column.facts.get(row)?, index })
        };
        List { items: rows.filter_map(item).collect(), first, source, complete }
    }
}

impl<'a, F> List<'a, F> {
    /// Those that were found.
    pub fn iter(&self) -> Iter<'_, Item<'a, F>> {
        self.items.iter()
    }

    /// The one at a place.
    pub(crate) fn get(&self, place: usize) -> Option<&Item<'a, F>> {
        self.items.get(place)
    }

    /// All that there are; nothing where some may be missing.
    pub fn whole(&self) -> Option<&[Item<'a, F>]> {
        self.complete.then_some(&*self.items)
    }

    /// By id.
    pub const fn by_id(&self) -> Lookup<'_, 'a, F> {
        Lookup { list: self, key: Key::Id }
    }

    /// By ARN.
    pub const fn by_arn(&self) -> Lookup<'_, 'a, F> {
        Lookup { list: self, key: Key::Arn }
    }

    /// The last one of an id or ARN.
    fn find(&self, key: Key, name: &str) -> Option<&Item<'a, F>> {
        let (table, resources) = self.source?;
        let (index, of): (_, fn(&Resource) -> &String) = match key {
            Key::Id => (table.ids(resources), |resource| &resource.id),
            Key::Arn => (table.arns(resources), |resource| &resource.arn),
        };
        let is_it = |row| resources.get(table.index(row)).is_some_and(|resource| of(resource) == name);
        index.rows(name, is_it).find_map(|row| self.items.get(row.checked_sub(self.first)?))
    }
}

impl<'l, 'a, F> Lookup<'l, 'a, F> {
    /// The one of that id or ARN, if it was found.
    pub fn get(&self, key: &str) -> Option<&'l Item<'a, F>> {
        self.list.find(self.key, key)
    }

    /// Whether there is one of that id or ARN.
    pub fn has(&self, key: &str) -> Option<bool> {
        let found = self.get(key).is_some();
        (found || self.list.complete).then_some(found)
    }
}

impl<F> Item<'_, F> {
    /// A patch that adds facts to this resource. Unread ones change nothing.
    pub fn patch<G: Facts>(&self, facts: &G) -> Patch {
        Patch::facts(self.index, facts)
    }

    /// A patch that says why facts of this resource, or parts of them, can't be told.
    pub(crate) fn explain(&self, reasons: BTreeMap<String, String>) -> Patch {
        Patch::reasons(self.index, reasons)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::engine::{Derivation, Masks, Reads, Tables, View, reads};
    use crate::registry::DERIVED_KINDS;
    use crate::testing::snapshot_builder::{HOME, SnapshotBuilder};
    use waaudit_model::facts::ec2::{RouteTable, Subnet};

    const fn reading(reads: &'static [Reads]) -> Derivation {
        Derivation { kind: "vpc", facts: &["s3_endpoint"], reads, compute: |_| Vec::new() }
    }

    /// Whether a derivation with such a declaration gets to know a subnet's VPC.
    fn sees_the_vpc(reads: &'static [Reads]) -> bool {
        let world = SnapshotBuilder::new().with::<Subnet>("subnet-a", json!({"vpc": "vpc-1"}));
        let (tables, masks) = (Tables::new(world.0, DERIVED_KINDS), Masks::default());
        let derivation = reading(reads);
        let subnets = View::new(&tables, &masks, derivation.reader(), HOME).here::<Subnet>();
        assert_eq!(subnets.iter().count(), 1);
        subnets.iter().any(|subnet| subnet.facts.vpc.known().is_some())
    }

    #[test]
    #[cfg(debug_assertions)]
    fn a_fact_is_hidden_from_a_derivation_that_does_not_name_it() {
        assert!(sees_the_vpc(reads![Subnet { public, vpc }]));
        assert!(!sees_the_vpc(reads![Subnet { public }]));
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "vpc.s3_endpoint reads ec2.route_table and does not name it")]
    fn a_derivation_that_reads_a_kind_which_it_does_not_name_is_caught() {
        let world = SnapshotBuilder::new();
        let (tables, masks) = (Tables::new(world.0, DERIVED_KINDS), Masks::default());
        let derivation = reading(reads![Subnet {}]);
        View::new(&tables, &masks, derivation.reader(), HOME).here::<RouteTable>();
    }
}
