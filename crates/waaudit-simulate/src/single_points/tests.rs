//! Dominators against brute force, and what is no single point.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::json;
use waaudit_derive::testing::snapshot_builder::SnapshotBuilder;
use waaudit_derive::testing::web_shop::{shop, targets};
use waaudit_model::confidence::Confidence;
use waaudit_model::topology::graph::{Edge, Graph, Node, Relation};

use super::needs::Needs;
use super::{SinglePoint, single_points};

/// Layers of small graphs: ways in, target groups, servers, databases.
const LAYERS: &[(&str, &str)] =
    &[("elb.load_balancer", "lb"), ("elb.target_group", "tg"), ("ec2.instance", "i"), ("database", "db")];

fn node(kind: &str, id: &str) -> Node {
    Node {
        id: id.to_owned(),
        kind: kind.to_owned(),
        name: id.to_owned(),
        region: "eu-west-1".to_owned(),
        account: "111122223333".to_owned(),
        vpc: None,
        zones: Some(Vec::new()),
        losses: Some(Vec::new()),
        entry: kind == "elb.load_balancer",
        within_reach: true,
    }
}

fn edge(from: &str, to: &str, alternative: Option<&str>) -> Edge {
    Edge {
        from: from.to_owned(),
        to: to.to_owned(),
        relation: Relation::Forwards,
        source: "test".to_owned(),
        confidence: Confidence::Exact,
        active: true,
        alternative: alternative.map(str::to_owned),
    }
}

/// Graphs of up to four nodes a layer, with any edges from one layer to the next or the one after.
fn graphs() -> impl Strategy<Value = Graph> {
    let size = 1..5_usize;
    (size.clone(), size.clone(), size.clone(), size, proptest::collection::vec(any::<bool>(), 4 * 4 * 6)).prop_map(
        |(lbs, tgs, is, dbs, bits)| {
            let counts = [lbs, tgs, is, dbs];
            let mut graph = Graph::default();
            for ((kind, prefix), count) in LAYERS.iter().zip(counts) {
                graph.nodes.extend((0..count).map(|n| node(kind, &format!("{prefix}-{n}"))));
            }
            graph.nodes.sort_by(|a, b| a.id.cmp(&b.id));
            let mut bits = bits.into_iter();
            for (from, to) in [(0, 1), (1, 2), (2, 3), (0, 2), (1, 3), (0, 3)] {
                for a in 0..counts[from] {
                    for b in 0..counts[to] {
                        if bits.next() == Some(true) {
                            graph.edges.push(edge(
                                &format!("{}-{a}", LAYERS[from].1),
                                &format!("{}-{b}", LAYERS[to].1),
                                None,
                            ));
                        }
                    }
                }
            }
            graph
        },
    )
}

/// What a walk from a node reaches that takes no way over another one.
fn reached<'g>(graph: &'g Graph, from: &'g str, without: Option<&str>) -> BTreeSet<&'g str> {
    let mut next: Vec<&str> = if without == Some(from) { Vec::new() } else { vec![from] };
    let mut reached = BTreeSet::new();
    while let Some(id) = next.pop() {
        if reached.insert(id) {
            let edges = graph.edges.iter().filter(|edge| edge.from == id && without != Some(edge.to.as_str()));
            next.extend(edges.map(|edge| edge.to.as_str()));
        }
    }
    reached
}

/// Needs by brute force: databases, and an answer behind each target group, which some target of it gives.
fn met(graph: &Graph, way_in: &str, without: Option<&str>) -> BTreeSet<String> {
    let reached = reached(graph, way_in, without);
    let stores = reached.iter().filter(|id| id.starts_with("db-")).map(|id| (*id).to_owned());
    let answering = reached.iter().filter(|id| id.starts_with("tg-")).filter(|group| {
        let mut targets = graph.edges.iter().filter(|edge| edge.from == **group);
        targets.any(|edge| without != Some(edge.to.as_str()))
    });
    stores.chain(answering.map(|group| format!("all that answers behind {group}"))).collect()
}

/// What each node cuts a way in off from, by taking it away. A group without a target is met by nothing.
fn brute_force(graph: &Graph, way_in: &str) -> BTreeMap<String, BTreeSet<String>> {
    let all = met(graph, way_in, None);
    let mut cuts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for id in reached(graph, way_in, None) {
        let left = met(graph, way_in, Some(id));
        let lost: BTreeSet<String> = all.difference(&left).cloned().collect();
        if !lost.is_empty() {
            cuts.insert(id.to_owned(), lost);
        }
    }
    // What one of several targets calls is lost with it, and the others answer without it.
    let spread: BTreeSet<&str> =
        graph.edges.iter().filter(|edge| edge.from.starts_with("tg-")).map(|edge| edge.to.as_str()).collect();
    cuts.retain(|id, lost| {
        let answers = lost.iter().any(|what| what.starts_with("all that"));
        if spread.contains(id.as_str()) && !answers {
            lost.retain(|what| what == id);
        }
        !lost.is_empty()
    });
    cuts.entry(way_in.to_owned()).or_default().insert("itself".to_owned());
    cuts
}

