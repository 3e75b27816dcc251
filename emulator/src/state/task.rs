//! What the writer runs: a task, and what becomes of its work.

use std::sync::Arc;

use rusqlite::Connection;

use super::Tenant;
use crate::error::Overload;
use crate::runtime::clock::Timestamp;

/// What becomes of a task's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// It stays.
    Commit,
    /// It stays, and is committed before any other task runs.
    CommitNow,
    /// It is undone; the task is over.
    Rollback,
    /// It is undone, and the task waits until background work has ended. The task is over where none
    /// is under way, where too many wait, or where it has waited too long.
    Wait,
    /// It stays, and the task runs again for its next step, after what has queued up meanwhile: long
    /// work does not keep others waiting.
    Again,
}

impl Disposition {
    /// Whether the work stays, unless the commit fails.
    pub fn keeps_work(self) -> bool {
        !matches!(self, Self::Rollback | Self::Wait)
    }
}

/// A piece of work for the writer.
pub trait Task: Send {
    /// Does the work, or a step of it; run again if it answered [`Disposition::Wait`] or
    /// [`Disposition::Again`].
    fn run(&mut self, tx: &Connection) -> Disposition;

    /// The tenant whose state its first run has changed, and when by the twin's clock. Asked after that
    /// run, and only while old states are kept.
    fn changed(&self) -> Option<(Arc<Tenant>, Timestamp)> {
        None
    }

    /// The task may wait no longer. Runs before [`Task::finish`].
    fn give_up(&mut self, _why: Overload) {}

    /// Told on the writer's thread, before any other task runs, once the work is committed or
    /// undone, or why it could not be. A task whose `run` panicked is undone and told so like any
    /// other. What can wait until the next batch runs is given back.
    fn finish(self: Box<Self>, committed: Result<(), &rusqlite::Error>) -> Option<Delivery>;
}

/// The end of a task that the writer need not wait for: answering somebody.
pub type Delivery = Box<dyn FnOnce() + Send>;
