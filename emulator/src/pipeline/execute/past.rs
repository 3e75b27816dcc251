//! Stale reads: a request that a scenario lets see the state as it was.

use std::sync::Arc;

use super::{Running, Thread};
use crate::error::Failure;
use crate::operation::{After, Content};
use crate::runtime::ids::Ids;
use crate::state::Snapshot;

impl Running {
    /// The old state that a scenario shows to a request that has this outcome on the present one; nothing
    /// where the present state is as old. It was run there too, since it waits for what that waits for.
    pub(super) fn past(&mut self, present: &Result<Content, Failure>) -> Option<Arc<Snapshot>> {
        let lag = self.lag.filter(|_| matches!(present, Ok(_) | Err(Failure::Refused(_))))?;
        let (twin, tenant) = (&self.exchange.twin, &self.valid.tenant.name);
        let (past, moment) = twin.readers.history().past(tenant, lag, twin.clock.now())?;
        self.past_moment = Some(moment);
        Some(past)
    }

    /// Reads an old state, which another request may be reading: on a thread that no connection waits for.
    pub(super) fn read_past(mut self, past: Arc<Snapshot>) {
        if let Err(overload) = self.take_place() {
            return self.finish(Err(overload.into()));
        }
        let twin = Arc::clone(&self.exchange.twin);
        twin.request_threads.submit(Box::new(move || {
            let mut after = After::default();
            let seen = past.with(|tx| self.handle(tx, Thread::Past, &mut Ids::none(), &mut after));
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
}
