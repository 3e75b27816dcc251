//! What reads made of committed rows, kept in memory for later reads. Nothing is here that the rows do
//! not say: a value is good for one version of its rows, which the reader looks up in its own transaction.

use std::any::Any;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hashlink::LruCache;

/// Bytes of all values together.
const BYTES_MAX: usize = 32 << 20;

/// What a value costs beside its own bytes: its place in the list and in the table of keys.
const ENTRY_BYTES: usize = 128;

/// Which rows a value was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rows {
    /// Their table. Each table's values are of one type.
    pub table: &'static str,
    /// The key of the tenant's rows, which is never used again.
    pub tenant: i64,
    /// Which part of the table.
    pub part: i64,
}

struct Entry {
    version: i64,
    value: Arc<dyn Any + Send + Sync>,
    bytes: usize,
    /// The number of the read that used it last.
    read: u64,
}

struct Entries {
    /// The one that was not used for longest comes first.
    by_rows: LruCache<Rows, Entry>,
    bytes: usize,
}

/// Values of all tenants, within a bound: the ones that were not used for longest are removed.
pub struct ReadCache {
    bytes_max: usize,
    entries: Mutex<Entries>,
    reads: AtomicU64,
}

impl Default for ReadCache {
    fn default() -> Self {
        Self::with(BYTES_MAX)
    }
}

impl std::fmt::Debug for ReadCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReadCache").field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}

impl ReadCache {
    fn with(bytes_max: usize) -> Self {
        let entries = Entries { by_rows: LruCache::new_unbounded(), bytes: 0 };
        Self { bytes_max, entries: Mutex::new(entries), reads: AtomicU64::new(0) }
    }

    /// Begins a read of many values: none of them removes another.
    pub fn begin(&self) -> CachedRead<'_> {
        self.read(true)
    }

    /// The same for a transaction that sees uncommitted or past rows: it finds values and keeps none. A value
    /// of a committed version is right for it, since each change raises the version.
    pub fn begin_without_keeping(&self) -> CachedRead<'_> {
        self.read(false)
    }

    fn read(&self, keeps: bool) -> CachedRead<'_> {
        let number = self.reads.fetch_add(1, Ordering::Relaxed);
        CachedRead { cache: self, number, keeps, is_full: AtomicBool::new(false) }
    }

    /// Bytes of all values, with what keeping them costs.
    pub fn bytes(&self) -> usize {
        self.entries().bytes
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One read of many values.
#[derive(Debug)]
pub struct CachedRead<'a> {
    cache: &'a ReadCache,
    number: u64,
    keeps: bool,
    is_full: AtomicBool,
}

impl CachedRead<'_> {
    /// The value for that version of the rows.
    pub fn get<T: Any + Send + Sync>(&self, rows: Rows, version: i64) -> Option<Arc<T>> {
        let mut entries = self.cache.entries();
        let entry = entries.by_rows.get_mut(&rows).filter(|entry| entry.version == version)?;
        entry.read = self.number;
        Arc::clone(&entry.value).downcast().ok()
    }

    /// Whether a value of this read found no room.
    pub fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
    }

    /// Keeps a value of so many bytes if there is room for it beside the other values of this read. A
    /// value of a later version stays: this read sees an older state.
    pub fn put<T: Any + Send + Sync>(&self, rows: Rows, version: i64, value: Arc<T>, bytes: usize) {
        let bytes = bytes.saturating_add(ENTRY_BYTES);
        if !self.keeps || bytes > self.cache.bytes_max {
            return;
        }
        let mut entries = self.cache.entries();
        if entries.by_rows.peek(&rows).is_some_and(|entry| entry.version >= version) {
            return;
        }
        entries.remove(&rows);
        while entries.bytes.saturating_add(bytes) > self.cache.bytes_max {
            match entries.by_rows.iter().next().map(|(rows, entry)| (*rows, entry.read)) {
                Some((oldest, read)) if read != self.number => entries.remove(&oldest),
                _ => return self.is_full.store(true, Ordering::Relaxed),
            }
        }
        entries.bytes += bytes;
        entries.by_rows.insert(rows, Entry { version, value, bytes, read: self.number });
    }
}

