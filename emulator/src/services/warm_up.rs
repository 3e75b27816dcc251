//! Fills the read cache before a request needs it: after a start, while a tenant is seeded or imported, and
//! when it grows.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::Service;
use crate::runtime::background::Pool;
use crate::state::{CachedRead, Readers};

/// What one service reads ahead.
#[derive(Debug, Clone, Copy)]
pub struct WarmUp {
    /// A query for the keys of tenants whose rows would make a first request slow.
    pub large: &'static str,
    /// Reads the rows of one tenant into the cache. Stops once `goes_on` returns false.
    pub read: ReadAhead,
}

type ReadAhead =
    fn(&Connection, &CachedRead<'_>, i64, goes_on: &dyn Fn() -> bool) -> rusqlite::Result<()>;

/// The warm-ups of all services.
#[derive(Debug)]
pub struct WarmUps(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    all: Vec<WarmUp>,
    readers: Arc<Readers>,
    /// The keys of tenants that wait for a thread. While there are some, a thread is coming.
    waiting: Mutex<BTreeSet<i64>>,
    is_ending: AtomicBool,
}

impl WarmUps {
    /// The warm-ups of these services.
    pub fn new(services: &[Service], readers: Arc<Readers>) -> Self {
        let all = services.iter().filter_map(|service| service.warm_up).collect();
        let (waiting, is_ending) = Default::default();
        Self(Arc::new(Inner { all, readers, waiting, is_ending }))
    }

    /// Reads the large tenants that are visible, as [`WarmUps::begin`].
    pub fn begin_all(&self, pool: &Pool) {
        match self.0.large("twin_tenants") {
            Ok(keys) => self.begin(pool, keys),
            Err(error) => warn(&error),
        }
    }

    /// Reads the tenants of these keys on a thread of the pool. Their rows must have versions that rise with
    /// each change: those of a state document do not until it is complete.
    pub fn begin(&self, pool: &Pool, keys: impl IntoIterator<Item = i64>) {
        let mut waiting = self.0.waiting();
        let is_coming = !waiting.is_empty();
        waiting.extend(keys);
        if !is_coming && !waiting.is_empty() {
            let inner = Arc::clone(&self.0);
            pool.submit(Box::new(move || {
                let keys = std::mem::take(&mut *inner.waiting());
                inner.read(&keys);
            }));
        }
    }

    /// Reads those of these tenants that are large on the calling thread.
    pub fn run(&self, keys: &BTreeSet<i64>) {
        match self.0.large("twin_generations") {
            Ok(large) => self.0.read(&large.intersection(keys).copied().collect()),
            Err(error) => warn(&error),
        }
    }

    /// Stops a running warm-up soon; later ones do nothing.
    pub fn stop(&self) {
        self.0.is_ending.store(true, Ordering::Release);
    }
}

impl Inner {
    fn waiting(&self) -> MutexGuard<'_, BTreeSet<i64>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The keys of the large tenants in that table.
    fn large(&self, tenants: &str) -> rusqlite::Result<BTreeSet<i64>> {
        let mut keys = BTreeSet::new();
        self.readers.with(|tx| {
            for one in &self.all {
                let sql = format!("SELECT key FROM {tenants} WHERE key IN ({})", one.large);
                let mut statement = tx.prepare_cached(&sql)?;
                let mut rows = statement.query([])?;
                while let Some(row) = rows.next()? {
                    keys.insert(row.get(0)?);
                }
            }
            Ok(keys)
        })?
    }

    fn read(&self, keys: &BTreeSet<i64>) {
        if let Err(error) = self.try_read(keys) {
            warn(&error);
        }
    }

    /// The newest first, in one cached read, so that the rows of one tenant do not evict those of another.
    fn try_read(&self, keys: &BTreeSet<i64>) -> rusqlite::Result<()> {
        let read = self.readers.cache().begin();
        let goes_on = || !read.is_full() && !self.is_ending.load(Ordering::Acquire);
        for key in keys.iter().rev() {
            for one in &self.all {
                self.readers.with(|tx| (one.read)(tx, &read, *key, &goes_on))??;
            }
        }
        Ok(())
    }
}

fn warn(error: &rusqlite::Error) {
    tracing::warn!(%error, "cannot read large tenants ahead");
}
