//! waaudit
pub mod collect;
pub mod derive;
pub mod facts;
pub mod snapshot;
