//! Rows that are read into the cache of reads before a request needs them: after a start, and when a tenant
//! has grown.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

use super::Service;
use crate::runtime::background::Pool;
use crate::state::{CachedRead, Readers};

/// What a service reads ahead.
#[derive(Debug, Clone, Copy)]
pub struct WarmUp {
    /// Selects the keys of tenants with so many rows that a first request would wait for them.
    pub large: &'static str,
    /// Reads those of one tenant for as long as `goes_on` says.
    pub read: ReadAhead,
}

type ReadAhead =
    fn(&Connection, &CachedRead<'_>, i64, goes_on: &dyn Fn() -> bool) -> rusqlite::Result<()>;

impl WarmUp {
    /// The keys of the large tenants that are visible or being put in, the newest first.
    fn large(&self, tx: &Connection) -> rusqlite::Result<Vec<i64>> {
        let sql = format!(
            "SELECT key FROM twin_generations
             WHERE era >= (SELECT current FROM twin_eras) AND key IN ({}) ORDER BY key DESC",
            self.large
        );
        tx.prepare_cached(&sql)?.query_map([], |row| row.get(0))?.collect()
    }
}

/// What all services read ahead, and where to.
#[derive(Debug)]
pub struct WarmUps(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    all: Vec<WarmUp>,
    readers: Arc<Readers>,
    /// One waits for a thread.
    is_queued: AtomicBool,
    is_ending: AtomicBool,
}

impl WarmUps {
    /// Those of the services.
    pub fn new(services: &[Service], readers: Arc<Readers>) -> Self {
        let all = services.iter().filter_map(|service| service.warm_up).collect();
        let (is_queued, is_ending) = Default::default();
        Self(Arc::new(Inner { all, readers, is_queued, is_ending }))
    }

    /// Reads the large tenants on a thread of the pool, if there are any.
    pub fn begin(&self, pool: &Pool) {
        match self.0.is_needed() {
            Ok(true) if !self.0.is_queued.swap(true, Ordering::AcqRel) => {}
            Ok(_) => return,
            Err(error) => return tracing::warn!(%error, "cannot look for large tenants"),
        }
        let inner = Arc::clone(&self.0);
        pool.submit(Box::new(move || {
            // First: what is added from now on asks again.
            inner.is_queued.store(false, Ordering::Release);
            inner.read();
        }));
    }

    /// Reads the large tenants on this thread.
    pub fn run(&self) {
        self.0.read();
    }

    /// Ends the one that runs soon, and every later one at once.
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

    /// All of it is one read: what is kept of one tenant removes nothing of another.
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
