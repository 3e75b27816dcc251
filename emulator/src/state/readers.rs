//! Connections that only read: they see what is committed and never wait for the writer.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use super::checkpoint::Checkpoints;
use super::{Database, History, ReadCache};

/// Idle connections kept for the next reader.
const IDLE_MAX: usize = 16;

/// How many of the database's own steps lie between two looks at what a short read has left.
const STEPS: i32 = 1_000;

/// After how many looks a short read is over: a million steps take some ten milliseconds.
const LOOKS_MAX: u32 = 1_000;

/// A pool of reading connections.
///
/// An idle connection keeps its reading transaction open, which saves the next reader the locks of
/// a new one; [`Readers::committed`] ends the transactions that have grown old.
#[derive(Debug)]
pub struct Readers {
    database: Arc<Database>,
    idle: Mutex<Vec<Reader>>,
    history: Arc<History>,
    cache: ReadCache,
    /// How many commits there have been.
    commits: AtomicU64,
}

#[derive(Debug)]
struct Reader {
    connection: Connection,
    /// The number of commits that its transaction sees; none: no transaction is open.
    sees: Option<u64>,
    /// How many looks the read has left; more than can be used where it may take its time.
    left: Arc<AtomicU32>,
}

impl Reader {
    fn open(database: &Database) -> rusqlite::Result<Self> {
        let mut connection = database.reader()?;
        let left = Arc::new(AtomicU32::new(u32::MAX));
        let counted = Arc::clone(&left);
        // One reader has one thread at a time.
        let is_over = move || {
            let left = counted.load(Ordering::Relaxed);
            counted.store(left.saturating_sub(1), Ordering::Relaxed);
            left == 0
        };
        connection.progress_handler(STEPS, Some(is_over))?;
        Ok(Self { connection, sees: None, left })
    }

    /// A transaction that sees all commits up to this one.
    fn begin(&mut self, commits: u64) -> rusqlite::Result<()> {
        if self.sees != Some(commits) {
            self.end()?;
            self.connection.prepare_cached("BEGIN")?.execute([])?;
            self.sees = Some(commits);
        }
        Ok(())
    }

    fn end(&mut self) -> rusqlite::Result<()> {
        if self.sees.take().is_some() {
            self.connection.prepare_cached("COMMIT")?.execute([])?;
        }
        Ok(())
    }
}

impl Readers {
    /// A pool that opens connections as they are needed.
    pub fn new(database: Arc<Database>) -> Self {
        let history = Arc::new(History::new(Arc::clone(&database)));
        let cache = ReadCache::default();
        Self { database, idle: Mutex::default(), history, cache, commits: AtomicU64::new(0) }
    }

    /// The state as it was.
    pub fn history(&self) -> &Arc<History> {
        &self.history
    }

    /// What reads in these transactions make of committed rows; nothing else may put values there.
    pub fn cache(&self) -> &ReadCache {
        &self.cache
    }

    /// Runs `look` in a reading transaction that sees all that was answered.
    pub fn with<T>(&self, look: impl FnOnce(&Connection) -> T) -> rusqlite::Result<T> {
        self.run(u32::MAX, look).map(|(seen, _)| seen)
    }

    /// The same for a thread that others wait for: nothing where the read is a long one.
    pub fn with_short<T>(
        &self,
        look: impl FnOnce(&Connection) -> T,
    ) -> rusqlite::Result<Option<T>> {
        let (seen, is_whole) = self.run(LOOKS_MAX, look)?;
        Ok(is_whole.then_some(seen))
    }

    /// What was seen, and whether that was within so many looks.
    fn run<T>(
        &self,
        looks: u32,
        look: impl FnOnce(&Connection) -> T,
    ) -> rusqlite::Result<(T, bool)> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut reader = idle.map_or_else(|| Reader::open(&self.database), Ok)?;
        reader.left.store(u32::MAX, Ordering::Relaxed);
        // The count is read before the transaction begins, so it never claims to see too much.
        reader.begin(self.commits.load(Ordering::Acquire))?;
        reader.left.store(looks, Ordering::Relaxed);
        let seen = look(&reader.connection);
        let is_whole = reader.left.swap(u32::MAX, Ordering::Relaxed) > 0;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_MAX {
            // Under the lock: either this sees the newest commit, or `committed` finds it here.
            if reader.sees != Some(self.commits.load(Ordering::Acquire)) {
                reader.end()?;
            }
            idle.push(reader);
        }
        Ok((seen, is_whole))
    }

    /// Told after each commit and before anybody is answered: no later reader sees less, and no
    /// idle one keeps the log file from being taken up.
    pub fn committed(&self) {
        self.commits.fetch_add(1, Ordering::AcqRel);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain_mut(|reader| reader.end().is_ok());
    }

    /// Begins to take up the log file of the writer.
    pub(super) fn checkpoints(&self, writer: &mut Connection) -> rusqlite::Result<Checkpoints> {
        Checkpoints::start(&self.database, writer)
    }

    /// See [`Database::check_in_place`].
    pub fn check_in_place(&self) -> rusqlite::Result<()> {
        self.database.check_in_place()
    }

    /// Closes the idle connections and the snapshots.
    pub fn close(&self) {
        self.history.keep(Vec::new());
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// A connection of its own that sees the state as it is at this moment, for as long as it
    /// lives.
    pub fn snapshot(&self) -> rusqlite::Result<Connection> {
        let connection = self.database.reader()?;
        // A deferred transaction is pinned by its first read.
        connection.execute_batch("BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1;")?;
        Ok(connection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(connection: &Connection, to: u32) -> rusqlite::Result<u32> {
        let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
            SELECT COUNT(*) FROM n";
        connection.query_row(sql, [to], |row| row.get(0))
    }

    #[test]
    fn a_long_read_is_given_up_where_others_wait_and_the_next_is_whole_again() {
        let (database, _connection) = Database::open(None, &[]).unwrap();
        let readers = Readers::new(Arc::new(database));
        for _ in 0..3 {
            assert_eq!(readers.with_short(|tx| count(tx, 2_000_000).ok()).unwrap(), None);
            assert_eq!(readers.with_short(|tx| count(tx, 1_000).ok()).unwrap(), Some(Some(1_000)));
            assert_eq!(readers.with(|tx| count(tx, 2_000_000).ok()).unwrap(), Some(2_000_000));
        }
        assert_eq!(readers.idle.lock().unwrap().len(), 1);
        // Many short statements are one long read.
        let many = |tx: &Connection| (0..10_000).all(|_| count(tx, 1_000).is_ok());
        assert_eq!(readers.with_short(many).unwrap(), None);
    }
}
