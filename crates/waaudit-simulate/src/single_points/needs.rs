//! What each way in needs, and what dominates that: every way from the one to the other passes it.
//!
//! The graph of needs has the sure ways of requests that nothing replaces. What spreads requests over targets needs any one
//! of them: a target cuts it off only where it is alone.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::Direction;
use petgraph::algo::dominators::{Dominators, simple_fast};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::Dfs;
use waaudit_model::confidence::Confidence;
use waaudit_model::lookup::{Lookup, LookupSet};
use waaudit_model::snapshot::GLOBAL;
use waaudit_model::topology::graph::{Edge, Graph, Node, Relation};

/// Kinds of nodes that hand a request to one of several.
const SPREADING: &[&str] = &["elb.target_group", "elb.classic_load_balancer", "lightsail.load_balancer"];

/// Kinds of nodes that hold what others need.
const STORES: &[&str] = &[
    "database",
    "efs.file_system",
    "elasticache.cluster",
    "elasticache.replication_group",
    "elasticache.serverless_cache",
    "lightsail.database",
];

/// What is lost by what: ids of nodes, with what is cut off without them.
pub(crate) type Losses<'g> = BTreeMap<&'g str, BTreeSet<String>>;

/// The graph of needs.
pub(crate) struct Needs<'g> {
    net: DiGraph<&'g Node, ()>,
    places: Lookup<&'g str, NodeIndex>,
    /// Servers that others call as their database.
    called: LookupSet<&'g str>,
    /// Members that replace each other, by the node that leads to them.
    groups: Lookup<&'g str, BTreeMap<&'g str, Vec<&'g str>>>,
    cut: Lookup<&'g str, Losses<'g>>,
    regions: Lookup<&'g str, BTreeSet<String>>,
}

impl<'g> Needs<'g> {
    pub(crate) fn new(graph: &'g Graph) -> Self {
        let mut net = DiGraph::with_capacity(graph.nodes.len(), graph.edges.len());
        let places: Lookup<&str, NodeIndex> =
            graph.nodes.iter().map(|node| (node.id.as_str(), net.add_node(node))).collect();
        let mut needs = Self {
            net,
            places,
            called: LookupSet::default(),
            groups: Lookup::default(),
            cut: Lookup::default(),
            regions: Lookup::default(),
        };
        for edge in graph.edges.iter().filter(|edge| is_sure(edge)) {
            needs.add(edge);
        }
        needs
    }

    fn add(&mut self, edge: &'g Edge) {
        let (Some(from), Some(to)) = (self.places.get(edge.from.as_str()), self.places.get(edge.to.as_str())) else {
            return;
        };
        if edge.relation == Relation::Calls {
            self.called.insert(&edge.to);
        }
        match &edge.alternative {
            None => drop(self.net.add_edge(*from, *to, ())),
            Some(group) => {
                let groups = self.groups.entry(&edge.from).or_default();
                groups.entry(group.as_str()).or_default().push(&edge.to);
            }
        }
    }

