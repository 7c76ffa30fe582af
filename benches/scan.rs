//! How near a scan comes to the shortest that AWS allows. It ends with exit code 1 where the goal is missed.
//!
//! No scan is shorter than its calls' tokens take to come, nor than the chain of answers that wait for one another, each
//! in its turn. The first follows from the calls made and the rates; the second is the longest that the kinds of
//! one rule take by themselves. A scan by all rules that takes much longer holds something back.

#![allow(clippy::expect_used, clippy::panic, reason = "a measurement ends where its ground gives way")]

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../tests/suite/moto.rs"]
mod moto;
#[path = "../tests/suite/program.rs"]
mod program;

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde_json::{Value, json};
use waaudit_collect::call::Call;
use waaudit_collect::{KINDS, allowance, regions, tags};

use self::moto::{Account, moto, text};

/// What a call takes beside the server's own time.
const LATENCY_MS: u64 = 100;
/// The share of the rates that a scan takes by default.
const SHARE: f64 = 0.5;
/// A scan may take so much of the longer of its two bounds.
const GOAL: f64 = 1.5;

fn seconds(report: &Value) -> f64 {
    report["effort"]["milliseconds"].as_f64().expect("an effort") / 1000.0
}

fn scan(account: &Account, flags: &[&str]) -> f64 {
    let regions = ["--region", "eu-west-1", "--region", "eu-central-1", "--region", "us-east-1", "--no-metrics"];
    seconds(&account.scan(&[&regions[..], flags].concat()))
}

/// The longest that the tokens of one bucket take to come, and its name.
fn by_rates(calls: &[Value]) -> (f64, String) {
    let declared = KINDS.iter().flat_map(|kind| kind.calls).copied();
    let declared: Vec<&Call> = declared.chain([&regions::LIST_REGIONS, &tags::GET_RESOURCES]).collect();
    let mut buckets: BTreeMap<String, (f64, f64, u32)> = BTreeMap::new();
    for call in calls {
        let is_it = |declared: &&&Call| call["service"] == declared.service && call["action"] == declared.operation;
        let Some(made) = declared.iter().find(is_it) else { continue };
        let allowance = allowance(made);
        let region = if allowance.global { "" } else { text(&call["region"]) };
        let bucket = buckets.entry(format!("{} {region}", allowance.bucket));
        bucket.or_insert((allowance.refill * SHARE, f64::from(allowance.burst) * SHARE, 0)).2 += 1;
    }
    let took = buckets.into_iter().map(|(name, (refill, burst, calls))| {
        let waiting = f64::from(calls) - burst.floor().max(1.0);
        (waiting.max(0.0) / refill, name)
    });
    took.max_by(|a, b| a.0.total_cmp(&b.0)).expect("a call")
}

fn main() -> ExitCode {
    let account = moto().account(300_000_000_190);
    account.seed("everything");
    account.settings("");
    account.faults(&json!([{"kind": "slow", "delay_ms": LATENCY_MS}]));
    account.calls();
    let took = scan(&account, &[]);
    let (rates, bucket) = by_rates(&account.calls());
    let rules = account.waaudit(&["rule", "list", "--format", "json"]).output().expect("a run");
    let rules: Value = serde_json::from_slice(&rules.stdout).expect("rules");
    let alone = rules.as_array().expect("rules").iter().map(|rule| text(&rule["id"]));
    let alone = alone.map(|rule| (scan(&account, &["--rule", rule]), rule));
    let (latency, rule) = alone.max_by(|a, b| a.0.total_cmp(&b.0)).expect("a rule");
    println!("a scan by all rules     {took:6.2} s");
    println!("its tokens take         {rates:6.2} s   {bucket}");
    println!("its longest chain takes {latency:6.2} s   {rule}, alone");
    let times = took / rates.max(latency);
    println!("times the longer of both {times:5.2}     goal: at most {GOAL}");
    if times <= GOAL { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
