//! How far the cases are, on a terminal alone.

use std::time::Duration;

use contracts::report::CaseOutcome;
use contracts::suite::Progress;
use indicatif::{ProgressBar, ProgressStyle};

/// One line at the end of a terminal. Nothing where standard error is a file or a pipe, as in CI.
pub(in crate::cli) struct Bar(ProgressBar);

impl Bar {
    /// An empty bar.
    pub(in crate::cli) fn new() -> Self {
        let bar = ProgressBar::no_length();
        let style = ProgressStyle::with_template("{elapsed} {wide_bar} {pos} of {len}, {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    /// Counts a case that ended; one that failed stays on the terminal.
    pub(in crate::cli) fn show(&self, progress: &Progress<'_>) {
        let Progress { ended, of, case } = progress;
        self.0.set_length(u64::try_from(*of).unwrap_or(u64::MAX));
        self.0.set_position(u64::try_from(*ended).unwrap_or(u64::MAX));
        self.0.set_message(case.name.clone());
        if case.outcome == CaseOutcome::Failed {
            self.0.println(format!("failed: {}/{}", case.contract, case.name));
        }
    }

    /// Takes the line away.
    pub(in crate::cli) fn clear(&self) {
        self.0.finish_and_clear();
    }
}