    /// The only target of what spreads requests. A service answers by its targets, and itself where none is drawn.
    fn only_target(&self, place: NodeIndex) -> Option<&'g Node> {
        let behind: Vec<&Node> = self.net.neighbors(place).filter_map(|place| self.at(place)).collect();
        let targets: Vec<&Node> = behind.iter().copied().filter(|node| !is_controller(node)).collect();
        match if targets.is_empty() { behind } else { targets }.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    fn at(&self, place: NodeIndex) -> Option<&'g Node> {
        self.net.node_weight(place).copied()
    }

    /// The node of an id.
    pub(crate) fn node(&self, id: &str) -> Option<&'g Node> {
        self.at(*self.places.get(id)?)
    }

    /// What cuts a way in off from something that it needs, itself among it.
    pub(crate) fn cut_by(&mut self, id: &str) -> Losses<'g> {
        let Some(start) = self.own_id(id) else { return Losses::new() };
        if let Some(known) = self.cut.get(start) {
            return known.clone();
        }
        // Origins may lead back to their distribution: then nothing more is found there.
        self.cut.insert(start, Losses::new());
        let mut losses = self.direct(start);
        for members in self.groups_behind(start) {
            for (cutter, what) in self.common(&members) {
                losses.entry(cutter).or_default().extend(what);
            }
        }
        self.cut.insert(start, losses.clone());
        losses
    }

    fn own_id(&self, id: &str) -> Option<&'g str> {
        self.places.get_key_value(id).map(|(id, _)| *id)
    }

    /// What dominates an answer or a store, on ways that nothing replaces.
    fn direct(&self, start: &'g str) -> Losses<'g> {
        let mut losses = Losses::new();
        let Some(root) = self.places.get(start).copied() else { return losses };
        losses.entry(start).or_default().insert("itself".to_owned());
        let dominators = simple_fast(&self.net, root);
        let reached = self.reached(root);
        for place in reached.iter().copied() {
            // Where nothing answers today, there is nothing to lose.
            let answered = self.net.neighbors(place).next().is_some();
            let Some(node) = self.at(place).filter(|node| answered && spreads(node)) else { continue };
            let cutters = dominating(&self.net, &dominators, place).into_iter().chain(self.only_target(place));
            for cutter in cutters {
                losses.entry(&cutter.id).or_default().insert(format!("all that answers behind {}", node.name));
            }
        }
        let alone: BTreeSet<&str> = losses.keys().copied().collect();
        // What one of several targets calls is lost with the target, and the others answer without it.
        let decides = |cutter: &Node| alone.contains(cutter.id.as_str()) || !self.is_one_of_several(cutter);
        for place in reached {
            let Some(store) = self.at(place).filter(|node| self.is_store(node)) else { continue };
            let cutters = dominating(&self.net, &dominators, place).into_iter();
            for cutter in cutters.filter(|cutter| cutter.id == store.id || decides(cutter)) {
                losses.entry(&cutter.id).or_default().insert(store.name.clone());
            }
        }
        losses
    }

    /// Whether a node is a target of something that spreads requests.
    fn is_one_of_several(&self, node: &Node) -> bool {
        let Some(place) = self.places.get(node.id.as_str()) else { return false };
        let mut leading = self.net.neighbors_directed(*place, Direction::Incoming);
        leading.any(|from| self.at(from).is_some_and(spreads))
    }

    fn reached(&self, root: NodeIndex) -> Vec<NodeIndex> {
        let (mut walk, mut reached) = (Dfs::new(&self.net, root), Vec::new());
        while let Some(place) = walk.next(&self.net) {
            reached.push(place);
        }
        reached
    }

    fn is_store(&self, node: &Node) -> bool {
        let by_itself = node.kind == "ec2.instance" && self.called.contains(node.id.as_str());
        by_itself || is_store(&node.kind)
    }

    /// The groups of members that replace each other, of all that a way in needs.
    fn groups_behind(&self, start: &str) -> Vec<Vec<&'g str>> {
        let Some(root) = self.places.get(start).copied() else { return Vec::new() };
        let nodes = self.reached(root).into_iter().filter_map(|place| self.groups.get(self.at(place)?.id.as_str()));
        nodes.flat_map(|groups| groups.values().cloned()).collect()
    }

    /// What cuts off each member of a group.
    fn common(&mut self, members: &[&'g str]) -> Losses<'g> {
        let mut of_members = members.iter().map(|member| self.cut_by(member)).collect::<Vec<_>>().into_iter();
        let Some(first) = of_members.next() else { return Losses::new() };
        of_members.fold(first, |mut common, other| {
            common.retain(|cutter, _| other.contains_key(cutter));
            common
        })
    }

    /// The Regions without which a way in misses something that it needs.
    pub(crate) fn regions_of(&mut self, id: &str) -> BTreeSet<String> {
        let Some(start) = self.own_id(id) else { return BTreeSet::new() };
        if let Some(known) = self.regions.get(start) {
            return known.clone();
        }
        self.regions.insert(start, BTreeSet::new());
        let Some(root) = self.places.get(start).copied() else { return BTreeSet::new() };
        let nodes = self.reached(root).into_iter().filter_map(|place| self.at(place));
        let own = nodes.filter(|node| node.region != GLOBAL).map(|node| node.region.clone());
        let mut regions: BTreeSet<String> = own.collect();
        for members in self.groups_behind(start) {
            let mut of_members = members.iter().map(|member| self.regions_of(member)).collect::<Vec<_>>().into_iter();
            let first = of_members.next().unwrap_or_default();
            regions.extend(of_members.fold(first, |common, other| common.intersection(&other).cloned().collect()));
        }
        self.regions.insert(start, regions.clone());
        regions
    }
}

fn spreads(node: &Node) -> bool {
    SPREADING.contains(&node.kind.as_str())
}

fn dominating<'g>(net: &DiGraph<&'g Node, ()>, all: &Dominators<NodeIndex>, place: NodeIndex) -> Vec<&'g Node> {
    let dominators = all.dominators(place).into_iter().flatten();
    dominators.filter_map(|place| net.node_weight(place).copied()).collect()
}

/// Sure, in use, and on the way of a request.
fn is_sure(edge: &Edge) -> bool {
    edge.active && edge.relation.carries_requests() && edge.confidence != Confidence::Heuristic
}

/// What starts targets and is none itself.
fn is_controller(node: &Node) -> bool {
    ["ecs.service", "autoscaling.group"].contains(&node.kind.as_str())
}

/// Whether nodes of a kind hold what others need.
pub(crate) fn is_store(kind: &str) -> bool {
    STORES.contains(&kind)
}

/// Whether an edge leads from a member to the group that holds it.
pub(crate) fn is_membership(edge: &Edge) -> bool {
    edge.relation == Relation::Joins
}