proptest! {
    #[test]
    fn dominators_say_what_brute_force_says(graph in graphs()) {
        let mut needs = Needs::new(&graph);
        for way_in in graph.nodes.iter().filter(|node| node.entry) {
            let found = needs.cut_by(&way_in.id);
            let found: BTreeMap<String, BTreeSet<String>> =
                found.into_iter().map(|(id, what)| (id.to_owned(), what)).collect();
            prop_assert_eq!(found, brute_force(&graph, &way_in.id));
        }
    }

    #[test]
    fn one_more_target_makes_nothing_a_single_point(graph in graphs(), group in 0..4_usize) {
        let mut more = graph.clone();
        more.nodes.push(node("ec2.instance", "i-more"));
        more.edges.push(edge(&format!("tg-{group}"), "i-more", None));
        let (mut before, mut after) = (Needs::new(&graph), Needs::new(&more));
        for way_in in graph.nodes.iter().filter(|node| node.entry) {
            let known = before.cut_by(&way_in.id);
            // The new server itself may be alone in its group; nothing else gets worse.
            for (id, _) in after.cut_by(&way_in.id).into_iter().filter(|(id, _)| id.starts_with("i-") && *id != "i-more") {
                prop_assert!(known.contains_key(id), "{} cuts {} off only since there is another server", id, way_in.id);
            }
        }
    }

    #[test]
    fn an_origin_that_another_one_replaces_makes_nothing_a_single_point(graph in graphs()) {
        let mut grouped = graph.clone();
        for edge in grouped.edges.iter_mut().filter(|edge| edge.from.starts_with("lb-")) {
            edge.alternative = Some("origins".to_owned());
        }
        let (mut plain, mut replaced) = (Needs::new(&graph), Needs::new(&grouped));
        for way_in in graph.nodes.iter().filter(|node| node.entry) {
            let needed: BTreeSet<&str> = plain.cut_by(&way_in.id).into_keys().collect();
            let left: BTreeSet<&str> = replaced.cut_by(&way_in.id).into_keys().collect();
            let members: BTreeSet<&str> =
                graph.edges.iter().filter(|edge| edge.from == way_in.id).map(|edge| edge.to.as_str()).collect();
            if members.len() > 1 {
                prop_assert!(left.iter().all(|id| !members.contains(id) || needed.contains(id)));
            }
        }
    }
}

fn names(world: SnapshotBuilder) -> Vec<(String, usize)> {
    let points: Vec<SinglePoint> = single_points(&world.inventory());
    points.into_iter().filter(|point| point.kind != "region").map(|point| (point.name, point.cuts.len())).collect()
}

fn with_fact(mut world: SnapshotBuilder, id: &str, fact: &str, value: serde_json::Value) -> SnapshotBuilder {
    let found = world.0.resources.iter_mut().find(|resource| resource.id == id);
    found.expect("it is there").facts.insert(fact.to_owned(), value);
    world
}

#[test]
fn a_database_without_a_standby_is_a_single_point_and_one_of_two_servers_is_none() {
    assert_eq!(names(shop()), []);
    assert_eq!(names(with_fact(shop(), "orders", "multi_az", json!(false))), [("orders".to_owned(), 1)]);
}

#[test]
fn the_only_healthy_target_is_a_single_point() {
    let group = targets("front", &[("i-a", "healthy"), ("i-b", "unhealthy")]);
    let one = with_fact(shop(), "web", "targets", group["targets"].clone());
    assert_eq!(names(one), [("i-a".to_owned(), 1)]);
}

#[test]
fn a_standby_that_could_not_be_read_makes_a_point_that_is_not_certain() {
    let mut world = shop();
    let orders = world.0.resources.iter_mut().find(|resource| resource.id == "orders").expect("it is there");
    orders.facts.remove("multi_az");
    let points = single_points(&world.inventory());
    let orders = points.iter().find(|point| point.name == "orders").expect("it may be one");
    assert!(!orders.certain);
}

#[test]
fn a_region_is_a_single_point_of_what_needs_it() {
    let points = single_points(&shop().inventory());
    let regions: Vec<(&str, usize)> = points
        .iter()
        .filter(|point| point.kind == "region")
        .map(|point| (point.name.as_str(), point.cuts.len()))
        .collect();
    assert_eq!(regions, [("eu-west-1", 1)]);
}
