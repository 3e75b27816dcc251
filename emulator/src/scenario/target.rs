//! What a request is for, as rules distinguish it.

use contracts::Operation;

/// What a request is for.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// An operation.
    Operation(&'a Operation),
    /// No known operation.
    Unknown,
    /// The download of a file.
    File,
}

/// How many targets there are. An operation's place is its index.
pub(super) fn target_count() -> usize {
    contracts::catalog().operations().count() + 2
}

impl Target<'_> {
    /// Its place among all targets.
    pub(super) fn place(self) -> usize {
        match self {
            Self::Operation(operation) => operation.index,
            Self::Unknown => target_count() - 2,
            Self::File => target_count() - 1,
        }
    }
}
