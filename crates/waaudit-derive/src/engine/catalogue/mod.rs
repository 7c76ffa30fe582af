//! All derivations together: in which order they run, and what each of them rests on.
//!
//! Both follow from what the derivations declare. A derivation comes after those that fill in the facts which it reads, and
//! after those that make resources of a kind which it lists. A derivation that reads a derived fact rests on all that this
//! one rests on.

use std::collections::{BTreeMap, BTreeSet};

use waaudit_model::facts::measured;

use super::derived_kind::listed_as;
use super::order::order;
use super::{Derivation, DerivedKind, Reads};

/// Derivations and derived kinds.
pub(crate) struct Catalogue {
    /// In the order in which they run.
    ordered: Vec<&'static Derivation>,
    of_kind: BTreeMap<&'static str, Vec<&'static Derivation>>,
    /// What each derived fact rests on.
    rests: BTreeMap<Name, Rests>,
    made: &'static [DerivedKind],
    /// What is wrong with the declarations.
    problems: Vec<String>,
}

/// A kind and a fact of it.
type Name = (&'static str, &'static str);

/// What a derivation rests on, directly or through derived facts.
#[derive(Clone, Default)]
struct Rests {
    /// Kinds that an API lists.
    kinds: BTreeSet<&'static str>,
    /// Facts that CloudWatch measures.
    measured: BTreeSet<Name>,
}

impl Catalogue {
    /// Puts derivations in order. Of those that don't depend on each other, the first one runs first.
    pub(crate) fn new(
        derivations: impl IntoIterator<Item = &'static Derivation>,
        made: &'static [DerivedKind],
    ) -> Self {
        let derivations: Vec<&Derivation> = derivations.into_iter().collect();
        let fillers = Fillers::new(&derivations, made);
        let needs: Vec<BTreeSet<usize>> =
            derivations.iter().map(|derivation| fillers.needed_by(derivation).collect()).collect();
        let order = order(&needs);
        let named = |place: &usize| derivations.get(*place).copied();
        let mut catalogue = Self {
            ordered: order.places.iter().filter_map(named).collect(),
            of_kind: BTreeMap::new(),
            rests: BTreeMap::new(),
            made,
            problems: Vec::new(),
        };
        if let Some(circle) = order.circle {
            let names: Vec<String> = circle.iter().filter_map(named).map(Derivation::name).collect();
            catalogue.problems.push(format!("derivations need each other: {}", names.join(" needs ")));
        }
        catalogue.look_through();
        catalogue
    }

    /// Finds what each fact rests on, which is known of those that come before.
    fn look_through(&mut self) {
        for derivation in self.ordered.clone() {
            let kinds: BTreeSet<&str> = derivation.reads.iter().map(|reads| reads.kind).collect();
            if kinds.len() != derivation.reads.len() {
                self.problems.push(format!("{} names a kind twice", derivation.name()));
            }
            let rests = self.rests_of(derivation);
            for fact in derivation.facts {
                if self.rests.insert((derivation.kind, fact), rests.clone()).is_some() {
                    self.problems.push(format!("two derivations fill in {}.{fact}", derivation.kind));
                }
            }
            self.of_kind.entry(derivation.kind).or_default().push(derivation);
        }
    }

    fn rests_of(&self, derivation: &Derivation) -> Rests {
        let mut all = Rests::default();
        for Reads { kind, facts } in derivation.reads {
            if *kind != derivation.kind && *kind != Reads::GRAPH.kind {
                all.kinds.extend(self.listed_as(kind));
            }
            for fact in *facts {
                if let Some(rests) = self.rests.get(&(*kind, *fact)) {
                    all.kinds.extend(&rests.kinds);
                    all.measured.extend(&rests.measured);
                } else if measured(kind).contains(*fact) {
                    all.measured.insert((kind, fact));
                }
            }
        }
        all
    }

    /// What is wrong with the declarations: circles, and facts that two derivations fill in.
    pub(crate) fn problems(&self) -> &[String] {
        &self.problems
    }

    /// The derivations that come before the graph, and those that walk it.
    pub(crate) fn around_the_graph(&self) -> (&[&'static Derivation], &[&'static Derivation]) {
        let graph = self.ordered.iter().position(|derivation| derivation.kind == Reads::GRAPH.kind);
        let Some(graph) = graph else { return (&self.ordered, &[]) };
        (self.ordered.get(..graph).unwrap_or_default(), self.ordered.get(graph + 1..).unwrap_or_default())
    }

    /// The derivations that fill in facts of a kind, in order.
    pub(crate) fn of_kind(&self, kind: &str) -> &[&'static Derivation] {
        self.of_kind.get(kind).map_or(&[], Vec::as_slice)
    }

    /// The kinds that no API lists.
    pub(crate) const fn derived_kinds(&self) -> &'static [DerivedKind] {
        self.made
    }

    /// Whether a kind is one that no API lists.
    pub(crate) fn is_made(&self, kind: &str) -> bool {
        self.made.iter().any(|made| made.kind == kind)
    }

    /// The kinds whose lists say which resources of a kind there are: itself, where an API lists it.
    pub(crate) fn listed_as<'k>(&self, kind: &'k str) -> Vec<&'k str> {
        listed_as(self.made, kind)
    }

    /// The kinds that a fact rests on beside its resource's own.
    pub(crate) fn rests_on<'c>(&'c self, kind: &'c str, fact: &'c str) -> impl Iterator<Item = &'static str> + 'c {
        self.rests(kind, fact).into_iter().flat_map(|rests| rests.kinds.iter().copied())
    }

    /// The measured facts that a fact rests on, with their kinds.
    pub(crate) fn measured_by<'c>(&'c self, kind: &'c str, fact: &'c str) -> impl Iterator<Item = Name> + 'c {
        self.rests(kind, fact).into_iter().flat_map(|rests| rests.measured.iter().copied())
    }

    fn rests<'c>(&'c self, kind: &'c str, fact: &'c str) -> Option<&'c Rests> {
        self.rests.get(&(kind, fact))
    }
}

/// Who fills in what: places in the list of derivations.
struct Fillers {
    facts: BTreeMap<Name, usize>,
    /// Of a derived kind, the derivations that make its resources: those that fill in its facts and do not list it.
    makers: BTreeMap<&'static str, Vec<usize>>,
}

impl Fillers {
    fn new(derivations: &[&'static Derivation], made: &[DerivedKind]) -> Self {
        let mut fillers = Self { facts: BTreeMap::new(), makers: BTreeMap::new() };
        for (place, derivation) in derivations.iter().enumerate() {
            fillers.facts.extend(derivation.facts.iter().map(|fact| ((derivation.kind, *fact), place)));
            let is_made = made.iter().any(|made| made.kind == derivation.kind);
            if is_made && derivation.reads_of(derivation.kind).is_none() {
                fillers.makers.entry(derivation.kind).or_default().push(place);
            }
        }
        fillers
    }

    fn needed_by(&self, derivation: &Derivation) -> impl Iterator<Item = usize> {
        derivation.reads.iter().flat_map(|reads| {
            let facts = reads.facts.iter().filter_map(|fact| self.facts.get(&(reads.kind, *fact)));
            facts.chain(self.makers.get(reads.kind).into_iter().flatten()).copied()
        })
    }
}

#[cfg(test)]
mod tests;
