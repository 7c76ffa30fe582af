//! The flags of `waaudit waive`.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use waaudit_judge::waivers::Waiver;

use crate::cli::commands::waive::Options;

#[derive(Debug, Args)]
pub(in crate::cli) struct WaiveFlags {
    /// The rule's id, as `multi-az/rds-instance`
    rule: String,
    /// The resource's ARN or id; `*` stands for anything [default: every resource]
    #[arg(long, value_name = "PATTERN")]
    resource: Option<String>,
    /// Only resources with this tag; `*` stands for anything
    #[arg(long, value_name = "KEY=VALUE")]
    tag: Option<String>,
    /// Why the failure is accepted
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who accepted it
    #[arg(long, value_name = "WHO")]
    owner: String,
    /// The last day on which it holds, as 2027-01-31
    #[arg(long, value_name = "DATE")]
    until: Date,
    /// The file to write to; it is made where there is none
    #[arg(long, value_name = "FILE", default_value = "waivers.toml")]
    waivers: PathBuf,
    /// A folder of your own rules (repeatable)
    #[arg(long = "rules", value_name = "DIR")]
    folders: Vec<PathBuf>,
}

impl WaiveFlags {
    pub(in crate::cli) fn resolve(self) -> Options {
        let Self { rule, resource, tag, reason, owner, until, waivers, folders } = self;
        Options { waiver: Waiver { rule, resource, tag, reason, owner, until }, file: waivers, folders }
    }
}
