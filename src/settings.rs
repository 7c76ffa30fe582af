//! Settings, read from `waaudit.toml`: answers that no API can give, thresholds, and rate limits.
//!
//! Rules see them as `settings.…`. An answer that was not given is unread, as a fact would be, and makes the
//! verdict unknown.

mod ranges;

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::ranges::{MAX_CALLS_IN_FLIGHT, MAX_SHARE, calls_in_flight, day, share, thresholds};
use crate::exit::Failure;
use crate::facts::Fact;

/// The settings' file name, looked for in the working directory.
pub const FILE_NAME: &str = "waaudit.toml";

/// All settings.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Answers to what can't be seen from outside.
    pub attest: Attest,
    /// What marks a resource as non-production: it is not evaluated unless `--include-non-production` is given.
    pub non_production: NonProduction,
    /// Limits that people argue about. A finding shows those that its rule read.
    #[serde(deserialize_with = "thresholds")]
    pub thresholds: Thresholds,
    /// How fast a scan asks.
    pub pace: Pacing,
}

/// Answers to what can't be seen from outside.
#[expect(clippy::struct_excessive_bools, reason = "each is an answer to a question of its own")]
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Attest {
    /// Whether the application keeps hot, rarely changing values in its own memory (or was found not to need it).
    #[serde(skip_serializing_if = "Fact::is_unread")]
    pub app_local_cache: Fact<bool>,
    /// Whether servers keep no session state between requests, because tokens carry it: `statelessness/session-store`.
    pub stateless: bool,
    /// Request headers, in lower case, that were looked at and are needed in cache keys: `caching/cloudfront-cache-key`.
    pub cache_key_headers: Vec<String>,
    /// Whether all who send to FIFO queues put up to ten messages into a call: `async/sqs-fifo-throughput`.
    #[serde(skip_serializing_if = "Fact::is_unread")]
    pub fifo_batches: Fact<bool>,
    /// Whether the components are monitored by a tool outside AWS or by a monitoring account: `observability/core-alarms`, `dashboard` and `external-probe` then do not apply.
    pub external_monitoring: bool,
    /// Whether requests are traced by a tool outside AWS: `observability/tracing-active` then does not apply.
    pub external_tracing: bool,
    /// The day on which a restore outside AWS Backup was last tried, `2026-01-31`; empty where none was: `recovery/restore-tested`.
    #[serde(deserialize_with = "day")]
    pub restore_tested_on: String,
    /// Whether policy, such as a law on data residency, keeps the account in one region: `multi-az/region-failover` then does not apply.
    pub single_region: bool,
}

/// What marks a resource as non-production, on itself or on what it is a part of (its cluster, its group). In all of
/// these `*` stands for anything, and upper and lower case are the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NonProduction {
    /// Whether such resources are evaluated all the same.
    pub judge: bool,
    /// Keys of tags that name an environment.
    pub tag_keys: Vec<String>,
    /// Values of such tags that mean non-production. Staging counts as production until it is named here.
    pub tag_values: Vec<String>,
    /// Ids and names of non-production resources, `*-dev`. None by default: names are less reliable than tags.
    pub names: Vec<String>,
    /// Aliases of non-production accounts. None by default: an account that is scanned is meant to be evaluated.
    pub account_aliases: Vec<String>,
}

impl NonProduction {
    /// Whether tags, id or name of a resource mean that it is no production. Where such resources are judged, none is.
    pub fn covers(&self, id: &str, name: Option<&str>, tags: Option<&BTreeMap<String, String>>) -> bool {
        let tagged = tags.into_iter().flatten();
        let by_tag = tagged.into_iter().any(|(key, value)| like(key, &self.tag_keys) && like(value, &self.tag_values));
        !self.judge && (by_tag || like(id, &self.names) || name.is_some_and(|name| like(name, &self.names)))
    }
}

/// Whether a text fits one of some patterns, in which `*` stands for anything; case does not matter.
fn like(text: &str, patterns: &[String]) -> bool {
    patterns.iter().any(|pattern| {
        let glob = globset::GlobBuilder::new(pattern).case_insensitive(true).build();
        glob.is_ok_and(|glob| glob.compile_matcher().is_match(text))
    })
}

