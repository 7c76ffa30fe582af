//! `waaudit trend`: how accounts developed over the reports in a folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::{diff, look, read_file};
use waaudit_judge::diff::renamed;
use waaudit_judge::report::{Report, ReportHead};
use waaudit_judge::trend::Trend;
use waaudit_model::error::Failure;
use waaudit_output::format::View;
use waaudit_output::trend::Format;
use waaudit_output::write::write_stream;
use waaudit_rules::RuleSet;

/// All that a trend takes.
#[derive(Debug)]
pub struct Options {
    /// The folder with the reports, and folders in it.
    pub folder: PathBuf,
    /// How the trend is printed.
    pub format: &'static Format,
    /// Where to, instead of stdout.
    pub output: Option<PathBuf>,
    /// No colours.
    pub no_color: bool,
}

/// Reads the reports and prints the trend. Files that are no reports are named on stderr.
pub fn run(options: &Options) -> Result<(), Failure> {
    let trend = read(&options.folder)?;
    let output = options.output.as_deref();
    let view = View::of(look(output, options.no_color));
    write_stream(output, &|to| (options.format.write)(&trend, view, to))
}

fn read(folder: &Path) -> Result<Trend, Failure> {
    let renamed = renamed(&RuleSet::load(&[])?);
    let mut trend = Trend::default();
    let mut before: Option<Report> = None;
    for file in in_order(folder)?.values() {
        let report = match diff::read(file) {
            Ok(report) => report,
            Err(problem) => {
                anstream::eprintln!("note: left out: {problem}");
                continue;
            }
        };
        let of_account = before.as_ref().filter(|before| before.account.id == report.account.id);
        trend.add(&report, of_account, &renamed);
        before = Some(report);
    }
    if trend.accounts.is_empty() { Err(no_report(folder)) } else { Ok(trend) }
}

fn no_report(folder: &Path) -> Failure {
    let message = format!("no report in {}", folder.display());
    Failure::new(message).help("waaudit scan --format json --output FILE makes one")
}

/// The files that look like reports, by account and time; of two at one time, the last by name.
fn in_order(folder: &Path) -> Result<BTreeMap<ReportHead, PathBuf>, Failure> {
    let mut reports = BTreeMap::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|error| Failure::new(format!("could not read {}: {error}", folder.display())))?;
        let is_json = entry.path().extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
        if !is_json || !entry.file_type().is_file() {
            continue;
        }
        let text = read_file("read the report", entry.path())?;
        match ReportHead::from_json(&text) {
            Some(head) => {
                reports.insert(head, entry.into_path());
            }
            None => anstream::eprintln!("note: {} is no report, and left out", entry.path().display()),
        }
    }
    Ok(reports)
}
