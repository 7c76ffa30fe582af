//! The flags that say where an account comes from.

use std::path::PathBuf;

use clap::Args;
use waaudit_collect::Allowed;

use crate::cli::commands::source::From;

/// Flags that mean something for a live account alone.
pub(super) const LIVE: [&str; 8] =
    ["profile", "regions", "role_arn", "external_id", "endpoint_url", "timeout", "deadline", "attempts"];

/// Where the account comes from.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct SourceFlags {
    /// A profile of your AWS configuration
    #[arg(long, help_heading = "Account")]
    pub(in crate::cli) profile: Option<String>,
    /// A region to look at (repeatable) [default: all that are enabled]
    #[arg(long = "region", value_name = "REGION", help_heading = "Account")]
    pub(in crate::cli) regions: Vec<String>,
    /// A role to assume
    #[arg(long, value_name = "ARN", help_heading = "Account")]
    pub(in crate::cli) role_arn: Option<String>,
    /// The external id that the role demands
    #[arg(long, value_name = "ID", requires = "role_arn", help_heading = "Account")]
    pub(in crate::cli) external_id: Option<String>,
    /// Another endpoint for all services [env: AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE>]
    #[arg(long, value_name = "URL", help_heading = "Account")]
    pub(in crate::cli) endpoint_url: Option<String>,
    /// Seconds for one call over all its attempts; waiting for the rate limiter does not count
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600), help_heading = "Account")]
    pub(in crate::cli) timeout: u64,
    /// Seconds for the whole scan: what is not read by then is reported as a gap
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400), help_heading = "Account")]
    pub(in crate::cli) deadline: Option<u64>,
    /// Attempts for a call that is throttled or fails in transit
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=50), help_heading = "Account")]
    pub(in crate::cli) attempts: u32,

    /// Scan the bundled demo account (no credentials needed)
    #[arg(long, conflicts_with_all = LIVE, conflicts_with = "snapshot", help_heading = "Without an account")]
    pub(in crate::cli) demo: bool,
    /// Scan a saved snapshot (no credentials needed)
    #[arg(long, value_name = "FILE", conflicts_with_all = LIVE, help_heading = "Without an account")]
    pub(in crate::cli) snapshot: Option<PathBuf>,
}

impl SourceFlags {
    pub(in crate::cli) fn resolve(self, allowed: Allowed) -> From {
        let call_options = waaudit_collect::call::options::CallOptions {
            call: std::time::Duration::from_secs(self.timeout),
            attempts: self.attempts,
            deadline: self
                .deadline
                .map(|seconds| tokio::time::Instant::now() + std::time::Duration::from_secs(seconds)),
            ..Default::default()
        };
        let access = waaudit_collect::transport::session::Access {
            profile: self.profile,
            role_arn: self.role_arn,
            external_id: self.external_id,
            endpoint_url: self.endpoint_url,
            call_options,
        };
        match (self.demo, self.snapshot) {
            (true, _) => From::Demo,
            (false, Some(file)) => From::File(file),
            (false, None) => From::Account { access, regions: self.regions, allowed },
        }
    }
}
