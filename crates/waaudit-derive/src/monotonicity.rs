//! Monotonicity of derivations: removing input may turn a fact into unknown, never into another value. And the declarations are what the vocabulary promises.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{LazyLock, Mutex};

use serde_json::{Value, json};

use crate::engine::{Catalogue, Patch, Tables};
use crate::registry::{DERIVATIONS, DERIVED_KINDS, catalogue};
use crate::testing::snapshot_builder::{ACCOUNT, HOME, SnapshotBuilder, gap, properties};
use crate::topology::GRAPH;
use waaudit_model::facts::schemas;
use waaudit_model::snapshot::{GLOBAL, Resource, Snapshot};
use waaudit_model::topology::graph::Graph;

/// An account in which every derivation has something to say: `testdata/<service>.json`, by kind and id.
static ACCOUNT_READ: LazyLock<SnapshotBuilder> = LazyLock::new(read_account);

fn account() -> SnapshotBuilder {
    ACCOUNT_READ.clone()
}

fn read_account() -> SnapshotBuilder {
    let mut world = SnapshotBuilder::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let of_service: BTreeMap<String, BTreeMap<String, Value>> = serde_json::from_str(&text).unwrap();
        for (kind, resources) in of_service {
            world.0.resources.extend(resources.iter().map(|(id, facts)| resource(&kind, id, facts)));
        }
    }
    world.0.sort();
    world
}

/// Facts that begin with `@` are about the resource itself.
fn resource(kind: &str, id: &str, facts: &Value) -> Resource {
    let mut facts = facts.as_object().unwrap().clone();
    let region = facts.remove("@region").map_or(HOME.to_owned(), |region| region.as_str().unwrap().to_owned());
    let tags = facts.remove("@tags").unwrap_or_else(|| json!({}));
    let arn = facts.remove("@arn").and_then(|arn| arn.as_str().map(str::to_owned));
    for fact in facts.keys() {
        assert!(properties(kind).contains(fact), "{kind} has no fact {fact}");
    }
    let service = kind.split('.').next().unwrap();
    Resource {
        kind: kind.to_owned(),
        arn: arn.unwrap_or_else(|| format!("arn:aws:{service}:{region}:{ACCOUNT}:{id}")),
        id: id.to_owned(),
        name: None,
        region,
        account: ACCOUNT.to_owned(),
        tags: serde_json::from_value(tags).unwrap(),
        facts,
        unread: BTreeMap::new(),
    }
}

type Answers = BTreeMap<(String, String, String), Value>;

/// What the derivations say, by kind, ARN and fact.
fn answers(snapshot: Snapshot) -> Answers {
    let derived = crate::derive(snapshot, &waaudit_model::settings::NonProduction::default()).snapshot;
    let mut answers = Answers::new();
    for derivation in DERIVATIONS {
        for resource in derived.of(derivation.kind) {
            for fact in derivation.facts {
                if let Some(value) = resource.facts.get(*fact) {
                    answers
                        .insert((derivation.kind.to_owned(), resource.arn.clone(), (*fact).to_owned()), value.clone());
                }
            }
        }
    }
    answers
}

/// Lists carry no promise of order.
fn same(a: &Value, b: &Value) -> bool {
    let sorted = |value: &Value| {
        let mut items: Vec<String> = value.as_array().into_iter().flatten().map(Value::to_string).collect();
        items.sort();
        items
    };
    if a.is_array() { sorted(a) == sorted(b) } else { a == b }
}

fn holds(whole: &Answers, less: Snapshot, taken: &str) {
    for (key, answer) in answers(less) {
        let before = whole.get(&key);
        assert!(
            before.is_some_and(|before| same(before, &answer)),
            "without {taken}, {key:?} is {answer}, not {before:?}"
        );
    }
}

