//! The graph in the making: nodes and edges by name, each once, however many facts speak of them.

use std::collections::{BTreeMap, BTreeSet};

use waaudit_model::confidence::Confidence;
use waaudit_model::snapshot::{AccountIdentity, Resource};
use waaudit_model::topology::graph::{Edge, End, Graph, Loss, Node, Relation};

/// The graph in the making.
pub(crate) struct Drawing<'a> {
    account: &'a AccountIdentity,
    nodes: BTreeMap<String, Node>,
    edges: BTreeMap<(String, String, Relation, Option<String>), Edge>,
    ends: BTreeSet<End>,
}

/// The place and state of a node.
pub(crate) struct Standing {
    /// Zones by name; none where they can't be told.
    pub(crate) zones: Option<Vec<String>>,
    /// What the loss of a zone does; none where that can't be told.
    pub(crate) losses: Option<Vec<Loss>>,
    /// The VPC's id.
    pub(crate) vpc: Option<String>,
    /// Whether users come in here.
    pub(crate) entry: bool,
}

/// What is in no zone or in all of them, and minds the loss of none.
impl Default for Standing {
    fn default() -> Self {
        Self { zones: Some(Vec::new()), losses: Some(Vec::new()), vpc: None, entry: false }
    }
}

/// One sort of edge.
#[derive(Clone)]
pub(crate) struct How {
    relation: Relation,
    source: &'static str,
    confidence: Confidence,
    active: bool,
    alternative: Option<String>,
}

impl How {
    /// An edge that is in use, since a field says so.
    pub(crate) const fn new(relation: Relation, source: &'static str) -> Self {
        Self { relation, source, confidence: Confidence::Exact, active: true, alternative: None }
    }

    pub(crate) const fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    pub(crate) const fn active(mut self, active: bool) -> Self {
        self.active = active;
        self
    }

    pub(crate) fn instead(mut self, group: Option<&str>) -> Self {
        self.alternative = group.map(str::to_owned);
        self
    }
}

impl<'a> Drawing<'a> {
    pub(crate) const fn new(account: &'a AccountIdentity) -> Self {
        Self { account, nodes: BTreeMap::new(), edges: BTreeMap::new(), ends: BTreeSet::new() }
    }

    /// Adds a node for a resource of the vocabulary.
    pub(crate) fn resource(&mut self, resource: &Resource, standing: Standing) {
        let name = resource.name.as_ref().filter(|name| !name.is_empty()).unwrap_or(&resource.id);
        self.add(&resource.arn, &resource.kind, name, &resource.region, standing);
    }

    /// Adds a bucket and names its node. Whether it is among those that were read or not, it is one of that name alone.
    pub(crate) fn bucket(&mut self, name: &str, region: &str) -> String {
        let id = format!("arn:{}:s3:::{name}", self.account.partition);
        if !self.has(&id) {
            self.add(&id, "s3.bucket", name, region, Standing::default());
        }
        id
    }

    /// Adds a node.
    pub(crate) fn add(&mut self, id: &str, kind: &str, name: &str, region: &str, standing: Standing) {
        let Standing { zones, losses, vpc, entry } = standing;
        let (id, kind, name) = (id.to_owned(), kind.to_owned(), name.to_owned());
        let (region, account) = (region.to_owned(), self.account.id.clone());
        let node = Node { id: id.clone(), kind, name, region, account, vpc, zones, losses, entry, within_reach: true };
        self.nodes.insert(id, node);
    }

    /// The ids of nodes of which something is true.
    pub(crate) fn those(&self, test: impl Fn(&Node) -> bool) -> BTreeSet<String> {
        self.nodes.values().filter(|node| test(node)).map(|node| node.id.clone()).collect()
    }

    /// Where the edges of a node lead that requests may take, in use or not.
    pub(crate) fn leads_to(&self, node: &str) -> Vec<String> {
        let own = (node.to_owned(), String::new(), Relation::Resolves, None);
        let edges = self.edges.range(own..).take_while(|((from, ..), _)| from == node);
        edges.filter(|(_, edge)| edge.relation.carries_requests()).map(|(_, edge)| edge.to.clone()).collect()
    }

    /// Leaves within reach what a request may get to, and nothing else.
    pub(crate) fn reach(&mut self, reached: &BTreeSet<String>) {
        for node in self.nodes.values_mut() {
            node.within_reach = reached.contains(&node.id);
        }
    }

    pub(crate) fn has(&self, id: &str) -> bool {
        self.nodes.contains_key(id)
    }

    /// What people call a node.
    pub(crate) fn name<'n>(&'n self, id: &'n str) -> &'n str {
        self.nodes.get(id).map_or(id, |node| &node.name)
    }

    /// One node leads to another. The surest of several facts wins.
    pub(crate) fn link(&mut self, from: &str, to: &str, how: &How) {
        if from == to || !self.has(from) || !self.has(to) {
            return;
        }
        let key = (from.to_owned(), to.to_owned(), how.relation, how.alternative.clone());
        let (from, to, source) = (from.to_owned(), to.to_owned(), how.source.to_owned());
        let (relation, alternative) = (how.relation, how.alternative.clone());
        let edge = Edge { from, to, relation, source, confidence: how.confidence, active: how.active, alternative };
        let rank = |edge: &Edge| (!edge.active, edge.confidence);
        match self.edges.get(&key) {
            Some(known) if rank(known) <= rank(&edge) => {}
            _ => drop(self.edges.insert(key, edge)),
        }
    }

    /// One node leads to another if that was found. Where it is not among all that there are, it is gone; where some
    /// may be missing, the graph ends.
    pub(crate) fn lead(&mut self, from: &str, to: &str, exists: Option<bool>, how: &How, what: &str) {
        match (self.has(to), exists) {
            (true, _) => self.link(from, to, how),
            (false, Some(false)) => {}
            (false, _) => self.end(from, how.relation, &format!("{what} could not be read")),
        }
    }

    /// Behind a node is what could not be read.
    pub(crate) fn end(&mut self, node: &str, relation: Relation, why: &str) {
        if self.has(node) {
            self.ends.insert(End { node: node.to_owned(), relation, why: why.to_owned() });
        }
    }

    pub(crate) fn finish(self) -> Graph {
        Graph {
            nodes: self.nodes.into_values().collect(),
            edges: self.edges.into_values().collect(),
            ends: self.ends.into_iter().collect(),
        }
    }
}
