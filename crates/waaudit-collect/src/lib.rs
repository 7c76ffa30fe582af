//! From an account to a snapshot: which kinds there are, what each needs, and the run over all of them.
//!
//! Each service is one file: its kinds (their facts' type, reach, calls and function), what is measured of them, and how
//! fast it may be asked. [`registry`] has a line for each service. From the declarations come the
//! scan plan, `waaudit permissions` and the coverage table. [`scan`] runs them; below `services`, `transport` alone pages,
//! retries and turns errors into gaps, `rate_limit` says when a call is made, and [`call`] is what all of them speak of.
//! It knows no rule and judges nothing.

pub mod call;
pub mod kind;
pub mod metrics;
mod rate_limit;
pub mod regions;
pub mod registry;
pub mod scan;
mod services;
pub mod tags;
pub mod transport;

pub use self::kind::{Allowed, Collecting, Kind, Reach, Service, TagSource, Wanted};
pub use self::rate_limit::Allowance;
pub use self::registry::{KINDS, METRICS, allowance};
