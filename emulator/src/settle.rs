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
use crate::state::generations::{self, OpenEra};
use crate::state::{Delivery, Task, Tenant, Verdict};
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
        era: None,
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
    /// Where a large seed is put in, so that nobody sees half of it.
    era: Option<OpenEra>,
    done: bool,
}

impl Settle {
    /// Whether all is done; false where the seed needs another step.
    fn try_run(&mut self, tx: &Connection) -> Result<bool, Failure> {
        if self.seeding.is_none() && !self.tenant.is_planted() {
            self.find_or_begin(tx)?;
        }
        let client = nobody();
        let mut ids = self.tenant.ids();
        let mut call =
            self.twin.call(tx, self.now, &self.tenant, &mut ids, &client, &mut self.after);
        if let Some(seeding) = &mut self.seeding {
            while let Some(step) = seeding.front_mut() {
                if !step(&mut call, &self.twin.config.seed_state)? {
                    return Ok(false);
                }
                seeding.pop_front();
            }
            if let Some(open) = &self.era {
                generations::show_beside(tx, open.era)?;
            }
        }
        for service in &self.twin.services {
            self.works.extend((service.settle)(&mut call)?);
        }
        Ok(true)
    }

    /// Finds the tenant's rows, or begins its seed under a key of its own.
    fn find_or_begin(&mut self, tx: &Connection) -> anyhow::Result<()> {
        if let Some(key) = generations::find(tx, &self.tenant)? {
            self.tenant.set_key(key);
            return Ok(());
        }
        let era = if self.twin.config.seed_state.is_large() {
            let era = generations::begin(tx)?;
            self.era = Some(self.twin.open_eras.open(era));
            era
        } else {
            generations::current(tx)?
        };
        self.tenant.set_key(generations::add(tx, era, &self.tenant)?);
        let services = self.twin.services.iter();
        self.seeding = Some(services.map(|service| (service.seeding)()).collect());
        Ok(())
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
        // Until it is known to be well: a panic must not leave a tenant that seems to have its state.
        self.tenant.set_fault(Some("a fault of the twin, see its log".to_owned()));
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

    fn over(mut self: Box<Self>, committed: Result<(), &rusqlite::Error>) -> Option<Delivery> {
        if self.seeding.is_some() {
            self.tenant.set_being_seeded(false);
        }
        if !self.done || committed.is_err() {
            if self.era.take().is_some() {
                self.twin.sweep();
            }
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
