//! What tests of derivations, and of what is built on them, start from: small snapshots.

#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::panic,
    clippy::unwrap_used
)]
#![allow(clippy::return_self_not_must_use, clippy::new_without_default, clippy::indexing_slicing)]

pub mod snapshot_builder;
pub mod web_shop;
