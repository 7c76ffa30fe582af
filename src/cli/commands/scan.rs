//! `waaudit scan`: the whole pipe, from an account, a saved snapshot or the demo to a report.

use std::path::PathBuf;

use super::source::{From, obtain};
use super::{diff, look};
use crate::exit::Exit;
use crate::scan_plan;
use waaudit_judge::audit::{audit, audit_and_simulate};
use waaudit_judge::criteria::Criteria;
use waaudit_judge::diff::Difference;
use waaudit_judge::report::{Report, Verdict};
use waaudit_judge::selection::{Selection, select};
use waaudit_judge::waivers::Waivers;
use waaudit_model::error::Failure;
use waaudit_model::settings::Settings;
use waaudit_output::formats::{Format, View};
use waaudit_output::table::{Look, Shown};
use waaudit_output::write::{write_json, write_stream};
use waaudit_rules::Severity;

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
    pub format: &'static Format,
    /// Where to, instead of stdout.
    pub output: Option<PathBuf>,
    /// Further formats, each with its file.
    pub reports: Vec<(&'static Format, PathBuf)>,
    /// Which findings a page of text shows.
    pub shown: Shown,
    /// An earlier report, whose failures do not count for the exit code.
    pub baseline: Option<PathBuf>,
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
    let baseline = options.baseline.as_deref().map(diff::read).transpose()?;
    let wanted = scan_plan::wanted_by(&rules, &options.selection);
    let snapshot = obtain(&options.from, &wanted, &settings, options.quiet)?;
    if let Some(file) = &options.save_snapshot {
        write_json(Some(file), &snapshot)?;
    }
    let criteria = Criteria { waivers: &waivers, tags: &options.tags, ..Criteria::new(&rules, &settings) };
    let whole = options.selection.is_of_all_areas();
    let report = if whole { audit_and_simulate(snapshot, &criteria) } else { audit(snapshot, &criteria) };
    let output = options.output.as_deref();
    let since = baseline.as_ref().map(|baseline| diff::against(baseline, &report)).transpose()?;
    let view =
        |file| View { look: Look { shown: options.shown, ..look(file, options.no_color) }, since: since.as_ref() };
    write_stream(output, &|to| (options.format.write)(&report, view(output), to))?;
    for (format, file) in &options.reports {
        write_stream(Some(file), &|to| (format.write)(&report, view(Some(file)), to))?;
    }
    Ok(exit(&report, since.as_ref(), options))
}

fn exit(report: &Report, since: Option<&Difference>, options: &Options) -> Exit {
    let counts = |finding: &&waaudit_judge::report::Finding| {
        finding.verdict == Verdict::Fail && finding.severity() <= options.fail_on
    };
    if options.strict && (!report.gaps.is_empty() || report.summary.verdicts.unknown > 0) {
        Exit::Gaps
    } else if let Some(since) = since {
        diff::exit(since, options.fail_on)
    } else if report.findings.iter().any(|finding| counts(&finding)) {
        Exit::Findings
    } else {
        Exit::Clean
    }
}
