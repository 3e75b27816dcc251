//! A request and what must be known to answer it and to journal it, however far it came.

use std::borrow::Cow;
use std::sync::Arc;

use contracts::conversation::Fault;
use http::header::CONTENT_TYPE;
use serde_json::Value;
use uuid::Uuid;

use crate::error::{Failure, Overload, Refusal};
use crate::journal::{self, Entry, Outcome, Owner, Receipt, Sent};
use crate::operation::Content;
use crate::protocol::{About, Identified, Message, Protocol, Rejection};
use crate::redact;
use crate::runtime::clock::{Stopwatch, Timestamp};
use crate::scenario::{Answer, Fired, Phase};
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
    fault: Option<Fired>,
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

    /// Asks the scenarios at a phase before the work; rejects the request that is taken from its way.
    pub(super) fn meet_fault(
        &mut self,
        phase: Phase,
        input: Option<&Value>,
    ) -> Result<(), Rejection> {
        if !self.decide(phase, input) {
            return Ok(());
        }
        let (explanation, refusal) = match &self.fault {
            Some(Fired { scenario, rule, answer: Answer::Refuse(refusal), .. }) => {
                (Some(format!("rule {rule} of the scenario {scenario:?}")), refusal.clone())
            }
            // Other bytes or none take the place of this.
            _ => (None, self.protocol.internal_error()),
        };
        Err(Rejection { refusal, explanation })
    }

    /// Asks the scenarios once the work is committed. For a request that writes this runs on the
    /// writer's thread, in the order of the commits.
    pub(super) fn decide_after_commit(&mut self, input: &Value) {
        self.decide(Phase::AfterCommit, Some(input));
    }

    /// Whether a rule takes the request from its way at this phase.
    fn decide(&mut self, phase: Phase, input: Option<&Value>) -> bool {
        let Self { twin, protocol, request, about, caller, fault, now, .. } = self;
        let tenant = || match caller {
            Caller::Known(tenant) => Some(tenant.name.clone()),
            Caller::Unproved => protocol.claimed_tenant(request, &*twin.readers),
        };
        let operation = about.operation.as_deref();
        let may_act = fault.is_none();
        let fired = twin.scenarios.decide(phase, operation, tenant, input, *now, may_act);
        let ends = fired.as_ref().is_some_and(Fired::ends_request);
        if let Some(Fired { scenario, rule, effect, .. }) = &fired {
            let operation = operation.map(|operation| operation.name.as_str());
            tracing::info!(operation, %scenario, rule, effect, "a fault is injected");
        }
        *fault = fault.take().or(fired);
        ends
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
            Ok(content) => (Outcome::Answered, Ok(content)),
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
        let (answer, code) = match outcome {
            Ok(content) => (answer_to(Ok(content)), None),
            Err(refusal) => (answer_to(Err(&refusal)), Some(refusal.code)),
        };
        self.decide(Phase::Body, input.as_ref());
        let (answer, code, fault) = self.spoil(answer, code);
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
            status: answer.status.as_u16(),
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

impl Exchange {
    /// The answer as the scenario has it, with its code and what the journal says of the fault.
    fn spoil(
        &mut self,
        answer: Response,
        code: Option<Cow<'static, str>>,
    ) -> (Response, Option<Cow<'static, str>>, Option<Fault>) {
        let Some(Fired { scenario, rule, phase, effect, answer: wanted, plan }) = self.fault.take()
        else {
            return (answer, code, None);
        };
        let had_answer = phase >= Phase::AfterCommit;
        let replaced_status = had_answer.then(|| answer.status.as_u16());
        let replaced_code = code.clone().filter(|_| had_answer).map(Cow::into_owned);
        let (mut spoiled, code) = match wanted {
            Answer::Own => (answer, code),
            Answer::Refuse(refusal) => {
                let refused = self.protocol.answer(&self.twin.config, &self.about, Err(&refusal));
                (refused, Some(refusal.code))
            }
            Answer::Bare(status, media_type, body) => {
                let mut bare = Response::new(status, "text/html", body);
                bare.headers.insert(CONTENT_TYPE, media_type);
                (bare, None)
            }
        };
        spoiled.plan = plan;
        let scenario = scenario.to_string();
        let fault = Fault { scenario, rule, effect, replaced_status, replaced_code };
        (spoiled, code, Some(fault))
    }
}

/// The answer where the pipeline itself broke: the vendor's internal error.
pub fn broken(twin: &Twin, protocol: &dyn Protocol) -> Response {
    let request_id = twin.request_id(None);
    let about = About { operation: None, chinese: false, request_id };
    protocol.answer(&twin.config, &about, Err(&protocol.internal_error()))
}
