//! Opening a database: where it lives, whether it is ours, and bringing its schema up to date.
//! Never changes a file that it refuses.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use super::issued;
use super::schema::APPLICATION_ID;
use crate::runtime::fold;

mod file;
mod image;

pub use image::Image;

use file::{identity, is_database, resolve, with_suffix};

/// Prepared statements kept by each connection.
const STATEMENTS_MAX: usize = 128;

/// What keeps the names of temporary homes apart from others' files.
const HOME_PREFIX: &str = "cloudtwin-state-";

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Written by a cloudtwin that knows more steps than this one.
    #[error(
        "{path} was written by a newer cloudtwin (schema {found}, this one knows {known}): use that version, or another file"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: usize,
        /// The newest one known here.
        known: usize,
    },
    /// Another program's file.
    #[error("{path} is not a cloudtwin database: name another file")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Another process has it.
    #[error("{path} is in use by another cloudtwin: end that one, or name another file")]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be read or written.
    #[error("cannot open the database {path}: {reason}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        reason: String,
    },
}

/// Where the state lives; removes what is temporary when dropped.
#[derive(Debug)]
pub struct Database {
    /// The SQLite file.
    pub path: PathBuf,
    /// Where finished files (exports) are kept.
    pub files: PathBuf,
    durable: bool,
    made_file: bool,
    made_files: bool,
    /// The SQLite file, locked until the end: one twin a file, by whichever name. SQLite's own locks
    /// are of another kind and do not meet this one.
    _lock: File,
    /// Device and number of that file.
    identity: (u64, u64),
    _home: Option<(TempDir, File)>,
}

impl Database {
    /// The database at `path`, made if absent; without a path a private one that ends with the
    /// process. `steps` is the schema as a list of SQL texts: one is run for each version that the
    /// file lacks.
    ///
    /// A private database is a file in the temporary folder that is never synced: real
    /// write-ahead logging then serves readers beside the writer in both modes. A home left by a
    /// killed process is removed by the next one that starts.
    pub fn open(path: Option<&Path>, steps: &[&str]) -> Result<(Self, Connection), OpenError> {
        Self::open_or_copy(path, None, steps)
    }

    /// The same; a private database begins as a copy of `made`. Not one that is to be kept: a process that
    /// is killed while it copies leaves a file that is no database.
    pub fn open_or_copy(
        path: Option<&Path>,
        made: Option<Image>,
        steps: &[&str],
    ) -> Result<(Self, Connection), OpenError> {
        let database = match path {
            Some(path) => Self::durable(path)?,
            None => Self::private(made).map_err(|error| OpenError::Unreadable {
                path: std::env::temp_dir(),
                reason: error.to_string(),
            })?,
        };
        let connection = database.prepare(steps).inspect_err(|_| database.withdraw())?;
        Ok((database, connection))
    }

    fn durable(path: &Path) -> Result<Self, OpenError> {
        let unreadable = |reason: String| OpenError::Unreadable { path: path.to_owned(), reason };
        let (path, made_file) = resolve(path).map_err(|error| unreadable(error.to_string()))?;
        let lock = File::options().read(true).write(true).open(&path);
        let lock = lock.map_err(|error| unreadable(error.to_string()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(OpenError::InUse { path }),
            Err(TryLockError::Error(error)) => return Err(unreadable(error.to_string())),
        }
        let files = with_suffix(&path, "-files");
        let made_files = !files.exists();
        let identity = identity(&lock).map_err(|error| unreadable(error.to_string()))?;
        Ok(Self {
            path,
            files,
            durable: true,
            made_file,
            made_files,
            _lock: lock,
            identity,
            _home: None,
        })
    }

    fn private(made: Option<Image>) -> std::io::Result<Self> {
        sweep(&std::env::temp_dir());
        let (home, home_lock) = loop {
            let home = tempfile::Builder::new().prefix(HOME_PREFIX).tempdir()?;
            let path = home.path().join("lock");
            // Another twin that sweeps may be quicker, before the lock is made or before it is held.
            let lock = match File::create(&path) {
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                lock => lock?,
            };
            lock.lock()?;
            if path.exists() {
                break (home, lock);
            }
        };
        let path = home.path().join("state.db");
        let files = home.path().join("files");
        let lock = File::create(&path)?;
        made.map_or(Ok(()), |made| made.write(&lock))?;
        let identity = identity(&lock)?;
        Ok(Self {
            path,
            files,
            durable: false,
            made_file: false,
            made_files: false,
            _lock: lock,
            identity,
            _home: Some((home, home_lock)),
        })
    }

    /// Leaves a path that was refused as it was found.
    fn withdraw(&self) {
        if self.made_files {
            // Only an empty folder is removed.
            drop(std::fs::remove_dir(&self.files));
        }
        if self.made_file {
            drop(std::fs::remove_file(&self.path));
        }
    }

    /// An error if the path no longer leads to the file that is open: somebody deleted or replaced
    /// it, and what is written from then on would be lost with the process.
    pub fn check_in_place(&self) -> rusqlite::Result<()> {
        let found = self.path.metadata();
        if found.is_ok_and(|found| (found.dev(), found.ino()) == self.identity) {
            return Ok(());
        }
        let moved = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_READONLY_DBMOVED);
        let text = format!(
            "the database {} was deleted or replaced under the running twin: put it back, or start the twin again",
            self.path.display()
        );
        Err(rusqlite::Error::SqliteFailure(moved, Some(text)))
    }

