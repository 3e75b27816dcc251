//! Where clients run. Each run has a tenant of its own, so many can run side by side on one twin.

use std::time::Duration;

use serde_json::Value;

use crate::control::ControlError;
use crate::conversation::Entry;

/// A twin, a client's command, and the state in which every run of it begins.
pub trait Lab: Sync {
    /// A new tenant in that state. It is gone when the room is dropped.
    fn room(&self) -> Result<Box<dyn Room + '_>, LabError>;
}

/// A tenant of one client.
pub trait Room {
    /// Runs the client once, to its end, under these scenarios (TOML); those of the run before are gone.
    /// What the run before left in the state is still there.
    fn run(&mut self, scenarios: &[String]) -> Result<Ran, LabError>;
}

/// What one run of a client gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Ran {
    /// How it ended.
    pub end: End,
    /// How long it took.
    pub wall: Duration,
    /// Its requests of this run, in the order of their arrival.
    pub entries: Vec<Entry>,
    /// Upon how many requests its scenarios acted.
    pub fired: u64,
    /// Entries that the journal dropped before they were read: with any, the evidence is incomplete.
    pub lost: u64,
    /// The tenant's tables afterwards, as `/_twin/state` shows them: an object of lists of rows.
    pub state: Value,
    /// What it found in its environment that is of its tenant alone: names and values.
    pub given: Vec<(String, String)>,
    /// The end of what it printed.
    pub output: String,
}

/// How a client ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By itself, with that exit code.
    Exited(i32),
    /// By that signal.
    Killed(i32),
    /// Not within its time: it was stopped.
    TimedOut,
}

impl End {
    /// Whether the client says that it did what it had to do.
    pub fn says_success(self) -> bool {
        self == Self::Exited(0)
    }
}

/// Why a client could not be run. Nothing was learned about it.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// The twin.
    #[error(transparent)]
    Twin(#[from] ControlError),
    /// The command.
    #[error("cannot run {command}: {error}")]
    Command {
        /// The program.
        command: String,
        /// Why.
        error: std::io::Error,
    },
    /// A kept conversation.
    #[error("{0}")]
    Snapshot(String),
    /// Whoever started the runs wants them to end.
    #[error("stopped")]
    Stopped,
}
