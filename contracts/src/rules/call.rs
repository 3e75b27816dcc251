//! One request with what the models know of it.

use std::cell::OnceCell;

use serde_json::Value;

use super::effects::{Effect, effect};
use super::identity;
use super::values::{texts, values};
use crate::conversation::{Entry, Outcome};
use crate::model::{Code, Operation, Protocol, Retry, Service};
use crate::{Cause, catalog};

/// Codes of a full queue of jobs: a slot is free when a job has ended, not after some seconds.
const NO_SLOT: [&str; 2] = ["FailedOperation.DataFlowTooManyRequests", "WKS.EMU.0014"];

/// What a client knows when its call has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It has the whole answer.
    Done,
    /// It was refused; whether it may try again, where the vendor says so.
    Refused(Option<Retry>),
    /// It has no answer, or a broken one: what was done is unknown to it.
    Unknown,
}

/// One request of a client.
pub(crate) struct Call<'a> {
    pub(crate) entry: &'a Entry,
    pub(crate) service: Option<&'static Service>,
    pub(crate) operation: Option<&'static Operation>,
    /// The same for all attempts at the same request.
    pub(crate) key: String,
    answer: OnceCell<Value>,
    input: OnceCell<Value>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(entry: &'a Entry) -> Self {
        let service = entry.service.as_deref().and_then(|name| catalog().service(name));
        let operation = service.and_then(|service| operation_of(entry, service));
        let answer = OnceCell::new();
        let key = identity::key(entry, operation);
        Self { entry, service, operation, key, answer, input: OnceCell::new() }
    }

    /// Its operation; its method and path where it names none.
    pub(crate) fn name(&self) -> String {
        let Entry { operation, method, path, .. } = self.entry;
        operation.clone().unwrap_or_else(|| format!("{method} {path}"))
    }

    /// Whether it is a call of that operation.
    pub(super) fn is(&self, service: &str, name: &str) -> bool {
        self.operation.is_some_and(|known| known.service == service && known.name == name)
    }

    pub(crate) fn effect(&self) -> Option<Effect> {
        self.operation.map(effect)
    }

    /// What the client knows of its end.
    pub(crate) fn ending(&self) -> Ending {
        let entry = self.entry;
        if entry.status == 0 || entry.sent == Some(false) || self.fault_word(&BREAKS) {
            return Ending::Unknown;
        }
        match entry.outcome {
            Outcome::Answered => Ending::Done,
            Outcome::Refused | Outcome::Failed => Ending::Refused(self.retry()),
            // A box in the middle: 429 and 503 say that nothing was done, the other 5xx do not.
            Outcome::Faulted | Outcome::NotOurs => match entry.status {
                429 | 503 => Ending::Refused(Some(Retry::Backoff)),
                200..300 | 500.. => Ending::Unknown,
                _ => Ending::Refused(None),
            },
        }
    }

    /// Whether the service did the work, whatever the client knows.
    pub(crate) fn was_done(&self) -> bool {
        self.entry.was_done()
    }

    /// Whether the service says that too many calls came.
    pub(super) fn is_throttled(&self) -> bool {
        let code = self.entry.code.as_deref().unwrap_or_default();
        let is_throttle = self.entry.status == 429 || code.starts_with("RequestLimitExceeded");
        is_throttle && self.ending() == Ending::Refused(Some(Retry::Backoff))
    }

    /// Whether the service says that no slot for another job is free.
    pub(super) fn has_no_slot(&self) -> bool {
        self.entry.code.as_deref().is_some_and(|code| NO_SLOT.contains(&code))
    }

    /// Whether a scenario acted upon it.
    pub(super) fn is_faulted(&self) -> bool {
        self.entry.fault.is_some()
    }

    /// Whether a scenario did one of these things to it.
    pub(super) fn fault_word(&self, words: &[&str]) -> bool {
        let effect = self.entry.fault.as_ref().map_or("", |fault| fault.effect.as_str());
        effect.split(", ").any(|part| words.contains(&part))
    }

    /// The answer's members, without an envelope around them; null where the journal has none.
    pub(super) fn answer(&self) -> &Value {
        self.answer.get_or_init(|| {
            let parsed =
                self.entry.answer.as_deref().and_then(|text| serde_json::from_str(text).ok());
            match parsed {
                Some(Value::Object(mut members)) if members.contains_key("Response") => {
                    members.remove("Response").unwrap_or_default()
                }
                other => other.unwrap_or_default(),
            }
        })
    }

    /// The values at that path of a whole answer.
    pub(super) fn output(&self, path: &str) -> Vec<&Value> {
        if self.ending() == Ending::Done { values(self.answer(), path) } else { Vec::new() }
    }

    /// The input; of a request that was refused before it was read, the body as JSON.
    pub(crate) fn input(&self) -> &Value {
        self.input.get_or_init(|| match &self.entry.input {
            Some(input) => input.clone(),
            None => serde_json::from_str(&self.entry.body).unwrap_or_default(),
        })
    }

    /// The code's cause whose text the refusal has, by name.
    pub(super) fn cause(&self) -> Option<&'static str> {
        let code = self.code()?;
        let mut causes = code.when.iter();
        causes.find(|(_, cause)| self.has_text_of(cause)).map(|(name, _)| name.as_str())
    }

    /// What the models know of the code: the service's facts first, then those of its gateway.
    pub(super) fn code(&self) -> Option<&'static Code> {
        let code = self.entry.code.as_deref()?;
        let own = self.service.and_then(|service| service.codes.get(code));
        own.or_else(|| catalog().protocol(self.protocol()?)?.codes.get(code))
    }

    pub(super) fn protocol(&self) -> Option<Protocol> {
        let name = self.entry.protocol.as_deref()?;
        let mut protocols = catalog().protocols.iter();
        protocols.find(|known| known.family.name() == name).map(|known| known.family)
    }

    fn retry(&self) -> Option<Retry> {
        let code = self.code();
        let Some(code) = code else {
            return (self.entry.status == 429).then_some(Retry::Backoff);
        };
        let text = texts(self.answer()).into_iter().find(|text| code.cause_of(text).is_some());
        code.retry_of(text.unwrap_or_default())
    }

    fn has_text_of(&self, cause: &Cause) -> bool {
        let texts = texts(self.answer());
        let fits = |template: &Option<String>| {
            let fits =
                |template: &String| texts.iter().any(|text| crate::template::fits(template, text));
            template.as_ref().is_some_and(fits)
        };
        fits(&cause.message) || fits(&cause.message_zh)
    }

    /// The value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&'a str> {
        let mut headers = self.entry.headers.iter();
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// A parameter of the query, as it was sent.
    pub(super) fn query(&self, name: &str) -> Option<&'a str> {
        identity::query(self.entry).find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

