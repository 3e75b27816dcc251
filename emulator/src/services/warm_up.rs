//! Fills the read cache before a request needs it: after a start, while a tenant is seeded or imported, and
//! when it grows.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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

impl WarmUp {
    /// The keys of large tenants that are visible, or that are being seeded or imported; the newest first.
    fn large(&self, tx: &Connection) -> rusqlite::Result<Vec<i64>> {
        let sql = format!(
            "SELECT key FROM twin_generations
             WHERE era >= (SELECT current FROM twin_eras) AND key IN ({}) ORDER BY key DESC",
            self.large
        );
        tx.prepare_cached(&sql)?.query_map([], |row| row.get(0))?.collect()
    }
}

/// The warm-ups of all services.
#[derive(Debug)]
pub struct WarmUps(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    all: Vec<WarmUp>,
    readers: Arc<Readers>,
    /// A warm-up waits for a thread.
    is_queued: AtomicBool,
    is_ending: AtomicBool,
}

impl WarmUps {
    /// The warm-ups of these services.
    pub fn new(services: &[Service], readers: Arc<Readers>) -> Self {
        let all = services.iter().filter_map(|service| service.warm_up).collect();
        let (is_queued, is_ending) = Default::default();
        Self(Arc::new(Inner { all, readers, is_queued, is_ending }))
    }

    /// Reads the large tenants on a thread of the pool. Without large tenants, no thread is needed.
    pub fn begin(&self, pool: &Pool) {
        match self.0.is_needed() {
            Ok(true) if !self.0.is_queued.swap(true, Ordering::AcqRel) => {}
            Ok(_) => return,
            Err(error) => return tracing::warn!(%error, "cannot look for large tenants"),
        }
        let inner = Arc::clone(&self.0);
        pool.submit(Box::new(move || {
            // First, so that rows that are added from now on queue another one.
            inner.is_queued.store(false, Ordering::Release);
            inner.read();
        }));
    }

    /// Reads the large tenants on the calling thread.
    pub fn run(&self) {
        self.0.read();
    }

    /// Stops a running warm-up soon; later ones do nothing.
    pub fn stop(&self) {
        self.0.is_ending.store(true, Ordering::Release);
    }
}

impl Inner {
    fn is_needed(&self) -> rusqlite::Result<bool> {
        self.readers.with(|tx| {
            self.all.iter().try_fold(false, |is, one| Ok(is || !one.large(tx)?.is_empty()))
        })?
    }

    fn read(&self) {
        if let Err(error) = self.try_read() {
            tracing::warn!(%error, "cannot read large tenants ahead");
        }
    }

    /// One cached read for all tenants, so that the rows of one do not evict those of another.
    fn try_read(&self) -> rusqlite::Result<()> {
        let read = self.readers.cache().begin();
        let goes_on = || !read.is_full() && !self.is_ending.load(Ordering::Acquire);
        for one in &self.all {
            for tenant in self.readers.with(|tx| one.large(tx))?? {
                self.readers.with(|tx| (one.read)(tx, &read, tenant, &goes_on))??;
            }
        }
        Ok(())
    }
}
