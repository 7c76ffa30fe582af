//! A snapshot as joins see it: typed, and asked in questions that can be left unanswered.

use std::collections::BTreeMap;

use crate::facts::{Fact, Facts};
use crate::snapshot::{Resource, Snapshot};

/// A snapshot to read from.
pub struct View<'a> {
    /// The snapshot itself.
    pub snapshot: &'a Snapshot,
}

/// A resource with its facts as their struct.
pub struct Item<'a, F> {
    /// The resource.
    pub resource: &'a Resource,
    /// Its facts. All unread where they do not fit the vocabulary: what can't be understood was not read.
    pub facts: F,
    index: usize,
}

/// What a join learned.
pub enum Patch {
    /// Facts of the resource at an index.
    Learn(usize, serde_json::Map<String, serde_json::Value>),
    /// A resource of a kind that no API lists.
    Make(Box<Resource>),
}

impl<'a> View<'a> {
    pub(super) const fn new(snapshot: &'a Snapshot) -> Self {
        Self { snapshot }
    }

    /// All resources of a kind.
    pub fn all<F: Facts>(&self) -> Vec<Item<'a, F>> {
        let of_kind = self.snapshot.resources.iter().enumerate().filter(|(_, resource)| resource.kind == F::KIND);
        of_kind.map(|(index, resource)| Item { resource, facts: resource.facts().unwrap_or_default(), index }).collect()
    }

    /// Whether the snapshot holds every resource of the kind in the region.
    pub fn complete<F: Facts>(&self, region: &str) -> bool {
        super::complete(self.snapshot, F::KIND, region)
    }

    /// Whether the snapshot holds every resource of the kind in all regions.
    pub fn complete_everywhere<F: Facts>(&self) -> bool {
        super::complete_everywhere(self.snapshot, F::KIND)
    }
}

impl<F> Item<'_, F> {
    /// A patch that adds facts to this resource. Unread ones change nothing.
    pub fn learn<G: Facts>(&self, facts: &G) -> Patch {
        Patch::Learn(self.index, by_name(facts))
    }
}

impl Patch {
    /// A patch that adds a resource of a kind that no API lists.
    pub fn make<F: Facts>(
        id: &str,
        region: &str,
        account: &str,
        name: Option<String>,
        tags: Option<BTreeMap<String, String>>,
        facts: &F,
    ) -> Self {
        Self::Make(Box::new(Resource {
            kind: F::KIND.to_owned(),
            arn: format!("{}/{region}/{account}/{id}", F::KIND),
            id: id.to_owned(),
            name,
            region: region.to_owned(),
            account: account.to_owned(),
            tags,
            facts: by_name(facts),
        }))
    }

    pub(super) fn apply(self, snapshot: &mut Snapshot) {
        match self {
            Self::Make(resource) => snapshot.resources.push(*resource),
            Self::Learn(index, facts) => {
                if let Some(resource) = snapshot.resources.get_mut(index) {
                    resource.facts.extend(facts);
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

/// Whether something is true of any in a list, where some can't tell and the list may be cut short.
pub fn any(answers: impl IntoIterator<Item = Option<bool>>, complete: bool) -> Fact<bool> {
    let mut unsure = !complete;
    for answer in answers {
        match answer {
            Some(true) => return Fact::Known(true),
            Some(false) => {}
            None => unsure = true,
        }
    }
    if unsure { Fact::Unread } else { Fact::Known(false) }
}

/// Each value once, sorted.
pub fn distinct<T: Ord>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    values.into_iter().collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}
