//! `waaudit completions`: scripts for shells.

use clap::CommandFactory;
use clap_complete::Shell;

/// The completion script of a command line for a shell.
pub fn script<C: CommandFactory>(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut C::command(), "waaudit", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
