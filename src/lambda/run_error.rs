//! Why a run failed, as the Lambda service reports it: a type to filter by, and a message that says what and where.

use std::fmt;

use lambda_runtime::Diagnostic;

use waaudit_model::error::Failure;

/// Why a run failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) struct RunError {
    sort: Sort,
    message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// The event is not of the form.
    Event,
    /// The account could not be audited.
    Audit,
    /// The report could not be left where it belongs.
    Destination,
}

/// Troubles that are told.
const MOST: usize = 3;

impl RunError {
    /// An event that is not of the form.
    pub(super) fn event(message: &str) -> Self {
        Self { sort: Sort::Event, message: format!("{message} (its form: waaudit schema event)") }
    }

    /// A destination that could not be read or written.
    pub(super) fn destination(message: impl Into<String>) -> Self {
        Self { sort: Sort::Destination, message: message.into() }
    }

    /// One for several: what broke first is named, for it usually explains the others.
    pub(super) fn all(troubles: &[Self]) -> Option<Self> {
        let first = troubles.first()?;
        let messages: Vec<&str> = troubles.iter().take(MOST).map(|trouble| trouble.message.as_str()).collect();
        Some(Self { sort: first.sort, message: messages.join("; ") })
    }
}

impl From<Failure> for RunError {
    fn from(failure: Failure) -> Self {
        Self { sort: Sort::Audit, message: failure.to_string().trim_start_matches("error: ").replace('\n', "; ") }
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<RunError> for Diagnostic {
    fn from(trouble: RunError) -> Self {
        let error_type = match trouble.sort {
            Sort::Event => "WrongEvent",
            Sort::Audit => "CouldNotAudit",
            Sort::Destination => "DestinationFailed",
        };
        Self { error_type: error_type.to_owned(), error_message: trouble.message }
    }
}
