//! The drawn graph as petgraph holds it, and the walks that answer what is behind a way in.
//!
//! A walk over sure edges finds what certainly serves; one over all edges finds what may. What may be there, or could not
//! be read, never makes an answer: it only takes away the answers that it could change.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::graph::{Confidence, Edge, Graph, Loss, Node, Outcome, Relation};
use crate::snapshot::GLOBAL;

/// The graph, ready to be walked.
pub(in crate::derive) struct Web<'g> {
    net: DiGraph<&'g Node, &'g Edge>,
    places: BTreeMap<&'g str, NodeIndex>,
    /// Where ways of requests, and ways out of a VPC, end unread.
    ends: BTreeMap<(NodeIndex, bool), &'g str>,
    serving: BTreeSet<&'g str>,
    /// Whether what is not within reach is certainly not.
    sighted: bool,
    /// What certainly becomes of requests at a node when a zone is lost, as far as it was asked; nothing while that is
    /// being found out. Origins of a distribution may lead back to it.
    sure_fates: RefCell<BTreeMap<(NodeIndex, String), Option<Told>>>,
}

/// A fate without what it borrows.
#[derive(Clone)]
struct Told {
    outcome: Option<Outcome>,
    hop: Option<NodeIndex>,
    unclear: Option<String>,
}

/// Kinds of nodes behind which nothing may be hidden where something is to be called out of reach.
const ON_THE_WAY: &[&str] = &[
    "address",
    "apigateway.stage",
    "appsync.api",
    "autoscaling.group",
    "ec2.instance",
    "ecs.service",
    "elb.classic_load_balancer",
    "elb.load_balancer",
    "elb.target_group",
    "interfaces",
    "lambda.function",
    "lambda.function_url",
];

/// What becomes of a way in when a zone is lost.
#[derive(Debug, Clone)]
pub(in crate::derive) struct Fate<'g> {
    /// The worst that happens to a hop; none where that can't be told.
    pub(in crate::derive) outcome: Option<Outcome>,
    /// The first hop to which that happens, and why.
    pub(in crate::derive) hop: Option<(&'g Node, &'g str)>,
    /// Why the outcome can't be told.
    pub(in crate::derive) unclear: Option<String>,
}

/// Which edges a walk takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Walk {
    /// Those that are sure and that nothing replaces.
    Needed,
    /// Those that are sure.
    Sure,
    /// All in use.
    All,
}

impl<'g> Web<'g> {
    /// `whole`: whether all lists that the graph was drawn from are.
    pub(in crate::derive) fn new(graph: &'g Graph, whole: bool) -> Self {
        let mut net = DiGraph::with_capacity(graph.nodes.len(), graph.edges.len());
        let places: BTreeMap<&str, NodeIndex> =
            graph.nodes.iter().map(|node| (node.id.as_str(), net.add_node(node))).collect();
        for edge in &graph.edges {
            if let (Some(from), Some(to)) = (places.get(edge.from.as_str()), places.get(edge.to.as_str())) {
                net.add_edge(*from, *to, edge);
            }
        }
        let ends = graph.ends.iter().rev().filter_map(|end| {
            let carries = match end.relation {
                Relation::Leaves => false,
                relation if relation.carries_requests() => true,
                _ => return None,
            };
            Some(((*places.get(end.node.as_str())?, carries), end.why.as_str()))
        });
        let mut web = Self {
            ends: ends.collect(),
            net,
            places,
            serving: BTreeSet::new(),
            sighted: whole,
            sure_fates: RefCell::default(),
        };
        let blind = |place: NodeIndex| web.node(place).is_none_or(|node| ON_THE_WAY.contains(&node.kind.as_str()));
        web.sighted &= !web.ends.keys().any(|(place, carries)| *carries && blind(*place));
        web.serving = web.serving();
        web
    }

    /// Whether requests from the internet get to a node: no only where nothing can.
    pub(in crate::derive) fn on_request_path(&self, id: &str) -> Option<bool> {
        if self.serving.contains(id) {
            return Some(true);
        }
        (self.sighted && !self.find(id)?.within_reach).then_some(false)
    }

