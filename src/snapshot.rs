//! The document between collecting and judging: what an account looked like at one moment.
//!
//! A snapshot is JSON on purpose: it is saved, stored, attached to a bug report, used as a fixture, and judged
//! again without credentials. It knows no AWS SDK, no rule and no verdict. A fact that could not be read is
//! an absent key; why it could not be read is a [`Gap`]. The cost is that facts are parsed again where a join
//! needs them typed.

mod resource_type;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use self::resource_type::{ResourceType, Tagged};
use crate::facts::Facts;
use crate::graph::Graph;

/// The version of the snapshot's form; another one is refused.
pub const SNAPSHOT_VERSION: u32 = 1;

/// The region of resources that belong to no region.
pub const GLOBAL: &str = "global";

/// What an account looked like at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// The version of this form: [`SNAPSHOT_VERSION`].
    pub snapshot_version: u32,
    /// Whose account it is.
    pub account: AccountIdentity,
    /// When collecting began, RFC 3339.
    #[schemars(with = "String")]
    pub taken_at: Timestamp,
    /// The regions that were looked at, sorted.
    pub regions: Vec<String>,
    /// The kinds that were looked for; of any other kind the snapshot says nothing.
    pub kinds: BTreeSet<String>,
    /// What was found, sorted by kind, region and id.
    pub resources: Vec<Resource>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// Tagged resources by type and region, of all types, so that a report can name what no rule looks at; null in
    /// snapshots from before they were counted. Source: `tag:GetResources`.
    #[serde(default)]
    pub tagged: Option<Vec<Tagged>>,
    /// What was asked of CloudWatch; none where no rule needed it or it was left out.
    #[serde(default)]
    pub metrics: Option<MetricsAsked>,
    /// Derived: what leads where. Empty in a snapshot as it was collected.
    #[serde(default, skip_serializing_if = "Graph::is_empty")]
    pub graph: Graph,
    /// What collecting took; null where it was not counted.
    #[serde(default)]
    pub effort: Option<Effort>,
}

/// What was asked of CloudWatch, which bills by the metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MetricsAsked {
    /// Metrics that `cloudwatch:GetMetricData` was asked for.
    pub requested: usize,
    /// What that costs by the public price of us-east-1, in US dollars.
    pub estimated_usd: f64,
}

/// US dollars for a metric: <https://aws.amazon.com/cloudwatch/pricing/>, `GetMetricData`, 0.01 for 1,000.
const USD_A_METRIC: f64 = 0.01 / 1000.0;

impl MetricsAsked {
    /// So many metrics and their price.
    #[allow(clippy::cast_precision_loss, reason = "counts of metrics are far below 2^52")]
    pub fn new(requested: usize) -> Self {
        Self { requested, estimated_usd: requested as f64 * USD_A_METRIC }
    }
}

/// What collecting took.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Effort {
    /// Requests sent, by the IAM action they need; a call that was tried again counts as often.
    pub calls: BTreeMap<String, u64>,
    /// From the first request to the end of the scan, in milliseconds.
    pub milliseconds: u64,
}

/// Whose account it is. Source: `sts:GetCallerIdentity`, `iam:ListAccountAliases`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountIdentity {
    /// Twelve digits.
    pub id: String,
    /// Its alias, if it has one and it could be read.
    pub alias: Option<String>,
    /// Who asked: the caller's ARN.
    pub arn: String,
    /// aws, aws-cn or aws-us-gov.
    pub partition: String,
}

/// One resource and what is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// The kind, `rds.db_instance`.
    pub kind: String,
    /// The ARN, or for what has none, an id of the same form.
    pub arn: String,
    /// What its owner calls it by: the id or name that AWS's commands take.
    pub id: String,
    /// A friendlier name, if it has one (usually the Name tag).
    pub name: Option<String>,
    /// The region, or "global".
    pub region: String,
    /// The owning account.
    pub account: String,
    /// Tags; null where they could not be read.
    pub tags: Option<BTreeMap<String, String>>,
    /// Facts by name, in the form of the kind's struct in `facts`. An absent key is an unread fact.
    pub facts: Map<String, Value>,
    /// Why facts are unread that no gap explains, by fact: a measurement with too few points, or one that was left out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unread: BTreeMap<String, String>,
    /// Derived: what it is a part of, as far as that is known: its cluster, its group, the account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<Owner>,
}

/// A name with the id in parentheses, or the id alone.
pub fn label(name: Option<&str>, id: &str) -> String {
    match name {
        Some(name) if name != id && !name.is_empty() => format!("{name} ({})", shortened(id)),
        _ => id.to_owned(),
    }
}