impl Default for NonProduction {
    fn default() -> Self {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            judge: false,
            tag_keys: words(&["env", "environment", "stage", "tier"]),
            tag_values: words(&[
                "dev",
                "development",
                "test",
                "testing",
                "qa",
                "sandbox",
                "ephemeral",
                "preview",
                "ci",
                "nonprod*",
                "non-prod*",
                "non_prod*",
                "non prod*",
            ]),
            names: Vec::new(),
            account_aliases: Vec::new(),
        }
    }
}

/// Limits that people argue about, each with its unit and the rule that reads it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// Seconds in which an Application Load Balancer's targets answer 95 requests in 100: `load-balancing/alb-latency`.
    pub alb_response_seconds: f64,
    /// Share of an Application Load Balancer's requests that end in a server error over 7 days, 0 to 1: `load-balancing/alb-5xx`.
    pub alb_server_error_share: f64,
    /// The same in the worst 5 minutes: `load-balancing/alb-5xx`.
    pub alb_server_error_share_worst: f64,
    /// Connections to targets that fail, as a share of the requests, 0 to 1: `load-balancing/alb-rejected`.
    pub alb_target_connection_error_share: f64,
    /// Per cent above the expected cost from which on an anomaly is told at the latest: `cost/anomaly-monitor`.
    pub anomaly_percent: f64,
    /// US dollars that an anomaly costs in all, from which on it is told at the latest: `cost/anomaly-monitor`.
    pub anomaly_usd: f64,
    /// How many times its quiet hour's size a group wants every day, from where on it has to know beforehand: `scaling/anticipatory`.
    pub anticipation_swing: f64,
    /// Milliseconds that an API stage takes for nine requests in ten, in the worst of its hours: `load-balancing/apigw-5xx`.
    pub apigw_latency_milliseconds: f64,
    /// Share of a region's throttle that its busiest minute may use, 0 to 1: `quotas/apigw-rps`.
    pub apigw_rate_share: f64,
    /// Share of an API stage's requests that end in a server error over 7 days, 0 to 1: `load-balancing/apigw-5xx`.
    pub apigw_server_error_share: f64,
    /// The same in three minutes in a row: `load-balancing/apigw-5xx`.
    pub apigw_server_error_share_sustained: f64,
    /// Per cent of CPU that a fleet at its maximum may sustain for 15 minutes: `scaling/asg-saturated`.
    pub asg_cpu_percent: f64,
    /// Per cent of its maximum that an Auto Scaling group wants at most, now and at its peak: `scaling/asg-headroom`.
    pub asg_peak_percent: f64,
    /// Per cent of its greatest capacity that a serverless database's 99th percentile stays below: `data-tier/aurora-serverless-ceiling`.
    pub aurora_capacity_percent: f64,
    /// Milliseconds that the 99th percentile of an Aurora reader's lag may reach: `replicas/replica-lag`.
    pub aurora_lag_ms: f64,
    /// By how much the busiest hour of readers may exceed the quietest before they scale: `replicas/aurora-reader-autoscaling`.
    pub aurora_reader_day_ratio: f64,
    /// Per cent of CPU in their busiest hour below which readers need not scale: `replicas/aurora-reader-autoscaling`.
    pub aurora_reader_percent: f64,
    /// Bytes in a bucket above which its objects have to move or expire by themselves: `cost/s3-lifecycle`.
    pub bucket_bytes: f64,
    /// Per cent of its CPU that the 99th percentile of a cache's engine thread stays below: `caching/elasticache-engine-cpu`.
    pub cache_engine_cpu_percent: f64,
    /// Hits of all look-ups, 0 to 1, from which on a cache may throw entries out: `caching/elasticache-evictions`.
    pub cache_evicting_hit_ratio: f64,
    /// Hits of all look-ups, 0 to 1, that a cache reaches: `caching/elasticache-hit-ratio`.
    pub cache_hit_ratio: f64,
    /// Look-ups a minute above which a cache's hit ratio says something: `caching/elasticache-hit-ratio`.
    pub cache_judged_lookups: f64,
    /// Per cent of its memory that a cache stays below: `caching/elasticache-evictions`.
    pub cache_memory_percent: f64,
    /// Per cent of its CPU or of a large node's memory above which a cache has to be able to grow by shards: `caching/elasticache-sharding`.
    pub cache_shard_percent: f64,
    /// Per cent of CPU from which on a database has to have a cache in front: `caching/db-cache-present`.
    pub cached_database_cpu_percent: f64,
    /// Share of reads, 0 to 1, from which on a busy database has to have a cache in front: `caching/db-cache-present`.
    pub cached_database_read_share: f64,
    /// Days that a certificate in use has left, where ACM does not renew it: `edge-security/cert-expiry`.
    pub certificate_days: i64,
    /// Days that one has left which ACM renews: `edge-security/cert-expiry`.
    pub certificate_renewal_days: i64,
    /// Per cent of cacheable requests that a distribution answers from its cache: `caching/cloudfront-hit-ratio`.
    pub cloudfront_hit_percent: f64,
    /// Requests a week above which a distribution's hit rate says something: `caching/cloudfront-hit-ratio`.
    pub cloudfront_judged_requests: f64,
    /// Requests in 30 days above which a distribution has to publish its hit rate: `observability/cloudfront-metrics`.
    pub cloudfront_measured_requests: f64,
    /// US dollars of compute in a month from which on commitments are asked for: `cost/commitment-coverage`.
    pub commitment_least_usd: f64,
    /// Per cent of steady use that commitments cover: `cost/commitment-coverage`.
    pub commitment_percent: f64,
    /// Per cent of a day's CPU credits that a burstable server always keeps: `scaling/burstable-credits`.
    pub cpu_credit_reserve_percent: f64,
    /// CPU credits that an unlimited burstable server may be charged for in a week: `scaling/burstable-credits`.
    pub cpu_surplus_credits: f64,
    /// US dollars in a month from which on data transfer is looked at: `cost/data-transfer-share`.
    pub data_transfer_least_usd: f64,
    /// Per cent of the bill that data transfer may be: `cost/data-transfer-share`.
    pub data_transfer_percent: f64,
    /// Runs at once that fewer functions than `database_pool_functions` may be bound to without a proxy: `data-tier/rds-proxy`.
    pub database_pool_concurrency: f64,
    /// Functions from which on a database needs a proxy whatever they are bound to: `data-tier/rds-proxy`.
    pub database_pool_functions: f64,
    /// Per cent of its provisioned capacity below which a table need not scale: `data-tier/dynamodb-capacity-mode`.
    pub dynamodb_capacity_percent: f64,
    /// Per cent of throttled requests that a table's worst hour stays below: `data-tier/dynamodb-throttles`.
    pub dynamodb_throttled_percent: f64,
    /// Units per second in its busiest minute below which a table needs no warming: `data-tier/dynamodb-warm-throughput`.
    pub dynamodb_units_per_second: f64,
    /// How many times today's load is expected once the users are there that the architecture is meant for: `data-tier/single-writer-ceiling`.
    pub expected_growth_factor: f64,
    /// How many times today's peak is expected at a planned event; 1 where none is planned: `load-balancing/alb-capacity-reservation`, `data-tier/dynamodb-warm-throughput`.
    pub expected_peak_factor: f64,
    /// Share of a FIFO queue's calls a second that its busiest minute may take: `async/sqs-fifo-throughput`.
    pub fifo_calls_share: f64,
    /// Per cent of its busiest hour's size that a fleet which does not shrink keeps in its quietest: `cost/flat-fleet`.
    pub flat_fleet_capacity_percent: f64,
    /// Per cent of CPU below which a fleet's quietest hour is idle: `cost/flat-fleet`.
    pub flat_fleet_cpu_percent: f64,
    /// Per cent of its busiest hour's requests to which a fleet's quietest hour falls: `cost/flat-fleet`.
    pub flat_fleet_requests_percent: f64,
    /// Per cent of its connections that a database's fleets may need at their greatest sizes: `quotas/db-connections-at-fleet-max`.
    pub fleet_connections_percent: f64,
    /// Gigabytes a day through NAT gateways, from where on gateway endpoints are missed: `cost/gateway-endpoints`.
    pub gateway_endpoint_gigabytes_a_day: f64,
    /// Requests in 7 days below which an Application Load Balancer is idle: `cost/idle-load-balancer`.
    pub idle_balancer_requests: f64,
    /// Per cent of Lambda's concurrency limit that may be claimed at the peak: `quotas/lambda-concurrency`.
    pub lambda_concurrency_percent: f64,
    /// Share of calls that a function may refuse: `async/lambda-throttles`.
    pub lambda_throttled_share: f64,
    /// Per cent of the connections that a NAT gateway's addresses can hold to one destination: `quotas/nat-ports`.
    pub nat_connection_percent: f64,
    /// Per cent of packets that a NAT gateway may drop: `quotas/nat-ports`.
    pub nat_packet_loss_percent: f64,
    /// Seconds that the 95th percentile of the oldest message's age may reach: `async/sqs-message-age`.
    pub queue_age_seconds: f64,
    /// Share of a queue's retention period that a message may ever wait: `async/sqs-message-age`.
    pub queue_age_share: f64,
    /// Messages in flight that a queue stays below (SQS stops at 120,000): `async/sqs-message-age`.
    pub queue_in_flight: f64,
    /// Not used any more, and kept for one release: `data-tier/rds-burstable` uses CPU credits.
    pub rds_burstable_cpu_percent: f64,
    /// Per cent of its connections that a database's peak may reach: `data-tier/rds-connections`.
    pub rds_connections_percent: f64,
    /// Per cent of CPU that a database may not sustain for 5 minutes: `data-tier/rds-cpu`.
    pub rds_cpu_held_percent: f64,
    /// Per cent of CPU that a database's 95th percentile stays below: `data-tier/rds-cpu`.
    pub rds_cpu_percent: f64,
    /// Per cent of its CPU credits that a burstable database always has left: `data-tier/rds-burstable`.
    pub rds_credits_percent: f64,
    /// Days that a database's free storage lasts: `data-tier/rds-free-storage`.
    pub rds_days_to_full: f64,
    /// Per cent of its storage that a database has free: `data-tier/rds-free-storage`.
    pub rds_free_storage_percent: f64,
    /// Per cent of what its storage allows that a database's 99th percentile may reach: `data-tier/rds-iops`.
    pub rds_iops_percent: f64,
    /// Per cent of its credits for bursts that a database's storage always has left: `data-tier/rds-iops`.
    pub rds_storage_balance_percent: f64,
    /// Per cent of CPU from which on a primary counts as busy: `replicas/read-heavy-no-replica`.
    pub read_heavy_cpu_percent: f64,
    /// Per cent of reads from which on a primary counts as read-heavy: `replicas/read-heavy-no-replica`.
    pub read_heavy_percent: f64,
    /// Connections that a replica in use has on average: `replicas/replica-unused`.
    pub replica_connections: f64,
    /// Per cent of CPU from which on a primary could use the help of its replicas: `replicas/replica-unused`.
    pub replica_primary_cpu_percent: f64,
    /// Per cent of the reads that a replica in use does: `replicas/replica-unused`.
    pub replica_reads_percent: f64,
    /// Writes per second below which one writer is far from its limit: `data-tier/single-writer-ceiling`.
    pub single_writer_iops: f64,
    /// Per cent of the largest writer that the expected peak may take: `data-tier/single-writer-ceiling`.
    pub single_writer_percent: f64,
    /// Milliseconds from which on MySQL logs a slow statement at the latest: `data-tier/rds-query-insight`.
    pub slow_query_ms: f64,
    /// Share of a target group's targets that may be unhealthy for an hour, 0 to 1: `load-balancing/healthy-targets`.
    pub unhealthy_target_share: f64,
    /// Days that the newest backup of a volume may be old: `recovery/ebs-snapshots`.
    pub volume_backup_days: i64,
    /// Per cent of CPU up to which a group's peak fits on what is left without its fullest zone: `multi-az/az-loss-capacity`.
    pub zone_loss_cpu_percent: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            alb_response_seconds: 1.0,
            alb_server_error_share: 0.01,
            alb_server_error_share_worst: 0.05,
            alb_target_connection_error_share: 0.001,
            anomaly_percent: 100.0,
            anomaly_usd: 1000.0,
            anticipation_swing: 2.0,
            apigw_latency_milliseconds: 2500.0,
            apigw_rate_share: 0.7,
            apigw_server_error_share: 0.01,
            apigw_server_error_share_sustained: 0.05,
            asg_cpu_percent: 80.0,
            asg_peak_percent: 90.0,
            aurora_capacity_percent: 90.0,
            aurora_lag_ms: 2000.0,
            aurora_reader_day_ratio: 2.0,
            aurora_reader_percent: 40.0,
            bucket_bytes: 100e9,
            cache_engine_cpu_percent: 70.0,
            cache_evicting_hit_ratio: 0.9,
            cache_hit_ratio: 0.8,
            cache_judged_lookups: 100.0,
            cache_memory_percent: 80.0,
            cache_shard_percent: 50.0,
            cached_database_cpu_percent: 50.0,
            cached_database_read_share: 0.6,
            certificate_days: 30,
            certificate_renewal_days: 14,
            cloudfront_hit_percent: 50.0,
            cloudfront_judged_requests: 10_000.0,
            cloudfront_measured_requests: 1_000_000.0,
            commitment_least_usd: 1000.0,
            commitment_percent: 60.0,
            cpu_credit_reserve_percent: 10.0,
            cpu_surplus_credits: 0.0,
            data_transfer_least_usd: 100.0,
            data_transfer_percent: 15.0,
            database_pool_concurrency: 50.0,
            database_pool_functions: 3.0,
            dynamodb_capacity_percent: 30.0,
            dynamodb_throttled_percent: 0.1,
            dynamodb_units_per_second: 100.0,
            expected_growth_factor: 4.0,
            expected_peak_factor: 1.0,
            fifo_calls_share: 0.7,
            flat_fleet_capacity_percent: 90.0,
            flat_fleet_cpu_percent: 20.0,
            flat_fleet_requests_percent: 30.0,
            fleet_connections_percent: 80.0,
            gateway_endpoint_gigabytes_a_day: 1.0,
            idle_balancer_requests: 100.0,
            lambda_concurrency_percent: 70.0,
            lambda_throttled_share: 0.001,
            nat_connection_percent: 70.0,
            nat_packet_loss_percent: 0.01,
            queue_age_seconds: 300.0,
            queue_age_share: 0.25,
            queue_in_flight: 96_000.0,
            rds_burstable_cpu_percent: 20.0,
            rds_connections_percent: 85.0,
            rds_cpu_held_percent: 90.0,
            rds_cpu_percent: 80.0,
            rds_credits_percent: 20.0,
            rds_days_to_full: 30.0,
            rds_free_storage_percent: 10.0,
            rds_iops_percent: 80.0,
            rds_storage_balance_percent: 10.0,
            read_heavy_cpu_percent: 60.0,
            read_heavy_percent: 70.0,
            replica_connections: 2.0,
            replica_primary_cpu_percent: 40.0,
            replica_reads_percent: 10.0,
            single_writer_iops: 1000.0,
            single_writer_percent: 70.0,
            slow_query_ms: 1000.0,
            unhealthy_target_share: 0.25,
            volume_backup_days: 7,
            zone_loss_cpu_percent: 90.0,
        }
    }
}

