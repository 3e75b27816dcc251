//! Long work, beside all requests: workers write files from snapshots, and the service is told in
//! a transaction how that ended. What the database does not take is noted again later.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::nobody;
use crate::clock::Timestamp;
use crate::operation::After;
use crate::services::{NoteEnd, Work};
use crate::state::{Delivery, FileToken, Task, Tenant, Verdict};
use crate::twin::Twin;

/// How many works run at a time.
const WORKERS: usize = 2;

/// A work and the snapshot that it reads.
pub(super) struct Job {
    pub(super) twin: Arc<Twin>,
    pub(super) tenant: Arc<Tenant>,
    pub(super) now: Timestamp,
    pub(super) snapshot: rusqlite::Result<Connection>,
    pub(super) work: Work,
}

impl Job {
    /// Gives it to the workers.
    pub(super) fn hand_out(self) {
        let twin = Arc::clone(&self.twin);
        twin.writer.work_begun();
        let queue = twin.works.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queue.as_ref() {
            drop(queue.send(self));
        }
    }

    fn run(self) {
        let Self { twin, tenant, now, snapshot, work } = self;
        let Work { token, write, ended } = work;
        let write = || twin.files.write(token, |file| write(&snapshot?, file));
        // Whoever waits for the file must be told of a panic too.
        let written = catch_unwind(AssertUnwindSafe(write))
            .unwrap_or_else(|_| Err(anyhow::anyhow!("panicked")));
        if let Err(error) = &written {
            tracing::error!(tenant = tenant.name, ?error, "a file could not be written");
        }
        let written = written.map_err(|error| error.to_string());
        Ended::submit(&twin, &tenant, now, Note { token, ended, written });
    }
}

/// How a work ended, and who is to be told.
struct Note {
    token: FileToken,
    ended: NoteEnd,
    written: Result<(), String>,
}

/// Tells the service, in a transaction, how its work ended.
struct Ended {
    twin: Arc<Twin>,
    tenant: Arc<Tenant>,
    now: Timestamp,
    after: After,
    note: Note,
    kept: bool,
}

impl Ended {
    fn submit(twin: &Arc<Twin>, tenant: &Arc<Tenant>, now: Timestamp, note: Note) {
        twin.writer.submit(Box::new(Self {
            twin: Arc::clone(twin),
            tenant: Arc::clone(tenant),
            now,
            after: After::default(),
            note,
            kept: false,
        }));
    }
}

impl Task for Ended {
    fn run(&mut self, tx: &Connection) -> Verdict {
        if self.tenant.is_retired() {
            // Its state was reset or replaced, and nobody will ever ask for the file.
            self.after.remove_files.push(self.note.token);
            self.kept = true;
            return Verdict::Keep;
        }
        let client = nobody();
        let mut ids = self.tenant.ids();
        // The clock may have gone on while the file was written.
        let now = self.twin.clock.now().max(self.now);
        let mut call = self.twin.call(tx, now, &self.tenant, &mut ids, &client, &mut self.after);
        match (self.note.ended)(&mut call, self.note.written.clone()) {
            Ok(()) => {
                self.kept = true;
                Verdict::Keep
            }
            Err(failure) => {
                let tenant = self.tenant.name.as_str();
                tracing::error!(tenant, ?failure, "cannot note the end of a work");
                Verdict::Undo
            }
        }
    }

    fn over(self: Box<Self>, committed: Result<(), &rusqlite::Error>) -> Option<Delivery> {
        let Self { twin, tenant, after, note, kept, .. } = *self;
        if let Err(error) = committed {
            tracing::error!(tenant = tenant.name, %error, "cannot note the end of a work");
        }
        if kept && committed.is_ok() {
            twin.carry_out(after, &tenant);
        } else {
            // Due at once: the tenant's next request has it noted again.
            twin.works.unnoted().push((tenant.key(), note));
            tenant.wake_at(Timestamp(i64::MIN));
        }
        // Noted or not: whoever waits must hear of it, since nothing else may come.
        twin.writer.work_ended();
        None
    }
}

/// The workers, and the ends of works that the database has not taken.
pub struct Works {
    queue: Mutex<Option<Sender<Job>>>,
    workers: Mutex<Vec<JoinHandle<()>>>,
    /// By the key of the tenant's rows.
    unnoted: Mutex<Vec<(i64, Note)>>,
}

impl Works {
    /// Starts the workers; they end when the twin does, or after the work at hand.
    pub fn start() -> std::io::Result<Self> {
        let (queue, jobs) = channel();
        let jobs = Arc::new(Mutex::new(jobs));
        let start = |_| {
            let jobs = Arc::clone(&jobs);
            std::thread::Builder::new().name("work".to_owned()).spawn(move || work(&jobs))
        };
        let workers = (0..WORKERS).map(start).collect::<Result<_, _>>()?;
        let (queue, workers) = (Mutex::new(Some(queue)), Mutex::new(workers));
        Ok(Self { queue, workers, unnoted: Mutex::default() })
    }

    /// Ends the workers and waits for them, so that nothing is written into a folder that is being
    /// removed. The next start begins again what was not complete. Call [`Files::stop`] first.
    ///
    /// [`Files::stop`]: crate::state::Files::stop
    pub fn stop(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        for worker in workers.drain(..) {
            // A job that panics is caught where it runs.
            drop(worker.join());
        }
    }

    /// Notes what the database has not taken of that tenant, before any task that is queued later.
    pub(super) fn note_again(&self, twin: &Arc<Twin>, tenant: &Arc<Tenant>, now: Timestamp) {
        let is_theirs = |(key, _): &mut (i64, Note)| *key == tenant.key();
        for (_, note) in self.unnoted().extract_if(.., is_theirs) {
            twin.writer.work_begun();
            Ended::submit(twin, tenant, now, note);
        }
    }

    /// Whether the database has not taken something of that tenant.
    pub(super) fn has_unnoted(&self, tenant: &Tenant) -> bool {
        self.unnoted().iter().any(|(key, _)| *key == tenant.key())
    }

    fn unnoted(&self) -> MutexGuard<'_, Vec<(i64, Note)>> {
        self.unnoted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Works {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Works").finish_non_exhaustive()
    }
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        job.run();
    }
}
