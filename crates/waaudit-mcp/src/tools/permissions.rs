//! The IAM policy that a scan needs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::question::{Asked, Question};
use waaudit_judge::selection::Selection;
use waaudit_model::error::Failure;

/// Which rules to scan by; all, where nothing is named.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Permissions {
    /// Only rules of these areas, as `multi-az`.
    #[serde(default)]
    areas: Vec<String>,
    /// Only these rules, as `multi-az/rds-instance`.
    #[serde(default)]
    rules: Vec<String>,
    /// All but these rules.
    #[serde(default)]
    skip_rules: Vec<String>,
}

/// A policy.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Policy {
    /// The policy document, with read-only actions alone.
    policy: Value,
}

impl Question for Permissions {
    const NAME: &'static str = "permissions";
    const ABOUT: &'static str = "The IAM policy that a scan needs, by all rules or by some. It is printed for the user; nothing is changed in AWS.";
    type Answer = Policy;

    fn answer(self, asked: &Asked) -> Result<Policy, Failure> {
        let Self { areas, rules, skip_rules } = self;
        let selection = Selection { areas, rules, skip_rules, folders: Vec::new() };
        Ok(Policy { policy: (asked.accounts.permissions)(&selection)? })
    }
}
