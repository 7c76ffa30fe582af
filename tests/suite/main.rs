//! Tests of the whole: the command line, the house rules, and live scans against a moto server.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where its ground gives way")]

mod access;
mod catalogue;
mod cli;
mod deploy;
mod diff;
mod docs;
mod fixes;
mod formats;
mod function;
mod house;
mod html;
mod language;
mod live;
mod managed;
mod mcp;
mod moto;
mod output;
mod pace;
#[path = "../../crates/waaudit-judge/tests/process/mod.rs"]
mod process;
mod program;
mod readme;
mod reference_architectures;
mod reports;
mod runtime;
mod simulate;
mod templates;
mod traps;
mod truth;
mod waive;