    fn node(&self, place: NodeIndex) -> Option<&'g Node> {
        self.net.node_weight(place).copied()
    }

    fn find(&self, id: &str) -> Option<&'g Node> {
        self.places.get(id).and_then(|place| self.node(*place))
    }

    /// What certainly serves requests that come in at a node: itself and what is behind it, in the order of a request.
    pub(in crate::derive) fn behind(&self, id: &str) -> Vec<&'g Node> {
        let places = self.places.get(id).map(|start| self.walk(*start, Walk::Sure)).unwrap_or_default();
        places.into_iter().filter_map(|place| self.node(place)).collect()
    }

    /// Everything that certainly serves requests, whichever way they come in.
    fn serving(&self) -> BTreeSet<&'g str> {
        let entries = self.net.node_indices().filter(|place| self.node(*place).is_some_and(|node| node.entry));
        let behind = entries.flat_map(|entry| self.walk(entry, Walk::Sure));
        behind.filter_map(|place| self.node(place)).map(|node| node.id.as_str()).collect()
    }

    /// Why not all that certainly is behind a way in is known; nothing where it is.
    pub(in crate::derive) fn unknown_behind(&self, id: &str) -> Option<String> {
        self.first_unread(id, Walk::Sure)
    }

    /// Why not all that may lie behind a way in is known; nothing where it is.
    pub(in crate::derive) fn unknown_around(&self, id: &str) -> Option<String> {
        self.first_unread(id, Walk::All)
    }

    fn first_unread(&self, id: &str, walk: Walk) -> Option<String> {
        self.walk(*self.places.get(id)?, walk).into_iter().find_map(|place| self.unread(place))
    }

    /// What may lie behind a way in, of which it is not known what the loss of a zone does to it.
    pub(in crate::derive) fn unjudged(&self, id: &str) -> Option<&'g Node> {
        let start = self.places.get(id)?;
        let nodes = self.walk(*start, Walk::All).into_iter().filter_map(|place| self.node(place));
        nodes.into_iter().find(|node| node.losses.is_none())
    }

    fn unread(&self, place: NodeIndex) -> Option<String> {
        let (why, node) = (self.ends.get(&(place, true))?, self.node(place)?);
        Some(format!("{}: {why}", node.name))
    }

    /// Zones whose loss does something to what may lie behind a way in.
    pub(in crate::derive) fn dangers(&self, id: &str) -> BTreeSet<&'g str> {
        let Some(start) = self.places.get(id) else { return BTreeSet::new() };
        let nodes = self.walk(*start, Walk::All).into_iter().filter_map(|place| self.node(place));
        nodes.flat_map(|node| node.losses.iter().flatten()).map(|loss| loss.zone.as_str()).collect()
    }

    /// What certainly becomes of requests when a zone is lost, whatever else they may depend on.
    pub(in crate::derive) fn sure_fate(&self, id: &str, zone: &str) -> Fate<'g> {
        self.places.get(id).map_or_else(Fate::survival, |start| self.sure_fate_at(*start, zone))
    }

    /// What becomes of requests that come in at a node when a zone is lost.
    pub(in crate::derive) fn fate(&self, id: &str, zone: &str) -> Fate<'g> {
        match self.places.get(id) {
            Some(start) => self.fate_at(*start, zone),
            None => Fate::unclear(format!("{id} could not be read")),
        }
    }

    fn sure_fate_at(&self, start: NodeIndex, zone: &str) -> Fate<'g> {
        let key = (start, zone.to_owned());
        let known = self.sure_fates.borrow().get(&key).cloned();
        match known {
            Some(Some(told)) => return self.fate_of(told, zone),
            Some(None) => {
                let name = self.node(start).map_or("", |node| node.name.as_str());
                return Fate::unclear(format!("the origins of {name} lead back to it"));
            }
            None => {}
        }
        self.sure_fates.borrow_mut().insert(key.clone(), None);
        let fate = self.find_sure_fate(start, zone);
        let hop = fate.hop.and_then(|(node, _)| self.places.get(node.id.as_str()).copied());
        let told = Told { outcome: fate.outcome, hop, unclear: fate.unclear.clone() };
        self.sure_fates.borrow_mut().insert(key, Some(told));
        fate
    }

    fn fate_of(&self, told: Told, zone: &str) -> Fate<'g> {
        let hop = told.hop.and_then(|place| {
            let node = self.node(place)?;
            let loss = node.losses.iter().flatten().find(|loss| loss.zone == zone)?;
            Some((node, loss.why.as_str()))
        });
        Fate { outcome: told.outcome, hop, unclear: told.unclear }
    }

    fn find_sure_fate(&self, start: NodeIndex, zone: &str) -> Fate<'g> {
        let mut fate = Fate::survival();
        for place in self.walk(start, Walk::Needed) {
            fate = fate.worse(self.own_fate(place, zone));
            for members in self.alternatives(place).values() {
                fate = fate.worse(self.best_of(members, zone));
            }
        }
        fate
    }

    fn fate_at(&self, start: NodeIndex, zone: &str) -> Fate<'g> {
        let mut fate = self.sure_fate_at(start, zone);
        let sure: BTreeSet<NodeIndex> = self.walk(start, Walk::Sure).into_iter().collect();
        for place in self.walk(start, Walk::All).into_iter().filter(|place| !sure.contains(place)) {
            let own = self.own_fate(place, zone);
            if own.outcome != Some(Outcome::Survives) {
                fate = fate.worse(self.doubt(place, own));
            }
        }
        fate
    }

    fn own_fate(&self, place: NodeIndex, zone: &str) -> Fate<'g> {
        let Some(node) = self.node(place) else { return Fate::survival() };
        let own = match &node.losses {
            None => Fate::unclear(format!("what the loss of a zone does to {} could not be told", node.name)),
            Some(losses) => {
                losses.iter().find(|loss| loss.zone == zone).map_or_else(Fate::survival, |loss| Fate::of(node, loss))
            }
        };
        match self.unread(place) {
            Some(why) => own.worse(Fate::unclear(why)),
            None => own,
        }
    }

    /// Something that only may be used, and would not go on: it isn't known.
    fn doubt(&self, place: NodeIndex, own: Fate<'g>) -> Fate<'g> {
        let name = self.node(place).map_or("", |node| node.name.as_str());
        let why = own.hop.map_or_else(|| own.unclear.unwrap_or_default(), |(_, why)| why.to_owned());
        Fate::unclear(format!("whether it depends on {name} can't be told from security groups ({why})"))
    }

    /// By origin group, what can answer in a node's stead.
    fn alternatives(&self, place: NodeIndex) -> BTreeMap<&'g str, BTreeSet<NodeIndex>> {
        let mut groups: BTreeMap<&str, BTreeSet<NodeIndex>> = BTreeMap::new();
        for edge in self.net.edges(place).filter(|edge| carries(edge.weight())) {
            if let Some(group) = &edge.weight().alternative {
                groups.entry(group).or_default().insert(edge.target());
            }
        }
        groups
    }

    /// Of several origins the best one counts. CloudFront fails over for reading alone, so a write that needed the first
    /// one is lost: nothing that had to fail over is better than degraded.
    fn best_of(&self, members: &BTreeSet<NodeIndex>, zone: &str) -> Fate<'g> {
        let fates: Vec<Fate> = members.iter().map(|member| self.sure_fate_at(*member, zone)).collect();
        if let Some(unclear) = fates.iter().find(|fate| fate.outcome.is_none()) {
            return unclear.clone();
        }
        let best = fates.iter().filter_map(|fate| fate.outcome).min();
        let worst = fates.into_iter().max_by_key(|fate| fate.outcome);
        match (best, worst) {
            (Some(best), Some(worst)) if worst.outcome > Some(best) => {
                Fate { outcome: Some(best.max(Outcome::Degraded)), ..worst }
            }
            (_, worst) => worst.unwrap_or_else(Fate::survival),
        }
    }

    /// The regions of the origins of each origin group; none where one of them can't be told, as that of a bucket of
    /// another account.
    pub(in crate::derive) fn regions_by_group(&self, id: &str) -> Option<Vec<BTreeSet<&'g str>>> {
        let start = *self.places.get(id)?;
        let groups =
            self.walk(start, Walk::Needed).into_iter().flat_map(|place| self.alternatives(place).into_values());
        let region =
            |member: NodeIndex| self.node(member).map(|node| node.region.as_str()).filter(|name| *name != GLOBAL);
        groups.map(|members| members.into_iter().map(region).collect()).collect()
    }

    /// Zones whose loss cuts servers in other zones off from the internet: those of NAT gateways that they leave by.
    pub(in crate::derive) fn zones_of_way_out(&self, id: &str) -> Option<BTreeSet<&'g str>> {
        let mut zones = BTreeSet::new();
        let unread = |place: NodeIndex| self.ends.contains_key(&(place, false));
        for server in self.places.get(id).map(|start| self.walk(*start, Walk::Sure))? {
            if unread(server) {
                return None;
            }
            for subnet in self.leave(server) {
                let tables = self.leave(subnet);
                if unread(subnet) || tables.iter().any(|table| unread(*table)) {
                    return None;
                }
                for gateway in tables.into_iter().flat_map(|table| self.leave(table)) {
                    let (from, to) = (self.node(subnet)?.zones.as_ref()?, self.node(gateway)?.zones.as_ref()?);
                    zones.extend(to.iter().filter(|zone| !from.contains(zone)).map(String::as_str));
                }
            }
        }
        Some(zones)
    }

    fn leave(&self, place: NodeIndex) -> Vec<NodeIndex> {
        let ways =
            self.net.edges(place).filter(|edge| edge.weight().relation == Relation::Leaves && edge.weight().active);
        ways.map(|edge| edge.target()).collect()
    }

    /// Breadth first, and by name within a breadth: the same account is always walked the same way.
    fn walk(&self, start: NodeIndex, walk: Walk) -> Vec<NodeIndex> {
        let (mut order, mut seen) = (vec![start], BTreeSet::from([start]));
        let mut next = 0;
        while let Some(place) = order.get(next).copied() {
            next += 1;
            let edges = self.net.edges(place).filter(|edge| carries(edge.weight()) && walk.takes(edge.weight()));
            let mut targets: Vec<NodeIndex> =
                edges.map(|edge| edge.target()).filter(|target| seen.insert(*target)).collect();
            targets.sort_unstable();
            order.extend(targets);
        }
        order
    }
}

impl Walk {
    fn takes(self, edge: &Edge) -> bool {
        let sure = edge.confidence != Confidence::Heuristic;
        match self {
            Self::Needed => sure && edge.alternative.is_none(),
            Self::Sure => sure,
            Self::All => true,
        }
    }
}

fn carries(edge: &Edge) -> bool {
    edge.active && edge.relation.carries_requests()
}

impl<'g> Fate<'g> {
    const fn survival() -> Self {
        Self { outcome: Some(Outcome::Survives), hop: None, unclear: None }
    }

    const fn unclear(why: String) -> Self {
        Self { outcome: None, hop: None, unclear: Some(why) }
    }

    fn of(node: &'g Node, loss: &'g Loss) -> Self {
        Self { outcome: Some(loss.outcome), hop: Some((node, &loss.why)), unclear: None }
    }

    /// The worse of two, the first of equals. What dies is dead, whatever else could not be told.
    fn worse(self, other: Self) -> Self {
        match (self.outcome, other.outcome) {
            (Some(Outcome::Dies), _) | (None, None) => self,
            (_, Some(Outcome::Dies)) | (Some(_), None) => other,
            (Some(own), Some(others)) if others > own => other,
            _ => self,
        }
    }
}
