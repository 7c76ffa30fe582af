//! Calls to AWS: the session, pages, attempts and time limits; errors become gaps here alone.

pub(crate) mod bounded;
pub mod collector_context;
pub mod cutoff;
pub(crate) mod decode;
pub(crate) mod http_middleware;
pub(crate) mod listed;
mod once;
pub(crate) mod pages;
pub mod session;
pub(crate) mod single_flight;
pub(crate) mod wire;