    /// Looks before it changes anything, then runs the missing steps in one transaction.
    fn prepare(&self, steps: &[&str]) -> Result<Connection, OpenError> {
        let unreadable = |error: rusqlite::Error| OpenError::Unreadable {
            path: self.path.clone(),
            reason: error.to_string(),
        };
        let foreign = || OpenError::Foreign { path: self.path.clone() };
        if !is_database(&self.path) {
            return Err(foreign());
        }
        let mut connection = Connection::open(&self.path).map_err(unreadable)?;
        let number = |connection: &Connection, name| {
            connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0))
        };
        let ours = number(&connection, "application_id").map_err(|error| {
            match error.sqlite_error_code() {
                Some(rusqlite::ErrorCode::NotADatabase) => foreign(),
                _ => unreadable(error),
            }
        })?;
        let version = number(&connection, "user_version").map_err(unreadable)?;
        if ours != APPLICATION_ID {
            // A twin that was killed while it made the file leaves one without any table.
            let tables = "SELECT count(*) FROM sqlite_schema";
            let tables = connection.query_row(tables, [], |row| row.get::<_, i64>(0));
            if (ours, version, tables.map_err(unreadable)?) != (0, 0, 0) {
                return Err(foreign());
            }
        }
        let found = usize::try_from(version).unwrap_or(usize::MAX);
        let newer = || OpenError::Newer { path: self.path.clone(), found, known: steps.len() };
        let missing = steps.get(found..).ok_or_else(newer)?;
        std::fs::create_dir_all(&self.files).map_err(|error| OpenError::Unreadable {
            path: self.files.clone(),
            reason: error.to_string(),
        })?;
        self.tune(&connection).map_err(unreadable)?;
        let migrate = |connection: &mut Connection| {
            let tx = connection.transaction()?;
            for step in missing {
                tx.execute_batch(step)?;
            }
            tx.pragma_update(None, "application_id", APPLICATION_ID)?;
            tx.pragma_update(None, "user_version", i64::try_from(steps.len()).unwrap_or(i64::MAX))?;
            tx.commit()
        };
        if !missing.is_empty() {
            migrate(&mut connection).map_err(unreadable)?;
        }
        Ok(connection)
    }

    /// One more connection that only reads.
    pub fn reader(&self) -> rusqlite::Result<Connection> {
        self.check_in_place()?;
        let connection = Connection::open_with_flags(
            &self.path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        self.tune(&connection)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }

    /// An answered write is in the log file, which survives the death of the process; a private
    /// database has nothing to survive.
    fn tune(&self, connection: &Connection) -> rusqlite::Result<()> {
        // First: the change to a write-ahead log would wait for the disk four times.
        let synchronous = if self.durable { "normal" } else { "off" };
        connection.pragma_update(None, "synchronous", synchronous)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "cache_size", -4096)?;
        // `checkpoint.rs` sees to it.
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        connection.pragma_update(None, "temp_store", "memory")?;
        // Otherwise a statement with a bound LIMIT is prepared anew on every run.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        fold::register(connection)?;
        issued::register(connection)?;
        Ok(())
    }
}

/// Removes homes whose process is gone: the lock on them is free, or gone already where a process
/// ended while it cleared up.
fn sweep(folder: &Path) {
    let Ok(entries) = folder.read_dir() else { return };
    for entry in entries.flatten() {
        if !entry.file_name().to_string_lossy().starts_with(HOME_PREFIX) {
            continue;
        }
        // Held until the home is gone: a twin that is just moving in waits for it, and sees.
        let lock = File::options().create(true).append(true).open(entry.path().join("lock"));
        let Ok(lock) = lock else { continue };
        if lock.try_lock().is_ok() {
            // Another twin that starts now may be quicker; then nothing is left to do.
            drop(std::fs::remove_dir_all(entry.path()));
        }
    }
}

#[cfg(test)]
mod tests;
