//! One file for each verb of the command line.

pub mod completions;
pub mod diff;
pub mod facts;
pub mod graph;
pub mod lens;
pub mod mcp;
pub mod permissions;
pub mod rule;
pub mod scaffold;
pub mod scan;
pub mod schema;
pub mod settings;
pub mod simulate;
pub mod source;
pub mod trend;
pub mod waive;

use std::io::IsTerminal;
use std::path::Path;

use waaudit_model::error::Failure;
use waaudit_output::table::{Look, Shown};
use waaudit_output::write::is_stdout;

/// What a page has to fit: the terminal, if that is where it goes.
fn look(output: Option<&Path>, no_color: bool) -> Look {
    let to_stdout = output.is_none_or(is_stdout);
    let to_terminal = to_stdout && std::io::stdout().is_terminal();
    let coloured = anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never;
    let width = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0));
    let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    Look {
        width: asked.unwrap_or(if to_terminal { width } else { 100 }).clamp(60, 400),
        colour: to_terminal && coloured && !no_color,
        shown: Shown::default(),
    }
}

/// The text of a file that the user names; `doing` says what for.
fn read_file(doing: &str, file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| Failure::file(doing, file, &error))
}