#[test]
fn every_derivation_has_something_to_say_of_the_account() {
    let answers = answers(account().0);
    let said: BTreeSet<(&str, &str)> = answers.keys().map(|(kind, _, fact)| (kind.as_str(), fact.as_str())).collect();
    // Ways in with a target are made by the simulation, which comes after all derivations.
    for derivation in DERIVATIONS.iter().filter(|derivation| derivation.kind != "way_in") {
        for fact in derivation.facts {
            assert!(said.contains(&(derivation.kind, *fact)), "{}.{fact} is never known", derivation.kind);
        }
    }
}

#[test]
fn a_kind_that_was_not_read_never_changes_an_answer() {
    let whole = answers(account().0);
    for kind in account().0.kinds {
        for partly in [false, true] {
            let mut less = account().0;
            less.gaps.push(gap(&kind));
            less.resources.retain(|resource| partly || resource.kind != kind);
            holds(&whole, less, &kind);
        }
    }
}

#[test]
fn a_kind_that_was_not_collected_never_changes_an_answer() {
    let whole = answers(account().0);
    for kind in account().0.kinds {
        let mut less = account().0;
        less.kinds.remove(&kind);
        less.resources.retain(|resource| resource.kind != kind);
        holds(&whole, less, &kind);
    }
}

#[test]
fn a_region_that_was_not_read_never_changes_an_answer() {
    let whole = answers(account().0);
    for kind in account().0.kinds {
        let mut less = account().0;
        let mut denied = gap(&kind);
        denied.region = HOME.to_owned();
        less.gaps.push(denied);
        less.resources.retain(|resource| resource.kind != kind || resource.region != HOME);
        holds(&whole, less, &kind);
    }
}

#[test]
fn a_resource_that_was_not_read_never_changes_an_answer() {
    let whole = answers(account().0);
    for index in 0..account().0.resources.len() {
        let mut less = account().0;
        let missing = less.resources.remove(index);
        less.gaps.push(gap(&missing.kind));
        holds(&whole, less, &format!("{} {}", missing.kind, missing.id));
    }
}

