//! waaudit reads a live AWS account and says how ready it is to grow from its first users to a million.
//!
//! One pipe of crates: `waaudit-collect` turns an account into a snapshot, `waaudit-derive` completes it, and `waaudit-judge`
//! judges it by `waaudit-rules` and makes the report, which `waaudit-output` lays out; `waaudit-model` is the vocabulary
//! between them. Here is what people run: [`cli`] parses flags and runs commands, [`scan_plan`] says what a scan has to
//! collect, and [`lambda`] runs all of it on a schedule.

pub mod cli;
pub mod exit;
pub mod lambda;
pub mod scan_plan;
