//! The flags of `waaudit diff`.

use std::path::PathBuf;

use clap::Args;
use waaudit_output::difference::{FORMATS, Format};

use super::{Threshold, format_names};
use crate::cli::commands::diff::Options;

pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  nothing new fails at or above --fail-on
  1  something new fails at or above --fail-on
  2  could not compare: usage, a file that is no report, two accounts";

#[derive(Debug, Args)]
pub(in crate::cli) struct DiffFlags {
    /// The older report, made by `waaudit scan --format json`
    pub(in crate::cli) old: PathBuf,
    /// The newer report
    pub(in crate::cli) new: PathBuf,
    /// How to print what changed
    #[arg(long, default_value = "table", value_parser = format_names(FORMATS))]
    pub(in crate::cli) format: &'static Format,
    /// Write to a file instead of stdout
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
    /// Exit with 1 if something of this severity or worse fails that did not fail before
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "low")]
    pub(in crate::cli) fail_on: Threshold,
    /// No colours [env: NO_COLOR]
    #[arg(long)]
    pub(in crate::cli) no_color: bool,
}

impl DiffFlags {
    pub(in crate::cli) fn resolve(self) -> Options {
        let Self { old, new, format, output, fail_on, no_color } = self;
        Options { old, new, format, output, fail_on: fail_on.severity(), no_color }
    }
}
