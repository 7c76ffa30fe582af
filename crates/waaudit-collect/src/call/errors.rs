//! Classifies the SDK's errors: why a call has no answer.
//!
//! Codes, HTTP status and, for what never reached AWS, the SDK's own words decide. It knows no call and no kind.

use aws_runtime::retries::classifiers::{THROTTLING_ERRORS, TRANSIENT_ERRORS};
use aws_sdk_sts::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use waaudit_model::gap::GapReason;

/// Why a call has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failed {
    /// The error's kind.
    pub reason: GapReason,
    /// AWS's words.
    pub message: String,
    /// AWS's request id, if there was an answer.
    pub request_id: Option<String>,
    /// AWS's error code, if there was one.
    pub code: Option<String>,
}

impl Failed {
    /// A call that ended, and left nothing.
    pub(crate) fn without_answer() -> Self {
        let message = "the call ended without an answer".to_owned();
        Self { reason: GapReason::Unreadable, message, request_id: None, code: None }
    }

    /// The same for a call that was not made.
    pub(crate) fn again(&self) -> Self {
        let message = match self.message.strip_suffix(NOT_AGAIN) {
            Some(_) => self.message.clone(),
            None => format!("{}{NOT_AGAIN}", self.message),
        };
        Self { message, request_id: None, ..self.clone() }
    }
}

const NOT_AGAIN: &str = ", and was not asked again";

/// Why the HTTP middleware gave a call up, in the form of an error that passes through the SDK.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.message)]
pub(crate) struct NoAnswer(pub Failed);

/// Whether an answer with this code and status says that the call was throttled.
pub(crate) fn is_throttled(code: Option<&str>, status: Option<u16>) -> bool {
    let is_throttling = |code| THROTTLING_ERRORS.contains(&code) || THROTTLED.contains(&code);
    status == Some(429) || code.is_some_and(is_throttling)
}

/// Whether the same call may be answered a moment later, although it was not throttled.
pub(crate) fn is_transient(code: Option<&str>, status: u16) -> bool {
    matches!(status, 500 | 502 | 503 | 504) || code.is_some_and(|code| TRANSIENT_ERRORS.contains(&code))
}

/// Codes of throttling that the SDK's list lacks.
const THROTTLED: &[&str] = &["PriorityRequestNotComplete", "Throttled", "TooManyRequests"];

/// The error's kind, AWS's words, and the request id.
pub(crate) fn explain<E>(error: &SdkError<E, HttpResponse>) -> Failed
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    if let Some(NoAnswer(failed)) = no_answer(error) {
        return failed.clone();
    }
    let status = error.raw_response().map(|response| response.status().as_u16());
    let cause = DisplayErrorContext(error).to_string();
    let reason = match error {
        SdkError::TimeoutError(_) => GapReason::TimedOut,
        SdkError::DispatchFailure(failure) if failure.is_timeout() => GapReason::TimedOut,
        SdkError::ResponseError(_) => GapReason::Unreadable,
        SdkError::ServiceError(_) => by_code(error.code(), status),
        _ => by_cause(&cause),
    };
    Failed {
        reason,
        message: words(error.code(), error.message(), status, cause),
        request_id: error.raw_response().and_then(request_id),
        code: error.code().map(str::to_owned),
    }
}

/// The request id of an answer.
pub(crate) fn request_id(response: &HttpResponse) -> Option<String> {
    let headers = response.headers();
    headers.get("x-amzn-requestid").or_else(|| headers.get("x-amz-request-id")).map(str::to_owned)
}

/// An answer that says that the call failed.
pub(crate) fn of_response(response: &HttpResponse, code: Option<String>, message: Option<String>) -> Failed {
    let status = Some(response.status().as_u16());
    Failed {
        reason: by_code(code.as_deref(), status),
        message: words(code.as_deref(), message.as_deref(), status, String::new()),
        request_id: request_id(response),
        code,
    }
}

