//! The command `waaudit`.

use std::process::ExitCode;

fn main() -> ExitCode {
    waaudit::cli::run(std::env::args_os()).into()
}
