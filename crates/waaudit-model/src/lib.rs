//! The vocabulary of waaudit: what an account looked like at one moment, in the words that rules speak.
//!
//! A [`snapshot`] holds resources with their [`facts`], and the [`gap`]s that say what could not be read; [`topology`] says
//! what leads where. [`settings`] are the user's. It knows no AWS SDK, no rule and no verdict.

pub mod confidence;
pub mod error;
pub mod facts;
pub mod gap;
pub mod lookup;
pub mod settings;
pub mod snapshot;
pub mod topology;
