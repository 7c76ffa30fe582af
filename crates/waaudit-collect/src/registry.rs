//! Every service: one line for each. Its file declares its kinds, what is measured of them, and how fast it may be asked.

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::metrics::Metric;
use crate::rate_limit::{Allowance, Rate, Rates};
use crate::services::{
    account, acm, apigateway, applicationautoscaling, apprunner, appsync, arczonalshift, autoscaling, backup, budgets,
    cloudfront, cloudwatch, cognito, costexplorer, dax, dynamodb, ec2, ecs, efs, eks, elasticache, elb, events, fsx,
    globalaccelerator, kafka, kinesis, lambda, lightsail, logs, memorydb, mq, opensearch, rds, redshift, route53, s3,
    servicequotas, sns, sqs, synthetics, tracing, wafv2,
};

/// Every service that is read. A kind is below those that it starts from.
pub(crate) const SERVICES: &[&Service] = &[
    &account::SERVICE,
    &acm::SERVICE,
    &apigateway::SERVICE,
    &applicationautoscaling::SERVICE,
    &apprunner::SERVICE,
    &appsync::SERVICE,
    &arczonalshift::SERVICE,
    &autoscaling::SERVICE,
    &backup::SERVICE,
    &budgets::SERVICE,
    &cloudfront::SERVICE,
    &cloudwatch::SERVICE,
    &costexplorer::SERVICE,
    &cognito::SERVICE,
    &dax::SERVICE,
    &dynamodb::SERVICE,
    &ec2::SERVICE,
    &ecs::SERVICE,
    &efs::SERVICE,
    &eks::SERVICE,
    &elasticache::SERVICE,
    &elb::SERVICE,
    &events::SERVICE,
    &fsx::SERVICE,
    &globalaccelerator::SERVICE,
    &kafka::SERVICE,
    &kinesis::SERVICE,
    &lambda::SERVICE,
    &logs::SERVICE,
    &lightsail::SERVICE,
    &memorydb::SERVICE,
    &mq::SERVICE,
    &opensearch::SERVICE,
    &rds::SERVICE,
    &redshift::SERVICE,
    &route53::SERVICE,
    &s3::SERVICE,
    &servicequotas::SERVICE,
    &sns::SERVICE,
    &sqs::SERVICE,
    &synthetics::SERVICE,
    &tracing::SERVICE,
    &wafv2::SERVICE,
];

/// Every kind that can be collected, below those that it starts from. One that is both regional and global is there twice,
/// with two functions.
pub const KINDS: &[Kind] = &ALL_KINDS;

/// Every fact that can be measured, in lists.
pub const METRICS: &[&[Metric]] = &ALL_METRICS;

/// How fast services may be asked.
pub(crate) const RATES: Rates = Rates(&ALL_RATES);

/// The whole allowance that a call draws on; a scan takes a share of it.
pub fn allowance(call: &Call) -> Allowance {
    RATES.allowance(call)
}

static ALL_KINDS: [Kind; count().0] = kinds();
static ALL_METRICS: [&[Metric]; count().1] = metrics();
static ALL_RATES: [&[Rate]; SERVICES.len()] = rates();

/// Kinds, and lists of metrics.
const fn count() -> (usize, usize) {
    let (mut kinds, mut metrics, mut service) = (0, 0, 0);
    while service < SERVICES.len() {
        kinds += SERVICES[service].kinds.len();
        metrics += SERVICES[service].metrics.len();
        service += 1;
    }
    (kinds, metrics)
}

const fn kinds<const N: usize>() -> [Kind; N] {
    let mut all = [SERVICES[0].kinds[0]; N];
    let (mut next, mut service) = (0, 0);
    while service < SERVICES.len() {
        let mut kind = 0;
        while kind < SERVICES[service].kinds.len() {
            all[next] = SERVICES[service].kinds[kind];
            (next, kind) = (next + 1, kind + 1);
        }
        service += 1;
    }
    all
}

const fn metrics<const N: usize>() -> [&'static [Metric]; N] {
    let mut all: [&[Metric]; N] = [&[]; N];
    let (mut next, mut service) = (0, 0);
    while service < SERVICES.len() {
        let mut list = 0;
        while list < SERVICES[service].metrics.len() {
            all[next] = SERVICES[service].metrics[list];
            (next, list) = (next + 1, list + 1);
        }
        service += 1;
    }
    all
}

const fn rates() -> [&'static [Rate]; SERVICES.len()] {
    let mut all: [&[Rate]; SERVICES.len()] = [&[]; SERVICES.len()];
    let mut service = 0;
    while service < SERVICES.len() {
        all[service] = SERVICES[service].rates;
        service += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{KINDS, RATES};
    use crate::call::Call;
    use crate::rate_limit::Rate;

    #[test]
    fn a_kind_is_below_those_that_it_starts_from() {
        for (place, kind) in KINDS.iter().enumerate() {
            for name in kind.after.iter().flatten() {
                assert!(KINDS[..place].iter().any(|above| above.name == *name), "{} starts from {name}", kind.name);
            }
        }
    }

    fn rate(service: &'static str, operation: &'static str) -> (f64, u32) {
        let rate = RATES.of(&Call::new(service, operation));
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
            RATES.of(&call).bucket(&call)
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
        let rows: Vec<&Rate> = RATES.rows().collect();
        assert!(!rows.is_empty());
        for (n, rate) in rows.iter().enumerate() {
            let hidden =
                rows[..n].iter().any(|before| before.service == rate.service && before.operations.contains(&"*"));
            assert!(!hidden, "{rate:?} is below a row that fits all of its service");
        }
    }

    #[test]
    fn every_declared_call_has_a_rate() {
        for call in KINDS.iter().flat_map(|kind| kind.calls) {
            assert!(RATES.of(call).refill > 0.0 && RATES.of(call).burst > 0, "{}", call.action());
        }
    }
}
