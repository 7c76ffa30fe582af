//! `waaudit diff`: what changed between two reports of one account.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::{look, read_file};
use crate::diff::{Difference, diff};
use crate::exit::{Exit, Failure};
use crate::output::{json, write_stdout, write_whole};
use crate::report::{Report, difference, table};
use crate::rules::{RuleSet, Severity};

/// How the difference is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For people at a terminal.
    #[default]
    Table,
    /// For a pull request or a wiki.
    Markdown,
    /// For programs.
    Json,
}

/// All that a comparison takes.
#[derive(Debug)]
pub struct Options {
    /// The older report.
    pub old: PathBuf,
    /// The newer report.
    pub new: PathBuf,
    /// How the difference is printed.
    pub format: Format,
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
    if old.account.id != new.account.id {
        let message = format!("the reports are of two accounts, {} and {}", old.account.id, new.account.id);
        return Err(Failure::new(message).help("waaudit diff OLD NEW compares one account with itself"));
    }
    let difference = diff(&old, &new, &renamed(&RuleSet::load(&[])?));
    let text = match options.format {
        Format::Table => table::render_difference(&difference, &look(options.output.as_deref(), options.no_color)),
        Format::Markdown => difference::markdown(&difference),
        Format::Json => json("difference", &difference)?,
    };
    match &options.output {
        Some(file) => write_whole(file, &text)?,
        None => write_stdout(&text)?,
    }
    Ok(exit(&difference, options.fail_on))
}

/// From former ids of rules to today's.
pub fn renamed(set: &RuleSet) -> BTreeMap<String, String> {
    let former = |rule: &crate::rules::Rule| -> Vec<(String, String)> {
        rule.formerly.iter().map(|former| (former.clone(), rule.id.clone())).collect()
    };
    set.rules.iter().flat_map(former).collect()
}

fn read(file: &Path) -> Result<Report, Failure> {
    let text = read_file("read the report", file)?;
    serde_json::from_str(&text).map_err(|error| {
        Failure::new(format!("{} is no report that this waaudit reads: {error}", file.display()))
            .help("waaudit scan --format json --output FILE makes one; waaudit schema report shows its form")
    })
}

fn exit(difference: &Difference, fail_on: Severity) -> Exit {
    let worse = difference.new.iter().any(|change| change.severity <= fail_on);
    if worse { Exit::Findings } else { Exit::Clean }
}
