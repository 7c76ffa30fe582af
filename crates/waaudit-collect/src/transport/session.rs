//! The session: credentials, endpoint, time limits, and the one HTTP client that all services share.
//!
//! Credentials are found as the AWS CLI finds them (profiles, SSO, assumed roles, web identity, container and instance
//! roles), by the SDK alone; nothing here ever sees a secret. Each service client would build a connection
//! pool of its own, so one HTTP client is made and lent to all.

use std::time::Duration;

use aws_config::profile::{ProfileFileCredentialsProvider, load};
use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::{TimeoutConfig, TimeoutConfigBuilder};
use aws_config::{BehaviorVersion, Region};
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_sdk_sts::config::StalledStreamProtectionConfig;
use aws_sdk_sts::config::retry::RetryConfig;
use aws_sdk_sts::error::DisplayErrorContext;
use aws_smithy_http_client::tls;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::SdkConfig;
use aws_types::os_shim_internal::{Env, Fs};

use super::http_middleware::HttpMiddleware;
use crate::call::errors::{Failed, explain};
use crate::call::options::CallOptions;
use waaudit_model::error::Failure;
use waaudit_model::gap::GapReason;
use waaudit_model::snapshot::AccountIdentity;

/// Where credentials and requests go.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// A profile of the AWS configuration.
    pub profile: Option<String>,
    /// A role to assume.
    pub role_arn: Option<String>,
    /// The external id that the role demands.
    pub external_id: Option<String>,
    /// Another endpoint for all services.
    pub endpoint_url: Option<String>,
    /// Time limits, attempts and rates.
    pub call_options: CallOptions,
}

/// Access to one account that was proven to work.
pub struct Session {
    /// Whose account it is.
    pub account: AccountIdentity,
    /// The region that the profile or environment names, or the one of the partition's global services.
    pub home_region: String,
    /// Time limits, attempts and rates.
    pub call_options: CallOptions,
    config: SdkConfig,
}

impl Session {
    /// Finds credentials and asks AWS whose they are.
    pub async fn open(access: &Access) -> Result<Self, Failure> {
        if let Some(profile) = &access.profile {
            require(profile).await?;
        }
        let config = configure(access).await;
        if access.call_options.emulator {
            require_emulator(config.endpoint_url())?;
        }
        let named_region = config.region().map(ToString::to_string);
        let config = in_some_region(&config, access.role_arn.as_deref());
        let config = match &access.role_arn {
            None => config,
            Some(role) => assume(&config, role, access.external_id.as_deref()).await,
        };
        let account = identify(&config, access, named_region.is_some()).await?;
        let home_region = named_region.unwrap_or_else(|| first_region(&account.partition));
        let config = config.into_builder().timeout_config(connecting(&access.call_options).build()).build();
        Ok(Self { account, home_region, call_options: access.call_options, config })
    }

    /// The configuration for a region's clients. Calls of the scan are bounded, paced and repeated by `attempts`.
    pub fn config_for(&self, region: &str) -> SdkConfig {
        self.config.to_builder().region(Region::new(region.to_owned())).build()
    }

    /// Where global services answer.
    pub fn global_region(&self) -> String {
        first_region(&self.account.partition)
    }
}

/// The region in which a partition's global services answer: `implicitGlobalRegion` in the partitions file that AWS's
/// SDKs share, November 2026.
pub(crate) fn first_region(partition: &str) -> String {
    match partition {
        "aws-cn" => "cn-northwest-1",
        "aws-us-gov" => "us-gov-west-1",
        "aws-eusc" => "eusc-de-east-1",
        "aws-iso" => "us-iso-east-1",
        "aws-iso-b" => "us-isob-east-1",
        "aws-iso-e" => "eu-isoe-west-1",
        "aws-iso-f" => "us-isof-south-1",
        _ => "us-east-1",
    }
    .to_owned()
}

/// An ARN's second part: `aws`, `aws-cn`.
fn partition(arn: &str) -> Option<&str> {
    arn.split(':').nth(1).filter(|partition| !partition.is_empty())
}

