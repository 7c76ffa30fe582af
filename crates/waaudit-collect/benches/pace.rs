//! How near a scan comes to the shortest that AWS allows, for accounts of three sizes in 17 regions, on a paused clock. It
//! ends with exit code 1 where the goal is missed.

use std::process::ExitCode;

use tokio::runtime::Builder;
use waaudit_collect::scan::simulation::simulated;

/// A scan may take so much of the longer of its two bounds.
const GOAL: f64 = 1.2;

fn main() -> ExitCode {
    let mut is_met = true;
    println!("resources    calls     scan  longest chain  slowest bucket  times the longer");
    for resources in [1000, 10_000, 50_000] {
        let Ok(runtime) = Builder::new_current_thread().enable_all().start_paused(true).build() else {
            return ExitCode::FAILURE;
        };
        let scan = runtime.block_on(simulated(resources));
        let (bucket, name) = &scan.slowest;
        let times = scan.times_ideal();
        println!(
            "{resources:9} {:8} {:6.1} s {:12.1} s {bucket:13.1} s {times:17.3}   {name}",
            scan.calls, scan.seconds, scan.chain
        );
        is_met &= times <= GOAL;
    }
    println!("goal: at most {GOAL}");
    if is_met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
