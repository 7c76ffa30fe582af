//! waaudit
pub mod audit;
pub mod cli;
pub mod collect;
pub mod commands;
pub mod derive;
pub mod evaluate;
pub mod exit;
pub mod facts;
pub mod fixtures;
pub mod plan;
pub mod progress;
pub mod report;
pub mod rules;
pub mod score;
pub mod settings;
pub mod snapshot;
pub mod waive;