fn connecting(call_options: &CallOptions) -> TimeoutConfigBuilder {
    TimeoutConfig::builder().connect_timeout(Duration::from_secs(5).min(call_options.call))
}

async fn configure(access: &Access) -> SdkConfig {
    let http_client = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https();
    let retries = RetryConfig::standard()
        .with_max_attempts(access.call_options.attempts)
        .with_max_backoff(Duration::from_secs(20).min(access.call_options.call));
    let timeouts = connecting(&access.call_options).operation_timeout(access.call_options.call).build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(HttpMiddleware::new(SharedHttpClient::clone(&http_client)))
        // It would repeat a request behind the back of the rate limiter; `attempts` bounds the whole exchange.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .retry_config(retries)
        .timeout_config(timeouts);
    if let Some(profile) = &access.profile {
        // The SDK's own chain would prefer credentials in the environment, and audit another account than the named one.
        let config = ProviderConfig::without_region().with_http_client(http_client).load_default_region().await;
        let provider = ProfileFileCredentialsProvider::builder().configure(&config).profile_name(profile).build();
        loader = loader.profile_name(profile).credentials_provider(provider);
    }
    if let Some(url) = &access.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    loader.load().await
}

/// A configuration that names a region for sure: the own one, or one of the partition that the role is in.
fn in_some_region(config: &SdkConfig, role: Option<&str>) -> SdkConfig {
    if config.region().is_some() {
        return config.clone();
    }
    let region = first_region(role.and_then(partition).unwrap_or("aws"));
    config.to_builder().region(Region::new(region)).build()
}

/// A profile that is named has to exist.
async fn require(profile: &str) -> Result<(), Failure> {
    let set = load(&Fs::real(), &Env::real(), &EnvConfigFiles::default(), None).await.map_err(|error| {
        let cause = DisplayErrorContext(&error).to_string();
        Failure::new(format!("the AWS configuration could not be read: {}", plain(&cause))).help("aws configure list")
    })?;
    if set.get_profile(profile).is_some() {
        return Ok(());
    }
    let known = set.profiles().collect::<Vec<_>>().join(", ");
    let help = if known.is_empty() { "aws configure sso".to_owned() } else { format!("profiles: {known}") };
    Err(Failure::new(format!("the profile `{profile}` does not exist")).help(help))
}

/// Without rates, only what is surely not AWS may be asked.
fn require_emulator(endpoint: Option<&str>) -> Result<(), Failure> {
    let host = endpoint.and_then(|url| url.split_once("://")?.1.split(['/', '?']).next());
    let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
    if name.is_some_and(|name| ["localhost", "127.0.0.1", "[::1]"].contains(&name)) {
        return Ok(());
    }
    let endpoint = endpoint.unwrap_or("AWS");
    Err(Failure::new(format!("`pace.emulator` is set, but {endpoint} is no endpoint on this machine"))
        .help("--endpoint-url http://127.0.0.1:PORT, or leave `pace.emulator` out"))
}

async fn assume(config: &SdkConfig, role: &str, external_id: Option<&str>) -> SdkConfig {
    let mut provider = AssumeRoleProvider::builder(role).session_name("waaudit").configure(config);
    if let Some(id) = external_id {
        provider = provider.external_id(id);
    }
    let credentials = aws_credential_types::provider::SharedCredentialsProvider::new(provider.build().await);
    config.to_builder().credentials_provider(credentials).build()
}

async fn identify(config: &SdkConfig, access: &Access, has_region: bool) -> Result<AccountIdentity, Failure> {
    let client = aws_sdk_sts::Client::new(config);
    let identity = client.get_caller_identity().send().await.map_err(|error| {
        let cause = DisplayErrorContext(&error).to_string();
        refusal(access, has_region, &explain(&error), &cause)
    })?;
    let (Some(id), Some(arn)) = (identity.account, identity.arn) else {
        return Err(
            Failure::new("sts:GetCallerIdentity answered without an account").help("aws sts get-caller-identity")
        );
    };
    let partition = partition(&arn).unwrap_or("aws").to_owned();
    Ok(AccountIdentity { id, alias: None, arn, partition })
}

