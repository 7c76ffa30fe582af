//! Where a report goes: a bucket and a topic. The only place in waaudit that writes to AWS; a house test holds it to that.
//!
//! An object is written once and never again: S3 itself refuses a second writer (`If-None-Match: *`), so that two
//! deliveries of one run can't mix their objects. Every call ends before the function does, and an error names the action,
//! the place, and what AWS said.

use std::error::Error;
use std::time::Duration;

use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{Region, retry::RetryConfig};
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::{ByteStream, SdkBody};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tokio::time::{Instant, timeout_at};

use super::run_error::RunError;
use waaudit_collect::transport::session::Session;

/// Attempts of a call that is throttled or fails on the way.
const ATTEMPTS: u32 = 4;
/// How often a write is tried that meets another one of the same key.
const CONFLICTS: u32 = 3;
/// S3's answer while another writer is writing the same key, which may yet fail.
const CONFLICT: &str = "ConditionalRequestConflict";
/// The object metadata that names the request that wrote it.
const WRITER: &str = "waaudit-request";

/// How long a destination may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowance {
    /// For one call with all its attempts.
    pub(super) call: Duration,
    /// For all of them.
    pub(super) until: Instant,
}

/// The bucket that reports go to.
pub(super) struct Bucket {
    client: aws_sdk_s3::Client,
    name: String,
    writer: String,
    allowance: Allowance,
}

/// How a write of an object came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// It is there now, and was not before.
    New,
    /// It was there, and is as it was.
    Before,
}

impl Bucket {
    /// A bucket as the function's own role reaches it; `writer` is the request that writes.
    pub(super) fn new(session: &Session, name: &str, writer: &str, allowance: Allowance) -> Self {
        let config = session.config_for(&session.home_region);
        let config = aws_sdk_s3::config::Builder::from(&config)
            .retry_config(retries(allowance))
            .timeout_config(timeouts(allowance))
            .build();
        Self {
            client: aws_sdk_s3::Client::from_conf(config),
            name: name.to_owned(),
            writer: writer.to_owned(),
            allowance,
        }
    }

    /// An object's URL.
    pub(super) fn url(&self, key: &str) -> String {
        format!("s3://{}/{key}", self.name)
    }

    /// The keys in a folder that come after another one, in order.
    pub(super) async fn keys(&self, folder: &str, after: &str) -> Result<Vec<String>, RunError> {
        let request = self.client.list_objects_v2().bucket(&self.name).prefix(folder).start_after(after);
        let mut pages = request.into_paginator().send();
        let (action, place) = ("s3:ListBucket", self.url(folder));
        let mut keys = Vec::new();
        while let Some(page) = self.allowance.ask(action, &place, async { pages.next().await.transpose() }).await? {
            keys.extend(page.contents.into_iter().flatten().filter_map(|object| object.key));
        }
        Ok(keys)
    }

    /// The text of an object; nothing where there is none.
    pub(super) async fn read(&self, key: &str) -> Result<Option<String>, RunError> {
        let (action, place) = ("s3:GetObject", self.url(key));
        let request = self.client.get_object().bucket(&self.name).key(key).send();
        let answer = async { none_where(request.await, &["NoSuchKey"]) };
        let Answer::Given(object) = self.allowance.ask(action, &place, answer).await? else { return Ok(None) };
        let broken = |cause: String| RunError::destination(format!("{action} on {place}: {cause}"));
        let body = timeout_at(self.allowance.until, object.body.collect()).await;
        let body = body.map_err(|_| broken(OUT_OF_TIME.to_owned()))?.map_err(|error| broken(error.to_string()))?;
        String::from_utf8(body.to_vec()).map(Some).map_err(|error| broken(error.to_string()))
    }

