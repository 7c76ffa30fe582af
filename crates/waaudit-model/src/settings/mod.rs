//! Settings, read from `waaudit.toml`: answers that no API can give, thresholds, and rate limits.
//!
//! Rules see them as `settings.…`. An answer that was not given is unread, as a fact would be, and makes the
//! verdict unknown.

mod non_production;
mod ranges;
mod targets;
mod thresholds;

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::non_production::{NonProduction, NonProductionPatterns};
use self::ranges::{MAX_CALLS_IN_FLIGHT, MAX_SHARE, calls_in_flight, day, share, thresholds};
pub use self::targets::{Target, Targets};
pub use self::thresholds::Thresholds;
use crate::error::Failure;
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
    /// What ways in have to withstand: their loss of a zone, and their growth. By DNS name, name, id or ARN; `"*"` is for all others: `"shop.example.com" = { zone_loss = "fails_over", grow = 10 }`.
    pub targets: Targets,
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
