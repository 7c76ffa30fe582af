//! What leads where in an account: names to distributions and load balancers, those to servers, servers to their data.
//!
//! Plain data: `derive` draws the graph from a snapshot's facts, `dot` and `mermaid` make pictures of it. Where something
//! could not be read the graph ends with an [`End`], so that "nothing behind it" is never said of something unread.
//! It knows no rule and no AWS SDK.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::loss::{Basis, Capacity, Downtime, Loss, Outcome};
use crate::confidence::Confidence;

/// What leads where.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Graph {
    /// What there is, by id.
    pub nodes: Vec<Node>,
    /// What leads where, by both ends.
    pub edges: Vec<Edge>,
    /// Where the graph ends because something could not be read.
    pub ends: Vec<End>,
}

/// Something that others lead to, or that leads to others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Its ARN, or what else names it alone.
    pub id: String,
    /// A kind of the vocabulary; or `listener`, `address`, `interfaces`: what only other resources' facts name.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// Its region, or "global".
    pub region: String,
    /// The account that owns it.
    pub account: String,
    /// Its VPC; null where it is in none, or where that is not known.
    pub vpc: Option<String>,
    /// Zones that it is in, by name: empty where it is in all or none, null where that can't be told.
    pub zones: Option<Vec<String>>,
    /// Zones whose loss it does not survive unharmed; null where that can't be told.
    pub losses: Option<Vec<Loss>>,
    /// Whether it is a public entry point.
    pub entry: bool,
    /// Whether a request may get here, be it on a way that is not drawn and that nothing rules out.
    pub within_reach: bool,
}

/// One thing leads to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    /// The node that leads.
    pub from: String,
    /// The node that it leads to.
    pub to: String,
    /// How.
    pub relation: Relation,
    /// The fact of the API that says so.
    pub source: String,
    /// How sure that is.
    pub confidence: Confidence,
    /// Whether it is in use: a weight above zero, a healthy target, a mapping that is switched on.
    pub active: bool,
    /// The origin group, where another of the same group can replace it.
    pub alternative: Option<String>,
}

/// How one thing leads to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// A name leads to it.
    Resolves,
    /// It hands requests on to it.
    Forwards,
    /// It is a member of it.
    Joins,
    /// It may open connections to it.
    Calls,
    /// It hands its messages to it.
    Feeds,
    /// It is in the zone, or its packets leave by it.
    Leaves,
    /// It inspects its requests.
    Guards,
    /// It watches a metric of it.
    Watches,
}

impl Relation {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Resolves => "resolves",
            Self::Forwards => "forwards",
            Self::Joins => "joins",
            Self::Calls => "calls",
            Self::Feeds => "feeds",
            Self::Leaves => "leaves",
            Self::Guards => "guards",
            Self::Watches => "watches",
        }
    }

    /// Whether a request may go on that way.
    pub const fn carries_requests(self) -> bool {
        matches!(self, Self::Resolves | Self::Forwards | Self::Joins | Self::Calls)
    }
}

/// Where the graph ends because something could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// The node behind which more may lie.
    pub node: String,
    /// How it may lead there.
    pub relation: Relation,
    /// What is not known.
    pub why: String,
}

impl Graph {
    /// Whether there is nothing in it.
    pub const fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}
