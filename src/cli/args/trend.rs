//! The flags of `waaudit trend`.

use std::path::PathBuf;

use clap::Args;

use waaudit_output::trend::{FORMATS, Format};

use super::format_names;
use crate::cli::commands::trend::Options;

#[derive(Debug, Args)]
pub(in crate::cli) struct TrendFlags {
    /// A folder of JSON reports; folders in it count
    folder: PathBuf,
    /// How to print the trend
    #[arg(long, default_value = "table", value_parser = format_names(FORMATS))]
    format: &'static Format,
    /// Write to a file instead of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// No colours [env: NO_COLOR]
    #[arg(long)]
    no_color: bool,
}

impl TrendFlags {
    pub(in crate::cli) fn resolve(self) -> Options {
        let Self { folder, format, output, no_color } = self;
        Options { folder, format, output, no_color }
    }
}
