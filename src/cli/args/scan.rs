//! The flags of `waaudit scan`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use waaudit_collect::Allowed;
use waaudit_judge::report::Verdict;
use waaudit_model::error::Failure;
use waaudit_output::format::named;
use waaudit_output::formats::{FORMATS, Format};
use waaudit_output::table::Shown;

use super::source::SourceFlags;
use super::{SelectionFlags, Threshold, format_names};
use crate::cli::commands::scan;

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(in crate::cli) struct ScanFlags {
    #[command(flatten)]
    pub(in crate::cli) source: SourceFlags,
    /// Read no CloudWatch metrics: none is billed, and verdicts that rest on one are unknown
    #[arg(long, conflicts_with_all = ["demo", "snapshot"], help_heading = "Account")]
    pub(in crate::cli) no_metrics: bool,
    /// Allow calls that cost a cent each (Cost Explorer)
    #[arg(long, conflicts_with_all = ["demo", "snapshot"], help_heading = "Account")]
    pub(in crate::cli) billed_calls: bool,
    /// Save what was collected, to judge it again later
    #[arg(long, value_name = "FILE", help_heading = "Without an account")]
    pub(in crate::cli) save_snapshot: Option<PathBuf>,

    #[command(flatten, next_help_heading = "Rules")]
    pub(in crate::cli) selection: SelectionFlags,
    /// Only resources with this tag
    #[arg(long = "tag", value_name = "KEY=VALUE", help_heading = "Rules")]
    pub(in crate::cli) tags: Vec<String>,
    /// Also evaluate non-production resources
    #[arg(long, help_heading = "Rules")]
    pub(in crate::cli) include_non_production: bool,
    /// Accepted failures [form: waaudit schema waivers]
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub(in crate::cli) waivers: Option<PathBuf>,
    /// Settings [default: waaudit.toml, if there is one]
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub(in crate::cli) settings: Option<PathBuf>,

    /// How to print the report
    #[arg(long, default_value = DEFAULT_FORMAT, value_parser = format_names(FORMATS), help_heading = "Report")]
    pub(in crate::cli) format: &'static Format,
    /// In the table: all resources of a rule, instead of five
    #[arg(long, help_heading = "Report")]
    pub(in crate::cli) full: bool,
    /// In the table: only findings of this severity or worse
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "low", help_heading = "Report")]
    pub(in crate::cli) severity: Threshold,
    /// In the table: only findings of this verdict [default: fail, unknown and waived]
    #[arg(long, value_name = "VERDICT", value_parser = verdict_names(), help_heading = "Report")]
    pub(in crate::cli) verdict: Option<Verdict>,
    /// Write the report to a file instead of stdout
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    pub(in crate::cli) output: Option<PathBuf>,
    /// Write the report in one more format to a file, beside what is printed (repeatable)
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = format_and_file, help_heading = "Report")]
    pub(in crate::cli) reports: Vec<(&'static Format, PathBuf)>,
    /// An earlier report, made by `--format json`: failures that it has do not count for the exit code
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    pub(in crate::cli) baseline: Option<PathBuf>,
    /// Exit with 1 if a finding of this severity or worse fails
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "low", help_heading = "Report")]
    pub(in crate::cli) fail_on: Threshold,
    /// Exit with 3 if something could not be read
    #[arg(long, help_heading = "Report")]
    pub(in crate::cli) strict: bool,
    /// No progress on stderr
    #[arg(long, short, help_heading = "Report")]
    pub(in crate::cli) quiet: bool,
    /// No colours [env: NO_COLOR]
    #[arg(long, help_heading = "Report")]
    pub(in crate::cli) no_color: bool,
}

impl ScanFlags {
    pub(in crate::cli) fn resolve(self) -> Result<scan::Options, Failure> {
        let allowed = Allowed { metrics: !self.no_metrics, billed_calls: self.billed_calls };
        let tags = self.tags.iter().map(|tag| tag_filter(tag)).collect::<Result<_, _>>()?;
        Ok(scan::Options {
            from: self.source.resolve(allowed),
            save_snapshot: self.save_snapshot,
            selection: self.selection.resolve(),
            tags,
            waivers: self.waivers,
            settings: self.settings,
            include_non_production: self.include_non_production,
            format: self.format,
            output: self.output,
            reports: self.reports,
            shown: Shown { full: self.full, severity: self.severity.severity(), verdict: self.verdict },
            baseline: self.baseline,
            fail_on: self.fail_on.severity(),
            strict: self.strict,
            quiet: self.quiet,
            no_color: self.no_color,
        })
    }
}

/// The format of a report for people.
const DEFAULT_FORMAT: &str = "table";

/// The verdicts' names.
fn verdict_names() -> impl TypedValueParser<Value = Verdict> {
    PossibleValuesParser::new(Verdict::ALL.map(Verdict::name))
        .try_map(|name| Verdict::ALL.into_iter().find(|verdict| verdict.name() == name).ok_or("no such verdict"))
}

/// A format and a file, `json=report.json`.
fn format_and_file(text: &str) -> Result<(&'static Format, PathBuf), String> {
    let (name, file) = text.split_once('=').filter(|(_, file)| !file.is_empty()).ok_or("write it as FORMAT=FILE")?;
    let names = || FORMATS.iter().map(|format| format.name).collect::<Vec<_>>().join(", ");
    let format = named(FORMATS, name).ok_or_else(|| format!("no format `{name}`; formats: {}", names()))?;
    Ok((format, PathBuf::from(file)))
}

fn tag_filter(tag: &str) -> Result<(String, String), Failure> {
    let pair = tag.split_once('=').filter(|(key, _)| !key.is_empty());
    let message = format!("`--tag {tag}` has no key and value");
    pair.map(|(key, value)| (key.to_owned(), value.to_owned()))
        .ok_or_else(|| Failure::new(message).help("waaudit scan --tag team=checkout"))
}
