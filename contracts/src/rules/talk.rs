//! Conversations as literals, for tests: `talk([ok(0, "ciam", "ListUser"), ...])`.

use serde_json::{Value, json};

use super::facts::Facts;
use super::settings::Settings;
use super::{Finding, Rule};
use crate::catalog;
use crate::conversation::{Entry, Fault, Outcome};

/// One request that is being written down.
#[derive(Clone)]
pub(crate) struct Step(Entry);

/// A whole conversation.
pub(crate) struct Talk(Vec<Entry>);

/// The steps, numbered from 1 in their order.
pub(crate) fn talk(steps: impl IntoIterator<Item = Step>) -> Talk {
    let numbered = |(number, Step(mut entry)): (u64, Step)| {
        (entry.number, entry.arrival) = (number, number);
        if entry.position == 0 {
            entry.position = number;
        }
        entry
    };
    Talk((1..).zip(steps).map(numbered).collect())
}

impl Talk {
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.0
    }

    pub(crate) fn facts(&self) -> Facts<'_> {
        Facts::of(&self.0.iter().collect::<Vec<_>>())
    }

    pub(crate) fn check(&self, rule: &Rule) -> Vec<Finding> {
        self.check_with(rule, &Settings::default())
    }

    pub(crate) fn check_with(&self, rule: &Rule, settings: &Settings) -> Vec<Finding> {
        rule.findings(&self.0.iter().collect::<Vec<_>>(), settings)
    }

    /// The findings of all rules.
    pub(crate) fn judged(&self) -> Vec<Finding> {
        super::judge(&self.0.iter().collect::<Vec<_>>(), &Settings::default())
    }

    /// Text and witnesses of the only finding.
    #[track_caller]
    pub(crate) fn only(&self, rule: &Rule) -> (String, Vec<u64>) {
        let mut found = self.check(rule);
        assert_eq!(found.len(), 1, "{found:#?}");
        let Finding { text, witnesses, .. } = found.remove(0);
        (text, witnesses)
    }
}

/// A request that came in so many milliseconds after the first and was answered within one.
pub(crate) fn request(number: u64, at_ms: u64) -> Step {
    Step(Entry {
        number,
        arrival: number,
        at: String::new(),
        at_ms: 1_700_000_000_000 + i64::try_from(at_ms).unwrap(),
        arrived_us: at_ms * 1000,
        ended_us: at_ms * 1000,
        duration_us: 0,
        connection: 1,
        position: 0,
        protocol: None,
        service: None,
        operation: None,
        tenant: Some("default".to_owned()),
        tenant_claimed: false,
        method: "POST".to_owned(),
        path: "/".to_owned(),
        headers: Vec::new(),
        body: "{}".to_owned(),
        body_size: 2,
        body_cut: false,
        input: Some(json!({})),
        outcome: Outcome::Answered,
        status: 200,
        code: None,
        request_id: String::new(),
        answer: None,
        answer_size: None,
        sent: Some(true),
        explanation: None,
        unsigned: false,
        fault: None,
    })
}

/// A call that succeeds.
pub(crate) fn ok(at_ms: u64, service: &str, operation: &str) -> Step {
    let Step(mut entry) = request(0, at_ms);
    let known = catalog().service(service).unwrap();
    let model = known.operations.iter().find(|known| known.name == operation).unwrap();
    if let Some(http) = &model.http {
        entry.method = http.method.clone().unwrap();
        entry.path.clone_from(&http.path);
    }
    entry.protocol = Some(known.protocol.name().to_owned());
    entry.service = Some(service.to_owned());
    entry.operation = Some(operation.to_owned());
    Step(entry)
}

/// A call that the vendor's code refuses.
pub(crate) fn refused(at_ms: u64, service: &str, operation: &str, code: &str) -> Step {
    let Step(mut entry) = ok(at_ms, service, operation);
    let protocol = catalog().protocol(catalog().service(service).unwrap().protocol).unwrap();
    let own = catalog().service(service).unwrap().codes.get(code);
    let known = own.or_else(|| protocol.codes.get(code)).unwrap();
    entry.outcome = Outcome::Refused;
    entry.status = known.status.unwrap_or(protocol.status);
    entry.code = Some(code.to_owned());
    Step(entry)
}

/// A call that was done and whose answer a scenario dropped.
pub(crate) fn lost(at_ms: u64, service: &str, operation: &str) -> Step {
    let mut step = ok(at_ms, service, operation).fault("drop", Some(200));
    step.0.outcome = Outcome::Faulted;
    step.0.status = 0;
    step.0.sent = Some(false);
    step
}

/// The download of a finished file.
pub(crate) fn file(at_ms: u64, path: &str) -> Step {
    let Step(mut entry) = request(0, at_ms);
    (entry.method, entry.path) = ("GET".to_owned(), path.to_owned());
    (entry.body, entry.input) = (String::new(), None);
    Step(entry)
}

impl Step {
    pub(crate) fn entry(self) -> Entry {
        self.0
    }

    /// Any change.
    pub(crate) fn but(mut self, change: impl FnOnce(&mut Entry)) -> Self {
        change(&mut self.0);
        self
    }

    pub(crate) fn takes(self, ms: u64) -> Self {
        self.but(|entry| entry.ended_us = entry.arrived_us + ms * 1000)
    }

    pub(crate) fn on(self, connection: u64) -> Self {
        self.but(|entry| entry.connection = connection)
    }

    /// Its input, as body too.
    pub(crate) fn with(self, input: Value) -> Self {
        self.but(|entry| {
            entry.body = input.to_string();
            entry.input = Some(input);
        })
    }

    pub(crate) fn gives(self, answer: Value) -> Self {
        self.but(|entry| entry.answer = Some(answer.to_string()))
    }

    pub(crate) fn path(self, path: &str) -> Self {
        self.but(|entry| path.clone_into(&mut entry.path))
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        self.but(|entry| entry.headers.push((name.to_owned(), value.to_owned())))
    }

    pub(crate) fn fault(self, effect: &str, replaced_status: Option<u16>) -> Self {
        let scenario = "test".to_owned();
        let fault = Fault {
            phase: String::new(),
            scenario,
            rule: 1,
            effect: effect.to_owned(),
            replaced_status,
            replaced_code: None,
        };
        self.but(|entry| entry.fault = Some(fault))
    }
}
