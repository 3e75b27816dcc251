//! Stage 7: runs a valid request, beside all others if it only reads, else in the writer's queue.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use rusqlite::Connection;
use serde_json::Value;

use super::exchange::{Caller, Exchange};
use crate::advance::advance;
use crate::error::{Failure, Overload};
use crate::operation::{After, Client, Content, Operation as Behaviour, Prepared};
use crate::runtime::clock::Timestamp;
use crate::runtime::ids::Ids;
use crate::runtime::lifecycle::Pace;
use crate::scenario::Change;
use crate::state::{Delivery, Disposition, Lag, Place, Snapshot, Task, Tenant};

/// How often a request is queued anew since something became due. Others may come between each time,
/// so it takes many of them to use this up; it must run at last where something stays due without
/// end, as the noting of a file does on a full disk.
const ADVANCED_AGAIN_MAX: u16 = 1_000;

/// The same if due work could not be advanced: it stays due.
const ADVANCED_AGAIN_MAX_WITH_FAULTS: u16 = 8;

/// A request that is recognised, signed, within its rate, and keeps the model.
pub(super) struct Valid {
    pub(super) operation: Arc<contracts::Operation>,
    pub(super) behaviour: Arc<Behaviour>,
    pub(super) tenant: Arc<Tenant>,
    pub(super) client: Client,
    pub(super) input: Value,
    /// The file that came with it.
    pub(super) file: Option<Bytes>,
}

/// Runs it; the upload of an operation that takes one is parsed first, on a thread for long work.
pub(super) fn run(exchange: Exchange, mut valid: Valid) {
    let file = valid.file.take().filter(|_| valid.behaviour.takes_upload());
    let lag = match exchange.change() {
        Some(Change::Stale(lag)) => Some(*lag),
        _ => None,
    };
    let mut running = Running {
        exchange,
        valid,
        lag,
        past_moment: None,
        upload: None,
        is_long: false,
        advanced_again: 0,
        place: None,
    };
    match file {
        None => running.read_or_queue(),
        Some(file) => {
            let twin = Arc::clone(&running.exchange.twin);
            if let Err(overload) = running.take_place() {
                return running.finish(Err(overload.into()));
            }
            twin.request_threads.submit(Box::new(move || running.prepare_upload(&file)));
        }
    }
}

/// A valid request that is being run.
struct Running {
    exchange: Exchange,
    valid: Valid,
    /// How old the state is that it sees, if a scenario says so.
    lag: Option<Lag>,
    /// The moment of the old state that it sees.
    past_moment: Option<Timestamp>,
    /// The parsed upload, if the request has one.
    upload: Option<Prepared>,
    /// It reads for long, and has a thread for that.
    is_long: bool,
    /// How often it was queued again because something became due while it waited.
    advanced_again: u16,
    /// Its place in the writer's queue, once it needs one.
    place: Option<Place>,
}

impl Running {
    fn take_place(&mut self) -> Result<(), Overload> {
        if self.place.is_none() {
            self.place = Some(self.exchange.twin.writer.place()?);
        }
        Ok(())
    }

    fn decide_after_commit(&mut self, outcome: &Result<Content, Failure>) {
        if outcome.is_ok() {
            self.exchange.decide_after_commit(&self.valid.input);
        }
    }

    fn finish(self, outcome: Result<Content, Failure>) {
        let Self { exchange, valid, place, .. } = self;
        // Whoever reads the answer may send the next request at once.
        drop(place);
        exchange.finish(outcome, valid.input);
    }

    /// An error in the file is for the handler to report.
    fn prepare_upload(mut self, file: &[u8]) {
        let prepared = catch_unwind(AssertUnwindSafe(|| self.valid.behaviour.prepare(file)));
        let Ok(upload) = prepared else {
            let error = anyhow::anyhow!("parsing the upload panicked");
            return self.finish(Err(Failure::Internal(error)));
        };
        self.upload = upload;
        self.read_or_queue();
    }

    /// Reads beside all others if that is possible, else queues for the writer.
    fn read_or_queue(mut self) {
        let (twin, tenant) = (Arc::clone(&self.exchange.twin), Arc::clone(&self.valid.tenant));
        let mut now = self.exchange.now;
        let mut is_current = tenant.is_seeded() && !tenant.is_due(now, twin.clock.setbacks());
        if self.advanced_again > 0 {
            // The writer saw something due that nobody else can see yet, or that became due after
            // the request came in.
            now = now.max(twin.clock.now());
            is_current = false;
        }
        if is_current && self.valid.behaviour.read_only && !self.counts_looks() {
            let mut after = After::default();
            let is_long = self.is_long;
            let look = |tx: &Connection| self.handle(tx, &mut Ids::none(), &mut after);
            let seen = if is_long {
                twin.readers.with(look).map(Some)
            } else {
                twin.readers.with_short(look)
            };
            match seen {
                Ok(None) => return self.read_long(),
                Ok(Some(Err(Failure::Pending | Failure::Again))) => {}
                // What was seen may be a state that is being replaced: the writer knows.
                Ok(_) if tenant.is_retired() => {}
                Ok(Some(outcome)) => {
                    if let Some(past) = self.past(&outcome) {
                        return self.read_past(past);
                    }
                    self.decide_after_commit(&outcome);
                    return self.finish(outcome);
                }
                Err(error) => return self.finish(Err(error.into())),
            }
        }
        self.queue(is_current, now);
    }

