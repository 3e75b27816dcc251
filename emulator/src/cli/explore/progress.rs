//! What happens during an exploration, on a terminal alone.

use std::time::Duration;

use contracts::suite::explore::Progress;
use indicatif::{ProgressBar, ProgressStyle};

/// One line at the end of a terminal. Nothing where standard error is a file or a pipe, as in CI.
pub(super) struct Line(ProgressBar);

impl Line {
    /// An empty line.
    pub(super) fn new() -> Self {
        let bar = ProgressBar::no_length();
        let style = ProgressStyle::with_template("{elapsed} {pos} runs, {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    /// Tells of a step; causes that are found stay on the terminal.
    pub(super) fn show(&self, progress: &Progress<'_>) {
        match progress {
            Progress::Calm => self.0.set_message("three runs without faults"),
            Progress::Stage { name, plans } => self.0.set_message(format!("{name}: {plans} plans")),
            Progress::Ran { .. } => self.0.inc(1),
            Progress::Found { sentence } => self.0.println(format!("found: {sentence}")),
            Progress::Shrinking { causes } => {
                self.0.set_message(format!("making {causes} findings smaller"));
            }
            _ => {}
        }
    }

    /// Takes the line away.
    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}
