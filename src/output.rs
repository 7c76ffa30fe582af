//! How data leaves: as JSON, to stdout, or a file that is written whole or not at all.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::exit::Failure;

/// Indented JSON with a line end; `what` names it in an error.
pub fn json(what: &str, value: &impl Serialize) -> Result<String, Failure> {
    let json = serde_json::to_string_pretty(value);
    json.map(|json| json + "\n").map_err(|error| Failure::new(format!("could not write the {what}: {error}")))
}

/// JSON in one line, with a line end; `what` names it in an error.
pub fn line(what: &str, value: &impl Serialize) -> Result<String, Failure> {
    let json = serde_json::to_string(value);
    json.map(|json| json + "\n").map_err(|error| Failure::new(format!("could not write the {what}: {error}")))
}

/// Writes data to stdout. A reader that has read enough is no error.
pub fn write_stdout(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("could not write to stdout: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a file whole or not at all: beside its place first, then moved there.
pub fn write_whole(file: &Path, text: &str) -> Result<(), Failure> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let written = std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, file));
    written.map_err(|error| {
        // The first error is the one to tell; a leftover part does no harm.
        let _ = std::fs::remove_file(&beside);
        Failure::file("write", file, &error)
    })
}
