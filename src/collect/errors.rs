//! Why AWS did not answer: the SDK's errors, told apart.
//!
//! Codes, HTTP status and, for what never reached AWS, the SDK's own words decide. It knows no call and no kind.

use aws_sdk_sts::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::snapshot::GapReason;

/// The error's kind, AWS's words, and the request id.
pub(super) fn explain<E>(error: &SdkError<E, HttpResponse>) -> (GapReason, String, Option<String>)
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let status = error.raw_response().map(|response| response.status().as_u16());
    let cause = DisplayErrorContext(error).to_string();
    let reason = match error {
        SdkError::TimeoutError(_) => GapReason::TimedOut,
        SdkError::DispatchFailure(failure) if failure.is_timeout() => GapReason::TimedOut,
        SdkError::ResponseError(_) => GapReason::Unreadable,
        SdkError::ServiceError(_) => by_code(error.code(), status),
        _ => by_cause(&cause),
    };
    let request_id = error
        .raw_response()
        .and_then(|response| {
            response.headers().get("x-amzn-requestid").or_else(|| response.headers().get("x-amz-request-id"))
        })
        .map(str::to_owned);
    (reason, words(error, status, cause), request_id)
}

/// What kept the request from being sent. The SDK has no types for these, only words.
fn by_cause(cause: &str) -> GapReason {
    if cause.contains("dns error") || cause.contains("failed to lookup address") {
        GapReason::NotInRegion
    } else if cause.contains("redential") {
        GapReason::CredentialsExpired
    } else {
        GapReason::Unreachable
    }
}

fn words<E: ProvideErrorMetadata + std::error::Error + 'static>(
    error: &SdkError<E, HttpResponse>,
    status: Option<u16>,
    cause: String,
) -> String {
    match (error.code(), error.message()) {
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
        Some(code) if THROTTLED.contains(&code) => GapReason::Throttled,
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
        None if status == Some(429) => GapReason::Throttled,
        None => GapReason::Unreadable,
    }
}

/// The codes with which services say "too fast".
const THROTTLED: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "RequestThrottled",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "PriorRequestNotComplete",
    "SlowDown",
    "EC2ThrottledException",
];

#[cfg(test)]
mod tests {
    use super::{by_cause, by_code};
    use crate::snapshot::GapReason;

    #[test]
    fn codes_of_all_services_are_told_apart() {
        for (code, reason) in [
            ("UnauthorizedOperation", GapReason::Denied),
            ("AccessDenied", GapReason::Denied),
            ("AccessDeniedException", GapReason::Denied),
            ("RequestLimitExceeded", GapReason::Throttled),
            ("Throttling", GapReason::Throttled),
            ("SlowDown", GapReason::Throttled),
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
        assert_eq!(by_cause("dispatch failure: io error: connection refused"), GapReason::Unreachable);
        assert_eq!(by_cause("the credential provider was not enabled"), GapReason::CredentialsExpired);
    }
}
