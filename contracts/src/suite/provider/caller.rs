//! Sends calls one by one, keeps to the pace that the server asks for, and notes what was sent.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use serde_json::Value;

use crate::catalog;
use crate::client::{Answer, CallError, Client, Outcome, Transport};
use crate::model::{Operation, Retry};
use crate::report::Witness;
use crate::stopwatch::Stopwatch;
use crate::suite::evidence::INPUT_MAX;

/// How often a call is sent again that came too fast.
const TRIES: u32 = 6;

/// The first wait before it is; each further one is twice as long.
const WAIT: Duration = Duration::from_millis(250);

/// Calls of one client.
pub(super) struct Caller<'a, T> {
    client: &'a Client<T>,
    since: Stopwatch,
    sent: Cell<u64>,
    /// Those of the case that runs.
    witnesses: RefCell<Vec<Witness>>,
}

/// A call and how it ended.
pub(super) struct Called {
    /// Its number in this run.
    pub(super) number: u64,
    pub(super) answer: Result<Answer, CallError>,
}

impl<'a, T: Transport> Caller<'a, T> {
    pub(super) fn new(client: &'a Client<T>) -> Self {
        Self {
            client,
            since: Stopwatch::start(),
            sent: Cell::default(),
            witnesses: RefCell::default(),
        }
    }

    pub(super) fn client(&self) -> &'a Client<T> {
        self.client
    }

    /// Begins a case: the calls of the last one are forgotten.
    pub(super) fn begin_case(&self) {
        self.witnesses.borrow_mut().clear();
    }

    /// The calls of the case, in their order.
    pub(super) fn witnesses(&self) -> Vec<Witness> {
        let witnesses = self.witnesses.borrow();
        let begin = witnesses.first().map_or(0, |first| first.at_us);
        let mut all = witnesses.clone();
        for witness in &mut all {
            witness.at_us -= begin;
        }
        all
    }

    /// Calls an operation; waits and calls again while the server says that calls come too fast.
    pub(super) fn call(&self, operation: &Operation, input: &Value) -> Called {
        self.send(self.client, operation, input)
    }

    /// The same with another client.
    pub(super) fn send<U: Transport>(
        &self,
        client: &Client<U>,
        operation: &Operation,
        input: &Value,
    ) -> Called {
        let mut wait = WAIT;
        for _ in 1..TRIES {
            let called = self.once(client, operation, input);
            if !called.answer.as_ref().is_ok_and(|answer| is_too_fast(operation, answer)) {
                return called;
            }
            pause(wait);
            wait *= 2;
        }
        self.once(client, operation, input)
    }

    fn once<U: Transport>(
        &self,
        client: &Client<U>,
        operation: &Operation,
        input: &Value,
    ) -> Called {
        let (at, took) = (micros(self.since), Stopwatch::start());
        let answer = client.call(operation, input);
        let number = self.sent.get() + 1;
        if !matches!(answer, Err(CallError::NoCredentials { .. } | CallError::Unsendable(_))) {
            self.sent.set(number);
            let shown = shown(input);
            self.witnesses.borrow_mut().push(Witness {
                number,
                at_us: at,
                duration_us: micros(took),
                operation: operation.name.clone(),
                status: answer.as_ref().map_or(0, |answer| answer.response.status),
                code: code(&answer),
                fault: None,
                input: shown,
            });
        }
        Called { number, answer }
    }
}

/// Waits, for what only time brings.
pub(super) fn pause(wait: Duration) {
    let begin = Stopwatch::start();
    while let Some(rest) = wait.checked_sub(begin.elapsed()).filter(|rest| !rest.is_zero()) {
        std::thread::park_timeout(rest);
    }
}

fn micros(since: Stopwatch) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}

fn code(answer: &Result<Answer, CallError>) -> Option<String> {
    match &answer.as_ref().ok()?.outcome {
        Outcome::Refused(refused) => refused.code.clone(),
        Outcome::Done(_) => None,
        Outcome::Unreadable(_) => Some("unreadable".to_owned()),
    }
}

/// Whether the refusal says that it will be another one later, and is no fault of the server.
fn is_too_fast(operation: &Operation, answer: &Answer) -> bool {
    let Some(refused) = answer.refused() else { return false };
    let Some(code) = &refused.code else { return refused.status == 429 };
    let service = super::service_of(&operation.service);
    let protocol = service.and_then(|service| catalog().protocol(service.protocol));
    let known = service.and_then(|service| service.codes.get(code));
    let known = known.or_else(|| protocol?.codes.get(code));
    let is_fault = refused.status >= 500
        || protocol.is_some_and(|protocol| protocol.internal_error == *code)
        || known.is_some_and(|known| known.forced_only.is_some());
    let waits = known.is_some_and(|known| known.retry_of(&refused.message) == Some(Retry::Backoff));
    // A full list of jobs is no matter of pace.
    let is_rate = refused.status == 429 || code.starts_with("RequestLimitExceeded");
    waits && is_rate && !is_fault
}

/// An input for a report, without its secrets.
pub(super) fn shown(input: &Value) -> String {
    let mut input = input.clone();
    hide(&mut input);
    input.to_string().chars().take(INPUT_MAX).collect()
}

fn hide(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if catalog().secret_names.binary_search(name).is_ok() {
                    *value = "(hidden)".into();
                } else {
                    hide(value);
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(hide),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_secret_is_shown() {
        let input = json!({ "UserName": "u", "Password": "p", "List": [{ "password": "q" }] });
        assert_eq!(
            shown(&input),
            r#"{"List":[{"password":"(hidden)"}],"Password":"(hidden)","UserName":"u"}"#
        );
    }
}
