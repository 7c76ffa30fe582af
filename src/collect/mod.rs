//! From an account to a snapshot: which kinds there are, what each needs, and the run over all of them.
//!
//! Each kind is declared once, below: its reach, the calls it makes, its function. From the declarations come the
//! scan plan, `waaudit permissions` and the coverage table. It knows no rule and judges nothing.

pub mod aws;
pub mod cutoff;
pub mod metrics;
pub mod regions;
pub mod run;
pub mod session;
pub mod tags;

mod account;
mod acm;
mod anomalies;
mod answer;
mod apigateway;
mod applicationautoscaling;
mod apprunner;
mod appsync;
mod arczonalshift;
mod attempts;
mod autoscaling;
mod backup;
mod budgets;
mod cloudfront;
mod cloudwatch;
mod cognito;
mod costexplorer;
mod dax;
mod dynamodb;
mod ec2;
mod ecs;
mod efs;
mod eks;
mod elasticache;
mod elb;
mod errors;
mod events;
mod fsx;
mod function_url;
mod globalaccelerator;
mod kafka;
mod kinesis;
mod lambda;
mod lightsail;
mod logs;
mod memorydb;
mod mq;
mod once;
mod opensearch;
mod pace;
mod pages;
mod patience;
mod rds;
mod redshift;
mod route53;
mod s3;
mod servicequotas;
mod sns;
mod spend;
mod sqs;
mod synthetics;
mod tracing;
mod wafv2;
mod wire;

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

/// Kinds that another may start from.
const MOST_BEFORE: usize = 4;

/// One kind of resource and how it is read.
pub struct Kind {
    /// Its name, as in `facts`.
    pub name: &'static str,
    /// Where it lives.
    pub reach: Reach,
    /// Every call that its function makes.
    pub calls: &'static [&'static Call],
    /// Kinds whose findings in the same place it starts from.
    pub after: [Option<&'static str>; MOST_BEFORE],
    /// Whether its calls cost money: then they are made only where that was allowed.
    pub billed: bool,
    /// Its function.
    pub collect: fn(Context) -> Collecting,
}

