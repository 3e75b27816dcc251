//! Background jobs: each writes a file from a snapshot, beside all requests, and records its end in a
//! transaction. If the database fails, the end is recorded later.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, MutexGuard, PoisonError};

use rusqlite::Connection;

use crate::operation::{After, Client};
use crate::runtime::clock::Timestamp;
use crate::services::{BackgroundJob, Completion};
use crate::state::{Delivery, Disposition, Task, Tenant};
use crate::twin::Twin;

/// How many unfinished jobs take their snapshot when they are enqueued. A snapshot holds two
/// descriptors and keeps the log of the database from being cut.
const SNAPSHOTS_MAX: usize = 10;

/// A job of a tenant, ready for the pool.
pub(super) struct Queued {
    pub(super) twin: Arc<Twin>,
    pub(super) tenant: Arc<Tenant>,
    pub(super) now: Timestamp,
    pub(super) job: BackgroundJob,
}

impl Queued {
    /// Enqueues it. It reads the state as it is now; if [`SNAPSHOTS_MAX`] jobs are unfinished, as it is
    /// when it starts.
    pub(super) fn enqueue(self) {
        let twin = Arc::clone(&self.twin);
        twin.writer.background_started();
        let early = twin.background.unfinished() < SNAPSHOTS_MAX;
        let snapshot = early.then(|| twin.readers.snapshot());
        twin.background.submit(Box::new(move || self.run(snapshot)));
    }

    fn run(self, snapshot: Option<rusqlite::Result<Connection>>) {
        let Self { twin, tenant, now, job } = self;
        let BackgroundJob { token, write, on_complete } = job;
        let snapshot = snapshot.unwrap_or_else(|| twin.readers.snapshot());
        let write = || {
            // No request can lead to the file: the state was reset or replaced.
            anyhow::ensure!(!tenant.is_retired(), "the tenant is gone");
            twin.files.write(token, |file| write(&snapshot?, file))
        };
        // A panic must also wake the requests that wait for the file.
        let written = catch_unwind(AssertUnwindSafe(write))
            .unwrap_or_else(|_| Err(anyhow::anyhow!("panicked")));
        if let Err(error) = &written
            && !tenant.is_retired()
        {
            tracing::error!(tenant = tenant.name, ?error, "a file could not be written");
        }
        let written = written.map_err(|error| error.to_string());
        Finish::submit(&twin, &tenant, now, Completion { token, on_complete, written });
    }
}

/// The writer's task that records the end of a job.
struct Finish {
    twin: Arc<Twin>,
    tenant: Arc<Tenant>,
    now: Timestamp,
    after: After,
    completion: Completion,
    kept: bool,
}

impl Finish {
    fn submit(twin: &Arc<Twin>, tenant: &Arc<Tenant>, now: Timestamp, completion: Completion) {
        twin.writer.submit(Box::new(Self {
            twin: Arc::clone(twin),
            tenant: Arc::clone(tenant),
            now,
            after: After::default(),
            completion,
            kept: false,
        }));
    }
}

impl Task for Finish {
    fn run(&mut self, tx: &Connection) -> Disposition {
        if self.tenant.is_retired() {
            // The state was reset or replaced, so no request can lead to the file.
            self.after.remove_files.push(self.completion.token);
            self.kept = true;
            return Disposition::Commit;
        }
        let client = Client::internal();
        let mut ids = self.tenant.ids();
        // The clock may have gone on while the file was written.
        let now = self.twin.clock.now().max(self.now);
        let mut call = self.twin.call(tx, now, &self.tenant, &mut ids, &client, &mut self.after);
        match (self.completion.on_complete)(&mut call, self.completion.written.clone()) {
            Ok(()) => {
                if let Some(moment) = self.after.due {
                    self.tenant.schedule_at_writer(moment);
                    // Before the commit: nobody waits for this task, so a request may come between the two
                    // and must not see the file without what is due since.
                    self.tenant.schedule_at(moment);
                }
                self.kept = true;
                Disposition::Commit
            }
            Err(failure) => {
                let tenant = self.tenant.name.as_str();
                tracing::error!(tenant, ?failure, "cannot record the end of a background job");
                Disposition::Rollback
            }
        }
    }

