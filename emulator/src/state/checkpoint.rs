//! Takes the log file up into the database, beside the writer. A thread of its own copies most of it
//! and waits for the disk; the writer then copies the little that came meanwhile, so that the log
//! begins anew and stays short.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;
use rusqlite::hooks::Wal;

use super::Database;

/// Pages in the log file after which it is taken up. Busy pages are written many times between two
/// of these and taken up once, so a long log costs less than a short one.
const PAGES: i32 = 8192;

/// Pages by which a log that cannot be taken up, since somebody reads an old state, grows until it is
/// tried again.
const PAGES_MORE: i32 = 1024;

/// Pages that came during a round and are so few that the writer can copy their like.
const PAGES_LEFT: i32 = 64;

/// How often the thread copies in a row.
const ROUNDS_MAX: usize = 5;

/// The writer's view of the log, and the thread once the log was long: most twins never write so much.
#[derive(Debug)]
pub(super) struct Checkpoints {
    database: Arc<Database>,
    /// Pages in the log file after the last commit.
    pages: Arc<AtomicI32>,
    /// Pages in the log file when it was last to be taken up.
    asked: i32,
    /// The thread has copied what it could.
    copied: Arc<AtomicBool>,
    thread: Option<(SyncSender<()>, JoinHandle<()>)>,
}

impl Checkpoints {
    /// From now on the writer's connection takes nothing up by itself.
    pub(super) fn start(
        database: &Arc<Database>,
        writer: &mut Connection,
    ) -> rusqlite::Result<Self> {
        let pages = Arc::new(AtomicI32::new(0));
        let seen = Arc::clone(&pages);
        writer.wal_hook(Some(move |_: &mut Wal, pages| {
            seen.store(pages, Ordering::Release);
            Ok(())
        }))?;
        let (database, copied) = (Arc::clone(database), Arc::default());
        Ok(Self { database, pages, asked: 0, copied, thread: None })
    }

    /// Pages in the log file after the last commit.
    pub(super) fn log_pages(&self) -> i32 {
        self.pages.load(Ordering::Acquire)
    }

    /// Called by the writer between two batches.
    pub(super) fn after_commit(&mut self, writer: &Connection) {
        if self.copied.swap(false, Ordering::AcqRel) {
            copy(writer);
        }
        let pages = self.log_pages();
        self.asked = self.asked.min(pages);
        if pages >= PAGES && pages - self.asked >= PAGES_MORE {
            self.asked = pages;
            self.ask();
        }
    }

    fn ask(&mut self) {
        if self.thread.is_none() {
            let (database, copied) = (Arc::clone(&self.database), Arc::clone(&self.copied));
            let (ask, asked) = sync_channel(1);
            let thread = std::thread::Builder::new().name("checkpoint".to_owned());
            match thread.spawn(move || copy_when_asked(&database, &asked, &copied)) {
                Ok(thread) => self.thread = Some((ask, thread)),
                Err(error) => warn(&error),
            }
        }
        if let Some((ask, _)) = &self.thread {
            // Full: it was asked before and has not begun.
            _ = ask.try_send(());
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        if let Some((ask, thread)) = self.thread.take() {
            drop(ask);
            drop(thread.join());
        }
    }
}

fn copy_when_asked(database: &Database, asked: &Receiver<()>, copied: &AtomicBool) {
    let mut connection = None;
    while asked.recv().is_ok() {
        let connection = match &mut connection {
            Some(connection) => connection,
            None => match database.reader() {
                Ok(opened) => connection.insert(opened),
                Err(error) => {
                    warn(&error);
                    continue;
                }
            },
        };
        copy_most(connection);
        // What was asked meanwhile is done. Beginning again at once would be in the writer's way.
        while asked.try_recv().is_ok() {}
        copied.store(true, Ordering::Release);
    }
}

/// Copies again what came while it copied, as long as that becomes less: the writer has to wait for the
/// disk with what is left.
fn copy_most(connection: &Connection) {
    let (mut done, mut came_before) = (0, i32::MAX);
    for _ in 0..ROUNDS_MAX {
        let copied = copy(connection);
        let came = copied - done;
        if came <= PAGES_LEFT || came > came_before / 2 {
            return;
        }
        (done, came_before) = (copied, came);
    }
}

/// Copies what nobody needs in the log any more; waits for nobody. How many of its pages are copied by
/// now.
fn copy(connection: &Connection) -> i32 {
    let count = |connection: &Connection| {
        connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(2))
    };
    count(connection).unwrap_or_else(|error| {
        warn(&error);
        0
    })
}

fn warn(error: &dyn std::error::Error) {
    tracing::warn!(%error, "the log file cannot be taken up into the database");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_begins_anew_while_writes_go_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.db");
        let schema = ["CREATE TABLE t (x BLOB) STRICT"];
        let (database, mut writer) = Database::open(Some(&path), &schema).unwrap();
        let mut checkpoints = Checkpoints::start(&Arc::new(database), &mut writer).unwrap();
        let mut longest = 0;
        let mut begun = 0;
        let mut before = 0;
        while begun < 3 {
            writer.execute("INSERT INTO t VALUES (zeroblob(400000))", []).unwrap();
            writer.execute("DELETE FROM t", []).unwrap();
            checkpoints.after_commit(&writer);
            let pages = checkpoints.pages.load(Ordering::Acquire);
            begun += i32::from(pages < before);
            (before, longest) = (pages, longest.max(pages));
            assert!(pages < 20 * PAGES, "the log grows for ever");
        }
        assert!(longest >= PAGES);
    }
}
