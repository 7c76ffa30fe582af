//! The table of limits: one row for each kind and resource, which says how today's peak and the limit are read from facts.
//!
//! A row reads a fixed set of facts and names the first that is missing. It falls back on nothing: with another fact in
//! place of a missing one, knowing less could make a hop look better.

mod compute;
mod data;
mod edge;
mod messaging;

use waaudit_model::facts::measured::Measured;
use waaudit_model::facts::{Fact, Facts};
use waaudit_model::snapshot::Resource;

use super::report::{Bound, Consequence, Limited, Missing, Peak, Source};
use crate::index::Index;

/// The target of limits at which waiting begins early, and of rates, whose busiest second is above their busiest minute's
/// mean: 70 %.
const TARGET: f64 = 0.7;
/// The target of counts, which serve up to the last one, and of limits that are a working limit already.
const WHOLE: f64 = 1.0;

/// A limit of a kind.
struct Row<F: 'static> {
    limited: Limited,
    target: f64,
    then: Consequence,
    read: fn(&F, &Around) -> Reading,
}

/// Peak and limit; nothing where the limit does not apply to the resource; or what is missing.
type Reading = Result<Option<Load>, Lack>;

/// Today's peak and the limit.
struct Load {
    peak: Peak,
    limit: Bound,
    assumptions: Vec<String>,
}

/// What is missing.
pub(super) struct Lack {
    pub(super) missing: String,
    pub(super) why: Missing,
}

/// What a row may look at beside the facts of its resource.
pub(super) struct Around<'a> {
    pub(super) index: &'a Index<'a>,
    pub(super) resource: &'a Resource,
}

/// A row applied to a resource.
pub(super) struct Applied {
    pub(super) limited: Option<Limited>,
    pub(super) result: Result<Computed, Lack>,
}

/// A limit that could be compared with a peak.
pub(super) struct Computed {
    pub(super) peak: Peak,
    pub(super) limit: Bound,
    pub(super) assumptions: Vec<String>,
    pub(super) target: f64,
    pub(super) then: Consequence,
    pub(super) multiple: f64,
    pub(super) multiple_at_limit: f64,
}

/// Kinds on paths that hand requests on and have no limit of their own that could be reached. Of a bucket only a prefix has
/// one, and S3 makes more of these as requests come: "there are no limits to the number of prefixes in a bucket",
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html>. A function URL takes as many
/// requests as its function, whose limits are hops: <https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html>.
const NO_LIMIT: &[&str] = &[
    "address",
    "ec2.route_table",
    "elasticache.replication_group",
    "elb.target_group",
    "interfaces",
    "lambda.function_url",
    "listener",
    "route53.record",
    "s3.bucket",
];

/// Limits whose peaks no scan asks for yet: the kind, what is limited, and what would say how much is in use.
const NOT_COLLECTED: &[(&str, Limited, &str)] = &[
    ("apprunner.service", Limited::Concurrency, "AWS/AppRunner Concurrency"),
    ("appsync.api", Limited::RequestsPerSecond, "AWS/AppSync Requests, per minute"),
    ("efs.file_system", Limited::Throughput, "AWS/EFS MeteredIOBytes, per minute"),
    ("elasticache.serverless_cache", Limited::CapacityUnits, "AWS/ElastiCache ElastiCacheProcessingUnits"),
    ("elb.classic_load_balancer", Limited::RequestsPerSecond, "AWS/ELB SurgeQueueLength, maximum"),
    ("globalaccelerator.accelerator", Limited::Throughput, "AWS/GlobalAccelerator ProcessedBytesIn, per minute"),
    ("kafka.cluster", Limited::Throughput, "AWS/Kafka BytesInPerSec"),
    ("kinesis.stream", Limited::ShardThroughput, "open shards; AWS/Kinesis IncomingBytes, IncomingRecords, per minute"),
    ("lightsail.instance", Limited::Cpu, "lightsail:GetInstanceMetricData CPUUtilization"),
    ("memorydb.cluster", Limited::Cpu, "AWS/MemoryDB EngineCPUUtilization"),
    ("mq.broker", Limited::Cpu, "AWS/AmazonMQ CpuUtilization"),
    ("opensearch.domain", Limited::Cpu, "AWS/ES CPUUtilization"),
];

/// All limits of a resource. Of a kind for which there is no row, that is said.
pub(super) fn apply(around: &Around) -> Vec<Applied> {
    let kind = around.resource.kind.as_str();
    let typed = typed(kind, around);
    let known = typed.is_some() || has_no_limit(kind);
    let uncollected = NOT_COLLECTED.iter().filter(|(of, _, _)| *of == kind);
    let uncollected = uncollected.map(|(_, limited, metric)| (Some(*limited), Lack::not_collected(metric)));
    let mut applied: Vec<Applied> = typed.unwrap_or_default();
    applied.extend(uncollected.map(|(limited, lack)| Applied { limited, result: Err(lack) }));
    if applied.is_empty() && !known {
        let missing = format!("no limit of {kind} is known");
        applied.push(Applied { limited: None, result: Err(Lack { missing, why: Missing::NoFormula }) });
    }
    applied
}

/// That something with limits was not read.
pub(super) fn absent(words: &str) -> Applied {
    Applied { limited: None, result: Err(Lack::unread(words)) }
}

