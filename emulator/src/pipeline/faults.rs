//! What scenarios do to a request: asked at each phase, carried out on its answer.

use std::borrow::Cow;

use bytes::Bytes;
use contracts::conversation::Fault;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use super::exchange::{Caller, Exchange, Told};
use crate::journal::Outcome;
use crate::protocol::Rejection;
use crate::scenario::{Answer, Fired, Phase};
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

    /// Asks the scenarios once the work is committed. For a request that writes this runs on the
    /// writer's thread, in the order of the commits.
    pub(super) fn decide_after_commit(&mut self, input: &Value) {
        self.decide(Phase::AfterCommit, Some(input));
    }

    /// Whether a rule takes the request from its way at this phase.
    pub(super) fn decide(&mut self, phase: Phase, input: Option<&Value>) -> bool {
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
        *fault = fault.take().or(fired.map(Box::new));
        ends
    }

    /// The answer as the scenario has it, and what the journal says of it.
    pub(super) fn spoil(&mut self, own: Told) -> (Told, Option<Fault>) {
        let Some(fired) = self.fault.take() else { return (own, None) };
        let had_answer = fired.phase >= Phase::AfterCommit;
        let is_lost = fired.is_lost();
        let Fired { scenario, rule, effect, answer: wanted, plan, .. } = *fired;
        let fault = Fault {
            scenario: scenario.to_string(),
            rule,
            effect,
            replaced_status: had_answer.then_some(own.status),
            replaced_code: own.code.clone().filter(|_| had_answer).map(Cow::into_owned),
        };
        let mut told = match wanted {
            Answer::Own if is_lost => {
                let nothing = Response { body: Body::Bytes(Bytes::new()), ..own.answer };
                Told { ended: Outcome::Faulted, answer: nothing, status: 0, code: None }
            }
            Answer::Own => own,
            Answer::Refuse(refusal) => {
                let answer = self.protocol.answer(&self.twin.config, &self.about, Err(&refusal));
                Told::new(Outcome::Refused, answer, Some(refusal.code))
            }
            Answer::Bare(status, media_type, body) => {
                let bare = Response::new(status, "text/html", body);
                Told::new(Outcome::Faulted, bare.with(CONTENT_TYPE, media_type), None)
            }
        };
        told.answer.plan = plan;
        (told, Some(fault))
    }
}
