//! What a resource leads to, and what leads to it.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::question::{Asked, Page, Paging, Question};
use waaudit_model::error::Failure;
use waaudit_model::topology::graph::{Edge, End, Graph, Node};

/// An error names so many resources that may be meant.
const MOST_MEANT: usize = 10;

/// Which resource.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Neighbours {
    /// Its ARN, id or name, whole.
    resource: String,
    #[serde(flatten)]
    paging: Paging,
}

/// A resource with what is next to it in the graph.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Neighbourhood {
    /// The resource.
    resource: Node,
    /// What leads from or to it.
    edges: Page<Edge>,
    /// The other ends of these edges.
    nodes: Vec<Node>,
    /// Where more may be next to it that could not be read.
    ends: Vec<End>,
}

impl Question for Neighbours {
    const NAME: &'static str = "neighbours";
    const ABOUT: &'static str = "What a resource leads to and what leads to it, one step in each direction: names, load balancers, servers, \
         data stores, alarms. Needs a snapshot or a scan.";
    type Answer = Neighbourhood;

    fn answer(self, asked: &Asked) -> Result<Neighbourhood, Failure> {
        let account = asked.account()?;
        let graph = &account.inventory("the graph")?.graph;
        let node = meant(graph, &self.resource)?;
        let own: Vec<&Edge> = graph.edges.iter().filter(|edge| edge.from == node.id || edge.to == node.id).collect();
        let edges = asked.page(&self.paging, &account, own)?.map(Clone::clone);
        let others: BTreeSet<&str> = edges
            .items
            .iter()
            .flat_map(|edge| [edge.from.as_str(), edge.to.as_str()])
            .filter(|id| *id != node.id)
            .collect();
        let nodes = graph.nodes.iter().filter(|node| others.contains(node.id.as_str())).cloned().collect();
        let nodes = asked.first(nodes, "ask for fewer with `limit`");
        let ends = graph.ends.iter().filter(|end| end.node == node.id).cloned().collect();
        Ok(Neighbourhood { resource: node.clone(), edges, nodes, ends })
    }
}

/// The one node that is named.
fn meant<'g>(graph: &'g Graph, name: &str) -> Result<&'g Node, Failure> {
    if let Some(node) = graph.nodes.iter().find(|node| node.id == name) {
        return Ok(node);
    }
    let is_named = |node: &&Node| node.name == name || last_part(&node.id) == name;
    let named: Vec<&Node> = graph.nodes.iter().filter(is_named).collect();
    match named.as_slice() {
        [one] => Ok(one),
        [] => Err(Failure::new(format!("nothing in the graph is called `{name}`")).help(alike(graph, name))),
        many => Err(Failure::new(format!("several resources are called `{name}`")).help(first(many.iter().copied()))),
    }
}

fn last_part(id: &str) -> &str {
    id.rsplit(['/', ':']).next().unwrap_or(id)
}

fn alike(graph: &Graph, name: &str) -> String {
    let name = name.to_lowercase();
    let has_part = |node: &&Node| [&node.name, &node.id].iter().any(|text| text.to_lowercase().contains(&name));
    let listed = first(graph.nodes.iter().filter(has_part));
    let nothing = "an ARN, id or name from the tools findings or simulate_zone_loss".to_owned();
    if listed.is_empty() { nothing } else { listed }
}

fn first<'g>(nodes: impl Iterator<Item = &'g Node>) -> String {
    nodes.take(MOST_MEANT).map(|node| node.id.as_str()).collect::<Vec<_>>().join(", ")
}
