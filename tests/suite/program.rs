//! The program as its users start it.

use std::path::{Path, PathBuf};

use assert_cmd::Command;

/// The program that is tested or measured: this build's, or the one that the variable `WAAUDIT_PROGRAM` names, such as one
/// to ship.
pub(crate) fn program() -> PathBuf {
    let named = std::env::var_os("WAAUDIT_PROGRAM").map(|path| std::path::absolute(path).expect("a path"));
    named.unwrap_or_else(|| assert_cmd::cargo::cargo_bin("waaudit"))
}

/// `waaudit` with an empty home: no configuration, no credentials, no metadata service.
pub(crate) fn waaudit(home: &Path) -> Command {
    let mut command = Command::new(program());
    command
        .env_clear()
        .env("HOME", home)
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .current_dir(home);
    command
}
