//! A request in the writer's queue: it runs in a transaction, and is finished once that is committed.

use std::sync::Arc;

use rusqlite::Connection;

use super::super::exchange::{Caller, Exchange};
use super::{Running, Thread, Valid};
use crate::error::{Failure, Overload};
use crate::operation::{After, Content};
use crate::runtime::clock::Timestamp;
use crate::state::{Delivery, Disposition, Task, Tenant};

/// How often a request is queued anew since something became due. Others may come between each time,
/// so it takes many of them to use this up; it must run at last where something stays due without
/// end, as the noting of a file does on a full disk.
const ADVANCED_AGAIN_MAX: u16 = 1_000;

/// The same if due work could not be advanced: it stays due.
const ADVANCED_AGAIN_MAX_WITH_FAULTS: u16 = 8;

/// A request in the writer's queue.
pub(super) struct Queued {
    running: Running,
    after: After,
    outcome: Option<Result<Content, Failure>>,
    /// Its tenant was reset or replaced before it ran, or something of it is due.
    outdated: bool,
}

impl Queued {
    pub(super) fn new(running: Running) -> Self {
        Self { running, after: After::default(), outcome: None, outdated: false }
    }

    /// Whether something is due that must be advanced before this may run.
    fn is_due(&self, tenant: &Tenant) -> bool {
        let Exchange { twin, now, .. } = &self.running.exchange;
        let most =
            if tenant.has_faults() { ADVANCED_AGAIN_MAX_WITH_FAULTS } else { ADVANCED_AGAIN_MAX };
        self.running.advanced_again < most
            && !matches!(self.outcome, Some(Err(Failure::Again)))
            && tenant.is_due_at_writer((*now).max(twin.clock.now()), twin.clock.setbacks())
    }

    fn run_handler(&mut self, tx: &Connection, tenant: &Tenant) -> Result<Content, Failure> {
        if let Some(fault) = tenant.fault(&self.running.valid.operation.service) {
            return Err(Failure::Internal(anyhow::anyhow!("no state to run on: {fault}")));
        }
        self.running.handle(tx, Thread::Writer, &mut tenant.ids(), &mut self.after)
    }
}

impl Task for Queued {
    fn run(&mut self, tx: &Connection) -> Disposition {
        let tenant = Arc::clone(&self.running.valid.tenant);
        self.after = After::default();
        if tenant.is_busy() && !tenant.is_retired() {
            self.outcome = Some(Err(Failure::Pending));
            return Disposition::Wait;
        }
        // Another task that was before it may have made something due, or replaced the state.
        let is_due = self.is_due(&tenant);
        if is_due || tenant.is_retired() {
            self.running.advanced_again += u16::from(is_due);
            self.outdated = true;
            return Disposition::Rollback;
        }
        let outcome = self.run_handler(tx, &tenant);
        let disposition = match &outcome {
            Ok(_) => Disposition::Commit,
            Err(Failure::Pending) => Disposition::Wait,
            Err(Failure::Again) => Disposition::Again,
            Err(Failure::Refused(_) | Failure::Overloaded(_) | Failure::Internal(_)) => {
                Disposition::Rollback
            }
        };
        if disposition.keeps_work()
            && let Some(moment) = &mut self.after.due
        {
            let exchange = &self.running.exchange;
            if exchange.twin.clock.now() < exchange.now {
                // The clock was set back meanwhile: what began in the future is over at once.
                *moment = Timestamp(i64::MIN);
            }
            tenant.schedule_at_writer(*moment);
        }
        self.outcome = Some(outcome);
        disposition
    }

    fn changed(&self) -> Option<(Arc<Tenant>, Timestamp)> {
        let Valid { behaviour, tenant, .. } = &self.running.valid;
        let now = self.running.exchange.twin.clock.now();
        (!behaviour.read_only).then(|| (Arc::clone(tenant), now))
    }

    fn give_up(&mut self, why: Overload) {
        self.outcome = Some(Err(why.into()));
    }

    fn finish(self: Box<Self>, committed: Result<(), &rusqlite::Error>) -> Option<Delivery> {
        let Self { mut running, after, outcome, outdated } = *self;
        let twin = Arc::clone(&running.exchange.twin);
        if outdated {
            // It runs on what is there now, and after what is due by now.
            let tenant = match twin.tenants.get(&running.valid.tenant.name) {
                Ok(tenant) => tenant,
                Err(overload) => {
                    return Some(Box::new(move || running.finish(Err(overload.into()))));
                }
            };
            running.exchange.caller = Caller::Known(Arc::clone(&tenant));
            running.valid.tenant = tenant;
            running.read_or_queue();
            return None;
        }
        let nothing_done = || Err(Failure::Internal(anyhow::anyhow!("the handler panicked")));
        let mut outcome = outcome.unwrap_or_else(nothing_done);
        if let Err(error) = committed {
            outcome = Err(Failure::Internal(anyhow::anyhow!("the commit failed: {error}")));
        }
        if let Some(past) = running.past(&outcome) {
            running.read_past(past);
            return None;
        }
        if outcome.is_ok() {
            twin.carry_out(after, &running.valid.tenant);
        }
        running.decide_after_commit(&outcome);
        Some(Box::new(|| running.finish(outcome)))
    }
}
