//! How fast the Lambda function starts, and what a run takes of memory and of the CPU on its side of the wire, for a small
//! account and one of a thousand servers.
//!
//! It ends with exit code 1 where a goal is missed.

#![allow(clippy::expect_used, clippy::panic, reason = "a measurement ends where its ground gives way")]

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../tests/suite/moto.rs"]
mod moto;
#[path = "../crates/waaudit-judge/tests/process/mod.rs"]
mod process;
#[path = "../tests/suite/program.rs"]
mod program;
#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../tests/suite/runtime.rs"]
mod runtime;

use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value, json};

use self::moto::{moto, text};
use self::runtime::Function;

/// From the start of the process to its first request for an event.
const FIRST_POLL_MS: f64 = 100.0;
/// The most memory that a run may ever take.
const PEAK_MIB: f64 = 256.0;

/// Of so many starts, the fastest counts: what the others took longer, the machine did.
const STARTS: usize = 5;
const PATIENCE: Duration = Duration::from_mins(10);
const SCHEDULED: &str = "2026-11-24T03:00:00Z";
const ACCOUNTS: &[(u64, &str)] = &[(400_000_000_021, "everything"), (400_000_000_022, "thousand")];

struct Measured {
    first_poll_ms: f64,
    resources: usize,
    calls: u64,
    peak_mib: f64,
    cpu_seconds: f64,
}

fn measure(number: u64, name: &str) -> Measured {
    let account = moto().account(number);
    account.seed(name);
    let bucket = text(&account.seed("reports")["bucket"]).to_owned();
    let event = json!({
        "scope": {"regions": ["eu-west-1"]},
        "destination": {"bucket": bucket},
        "scheduled_at": SCHEDULED,
    });
    let starts = (0..STARTS).map(|_| Function::start(&account).first_poll());
    let first_poll = starts.min().expect("a start");
    let function = Function::start(&account);
    let summary = function.invoke(&event, "one", PATIENCE).response();
    let snapshot = account.keys(&bucket).into_iter().find(|key| key.starts_with("snapshots/")).expect("a snapshot");
    let snapshot: Value = serde_json::from_str(&account.object(&bucket, &snapshot)).expect("JSON");
    Measured {
        first_poll_ms: first_poll.as_secs_f64() * 1e3,
        resources: snapshot["resources"].as_array().expect("resources").len(),
        calls: summary["calls"].as_u64().expect("a number"),
        peak_mib: function.peak_mib(),
        cpu_seconds: function.cpu_seconds(),
    }
}

fn main() -> ExitCode {
    println!(
        "{:<12} {:>16} {:>12} {:>8} {:>12} {:>12}",
        "account", "first poll in ms", "resources", "calls", "peak in MiB", "CPU seconds"
    );
    let mut met = true;
    for (number, name) in ACCOUNTS {
        let measured = measure(*number, name);
        let Measured { first_poll_ms, resources, calls, peak_mib, cpu_seconds } = measured;
        println!("{name:<12} {first_poll_ms:>16.1} {resources:>12} {calls:>8} {peak_mib:>12.0} {cpu_seconds:>12.2}");
        met &= first_poll_ms < FIRST_POLL_MS && peak_mib < PEAK_MIB;
    }
    println!("goal: first poll below {FIRST_POLL_MS} ms, peak below {PEAK_MIB} MiB");
    if met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
