//! What is known of an account: its snapshot with all that could be derived from it.

use std::collections::BTreeSet;
use std::sync::Arc;

use waaudit_model::snapshot::{Owner, Resource, Snapshot};
use waaudit_model::topology::graph::Graph;

/// A snapshot with derived facts and derived kinds, what leads where, and what is part of what.
#[derive(Debug, Clone, PartialEq)]
pub struct Inventory {
    /// The snapshot as it was collected, with what was derived from it.
    pub snapshot: Snapshot,
    /// What leads where.
    pub graph: Graph,
    /// Of each resource, what it is a part of, as far as that is known: its cluster, its group, the account.
    pub(crate) parents: Vec<Arc<[Owner]>>,
}

impl Inventory {
    /// Leaves what judging by rules on some kinds needs: their resources, and not the graph. All others have told what
    /// they have to tell, and in a large account they are half of it.
    #[must_use]
    pub fn narrowed(self, kinds: &BTreeSet<&str>) -> Self {
        let Self { mut snapshot, mut parents, .. } = self;
        let wanted = |resource: &Resource| kinds.contains(resource.kind.as_str());
        let mut resources = snapshot.resources.iter();
        parents.retain(|_| resources.next().is_some_and(wanted));
        snapshot.resources.retain(wanted);
        snapshot.resources.shrink_to_fit();
        Self { snapshot, graph: Graph::default(), parents }
    }

    /// The same with resources that were made of what is known, each a part of the account alone.
    #[must_use]
    pub fn with(mut self, made: Vec<Resource>) -> Self {
        let account = self.snapshot.account.alias.clone();
        let owner: Arc<[Owner]> =
            account.map(|alias| Owner { kind: "account".to_owned(), id: alias, tags: None }).into_iter().collect();
        self.parents.extend(made.iter().map(|_| Arc::clone(&owner)));
        self.snapshot.resources.extend(made);
        self
    }

    /// What the resource at an index of the snapshot is a part of.
    pub fn parents(&self, index: usize) -> &[Owner] {
        self.parents.get(index).map_or(&[], |parents| parents)
    }

    /// All resources with what they are a part of.
    pub fn resources(&self) -> impl Iterator<Item = (&Resource, &[Owner])> {
        self.snapshot.resources.iter().enumerate().map(|(index, resource)| (resource, self.parents(index)))
    }
}
