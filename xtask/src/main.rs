//! Chores of the developers: `cargo xtask new-kind` writes the beginnings of a kind of resource.
//!
//! It edits the source tree that it was compiled in, and knows that tree's layout; it uses no crate of it.

mod new_kind;

use std::path::Path;
use std::process::ExitCode;

use self::new_kind::NewKind;

const USAGE: &str = "\
usage: cargo xtask new-kind <service.noun> --call <iam-service:Action> [--global]

  <service.noun>   the kind's name in rules: backup.framework
  --call           the API action that lists them, as in IAM policies: backup:ListFrameworks
  --global         they belong to no region";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    match run(&arguments, &root) {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[String], root: &Path) -> Result<String, String> {
    let (command, rest) = arguments.split_first().ok_or(USAGE)?;
    match command.as_str() {
        "new-kind" => NewKind::parse(rest)?.write(root),
        "help" | "--help" => Ok(USAGE.to_owned()),
        other => Err(format!("no command `{other}`\n{USAGE}")),
    }
}