/// Effects of scenarios after which no client can read the answer.
const BREAKS: [&str; 5] = ["cut", "length", "garbage", "drop", "reset"];

fn operation_of(entry: &Entry, service: &'static Service) -> Option<&'static Operation> {
    let name = entry.operation.as_deref()?;
    let header = entry.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-tc-version"));
    let named = header.and_then(|(_, version)| service.operation(name, version));
    let any = || service.operations.iter().find(|known| known.name == name);
    named.or_else(any).map(|operation| &**operation)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::talk::{Step, lost, ok, refused};

    fn ending(step: Step) -> Ending {
        Call::new(&step.entry()).ending()
    }

    fn bare(status: u16) -> Step {
        ok(0, "ciam", "ListUser").fault("status", None).but(|entry| {
            (entry.outcome, entry.status) = (Outcome::Faulted, status);
        })
    }

    #[test]
    fn a_client_knows_what_it_has_read() {
        let listed = || ok(0, "ciam", "ListUser");
        assert_eq!(ending(listed()), Ending::Done);
        assert_eq!(ending(listed().fault("delay, dribble", Some(200))), Ending::Done);
        assert_eq!(ending(listed().fault("delay, cut", Some(200))), Ending::Unknown);
        assert_eq!(ending(listed().but(|entry| entry.sent = Some(false))), Ending::Unknown);
        assert_eq!(
            ending(lost(0, "ciam", "ListUser").but(|entry| entry.sent = None)),
            Ending::Unknown
        );
    }

    #[test]
    fn what_a_middle_box_answers_may_leave_it_open_whether_it_was_done() {
        let backoff = Ending::Refused(Some(Retry::Backoff));
        assert_eq!([429, 503].map(|status| ending(bare(status))), [backoff, backoff]);
        assert_eq!([200, 500, 502, 504].map(|status| ending(bare(status))), [Ending::Unknown; 4]);
        assert_eq!(ending(bare(404)), Ending::Refused(None));
    }

    #[test]
    fn a_code_and_its_text_say_whether_to_try_again() {
        let refused = |text: &str| {
            let text = format!("Incorrect IAM authentication information: {text}");
            ending(
                refused(0, "workspace", "ListUsers", "APIGW.0301")
                    .gives(json!({ "error_msg": text })),
            )
        };
        assert_eq!(refused("token expires"), Ending::Refused(Some(Retry::AfterRefresh)));
        assert_eq!(refused("Unauthorized"), Ending::Refused(Some(Retry::Never)));
    }

    #[test]
    fn the_work_can_be_done_without_an_answer_and_not_done_with_one() {
        let was_done = |step: Step| Call::new(&step.entry()).was_done();
        assert!(was_done(lost(0, "ciam", "CreateUser")));
        assert!(was_done(ok(0, "ciam", "CreateUser").fault("delay", None)));
        assert!(!was_done(bare(200)));
        let refusal = |entry: &mut Entry| {
            entry.fault.as_mut().unwrap().replaced_code = Some("RequestLimitExceeded".to_owned());
        };
        assert!(!was_done(lost(0, "ciam", "CreateUser").but(refusal)));
        assert!(!was_done(refused(0, "ciam", "CreateUser", "RequestLimitExceeded")));
    }

    #[test]
    fn a_version_names_an_operation() {
        let listed = ok(0, "ciam", "ListUserGroups").header("X-TC-Version", "2021-04-20").entry();
        assert_eq!(Call::new(&listed).operation.unwrap().version, "2021-04-20");
        let listed = ok(0, "ciam", "ListUserGroups").entry();
        assert_eq!(Call::new(&listed).operation.unwrap().version, "2022-03-31");
    }
}
