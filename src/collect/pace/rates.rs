//! API request rates that AWS publishes, as a table.
//!
//! A service without a published rate has a cautious one, as stated beside it. The numbers are the account's whole
//! allowance; `bucket` decides how much of it a scan takes.

use super::super::aws::Call;

/// The allowance that an account has for some calls.
#[derive(Debug, PartialEq)]
pub(super) struct Rate {
    /// The IAM prefix, or `*` for any.
    service: &'static str,
    /// The operations, by name or by its beginning and a `*`.
    operations: &'static [&'static str],
    /// Calls a second.
    pub refill: f64,
    /// Calls at once.
    pub burst: u32,
    /// Whether each operation has a bucket of its own.
    each: bool,
    /// Whether the regions share one bucket.
    pub global: bool,
}

const fn shared(service: &'static str, operations: &'static [&'static str], refill: f64, burst: u32) -> Rate {
    Rate { service, operations, refill, burst, each: false, global: false }
}

const fn each(service: &'static str, operations: &'static [&'static str], refill: f64, burst: u32) -> Rate {
    Rate { service, operations, refill, burst, each: true, global: false }
}

impl Rate {
    const fn of_all_regions(mut self) -> Self {
        self.global = true;
        self
    }
}

const ALL: &[&str] = &["*"];

/// The first row that fits a call holds.
const RATES: &[Rate] = &[
    // API Gateway, "Quotas for creating, deploying and managing": 10/s with a burst of 40 in total.
    shared("apigateway", &["GetResources"], 2.5, 5).of_all_regions(),
    shared("apigateway", ALL, 10.0, 40).of_all_regions(),
    // Cost Explorer is billed by the call and publishes no rate; a scan makes five calls.
    shared("ce", ALL, 2.0, 4).of_all_regions(),
    // No published rate; other tools settle on 5/s with a burst of 10.
    shared("cloudfront", ALL, 5.0, 10).of_all_regions(),
    // CloudWatch, "Service quotas".
    // GetMetricData: 500 calls a second, but 396,000 points, and the planner fills its calls up to 100,800.
    each("cloudwatch", &["GetMetricData"], 396_000.0 / 100_800.0, 3),
    each("cloudwatch", &["GetMetricStatistics"], 400.0, 400),
    each("cloudwatch", &["ListMetrics"], 25.0, 25),
    each("cloudwatch", &["DescribeAlarms"], 9.0, 9),
    each("cloudwatch", ALL, 10.0, 10),
    // EC2, "Request throttling for the Amazon EC2 API": each non-mutating action has its own bucket. Unfiltered lists
    // without a page size have a smaller one: collectors set a page size.
    each("ec2", ALL, 20.0, 100),
    // The cluster reads' burst is the documentation's example; 20/s was seen to last for services and tasks.
    shared("ecs", ALL, 20.0, 50),
    // Elastic Load Balancing, "Throttling": all reads together, and all actions of the account together.
    shared("elasticloadbalancing", ALL, 10.0, 40),
    // No published rates, and one list each; both answer in one region for all of them.
    shared("globalaccelerator", ALL, 5.0, 5).of_all_regions(),
    shared("budgets", ALL, 10.0, 10).of_all_regions(),
    shared("iam", ALL, 10.0, 10).of_all_regions(),
    // No published rate; one call.
    shared("organizations", ALL, 2.0, 2).of_all_regions(),
    // Kinesis Data Streams, "ListStreams".
    each("kinesis", ALL, 5.0, 5),
    // Lambda, "Quotas": 15/s over all control-plane calls but these.
    each("lambda", &["GetFunction"], 100.0, 100),
    each("lambda", &["GetPolicy"], 15.0, 15),
    shared("lambda", ALL, 15.0, 15),
    // CloudWatch Logs, "Quotas".
    each("logs", &["DescribeMetricFilters"], 5.0, 5),
    each("logs", ALL, 10.0, 10),
    // Route 53, "Maximums on API requests": five a second for an account, over the whole API.
    shared("route53", ALL, 5.0, 5).of_all_regions(),
    // S3 publishes 5,500 reads a second and prefix for data alone; a bucket's settings are read far below that.
    shared("s3", &["ListBuckets"], 10.0, 10).of_all_regions(),
    shared("s3", ALL, 100.0, 100).of_all_regions(),
    // Service Quotas, "ListServiceQuotas" and "GetServiceQuota".
    each("servicequotas", &["ListServiceQuotas"], 10.0, 10),
    each("servicequotas", ALL, 5.0, 5),
    // Queue attributes are read from the data plane.
    shared("sqs", &["GetQueueAttributes"], 100.0, 100),
    // AWS WAF, "Quotas": fixed, one a second for what a web ACL protects, five for each other read.
    each("wafv2", &["ListResourcesForWebACL", "GetWebACLForResource"], 1.0, 1),
    each("wafv2", ALL, 5.0, 5),
    // No published rate (RDS, Auto Scaling, ElastiCache, EFS, Backup, SNS, EKS, DynamoDB's control plane and others):
    // half of this is the five a second that they were seen to bear.
    shared("*", ALL, 10.0, 10),
];

/// What holds where no row fits; the table's last row fits everything.
const OTHERS: Rate = shared("*", ALL, 10.0, 10);

impl Rate {
    /// The allowance that a call draws on.
    pub(super) fn of(call: &Call) -> &'static Self {
        RATES.iter().find(|rate| rate.fits(call)).unwrap_or(&OTHERS)
    }

    fn fits(&self, call: &Call) -> bool {
        let named = |pattern: &&str| match pattern.strip_suffix('*') {
            Some(beginning) => call.operation.starts_with(beginning),
            None => call.operation == *pattern,
        };
        (self.service == "*" || self.service == call.service) && self.operations.iter().any(named)
    }

    /// The name of the calls that share a bucket: of one service, and where each operation has its own, of that one.
    pub(super) fn bucket(&'static self, call: &Call) -> (&'static str, &'static str) {
        (call.service, if self.each { call.operation } else { self.operations.first().copied().unwrap_or_default() })
    }
}

/// What an account may do with the calls that share a bucket.
#[derive(Debug, Clone, PartialEq)]
pub struct Allowance {
    /// The bucket's name: a service, and operations of it.
    pub bucket: String,
    /// Calls a second.
    pub refill: f64,
    /// Calls at once.
    pub burst: u32,
    /// Whether the regions share it.
    pub global: bool,
}

/// The whole allowance that a call draws on; a scan takes a share of it.
pub fn allowance(call: &Call) -> Allowance {
    let rate = Rate::of(call);
    let (service, operation) = rate.bucket(call);
    Allowance { bucket: format!("{service}:{operation}"), refill: rate.refill, burst: rate.burst, global: rate.global }
}

/// The seconds that one call takes of its allowance: the slowness that AWS decides.
pub(in super::super) fn seconds_a_call(call: &Call) -> f64 {
    Rate::of(call).refill.recip()
}

/// Whether an API answers for all regions from one allowance, and so with one answer.
pub(in super::super) fn is_global(call: &Call) -> bool {
    Rate::of(call).global
}

#[cfg(test)]
mod tests {
    use super::super::super::KINDS;
    use super::super::super::aws::Call;
    use super::{RATES, Rate};

    fn rate(service: &'static str, operation: &'static str) -> (f64, u32) {
        let rate = Rate::of(&Call::new(service, operation));
        (rate.refill, rate.burst)
    }

    #[test]
    fn the_published_rates_hold() {
        assert_eq!(rate("ec2", "DescribeInstances"), (20.0, 100));
        assert_eq!(rate("elasticloadbalancing", "DescribeTargetHealth"), (10.0, 40));
        assert_eq!(rate("wafv2", "ListResourcesForWebACL"), (1.0, 1));
        assert_eq!(rate("wafv2", "GetWebACL"), (5.0, 5));
        assert_eq!(rate("lambda", "GetFunction"), (100.0, 100));
        assert_eq!(rate("lambda", "GetFunctionConcurrency"), (15.0, 15));
        assert_eq!(rate("cloudwatch", "DescribeAlarms"), (9.0, 9));
        assert_eq!(rate("cloudwatch", "ListDashboards"), (10.0, 10));
    }

    #[test]
    fn what_has_no_published_rate_is_asked_cautiously() {
        assert_eq!(rate("rds", "DescribeDBInstances"), (10.0, 10));
        assert_eq!(rate("a-new-service", "ListThings"), (10.0, 10));
    }

    #[test]
    fn calls_share_a_bucket_or_have_their_own_as_the_table_says() {
        let bucket = |service, operation| {
            let call = Call::new(service, operation);
            Rate::of(&call).bucket(&call)
        };
        assert_ne!(bucket("ec2", "DescribeInstances"), bucket("ec2", "DescribeVolumes"));
        assert_eq!(
            bucket("elasticloadbalancing", "DescribeListeners"),
            bucket("elasticloadbalancing", "DescribeTargetHealth")
        );
        assert_ne!(bucket("rds", "DescribeDBInstances"), bucket("sns", "GetTopicAttributes"));
        assert_eq!(bucket("rds", "DescribeDBInstances"), bucket("rds", "DescribeDBClusters"));
    }

    #[test]
    fn every_row_serves_a_service_in_the_order_of_the_narrower_first() {
        for (n, rate) in RATES.iter().enumerate() {
            let hidden =
                RATES[..n].iter().any(|before| before.service == rate.service && before.operations.contains(&"*"));
            assert!(!hidden, "{rate:?} is below a row that fits all of its service");
        }
    }

    #[test]
    fn every_declared_call_has_a_rate() {
        for call in KINDS.iter().flat_map(|kind| kind.calls) {
            assert!(Rate::of(call).refill > 0.0 && Rate::of(call).burst > 0, "{}", call.action());
        }
    }
}
