//! HTTP middleware: counts, paces, bounds, classifies and repeats every attempt of a call.
//!
//! It wraps the one HTTP client, so that no service client can be built without it. Retries happen here and not in the
//! SDK: the SDK holds its own budget of retries for each service, which a busy scan exhausts, and its time limit would
//! include the wait for tokens. What the SDK still repeats is an answer that it can't parse, and a request
//! whose signature grew old. The cost is that error codes are read here a first time, from each wire protocol.

use std::time::Duration;

use aws_sdk_sts::error::DisplayErrorContext;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::{RuntimeComponents, RuntimeComponentsBuilder};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::retry::ErrorKind;
use tokio::time::{Instant, sleep, timeout};

use super::wire;
use crate::call::errors::{Failed, NoAnswer, by_cause, is_throttled, is_transient, of_response};
use crate::rate_limit::CallTracker;
use waaudit_model::gap::GapReason;

/// A name that can't be looked up so often does not exist.
const LOOKUPS: u32 = 3;
/// AWS takes a signature for five minutes: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>.
const SIGNED_FOR: Duration = Duration::from_mins(4);

/// An HTTP client whose requests are paced and repeated.
#[derive(Debug)]
pub(crate) struct HttpMiddleware {
    client: SharedHttpClient,
}

impl HttpMiddleware {
    pub(crate) const fn new(client: SharedHttpClient) -> Self {
        Self { client }
    }
}

impl HttpClient for HttpMiddleware {
    fn http_connector(&self, settings: &HttpConnectorSettings, parts: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector { inner: self.client.http_connector(settings, parts) })
    }

    fn validate_base_client_config(&self, parts: &RuntimeComponentsBuilder, bag: &ConfigBag) -> Result<(), BoxError> {
        self.client.validate_base_client_config(parts, bag)
    }

    fn validate_final_config(&self, parts: &RuntimeComponents, bag: &ConfigBag) -> Result<(), BoxError> {
        self.client.validate_final_config(parts, bag)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.client.connector_metadata()
    }
}

#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        match CallTracker::of(request.headers().get("authorization")) {
            None => self.inner.call(request),
            Some(tracker) => {
                let inner = self.inner.clone();
                HttpConnectorFuture::new(async move { send(&inner, &tracker, request).await })
            }
        }
    }
}

/// How an attempt came out.
#[allow(clippy::large_enum_variant, reason = "it is made for one match")]
enum Outcome {
    /// With something for the SDK.
    Final(Result<HttpResponse, ConnectorError>),
    /// With something that may pass.
    Passing(Failed),
}

/// Sends a request until it has an answer, or attempts or time are used up.
async fn send(
    inner: &SharedHttpConnector,
    tracker: &CallTracker,
    request: HttpRequest,
) -> Result<HttpResponse, ConnectorError> {
    let signed = Instant::now();
    loop {
        let Some(copy) = request.try_clone() else {
            return Err(ConnectorError::user("a request whose body can't be sent again".into()));
        };
        let failed = match attempt(inner, tracker, copy).await {
            Outcome::Final(outcome) => return outcome,
            Outcome::Passing(failed) => failed,
        };
        let Some(pause) = tracker.next_attempt(failed.reason == GapReason::Throttled) else {
            return Err(given_up(failed));
        };
        sleep(pause).await;
        if signed.elapsed() >= SIGNED_FOR {
            return Err(ConnectorError::other(NoAnswer(failed).into(), Some(ErrorKind::TransientError)));
        }
    }
}

async fn attempt(inner: &SharedHttpConnector, tracker: &CallTracker, request: HttpRequest) -> Outcome {
    let attempt = match tracker.begin().await {
        Ok(attempt) => attempt,
        Err(refused) => return Outcome::Final(Err(given_up(refused))),
    };
    let limit = attempt.limit;
    let answer = timeout(limit, exchange(inner, request)).await;
    tracker.end(attempt);
    match answer {
        Err(_) => Outcome::Passing(tracker.timed_out()),
        Ok(Err(error)) => unsent(error, tracker.requests()),
        Ok(Ok((response, body))) => {
            tracker.answered();
            judged(tracker, response, &body)
        }
    }
}

/// A request and its answer with the whole body, which may hang as well as the rest.
async fn exchange(
    inner: &SharedHttpConnector,
    request: HttpRequest,
) -> Result<(HttpResponse, Vec<u8>), ConnectorError> {
    let mut response = inner.call(request).await?;
    let body = ByteStream::new(response.take_body()).collect().await;
    let body = body.map_err(|error| ConnectorError::io(error.into()))?.into_bytes();
    let is_error = !response.status().is_success();
    let copy = if is_error { body.to_vec() } else { Vec::new() };
    *response.body_mut() = SdkBody::from(body);
    Ok((response, copy))
}

fn judged(tracker: &CallTracker, response: HttpResponse, body: &[u8]) -> Outcome {
    if response.status().is_success() {
        tracker.allowed();
        return Outcome::Final(Ok(response));
    }
    let (code, status) = (wire::code(&response, body), response.status().as_u16());
    let is_rate = is_throttled(code.as_deref(), Some(status));
    if is_rate {
        tracker.throttled();
    } else {
        tracker.allowed();
    }
    if is_rate || is_transient(code.as_deref(), status) {
        return Outcome::Passing(of_response(&response, code, wire::message(body)));
    }
    Outcome::Final(Ok(response))
}

/// A request that got no answer.
fn unsent(error: ConnectorError, requests: u32) -> Outcome {
    let is_passing = error.is_io() || error.is_timeout() || error.as_other().is_some();
    let message = DisplayErrorContext(&error).to_string();
    let reason = if error.is_timeout() { GapReason::TimedOut } else { by_cause(&message) };
    // A service that a region lacks has no name there; looking it up ten times finds none either.
    let is_missing = reason == GapReason::NotInRegion && requests >= LOOKUPS;
    let failed = Failed { reason, message, request_id: None, code: None };
    if !is_passing {
        return Outcome::Final(Err(error));
    }
    if is_missing { Outcome::Final(Err(given_up(failed))) } else { Outcome::Passing(failed) }
}

/// An error that the SDK does not try again.
fn given_up(failed: Failed) -> ConnectorError {
    ConnectorError::other(NoAnswer(failed).into(), None)
}

#[cfg(test)]
mod tests;