impl Entries {
    fn remove(&mut self, rows: &Rows) {
        if let Some(entry) = self.by_rows.remove(rows) {
            self.bytes -= entry.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(tenant: i64, part: i64) -> Rows {
        Rows { table: "box", tenant, part }
    }

    /// Room for three values of 100 bytes.
    fn cache() -> ReadCache {
        ReadCache::with(3 * (100 + ENTRY_BYTES))
    }

    fn put(read: &CachedRead<'_>, rows: Rows, version: i64, text: &str) {
        read.put(rows, version, Arc::new(text.to_owned()), 100);
    }

    fn get(read: &CachedRead<'_>, rows: Rows, version: i64) -> Option<String> {
        read.get::<String>(rows, version).map(|text| text.to_string())
    }

    #[test]
    fn a_value_is_of_its_tenant_its_part_and_its_version() {
        let cache = cache();
        let read = cache.begin();
        put(&read, rows(1, 0), 7, "a");
        assert_eq!(get(&read, rows(1, 0), 7).as_deref(), Some("a"));
        for (rows, version) in [(rows(1, 0), 6), (rows(1, 0), 8), (rows(1, 1), 7), (rows(2, 0), 7)]
        {
            assert_eq!(get(&read, rows, version), None);
        }
        assert_eq!(get(&read, Rows { table: "lid", ..rows(1, 0) }, 7), None);
    }

    #[test]
    fn a_later_version_replaces_a_value_and_an_older_does_not() {
        let cache = cache();
        let read = cache.begin();
        put(&read, rows(1, 0), 7, "a");
        put(&read, rows(1, 0), 8, "b");
        put(&read, rows(1, 0), 7, "a");
        assert_eq!(get(&read, rows(1, 0), 8).as_deref(), Some("b"));
        assert_eq!(cache.bytes(), 100 + ENTRY_BYTES);
    }

    #[test]
    fn beyond_the_bound_the_value_that_was_not_used_for_longest_is_removed() {
        let cache = cache();
        for part in 0..3 {
            put(&cache.begin(), rows(1, part), 1, "x");
        }
        assert!(get(&cache.begin(), rows(1, 0), 1).is_some());
        put(&cache.begin(), rows(2, 0), 1, "y");
        let read = cache.begin();
        let kept = [rows(1, 0), rows(1, 1), rows(1, 2), rows(2, 0)];
        assert_eq!(kept.map(|rows| get(&read, rows, 1).is_some()), [true, false, true, true]);
        assert_eq!(cache.bytes(), 3 * (100 + ENTRY_BYTES));
        // One value may take the room of several.
        cache.begin().put(rows(3, 0), 1, Arc::new(()), 300);
        let kept = kept.map(|rows| get(&cache.begin(), rows, 1).is_some());
        assert_eq!(kept, [false, false, false, true]);
        assert!(cache.bytes() <= 3 * (100 + ENTRY_BYTES));
    }

    #[test]
    fn a_read_that_keeps_nothing_takes_what_others_keep() {
        let cache = cache();
        put(&cache.begin(), rows(1, 0), 7, "a");
        let read = cache.begin_without_keeping();
        put(&read, rows(1, 0), 8, "b");
        put(&read, rows(1, 1), 1, "c");
        assert_eq!(get(&read, rows(1, 0), 7).as_deref(), Some("a"));
        assert_eq!(get(&read, rows(1, 0), 8), None);
        assert_eq!(get(&read, rows(1, 1), 1), None);
    }

    #[test]
    fn a_read_of_more_than_fits_keeps_what_came_first_and_nothing_that_is_too_large() {
        let cache = cache();
        put(&cache.begin(), rows(9, 0), 1, "old");
        for _ in 0..2 {
            let read = cache.begin();
            for part in 0..10 {
                if get(&read, rows(1, part), 1).is_none() {
                    put(&read, rows(1, part), 1, "x");
                }
                assert_eq!(read.is_full(), part > 2);
            }
            let kept: Vec<_> =
                (0..10).filter(|part| get(&read, rows(1, *part), 1).is_some()).collect();
            assert_eq!(kept, [0, 1, 2]);
        }
        cache.begin().put(rows(2, 0), 1, Arc::new(()), usize::MAX);
        assert!(cache.begin().get::<()>(rows(2, 0), 1).is_none());
        assert_eq!(cache.bytes(), 3 * (100 + ENTRY_BYTES));
    }
}