/// What a collector's function returns.
pub type Collecting = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Kind {
    const fn regional(name: &'static str, calls: &'static [&'static Call], collect: fn(Context) -> Collecting) -> Self {
        Self { name, reach: Reach::Regional, calls, after: [None; MOST_BEFORE], billed: false, collect }
    }

    const fn global(name: &'static str, calls: &'static [&'static Call], collect: fn(Context) -> Collecting) -> Self {
        Self { name, reach: Reach::Global, calls, after: [None; MOST_BEFORE], billed: false, collect }
    }

    const fn billed(mut self) -> Self {
        self.billed = true;
        self
    }

    /// Has it start from another kind too. One too many does not compile.
    const fn after(mut self, kind: &'static str) -> Self {
        let mut free = 0;
        while self.after[free].is_some() {
            free += 1;
        }
        self.after[free] = Some(kind);
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
    apigateway::METRICS,
    autoscaling::METRICS,
    cloudfront::METRICS,
    dynamodb::METRICS,
    ec2::METRICS,
    elasticache::METRICS,
    elb::METRICS,
    events::METRICS,
    kinesis::METRICS,
    lambda::METRICS,
    memorydb::METRICS,
    rds::CLUSTER_METRICS,
    rds::LOAD_METRICS,
    rds::STORAGE_METRICS,
    s3::METRICS,
    servicequotas::METRICS,
    sqs::METRICS,
    wafv2::METRICS,
];

/// Every kind that can be collected. A kind is listed below the one it starts from; one that is both regional and global
/// is listed twice, with two functions.
pub const KINDS: &[Kind] = &[
    account::ACCOUNT,
    acm::CERTIFICATE,
    acm::GLOBAL_CERTIFICATE,
    apigateway::STAGE,
    apigateway::ACCOUNT,
    apigateway::DOMAIN_NAME,
    apigateway::USAGE_PLAN,
    applicationautoscaling::POLICY,
    applicationautoscaling::TARGET,
    apprunner::SERVICE,
    appsync::API,
    arczonalshift::RESOURCE,
    autoscaling::GROUP,
    autoscaling::LAUNCH_CONFIGURATION,
    autoscaling::LAUNCH_HISTORY,
    autoscaling::POLICY,
    autoscaling::SCHEDULED_ACTION,
    backup::COPY_JOB,
    backup::PLAN,
    backup::PROTECTED_RESOURCE,
    backup::RESTORE_JOB,
    backup::RESTORE_TESTING_PLAN,
    budgets::BUDGET,
    cloudfront::CACHE_POLICY,
    cloudfront::DISTRIBUTION,
    cloudfront::DISTRIBUTION_TENANT,
    cloudwatch::ALARM,
    cloudwatch::DASHBOARD,
    anomalies::MONITOR,
    anomalies::SUBSCRIPTION,
    cognito::USER_POOL,
    costexplorer::COMMITMENT_COVERAGE,
    costexplorer::MONTHLY_COST,
    dax::CLUSTER,
    dynamodb::TABLE,
    ec2::CREDIT_SPECIFICATION,
    ec2::INSTANCE,
    ec2::LAUNCH_TEMPLATE_VERSION,
    ec2::IMAGE,
    ec2::INSTANCE_TYPE,
    ec2::NAT_GATEWAY,
    ec2::NETWORK_INTERFACE,
    ec2::PREFIX_LIST,
    ec2::ROUTE_TABLE,
    ec2::SECURITY_GROUP,
    ec2::SNAPSHOT,
    ec2::SUBNET,
    ec2::TRANSIT_GATEWAY_ATTACHMENT,
    ec2::VOLUME,
    ec2::VPC_ENDPOINT,
    ecs::cluster::CLUSTER,
    ecs::service::SERVICE,
    ecs::task_definition::TASK_DEFINITION,
    efs::FILE_SYSTEM,
    eks::CLUSTER,
    eks::NODE_GROUP,
    elasticache::CLUSTER,
    elasticache::REPLICATION_GROUP,
    elasticache::SERVERLESS_CACHE,
    elasticache::SUBNET_GROUP,
    elb::CLASSIC_LOAD_BALANCER,
    elb::LIMITS,
    elb::LOAD_BALANCER,
    elb::TARGET_GROUP,
    events::RULE,
    fsx::FILE_SYSTEM,
    globalaccelerator::ACCELERATOR,
    kafka::CLUSTER,
    kinesis::STREAM,
    lambda::EVENT_SOURCE_MAPPING,
    lambda::FUNCTION,
    function_url::FUNCTION_URL,
    lambda::ASYNC_CONFIG,
    lambda::CONCURRENCY,
    lambda::SETTINGS,
    logs::LOG_GROUP,
    lightsail::DATABASE,
    lightsail::INSTANCE,
    lightsail::LOAD_BALANCER,
    lightsail::SNAPSHOT,
    memorydb::CLUSTER,
    mq::BROKER,
    opensearch::DOMAIN,
    rds::AUTOMATED_BACKUP,
    rds::DB_CLUSTER,
    rds::DB_INSTANCE,
    rds::DB_PROXY,
    rds::CLASS,
    rds::ORDERABLE_CLASS,
    rds::CLUSTER_PARAMETER_GROUP,
    rds::PARAMETER_GROUP,
    rds::GLOBAL_CLUSTER,
    redshift::CLUSTER,
    route53::HEALTH_CHECK,
    route53::RECORD,
    s3::BUCKET,
    s3::ACCOUNT_BLOCK,
    servicequotas::GLOBAL_QUOTA,
    servicequotas::QUOTA,
    servicequotas::SETTINGS,
    sns::SUBSCRIPTION,
    sns::TOPIC,
    sqs::QUEUE,
    synthetics::CANARY,
    tracing::SIGNALS_SERVICE,
    tracing::XRAY_SERVICE,
    wafv2::GLOBAL_WEB_ACL,
    wafv2::WEB_ACL,
];
