//! No circles between modules: what a module imports imports nothing of it in turn, directly or through others.
//!
//! Modules are compared with their neighbours: those at the top of a crate, and those in one folder. Tests are left out.
//! Paths are found in the text of use declarations and of code, so no crate is compiled for this.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test ends where its ground gives way")]

mod code;
mod graph;
mod tests;

use std::path::{Path, PathBuf};

use self::graph::{Graph, sources};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The crates' names and source folders.
fn crates() -> Vec<(String, PathBuf)> {
    let folders = std::fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let mut crates: Vec<_> = folders
        .filter(|folder| folder.join("src").is_dir())
        .map(|folder| (folder.file_name().unwrap().to_string_lossy().into_owned(), folder.join("src")))
        .collect();
    crates.push(("waaudit".to_owned(), root().join("src")));
    crates.push(("xtask".to_owned(), root().join("xtask/src")));
    crates.sort();
    crates
}

#[test]
fn no_modules_import_each_other() {
    let mut found = Vec::new();
    for (name, folder) in crates() {
        let graph = Graph::new(&sources(&folder));
        found.extend(graph.circles().into_iter().map(|circle| format!("{name}: {circle}")));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