/// The first block of a UUID, which tells two resources of one name apart.
fn shortened(id: &str) -> String {
    let is_uuid = id.len() == 36 && id.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    match id.split_once('-').filter(|_| is_uuid) {
        Some((first, _)) => format!("{first}-…"),
        None => id.to_owned(),
    }
}

/// What a resource is a part of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// Its kind.
    pub kind: String,
    /// Its id; the alias of an account.
    pub id: String,
    /// Its tags; null where they could not be read, or where it can have none.
    pub tags: Option<BTreeMap<String, String>>,
}

impl Resource {
    /// What a reader calls it: its name with the id in parentheses (a UUID cut short), or the id where that is all it has.
    pub fn label(&self) -> String {
        label(self.name.as_deref(), &self.id)
    }

    /// The facts as their struct. An error means that the snapshot does not fit this version's vocabulary.
    pub fn facts<F: Facts>(&self) -> Result<F, serde_json::Error> {
        F::deserialize(&self.facts)
    }
}

/// An API action that could not be done, where, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// The service, `rds`.
    pub service: String,
    /// The API operation, `DescribeDBInstances`.
    pub operation: String,
    /// The IAM action that it needs, `rds:DescribeDBInstances`.
    pub action: String,
    /// The region, or "global".
    pub region: String,
    /// Why.
    pub reason: GapReason,
    /// What AWS said, with its error code.
    pub message: String,
    /// AWS's request id, if there was an answer.
    pub request_id: Option<String>,
    /// The kinds that lack something by it.
    pub kinds: Vec<String>,
    /// The one resource that lacks something, by ARN; null where whole resources may be missing.
    pub resource: Option<String>,
}

/// Why an API action could not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GapReason {
    /// The caller may not.
    Denied,
    /// AWS answered "too fast" until the attempts were used up.
    Throttled,
    /// No answer in time.
    TimedOut,
    /// The time for the whole run was over before it was asked or answered.
    OutOfTime,
    /// The service does not exist in that region: nothing can be missing.
    NotInRegion,
    /// The account has not enabled the region or the service.
    OptInRequired,
    /// The credentials ran out on the way.
    CredentialsExpired,
    /// No connection.
    Unreachable,
    /// The call costs money and was not allowed.
    Billed,
    /// The answer could not be understood.
    Unreadable,
    /// AWS answered with another error.
    Failed,
}

impl GapReason {
    /// In words, after "could not be read: ".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Denied => "access denied",
            Self::Throttled => "throttled until the attempts were used up",
            Self::TimedOut => "timed out",
            Self::OutOfTime => "not read before the scan ended",
            Self::NotInRegion => "service not in this region",
            Self::OptInRequired => "region or service not enabled for the account",
            Self::CredentialsExpired => "credentials expired on the way",
            Self::Unreachable => "no connection",
            Self::Billed => "costs money and was not allowed (--billed-calls)",
            Self::Unreadable => "answer could not be understood",
            Self::Failed => "AWS answered with an error",
        }
    }
}

impl Snapshot {
    /// Reads a snapshot. An error says what does not fit: the version first, then the form, then the facts.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let document: Value =
            serde_json::from_str(text).map_err(|error| format!("not valid JSON (truncated?): {error}"))?;
        match document.get("snapshot_version").and_then(Value::as_u64) {
            Some(version) if version == u64::from(SNAPSHOT_VERSION) => {}
            Some(version) => return Err(format!("it has version {version}, not {SNAPSHOT_VERSION}")),
            None => return Err("it has no `snapshot_version`".to_owned()),
        }
        let mut snapshot: Self = serde_json::from_value(document).map_err(|error| error.to_string())?;
        for resource in &mut snapshot.resources {
            resource.facts = crate::facts::complete(&resource.kind, &resource.facts)
                .map_err(|problem| format!("{} {}: {problem}", resource.kind, resource.id))?;
        }
        Ok(snapshot)
    }

    /// The resources of a kind.
    pub fn of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Resource> {
        self.resources.iter().filter(move |resource| resource.kind == kind)
    }

    /// Puts resources and gaps in their order, so that equal accounts give equal bytes.
    pub fn sort(&mut self) {
        self.resources.sort_by(|a, b| (&a.kind, &a.region, &a.id, &a.arn).cmp(&(&b.kind, &b.region, &b.id, &b.arn)));
        self.gaps.sort();
        self.gaps.dedup();
    }
}
