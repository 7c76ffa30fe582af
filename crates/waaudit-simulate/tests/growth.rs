//! Headroom and ramp are linear: four times the account costs about four times the CPU seconds. And each copy of an account
//! has the limits of the account.

#![allow(clippy::expect_used, reason = "a test ends where its ground gives way")]

#[path = "../../waaudit-judge/tests/process/mod.rs"]
mod process;

use waaudit_derive::{Inventory, derive};
use waaudit_model::settings::NonProduction;
use waaudit_model::snapshot::{Resource, Snapshot};
use waaudit_model::topology::graph::{Edge, Graph, Node};
use waaudit_simulate::headroom::{Headroom, Options, Survey};
use waaudit_simulate::ramp::{RampOptions, ramp};

use self::process::cpu_seconds;

/// Copies of the demo in the smaller account.
const COPIES: usize = 30;
/// The larger account has so many times the copies.
const TIMES: usize = 4;
/// What it may cost at most: memory that no longer fits the caches costs something too, and the square would be 16.
const MOST: f64 = 8.0;

fn demo() -> Inventory {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/accounts/demo.json");
    let snapshot = Snapshot::from_json(&std::fs::read_to_string(path).expect("the demo")).expect("a snapshot");
    derive(snapshot, &NonProduction::default())
}

/// An account so many times, each copy in regions of its own.
fn copies(one: &Inventory, count: usize) -> Inventory {
    let mut all = one.clone();
    all.snapshot.resources.clear();
    all.graph = Graph::default();
    for copy in 0..count {
        let named =
            |text: &str| text.replace("123456789012", &format!("{copy:012}")).replace("eu-", &format!("e{copy}-"));
        let resource = |resource: &Resource| -> Resource {
            let text = serde_json::to_string(resource).expect("JSON");
            serde_json::from_str(&named(&text)).expect("a resource")
        };
        all.snapshot.resources.extend(one.snapshot.resources.iter().map(resource));
        let node = |node: &Node| Node { id: named(&node.id), region: named(&node.region), ..node.clone() };
        all.graph.nodes.extend(one.graph.nodes.iter().map(node));
        let edge = |edge: &Edge| Edge { from: named(&edge.from), to: named(&edge.to), ..edge.clone() };
        all.graph.edges.extend(one.graph.edges.iter().map(edge));
    }
    all
}

fn once(account: &Inventory) -> (Headroom, f64) {
    let start = cpu_seconds();
    let survey = Survey::new(account, &Options::default());
    let found = survey.headroom();
    let followed = ramp(&survey, &found, &RampOptions { grow: 4.0, ..RampOptions::default() });
    assert!(followed.hops.len() > found.limits.len() / 2);
    (found, cpu_seconds() - start)
}

/// The least of three runs: what else the machine does only adds to it.
fn measured(account: &Inventory) -> (Headroom, f64) {
    let (found, first) = once(account);
    (found, [once(account).1, once(account).1].into_iter().fold(first, f64::min))
}

/// One test alone, so that no other one costs CPU seconds beside it.
#[test]
fn headroom_and_ramp_are_linear_and_each_copy_has_the_limits_of_the_account() {
    let demo = demo();
    let (one, _) = measured(&copies(&demo, 1));
    let (few, few_seconds) = measured(&copies(&demo, COPIES));
    let (many, many_seconds) = measured(&copies(&demo, COPIES * TIMES));
    assert!(one.limits.len() > 30, "{}", one.limits.len());
    assert_eq!(few.limits.len(), COPIES * one.limits.len());
    assert_eq!(many.limits.len(), COPIES * TIMES * one.limits.len());
    assert_eq!(many.ways_in.len(), COPIES * TIMES * one.ways_in.len());
    assert!(many.limits.iter().take(COPIES * TIMES).all(|limit| limit.multiple == one.limits[0].multiple));
    let times = many_seconds / few_seconds;
    println!("{COPIES} copies: {few_seconds:.2} CPU s, {} copies: {many_seconds:.2} CPU s", COPIES * TIMES);
    assert!(times < MOST, "{TIMES} times the account cost {times:.1} times the CPU seconds");
}
