//! SIGINT and SIGTERM: the first ends collecting, so that what was read is judged and written; the next ends the program.
//!
//! Signals are received on a thread of their own, which outlives collecting: a program that listened once would otherwise
//! ignore them from then on. It knows nothing of AWS.

use std::io;

use waaudit_collect::transport::cutoff::{Interrupter, Interruption};
use waaudit_model::error::Failure;

/// By convention a program that a signal ended has the code 128 and the signal's number.
const ENDED_BY_SIGNAL: i32 = 128;

/// Listens from now on, and says what a signal interrupts.
pub(super) fn listen() -> Result<Interruption, Failure> {
    let (interrupter, interruption) = Interrupter::new();
    start(interrupter).map_err(|error| Failure::new(format!("could not listen for signals: {error}")))?;
    Ok(interruption)
}

fn start(interrupter: Interrupter) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let signals = {
        let _inside = runtime.enter();
        Signals::new()?
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(serve(signals, &interrupter));
    })?;
    Ok(())
}

async fn serve(mut signals: Signals, interrupter: &Interrupter) {
    while let Some(number) = signals.next().await {
        if !interrupter.interrupt() {
            std::process::exit(ENDED_BY_SIGNAL + number);
        }
        anstream::eprintln!("\ninterrupted: the report is made of what was read until now; interrupt again to abort");
    }
}

/// The signals that end a program.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// The number of the next one.
    async fn next(&mut self) -> Option<i32> {
        use tokio::signal::unix::SignalKind;
        tokio::select! {
            came = self.interrupt.recv() => came.map(|()| SignalKind::interrupt().as_raw_value()),
            came = self.terminate.recv() => came.map(|()| SignalKind::terminate().as_raw_value()),
        }
    }
}

/// The signals that end a program.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// The number of the next one.
    async fn next(&mut self) -> Option<i32> {
        const INTERRUPT: i32 = 2;
        tokio::signal::ctrl_c().await.ok().map(|()| INTERRUPT)
    }
}
