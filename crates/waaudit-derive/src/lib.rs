//! Derivations: facts about relations between resources, and kinds that exist only as a whole (`account`, `vpc`, `database`).
//!
//! Each derivation is declared once, and listed in [`registry`]: the facts that it fills in, and the facts that it reads. From
//! the declarations come the order of derivations, the kinds that a rule needs collected, and the gap that explains an
//! unread fact. A derivation says what is, never what is good; it knows no AWS SDK and no rule. Its one duty is to leave a
//! fact unread unless all that it rests on was read: "no distribution uses it" is only known when all distributions are.
//! The tests of monotonicity hold every derivation to that.

mod account;
mod compute;
mod data;
mod edge;
mod engine;
mod inventory;
mod load_balancing;
mod messaging;
#[cfg(test)]
mod monotonicity;
mod network;
mod operations;
pub mod registry;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod topology;

pub use self::account::parents::OWNERS;
pub use self::engine::{Changes, Derivation, DerivedKind, Item, List, Lookup, Patch, Reads, ResourceId, View};
pub use self::inventory::Inventory;
pub use self::registry::{DERIVATIONS, DERIVED_KINDS, listed_as, measured_by, rests_on};

use waaudit_model::settings::NonProduction;
use waaudit_model::snapshot::Snapshot;
use waaudit_model::topology::graph::Graph;
use waaudit_model::topology::reach::Reachability;

use self::account::parents;
use self::engine::{Catalogue, Tables};
use self::registry::catalogue;

/// Derives all that can be told from a snapshot. Who calls a database by a mere range is not said of one that is no
/// production.
pub fn derive(snapshot: Snapshot, non_production: &NonProduction) -> Inventory {
    derive_changed(snapshot, non_production, Changes::default())
}

/// The same of the account as it would be after some changes.
pub fn derive_changed(snapshot: Snapshot, non_production: &NonProduction, changes: Changes) -> Inventory {
    derive_by(snapshot, non_production, catalogue(), changes)
}

fn derive_by(
    snapshot: Snapshot,
    non_production: &NonProduction,
    catalogue: &'static Catalogue,
    changes: Changes,
) -> Inventory {
    let collected = as_collected(snapshot, catalogue);
    let mut tables = Tables::new(collected, catalogue.derived_kinds()).changed(changes);
    let graph = fill_in(&mut tables, non_production, catalogue);
    let mut snapshot = tables.into_snapshot();
    snapshot.sort();
    Inventory { parents: parents::of(&snapshot), snapshot, graph }
}

fn fill_in(tables: &mut Tables, non_production: &NonProduction, catalogue: &Catalogue) -> Graph {
    let (before, after) = catalogue.around_the_graph();
    for derivation in before {
        tables.apply(derivation.run(tables, None));
    }
    let graph = topology::draw(tables, non_production);
    // A derived fact that the graph lacks ends a path with a note; only a list that is cut short goes unnoticed.
    let whole = topology::GRAPH.reads.iter().all(|reads| tables.completeness().everywhere(reads.kind));
    let reach = Reachability::new(&graph, whole);
    for derivation in after {
        tables.apply(derivation.run(tables, Some(&reach)));
    }
    graph
}

/// Takes out of a file's snapshot what only a derivation may say.
fn as_collected(mut snapshot: Snapshot, catalogue: &Catalogue) -> Snapshot {
    snapshot.resources.retain(|resource| !catalogue.is_made(&resource.kind));
    for resource in &mut snapshot.resources {
        let derived = catalogue.of_kind(&resource.kind).iter().flat_map(|derivation| derivation.facts);
        for fact in derived {
            resource.facts.remove(*fact);
            resource.unread.remove(*fact);
        }
    }
    snapshot
}