    fn changed(&self) -> Option<(Arc<Tenant>, Timestamp)> {
        // Where the job's last step is still to come, no client sees that the file is there.
        let is_over = self.after.due.is_none();
        is_over.then(|| (Arc::clone(&self.tenant), self.twin.clock.now()))
    }

    fn finish(self: Box<Self>, committed: Result<(), &rusqlite::Error>) -> Option<Delivery> {
        let Self { twin, tenant, after, completion, kept, .. } = *self;
        if let Err(error) = committed {
            tracing::error!(tenant = tenant.name, %error, "cannot record the end of a background job");
        }
        if kept && committed.is_ok() {
            twin.carry_out(after, &tenant);
        } else {
            // The tenant's next request retries it.
            uncommitted(&twin).push((tenant.key(), completion));
            tenant.mark_due();
        }
        // Wakes the waiting requests in both cases: nothing else may wake them.
        twin.writer.background_ended();
        None
    }
}

/// Queues again what is uncommitted of that tenant, before any later task.
pub(super) fn retry_uncommitted(twin: &Arc<Twin>, tenant: &Arc<Tenant>, now: Timestamp) {
    let is_theirs = |(key, _): &mut (i64, Completion)| *key == tenant.key();
    for (_, completion) in uncommitted(twin).extract_if(.., is_theirs) {
        twin.writer.background_started();
        Finish::submit(twin, tenant, now, completion);
    }
}

/// Whether the end of a job of that tenant is uncommitted.
pub(super) fn has_uncommitted(twin: &Twin, tenant: &Tenant) -> bool {
    uncommitted(twin).iter().any(|(key, _)| *key == tenant.key())
}

fn uncommitted(twin: &Twin) -> MutexGuard<'_, Vec<(i64, Completion)>> {
    twin.uncommitted.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::sync::Barrier;

    use super::*;
    use crate::config::Config;
    use crate::runtime::lifecycle::Pace;
    use crate::state::FileToken;
    use crate::twin::EXPORTERS;

    fn twin(db: &std::path::Path) -> Arc<Twin> {
        Twin::new(Config { db: Some(db.to_owned()), pace: Pace::Instant, ..Config::default() })
            .unwrap()
    }

    /// How many descriptors of this process lead to the database.
    fn descriptors(db: &std::path::Path) -> usize {
        let all = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
        let links = all.filter_map(|entry| std::fs::read_link(entry.path()).ok());
        links.filter(|link| link.to_string_lossy().starts_with(&*db.to_string_lossy())).count()
    }

    #[test]
    fn a_thousand_waiting_jobs_hold_no_more_descriptors_than_ten() {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("state.db");
        let twin = twin(&db);
        let tenant = twin.tenants.get("default").unwrap();
        let gate = Arc::new(Barrier::new(EXPORTERS + 1));
        let mut token = 0;
        let mut enqueue = |count: usize, gate: Option<&Arc<Barrier>>| {
            for _ in 0..count {
                token += 1_u128;
                let gate = gate.cloned();
                let job = BackgroundJob {
                    token: FileToken::new(token.to_be_bytes()),
                    write: Box::new(move |_, _| {
                        if let Some(gate) = gate {
                            gate.wait();
                        }
                        Ok(())
                    }),
                    on_complete: Box::new(|_, written| {
                        written.map_err(|why| anyhow::anyhow!(why).into())
                    }),
                };
                let (twin, tenant) = (Arc::clone(&twin), Arc::clone(&tenant));
                Queued { twin, tenant, now: Timestamp(0), job }.enqueue();
            }
        };
        enqueue(EXPORTERS, Some(&gate));
        enqueue(10, None);
        let ten = descriptors(&db);
        enqueue(990, None);
        assert_eq!(descriptors(&db), ten);
        gate.wait();
        while twin.background.unfinished() > 0 {
            twin.writer.run(|_| Ok(())).unwrap();
        }
        assert_eq!(std::fs::read_dir(twin.files.folder()).unwrap().count(), EXPORTERS + 1_000);
        twin.close();
    }
}
