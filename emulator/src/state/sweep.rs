//! Removes what is no longer visible, step by step between the other tasks of the writer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

use super::generations::{self, OpenEras};
use super::step::Step;
use super::{Delivery, Disposition, Task};

/// The task. At most one is queued beside one that runs.
#[derive(Debug)]
pub struct Sweep {
    /// All tables with rows of tenants.
    pub tables: Arc<[String]>,
    /// What is not to be swept, though it is not visible.
    pub open: OpenEras,
    /// Whether one is queued.
    pub queued: Arc<AtomicBool>,
    /// Set when the twin ends: the next start sweeps the rest.
    pub ending: Arc<AtomicBool>,
}

impl Task for Sweep {
    fn run(&mut self, tx: &Connection) -> Disposition {
        if self.ending.load(Ordering::Acquire) {
            return Disposition::Commit;
        }
        // Before anything is looked at: what is hidden later needs another look.
        self.queued.store(false, Ordering::Release);
        let step = Step::begin();
        match generations::sweep(tx, &self.tables, &self.open, || !step.is_over()) {
            Ok(true) => Disposition::Commit,
            // Another one that was queued meanwhile does the rest.
            Ok(false) if self.queued.swap(true, Ordering::AcqRel) => Disposition::Commit,
            Ok(false) => Disposition::Again,
            Err(error) => {
                tracing::error!(%error, "cannot remove what is no longer visible");
                Disposition::Rollback
            }
        }
    }

    fn finish(self: Box<Self>, committed: Result<(), &rusqlite::Error>) -> Option<Delivery> {
        if let Err(error) = committed {
            // It may have meant to run again.
            self.queued.store(false, Ordering::Release);
            tracing::error!(%error, "cannot remove what is no longer visible");
        }
        None
    }
}
