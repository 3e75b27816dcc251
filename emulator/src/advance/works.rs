//! Exports: written beside all requests from a snapshot. The service is told in a transaction how that
//! ended; an end that the database does not take is noted again later.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, MutexGuard, PoisonError};

use rusqlite::Connection;

use crate::operation::{After, Client};
use crate::runtime::clock::Timestamp;
use crate::services::{Completion, Work};
use crate::state::{Delivery, Disposition, Task, Tenant};
use crate::twin::Twin;

/// How many works, of those that run or wait, have their snapshot from the moment they were asked for.
/// A snapshot takes two descriptors, and keeps the log of the database from being cut.
const SNAPSHOTS_MAX: usize = 10;

/// A work of a tenant.
pub(super) struct Job {
    pub(super) twin: Arc<Twin>,
    pub(super) tenant: Arc<Tenant>,
    pub(super) now: Timestamp,
    pub(super) work: Work,
}

impl Job {
    /// Gives it to the workers. It reads the state as it is now, unless many are before it: then as it
    /// is when a worker takes it.
    pub(super) fn hand_out(self) {
        let twin = Arc::clone(&self.twin);
        twin.writer.work_begun();
        let early = twin.works.unfinished() < SNAPSHOTS_MAX;
        let snapshot = early.then(|| twin.readers.snapshot());
        twin.works.submit(Box::new(move || self.run(snapshot)));
    }

    fn run(self, snapshot: Option<rusqlite::Result<Connection>>) {
        let Self { twin, tenant, now, work } = self;
        let Work { token, write, ended } = work;
        let snapshot = snapshot.unwrap_or_else(|| twin.readers.snapshot());
        let write = || twin.files.write(token, |file| write(&snapshot?, file));
        // A panic must also wake whoever waits for the file.
        let written = catch_unwind(AssertUnwindSafe(write))
            .unwrap_or_else(|_| Err(anyhow::anyhow!("panicked")));
        if let Err(error) = &written {
            tracing::error!(tenant = tenant.name, ?error, "a file could not be written");
        }
        let written = written.map_err(|error| error.to_string());
        Ended::submit(&twin, &tenant, now, Completion { token, ended, written });
    }
}

/// Tells the service, in a transaction, how its work ended.
struct Ended {
    twin: Arc<Twin>,
    tenant: Arc<Tenant>,
    now: Timestamp,
    after: After,
    note: Completion,
    kept: bool,
}

impl Ended {
    fn submit(twin: &Arc<Twin>, tenant: &Arc<Tenant>, now: Timestamp, note: Completion) {
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
    fn run(&mut self, tx: &Connection) -> Disposition {
        if self.tenant.is_retired() {
            // Its state was reset or replaced, and nobody will ever ask for the file.
            self.after.remove_files.push(self.note.token);
            self.kept = true;
            return Disposition::Commit;
        }
        let client = Client::internal();
        let mut ids = self.tenant.ids();
        // The clock may have gone on while the file was written.
        let now = self.twin.clock.now().max(self.now);
        let mut call = self.twin.call(tx, now, &self.tenant, &mut ids, &client, &mut self.after);
        match (self.note.ended)(&mut call, self.note.written.clone()) {
            Ok(()) => {
                self.kept = true;
                Disposition::Commit
            }
            Err(failure) => {
                let tenant = self.tenant.name.as_str();
                tracing::error!(tenant, ?failure, "cannot note the end of a work");
                Disposition::Rollback
            }
        }
    }

    fn finish(self: Box<Self>, committed: Result<(), &rusqlite::Error>) -> Option<Delivery> {
        let Self { twin, tenant, after, note, kept, .. } = *self;
        if let Err(error) = committed {
            tracing::error!(tenant = tenant.name, %error, "cannot note the end of a work");
        }
        if kept && committed.is_ok() {
            twin.carry_out(after, &tenant);
        } else {
            // Due at once: the tenant's next request has it noted again.
            unnoted(&twin).push((tenant.key(), note));
            tenant.schedule_at(Timestamp(i64::MIN));
        }
        // Noted or not: whoever waits must hear of it, since nothing else may come.
        twin.writer.work_ended();
        None
    }
}

/// Notes what the database has not taken of that tenant, before any task that is queued later.
pub(super) fn note_again(twin: &Arc<Twin>, tenant: &Arc<Tenant>, now: Timestamp) {
    let is_theirs = |(key, _): &mut (i64, Completion)| *key == tenant.key();
    for (_, note) in unnoted(twin).extract_if(.., is_theirs) {
        twin.writer.work_begun();
        Ended::submit(twin, tenant, now, note);
    }
}

/// Whether the database has not taken something of that tenant.
pub(super) fn has_unnoted(twin: &Twin, tenant: &Tenant) -> bool {
    unnoted(twin).iter().any(|(key, _)| *key == tenant.key())
}

fn unnoted(twin: &Twin) -> MutexGuard<'_, Vec<(i64, Completion)>> {
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
    fn a_thousand_works_that_wait_hold_no_more_descriptors_than_ten() {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("state.db");
        let twin = twin(&db);
        let tenant = twin.tenants.get("default");
        let gate = Arc::new(Barrier::new(EXPORTERS + 1));
        let mut token = 0;
        let mut hand_out = |count: usize, gate: Option<&Arc<Barrier>>| {
            for _ in 0..count {
                token += 1_u128;
                let gate = gate.cloned();
                let work = Work {
                    token: FileToken::new(token.to_be_bytes()),
                    write: Box::new(move |_, _| {
                        if let Some(gate) = gate {
                            gate.wait();
                        }
                        Ok(())
                    }),
                    ended: Box::new(|_, written| {
                        written.map_err(|why| anyhow::anyhow!(why).into())
                    }),
                };
                let (twin, tenant) = (Arc::clone(&twin), Arc::clone(&tenant));
                Job { twin, tenant, now: Timestamp(0), work }.hand_out();
            }
        };
        hand_out(EXPORTERS, Some(&gate));
        hand_out(10, None);
        let ten = descriptors(&db);
        hand_out(990, None);
        assert_eq!(descriptors(&db), ten);
        gate.wait();
        while twin.works.unfinished() > 0 {
            twin.writer.run(|_| Ok(())).unwrap();
        }
        assert_eq!(std::fs::read_dir(twin.files.folder()).unwrap().count(), EXPORTERS + 1_000);
        twin.close();
    }
}
