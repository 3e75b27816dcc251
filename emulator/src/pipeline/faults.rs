//! What scenarios do to a request: asked at each phase, carried out on its answer.

use std::borrow::Cow;

use bytes::Bytes;
use contracts::conversation::Fault;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use super::answered::Answered;
use super::exchange::{Caller, Exchange};
use crate::error::Refusal;
use crate::journal::Outcome;
use crate::operation::Content;
use crate::protocol::issued::NothingIssued;
use crate::protocol::{Rejection, Verifier};
use crate::scenario::{Answer, Change, Fired, Phase, Target};
use crate::twin::Twin;
use crate::wire::{Body, Response};

impl Exchange {
    /// Asks the scenarios at a phase before the work; rejects the request that is taken from its way.
    pub(super) fn meet_fault(
        &mut self,
        phase: Phase,
        input: Option<&Value>,
    ) -> Result<(), Rejection> {
        if !self.decide(phase, input) {
            return Ok(());
        }
        let explanation = self
            .fault
            .as_deref()
            .map(|fired| format!("rule {} of the scenario {:?}", fired.rule, fired.scenario));
        let refusal = match self.fault.as_deref().map(|fired| &fired.answer) {
            Some(Answer::Refuse(refusal)) => refusal.clone(),
            // Other bytes or none take the place of this.
            _ => self.protocol.internal_error(),
        };
        Err(Rejection { refusal, explanation })
    }

    /// What a scenario changes for this request.
    pub(super) fn change(&self) -> Option<&Change> {
        self.fault.as_deref()?.change.as_ref()
    }

    /// How the credentials are judged.
    pub(super) fn verifier<'t>(&self, twin: &'t Twin) -> Verifier<'t> {
        let verifier = Verifier {
            auth: twin.config.auth,
            now: self.now,
            issued: &*twin.readers,
            is_revoked: false,
        };
        match self.change() {
            Some(Change::ClockSkew(ms)) => Verifier { now: self.now.plus_ms(*ms), ..verifier },
            Some(Change::Revoked) => {
                Verifier { issued: &NothingIssued, is_revoked: true, ..verifier }
            }
            _ => verifier,
        }
    }

    /// What the operation answers, as the scenario changes it.
    pub(super) fn changed(&self, content: Content) -> Content {
        let (Some(Change::Page(change)), Content::Json(bytes)) = (self.change(), &content) else {
            return content;
        };
        let paging = self.about.operation.as_deref().and_then(|one| one.paging.as_deref());
        let changed = paging.and_then(|paging| change.of(bytes, paging));
        changed.map_or(content, Content::Json)
    }

    /// Asks the scenarios once the work is committed. For a request that writes this runs on the
    /// writer's thread, in the order of the commits.
    pub(super) fn decide_after_commit(&mut self, input: &Value) {
        self.decide(Phase::AfterCommit, Some(input));
    }

    /// Whether a rule takes the request from its way at this phase.
    pub(super) fn decide(&mut self, phase: Phase, input: Option<&Value>) -> bool {
        let Self { twin, protocol, request, about, caller, fault, now, .. } = self;
        let caller = &*caller;
        let tenant = || match caller {
            Caller::Known(tenant) => Some(Cow::Borrowed(tenant.name.as_str())),
            Caller::Unproved => protocol.claimed_tenant(request, &*twin.readers).map(Cow::Owned),
        };
        let operation = about.operation.as_deref();
        let target = operation.map_or(Target::Unknown, Target::Operation);
        let may_act = fault.is_none();
        let fired = twin.scenarios.decide(phase, target, tenant, input, *now, may_act);
        let ends = fired.as_ref().is_some_and(Fired::ends_request);
        if let Some(Fired { scenario, rule, effect, .. }) = &fired {
            let operation = operation.map(|operation| operation.name.as_str());
            tracing::info!(operation, %scenario, rule, effect, "a fault is injected");
        }
        *fault = fault.take().or(fired.map(Box::new));
        ends
    }

    /// The answer as the scenario has it, and what the journal says of it.
    pub(super) fn spoil(&mut self, own: Answered) -> (Answered, Option<Fault>) {
        let Some(fired) = self.fault.take() else { return (own, None) };
        let refuse =
            |refusal: &Refusal| self.protocol.answer(&self.twin.config, &self.about, Err(refusal));
        let (answered, fault) = spoiled(*fired, own, refuse);
        (answered, Some(fault))
    }
}

/// What a rule makes of an answer, and what the journal says of it.
pub(super) fn spoiled(
    fired: Fired,
    own: Answered,
    refuse: impl FnOnce(&Refusal) -> Response,
) -> (Answered, Fault) {
    let had_answer = fired.phase >= Phase::AfterCommit;
    let is_lost = fired.is_lost();
    let Fired { scenario, rule, phase, effect, answer, headers, plan, .. } = fired;
    let fault = Fault {
        scenario: scenario.to_string(),
        rule,
        phase: phase.name().to_owned(),
        effect,
        replaced_status: had_answer.then_some(own.status),
        replaced_code: own.code.clone().filter(|_| had_answer).map(Cow::into_owned),
    };
    let mut spoiled = match answer {
        Answer::Own if is_lost => {
            let nothing = Response { body: Body::Bytes(Bytes::new()), ..own.answer };
            Answered { ended: Outcome::Faulted, answer: nothing, status: 0, code: None }
        }
        Answer::Own | Answer::RefuseAny => own,
        Answer::Refuse(refusal) => {
            let answer = refuse(&refusal);
            Answered::new(Outcome::Refused, answer, Some(refusal.code))
        }
        Answer::Bare(status, media_type, body) => {
            let bare = Response::new(status, "text/html", body);
            Answered::new(Outcome::Faulted, bare.with(CONTENT_TYPE, media_type), None)
        }
    };
    if let Some(headers) = headers {
        headers.change(&mut spoiled.answer.headers);
    }
    spoiled.answer.plan = plan;
    (spoiled, fault)
}
