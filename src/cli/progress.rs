//! The progress bar on stderr: what has been read, and where. Silent when stderr is no terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use waaudit_collect::scan::{Event, Watcher};

/// A progress bar.
pub(super) struct Bar {
    bar: ProgressBar,
}

impl Bar {
    /// A bar on stderr; a silent one when asked to be quiet. indicatif itself stays silent without a terminal.
    pub(super) fn new(quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        Self { bar: ProgressBar::with_draw_target(None, target) }
    }
}

impl Watcher for Bar {
    fn hear(&self, event: Event<'_>) {
        match event {
            Event::Planned { tasks, regions } => {
                let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {prefix}  {wide_msg}");
                // A template that does not parse would leave the plain style, which does too.
                if let Ok(style) = style {
                    self.bar.set_style(style);
                }
                self.bar.set_length(u64::try_from(tasks).unwrap_or(u64::MAX));
                self.bar.set_prefix(format!("{regions} regions"));
            }
            Event::Done { kind, region } => {
                self.bar.set_message(format!("{region} {kind}"));
                self.bar.inc(1);
            }
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
