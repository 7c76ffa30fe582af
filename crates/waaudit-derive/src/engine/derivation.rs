//! One derivation: what it fills in, what it reads, and its function.

use waaudit_model::topology::reach::Reachability;

use super::reads::Reader;
use super::{Masks, Patch, Reads, Tables, View, distinct};

/// One derivation. It is run once in every region (and in "global") that has resources of its kind.
#[derive(Clone, Copy)]
pub struct Derivation {
    /// The kind that gets the facts.
    pub kind: &'static str,
    /// The facts that it fills in.
    pub facts: &'static [&'static str],
    /// All that it reads, of its own kind too. The kinds that have to be collected for it, the place at which it runs, and
    /// the measurements that CloudWatch is asked for follow from this: see [`super::Catalogue`].
    pub reads: &'static [Reads],
    /// What it learns.
    pub compute: fn(&View) -> Vec<Patch>,
}

impl Derivation {
    /// Its kind and the first of its facts: no other derivation fills that in.
    pub(crate) fn name(&self) -> String {
        self.reader().name()
    }

    /// The facts of a kind that it reads; nothing where it does not read the kind.
    pub(crate) fn reads_of(&self, kind: &str) -> Option<&'static [&'static str]> {
        self.reader().reads_of(kind)
    }

    /// What a view has to know of it.
    pub(crate) const fn reader(&self) -> Reader {
        Reader { kind: self.kind, facts: self.facts, reads: self.reads }
    }

    /// A kind is made where its sources are; other facts go where their resources are.
    pub(crate) fn run(&self, tables: &Tables, reach: Option<&Reachability>) -> Vec<Patch> {
        let (masks, reach) = (Masks::default(), reach.filter(|_| self.reads.contains(&Reads::GRAPH)));
        let mut kinds = tables.listed_as(self.kind);
        kinds.push(self.kind);
        let regions = distinct(kinds.iter().flat_map(|kind| tables.regions(kind)));
        let views = regions.into_iter().map(|region| View::new(tables, &masks, self.reader(), region).on(reach));
        views.flat_map(|view| (self.compute)(&view)).collect()
    }
}
