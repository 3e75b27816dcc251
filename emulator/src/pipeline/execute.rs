//! Stage 7: runs a valid request, beside all others if it only reads, else in the writer's queue.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use rusqlite::Connection;
use serde_json::Value;

use super::exchange::Exchange;
use crate::advance::advance;
use crate::error::{Failure, Overload};
use crate::operation::{After, Client, Content, Operation as Behaviour, Prepared};
use crate::runtime::clock::Timestamp;
use crate::runtime::ids::Ids;
use crate::runtime::lifecycle::Pace;
use crate::scenario::Change;
use crate::state::{CachedRead, Lag, Place, ReadCache, Tenant};

mod past;
mod queued;

use queued::Queued;

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

/// Where a handler runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thread {
    /// It reads the present state, and a connection waits for the thread.
    Short,
    /// It reads the present state, and no connection waits for the thread.
    Long,
    /// It sees what is not committed.
    Writer,
    /// It reads a past state, and no connection waits for the thread.
    Past,
}

impl Thread {
    /// Only what is committed and present is kept in the cache.
    fn begin_read(self, cache: &ReadCache) -> CachedRead<'_> {
        match self {
            Self::Short | Self::Long => cache.begin(),
            Self::Writer | Self::Past => cache.begin_without_keeping(),
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
            let thread = if is_long { Thread::Long } else { Thread::Short };
            let look = |tx: &Connection| self.handle(tx, thread, &mut Ids::none(), &mut after);
            let seen = if is_long {
                twin.readers.with(look).map(Some)
            } else {
                twin.readers.with_short(look)
            };
            match seen {
                Ok(None | Some(Err(Failure::Again))) => return self.read_long(),
                Ok(Some(Err(Failure::Pending))) => {}
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
        twin.writer.submit(Box::new(Queued::new(self)));
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
        thread: Thread,
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
        let cache = thread.begin_read(twin.readers.cache());
        call.cache = Some(&cache);
        if behaviour.read_only && thread != Thread::Short {
            call.step = call.step.endless();
        }
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
