//! The demo account for tests, derived once, and edits of its facts.

use std::sync::LazyLock;

use serde_json::{Value, json};
use waaudit_derive::{Inventory, derive};
use waaudit_model::settings::NonProduction;
use waaudit_model::snapshot::{Resource, Snapshot};

static DEMO: LazyLock<Inventory> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/accounts/demo.json");
    let snapshot = Snapshot::from_json(&std::fs::read_to_string(path).unwrap()).unwrap();
    derive(snapshot, &NonProduction::default())
});

pub(crate) fn demo() -> Inventory {
    DEMO.clone()
}

fn resource<'i>(inventory: &'i mut Inventory, kind: &str, id: &str) -> &'i mut Resource {
    let found = inventory.snapshot.resources.iter_mut();
    let mut found = found.filter(|one| one.kind == kind && one.id == id && one.region != "eu-central-1");
    found.next().unwrap_or_else(|| panic!("there is no {kind} {id}"))
}

/// Sets a fact of a resource.
pub(crate) fn set(inventory: &mut Inventory, kind: &str, id: &str, fact: &str, value: Value) {
    resource(inventory, kind, id).facts.insert(fact.to_owned(), value);
}

/// Takes a fact of a resource away.
pub(crate) fn unread(inventory: &mut Inventory, kind: &str, id: &str, fact: &str) {
    let removed = resource(inventory, kind, id).facts.remove(fact);
    assert!(removed.is_some(), "{kind} {id} has no fact {fact}");
}

/// A fact of a resource.
pub(crate) fn fact(inventory: &Inventory, kind: &str, id: &str, fact: &str) -> Option<Value> {
    resource(&mut inventory.clone(), kind, id).facts.get(fact).cloned()
}

/// A measured fact.
pub(crate) fn measured(value: f64) -> Value {
    json!({"value": value, "statistic": "largest 1-minute average", "window_days": 14, "points_share": 1.0})
}
