//! A bound on what waits for the writer: each caller takes a place before it queues anything, and
//! keeps it until it has its answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::Overload;

/// The places of all callers.
#[derive(Debug)]
pub(super) struct Places {
    max: usize,
    taken: Arc<AtomicUsize>,
}

impl Places {
    /// So many places, all free.
    pub(super) fn new(max: usize) -> Self {
        Self { max, taken: Arc::default() }
    }

    /// Takes a place, if one is free.
    pub(super) fn take(&self) -> Result<Place, Overload> {
        let more = |taken| (taken < self.max).then_some(taken + 1);
        match self.taken.fetch_update(Ordering::AcqRel, Ordering::Acquire, more) {
            Ok(_) => Ok(Place(Arc::clone(&self.taken))),
            Err(_) => Err(Overload::Queue(self.max)),
        }
    }
}

/// A caller's place, free again when dropped.
#[derive(Debug)]
pub struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
