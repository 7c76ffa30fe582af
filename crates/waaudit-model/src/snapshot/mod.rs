//! The document between collecting and judging: what an account looked like at one moment.
//!
//! A snapshot is JSON on purpose: it is saved, stored, attached to a bug report, used as a fixture, and judged
//! again without credentials. It knows no AWS SDK, no rule and no verdict. A fact that could not be read is
//! an absent key; why it could not be read is a [`Gap`]. The cost is that facts are parsed again where a derivation
//! needs them typed.

mod resource_type;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use self::resource_type::{ResourceType, Tagged};
use crate::facts::Facts;
use crate::gap::{Gap, Gaps};

/// The version of the snapshot's form that is written. Version 1, which had a gap for each resource, is read too.
pub const SNAPSHOT_VERSION: u32 = 2;

/// The oldest version that is read.
const OLDEST_VERSION: u32 = 1;

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
        F::from_json(&self.facts)
    }
}

/// Takes out what snapshots once held beside what was collected: the graph, and what resources are a part of.
fn without_derived(document: &mut Value) {
    let Some(fields) = document.as_object_mut() else { return };
    fields.remove("graph");
    let resources = fields.get_mut("resources").and_then(Value::as_array_mut).into_iter().flatten();
    for resource in resources.filter_map(Value::as_object_mut) {
        resource.remove("owners");
    }
}

impl Snapshot {
    /// Reads a snapshot. An error says what does not fit: the version first, then the form, then the facts.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let mut document: Value =
            serde_json::from_str(text).map_err(|error| format!("not valid JSON (truncated?): {error}"))?;
        match document.get("snapshot_version").and_then(Value::as_u64) {
            Some(version) if (u64::from(OLDEST_VERSION)..=u64::from(SNAPSHOT_VERSION)).contains(&version) => {}
            Some(version) => return Err(format!("it has version {version}, not {SNAPSHOT_VERSION}")),
            None => return Err("it has no `snapshot_version`".to_owned()),
        }
        without_derived(&mut document);
        let mut snapshot: Self = serde_json::from_value(document).map_err(|error| error.to_string())?;
        snapshot.snapshot_version = SNAPSHOT_VERSION;
        snapshot.join_gaps();
        for resource in &mut snapshot.resources {
            resource.facts = crate::facts::complete(&resource.kind, &resource.facts)
                .map_err(|problem| format!("{} {}: {problem}", resource.kind, resource.id))?;
        }
        Ok(snapshot)
    }

    fn join_gaps(&mut self) {
        let gaps: Gaps = std::mem::take(&mut self.gaps).into_iter().collect();
        self.gaps = gaps.into_iter().collect();
        self.gaps.sort();
    }

    /// The resources of a kind.
    pub fn of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Resource> {
        self.resources.iter().filter(move |resource| resource.kind == kind)
    }

    /// Puts resources and gaps in their order, equal gaps as one, so that equal accounts give equal bytes.
    pub fn sort(&mut self) {
        self.resources.sort_by(|a, b| (&a.kind, &a.region, &a.id, &a.arn).cmp(&(&b.kind, &b.region, &b.id, &b.arn)));
        self.join_gaps();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Snapshot;

    #[test]
    fn a_snapshot_that_holds_what_was_derived_is_read_without_it() {
        let identity =
            json!({"id": "111122223333", "alias": null, "arn": "arn:aws:iam::111122223333:root", "partition": "aws"});
        let owner = json!({"kind": "account", "id": "shop", "tags": null});
        let topic = json!({
            "kind": "sns.topic", "arn": "arn:aws:sns:eu-west-1:111122223333:t", "id": "t", "name": null,
            "region": "eu-west-1", "account": "111122223333", "tags": {}, "facts": {}, "owners": [owner],
        });
        let mut old = json!({
            "snapshot_version": 1, "account": identity, "taken_at": "2026-03-10T12:00:00Z", "regions": ["eu-west-1"],
            "kinds": ["sns.topic"], "resources": [topic], "gaps": [],
            "graph": {"nodes": [], "edges": [], "ends": []},
        });
        let read = Snapshot::from_json(&old.to_string()).unwrap();
        old["resources"][0].as_object_mut().unwrap().remove("owners");
        old.as_object_mut().unwrap().remove("graph");
        assert_eq!(read, Snapshot::from_json(&old.to_string()).unwrap());
        assert_eq!(read.resources.len(), 1);
    }
}
