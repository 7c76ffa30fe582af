//! What judging costs as accounts grow: CPU seconds, peak memory and the report's size, for generated accounts.
//!
//! Each size is judged in a process of its own, so that its peak memory is its own; the account's snapshot counts too. It
//! ends with exit code 1 where a goal is missed. It reads `/proc`, so it needs Linux. `-- 20000` measures one size.

#![allow(clippy::expect_used, clippy::panic, reason = "a measurement ends where its ground gives way")]

#[path = "../tests/generated/mod.rs"]
mod generated;
#[path = "../tests/process/mod.rs"]
mod process;

use std::env;
use std::io::{self, BufWriter, Write};
use std::process::{Command, ExitCode};

use waaudit_judge::criteria::Criteria;
use waaudit_judge::report::Verdict;
use waaudit_model::settings::Settings;
use waaudit_rules::RuleSet;

use self::generated::Generator;
use self::process::{cpu_seconds, peak_mib};

/// An account's size, and what judging it may cost.
struct Goal {
    resources: usize,
    cpu_seconds: f64,
    peak_mib: f64,
}

const GOALS: &[Goal] = &[
    Goal { resources: 2_000, cpu_seconds: f64::INFINITY, peak_mib: f64::INFINITY },
    Goal { resources: 20_000, cpu_seconds: 3.0, peak_mib: 250.0 },
    Goal { resources: 200_000, cpu_seconds: 30.0, peak_mib: 2048.0 },
];

/// From one size to the next, CPU time grows with at most this power of the resources: eleven times for ten.
const GROWTH: f64 = 1.0414;

/// Set in the process that judges.
const CHILD: &str = "WAAUDIT_BENCH_RESOURCES";

/// The columns that a child prints.
const COLUMNS: [&str; 11] = [
    "resources",
    "rules s",
    "derive s",
    "evaluate s",
    "audit s",
    "report s",
    "sum s",
    "snapshot MiB",
    "peak MiB",
    "report MiB",
    "findings",
];
const SUM: usize = 6;
const PEAK: usize = 8;

fn main() -> ExitCode {
    if let Ok(resources) = env::var(CHILD) {
        let measured = judge(resources.parse().expect("a number of resources"));
        println!("{}", measured.map(|number| number.to_string()).join(" "));
        return ExitCode::SUCCESS;
    }
    let asked: Vec<usize> = env::args().filter_map(|argument| argument.parse().ok()).collect();
    let heads: Vec<String> = COLUMNS.iter().map(|head| format!("{head:>12}")).collect();
    println!("{} {:>8}", heads.join(" "), "exponent");
    let mut met = true;
    let mut before: Option<Vec<f64>> = None;
    for goal in GOALS.iter().filter(|goal| asked.is_empty() || asked.contains(&goal.resources)) {
        let row = measure(goal.resources);
        let growth = before.as_ref().map(|before| exponent(before, &row));
        let cells = row.iter().map(|number| format!("{number:>12.2}"));
        let growth_cell = growth.map_or(String::new(), |growth| format!("{growth:.3}"));
        println!("{} {growth_cell:>8}", cells.collect::<Vec<_>>().join(" "));
        met &= row[SUM] < goal.cpu_seconds && row[PEAK] < goal.peak_mib && growth.is_none_or(|growth| growth <= GROWTH);
        before = Some(row);
    }
    println!(
        "goals: 20,000 resources in 3 CPU s and 250 MiB, 200,000 in 30 CPU s and 2,048 MiB, exponent at most {GROWTH}"
    );
    if met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn exponent(before: &[f64], row: &[f64]) -> f64 {
    (row[SUM] / before[SUM]).ln() / (row[0] / before[0]).ln()
}

/// Judges an account of a size in another process.
fn measure(resources: usize) -> Vec<f64> {
    let this = env::current_exe().expect("this program's file");
    let output = Command::new(this).env(CHILD, resources.to_string()).output().expect("a process");
    let said = String::from_utf8_lossy(&output.stdout);
    let row: Vec<f64> = said.split_whitespace().map(|word| word.parse().expect("a number")).collect();
    assert_eq!(row.len(), COLUMNS.len(), "{resources} resources: {}", String::from_utf8_lossy(&output.stderr));
    row
}

#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn judge(resources: usize) -> [f64; COLUMNS.len()] {
    let generator = Generator::new();
    let snapshot = generator.account(generator.copies_for(resources));
    drop(generator);
    let (resources, snapshot_mib) = (snapshot.resources.len(), peak_mib());
    let settings = Settings::default();
    let start = cpu_seconds();
    let rules = RuleSet::load(&[]).unwrap_or_else(|failure| panic!("{failure}"));
    let loaded = cpu_seconds();
    let criteria = Criteria::new(&rules, &settings);
    let derived = criteria.inventory(snapshot);
    let done_deriving = cpu_seconds();
    let judged = criteria.judge(&derived);
    let evaluated = cpu_seconds();
    let report = waaudit_judge::audit::report(derived, judged, &criteria);
    let audited = cpu_seconds();
    let mut sink = Counter(0);
    serde_json::to_writer_pretty(BufWriter::new(&mut sink), &report).expect("a report");
    let reported = cpu_seconds();
    assert!(report.findings.iter().any(|finding| finding.verdict == Verdict::Fail));
    [
        resources as f64,
        loaded - start,
        done_deriving - loaded,
        evaluated - done_deriving,
        audited - evaluated,
        reported - audited,
        reported - start,
        snapshot_mib,
        peak_mib(),
        sink.0 as f64 / 1024.0 / 1024.0,
        report.findings.len() as f64,
    ]
}

/// Counts what is written.
struct Counter(usize);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