/// Why the credentials can't be used, with a command that helps.
fn refusal(access: &Access, has_region: bool, failed: &Failed, cause: &str) -> Failure {
    let message = &failed.message;
    let profile = access.profile.as_ref().map_or(String::new(), |profile| format!(" --profile {profile}"));
    let asked =
        failed.request_id.as_ref().map_or(String::new(), |id| format!(" (sts:GetCallerIdentity, request {id})"));
    let check = format!("aws sts get-caller-identity{profile}");
    match failed.reason {
        GapReason::CredentialsExpired if cause.contains("xpired") => {
            Failure::new(format!("the credentials have expired: {message}{asked}"))
                .help(format!("aws sso login{profile}"))
        }
        GapReason::CredentialsExpired => Failure::new(format!("no usable credentials: {}", none_found(cause)))
            .help("waaudit scan --profile NAME, or aws configure sso"),
        GapReason::Unreachable | GapReason::NotInRegion | GapReason::TimedOut => {
            Failure::new(format!("AWS could not be reached: {}", plain(message))).help(check)
        }
        // Credentials of China or GovCloud are unknown to the endpoint of another partition.
        GapReason::OptInRequired if !has_region => {
            Failure::new(format!("AWS refused the credentials: {message}{asked}"))
                .help(format!("name a region, as other partitions need one: AWS_REGION=cn-northwest-1 {check}"))
        }
        _ => Failure::new(format!("AWS refused the credentials: {message}{asked}")).help(check),
    }
}

fn none_found(cause: &str) -> String {
    if cause.contains("no credentials found in chain") {
        return "found none in the environment, the AWS configuration, a web identity, a container or an instance"
            .to_owned();
    }
    plain(cause)
}

/// The SDK's words without its wrappers and without the dump of its types.
fn plain(cause: &str) -> String {
    let words = cause.split(" (").next().unwrap_or(cause);
    words.trim_start_matches("dispatch failure: ").trim_start_matches("other: ").replace('\n', " ")
}

impl Session {
    /// A session without credentials, for collectors that make no call: in tests and simulations.
    pub(crate) fn offline() -> Self {
        let account = AccountIdentity {
            id: "111122223333".to_owned(),
            alias: None,
            arn: "arn:aws:iam::111122223333:role/audit".to_owned(),
            partition: "aws".to_owned(),
        };
        let config = SdkConfig::builder().build();
        Self { account, home_region: "eu-west-1".to_owned(), call_options: CallOptions::default(), config }
    }
}

#[cfg(test)]
mod tests {
    use super::{first_region, partition, require_emulator};

    #[test]
    fn each_partition_has_a_region_for_its_global_services() {
        let region = |arn| partition(arn).map(first_region);
        for (arn, expected) in [
            ("arn:aws:iam::111122223333:role/audit", "us-east-1"),
            ("arn:aws-cn:iam::111122223333:role/audit", "cn-northwest-1"),
            ("arn:aws-us-gov:iam::111122223333:role/audit", "us-gov-west-1"),
            ("arn:aws-eusc:iam::111122223333:role/audit", "eusc-de-east-1"),
        ] {
            assert_eq!(region(arn).as_deref(), Some(expected));
        }
        assert_eq!(partition("audit"), None);
    }

    #[test]
    fn only_this_machine_is_an_emulator() {
        for own in ["http://127.0.0.1:5555", "http://localhost:4566/", "http://[::1]:5555", "https://localhost"] {
            assert!(require_emulator(Some(own)).is_ok(), "{own}");
        }
        for other in
            ["https://rds.eu-west-1.amazonaws.com", "http://127.0.0.1.example.com:80", "http://example.com/localhost"]
        {
            assert!(require_emulator(Some(other)).is_err(), "{other}");
        }
        assert!(require_emulator(None).is_err());
    }
}
