//! `waaudit mcp`: answers an assistant's questions about an account, over the Model Context Protocol on stdin and stdout.
//!
//! All files are named here, by the user, and read before the first question.

use std::path::PathBuf;

use super::source::{From, obtain, obtain_in_background};
use super::{diff, permissions};
use crate::scan_plan;
use waaudit_judge::selection::{Selection, select};
use waaudit_judge::waivers::Waivers;
use waaudit_mcp::{Scan, Setup, Source, serve};
use waaudit_model::error::Failure;
use waaudit_model::settings::Settings;

/// What the answers are about.
pub enum Subject {
    /// A saved snapshot, or the demo.
    Stored(From),
    /// A stored report.
    Report(PathBuf),
    /// A live account, which is read when the assistant asks for it.
    Live(Box<dyn Fn() -> From + Send + Sync>),
}

/// All that a server takes.
pub struct Options {
    /// What the answers are about.
    pub subject: Subject,
    /// An earlier report, to compare with.
    pub baseline: Option<PathBuf>,
    /// Folders of further rules.
    pub folders: Vec<PathBuf>,
    /// Accepted failures.
    pub waivers: Option<PathBuf>,
    /// Settings.
    pub settings: Option<PathBuf>,
    /// Judge what is no production too.
    pub include_non_production: bool,
}

/// Serves until the client leaves.
pub fn run(options: Options) -> Result<(), Failure> {
    let Options { subject, baseline, folders, waivers, settings, include_non_production } = options;
    let selection = Selection { folders, ..Selection::default() };
    let rules = select(&selection)?;
    let mut settings = Settings::read(settings.as_deref())?;
    settings.non_production.judge |= include_non_production;
    let waivers = Waivers::read(waivers.as_deref(), &rules)?;
    let baseline = baseline.as_deref().map(diff::read).transpose()?;
    let wanted = scan_plan::wanted_by(&rules, &selection);
    let (source, scan): (Source, Option<Scan>) = match subject {
        Subject::Stored(from) => (Source::Snapshot(Box::new(obtain(&from, &wanted, &settings, true)?)), None),
        Subject::Report(file) => (Source::Report(Box::new(diff::read(&file)?)), None),
        Subject::Live(from) => {
            let settings = settings.clone();
            (Source::Scan, Some(Box::new(move || obtain_in_background(&from(), &wanted, &settings))))
        }
    };
    let folders = selection.folders;
    let permissions =
        move |asked: &Selection| permissions::document(&Selection { folders: folders.clone(), ..asked.clone() });
    serve(Setup { source, baseline, rules, settings, waivers, permissions: Box::new(permissions), scan })
}
