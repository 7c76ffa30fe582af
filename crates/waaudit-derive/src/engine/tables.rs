//! A snapshot in the making: its resources by kind and region, with their facts as their kinds' structs.
//!
//! Facts are parsed once, when the first derivation asks for their kind, and lent from then on. What a derivation learns
//! is merged into the struct and into the snapshot's JSON. The cost is that facts are held twice while deriving; the gain
//! is that what no derivation touches stays as it was collected, byte for byte.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::OnceLock;

use super::changes::Changes;
use super::index::Index;
use super::patch::Learned;
use super::{Completeness, DerivedKind, Patch};
use waaudit_model::facts::Facts;
use waaudit_model::snapshot::{Resource, Snapshot};

/// A snapshot in the making.
pub(crate) struct Tables {
    snapshot: Snapshot,
    kinds: BTreeMap<String, Table>,
    completeness: Completeness,
    changes: Changes,
    /// Whether facts that a derivation does not declare are withheld from it: see [`super::View`].
    pub(crate) withholds: bool,
}

/// The resources of one kind.
#[derive(Default)]
pub(crate) struct Table {
    /// Their indices in the snapshot, region by region.
    rows: Vec<usize>,
    /// The rows of each region.
    regions: BTreeMap<String, Range<usize>>,
    facts: OnceLock<Box<dyn Any + Send + Sync>>,
    ids: OnceLock<Index>,
    arns: OnceLock<Index>,
}

/// The facts of a kind, row by row.
pub(crate) struct Column<F> {
    pub(crate) facts: Vec<F>,
    /// Rows whose facts do not fit the vocabulary: what can't be understood was not read.
    unfit: BTreeSet<usize>,
}

impl Tables {
    pub(crate) fn new(snapshot: Snapshot, made: &'static [DerivedKind]) -> Self {
        let completeness = Completeness::new(&snapshot, made);
        let withholds = cfg!(debug_assertions);
        let changes = Changes::default();
        let mut tables = Self { snapshot, kinds: BTreeMap::new(), completeness, changes, withholds };
        tables.add_from(0);
        tables
    }

    /// The same of the account as it would be after some changes.
    pub(crate) fn changed(mut self, changes: Changes) -> Self {
        for resource in &mut self.snapshot.resources {
            changes.apply(resource);
        }
        Self { changes, ..self }
    }

    /// Sorts in the resources from an index on. The tables of their kinds are made anew.
    fn add_from(&mut self, first: usize) {
        let mut added: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, resource) in self.snapshot.resources.iter().enumerate().skip(first) {
            added.entry(&resource.kind).or_default().push(index);
        }
        for (kind, indices) in added {
            let mut rows = self.kinds.remove(kind).map(|table| table.rows).unwrap_or_default();
            rows.extend(indices);
            self.kinds.insert(kind.to_owned(), Table::new(rows, &self.snapshot.resources));
        }
    }

    pub(crate) const fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    pub(crate) const fn completeness(&self) -> &Completeness {
        &self.completeness
    }

    /// The kinds whose lists say which resources of a kind there are.
    pub(crate) fn listed_as<'k>(&self, kind: &'k str) -> Vec<&'k str> {
        self.completeness.listed_as(kind)
    }

    /// The regions in which there are resources of a kind.
    pub(crate) fn regions(&self, kind: &str) -> impl Iterator<Item = &str> {
        self.kinds.get(kind).into_iter().flat_map(|table| table.regions.keys().map(String::as_str))
    }

    pub(crate) fn table(&self, kind: &str) -> Option<&Table> {
        self.kinds.get(kind)
    }

    /// Takes over what derivations found out.
    pub(crate) fn apply(&mut self, patches: Vec<Patch>) {
        let first = self.snapshot.resources.len();
        for patch in patches {
            match patch {
                Patch::Make(mut resource) => {
                    self.changes.apply(&mut resource);
                    self.snapshot.resources.push(*resource);
                }
                Patch::Facts { index, typed, facts, reasons } => {
                    let Some(resource) = self.snapshot.resources.get_mut(index) else { continue };
                    resource.facts.extend(facts);
                    resource.unread.extend(reasons);
                    let changed = self.changes.apply(resource);
                    let Some(table) = self.kinds.get_mut(&resource.kind) else { continue };
                    match typed {
                        _ if changed => table.forget(),
                        Some(typed) => table.merge(index, &resource.region, typed),
                        None => {}
                    }
                }
            }
        }
        self.add_from(first);
    }

    pub(crate) fn into_snapshot(self) -> Snapshot {
        self.snapshot
    }
}

