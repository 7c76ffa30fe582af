//! The command `waaudit`, and the Lambda function that it is when Lambda starts it.

use std::process::ExitCode;

fn main() -> ExitCode {
    if waaudit::lambda::is_lambda() {
        return waaudit::lambda::serve().into();
    }
    waaudit::cli::run(std::env::args_os()).into()
}