    /// Queues for the writer, behind what is due.
    fn queue(mut self, is_current: bool, now: Timestamp) {
        let (twin, tenant) = (Arc::clone(&self.exchange.twin), Arc::clone(&self.valid.tenant));
        if let Err(overload) = self.take_place() {
            return self.finish(Err(overload.into()));
        }
        if !is_current {
            advance(&twin, &tenant, now);
        }
        let queued =
            Queued { running: self, after: After::default(), outcome: None, outdated: false };
        twin.writer.submit(Box::new(queued));
    }

    /// The old state that a scenario shows to a request that has this outcome on the present one; nothing
    /// where the present state is as old. It was run there too, since it waits for what that waits for.
    fn past(&mut self, present: &Result<Content, Failure>) -> Option<Arc<Snapshot>> {
        let lag = self.lag.filter(|_| matches!(present, Ok(_) | Err(Failure::Refused(_))))?;
        let (twin, tenant) = (&self.exchange.twin, &self.valid.tenant.name);
        let (past, moment) = twin.readers.history().past(tenant, lag, twin.clock.now())?;
        self.past_moment = Some(moment);
        Some(past)
    }

    /// Reads an old state, which another request may be reading: on a thread that no connection waits for.
    fn read_past(mut self, past: Arc<Snapshot>) {
        if let Err(overload) = self.take_place() {
            return self.finish(Err(overload.into()));
        }
        let twin = Arc::clone(&self.exchange.twin);
        twin.request_threads.submit(Box::new(move || {
            let mut after = After::default();
            let seen = past.with(|tx| self.handle(tx, &mut Ids::none(), &mut after));
            let waits = matches!(seen, Err(Failure::Pending | Failure::Again));
            if waits || self.valid.tenant.is_retired() {
                // Nothing that it waits for can still happen to an old state.
                self.lag = self.lag.filter(|_| !waits);
                self.past_moment = None;
                let now = self.exchange.now;
                return self.queue(true, now);
            }
            self.decide_after_commit(&seen);
            self.finish(seen);
        }));
    }

    /// Reads on a thread that no connection waits for.
    fn read_long(mut self) {
        if let Err(overload) = self.take_place() {
            return self.finish(Err(overload.into()));
        }
        self.is_long = true;
        let twin = Arc::clone(&self.exchange.twin);
        twin.request_threads.submit(Box::new(move || self.read_or_queue()));
    }

    /// Whether it must be counted that the client looks at its jobs. A look at an old state is none.
    fn counts_looks(&self) -> bool {
        let pace = self.exchange.twin.config.pace;
        let is_stale = matches!(self.exchange.change(), Some(Change::Stale(_)));
        !is_stale && matches!(pace, Pace::EveryLooks(_)) && self.valid.operation.polls.is_some()
    }

    /// Runs the handler. If it panics, that is our fault, and its client's answer says so.
    fn handle(
        &mut self,
        tx: &Connection,
        ids: &mut Ids,
        after: &mut After,
    ) -> Result<Content, Failure> {
        let counts_looks = self.counts_looks();
        let Self { exchange, valid, upload, .. } = self;
        let exchange = &*exchange;
        let Exchange { twin, now, .. } = exchange;
        let Valid { operation, behaviour, tenant, client, input, .. } = valid;
        let now = self.past_moment.unwrap_or(*now);
        let mut call = twin.call(tx, now, tenant, ids, client, after);
        call.counts_looks = counts_looks;
        call.upload = upload.as_deref_mut().map(|upload| upload as _);
        match exchange.change() {
            Some(Change::Job(outcome)) => call.outcome = outcome,
            Some(Change::Limits(limits)) => call.limits = Some(limits),
            _ => {}
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| behaviour.run(&mut call, input)))
            .unwrap_or_else(|_| Err(Failure::Internal(anyhow::anyhow!("the handler panicked"))));
        if let Err(Failure::Refused(refusal)) = &outcome
            && !operation.documents(&refusal.code)
        {
            let (name, code) = (&operation.name, &refusal.code);
            return Err(Failure::Internal(anyhow::anyhow!(
                "{name} refused with {code}, which is not documented for it"
            )));
        }
        outcome
    }
}

/// A request in the writer's queue.
struct Queued {
    running: Running,
    after: After,
    outcome: Option<Result<Content, Failure>>,
    /// Its tenant was reset or replaced before it ran, or something of it is due.
    outdated: bool,
}

impl Queued {
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
        match tenant.fault(&self.running.valid.operation.service) {
            Some(fault) => Err(Failure::Internal(anyhow::anyhow!("no state to run on: {fault}"))),
            None => self.running.handle(tx, &mut tenant.ids(), &mut self.after),
        }
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
