//! The flags of `waaudit mcp`.

use std::path::PathBuf;

use clap::Args;
use waaudit_collect::Allowed;

use super::source::{LIVE, SourceFlags};
use crate::cli::commands::mcp::{Options, Subject};

#[derive(Debug, Args)]
#[group(skip)]
#[command(group = clap::ArgGroup::new("subject").args(["demo", "snapshot", "report", "live"]).required(true))]
pub(in crate::cli) struct McpFlags {
    /// Let an assistant scan the live account: adds the tool `scan`, from which all others answer then
    #[arg(long, help_heading = "Account")]
    live: bool,
    #[command(flatten)]
    source: SourceFlags,
    /// Read no CloudWatch metrics: none is billed, and verdicts that rest on one are unknown
    #[arg(long, conflicts_with_all = ["demo", "snapshot", "report"], help_heading = "Account")]
    no_metrics: bool,
    /// Answer from a stored report, made by `waaudit scan --format json` (no credentials needed)
    #[arg(long, value_name = "FILE", conflicts_with_all = LIVE, help_heading = "Without an account")]
    report: Option<PathBuf>,
    /// An earlier report, for the tool `diff`
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// A folder of your own rules, `DIR/<area>/<subject>.toml` (repeatable)
    #[arg(long = "rules", value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// Accepted failures [form: waaudit schema waivers]
    #[arg(long, value_name = "FILE")]
    waivers: Option<PathBuf>,
    /// Settings [default: waaudit.toml, if there is one]
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// Also evaluate non-production resources
    #[arg(long)]
    include_non_production: bool,
}

impl McpFlags {
    pub(in crate::cli) fn resolve(self) -> Options {
        let allowed = Allowed { metrics: !self.no_metrics, ..Allowed::default() };
        let source = self.source;
        let subject = match (self.report, self.live) {
            (Some(file), _) => Subject::Report(file),
            // Flags become a deadline, which counts from the scan on.
            (None, true) => Subject::Live(Box::new(move || source.clone().resolve(allowed))),
            (None, false) => Subject::Stored(source.resolve(allowed)),
        };
        Options {
            subject,
            baseline: self.baseline,
            folders: self.folders,
            waivers: self.waivers,
            settings: self.settings,
            include_non_production: self.include_non_production,
        }
    }
}