/// Rate limits of a scan. Production draws on the same API rates, auto scaling above all: a scan may take less, never more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Pacing {
    /// The share of the account's published API rates, and of their bursts.
    #[serde(deserialize_with = "share")]
    #[schemars(extend("exclusiveMinimum" = 0.0, "maximum" = MAX_SHARE))]
    pub share: f64,
    /// Calls in flight at once, over all services and regions.
    #[serde(deserialize_with = "calls_in_flight")]
    #[schemars(extend("minimum" = 1, "maximum" = MAX_CALLS_IN_FLIGHT))]
    pub calls_in_flight: usize,
    /// Whether the endpoint is an emulator of AWS on this machine, where no rates hold. Refused for any other endpoint.
    pub emulator: bool,
}

impl Default for Pacing {
    fn default() -> Self {
        Self { share: MAX_SHARE, calls_in_flight: MAX_CALLS_IN_FLIGHT, emulator: false }
    }
}

impl Settings {
    /// Reads a settings file; without a name, `waaudit.toml` if there is one.
    pub fn read(file: Option<&Path>) -> Result<Self, Failure> {
        let default = Path::new(FILE_NAME);
        let path = match file {
            Some(path) => path,
            None if default.exists() => default,
            None => return Ok(Self::default()),
        };
        let text = std::fs::read_to_string(path).map_err(|error| Failure::file("read the settings", path, &error))?;
        toml::from_str(&text).map_err(|error| {
            Failure::new(format!("{}: {}", path.display(), error.to_string().trim_end()))
                .help("waaudit schema settings")
        })
    }

    /// The settings as rules see them.
    pub fn as_value(&self) -> serde_json::Value {
        // Plain structs of JSON's own types always serialise.
        serde_json::to_value(self).unwrap_or(serde_json::Value::Null)
    }
}

#[cfg(test)]
mod tests;
