//! What this process, or another, has cost so far. It reads `/proc`, so it needs Linux.

#![allow(dead_code, reason = "each user needs a part of it")]

use std::fmt::Display;
use std::fs;

/// The kernel's clock ticks in a second, the same on every Linux that Rust runs on.
const TICKS: f64 = 100.0;

/// CPU seconds of this process, in its own code and in the kernel.
pub(crate) fn cpu_seconds() -> f64 {
    cpu_seconds_of("self")
}

/// The same of the process with this id.
pub(crate) fn cpu_seconds_of(process: impl Display) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("its times");
    // The second field is the program's name in parentheses, which may hold spaces.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = [11, 12].map(|index: usize| fields[index].parse::<f64>().expect("ticks"));
    ticks.iter().sum::<f64>() / TICKS
}

/// The most memory that this process has had so far, in MiB.
pub(crate) fn peak_mib() -> f64 {
    peak_mib_of("self")
}

/// The same of the process with this id.
pub(crate) fn peak_mib_of(process: impl Display) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("its status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").parse::<f64>().expect("KiB") / 1024.0
}
