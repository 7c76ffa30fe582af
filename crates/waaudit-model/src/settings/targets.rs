//! What ways in have to withstand.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use crate::topology::graph::Outcome;

/// Every way in.
const ALL: &str = "*";

/// What ways in have to withstand, by their DNS name, name, id or ARN; `"*"` is for every way in that has no target of its
/// own: `"shop.example.com" = { zone_loss = "fails_over", grow = 10 }`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Targets(BTreeMap<String, Target>);

/// What one way in has to withstand.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Target {
    /// The worst outcome of a zone's loss that is accepted: `multi-az/zone-loss-target`.
    pub zone_loss: Option<Outcome>,
    /// How many times today's peak it has to serve: `scaling/growth-target`.
    #[serde(deserialize_with = "multiple")]
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    pub grow: Option<f64>,
}

impl Targets {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The target of a way in that is called by any of these names, the first that has one, and what it is set for.
    pub fn of<'t>(&'t self, names: &[&str]) -> Option<(&'t str, &'t Target)> {
        let own = names.iter().chain(&[ALL]).find_map(|name| self.0.get_key_value(*name));
        own.map(|(name, target)| (name.as_str(), target))
    }

    /// What targets are set for.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

fn multiple<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let number = Option::<f64>::deserialize(deserializer)?;
    match number {
        Some(number) if !(number > 0.0 && number.is_finite()) => {
            Err(serde::de::Error::custom(format!("`grow` is above 0, not {number}")))
        }
        other => Ok(other),
    }
}
