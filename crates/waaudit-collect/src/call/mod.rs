//! One call to AWS, as every layer knows it: which operation, under which options, and how it fails.
//!
//! The lowest layer of collecting. What it must not know: when a call is made, any kind, fact or rule.

pub(crate) mod errors;
pub mod options;

use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

/// An API operation and the IAM action that it needs.
#[derive(Debug, PartialEq, Eq)]
pub struct Call {
    /// The IAM prefix, `elasticloadbalancing`.
    pub service: &'static str,
    /// The API operation, `DescribeLoadBalancers`.
    pub operation: &'static str,
    /// The IAM action's name where it is not the operation's, `ListAllMyBuckets`.
    iam: Option<&'static str>,
    /// IAM actions of other services that it needs besides.
    pub besides: &'static [&'static str],
}

impl Call {
    /// An operation whose IAM action has the same name.
    pub const fn new(service: &'static str, operation: &'static str) -> Self {
        Self { service, operation, iam: None, besides: &[] }
    }

    /// The name of the IAM action where it is another one.
    #[must_use]
    pub const fn allowed_by(mut self, iam: &'static str) -> Self {
        self.iam = Some(iam);
        self
    }

    /// IAM actions of other services that some of its answers take.
    #[must_use]
    pub const fn besides(mut self, actions: &'static [&'static str]) -> Self {
        self.besides = actions;
        self
    }

    /// The IAM action, `s3:ListAllMyBuckets`.
    pub fn action(&self) -> String {
        format!("{}:{}", self.service, self.iam.unwrap_or(self.operation))
    }
}

/// Any answer of the SDK.
pub(crate) type Answer<T, E> = Result<T, SdkError<E, HttpResponse>>;

/// The error of any of the SDK's operations.
pub trait OperationError: ProvideErrorMetadata + std::error::Error + Send + 'static {}

impl<E: ProvideErrorMetadata + std::error::Error + Send + 'static> OperationError for E {}
