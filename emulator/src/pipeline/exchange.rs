//! A request and what must be known to answer it and to journal it, however far it came.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::answered::Answered;
use crate::error::{Failure, Overload, Refusal};
use crate::journal::{self, Entry, Outcome, Owner, Receipt, Sent};
use crate::operation::Content;
use crate::protocol::{About, Identified, Message, Protocol, Rejection};
use crate::redact;
use crate::runtime::clock::{Stopwatch, Timestamp};
use crate::scenario::{Fired, Phase};
use crate::state::Tenant;
use crate::twin::Twin;
use crate::wire::{Body, Request, Response};

/// Sends the answer, with the receipt of its entry in the journal; dropped unused where the twin is at
/// its end.
pub type Reply = Box<dyn FnOnce(Response, Receipt) + Send>;

/// Who calls.
#[derive(Debug)]
pub(super) enum Caller {
    /// Nothing is proved. The credentials may name a tenant all the same.
    Unproved,
    /// The tenant whose credentials are good.
    Known(Arc<Tenant>),
}

/// A request on its way to its answer.
pub(super) struct Exchange {
    pub(super) twin: Arc<Twin>,
    pub(super) protocol: &'static dyn Protocol,
    pub(super) request: Request,
    /// When it came in: read once, from the twin's clock.
    pub(super) now: Timestamp,
    /// Measures how long it takes.
    watch: Stopwatch,
    pub(super) about: About,
    pub(super) caller: Caller,
    /// What a scenario does to it.
    pub(super) fault: Option<Box<Fired>>,
    reply: Reply,
}

impl Exchange {
    /// Stage 2.
    pub(super) fn identify(
        twin: &Arc<Twin>,
        protocol: &'static dyn Protocol,
        request: Request,
        reply: Reply,
    ) -> (Self, Result<Box<dyn Message>, Rejection>) {
        let (now, watch) = (twin.clock.now(), Stopwatch::start());
        let Identified { operation, chinese, message } = protocol.identify(&request, &twin.config);
        let about = About { operation, chinese, request_id: Uuid::nil() };
        let twin = Arc::clone(twin);
        let caller = Caller::Unproved;
        (Self { twin, protocol, request, now, watch, about, caller, fault: None, reply }, message)
    }

    /// Ends a request that was not accepted.
    pub(super) fn reject(mut self, Rejection { refusal, explanation }: Rejection) {
        self.draw_request_id();
        self.conclude(Outcome::Refused, Err(refusal), explanation, None);
    }

    /// Stage 8: the vendor's envelope, the journal, the reply.
    pub(super) fn finish(mut self, outcome: Result<Content, Failure>, input: Value) {
        self.draw_request_id();
        let mut explanation = None;
        let (ended, outcome) = match outcome {
            Ok(content) => (Outcome::Answered, Ok(self.changed(content))),
            Err(Failure::Refused(refusal)) => (Outcome::Refused, Err(refusal)),
            Err(Failure::Overloaded(overload)) => {
                let Rejection { refusal, explanation: why } = self.overloaded(overload);
                explanation = why;
                (Outcome::Refused, Err(refusal))
            }
            Err(failure) => {
                self.log_fault(&failure);
                explanation = Some(format!("a fault of the twin, see its log: {failure:?}"));
                (Outcome::Failed, Err(self.protocol.internal_error()))
            }
        };
        self.conclude(ended, outcome, explanation, Some(input));
    }

    /// The refusal of a request for which the twin has no room.
    pub(super) fn overloaded(&self, overload: Overload) -> Rejection {
        let refusal = self.protocol.overloaded(overload, self.about.chinese);
        Rejection { refusal, explanation: Some(overload.to_string()) }
    }

    fn draw_request_id(&mut self) {
        let tenant = match &self.caller {
            Caller::Known(tenant) => Some(&**tenant),
            Caller::Unproved => None,
        };
        self.about.request_id = self.twin.request_id(tenant);
    }

    fn log_fault(&self, failure: &Failure) {
        let operation = self.about.operation.as_ref().map(|operation| operation.name.as_str());
        let request_id = self.about.request_id;
        tracing::error!(operation, %request_id, ?failure, "internal error");
    }

    fn conclude(
        mut self,
        ended: Outcome,
        outcome: Result<Content, Refusal>,
        explanation: Option<String>,
        input: Option<Value>,
    ) {
        let answer_to = |outcome| self.protocol.answer(&self.twin.config, &self.about, outcome);
        let own = match outcome {
            Ok(content) => Answered::new(ended, answer_to(Ok(content)), None),
            Err(refusal) => Answered::new(ended, answer_to(Err(&refusal)), Some(refusal.code)),
        };
        self.decide(Phase::Body, input.as_ref());
        let (Answered { ended, answer, status, code }, fault) = self.spoil(own);
        let Self { twin, protocol, request, now, watch, about, caller, reply, .. } = self;
        let owner = match caller {
            Caller::Known(tenant) => Some(Owner::Known(tenant)),
            Caller::Unproved => {
                let claimed = protocol.claimed_tenant(&request, &*twin.readers);
                claimed.map(|name| Owner::Claimed(name.into()))
            }
        };
        tracing::debug!(
            tenant = owner.as_ref().map(Owner::name),
            operation = about.operation.as_ref().map(|operation| operation.name.as_str()),
            code = code.as_deref(),
            request_id = %about.request_id,
            explanation,
            "{:?}", ended
        );
        let redacted = protocol.redacted(&request, &about, input);
        let body = redacted.body.get(..journal::BODY_MAX).unwrap_or(&redacted.body);
        let (answer_size, kept) = match &answer.body {
            Body::Bytes(bytes) => {
                let kept = twin.journal.kept_answer(bytes, ended, |body| {
                    redact::answer(body, about.operation.as_deref())
                });
                (Some(bytes.len()), kept)
            }
            Body::File(_) => (None, None),
        };
        let entry = Entry {
            at: now,
            arrival: request.arrival,
            duration_us: watch.elapsed_us(),
            ended_us: twin.journal.elapsed_us(),
            protocol: Some(protocol.name()),
            method: request.method.clone(),
            path: redacted.path.into(),
            headers: redact::header_lines(&request.headers),
            body: body.into(),
            body_size: request.body.len(),
            body_cut: redacted.body.len() > journal::BODY_MAX,
            input: redacted.input,
            tenant: owner,
            operation: about.operation,
            outcome: ended,
            status,
            code: code.map(Into::into),
            answer: kept,
            answer_size,
            request_id: about.request_id.to_string().into(),
            explanation: explanation.map(Into::into),
            unsigned: !twin.config.auth,
            sent: Sent::default(),
            fault: fault.map(Box::new),
        };
        let receipt = twin.journal.write(entry);
        reply(answer, receipt);
    }
}

/// The answer where the pipeline itself broke: the vendor's internal error.
pub fn broken(twin: &Twin, protocol: &dyn Protocol) -> Response {
    let request_id = twin.request_id(None);
    let about = About { operation: None, chinese: false, request_id };
    protocol.answer(&twin.config, &about, Err(&protocol.internal_error()))
}
