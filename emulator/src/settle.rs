//! What moves by itself: before a request of a tenant that is new or due, its starting state is
//! planted and its jobs are moved; long work is handed to workers that read a snapshot.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use rusqlite::Connection;

use crate::clock::Timestamp;
use crate::error::Failure;
use crate::operation::{After, Client};
use crate::services::Work;
use crate::state::{Delivery, Task, Tenant, Verdict, document};
use crate::twin::Twin;

mod works;

pub use works::Works;

use works::Job;

/// Settles the tenant before any task that is queued later.
pub fn settle(twin: &Arc<Twin>, tenant: &Arc<Tenant>, now: Timestamp) {
    twin.works.note_again(twin, tenant, now);
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
                self.tenant.set_fault(None);
                self.done = true;
                // A snapshot must see this and nothing later.
                if self.works.is_empty() { Verdict::Keep } else { Verdict::KeepAndCommit }
            }
            Err(failure) => {
                tracing::error!(tenant = self.tenant.name, ?failure, "cannot settle what is due");
                self.tenant.set_fault(Some(format!("{failure:?}")));
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
        if twin.works.has_unnoted(&tenant) {
            tenant.wake_at(Timestamp(i64::MIN));
        }
        twin.carry_out(after, &tenant);
        for work in works {
            let snapshot = twin.readers.snapshot();
            let (twin, tenant) = (Arc::clone(&twin), Arc::clone(&tenant));
            Job { twin, tenant, now, snapshot, work }.hand_out();
        }
        None
    }
}
