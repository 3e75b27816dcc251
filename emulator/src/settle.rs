//! What moves by itself: before a request of a tenant that is new or due, its starting state is
//! planted and its jobs are moved; long work is handed to workers that read a snapshot.

use std::net::{IpAddr, Ipv4Addr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use crate::clock::Timestamp;
use crate::error::Failure;
use crate::operation::{After, Client};
use crate::services::{NoteEnd, Work};
use crate::state::{Delivery, Task, Tenant, Verdict, document};
use crate::twin::Twin;

/// How many works run at a time.
const WORKERS: usize = 2;

/// Settles the tenant before any task that is queued later.
pub fn settle(twin: &Arc<Twin>, tenant: &Arc<Tenant>, now: Timestamp) {
    twin.writer.submit(Box::new(Settle {
        twin: Arc::clone(twin),
        tenant: Arc::clone(tenant),
        now,
        after: After::default(),
        works: Vec::new(),
        done: false,
    }));
}

/// The twin itself as a caller.
pub fn nobody() -> Client {
    Client { ip: IpAddr::V4(Ipv4Addr::LOCALHOST), agent: String::new(), origin: String::new() }
}

struct Settle {
    twin: Arc<Twin>,
    tenant: Arc<Tenant>,
    now: Timestamp,
    after: After,
    works: Vec<Work>,
    done: bool,
}

impl Settle {
    fn try_run(&mut self, tx: &Connection) -> Result<(), Failure> {
        let client = nobody();
        let mut ids = self.tenant.ids();
        let mut call =
            self.twin.call(tx, self.now, &self.tenant, &mut ids, &client, &mut self.after);
        if !self.tenant.is_planted() && document::plant(tx, &self.tenant)? {
            for service in &self.twin.services {
                (service.plant)(&mut call, &self.twin.config.seed_state)?;
            }
        }
        for service in &self.twin.services {
            self.works.extend((service.settle)(&mut call)?);
        }
        Ok(())
    }
}

impl Task for Settle {
    fn run(&mut self, tx: &Connection) -> Verdict {
        if self.tenant.is_planted() && !self.tenant.is_due(self.now) {
            return Verdict::Undo; // another request was quicker
        }
        match self.try_run(tx) {
            Ok(()) => {
                self.done = true;
                // A snapshot must see this and nothing later.
                if self.works.is_empty() { Verdict::Keep } else { Verdict::KeepAndCommit }
            }
            Err(failure) => {
                tracing::error!(tenant = self.tenant.name, ?failure, "cannot settle what is due");
                Verdict::Undo
            }
        }
    }

    fn over(self: Box<Self>, committed: Result<(), &rusqlite::Error>) -> Option<Delivery> {
        if !self.done || committed.is_err() {
            return None;
        }
        let Self { twin, tenant, now, mut after, works, .. } = *self;
        tenant.set_planted(true);
        tenant.settled(after.due.take());
        twin.carry_out(after, &tenant);
        for work in works {
            let snapshot = twin.readers.snapshot();
            twin.works.give(Job {
                twin: Arc::clone(&twin),
                tenant: Arc::clone(&tenant),
                now,
                snapshot,
                work,
            });
        }
        None
    }
}

/// A work and the snapshot that it reads.
struct Job {
    twin: Arc<Twin>,
    tenant: Arc<Tenant>,
    now: Timestamp,
    snapshot: rusqlite::Result<Connection>,
    work: Work,
}

impl Job {
    fn run(self) {
        let Self { twin, tenant, now, snapshot, work } = self;
        let Work { token, write, ended } = work;
        let write = || twin.files.write(&token, |file| write(&snapshot?, file));
        // Whoever waits for the file must be told of a panic too.
        let written = catch_unwind(AssertUnwindSafe(write))
            .unwrap_or_else(|_| Err(anyhow::anyhow!("panicked")));
        if let Err(error) = &written {
            tracing::error!(tenant = tenant.name, ?error, "a file could not be written");
        }
        let written = written.map_err(|error| error.to_string());
        let note = Some((ended, written));
        let writer = &Arc::clone(&twin).writer;
        writer.submit(Box::new(Ended {
            twin,
            tenant,
            now,
            after: After::default(),
            note,
            kept: false,
        }));
    }
}

/// Tells the service, in a transaction, how its work ended.
struct Ended {
    twin: Arc<Twin>,
    tenant: Arc<Tenant>,
    now: Timestamp,
    after: After,
    note: Option<(NoteEnd, Result<(), String>)>,
    kept: bool,
}

impl Task for Ended {
    fn run(&mut self, tx: &Connection) -> Verdict {
        let Some((ended, written)) = self.note.take() else { return Verdict::Undo };
        let client = nobody();
        let mut ids = self.tenant.ids();
        // The clock may have gone on while the file was written.
        let now = self.twin.clock.now().max(self.now);
        let mut call = self.twin.call(tx, now, &self.tenant, &mut ids, &client, &mut self.after);
        match ended(&mut call, written) {
            Ok(()) => self.kept = true,
            Err(failure) => tracing::error!(
                tenant = self.tenant.name,
                ?failure,
                "cannot note the end of a work"
            ),
        }
        // Whoever waits is run again in any case: what it waits for will not come otherwise.
        Verdict::KeepAndWake
    }

    fn over(self: Box<Self>, committed: Result<(), &rusqlite::Error>) -> Option<Delivery> {
        if self.kept && committed.is_ok() {
            self.twin.carry_out(self.after, &self.tenant);
        }
        None
    }
}

/// The workers.
#[derive(Debug)]
pub struct Works {
    queue: Mutex<Option<Sender<Job>>>,
}

impl Works {
    /// Starts the workers; they end when the twin does, or after the work at hand.
    pub fn start() -> std::io::Result<Self> {
        let (queue, jobs) = channel();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..WORKERS {
            let jobs = Arc::clone(&jobs);
            std::thread::Builder::new().name("work".to_owned()).spawn(move || work(&jobs))?;
        }
        Ok(Self { queue: Mutex::new(Some(queue)) })
    }

    /// Takes no more work; what was not begun is begun again by the next start.
    pub fn stop(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    fn give(&self, job: Job) {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queue.as_ref() {
            drop(queue.send(job));
        }
    }
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        job.run();
    }
}
