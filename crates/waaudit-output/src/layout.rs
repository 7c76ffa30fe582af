//! What a picture shows and where: nodes in boxes of their region and zone, in the order of a request.

use std::collections::{BTreeMap, BTreeSet};

use super::simulation::Notes;
use waaudit_model::topology::graph::{Edge, End, Graph, Node, Relation};

/// What a picture shows.
pub(super) struct Layout<'g> {
    /// Nodes by region and by the one zone that they are in; an empty zone for those in several or none.
    pub(super) boxes: BTreeMap<&'g str, BTreeMap<&'g str, Vec<Shown<'g>>>>,
    /// Edges between shown nodes, with the places of both.
    pub(super) edges: Vec<(usize, usize, &'g Edge)>,
    /// Ends behind shown nodes, with the place of the node.
    pub(super) ends: Vec<(usize, &'g End)>,
}

/// A node and its place, by which a picture names it.
pub(super) struct Shown<'g> {
    pub(super) place: usize,
    pub(super) node: &'g Node,
}

impl<'g> Layout<'g> {
    /// The ways of requests and messages and who guards them, and nodes with a note; with `all`, alarms, the network and
    /// unconnected nodes too.
    pub(super) fn new(graph: &'g Graph, all: bool, notes: &Notes) -> Self {
        let edges: Vec<&Edge> = graph.edges.iter().filter(|edge| all || is_about_requests(edge.relation)).collect();
        let linked: BTreeSet<&str> = edges.iter().flat_map(|edge| [edge.from.as_str(), edge.to.as_str()]).collect();
        let shown = graph
            .nodes
            .iter()
            .filter(|node| all || node.entry || linked.contains(node.id.as_str()) || notes.contains_key(&node.id));
        let mut boxes: BTreeMap<&str, BTreeMap<&str, Vec<Shown>>> = BTreeMap::new();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (place, node) in shown.enumerate() {
            places.insert(&node.id, place);
            boxes.entry(&node.region).or_default().entry(zone(node)).or_default().push(Shown { place, node });
        }
        let place = |id: &str| places.get(id).copied();
        Self {
            boxes,
            edges: edges.into_iter().filter_map(|edge| Some((place(&edge.from)?, place(&edge.to)?, edge))).collect(),
            ends: graph.ends.iter().filter_map(|end| Some((place(&end.node)?, end))).collect(),
        }
    }
}

const fn is_about_requests(relation: Relation) -> bool {
    relation.carries_requests() || matches!(relation, Relation::Feeds | Relation::Guards)
}

fn zone(node: &Node) -> &str {
    match node.zones.as_deref() {
        Some([zone]) => zone,
        _ => "",
    }
}

/// What nodes of a kind are called.
pub(super) fn what(kind: &str) -> String {
    match kind.rsplit('.').next().unwrap_or(kind) {
        _ if kind == "autoscaling.group" => "Auto Scaling group".to_owned(),
        _ if kind.starts_with("elasticache.") => "cache".to_owned(),
        "record" => "name".to_owned(),
        "service" => "ECS service".to_owned(),
        "web_acl" => "web ACL".to_owned(),
        "nat_gateway" => "NAT gateway".to_owned(),
        "function_url" => "function URL".to_owned(),
        "api" => "API".to_owned(),
        last => last.replace('_', " "),
    }
}

/// The second line of a node: what it is, and the zones where it is in several.
pub(super) fn subtitle(node: &Node) -> String {
    placed(what(&node.kind), node.zones.as_deref(), &node.region)
}

/// What something is, and the zones where it is in several.
pub(super) fn placed(what: String, zones: Option<&[String]>, region: &str) -> String {
    match zones {
        Some(zones @ [_, _, ..]) => format!("{what} in {}", letters(zones, region)),
        None => format!("{what}, zones unread"),
        _ => what,
    }
}

/// `a, b` for the zones of the node's own region.
fn letters(zones: &[String], region: &str) -> String {
    let short = |zone: &String| zone.strip_prefix(region).unwrap_or(zone).to_owned();
    zones.iter().map(short).collect::<Vec<_>>().join(", ")
}

/// The letters of a name in a picture of a graph.
pub(super) const MOST_LETTERS: usize = 40;

/// Names in an account are other people's words: one line, and not too long.
pub(super) fn shortened(name: &str, most: usize) -> String {
    let name: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if name.chars().count() <= most { name } else { name.chars().take(most - 1).chain(['…']).collect() }
}
