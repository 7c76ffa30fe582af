//! What this process has cost so far. It reads `/proc`, so it needs Linux.

use std::fs;

/// The kernel's clock ticks in a second, the same on every Linux that Rust runs on.
const TICKS: f64 = 100.0;

/// CPU seconds, of users and of the system.
pub(crate) fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("/proc/self/stat");
    // The second field is the program's name in parentheses, which may hold spaces.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = [11, 12].map(|index: usize| fields[index].parse::<f64>().expect("ticks"));
    ticks.iter().sum::<f64>() / TICKS
}

/// The most memory so far, in MiB.
#[allow(dead_code, reason = "the benchmark uses it")]
pub(crate) fn peak_mib() -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("/proc/self/status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").parse::<f64>().expect("KiB") / 1024.0
}
