//! Connections that only read: they see what is committed and never wait for the writer.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::Database;

/// Idle connections kept for the next reader.
const IDLE_MAX: usize = 16;

/// A pool of reading connections.
#[derive(Debug)]
pub struct Readers {
    database: Arc<Database>,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    /// A pool that opens connections as they are needed.
    pub fn new(database: Arc<Database>) -> Self {
        Self { database, idle: Mutex::default() }
    }

    /// Runs `look` in a reading transaction.
    pub fn with<T>(&self, look: impl FnOnce(&Transaction<'_>) -> T) -> rusqlite::Result<T> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.database.reader()?,
        };
        let tx = Transaction::new_unchecked(&connection, TransactionBehavior::Deferred)?;
        let seen = look(&tx);
        tx.finish()?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_MAX {
            idle.push(connection);
        }
        Ok(seen)
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
