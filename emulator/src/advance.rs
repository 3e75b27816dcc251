//! Seeds a new tenant and advances due jobs, before any request that could see them. Enqueues the
//! background jobs that come of it.

use std::collections::VecDeque;
use std::sync::Arc;

use rusqlite::Connection;

use crate::error::Failure;
use crate::operation::{After, Client};
use crate::runtime::clock::Timestamp;
use crate::services::seeds::Seed;
use crate::services::{Advanced, BackgroundJob, SeedSteps, Service};
use crate::state::generations::{self, OpenEra};
use crate::state::{Delivery, Disposition, Fault, Task, Tenant, in_savepoint};
use crate::twin::Twin;

mod background;

use background::Queued;

/// Settles the tenant before any task that is queued later.
pub fn advance(twin: &Arc<Twin>, tenant: &Arc<Tenant>, now: Timestamp) {
    background::retry_uncommitted(twin, tenant, now);
    twin.writer.submit(Box::new(Advance {
        twin: Arc::clone(twin),
        tenant: Arc::clone(tenant),
        now,
        setbacks: 0,
        after: After::default(),
        background: Vec::new(),
        seed: None,
        seeding: None,
        era: None,
        has_grown: false,
        begun: false,
        done: false,
    }));
}

struct Advance {
    twin: Arc<Twin>,
    tenant: Arc<Tenant>,
    now: Timestamp,
    /// How often the clock had been set back when the last step began.
    setbacks: u64,
    after: After,
    /// Handed out once all is done, since their snapshot is to see it.
    background: Vec<BackgroundJob>,
    /// The tenant's own seed, if it has one; one seed from the first step to the last.
    seed: Option<Arc<Seed>>,
    /// What is left of the seed, a service each, once the seed was begun.
    seeding: Option<VecDeque<SeedSteps>>,
    /// The invisible era of a large seed, so that no request sees half of it.
    era: Option<OpenEra>,
    /// Earlier steps warmed up the read cache, so the last one does too.
    has_grown: bool,
    /// At least one step was done.
    begun: bool,
    done: bool,
}

impl Advance {
    /// Whether all is done; false where another step is needed.
    fn try_run(&mut self, tx: &Connection) -> Result<bool, Failure> {
        if self.seeding.is_none() && !self.tenant.is_seeded() {
            self.find_or_begin(tx)?;
        }
        if let Some(seeding) = &mut self.seeding {
            let client = Client::internal();
            let mut ids = self.tenant.ids();
            let seed = self.seed.as_deref().unwrap_or(&self.twin.config.seed_state);
            let mut call =
                self.twin.call(tx, self.now, &self.tenant, &mut ids, &client, &mut self.after);
            while let Some(step) = seeding.front_mut() {
                if !step(&mut call, seed)? {
                    return Ok(false);
                }
                seeding.pop_front();
            }
            if let Some(open) = &self.era {
                generations::show_beside(tx, open.era)?;
            }
        }
        Ok(self.advance_services(tx))
    }

