//! The form of `[fix]` in a rule file: commands, the facts after them, and what they buy.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::terms::FixFlag;

/// Remediation: one command, or several steps.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FixFile {
    /// A command to paste; `{…}` holds an expression.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub cli: Option<Spanned<String>>,
    /// Commands in the order in which they are run, in place of `cli`.
    #[serde(default)]
    pub steps: Vec<StepFile>,
    /// The Terraform attribute.
    pub terraform: String,
    /// What it brings with it.
    #[serde(default)]
    pub flags: Vec<FixFlag>,
    /// The facts that it changes, for `waaudit simulate plan`. Without it, a plan can't say what comes of the fix.
    #[serde(default)]
    pub after: Vec<AfterFile>,
    /// What it adds to the bill.
    #[serde(default)]
    pub buys: Vec<PurchaseFile>,
    /// Whether all failures of the rule are fixed by one change, such as a module of alarms.
    #[serde(default)]
    pub together: bool,
}

/// One command of several.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepFile {
    /// CEL: whether the command fits the cause that was found; always where it is absent.
    #[serde(default, rename = "if")]
    #[schemars(with = "Option<String>")]
    pub only_if: Option<Spanned<String>>,
    /// A command to paste; `{…}` holds an expression.
    #[schemars(with = "String")]
    pub run: Spanned<String>,
}

/// Facts that a fix changes, of the judged resource or of others that it names.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AfterFile {
    /// CEL: whether the change belongs to the cause that was found; always where it is absent.
    #[serde(default, rename = "if")]
    #[schemars(with = "Option<String>")]
    pub only_if: Option<Spanned<String>>,
    /// The kind of the resources that change; the judged resource itself where it is absent.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub kind: Option<Spanned<String>>,
    /// CEL: the ids or ARNs of those resources, which are in the region of the judged one.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub named: Option<Spanned<String>>,
    /// CEL by fact: its value afterwards. `r` is the judged resource, `zones` the Availability Zones in use in its region. A
    /// name such as `cpu_percent_p95.value` sets one field of a fact.
    #[schemars(with = "BTreeMap<String, String>")]
    pub set: BTreeMap<String, Spanned<String>>,
}

/// Something that a fix adds to the bill.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PurchaseFile {
    /// CEL: whether it is bought for the cause that was found; always where it is absent.
    #[serde(default, rename = "if")]
    #[schemars(with = "Option<String>")]
    pub only_if: Option<Spanned<String>>,
    /// Its name in the price table, `nat-gateway`; `{…}` holds an expression.
    #[schemars(with = "String")]
    pub item: Spanned<String>,
    /// CEL: how many; one where it is absent.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub count: Option<Spanned<String>>,
}
