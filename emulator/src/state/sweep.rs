//! Removes what is no longer visible, step by step between the other tasks of the writer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

use super::generations::{self, OpenEras};
use super::step::Step;
use super::{Delivery, Disposition, Task};

/// The task; many at once do no harm.
#[derive(Debug)]
pub struct Sweep {
    /// All tables with rows of tenants.
    pub tables: Vec<&'static str>,
    /// What is not to be swept, though it is not visible.
    pub open: OpenEras,
    /// Set when the twin ends: the next start sweeps the rest.
    pub ending: Arc<AtomicBool>,
}

impl Task for Sweep {
    fn run(&mut self, tx: &Connection) -> Disposition {
        if self.ending.load(Ordering::Acquire) {
            return Disposition::Commit;
        }
        let step = Step::begin();
        match generations::sweep(tx, &self.tables, &self.open, || !step.is_over()) {
            Ok(true) => Disposition::Commit,
            Ok(false) => Disposition::Again,
            Err(error) => {
                tracing::error!(%error, "cannot remove what is no longer visible");
                Disposition::Rollback
            }
        }
    }

    fn finish(self: Box<Self>, committed: Result<(), &rusqlite::Error>) -> Option<Delivery> {
        if let Err(error) = committed {
            tracing::error!(%error, "cannot remove what is no longer visible");
        }
        None
    }
}