    /// Finds the tenant's rows, or begins its seed under a key of its own.
    fn find_or_begin(&mut self, tx: &Connection) -> anyhow::Result<()> {
        if let Some(key) = generations::find(tx, &self.tenant)? {
            self.tenant.set_key(key);
            return Ok(());
        }
        self.seed = self.twin.own_seeds.of(&self.tenant.name);
        let seed = self.seed.as_deref().unwrap_or(&self.twin.config.seed_state);
        let era = if seed.is_large() {
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

    /// Moves what is due, a service at a time: one that fails undoes its own work, and its requests
    /// are refused until it does better. Whether all is done.
    fn advance_services(&mut self, tx: &Connection) -> bool {
        let mut faults = Vec::new();
        let mut all_done = true;
        for service in &self.twin.services {
            let mut after = After::default();
            match in_savepoint(tx, || self.advance(tx, service, &mut after)) {
                Ok(advanced) => {
                    self.after.add(after);
                    self.background.extend(advanced.background);
                    all_done = !advanced.has_more;
                }
                Err(failure) => {
                    let (tenant, service) = (&self.tenant.name, service.name);
                    tracing::error!(tenant, service, ?failure, "cannot advance what is due");
                    faults.push(Fault { service: Some(service), why: format!("{failure:?}") });
                }
            }
            if !all_done {
                break;
            }
        }
        if !faults.is_empty() {
            // The next request tries again.
            self.after.schedule_at(Timestamp(i64::MIN));
        }
        self.tenant.set_faults(faults);
        all_done
    }

    fn advance(
        &self,
        tx: &Connection,
        service: &Service,
        after: &mut After,
    ) -> Result<Advanced, Failure> {
        let client = Client::internal();
        let mut ids = self.tenant.ids();
        let mut call = self.twin.call(tx, self.now, &self.tenant, &mut ids, &client, after);
        (service.advance)(&mut call)
    }

    fn enqueue_background(&mut self) {
        for job in self.background.drain(..) {
            let (twin, tenant) = (Arc::clone(&self.twin), Arc::clone(&self.tenant));
            Queued { twin, tenant, now: self.now, job }.enqueue();
        }
    }

    /// Whether another task does or did the same, or a reset took the tenant away.
    fn is_needless(&self) -> bool {
        let other = !self.begun && self.tenant.is_busy();
        let is_current = self.tenant.is_seeded()
            && !self.tenant.is_due_at_writer(self.now, self.twin.clock.setbacks());
        other || is_current || self.tenant.is_retired()
    }
}

impl Task for Advance {
    fn run(&mut self, tx: &Connection) -> Disposition {
        if self.is_needless() {
            return Disposition::Rollback;
        }
        // Before anything is looked at: what is set back meanwhile is looked at again.
        self.setbacks = self.twin.clock.setbacks();
        // Until it is known to be well: a panic must not leave a tenant that seems to have its state.
        self.tenant.set_faults(vec![Fault { service: None, why: "see the log".to_owned() }]);
        match self.try_run(tx) {
            Ok(done) => {
                if !done {
                    // Of what is half done nothing may be seen.
                    self.tenant.set_faults(Vec::new());
                }
                self.tenant.set_busy(!done);
                if done {
                    self.tenant.mark_current_at_writer(self.after.due, self.setbacks);
                }
                (self.begun, self.done) = (true, done);
                if !done && std::mem::take(&mut self.after.warms_up) {
                    // While the seed goes on, so that the first request finds a warm cache.
                    self.twin.warm_up(&self.tenant);
                    self.has_grown = true;
                }
                self.after.warms_up |= done && self.has_grown;
                match done {
                    false => Disposition::Again,
                    // A snapshot must see this and nothing later.
                    true if self.background.is_empty() => Disposition::Commit,
                    true => Disposition::CommitNow,
                }
            }
            Err(failure) => {
                tracing::error!(tenant = self.tenant.name, ?failure, "cannot advance what is due");
                let why = format!("{failure:?}");
                self.tenant.set_faults(vec![Fault { service: None, why }]);
                Disposition::Rollback
            }
        }
    }

    fn changed(&self) -> Option<(Arc<Tenant>, Timestamp)> {
        Some((Arc::clone(&self.tenant), self.twin.clock.now()))
    }

    fn finish(mut self: Box<Self>, committed: Result<(), &rusqlite::Error>) -> Option<Delivery> {
        if self.begun {
            self.tenant.set_busy(false);
        }
        if !self.done || committed.is_err() {
            if self.era.take().is_some() {
                self.twin.sweep();
            }
            if self.done {
                // It was not committed after all.
                self.tenant.mark_due();
            }
            // Earlier steps are committed, and theirs are waited for.
            self.enqueue_background();
            return None;
        }
        self.tenant.set_seeded(true);
        self.tenant.mark_current(self.after.due.take(), self.setbacks);
        if background::has_uncommitted(&self.twin, &self.tenant) {
            self.tenant.mark_due();
        }
        self.twin.carry_out(std::mem::take(&mut self.after), &self.tenant);
        self.enqueue_background();
        None
    }
}
