//! Limits that people argue about, with their defaults.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Declares the limits: each with its default.
macro_rules! thresholds {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $ty:ty = $default:expr,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $ty,)*
        }
        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }
    };
}

thresholds! {
/// Limits that people argue about, each with its unit and the rule that reads it.
Thresholds {
    /// Seconds in which an Application Load Balancer's targets answer 95 requests in 100: `load-balancing/alb-latency`.
    alb_response_seconds: f64 = 1.0,
    /// Share of an Application Load Balancer's requests that end in a server error over 7 days, 0 to 1: `load-balancing/alb-5xx`.
    alb_server_error_share: f64 = 0.01,
    /// The same in the worst 5 minutes: `load-balancing/alb-5xx`.
    alb_server_error_share_worst: f64 = 0.05,
    /// Connections to targets that fail, as a share of the requests, 0 to 1: `load-balancing/alb-rejected`.
    alb_target_connection_error_share: f64 = 0.001,
    /// Per cent above the expected cost from which on an anomaly is told at the latest: `cost/anomaly-monitor`.
    anomaly_percent: f64 = 100.0,
    /// US dollars that an anomaly costs in all, from which on it is told at the latest: `cost/anomaly-monitor`.
    anomaly_usd: f64 = 1000.0,
    /// How many times its quiet hour's size a group wants every day, from where on it has to know beforehand: `scaling/anticipatory`.
    anticipation_swing: f64 = 2.0,
    /// Milliseconds that an API stage takes for nine requests in ten, in the worst of its hours: `load-balancing/apigw-5xx`.
    apigw_latency_milliseconds: f64 = 2500.0,
    /// Share of a region's throttle that its busiest minute may use, 0 to 1: `quotas/apigw-rps`.
    apigw_rate_share: f64 = 0.7,
    /// Share of an API stage's requests that end in a server error over 7 days, 0 to 1: `load-balancing/apigw-5xx`.
    apigw_server_error_share: f64 = 0.01,
    /// The same in three minutes in a row: `load-balancing/apigw-5xx`.
    apigw_server_error_share_sustained: f64 = 0.05,
    /// Per cent of CPU that a fleet at its maximum may sustain for 15 minutes: `scaling/asg-saturated`.
    asg_cpu_percent: f64 = 80.0,
    /// Per cent of its maximum that an Auto Scaling group wants at most, now and at its peak: `scaling/asg-headroom`.
    asg_peak_percent: f64 = 90.0,
    /// Per cent of its greatest capacity that a serverless database's 99th percentile stays below: `data-tier/aurora-serverless-ceiling`.
    aurora_capacity_percent: f64 = 90.0,
    /// Milliseconds that the 99th percentile of an Aurora reader's lag may reach: `replicas/replica-lag`.
    aurora_lag_ms: f64 = 2000.0,
    /// By how much the busiest hour of readers may exceed the quietest before they scale: `replicas/aurora-reader-autoscaling`.
    aurora_reader_day_ratio: f64 = 2.0,
    /// Per cent of CPU in their busiest hour below which readers need not scale: `replicas/aurora-reader-autoscaling`.
    aurora_reader_percent: f64 = 40.0,
    /// Bytes in a bucket above which its objects have to move or expire by themselves: `cost/s3-lifecycle`.
    bucket_bytes: f64 = 100e9,
    /// Per cent of its CPU that the 99th percentile of a cache's engine thread stays below: `caching/elasticache-engine-cpu`.
    cache_engine_cpu_percent: f64 = 70.0,
    /// Hits of all look-ups, 0 to 1, from which on a cache may throw entries out: `caching/elasticache-evictions`.
    cache_evicting_hit_ratio: f64 = 0.9,
    /// Hits of all look-ups, 0 to 1, that a cache reaches: `caching/elasticache-hit-ratio`.
    cache_hit_ratio: f64 = 0.8,
    /// Look-ups a minute above which a cache's hit ratio says something: `caching/elasticache-hit-ratio`.
    cache_judged_lookups: f64 = 100.0,
    /// Per cent of its memory that a cache stays below: `caching/elasticache-evictions`.
    cache_memory_percent: f64 = 80.0,
    /// Per cent of its CPU or of a large node's memory above which a cache has to be able to grow by shards: `caching/elasticache-sharding`.
    cache_shard_percent: f64 = 50.0,
    /// Per cent of CPU from which on a database has to have a cache in front: `caching/db-cache-present`.
    cached_database_cpu_percent: f64 = 50.0,
    /// Share of reads, 0 to 1, from which on a busy database has to have a cache in front: `caching/db-cache-present`.
    cached_database_read_share: f64 = 0.6,
    /// Days that a certificate in use has left, where ACM does not renew it: `edge-security/cert-expiry`.
    certificate_days: i64 = 30,
    /// Days that one has left which ACM renews: `edge-security/cert-expiry`.
    certificate_renewal_days: i64 = 14,
    /// Per cent of cacheable requests that a distribution answers from its cache: `caching/cloudfront-hit-ratio`.
    cloudfront_hit_percent: f64 = 50.0,
    /// Requests a week above which a distribution's hit rate says something: `caching/cloudfront-hit-ratio`.
    cloudfront_judged_requests: f64 = 10_000.0,
    /// Requests in 30 days above which a distribution has to publish its hit rate: `observability/cloudfront-metrics`.
    cloudfront_measured_requests: f64 = 1_000_000.0,
    /// US dollars of compute in a month from which on commitments are asked for: `cost/commitment-coverage`.
    commitment_least_usd: f64 = 1000.0,
    /// Per cent of steady use that commitments cover: `cost/commitment-coverage`.
    commitment_percent: f64 = 60.0,
    /// Per cent of a day's CPU credits that a burstable server always keeps: `scaling/burstable-credits`.
    cpu_credit_reserve_percent: f64 = 10.0,
    /// CPU credits that an unlimited burstable server may be charged for in a week: `scaling/burstable-credits`.
    cpu_surplus_credits: f64 = 0.0,
    /// US dollars in a month from which on data transfer is looked at: `cost/data-transfer-share`.
    data_transfer_least_usd: f64 = 100.0,
    /// Per cent of the bill that data transfer may be: `cost/data-transfer-share`.
    data_transfer_percent: f64 = 15.0,
    /// Runs at once that fewer functions than `database_pool_functions` may be bound to without a proxy: `data-tier/rds-proxy`.
    database_pool_concurrency: f64 = 50.0,
    /// Functions from which on a database needs a proxy whatever they are bound to: `data-tier/rds-proxy`.
    database_pool_functions: f64 = 3.0,
    /// Per cent of its provisioned capacity below which a table need not scale: `data-tier/dynamodb-capacity-mode`.
    dynamodb_capacity_percent: f64 = 30.0,
    /// Per cent of throttled requests that a table's worst hour stays below: `data-tier/dynamodb-throttles`.
    dynamodb_throttled_percent: f64 = 0.1,
    /// Units per second in its busiest minute below which a table needs no warming: `data-tier/dynamodb-warm-throughput`.
    dynamodb_units_per_second: f64 = 100.0,
    /// How many times today's load is expected once the users are there that the architecture is meant for: `data-tier/single-writer-ceiling`.
    expected_growth_factor: f64 = 4.0,
    /// How many times today's peak is expected at a planned event; 1 where none is planned: `load-balancing/alb-capacity-reservation`, `data-tier/dynamodb-warm-throughput`.
    expected_peak_factor: f64 = 1.0,
    /// Share of a FIFO queue's calls a second that its busiest minute may take: `async/sqs-fifo-throughput`.
    fifo_calls_share: f64 = 0.7,
    /// Per cent of its busiest hour's size that a fleet which does not shrink keeps in its quietest: `cost/flat-fleet`.
    flat_fleet_capacity_percent: f64 = 90.0,
    /// Per cent of CPU below which a fleet's quietest hour is idle: `cost/flat-fleet`.
    flat_fleet_cpu_percent: f64 = 20.0,
    /// Per cent of its busiest hour's requests to which a fleet's quietest hour falls: `cost/flat-fleet`.
    flat_fleet_requests_percent: f64 = 30.0,
    /// Per cent of its connections that a database's fleets may need at their greatest sizes: `quotas/db-connections-at-fleet-max`.
    fleet_connections_percent: f64 = 80.0,
    /// Gigabytes a day through NAT gateways, from where on gateway endpoints are missed: `cost/gateway-endpoints`.
    gateway_endpoint_gigabytes_a_day: f64 = 1.0,
    /// Requests in 7 days below which an Application Load Balancer is idle: `cost/idle-load-balancer`.
    idle_balancer_requests: f64 = 100.0,
    /// Per cent of Lambda's concurrency limit that may be claimed at the peak: `quotas/lambda-concurrency`.
    lambda_concurrency_percent: f64 = 70.0,
    /// Share of calls that a function may refuse: `async/lambda-throttles`.
    lambda_throttled_share: f64 = 0.001,
    /// Per cent of the connections that a NAT gateway's addresses can hold to one destination: `quotas/nat-ports`.
    nat_connection_percent: f64 = 70.0,
    /// Per cent of packets that a NAT gateway may drop: `quotas/nat-ports`.
    nat_packet_loss_percent: f64 = 0.01,
    /// Seconds that the 95th percentile of the oldest message's age may reach: `async/sqs-message-age`.
    queue_age_seconds: f64 = 300.0,
    /// Share of a queue's retention period that a message may ever wait: `async/sqs-message-age`.
    queue_age_share: f64 = 0.25,
    /// Messages in flight that a queue stays below (SQS stops at 120,000): `async/sqs-message-age`.
    queue_in_flight: f64 = 96_000.0,
    /// Not used any more, and kept for one release: `data-tier/rds-burstable` uses CPU credits.
    rds_burstable_cpu_percent: f64 = 20.0,
    /// Per cent of its connections that a database's peak may reach: `data-tier/rds-connections`.
    rds_connections_percent: f64 = 85.0,
    /// Per cent of CPU that a database may not sustain for 5 minutes: `data-tier/rds-cpu`.
    rds_cpu_held_percent: f64 = 90.0,
    /// Per cent of CPU that a database's 95th percentile stays below: `data-tier/rds-cpu`.
    rds_cpu_percent: f64 = 80.0,
    /// Per cent of its CPU credits that a burstable database always has left: `data-tier/rds-burstable`.
    rds_credits_percent: f64 = 20.0,
    /// Days that a database's free storage lasts: `data-tier/rds-free-storage`.
    rds_days_to_full: f64 = 30.0,
    /// Per cent of its storage that a database has free: `data-tier/rds-free-storage`.
    rds_free_storage_percent: f64 = 10.0,
    /// Per cent of what its storage allows that a database's 99th percentile may reach: `data-tier/rds-iops`.
    rds_iops_percent: f64 = 80.0,
    /// Per cent of its credits for bursts that a database's storage always has left: `data-tier/rds-iops`.
    rds_storage_balance_percent: f64 = 10.0,
    /// Per cent of CPU from which on a primary counts as busy: `replicas/read-heavy-no-replica`.
    read_heavy_cpu_percent: f64 = 60.0,
    /// Per cent of reads from which on a primary counts as read-heavy: `replicas/read-heavy-no-replica`.
    read_heavy_percent: f64 = 70.0,
    /// Connections that a replica in use has on average: `replicas/replica-unused`.
    replica_connections: f64 = 2.0,
    /// Per cent of CPU from which on a primary could use the help of its replicas: `replicas/replica-unused`.
    replica_primary_cpu_percent: f64 = 40.0,
    /// Per cent of the reads that a replica in use does: `replicas/replica-unused`.
    replica_reads_percent: f64 = 10.0,
    /// Writes per second below which one writer is far from its limit: `data-tier/single-writer-ceiling`.
    single_writer_iops: f64 = 1000.0,
    /// Per cent of the largest writer that the expected peak may take: `data-tier/single-writer-ceiling`.
    single_writer_percent: f64 = 70.0,
    /// Milliseconds from which on MySQL logs a slow statement at the latest: `data-tier/rds-query-insight`.
    slow_query_ms: f64 = 1000.0,
    /// Share of a target group's targets that may be unhealthy for an hour, 0 to 1: `load-balancing/healthy-targets`.
    unhealthy_target_share: f64 = 0.25,
    /// Days that the newest backup of a volume may be old: `recovery/ebs-snapshots`.
    volume_backup_days: i64 = 7,
    /// Per cent of CPU up to which a group's peak fits on what is left without its fullest zone: `multi-az/az-loss-capacity`.
    zone_loss_cpu_percent: f64 = 90.0,
}
}
