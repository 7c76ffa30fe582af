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

use super::errors::{Failed, NoAnswer, by_cause, is_throttled, is_transient, of_response};
use super::pace::Line;
use super::wire;
use crate::snapshot::GapReason;

/// A name that can't be looked up so often does not exist.
const LOOKUPS: u32 = 3;
/// AWS takes a signature for five minutes: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>.
const SIGNED_FOR: Duration = Duration::from_mins(4);

/// An HTTP client whose requests are paced and repeated.
#[derive(Debug)]
pub(super) struct Watched {
    client: SharedHttpClient,
}

impl Watched {
    pub(super) const fn new(client: SharedHttpClient) -> Self {
        Self { client }
    }
}

impl HttpClient for Watched {
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
        match Line::of(request.headers().get("authorization")) {
            None => self.inner.call(request),
            Some(line) => {
                let inner = self.inner.clone();
                HttpConnectorFuture::new(async move { send(&inner, &line, request).await })
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
async fn send(inner: &SharedHttpConnector, line: &Line, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let signed = Instant::now();
    loop {
        let Some(copy) = request.try_clone() else {
            return Err(ConnectorError::user("a request whose body can't be sent again".into()));
        };
        let failed = match attempt(inner, line, copy).await {
            Outcome::Final(outcome) => return outcome,
            Outcome::Passing(failed) => failed,
        };
        let Some(pause) = line.next_attempt(failed.reason == GapReason::Throttled) else {
            return Err(given_up(failed));
        };
        sleep(pause).await;
        if signed.elapsed() >= SIGNED_FOR {
            return Err(ConnectorError::other(NoAnswer(failed).into(), Some(ErrorKind::TransientError)));
        }
    }
}

async fn attempt(inner: &SharedHttpConnector, line: &Line, request: HttpRequest) -> Outcome {
    let attempt = match line.begin().await {
        Ok(attempt) => attempt,
        Err(refused) => return Outcome::Final(Err(given_up(refused))),
    };
    let limit = attempt.limit;
    let answer = timeout(limit, exchange(inner, request)).await;
    line.end(attempt);
    match answer {
        Err(_) => Outcome::Passing(line.timed_out()),
        Ok(Err(error)) => unsent(error, line.requests()),
        Ok(Ok((response, body))) => {
            line.answered();
            judged(line, response, &body)
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

fn judged(line: &Line, response: HttpResponse, body: &[u8]) -> Outcome {
    if response.status().is_success() {
        line.allowed();
        return Outcome::Final(Ok(response));
    }
    let (code, status) = (wire::code(&response, body), response.status().as_u16());
    let is_rate = is_throttled(code.as_deref(), Some(status));
    if is_rate {
        line.throttled();
    } else {
        line.allowed();
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
#[path = "attempts_tests.rs"]
mod tests;
