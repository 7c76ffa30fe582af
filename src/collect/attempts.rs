//! Each attempt of a call, as it goes over the wire: counted, paced, and its answer heard.
//!
//! It stands around the one HTTP client, so that no service client can be built without it. The SDK's retries happen
//! above it; what AWS means by "too fast" in words that the SDK does not understand is handed up as an error that
//! the SDK tries again. The cost is that errors are read here a first time, by a few words of each wire protocol.

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

use super::errors::{TooFast, by_cause, is_throttled, request_id, sdk_retries};
use super::pace::Line;
use crate::snapshot::GapReason;

/// A name that can't be looked up so often does not exist.
const LOOKUPS: u32 = 3;

/// An HTTP client whose requests are watched.
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
                HttpConnectorFuture::new(async move { attempt(&inner, &line, request).await })
            }
        }
    }
}

async fn attempt(
    inner: &SharedHttpConnector,
    line: &Line,
    request: HttpRequest,
) -> Result<HttpResponse, ConnectorError> {
    let before = line.before_request().await;
    let response = inner.call(request).await.map_err(|error| final_lookup(error, before))?;
    line.heard();
    if response.status().is_success() {
        return Ok(response);
    }
    let (response, body) = whole(response).await?;
    let code = code(&response, &body);
    if !is_throttled(code.as_deref(), Some(response.status().as_u16())) {
        return Ok(response);
    }
    line.throttled();
    if code.as_deref().is_some_and(sdk_retries) {
        return Ok(response);
    }
    let message = code.clone().unwrap_or_else(|| format!("HTTP {} without an error code", response.status().as_u16()));
    let too_fast = TooFast { code, message, request_id: request_id(&response) };
    Err(ConnectorError::other(too_fast.into(), Some(ErrorKind::ThrottlingError)))
}

/// A service that a region lacks has no name there; to look it up ten times, ever more slowly, finds none either.
fn final_lookup(error: ConnectorError, before: u32) -> ConnectorError {
    if before + 1 >= LOOKUPS && by_cause(&DisplayErrorContext(&error).to_string()) == GapReason::NotInRegion {
        return ConnectorError::other(error.into(), None);
    }
    error
}

/// An error with its body read, to be read again.
async fn whole(mut response: HttpResponse) -> Result<(HttpResponse, Vec<u8>), ConnectorError> {
    let body =
        ByteStream::new(response.take_body()).collect().await.map_err(|error| ConnectorError::io(error.into()))?;
    let body = body.to_vec();
    *response.body_mut() = SdkBody::from(body.clone());
    Ok((response, body))
}

/// AWS's error code: a header in some protocols, a word of the body in the others.
fn code(response: &HttpResponse, body: &[u8]) -> Option<String> {
    let headers = response.headers();
    let named = headers.get("x-amzn-errortype").or_else(|| headers.get("x-amzn-query-error")).map(str::to_owned);
    let code = named.or_else(|| in_xml(body)).or_else(|| in_json(body)).or_else(|| in_cbor(body))?;
    // A name may stand in a namespace, and may have an address or a side of the fault behind it.
    let code = code.rsplit('#').next()?.split([':', ';']).next()?.trim().to_owned();
    (!code.is_empty()).then_some(code)
}

fn in_xml(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let (code, _) = text.split_once("<Code>")?.1.split_once('<')?;
    Some(code.to_owned())
}

fn in_json(body: &[u8]) -> Option<String> {
    let error: serde_json::Value = serde_json::from_slice(body).ok()?;
    let code = ["code", "__type"].iter().find_map(|key| error.get(key))?;
    code.as_str().map(str::to_owned)
}

/// In CBOR, a text is its length and its bytes; up to 23 of them, the length is part of the first byte.
fn in_cbor(body: &[u8]) -> Option<String> {
    const KEY: &[u8] = b"__type";
    let start = body.windows(KEY.len()).position(|window| window == KEY)? + KEY.len();
    let (length, text) = match body.get(start..)? {
        [first @ 0x60..=0x77, text @ ..] => (first - 0x60, text),
        [0x78, length, text @ ..] => (*length, text),
        _ => return None,
    };
    String::from_utf8(text.get(..usize::from(length))?.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_types::body::SdkBody;

    use super::code;

    fn answer(header: Option<(&'static str, &'static str)>, body: &[u8]) -> Option<String> {
        let mut response = HttpResponse::new(400.try_into().unwrap(), SdkBody::empty());
        if let Some((name, value)) = header {
            response.headers_mut().insert(name, value);
        }
        code(&response, body)
    }

    #[test]
    fn the_code_is_found_in_each_wire_protocol() {
        let errortype = ("x-amzn-errortype", "ThrottlingException:http://internal.amazon.com/coral/");
        let xml = b"<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code></Error></ErrorResponse>";
        assert_eq!(answer(Some(errortype), b"{}").as_deref(), Some("ThrottlingException"));
        assert_eq!(answer(Some(("x-amzn-query-error", "Throttling;Sender")), b"").as_deref(), Some("Throttling"));
        assert_eq!(answer(None, xml).as_deref(), Some("Throttling"));
        assert_eq!(answer(None, br#"{"__type":"com.amazon#SlowDown","message":"m"}"#).as_deref(), Some("SlowDown"));
        assert_eq!(answer(None, b"\xa2f__typeqTooManyRequests!?gmessageam").as_deref(), Some("TooManyRequests!?"));
        let long = b"\xa1f__typex\x1fcom.amazonaws#RequestThrottled1";
        assert_eq!(answer(None, long).as_deref(), Some("RequestThrottled1"));
    }

    #[test]
    fn what_is_no_error_of_aws_has_no_code() {
        assert_eq!(answer(None, b"<html>a proxy says hello</html>"), None);
        assert_eq!(answer(None, b""), None);
        assert_eq!(answer(None, b"\xa1f__typex\xff"), None);
    }
}
