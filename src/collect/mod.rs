//! From an account to a snapshot: which kinds there are, what each needs, and the run over all of them.
//!
//! Each kind is declared once, below: its reach, the calls it makes, its function. From the declarations come the
//! scan plan, `waaudit permissions` and the coverage table. It knows no rule and judges nothing.

pub mod aws;
pub mod metrics;
pub mod regions;
pub mod run;
pub mod session;
pub mod tags;

mod account;
mod answer;
mod applicationautoscaling;
mod attempts;
mod autoscaling;
mod budgets;
mod cloudfront;
mod cloudwatch;
mod dax;
mod dynamodb;
mod ec2;
mod ecs;
mod elasticache;
mod elb;
mod errors;
mod events;
mod kinesis;
mod lambda;
mod memorydb;
mod once;
mod pace;
mod patience;
mod rds;
mod route53;
mod s3;
mod servicequotas;
mod sns;
mod sqs;
mod wafv2;

use std::pin::Pin;

use self::aws::{Call, Context};
use self::metrics::Metric;
pub use self::pace::{Allowance, allowance};

/// Whether a kind lives in regions or above them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Asked in every region.
    Regional,
    /// Asked once.
    Global,
}

/// One kind of resource and how it is read.
pub struct Kind {
    /// Its name, as in `facts`.
    pub name: &'static str,
    /// Where it lives.
    pub reach: Reach,
    /// Every call that its function makes.
    pub calls: &'static [&'static Call],
    /// A kind whose findings in the same place it starts from.
    pub after: Option<&'static str>,
    /// Whether its calls cost money: then they are made only where that was allowed.
    pub billed: bool,
    /// Its function.
    pub collect: fn(Context) -> Collecting,
}

/// What a collector's function returns.
pub type Collecting = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Kind {
    const fn regional(name: &'static str, calls: &'static [&'static Call], collect: fn(Context) -> Collecting) -> Self {
        Self { name, reach: Reach::Regional, calls, after: None, billed: false, collect }
    }

    const fn global(name: &'static str, calls: &'static [&'static Call], collect: fn(Context) -> Collecting) -> Self {
        Self { name, reach: Reach::Global, calls, after: None, billed: false, collect }
    }

    const fn after(mut self, kind: &'static str) -> Self {
        self.after = Some(kind);
        self
    }
}

/// What a scan looks for.
#[derive(Default)]
pub struct Wanted {
    /// Kinds, in the order of their declaration.
    pub kinds: Vec<&'static Kind>,
    /// Facts to measure.
    pub metrics: Vec<&'static Metric>,
}

/// What a scan may do that costs money.
#[derive(Debug, Clone, Copy)]
pub struct Allowed {
    /// Ask CloudWatch for metrics: some cents for a large account.
    pub metrics: bool,
    /// Make calls that cost a cent each.
    pub billed_calls: bool,
}

impl Default for Allowed {
    fn default() -> Self {
        Self { metrics: true, billed_calls: false }
    }
}

/// Every fact that can be measured, a list for each service.
pub const METRICS: &[&[Metric]] = &[
    autoscaling::METRICS,
    cloudfront::METRICS,
    dynamodb::METRICS,
    ec2::METRICS,
    elasticache::METRICS,
    events::METRICS,
    kinesis::METRICS,
    lambda::METRICS,
    memorydb::METRICS,
    rds::CLUSTER_METRICS,
    rds::LOAD_METRICS,
    rds::STORAGE_METRICS,
    s3::METRICS,
    sqs::METRICS,
];

/// Every kind that can be collected. A kind stands below the one it starts from; one that lives both in regions
/// and above them stands twice, with two functions.
pub const KINDS: &[Kind] = &[
    account::ACCOUNT,
    applicationautoscaling::POLICY,
    applicationautoscaling::TARGET,
    autoscaling::GROUP,
    autoscaling::POLICY,
    autoscaling::SCHEDULED_ACTION,
    budgets::BUDGET,
    cloudfront::CACHE_POLICY,
    cloudfront::DISTRIBUTION,
    cloudwatch::ALARM,
    cloudwatch::DASHBOARD,
    dax::CLUSTER,
    dynamodb::TABLE,
    ec2::CREDIT_SPECIFICATION,
    ec2::INSTANCE,
    ec2::NAT_GATEWAY,
    ec2::NETWORK_INTERFACE,
    ec2::PREFIX_LIST,
    ec2::ROUTE_TABLE,
    ec2::SECURITY_GROUP,
    ec2::SUBNET,
    ec2::VOLUME,
    ec2::VPC_ENDPOINT,
    ecs::cluster::CLUSTER,
    ecs::service::SERVICE,
    ecs::task_definition::TASK_DEFINITION,
    elasticache::CLUSTER,
    elasticache::REPLICATION_GROUP,
    elasticache::SERVERLESS_CACHE,
    elasticache::SUBNET_GROUP,
    elb::CLASSIC_LOAD_BALANCER,
    elb::LIMITS,
    elb::LOAD_BALANCER,
    elb::TARGET_GROUP,
    events::RULE,
    kinesis::STREAM,
    lambda::EVENT_SOURCE_MAPPING,
    lambda::FUNCTION,
    lambda::ASYNC_CONFIG,
    lambda::CONCURRENCY,
    lambda::SETTINGS,
    memorydb::CLUSTER,
    rds::DB_CLUSTER,
    rds::DB_INSTANCE,
    rds::DB_PROXY,
    rds::CLASS,
    rds::CLUSTER_PARAMETER_GROUP,
    rds::PARAMETER_GROUP,
    route53::RECORD,
    s3::BUCKET,
    servicequotas::GLOBAL_QUOTA,
    servicequotas::QUOTA,
    sns::TOPIC,
    sqs::QUEUE,
    wafv2::GLOBAL_WEB_ACL,
    wafv2::WEB_ACL,
];