    /// Writes an object where there is none.
    pub(super) async fn write_new(&self, key: &str, text: String) -> Result<Written, RunError> {
        let (action, place) = ("s3:PutObject", self.url(key));
        let content_type = if key.ends_with(".ndjson") { "application/x-ndjson" } else { "application/json" };
        let body = SdkBody::from(text);
        let mut conflicts = 0;
        // A body of text is in memory, and can be cloned as often as it takes.
        while let (Some(body), true) = (body.try_clone(), conflicts < CONFLICTS) {
            let request = self
                .client
                .put_object()
                .bucket(&self.name)
                .key(key)
                .if_none_match("*")
                .content_type(content_type)
                .metadata(WRITER, &self.writer)
                .body(ByteStream::new(body));
            let answer = async { none_where(request.send().await, &["PreconditionFailed", CONFLICT]) };
            match self.allowance.ask(action, &place, answer).await? {
                Answer::Given(_) => return Ok(Written::New),
                Answer::None(code) if code == CONFLICT => {
                    conflicts += 1;
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                Answer::None(_) if self.is_own(key).await? => return Ok(Written::New),
                Answer::None(_) => return Ok(Written::Before),
            }
        }
        Err(RunError::destination(format!("{action} on {place}: {CONFLICT}: another write of it is under way")))
    }

    /// Whether this request wrote an object: an answer that was lost on the way makes the SDK write it again.
    async fn is_own(&self, key: &str) -> Result<bool, RunError> {
        let (action, place) = ("s3:GetObject", self.url(key));
        let request = self.client.head_object().bucket(&self.name).key(key).send();
        let head = self.allowance.ask(action, &place, request).await?;
        Ok(head.metadata().and_then(|metadata| metadata.get(WRITER)) == Some(&self.writer))
    }
}

/// The topic that is notified of what got worse.
pub(super) struct Topic {
    client: aws_sdk_sns::Client,
    arn: String,
    allowance: Allowance,
}

impl Topic {
    /// A topic as the function's own role reaches it, in the region that its ARN names.
    pub(super) fn new(session: &Session, arn: &str, allowance: Allowance) -> Self {
        let region = arn.split(':').nth(3).filter(|region| !region.is_empty());
        let config = session.config_for(region.unwrap_or(&session.home_region));
        let config = aws_sdk_sns::config::Builder::from(&config)
            .region(region.map(|region| Region::new(region.to_owned())))
            .retry_config(retries(allowance))
            .timeout_config(timeouts(allowance))
            .build();
        Self { client: aws_sdk_sns::Client::from_conf(config), arn: arn.to_owned(), allowance }
    }

    /// Publishes a message.
    pub(super) async fn publish(&self, subject: &str, message: &str) -> Result<(), RunError> {
        let request = self.client.publish().topic_arn(&self.arn).subject(subject).message(message);
        self.allowance.ask("sns:Publish", &self.arn, request.send()).await.map(|_| ())
    }
}

const OUT_OF_TIME: &str = "the function's time limit was reached";

impl Allowance {
    /// The answer to a call, if it comes in time.
    async fn ask<T, E>(
        &self,
        action: &str,
        place: &str,
        request: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, RunError>
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let cause = match timeout_at(self.until, request).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => cause(&error),
            Err(_) => OUT_OF_TIME.to_owned(),
        };
        Err(RunError::destination(format!("{action} on {place}: {cause}")))
    }
}

fn retries(allowance: Allowance) -> RetryConfig {
    RetryConfig::standard().with_max_attempts(ATTEMPTS).with_max_backoff(allowance.call / 2)
}

fn timeouts(allowance: Allowance) -> TimeoutConfig {
    let connect = Duration::from_secs(3).min(allowance.call);
    TimeoutConfig::builder().connect_timeout(connect).operation_timeout(allowance.call).build()
}

/// An answer, or the code of an error that is one.
enum Answer<T> {
    Given(T),
    None(String),
}

/// Takes errors with these codes for answers.
#[allow(clippy::result_large_err, reason = "the error is the SDK's")]
fn none_where<T, E: ProvideErrorMetadata>(
    answer: Result<T, SdkError<E, HttpResponse>>,
    codes: &[&str],
) -> Result<Answer<T>, SdkError<E, HttpResponse>> {
    match answer {
        Ok(answer) => Ok(Answer::Given(answer)),
        Err(error) => match error.code() {
            Some(code) if codes.contains(&code) => Ok(Answer::None(code.to_owned())),
            _ => Err(error),
        },
    }
}

fn cause<E: ProvideErrorMetadata + Error + 'static>(error: &SdkError<E, HttpResponse>) -> String {
    match (error.code(), error.message()) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        (None, _) => match error.raw_response() {
            Some(response) => format!("HTTP {} without an error code", response.status().as_u16()),
            // The SDK's words without the dump of its types.
            None => DisplayErrorContext(error).to_string().split(" (").next().unwrap_or_default().replace('\n', " "),
        },
    }
}
