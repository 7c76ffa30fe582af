//! `waaudit diff`: what changed between two reports of one account.

use std::path::{Path, PathBuf};

use super::{look, read_file};
use crate::exit::Exit;
use waaudit_judge::diff::{Difference, compare};
use waaudit_judge::report::Report;
use waaudit_model::error::Failure;
use waaudit_output::difference::Format;
use waaudit_output::format::View;
use waaudit_output::write::write_stream;
use waaudit_rules::{RuleSet, Severity};

/// All that a comparison takes.
#[derive(Debug)]
pub struct Options {
    /// The older report.
    pub old: PathBuf,
    /// The newer report.
    pub new: PathBuf,
    /// How the difference is printed.
    pub format: &'static Format,
    /// Where to, instead of stdout.
    pub output: Option<PathBuf>,
    /// The mildest severity of a new failure that counts for the exit code.
    pub fail_on: Severity,
    /// No colours.
    pub no_color: bool,
}

/// Compares, and says whether something new fails.
pub fn run(options: &Options) -> Result<Exit, Failure> {
    let (old, new) = (read(&options.old)?, read(&options.new)?);
    let difference = against(&old, &new)?;
    let output = options.output.as_deref();
    let view = View::of(look(output, options.no_color));
    write_stream(output, &|to| (options.format.write)(&difference, view, to))?;
    Ok(exit(&difference, options.fail_on))
}

/// What changed between two reports, by the built-in rules.
pub(super) fn against(old: &Report, new: &Report) -> Result<Difference, Failure> {
    compare(old, new, &RuleSet::load(&[])?)
}

/// Reads a report that was stored.
pub(super) fn read(file: &Path) -> Result<Report, Failure> {
    let text = read_file("read the report", file)?;
    Report::from_json(&text).map_err(|error| {
        Failure::new(format!("{} is no report that this waaudit reads: {error}", file.display()))
            .help("waaudit scan --format json --output FILE makes one; waaudit schema report shows its form")
    })
}

/// How a comparison ends: whether something new of a severity fails.
pub(super) fn exit(difference: &Difference, fail_on: Severity) -> Exit {
    let worse = difference.new.iter().any(|change| change.severity <= fail_on);
    if worse { Exit::Findings } else { Exit::Clean }
}
