//! `waaudit trend`: how accounts developed over the reports in a folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use walkdir::WalkDir;

use super::{diff, look, read_file};
use waaudit_judge::diff::renamed;
use waaudit_judge::report::Report;
use waaudit_judge::trend::Trend;
use waaudit_model::error::Failure;
use waaudit_output::table::render_sections;
use waaudit_output::write::{write_json, write_stream, write_text};
use waaudit_output::{html, markdown, trend};
use waaudit_rules::RuleSet;

/// How the trend is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For people at a terminal.
    #[default]
    Table,
    /// For a pull request or a wiki.
    Markdown,
    /// For programs.
    Json,
    /// One file for a browser.
    Html,
}

/// All that a trend takes.
#[derive(Debug)]
pub struct Options {
    /// The folder with the reports, and folders in it.
    pub folder: PathBuf,
    /// How the trend is printed.
    pub format: Format,
    /// Where to, instead of stdout.
    pub output: Option<PathBuf>,
    /// No colours.
    pub no_color: bool,
}

/// Reads the reports and prints the trend. Files that are no reports are named on stderr.
pub fn run(options: &Options) -> Result<(), Failure> {
    let trend = read(&options.folder)?;
    let output = options.output.as_deref();
    match options.format {
        Format::Json => write_json(output, &trend),
        Format::Html => write_stream(output, &|to| to.write_all(html::trend_page(&trend)?.as_bytes())),
        Format::Markdown => write_text(output, &markdown::page(&trend::trend(&trend))),
        Format::Table => write_text(output, &render_sections(&trend::trend(&trend), &look(output, options.no_color))),
    }
}

/// A report by its account and time.
type Key = (String, String);

fn read(folder: &Path) -> Result<Trend, Failure> {
    let renamed = renamed(&RuleSet::load(&[])?);
    let mut trend = Trend::default();
    let mut before: Option<Report> = None;
    for file in in_order(folder)?.values() {
        let report = diff::read(file)?;
        let of_account = before.as_ref().filter(|before| before.account.id == report.account.id);
        trend.add(&report, of_account, &renamed);
        before = Some(report);
    }
    Ok(trend)
}

/// The files that are reports, by account and time; of two at one time, the last by name. One report at a time is held.
fn in_order(folder: &Path) -> Result<BTreeMap<Key, PathBuf>, Failure> {
    let mut reports = BTreeMap::new();
    let mut others = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|error| Failure::new(format!("could not read {}: {error}", folder.display())))?;
        let is_json = entry.path().extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
        if !is_json || !entry.file_type().is_file() {
            continue;
        }
        let text = read_file("read the report", entry.path())?;
        match Report::from_json(&text) {
            Ok(report) => {
                reports.insert((report.account.id, report.taken_at), entry.into_path());
            }
            Err(_) => others.push(entry.path().display().to_string()),
        }
    }
    if reports.is_empty() {
        let message = format!("no report in {}", folder.display());
        return Err(Failure::new(message).help("waaudit scan --format json --output FILE makes one"));
    }
    for other in &others {
        anstream::eprintln!("note: {other} is no report, and left out");
    }
    Ok(reports)
}
