//! The drawn graph as petgraph holds it, and the walks that answer what is behind a way in.
//!
//! A walk over sure edges finds what certainly serves; one over all edges finds what may. What may be there, or could not
//! be read, never makes an answer: it only takes away the answers that it could change.

mod ways_out;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

pub use self::ways_out::WayOut;
pub use super::fate::ZoneLossOutcome;
use super::graph::{Edge, Graph, Node, Outcome, Relation};
use crate::confidence::Confidence;
use crate::lookup::{Lookup, LookupSet};
use crate::snapshot::GLOBAL;

/// The graph, ready to be walked.
pub struct Reachability<'g> {
    net: DiGraph<&'g Node, &'g Edge>,
    places: Lookup<&'g str, NodeIndex>,
    /// Where ways of requests, and ways out of a VPC, end unread.
    ends: Lookup<(NodeIndex, bool), &'g str>,
    serving: LookupSet<&'g str>,
    /// Whether what is not within reach is certainly not.
    complete: bool,
    /// What certainly becomes of requests at a node when a zone is lost, as far as it was asked; nothing while that is
    /// being found out. Origins of a distribution may lead back to it.
    sure_fates: RefCell<Lookup<(NodeIndex, String), Option<Told>>>,
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

impl<'g> Reachability<'g> {
    /// `whole`: whether all lists that the graph was drawn from are.
    pub fn new(graph: &'g Graph, whole: bool) -> Self {
        let mut net = DiGraph::with_capacity(graph.nodes.len(), graph.edges.len());
        let places: Lookup<&str, NodeIndex> =
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
        let mut reach = Self {
            ends: ends.collect(),
            net,
            places,
            serving: LookupSet::default(),
            complete: whole,
            sure_fates: RefCell::default(),
        };
        let blind = |place: NodeIndex| reach.node(place).is_none_or(|node| ON_THE_WAY.contains(&node.kind.as_str()));
        reach.complete &= !reach.ends.keys().any(|(place, carries)| *carries && blind(*place));
        reach.serving = reach.serving();
        reach
    }

    /// Whether requests from the internet get to a node: no only where nothing can.
    pub fn on_request_path(&self, id: &str) -> Option<bool> {
        if self.serving.contains(id) {
            return Some(true);
        }
        (self.complete && !self.find(id)?.within_reach).then_some(false)
    }

