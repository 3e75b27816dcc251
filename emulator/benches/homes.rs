//! Where a state that nobody keeps could live: what reading one row costs while nobody writes and
//! while a writer commits without pause, and what a commit costs.

#![expect(clippy::unwrap_used, reason = "a benchmark may stop where it stands")]
#![expect(clippy::print_stdout, reason = "a benchmark says what it saw")]

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use rusqlite::{Connection, ErrorCode, OptionalExtension};
use tempfile::TempDir;

/// Rows in the table.
const ROWS: i64 = 10_000;

/// Changes that share a commit.
const BATCH: i64 = 50;

/// Ways to hold a state in memory, or as good as.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// What the twin does: a file with a write-ahead log, never synced.
    File,
    /// One memory database for all connections, with locks on tables.
    SharedCache,
    /// SQLite's `memdb`: one memory file for all connections, with a lock on the whole.
    MemoryFile,
    /// A memory database of one connection, which readers and writer take in turn.
    OneConnection,
}

const KINDS: [Kind; 4] = [Kind::File, Kind::SharedCache, Kind::MemoryFile, Kind::OneConnection];

struct Home {
    kind: Kind,
    target: PathBuf,
    /// The one connection, where there is only one; elsewhere what keeps the database alive.
    first: Arc<Mutex<Connection>>,
    _folder: TempDir,
}

impl Home {
    fn new(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let target = match kind {
            Kind::File => folder.path().join("state.db"),
            Kind::SharedCache => "file:bench?mode=memory&cache=shared".into(),
            Kind::MemoryFile => "file:/bench?vfs=memdb".into(),
            Kind::OneConnection => ":memory:".into(),
        };
        let first = Self::open(kind, &target);
        first
            .execute_batch(&format!(
                "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
                 WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {ROWS})
                 INSERT INTO t (name) SELECT 'user-' || x FROM n;"
            ))
            .unwrap();
        Self { kind, target, first: Arc::new(Mutex::new(first)), _folder: folder }
    }

    fn open(kind: Kind, target: &PathBuf) -> Connection {
        let connection = Connection::open(target).unwrap();
        if matches!(kind, Kind::File) {
            connection.pragma_update(None, "journal_mode", "wal").unwrap();
            connection.pragma_update(None, "synchronous", "off").unwrap();
        }
        // Waiting is done, and counted, here.
        connection.busy_timeout(Duration::ZERO).unwrap();
        connection
    }

    /// For one thread: a connection of its own, or the one that there is.
    fn connection(&self) -> Arc<Mutex<Connection>> {
        match self.kind {
            Kind::OneConnection => Arc::clone(&self.first),
            kind => Arc::new(Mutex::new(Self::open(kind, &self.target))),
        }
    }
}

/// Gives so many rows new names, as one commit: the table stays as large as it is.
fn rename(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let renamed = (0..BATCH).try_for_each(|_| {
        connection
            .prepare_cached(
                "UPDATE t SET name = 'user-' || hex(randomblob(8))
                 WHERE id = 1 + abs(random() % ?1)",
            )?
            .execute([ROWS])
            .map(drop)
    });
    let committed = renamed.and_then(|()| connection.prepare_cached("COMMIT")?.execute([]));
    if committed.is_err() {
        connection.prepare_cached("ROLLBACK")?.execute([])?;
    }
    committed.map(drop)
}

fn read(connection: &Connection) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached("SELECT name FROM t WHERE id = ?1")?
        .query_row([ROWS / 2], |row| row.get(0))
        .optional()
}

/// Does it until no lock is in the way; counts how often one was.
fn insist<T>(
    connection: &Mutex<Connection>,
    refused: &AtomicU64,
    work: impl Fn(&Connection) -> rusqlite::Result<T>,
) -> T {
    loop {
        let outcome = work(&connection.lock().unwrap());
        match outcome {
            Ok(value) => return value,
            Err(error) => {
                let code = error.sqlite_error_code();
                let locked = [ErrorCode::DatabaseLocked, ErrorCode::DatabaseBusy].map(Some);
                assert!(locked.contains(&code), "{error:?}");
                refused.fetch_add(1, Ordering::Relaxed);
                std::thread::yield_now();
            }
        }
    }
}

fn homes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("homes");
    for kind in KINDS {
        let home = Home::new(kind);
        let (reader, writer) = (home.connection(), home.connection());
        let (locked_out, held_up) = (AtomicU64::new(0), AtomicU64::new(0));
        group.bench_function(format!("{kind:?}, read"), |bencher| {
            bencher.iter(|| black_box(insist(&reader, &locked_out, read)));
        });
        group.bench_function(format!("{kind:?}, commit {BATCH} changes"), |bencher| {
            bencher.iter(|| insist(&writer, &held_up, rename));
        });
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    insist(&writer, &held_up, rename);
                }
            });
            group.bench_function(format!("{kind:?}, read beside a writer"), |bencher| {
                bencher.iter(|| black_box(insist(&reader, &locked_out, read)));
            });
            done.store(true, Ordering::Relaxed);
        });
        println!("{kind:?}: refused by a lock: {locked_out:?} reads, {held_up:?} commits");
    }
    group.finish();
}

criterion_group!(benches, homes);
criterion_main!(benches);
