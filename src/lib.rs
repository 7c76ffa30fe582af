//! waaudit reads a live AWS account and says how ready it is to grow from its first users to a million.
//!
//! One pipe: `collect` turns an account into a `snapshot`, `derive` joins it, `evaluate` judges it by `rules`, `waive` and
//! `score` sum it up in a `report`, and `diff` compares two of them. `facts` is the vocabulary between them; `plan` says what
//! a scan has to collect; `lambda` runs all of it on a schedule.

pub mod audit;
pub mod causes;
pub mod cli;
pub mod collect;
pub mod commands;
pub mod confidence;
mod coverage;
pub mod derive;
pub mod diff;
pub mod evaluate;
pub mod exit;
pub mod facts;
pub mod fixtures;
pub mod graph;
pub mod interrupt;
pub mod lambda;
pub mod output;
pub mod plan;
pub mod practice;
pub mod progress;
pub mod report;
pub mod rules;
pub mod score;
pub mod settings;
pub mod snapshot;
pub mod waive;
