//! What a derivation found out.

use std::any::Any;
use std::collections::BTreeMap;

use serde_json::{Map, Value};
use waaudit_model::facts::Facts;
use waaudit_model::snapshot::Resource;

/// What a derivation learned.
pub enum Patch {
    /// Facts of one resource.
    Facts {
        /// Its index in the snapshot.
        index: usize,
        /// The facts as their kind's struct.
        typed: Option<Box<dyn Learned>>,
        /// The same by name.
        facts: Map<String, Value>,
        /// Why other facts are unread.
        reasons: BTreeMap<String, String>,
    },
    /// A resource of a kind that no API lists.
    Make(Box<Resource>),
}

/// Facts of some kind that a derivation learned.
pub trait Learned {
    /// Merges them into a row of their kind's column.
    fn merge_into(self: Box<Self>, row: usize, column: &mut dyn Any);
}

impl Patch {
    /// Facts of the resource at an index.
    pub(crate) fn facts<F: Facts>(index: usize, facts: &F) -> Self {
        Self::Facts { index, typed: Some(Box::new(facts.clone())), facts: facts.by_name(), reasons: BTreeMap::new() }
    }

    /// Why facts of the resource at an index can't be told.
    pub(crate) fn reasons(index: usize, reasons: BTreeMap<String, String>) -> Self {
        Self::Facts { index, typed: None, facts: Map::new(), reasons }
    }

    /// Says why facts are unread.
    pub(crate) fn because(mut self, names: &[&str], why: &str) -> Self {
        let (known, unread) = match &mut self {
            Self::Make(resource) => (&resource.facts, &mut resource.unread),
            Self::Facts { facts, reasons, .. } => (&*facts, reasons),
        };
        let missing = names.iter().filter(|fact| !known.contains_key(**fact));
        unread.extend(missing.map(|fact| ((*fact).to_owned(), why.to_owned())));
        self
    }

    /// Gives a made resource the name of what it represents.
    pub(crate) fn named(mut self, name: Option<&String>) -> Self {
        if let Self::Make(resource) = &mut self {
            resource.name = name.cloned();
        }
        self
    }
}
