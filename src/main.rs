//! The command `waaudit`, and the Lambda function that it is when Lambda starts it.

use std::process::ExitCode;

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Lambda starts its bootstrap without arguments; with some, it is the command even inside a function.
    if waaudit::lambda::is_lambda() && std::env::args_os().len() == 1 {
        return waaudit::lambda::serve().into();
    }
    waaudit::cli::run(std::env::args_os()).into()
}
