//! How long one step of long work may take.

use crate::runtime::clock::Stopwatch;

/// How long one step of long work takes about, in microseconds.
const STEP_US: u64 = 5_000;

/// Measures one step of a task that answers [`super::Disposition::Again`].
#[derive(Debug, Clone, Copy)]
pub struct Step {
    watch: Stopwatch,
    us: u64,
}

impl Step {
    /// A step that begins now.
    pub fn begin() -> Self {
        Self { watch: Stopwatch::start(), us: STEP_US }
    }

    /// The step without an end, for work that blocks no connection or cannot resume.
    #[must_use]
    pub fn endless(self) -> Self {
        Self { us: u64::MAX, ..self }
    }

    /// A step that is never over.
    #[cfg(test)]
    pub fn longest() -> Self {
        Self::begin().endless()
    }

    /// A step that is over as soon as it has done anything.
    #[cfg(test)]
    pub fn shortest() -> Self {
        Self { us: 0, ..Self::begin() }
    }

    /// Whether the task should let others run.
    pub fn is_over(self) -> bool {
        self.watch.elapsed_us() >= self.us
    }
}
