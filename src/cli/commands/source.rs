//! Where an account comes from: live, from a file, or built in.

use std::path::PathBuf;

use jiff::Timestamp;

use super::read_file;
use crate::cli::interrupt;
use crate::cli::progress::Bar;
use waaudit_collect::scan::collect;
use waaudit_collect::transport::cutoff::Interruption;
use waaudit_collect::transport::session::{Access, Session};
use waaudit_collect::{Allowed, Wanted};
use waaudit_model::error::Failure;
use waaudit_model::settings::Settings;
use waaudit_model::snapshot::Snapshot;
use waaudit_rules::fixtures::DEMO;

/// What to look at.
#[derive(Debug)]
pub enum From {
    /// A live account.
    Account {
        /// The way in.
        access: Access,
        /// Regions; all enabled ones where none is named.
        regions: Vec<String>,
        /// What may cost money.
        allowed: Allowed,
    },
    /// A saved snapshot.
    File(PathBuf),
    /// The account that is built in.
    Demo,
}

/// The snapshot of an account, with what is wanted of it.
pub fn obtain(from: &From, wanted: &Wanted, settings: &Settings, quiet: bool) -> Result<Snapshot, Failure> {
    read(from, wanted, settings, quiet, interrupt::listen)
}

/// The same for a server: without progress, and a signal ends the program.
pub fn obtain_in_background(from: &From, wanted: &Wanted, settings: &Settings) -> Result<Snapshot, Failure> {
    read(from, wanted, settings, true, || Ok(Interruption::never()))
}

fn read(
    from: &From,
    wanted: &Wanted,
    settings: &Settings,
    quiet: bool,
    listen: impl Fn() -> Result<Interruption, Failure>,
) -> Result<Snapshot, Failure> {
    match from {
        From::Demo => Snapshot::from_json(DEMO).map_err(|problem| Failure::new(format!("the demo account: {problem}"))),
        From::File(file) => {
            let text = read_file("read the snapshot", file)?;
            Snapshot::from_json(&text).map_err(|problem| {
                Failure::new(format!("{} is no snapshot that this waaudit reads: {problem}", file.display()))
                    .help("waaudit scan --save-snapshot FILE makes one; waaudit schema snapshot shows its form")
            })
        }
        From::Account { access, regions, allowed } => {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()
                .map_err(|error| Failure::new(format!("could not start: {error}")))?;
            runtime.block_on(async {
                let call_options = access.call_options.paced(&settings.pace);
                let session = Session::open(&Access { call_options, ..access.clone() }).await?;
                let bar = Bar::new(quiet);
                // Until here there is nothing to save, and a signal simply ends the program.
                let interruption = listen()?;
                collect(&session, wanted, *allowed, regions, Timestamp::now(), interruption, &bar).await
            })
        }
    }
}
