//! waaudit
pub mod audit;
pub mod collect;
pub mod derive;
pub mod evaluate;
pub mod exit;
pub mod facts;
pub mod report;
pub mod rules;
pub mod score;
pub mod settings;
pub mod snapshot;
pub mod waive;
