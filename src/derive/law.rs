//! Monotonicity of joins: removing input may turn a fact into unknown, never into another value. And the declarations are what the vocabulary promises.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{LazyLock, Mutex};

use serde_json::{Value, json};

use super::sample::{ACCOUNT, HOME, World, gap, properties};
use super::view::Places;
use super::{MADE, joins};
use crate::facts::{measured, schemas};
use crate::snapshot::{GLOBAL, Resource, Snapshot};

/// An account in which every join has something to say: `law/<service>.json`, by kind and id.
static ACCOUNT_READ: LazyLock<World> = LazyLock::new(read_account);

fn account() -> World {
    ACCOUNT_READ.clone()
}

fn read_account() -> World {
    let mut world = World::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/derive/law");
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
        owners: Vec::new(),
    }
}

type Answers = BTreeMap<(String, String, String), Value>;

/// What the joins say, by kind, ARN and fact.
fn answers(snapshot: Snapshot) -> Answers {
    let derived = super::derive(snapshot, &crate::settings::NonProduction::default());
    let mut answers = Answers::new();
    for join in joins() {
        for resource in derived.of(join.kind) {
            for fact in join.facts {
                if let Some(value) = resource.facts.get(*fact) {
                    answers.insert((join.kind.to_owned(), resource.arn.clone(), (*fact).to_owned()), value.clone());
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
fn every_join_has_something_to_say_of_the_account() {
    let answers = answers(account().0);
    let said: BTreeSet<(&str, &str)> = answers.keys().map(|(kind, _, fact)| (kind.as_str(), fact.as_str())).collect();
    for join in joins() {
        for fact in join.facts {
            assert!(said.contains(&(join.kind, *fact)), "{}.{fact} is never known", join.kind);
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
fn every_derived_fact_has_exactly_one_join() {
    let mut promised = BTreeSet::new();
    for (kind, schema) in schemas() {
        let schema = json!(schema);
        let made = MADE.iter().any(|made| made.kind == kind);
        for (fact, property) in schema["properties"].as_object().unwrap() {
            let words = property["description"].as_str().unwrap_or_default();
            if made || words.starts_with("Derived:") {
                promised.insert((kind.to_owned(), fact.clone()));
            }
        }
    }
    let mut declared = BTreeSet::new();
    for join in joins() {
        for fact in join.facts {
            assert!(declared.insert((join.kind.to_owned(), (*fact).to_owned())), "{}.{fact} has two joins", join.kind);
        }
    }
    assert_eq!(declared, promised);
}

#[test]
fn joins_read_kinds_that_there_are() {
    let schemas = schemas();
    for read in joins().flat_map(|join| join.reads).chain(MADE.iter().flat_map(|made| made.from)) {
        match read.split_once(':') {
            None => assert!(schemas.contains_key(read), "{read} is no kind"),
            Some((kind, fact)) => assert!(measured(kind).contains(fact), "{read} is not measured"),
        }
    }
}

/// Every join runs on the account, so a join that reads what it does not declare fails here: see `View`.
#[test]
fn a_join_fills_in_what_it_declares_and_nothing_else() {
    let mut snapshot = account().0;
    let mut places = Places::new(&snapshot);
    for join in joins() {
        let graph = super::graph::draw(&snapshot, &crate::settings::NonProduction::default());
        for patch in join.learn(&snapshot, &places, Some(&super::graph::Web::new(&graph, true))) {
            let facts = match &patch {
                super::Patch::Learn(index, facts, _) => {
                    assert_eq!(snapshot.resources[*index].kind, join.kind);
                    facts
                }
                super::Patch::Make(resource) => &resource.facts,
            };
            assert!(facts.keys().all(|fact| join.facts.contains(&fact.as_str())), "{}: {facts:?}", join.kind);
            patch.apply(&mut snapshot, &mut places);
        }
    }
    assert!(snapshot.resources.iter().any(|resource| resource.region == GLOBAL));
}