fn no_answer<E>(error: &SdkError<E, HttpResponse>) -> Option<&NoAnswer> {
    let SdkError::DispatchFailure(failure) = error else { return None };
    std::error::Error::source(failure.as_connector_error()?)?.downcast_ref()
}

/// What kept the request from being sent. The SDK has no types for these, only words.
pub(crate) fn by_cause(cause: &str) -> GapReason {
    let is_lookup = cause.contains("dns error") || cause.contains("failed to lookup address");
    // A resolver that does not answer says nothing about the name.
    let is_passing = cause.contains("emporary failure") || cause.contains("try again") || cause.contains("Try again");
    if is_lookup && !is_passing {
        GapReason::NotInRegion
    } else if cause.contains("redential") {
        GapReason::CredentialsExpired
    } else {
        GapReason::Unreachable
    }
}

fn words(code: Option<&str>, message: Option<&str>, status: Option<u16>, cause: String) -> String {
    match (code, message) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        _ => match status {
            Some(status) => format!("HTTP {status} without an error code"),
            None => cause,
        },
    }
}

/// Codes are AWS's; a bare 403 is a refusal whatever its body (proxies and some services send one without a code).
fn by_code(code: Option<&str>, status: Option<u16>) -> GapReason {
    match code {
        Some(
            "OptInRequired"
            | "AuthFailure"
            | "SubscriptionRequiredException"
            | "InvalidClientTokenId"
            | "UnrecognizedClientException",
        ) => GapReason::OptInRequired,
        Some("ExpiredToken" | "ExpiredTokenException" | "RequestExpired") => GapReason::CredentialsExpired,
        code if is_throttled(code, status) => GapReason::Throttled,
        Some(code)
            if code.contains("AccessDenied")
                || code.starts_with("Unauthorized")
                || code == "AuthorizationError"
                || code == "AuthorizationErrorException" =>
        {
            GapReason::Denied
        }
        Some(_) => GapReason::Failed,
        None if status == Some(403) => GapReason::Denied,
        None => GapReason::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::{by_cause, by_code};
    use waaudit_model::gap::GapReason;

    #[test]
    fn codes_of_all_services_are_told_apart() {
        for (code, reason) in [
            ("UnauthorizedOperation", GapReason::Denied),
            ("AccessDenied", GapReason::Denied),
            ("AccessDeniedException", GapReason::Denied),
            ("RequestLimitExceeded", GapReason::Throttled),
            ("Throttling", GapReason::Throttled),
            ("SlowDown", GapReason::Throttled),
            ("TooManyRequestsException", GapReason::Throttled),
            ("PriorRequestNotComplete", GapReason::Throttled),
            ("PriorityRequestNotComplete", GapReason::Throttled),
            ("OptInRequired", GapReason::OptInRequired),
            ("UnrecognizedClientException", GapReason::OptInRequired),
            ("ExpiredToken", GapReason::CredentialsExpired),
            ("InternalFailure", GapReason::Failed),
        ] {
            assert_eq!(by_code(Some(code), Some(400)), reason, "{code}");
        }
    }

    #[test]
    fn an_answer_without_a_code_is_a_refusal_or_unreadable_and_never_nothing() {
        assert_eq!(by_code(None, Some(403)), GapReason::Denied);
        assert_eq!(by_code(None, Some(429)), GapReason::Throttled);
        assert_eq!(by_code(None, Some(404)), GapReason::Unreadable);
        assert_eq!(by_code(None, Some(500)), GapReason::Unreadable);
    }

    #[test]
    fn what_never_reached_aws_is_told_apart_by_its_cause() {
        assert_eq!(by_cause("dispatch failure: io error: dns error: failed to lookup address"), GapReason::NotInRegion);
        assert_eq!(
            by_cause("io error: dns error: failed to lookup address information: Temporary failure in name resolution"),
            GapReason::Unreachable
        );
        assert_eq!(by_cause("dispatch failure: io error: connection refused"), GapReason::Unreachable);
        assert_eq!(by_cause("the credential provider was not enabled"), GapReason::CredentialsExpired);
    }
}
