//! `waaudit scan`: the whole pipe, from an account, a saved snapshot or the demo to a report.

use std::path::PathBuf;

use clap::ValueEnum;

use super::source::{From, obtain};
use super::{Selection, look, select};
use crate::audit::audit;
use crate::exit::{Exit, Failure};
use crate::output::{json, write_stdout, write_whole};
use crate::plan;
use crate::report::{Report, Verdict, table};
use crate::rules::Severity;
use crate::settings::Settings;
use crate::waive::Waivers;

/// How the report is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For people at a terminal.
    #[default]
    Table,
    /// For programs: the contract for dashboards.
    Json,
}

/// All that a scan takes.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Options {
    /// What to judge.
    pub from: From,
    /// Where to save what was collected.
    pub save_snapshot: Option<PathBuf>,
    /// Which rules to judge by.
    pub selection: Selection,
    /// Tags that a resource must have to be reported on.
    pub tags: Vec<(String, String)>,
    /// Accepted failures.
    pub waivers: Option<PathBuf>,
    /// Settings.
    pub settings: Option<PathBuf>,
    /// Judge what is no production too.
    pub include_non_production: bool,
    /// How the report is printed.
    pub format: Format,
    /// Where to, instead of stdout.
    pub output: Option<PathBuf>,
    /// The mildest severity that counts for the exit code.
    pub fail_on: Severity,
    /// Whether gaps count for the exit code.
    pub strict: bool,
    /// No progress.
    pub quiet: bool,
    /// No colours.
    pub no_color: bool,
}

/// Scans, and says how it ended. Whatever could go wrong before AWS is asked goes wrong before AWS is asked.
pub fn run(options: &Options) -> Result<Exit, Failure> {
    let rules = select(&options.selection)?;
    let mut settings = Settings::read(options.settings.as_deref())?;
    settings.non_production.judge |= options.include_non_production;
    let waivers = Waivers::read(options.waivers.as_deref(), &rules)?;
    let snapshot = obtain(&options.from, &plan::wanted(&rules), &settings, options.quiet)?;
    if let Some(file) = &options.save_snapshot {
        write_whole(file, &json("snapshot", &snapshot)?)?;
    }
    let report = audit(snapshot, &rules, &settings, &waivers, &options.tags);
    let text = match options.format {
        Format::Json => json("report", &report)?,
        Format::Table => table::render(&report, &look(options.output.as_deref(), options.no_color)),
    };
    match &options.output {
        Some(file) => write_whole(file, &text)?,
        None => write_stdout(&text)?,
    }
    Ok(exit(&report, options))
}

fn exit(report: &Report, options: &Options) -> Exit {
    let counts =
        |finding: &&crate::report::Finding| finding.verdict == Verdict::Fail && finding.severity <= options.fail_on;
    if options.strict && (!report.gaps.is_empty() || report.summary.verdicts.unknown > 0) {
        Exit::Gaps
    } else if report.findings.iter().any(|finding| counts(&finding)) {
        Exit::Findings
    } else {
        Exit::Clean
    }
}
