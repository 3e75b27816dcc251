//! The answers of a connection that hyper has taken and that may not be written yet. They count as
//! sent once the connection's task has run and left nothing unwritten.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use tokio::sync::Notify;

use crate::journal::Receipt;

/// The receipts of one connection.
#[derive(Debug, Default)]
pub(super) struct Receipts {
    /// Whether any are kept: most runs of a connection's task find none.
    any: AtomicBool,
    /// Whether bytes were written, or were to be, since the last flush.
    unflushed: AtomicBool,
    kept: Mutex<Kept>,
    taken_elsewhere: Notify,
}

#[derive(Debug, Default)]
struct Kept {
    /// Sent once nothing is unwritten.
    taken: Vec<Receipt>,
    /// Taken beside the connection's task, which has to run before they are sent.
    elsewhere: Vec<Receipt>,
    is_closed: bool,
}

impl Receipts {
    /// hyper has taken the answer: in the connection's task, or elsewhere.
    pub(super) fn taken(&self, receipt: Receipt, is_elsewhere: bool) {
        let mut kept = self.lock();
        if kept.is_closed {
            drop(kept);
            // Unused, it says that the answer was not sent.
            return drop(receipt);
        }
        if is_elsewhere {
            kept.elsewhere.push(receipt)
        } else {
            kept.taken.push(receipt)
        }
        self.any.store(true, Ordering::Release);
        drop(kept);
        if is_elsewhere {
            self.taken_elsewhere.notify_one();
        }
    }

    /// Resolves when the connection's task has to run for answers that were taken elsewhere.
    pub(super) async fn taken_elsewhere(&self) {
        self.taken_elsewhere.notified().await;
    }

    /// Bytes are being written.
    pub(super) fn writing(&self) {
        self.unflushed.store(true, Ordering::Relaxed);
    }

    /// All bytes were handed to the operating system.
    pub(super) fn flushed(&self) {
        self.unflushed.store(false, Ordering::Relaxed);
    }

    /// Whether no byte is left to be handed over.
    pub(super) fn are_written(&self) -> bool {
        !self.unflushed.load(Ordering::Relaxed)
    }

    /// Runs the connection's task once. What was taken before it ran, or in it, is sent if it leaves
    /// nothing unwritten.
    pub(super) fn run<E>(&self, task: impl FnOnce() -> Poll<Result<(), E>>) -> Poll<Result<(), E>> {
        if self.any.load(Ordering::Acquire) {
            let kept = &mut *self.lock();
            kept.taken.append(&mut kept.elsewhere);
        }
        let done = task();
        let is_well = !matches!(done, Poll::Ready(Err(_)));
        if is_well && self.any.load(Ordering::Acquire) && self.are_written() {
            let mut kept = self.lock();
            let sent = std::mem::take(&mut kept.taken);
            self.any.store(!kept.elsewhere.is_empty(), Ordering::Release);
            drop(kept);
            sent.into_iter().for_each(Receipt::sent);
        }
        done
    }

    /// The connection has ended: what is kept was not sent, nor is what comes later.
    pub(super) fn close(&self) {
        let mut kept = self.lock();
        kept.is_closed = true;
        let unsent = (std::mem::take(&mut kept.taken), std::mem::take(&mut kept.elsewhere));
        drop(kept);
        drop(unsent);
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
