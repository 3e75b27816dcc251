//! Opening a database: where it lives, whether it is ours, and bringing its schema up to date.
//! Never changes a file that it refuses.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

/// Marks a file as ours (`PRAGMA application_id`): "ctwn".
const APPLICATION_ID: i32 = 0x6374_776e;

/// Prepared statements kept by each connection.
const STATEMENTS_MAX: usize = 128;

/// Pages in the log file after which they are taken up into the database. Busy pages are written
/// many times between two of these and taken up once, so a long log costs less than a short one.
const CHECKPOINT_PAGES: i64 = 8192;

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
    made_lock: bool,
    /// Held until the end: one twin a file.
    _lock: File,
    _home: Option<TempDir>,
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
        let database = match path {
            Some(path) => Self::durable(path)?,
            None => Self::private().map_err(|error| OpenError::Unreadable {
                path: std::env::temp_dir(),
                reason: error.to_string(),
            })?,
        };
        let connection = database.prepare(steps).inspect_err(|_| database.withdraw())?;
        Ok((database, connection))
    }

    fn durable(path: &Path) -> Result<Self, OpenError> {
        let unreadable = |error: std::io::Error| OpenError::Unreadable {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        if path.is_dir() {
            return Err(unreadable(std::io::Error::other("it is a folder")));
        }
        let lock = with_suffix(path, "-lock");
        let made_lock = !lock.exists();
        let lock = File::options().create(true).append(true).open(lock).map_err(unreadable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(OpenError::InUse { path: path.to_owned() });
            }
            Err(TryLockError::Error(error)) => return Err(unreadable(error)),
        }
        let files = with_suffix(path, "-files");
        Ok(Self {
            path: path.to_owned(),
            files,
            durable: true,
            made_lock,
            _lock: lock,
            _home: None,
        })
    }

    fn private() -> std::io::Result<Self> {
        sweep(&std::env::temp_dir());
        let (home, lock) = loop {
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
        Ok(Self { path, files, durable: false, made_lock: false, _lock: lock, _home: Some(home) })
    }

    /// Leaves nothing beside a file that was refused.
    fn withdraw(&self) {
        if self.made_lock {
            drop(std::fs::remove_file(with_suffix(&self.path, "-lock")));
        }
    }

    /// Looks before it changes anything, then runs the missing steps in one transaction.
    fn prepare(&self, steps: &[&str]) -> Result<Connection, OpenError> {
        let unreadable = |error: rusqlite::Error| OpenError::Unreadable {
            path: self.path.clone(),
            reason: error.to_string(),
        };
        let exists = self.path.metadata().is_ok_and(|file| file.len() > 0);
        let mut connection = Connection::open(&self.path).map_err(unreadable)?;
        let number = |connection: &Connection, name| {
            connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0))
        };
        let ours = number(&connection, "application_id").map_err(|error| {
            match error.sqlite_error_code() {
                Some(rusqlite::ErrorCode::NotADatabase) => {
                    OpenError::Foreign { path: self.path.clone() }
                }
                _ => unreadable(error),
            }
        })?;
        if exists && ours != APPLICATION_ID {
            return Err(OpenError::Foreign { path: self.path.clone() });
        }
        let found = usize::try_from(number(&connection, "user_version").map_err(unreadable)?)
            .unwrap_or(usize::MAX);
        let missing = steps.get(found..).ok_or_else(|| OpenError::Newer {
            path: self.path.clone(),
            found,
            known: steps.len(),
        })?;
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
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(
            None,
            "synchronous",
            if self.durable { "normal" } else { "off" },
        )?;
        connection.pragma_update(None, "cache_size", -4096)?;
        connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        connection.pragma_update(None, "temp_store", "memory")?;
        // Otherwise a statement with a bound LIMIT is prepared anew on every run.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        Ok(())
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
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
mod tests {
    use super::*;

    const STEPS: &[&str] =
        &["CREATE TABLE a (x INTEGER) STRICT", "CREATE TABLE b (x INTEGER) STRICT"];

    #[test]
    fn a_file_is_brought_up_to_date_step_by_step() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.db");
        drop(Database::open(Some(&path), &STEPS[..1]).unwrap());
        let (_database, connection) = Database::open(Some(&path), STEPS).unwrap();
        connection.execute("INSERT INTO b VALUES (1)", []).unwrap();
    }

    #[test]
    fn a_newer_a_foreign_and_a_busy_file_are_refused_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.db");
        let open = Database::open(Some(&path), STEPS).unwrap();
        assert!(matches!(Database::open(Some(&path), STEPS), Err(OpenError::InUse { .. })));
        drop(open);
        let before = std::fs::read(&path).unwrap();
        let newer = Database::open(Some(&path), &STEPS[..1]).unwrap_err();
        assert!(newer.to_string().contains("newer cloudtwin (schema 2, this one knows 1)"));
        assert_eq!(std::fs::read(&path).unwrap(), before);

        for text in
            ["not a database at all, but a text of some length".repeat(40), "tiny".to_owned()]
        {
            let foreign = folder.path().join("foreign");
            std::fs::write(&foreign, &text).unwrap();
            assert!(matches!(
                Database::open(Some(&foreign), STEPS),
                Err(OpenError::Foreign { .. })
            ));
            assert_eq!(std::fs::read_to_string(&foreign).unwrap(), text);
        }
    }

    #[test]
    fn an_abandoned_home_is_swept_and_a_living_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let home = |name: &str| folder.path().join(format!("{HOME_PREFIX}{name}"));
        for name in ["dead", "half cleared", "alive"] {
            std::fs::create_dir(home(name)).unwrap();
            File::create(home(name).join("lock")).unwrap();
        }
        std::fs::rename(home("half cleared").join("lock"), home("half cleared").join("t.db"))
            .unwrap();
        let lock = File::open(home("alive").join("lock")).unwrap();
        lock.lock().unwrap();
        sweep(folder.path());
        let names = folder.path().read_dir().unwrap().map(|entry| entry.unwrap().path());
        assert_eq!(names.collect::<Vec<_>>(), [home("alive")]);
    }
}