/// The quota of vCPUs of on-demand instances of the standard families.
pub(super) const EC2_VCPUS: &str = "L-1216C47A";

/// Whether nothing is to be said of a kind.
pub(super) fn has_no_limit(kind: &str) -> bool {
    NO_LIMIT.contains(&kind)
}

fn typed(kind: &str, around: &Around) -> Option<Vec<Applied>> {
    let applied = match kind {
        "apigateway.account" => of_kind(edge::API_ACCOUNT, around),
        "apigateway.stage" => of_kind(edge::API_STAGE, around),
        "autoscaling.group" => of_kind(compute::GROUP, around),
        "cloudfront.distribution" => of_kind(edge::DISTRIBUTION, around),
        "database" => of_kind(data::DATABASE, around),
        "dynamodb.table" => of_kind(data::TABLE, around),
        "ec2.instance" => of_kind(compute::INSTANCE, around),
        "ec2.nat_gateway" => of_kind(edge::NAT_GATEWAY, around),
        "ec2.subnet" => of_kind(edge::SUBNET, around),
        "ecs.service" => of_kind(compute::SERVICE, around),
        "elasticache.cluster" => of_kind(data::CACHE_NODE, around),
        "elb.load_balancer" => of_kind(edge::LOAD_BALANCER, around),
        "lambda.function" => of_kind(compute::FUNCTION, around),
        "lambda.settings" => of_kind(compute::LAMBDA, around),
        "rds.db_instance" => of_kind(data::DB_INSTANCE, around),
        "servicequotas.quota" => of_kind(compute::QUOTA, around),
        "sqs.queue" => of_kind(messaging::QUEUE, around),
        "wafv2.web_acl" => of_kind(edge::WEB_ACL, around),
        _ => return None,
    };
    Some(applied)
}

fn of_kind<F: Facts>(rows: &[Row<F>], around: &Around) -> Vec<Applied> {
    let Ok(facts) = around.resource.facts::<F>() else {
        return rows.iter().map(|row| row.lacks(Lack::unread(F::KIND))).collect();
    };
    rows.iter().filter_map(|row| row.apply(&facts, around)).collect()
}

impl<F> Row<F> {
    fn apply(&self, facts: &F, around: &Around) -> Option<Applied> {
        match (self.read)(facts, around) {
            Ok(load) => Some(self.compare(load?)),
            Err(lack) => Some(self.lacks(lack)),
        }
    }

    fn lacks(&self, lack: Lack) -> Applied {
        Applied { limited: Some(self.limited), result: Err(lack) }
    }

    fn compare(&self, load: Load) -> Applied {
        let Load { peak, limit, assumptions } = load;
        let multiple_at_limit = limit.value / peak.value;
        let whole = peak.value > 0.0 && limit.value >= 0.0 && multiple_at_limit.is_finite();
        if !whole {
            let missing = format!("{}: nothing was in use", peak.fact);
            return self.lacks(Lack { missing, why: Missing::Idle });
        }
        let multiple = self.target * multiple_at_limit;
        let (target, then) = (self.target, self.then);
        let computed = Computed { peak, limit, assumptions, target, then, multiple, multiple_at_limit };
        Applied { limited: Some(self.limited), result: Ok(computed) }
    }
}

impl Lack {
    fn unread(fact: &str) -> Self {
        Self { missing: fact.to_owned(), why: Missing::Unread }
    }

    fn not_collected(metric: &str) -> Self {
        Self { missing: metric.to_owned(), why: Missing::NotCollected }
    }

    fn no_formula(words: &str) -> Self {
        Self { missing: words.to_owned(), why: Missing::NoFormula }
    }
}

impl Load {
    fn new(peak: Peak, limit: Bound) -> Self {
        Self { peak, limit, assumptions: Vec::new() }
    }

    fn assuming(mut self, words: impl Into<String>) -> Self {
        self.assumptions.push(words.into());
        self
    }
}

/// The value of a fact, or its name where it is unread.
fn read<'f, T>(fact: &'f Fact<T>, name: &str) -> Result<&'f T, Lack> {
    fact.known().ok_or_else(|| Lack::unread(name))
}

/// A measured fact as a peak.
fn measured(fact: &Fact<Measured>, name: &str, unit: &str) -> Result<Peak, Lack> {
    read(fact, name).map(|measured| peak_of(measured, name, unit))
}

/// The same, of one that not every resource of the kind has.
fn measured_if(fact: &Fact<Option<Measured>>, name: &str, unit: &str) -> Result<Option<Peak>, Lack> {
    Ok(read(fact, name)?.as_ref().map(|measured| peak_of(measured, name, unit)))
}

fn peak_of(measured: &Measured, name: &str, unit: &str) -> Peak {
    Peak {
        value: measured.value,
        unit: unit.to_owned(),
        fact: name.to_owned(),
        statistic: measured.statistic.clone(),
        window_days: Some(measured.window_days),
    }
}

fn bound(value: f64, source: Source, reference: &str) -> Bound {
    Bound { value, source, reference: reference.to_owned(), assumed: false }
}

/// A count as a number. Counts of AWS resources are far below 2^52.
#[allow(clippy::cast_precision_loss, reason = "counts of resources are far below 2^52")]
pub(crate) const fn number(count: i64) -> f64 {
    count as f64
}
