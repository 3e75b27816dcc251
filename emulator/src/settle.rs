//! What moves by itself: before a request of a tenant that is new or due, its starting state is
//! planted and its jobs are moved; long work is handed to workers that read a snapshot.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use rusqlite::Connection;

use crate::clock::Timestamp;
use crate::error::Failure;
use crate::operation::{After, Client};
use crate::services::{SeedSteps, Work};
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
        seeding: None,
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
    /// What is left of the seed, a service each, once the seed was begun.
    seeding: Option<VecDeque<SeedSteps>>,
    done: bool,
}

impl Settle {
    /// Whether all is done; false where the seed needs another step.
    fn try_run(&mut self, tx: &Connection) -> Result<bool, Failure> {
        let client = nobody();
        let mut ids = self.tenant.ids();
        let mut call =
            self.twin.call(tx, self.now, &self.tenant, &mut ids, &client, &mut self.after);
        if !self.tenant.is_planted() && !document::is_planted(tx, &self.tenant)? {
            let seed = &self.twin.config.seed_state;
            if self.seeding.is_none() && seed.is_large() {
                // Rows may be left of a process that was killed between two steps.
                document::reset(tx, &self.twin.tables(), Some(&self.tenant.name))?;
            }
            let services = || self.twin.services.iter().map(|service| (service.seeding)());
            let seeding = self.seeding.get_or_insert_with(|| services().collect());
            while let Some(step) = seeding.front_mut() {
                if !step(&mut call, seed)? {
                    return Ok(false);
                }
                seeding.pop_front();
            }
            document::plant(tx, &self.tenant)?;
        }
        for service in &self.twin.services {
            self.works.extend((service.settle)(&mut call)?);
        }
        Ok(true)
    }

    /// Whether another task does or did the same, or a reset took the tenant away.
    fn is_needless(&self) -> bool {
        let other = self.seeding.is_none() && self.tenant.is_being_seeded();
        let settled = self.tenant.is_planted() && !self.tenant.is_due(self.now);
        other || settled || self.tenant.is_retired()
    }
}

impl Task for Settle {
    fn run(&mut self, tx: &Connection) -> Verdict {
        if self.is_needless() {
            return Verdict::Undo;
        }
        match self.try_run(tx) {
            Ok(complete) => {
                self.tenant.set_fault(None);
                self.tenant.set_being_seeded(!complete);
                self.done = complete;
                match complete {
                    false => Verdict::Again,
                    // A snapshot must see this and nothing later.
                    true if self.works.is_empty() => Verdict::Keep,
                    true => Verdict::KeepAndCommit,
                }
            }
            Err(failure) => {
                tracing::error!(tenant = self.tenant.name, ?failure, "cannot settle what is due");
                self.tenant.set_fault(Some(format!("{failure:?}")));
                Verdict::Undo
            }
        }
    }

    fn over(self: Box<Self>, committed: Result<(), &rusqlite::Error>) -> Option<Delivery> {
        if self.seeding.is_some() {
            self.tenant.set_being_seeded(false);
        }
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
