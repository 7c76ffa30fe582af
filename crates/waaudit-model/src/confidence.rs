//! How sure something is: a rule of its verdict, the graph of what leads where.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How sure something is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A field says so.
    #[default]
    Exact,
    /// Derived, with few exceptions.
    Strong,
    /// A guess from several signs; it can't block a stage by itself.
    Heuristic,
}

impl Confidence {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Strong => "strong",
            Self::Heuristic => "heuristic",
        }
    }
}