impl Table {
    fn new(mut rows: Vec<usize>, resources: &[Resource]) -> Self {
        let region = |index: &usize| resources.get(*index).map_or("", |resource| resource.region.as_str());
        rows.sort_by_key(|index| (region(index), *index));
        let mut regions = BTreeMap::new();
        for of_region in rows.chunk_by(|a, b| region(a) == region(b)) {
            let first = regions.values().map(|rows: &Range<usize>| rows.end).max().unwrap_or_default();
            let name = of_region.first().map(region).unwrap_or_default();
            regions.insert(name.to_owned(), first..first + of_region.len());
        }
        Self { rows, regions, ..Self::default() }
    }

    /// The rows of a region, or of all.
    pub(crate) fn rows(&self, region: Option<&str>) -> Range<usize> {
        match region {
            Some(region) => self.regions.get(region).cloned().unwrap_or_default(),
            None => 0..self.rows.len(),
        }
    }

    /// The index in the snapshot of the resource in a row.
    pub(crate) fn index(&self, row: usize) -> usize {
        self.rows.get(row).copied().unwrap_or(usize::MAX)
    }

    /// The facts of the kind, which are parsed when they are asked for first.
    pub(crate) fn column<F: Facts>(&self, resources: &[Resource]) -> Option<&Column<F>> {
        let read = || Box::new(Column::<F>::read(self.rows.iter().filter_map(|index| resources.get(*index)))) as _;
        self.facts.get_or_init(read).downcast_ref()
    }

    /// Rows by id.
    pub(crate) fn ids(&self, resources: &[Resource]) -> &Index {
        self.ids.get_or_init(|| self.index_by(|index| Some(&resources.get(index)?.id)))
    }

    /// Rows by ARN.
    pub(crate) fn arns(&self, resources: &[Resource]) -> &Index {
        self.arns.get_or_init(|| self.index_by(|index| Some(&resources.get(index)?.arn)))
    }

    fn index_by<'r>(&self, key: impl Fn(usize) -> Option<&'r String>) -> Index {
        Index::new(self.rows.iter().map(|index| key(*index).map_or("", String::as_str)))
    }

    /// Lets the facts be parsed anew: what a derivation learned was overruled.
    fn forget(&mut self) {
        self.facts = OnceLock::new();
    }

    fn merge(&mut self, index: usize, region: &str, typed: Box<dyn Learned>) {
        let rows = self.rows(Some(region));
        let found = self.rows.get(rows.clone()).and_then(|own| own.binary_search(&index).ok());
        if let (Some(row), Some(column)) = (found, self.facts.get_mut()) {
            typed.merge_into(rows.start + row, column.as_mut());
        }
    }
}

impl<F: Facts> Column<F> {
    fn read<'r>(resources: impl Iterator<Item = &'r Resource>) -> Self {
        let mut column = Self { facts: Vec::new(), unfit: BTreeSet::new() };
        for (row, resource) in resources.enumerate() {
            let facts = resource.facts::<F>();
            if facts.is_err() {
                column.unfit.insert(row);
            }
            column.facts.push(facts.unwrap_or_default());
        }
        column
    }

    /// Whether all facts in some rows could be understood.
    pub(crate) fn fits(&self, rows: Range<usize>) -> bool {
        self.unfit.range(rows).next().is_none()
    }

    /// The same with some facts alone.
    pub(crate) fn only(&self, named: &[&str]) -> Self {
        Self { facts: self.facts.iter().map(|facts| facts.only(named)).collect(), unfit: self.unfit.clone() }
    }
}

impl<F: Facts> Learned for F {
    fn merge_into(self: Box<Self>, row: usize, column: &mut dyn Any) {
        let Some(column) = column.downcast_mut::<Column<F>>() else { return };
        if let Some(facts) = column.facts.get_mut(row).filter(|_| !column.unfit.contains(&row)) {
            facts.merge(*self);
        }
    }
}