    fn node(&self, place: NodeIndex) -> Option<&'g Node> {
        self.net.node_weight(place).copied()
    }

    fn find(&self, id: &str) -> Option<&'g Node> {
        self.places.get(id).and_then(|place| self.node(*place))
    }

    /// What certainly serves requests that come in at a node: itself and what is behind it, in the order of a request.
    pub fn behind(&self, id: &str) -> Vec<&'g Node> {
        let places = self.places.get(id).map(|start| self.walk(*start, Walk::Sure)).unwrap_or_default();
        places.into_iter().filter_map(|place| self.node(place)).collect()
    }

    /// Everything that certainly serves requests, whichever way they come in.
    fn serving(&self) -> LookupSet<&'g str> {
        let entries = self.net.node_indices().filter(|place| self.node(*place).is_some_and(|node| node.entry));
        let behind = entries.flat_map(|entry| self.walk(entry, Walk::Sure));
        behind.filter_map(|place| self.node(place)).map(|node| node.id.as_str()).collect()
    }

    /// Why not all that certainly is behind a way in is known; nothing where it is.
    pub fn unknown_behind(&self, id: &str) -> Option<String> {
        self.first_unread(id, Walk::Sure)
    }

    /// Why not all that may lie behind a way in is known; nothing where it is.
    pub fn unknown_around(&self, id: &str) -> Option<String> {
        self.first_unread(id, Walk::All)
    }

    fn first_unread(&self, id: &str, walk: Walk) -> Option<String> {
        self.walk(*self.places.get(id)?, walk).into_iter().find_map(|place| self.unread(place))
    }

    /// What may lie behind a way in, of which it is not known what the loss of a zone does to it.
    pub fn unjudged(&self, id: &str) -> Option<&'g Node> {
        let start = self.places.get(id)?;
        let nodes = self.walk(*start, Walk::All).into_iter().filter_map(|place| self.node(place));
        nodes.into_iter().find(|node| node.losses.is_none())
    }

    fn unread(&self, place: NodeIndex) -> Option<String> {
        let (why, node) = (self.ends.get(&(place, true))?, self.node(place)?);
        Some(format!("{}: {why}", node.name))
    }

    /// What may serve requests that come in at a node, in their order; and whether each of it certainly does.
    pub fn chain(&self, id: &str) -> Vec<(&'g Node, bool)> {
        let Some(start) = self.places.get(id) else { return Vec::new() };
        let sure: BTreeSet<NodeIndex> = self.walk(*start, Walk::Sure).into_iter().collect();
        let places = self.walk(*start, Walk::All).into_iter();
        places.filter_map(|place| Some((self.node(place)?, sure.contains(&place)))).collect()
    }

    /// What certainly serves requests that come in at a node and that nothing replaces.
    pub fn needed(&self, id: &str) -> Vec<&'g Node> {
        let places = self.places.get(id).map(|start| self.walk(*start, Walk::Needed)).unwrap_or_default();
        places.into_iter().filter_map(|place| self.node(place)).collect()
    }

    /// Zones whose loss stops or weakens something that may lie behind a way in; a failover does neither for long.
    pub fn zones_at_risk(&self, id: &str) -> BTreeSet<&'g str> {
        let Some(start) = self.places.get(id) else { return BTreeSet::new() };
        let nodes = self.walk(*start, Walk::All).into_iter().filter_map(|place| self.node(place));
        let losses = nodes.flat_map(|node| node.losses.iter().flatten());
        losses.filter(|loss| !loss.outcome.goes_on()).map(|loss| loss.zone.as_str()).collect()
    }

    /// What certainly becomes of requests when a zone is lost, whatever else they may depend on.
    pub fn sure_fate(&self, id: &str, zone: &str) -> ZoneLossOutcome<'g> {
        self.places.get(id).map_or_else(ZoneLossOutcome::survival, |start| self.sure_fate_at(*start, zone))
    }

    /// What becomes of requests that come in at a node when a zone is lost.
    pub fn fate(&self, id: &str, zone: &str) -> ZoneLossOutcome<'g> {
        match self.places.get(id) {
            Some(start) => self.fate_at(*start, zone),
            None => ZoneLossOutcome::unclear(format!("{id} could not be read")),
        }
    }

    fn sure_fate_at(&self, start: NodeIndex, zone: &str) -> ZoneLossOutcome<'g> {
        let key = (start, zone.to_owned());
        let known = self.sure_fates.borrow().get(&key).cloned();
        match known {
            Some(Some(told)) => return self.fate_of(told, zone),
            Some(None) => {
                let name = self.node(start).map_or("", |node| node.name.as_str());
                return ZoneLossOutcome::unclear(format!("the origins of {name} lead back to it"));
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

    fn fate_of(&self, told: Told, zone: &str) -> ZoneLossOutcome<'g> {
        let hop = told.hop.and_then(|place| {
            let node = self.node(place)?;
            let loss = node.losses.iter().flatten().find(|loss| loss.zone == zone)?;
            Some((node, loss.why.as_str()))
        });
        ZoneLossOutcome { outcome: told.outcome, hop, unclear: told.unclear }
    }

    fn find_sure_fate(&self, start: NodeIndex, zone: &str) -> ZoneLossOutcome<'g> {
        let mut fate = ZoneLossOutcome::survival();
        for place in self.walk(start, Walk::Needed) {
            fate = fate.worse(self.own_fate(place, zone));
            for members in self.alternatives(place).values() {
                fate = fate.worse(self.best_of(members, zone, self.redirected(place)));
            }
        }
        fate
    }

    fn fate_at(&self, start: NodeIndex, zone: &str) -> ZoneLossOutcome<'g> {
        let mut fate = self.sure_fate_at(start, zone);
        let sure: BTreeSet<NodeIndex> = self.walk(start, Walk::Sure).into_iter().collect();
        for place in self.walk(start, Walk::All).into_iter().filter(|place| !sure.contains(place)) {
            let own = self.own_fate(place, zone);
            fate = match own.outcome {
                Some(outcome) if outcome.goes_on() => fate.worse(own),
                _ => fate.worse(self.doubt(place, own)),
            };
        }
        fate
    }

    fn own_fate(&self, place: NodeIndex, zone: &str) -> ZoneLossOutcome<'g> {
        let Some(node) = self.node(place) else { return ZoneLossOutcome::survival() };
        let own = match &node.losses {
            None => {
                ZoneLossOutcome::unclear(format!("what the loss of a zone does to {} could not be told", node.name))
            }
            Some(losses) => losses
                .iter()
                .find(|loss| loss.zone == zone)
                .map_or_else(ZoneLossOutcome::survival, |loss| ZoneLossOutcome::of(node, loss)),
        };
        match self.unread(place) {
            Some(why) => own.worse(ZoneLossOutcome::unclear(why)),
            None => own,
        }
    }

    /// Something that only may be used, and would not go on: it isn't known.
    fn doubt(&self, place: NodeIndex, own: ZoneLossOutcome<'g>) -> ZoneLossOutcome<'g> {
        let name = self.node(place).map_or("", |node| node.name.as_str());
        let why = own.hop.map_or_else(|| own.unclear.unwrap_or_default(), |(_, why)| why.to_owned());
        ZoneLossOutcome::unclear(format!("whether it depends on {name} can't be told from security groups ({why})"))
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

    /// The best that can be said of requests that have to go to another member. CloudFront fails over for reading alone,
    /// so a write that needed the first origin is lost; accelerators and DNS send all requests elsewhere.
    fn redirected(&self, place: NodeIndex) -> Outcome {
        let reads_alone = self.node(place).is_some_and(|node| node.kind == "cloudfront.distribution");
        if reads_alone { Outcome::Degraded } else { Outcome::FailsOver }
    }

    /// Of several members the best one counts, and nothing that had to go to another one is better than `redirected`.
    fn best_of(&self, members: &BTreeSet<NodeIndex>, zone: &str, redirected: Outcome) -> ZoneLossOutcome<'g> {
        let fates: Vec<ZoneLossOutcome> = members.iter().map(|member| self.sure_fate_at(*member, zone)).collect();
        if let Some(unclear) = fates.iter().find(|fate| fate.outcome.is_none()) {
            return unclear.clone();
        }
        let best = fates.iter().filter_map(|fate| fate.outcome).min();
        let worst = fates.into_iter().max_by_key(|fate| fate.outcome);
        match (best, worst) {
            (Some(best), Some(worst)) if worst.outcome.is_some_and(|worst| worst > best && !worst.goes_on()) => {
                ZoneLossOutcome { outcome: Some(best.max(redirected)), ..worst }
            }
            (_, worst) => worst.unwrap_or_else(ZoneLossOutcome::survival),
        }
    }

    /// The regions of the origins of each origin group; none where one of them can't be told, as that of a bucket of
    /// another account.
    pub fn regions_by_group(&self, id: &str) -> Option<Vec<BTreeSet<&'g str>>> {
        let start = *self.places.get(id)?;
        let groups =
            self.walk(start, Walk::Needed).into_iter().flat_map(|place| self.alternatives(place).into_values());
        let region =
            |member: NodeIndex| self.node(member).map(|node| node.region.as_str()).filter(|name| *name != GLOBAL);
        groups.map(|members| members.into_iter().map(region).collect()).collect()
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