#[test]
fn a_fact_that_was_not_read_never_changes_an_answer() {
    let whole = answers(account().0);
    let resources = &ACCOUNT_READ.0.resources;
    let facts =
        resources.iter().enumerate().flat_map(|(index, resource)| resource.facts.keys().map(move |fact| (index, fact)));
    // There are more facts than anything else: they are shared out among the processors.
    let queue = Mutex::new(facts);
    let work = || {
        while let Some((index, fact)) = take(&queue) {
            let mut less = account().0;
            let resource = &mut less.resources[index];
            resource.facts.remove(fact);
            let taken = format!("{fact} of {} {}", resource.kind, resource.id);
            holds(&whole, less, &taken);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    assert_eq!(take(&queue), None);
}

/// The next of a queue, which is free again at once.
fn take<T>(queue: &Mutex<impl Iterator<Item = T>>) -> Option<T> {
    queue.lock().unwrap().next()
}

#[test]
fn tags_that_were_not_read_never_change_an_answer() {
    let whole = answers(account().0);
    for index in 0..account().0.resources.len() {
        let mut less = account().0;
        less.resources[index].tags = None;
        holds(&whole, less, "tags");
    }
}

#[test]
fn deriving_twice_changes_nothing() {
    let once = account().derive();
    assert_eq!(once.clone().derive().0, once.0);
}

#[test]
fn every_derived_fact_has_exactly_one_derivation() {
    let mut promised = BTreeSet::new();
    for (kind, schema) in schemas() {
        let schema = json!(schema);
        let made = DERIVED_KINDS.iter().any(|made| made.kind == kind);
        for (fact, property) in schema["properties"].as_object().unwrap() {
            let words = property["description"].as_str().unwrap_or_default();
            if made || words.starts_with("Derived:") {
                promised.insert((kind.to_owned(), fact.clone()));
            }
        }
    }
    let mut declared = BTreeSet::new();
    for derivation in DERIVATIONS {
        for fact in derivation.facts {
            assert!(
                declared.insert((derivation.kind.to_owned(), (*fact).to_owned())),
                "{}.{fact} has two derivations",
                derivation.kind
            );
        }
    }
    assert_eq!(declared, promised);
}

#[test]
fn derived_kinds_are_made_from_kinds_that_there_are() {
    for kind in DERIVED_KINDS.iter().flat_map(|made| made.from) {
        assert!(schemas().contains_key(kind), "{kind} is no kind");
    }
}

#[test]
fn nothing_is_wrong_with_the_declarations() {
    let none: [String; 0] = [];
    assert_eq!(catalogue().problems(), none);
}

/// Only what derivations read says when they run, not their place in the registry.
#[test]
fn the_order_of_the_registry_changes_nothing() {
    let backwards: &'static Catalogue =
        Box::leak(Box::new(Catalogue::new([&GRAPH].into_iter().chain(DERIVATIONS.iter().rev()), DERIVED_KINDS)));
    let names = |catalogue: &Catalogue| -> Vec<String> {
        catalogue.around_the_graph().0.iter().map(|derivation| derivation.name()).collect()
    };
    assert_ne!(names(catalogue()), names(backwards));
    let settings = waaudit_model::settings::NonProduction::default();
    let forwards = crate::derive(account().0, &settings);
    assert_eq!(crate::derive_by(account().0, &settings, backwards, crate::Changes::default()), forwards);
}

/// A debug build withholds what a derivation does not declare, a release build lends it all the same.
#[test]
fn no_derivation_reads_facts_that_it_does_not_declare() {
    let derived = |withholds| {
        let mut tables = Tables::new(account().0, DERIVED_KINDS);
        tables.withholds = withholds;
        let graph = crate::fill_in(&mut tables, &waaudit_model::settings::NonProduction::default(), catalogue());
        (tables.into_snapshot(), graph)
    };
    let ((with_copies, graph), (lent, same_graph)) = (derived(true), derived(false));
    let sets = |graph: &Graph| -> (BTreeSet<String>, BTreeSet<String>, BTreeSet<String>) {
        let text = |part: &dyn std::fmt::Debug| format!("{part:?}");
        (
            graph.nodes.iter().map(|part| text(part)).collect(),
            graph.edges.iter().map(|part| text(part)).collect(),
            graph.ends.iter().map(|part| text(part)).collect(),
        )
    };
    let ((nodes, edges, ends), (others, other_edges, other_ends)) = (sets(&graph), sets(&same_graph));
    assert_eq!(nodes.symmetric_difference(&others).collect::<Vec<_>>(), Vec::<&String>::new());
    assert_eq!(edges.symmetric_difference(&other_edges).collect::<Vec<_>>(), Vec::<&String>::new());
    assert_eq!(ends.symmetric_difference(&other_ends).collect::<Vec<_>>(), Vec::<&String>::new());
    for (one, other) in with_copies.resources.iter().zip(&lent.resources) {
        assert_eq!(one, other);
    }
}

/// Every derivation runs on the account, so a derivation that reads what it does not declare fails here: see `View`.
#[test]
fn a_derivation_fills_in_what_it_declares_and_nothing_else() {
    let mut tables = Tables::new(account().0, DERIVED_KINDS);
    let (before, after) = catalogue().around_the_graph();
    for derivation in before.iter().chain(after) {
        let graph = crate::topology::draw(&tables, &waaudit_model::settings::NonProduction::default());
        let reach = waaudit_model::topology::reach::Reachability::new(&graph, true);
        let patches = derivation.run(&tables, Some(&reach));
        for patch in &patches {
            let facts = match patch {
                Patch::Facts { index, facts, .. } => {
                    assert_eq!(tables.snapshot().resources[*index].kind, derivation.kind);
                    facts
                }
                Patch::Make(resource) => &resource.facts,
            };
            assert!(
                facts.keys().all(|fact| derivation.facts.contains(&fact.as_str())),
                "{}: {facts:?}",
                derivation.kind
            );
        }
        tables.apply(patches);
    }
    let snapshot = tables.into_snapshot();
    assert!(snapshot.resources.iter().any(|resource| resource.region == GLOBAL));
}
