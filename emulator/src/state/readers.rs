//! Connections that only read: they see what is committed and never wait for the writer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use super::Database;
use super::checkpoint::Checkpoints;

/// Idle connections kept for the next reader.
const IDLE_MAX: usize = 16;

/// A pool of reading connections.
///
/// An idle connection keeps its reading transaction open, which saves the next reader the locks of
/// a new one; [`Readers::committed`] ends the transactions that have grown old.
#[derive(Debug)]
pub struct Readers {
    database: Arc<Database>,
    idle: Mutex<Vec<Reader>>,
    /// How many commits there have been.
    commits: AtomicU64,
}

#[derive(Debug)]
struct Reader {
    connection: Connection,
    /// The number of commits that its transaction sees; none: no transaction is open.
    sees: Option<u64>,
}

impl Reader {
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
        Self { database, idle: Mutex::default(), commits: AtomicU64::new(0) }
    }

    /// Runs `look` in a reading transaction that sees all that was answered.
    pub fn with<T>(&self, look: impl FnOnce(&Connection) -> T) -> rusqlite::Result<T> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => Reader { connection: self.database.reader()?, sees: None },
        };
        // The count is read before the transaction begins, so it never claims to see too much.
        reader.begin(self.commits.load(Ordering::Acquire))?;
        let seen = look(&reader.connection);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_MAX {
            // Under the lock: either this sees the newest commit, or `committed` finds it here.
            if reader.sees != Some(self.commits.load(Ordering::Acquire)) {
                reader.end()?;
            }
            idle.push(reader);
        }
        Ok(seen)
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

    /// Closes the idle connections.
    pub fn close(&self) {
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
