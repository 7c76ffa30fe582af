//! What headroom says: plain data that a report carries.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far the hops of an account's paths are from their limits.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Headroom {
    /// Limits with today's peaks, the one that is reached first first.
    pub limits: Vec<HopLimit>,
    /// Public ways in, by id.
    pub ways_in: Vec<WayIn>,
    /// Limits that could not be compared with a peak, and what is missing.
    pub not_computed: Vec<NotComputed>,
}

/// One limit of one hop, and how far today's peak is from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HopLimit {
    /// The resource's ARN, or what else names it alone.
    pub node: String,
    /// Its kind.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// Its region, or "global".
    pub region: String,
    /// What is limited.
    pub resource: Limited,
    /// The most that was in use.
    pub peak: Peak,
    /// How much there may be.
    pub limit: Bound,
    /// Share of the limit, 0 to 1, that may be in use before it counts as saturated: below 1 where waiting begins early.
    pub target: f64,
    /// How many times today's peak saturate it: target × limit ÷ peak. Below 1, today's peak is above the target already.
    pub multiple: f64,
    /// How many times today's peak fill it: limit ÷ peak.
    pub multiple_at_limit: f64,
    /// What happens then.
    pub then: Consequence,
    /// What is assumed beyond what was read, in words.
    pub assumptions: Vec<String>,
    /// Ids of the public ways in whose requests pass it; null where no API says
    /// which do, as of queues and tables, and where security groups merely allow it.
    pub ways_in: Option<Vec<String>>,
}

/// What can be used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Limited {
    /// IPv4 addresses of a subnet.
    Addresses,
    /// Capacity units of Aurora Serverless.
    CapacityUnits,
    /// Runs of functions at once.
    Concurrency,
    /// Clients or sessions at once.
    Connections,
    /// CPU.
    Cpu,
    /// Messages that were received and neither deleted nor given back.
    InFlightMessages,
    /// Operations on storage per second.
    Iops,
    /// Memory for data.
    Memory,
    /// Messages per second.
    MessagesPerSecond,
    /// Connections through a NAT gateway to one destination.
    NatConnections,
    /// Units that were provisioned, of the fullest of a table and its indexes.
    ProvisionedUnits,
    /// Read units per second.
    ReadUnits,
    /// Requests per second.
    RequestsPerSecond,
    /// Throughput of shards.
    ShardThroughput,
    /// MiB per second.
    Throughput,
    /// vCPUs of a quota.
    Vcpus,
    /// Write units per second.
    WriteUnits,
}

/// The most that was in use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Peak {
    /// The number.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// The fact that says so, `rds.db_instance:connections_max`.
    pub fact: String,
    /// How the points became one number.
    pub statistic: String,
    /// The days that were looked at; null for a count at the time of the scan.
    pub window_days: Option<i64>,
}

/// How much there may be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// The number, in the peak's unit.
    pub value: f64,
    /// Where it comes from.
    pub source: Source,
    /// The quota's code, the class, the fact or the page that says so.
    pub reference: String,
    /// Whether it is widely published, but was not read on a page of AWS.
    pub assumed: bool,
}

/// Where a limit comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A quota as it applies to the account.
    QuotaInForce,
    /// What its owner set.
    Configured,
    /// What its instance class or node type gives, as it was read from the account.
    InstanceClass,
    /// What a page of AWS says.
    Documented,
}

/// What happens when a limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Consequence {
    /// Requests are answered with an error that asks for a later try.
    Throttled,
    /// Requests wait.
    Queued,
    /// Connections or launches fail.
    Refused,
    /// Answers take longer.
    Slow,
    /// It goes on, at a price.
    Expensive,
}

/// A limit that could not be compared with a peak.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotComputed {
    /// The resource's ARN, or what else names it alone.
    pub node: String,
    /// Its kind.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// Its region, or "global".
    pub region: String,
    /// What is limited; null where it is not known which limits it has.
    pub resource: Option<Limited>,
    /// What is missing: a fact, a metric, or a formula, by `why`.
    pub missing: String,
    /// Why it is missing.
    pub why: Missing,
    /// Ids of the public ways in whose requests pass it; null where no API says which do.
    pub ways_in: Option<Vec<String>>,
}

/// Why a limit could not be compared with a peak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// A fact was not read: a gap, or too few points of a metric.
    Unread,
    /// No scan asks for it yet.
    NotCollected,
    /// There is no formula for how it is set up.
    NoFormula,
    /// Nothing used it, so no multiple of today's use fills it.
    Idle,
}

/// A public way in, and which of its limits is reached first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WayIn {
    /// Its ARN.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The limit that is reached first, of those that could be computed; null where none could.
    pub first: Option<Bottleneck>,
    /// What keeps this from being the whole story, in words: hops that were not read, limits without a peak. Empty where
    /// everything behind the way in was computed.
    pub unknown: Vec<String>,
}

/// The limit that is reached first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bottleneck {
    /// `node` of the limit.
    pub node: String,
    /// What people call it.
    pub name: String,
    /// What is limited.
    pub resource: Limited,
    /// `multiple` of the limit.
    pub multiple: f64,
    /// `multiple_at_limit` of the limit.
    pub multiple_at_limit: f64,
}

impl HopLimit {
    /// Whether requests of a way in pass it.
    pub fn serves(&self, way_in: &str) -> bool {
        self.ways_in.as_ref().is_some_and(|ids| ids.iter().any(|id| id == way_in))
    }

    /// The limit in brief.
    pub fn as_bottleneck(&self) -> Bottleneck {
        Bottleneck {
            node: self.node.clone(),
            name: self.name.clone(),
            resource: self.resource,
            multiple: self.multiple,
            multiple_at_limit: self.multiple_at_limit,
        }
    }
}

impl Limited {
    /// What is limited, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Addresses => "free addresses",
            Self::CapacityUnits => "capacity units",
            Self::Concurrency => "concurrency",
            Self::Connections => "connections",
            Self::Cpu => "CPU",
            Self::InFlightMessages => "messages in flight",
            Self::Iops => "IOPS",
            Self::Memory => "memory",
            Self::MessagesPerSecond => "messages per second",
            Self::NatConnections => "NAT connections",
            Self::ProvisionedUnits => "provisioned units",
            Self::ReadUnits => "read units",
            Self::RequestsPerSecond => "requests per second",
            Self::ShardThroughput => "throughput of shards",
            Self::Throughput => "throughput",
            Self::Vcpus => "vCPUs",
            Self::WriteUnits => "write units",
        }
    }
}
