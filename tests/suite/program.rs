//! The program as its users start it.

use std::path::Path;

use assert_cmd::Command;

/// `waaudit` with an empty home: no configuration, no credentials, no metadata service.
pub(crate) fn waaudit(home: &Path) -> Command {
    let mut command = Command::cargo_bin("waaudit").expect("the binary");
    command
        .env_clear()
        .env("HOME", home)
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .current_dir(home);
    command
}
