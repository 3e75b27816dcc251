//! What scenarios do to a request: asked at each phase, carried out on its answer.

use std::borrow::Cow;

use contracts::conversation::Fault;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use super::exchange::{Caller, Exchange};
use crate::protocol::Rejection;
use crate::scenario::{Answer, Fired, Phase};
use crate::wire::Response;

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
        *fault = fault.take().or(fired);
        ends
    }

    /// The answer as the scenario has it, with its code and what the journal says of the fault.
    pub(super) fn spoil(
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
