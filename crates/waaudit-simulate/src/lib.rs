//! What breaks first: what an account's ways in do when a zone or a single thing is lost, how far each hop of a request is
//! from its limit, and how fast it grows.
//!
//! Pure functions from an [`waaudit_derive::Inventory`] to plain data that reports carry. It knows no rule and no AWS SDK.
//!
//! [`zone_loss::zone_loss`] gives one row for each way in and each zone in use, [`single_points::single_points`] the things
//! whose loss alone cuts ways in off, and [`fis::experiment`] turns one row into an experiment that would prove it:
//!
//! ```
//! # fn story(snapshot: waaudit_model::snapshot::Snapshot) {
//! let inventory = waaudit_derive::derive(snapshot, &waaudit_model::settings::NonProduction::default());
//! for loss in waaudit_simulate::zone_loss::zone_loss(&inventory) {
//!     let experiment = waaudit_simulate::fis::experiment(&inventory, &loss);
//!     println!("{} without {}: {:?}, {}", loss.way_in.name, loss.zone, loss.outcome, experiment.template.description);
//! }
//! # }
//! ```
//!
//! [`request_paths::request_paths`] draws what serves the requests, with the marks of both.
//!
//! [`headroom::headroom`] compares each limit on the paths with today's peak, and [`ramp::ramp`] says which hop falls behind
//! when the load grows within a time; both have their own examples.

pub mod fis;
pub mod headroom;
mod index;
pub mod ramp;
pub mod request_paths;
pub mod single_points;
pub mod targets;
#[cfg(test)]
mod testing;
mod traffic;
pub mod ways_in;
pub mod zone_loss;

pub use self::traffic::requests_per_second;
pub use waaudit_model::topology::graph::{Basis, Capacity, Downtime, Outcome};
