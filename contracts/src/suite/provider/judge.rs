//! An answer beside the model of its operation.

use super::caller::Called;
use super::expected::Expected;
use super::model::Model;
use super::promises::{ANSWERS, DOCUMENTED, FITS, NO_FAULT, Problem, REFUSES};
use crate::client::{Answer, CallError, Outcome, Refused};
use crate::conform::{NOT_IN_THE_MODEL, mismatches};
use crate::model::{Body, Location, Operation, Protocol};
use crate::template;
use crate::validate::{Rule, Violation};

/// Most members of one answer that are reported.
const MISMATCHES_MAX: usize = 5;

impl Model {
    /// The problems of an answer to a request that keeps the model.
    pub(super) fn judge_valid(&self, called: &Called) -> Vec<Problem> {
        let name = &self.operation.name;
        let number = called.number;
        let answer = match &called.answer {
            Ok(answer) => answer,
            Err(CallError::NoCredentials { .. } | CallError::Unsendable(_)) => return Vec::new(),
            Err(error) => {
                return vec![Problem::new(&ANSWERS, format!("{name}: {error}"), &[number])];
            }
        };
        match &answer.outcome {
            Outcome::Unreadable(why) => {
                vec![Problem::new(&ANSWERS, format!("{name}: {why}"), &[number])]
            }
            Outcome::Refused(refused) => {
                let mut problems = self.judge_refusal(refused, number);
                problems.extend(self.judge_request_id(answer, number));
                problems
            }
            Outcome::Done(output) => {
                let mut found = match self.operation.body {
                    Body::Json => mismatches(output, &self.operation.output),
                    Body::Empty | Body::File => Vec::new(),
                };
                if self.service.protocol == Protocol::Scim {
                    // A schema may be extended, and a directory's own attributes are kept.
                    found.retain(|what| !what.ends_with(NOT_IN_THE_MODEL));
                }
                found.extend(self.missing_headers(answer));
                let found = found.into_iter().take(MISMATCHES_MAX);
                let problem = |what| Problem::new(&FITS, format!("{name}: {what}"), &[number]);
                found.map(problem).chain(self.judge_request_id(answer, number)).collect()
            }
        }
    }

    /// The problems of an answer to a request that breaks one rule.
    pub(super) fn judge_broken(
        &self,
        called: &Called,
        violation: &Violation,
        expected: &Expected,
    ) -> Vec<Problem> {
        let code = match expected {
            Expected::Nothing => return self.judge_valid(called),
            Expected::Refused => None,
            Expected::Code(code) => Some(code.as_str()),
        };
        let outcome = called.answer.as_ref().map(|answer| &answer.outcome);
        let is_assumed = self.is_assumed(violation);
        let problem =
            |text| vec![Problem::new(&REFUSES, text, &[called.number]).likely_if(is_assumed)];
        let (name, path, rule) = (&self.operation.name, &violation.path, words(&violation.rule));
        match outcome {
            Ok(Outcome::Done(_)) => {
                problem(format!("{name} takes a request in which {path} {rule}"))
            }
            Ok(Outcome::Refused(refused)) if !self.is_code(refused, code) => problem(format!(
                "{name} answers {} where {path} {rule}; its model has {}",
                told(refused),
                code.unwrap_or_default()
            )),
            _ => self.judge_valid(called),
        }
    }

    /// Whether the refusal has that code; where the envelope has none, its status decides.
    fn is_code(&self, refused: &Refused, code: Option<&str>) -> bool {
        let Some(code) = code else { return true };
        match &refused.code {
            Some(found) => found == code,
            None => self.status_of(code, &refused.message) == refused.status,
        }
    }

    fn judge_refusal(&self, refused: &Refused, number: u64) -> Vec<Problem> {
        let Operation { name, .. } = self.operation;
        let problem = |promise, text| vec![Problem::new(promise, text, &[number])];
        let Some(code) = &refused.code else {
            let mut statuses = self.operation.errors.iter();
            let documented =
                statuses.any(|code| self.status_of(code, &refused.message) == refused.status);
            if refused.status >= 500 {
                return problem(&NO_FAULT, format!("{name} fails: {}", told(refused)));
            }
            return if documented {
                Vec::new()
            } else {
                problem(&DOCUMENTED, format!("{name} answers {}: no code has it", told(refused)))
            };
        };
        if *code == self.protocol.internal_error || self.is_internal(code) {
            return problem(&NO_FAULT, format!("{name} fails: {}", told(refused)));
        }
        if !self.operation.documents(code) && !self.protocol.codes.contains_key(code) {
            return problem(
                &DOCUMENTED,
                format!("{name} answers {code}, which its page does not list"),
            );
        }
        let status = self.status_of(code, &refused.message);
        if status != refused.status {
            let found = refused.status;
            return problem(
                &DOCUMENTED,
                format!("{name} answers {code} under status {found}; its model has {status}"),
            );
        }
        Vec::new()
    }

    /// Whether the code says that the service is at fault.
    fn is_internal(&self, code: &str) -> bool {
        let known = self.service.codes.get(code);
        code == "InternalError"
            || known.is_some_and(|known| known.status == Some(500) && known.forced_only.is_some())
    }

    /// The status that goes with a code.
    fn status_of(&self, code: &str, message: &str) -> u16 {
        let gateways = self.protocol.codes.get(code);
        let own = self.service.codes.get(code).filter(|_| gateways.is_none());
        let Some(known) = own else { return self.protocol.status_of(code, message) };
        let of_cause = known.cause_of(message).and_then(|cause| cause.status);
        // The contact centre refuses under the status of success.
        let usual = match self.service.protocol {
            Protocol::Aicc => self.operation.status,
            _ => self.protocol.status,
        };
        of_cause.or(known.status).unwrap_or(usual)
    }

    /// Members of the output that are headers and are not there.
    fn missing_headers(&self, answer: &Answer) -> Vec<String> {
        let members = self.operation.output.members.iter();
        let in_headers = members.filter(|m| m.location == Location::Header && !m.optional);
        let missing = in_headers.filter(|m| answer.header(&m.name).is_none());
        missing.map(|m| format!("the header {}: absent", m.name)).collect()
    }

    fn judge_request_id(&self, answer: &Answer, number: u64) -> Option<Problem> {
        let has_one = matches!(self.service.protocol, Protocol::TencentApi3 | Protocol::HuaweiApig);
        let lacks = has_one && answer.request_id.as_ref().is_none_or(String::is_empty);
        let text = format!("{}: the answer names no request id", self.operation.name);
        lacks.then(|| Problem::new(&ANSWERS, text, &[number]))
    }

    /// Whether the answer says that the server does not implement the operation.
    pub(super) fn is_not_implemented(&self, answer: &Answer) -> bool {
        let Some(refused) = answer.refused() else { return false };
        let code = &self.protocol.not_modelled;
        let known = self.protocol.codes.get(code);
        let text = known.and_then(|known| known.when.get("not_modelled")?.message.as_deref());
        refused.code.as_ref() == Some(code)
            && text.is_some_and(|text| template::fits(text, &refused.message))
            || refused.status == 501
    }

    /// Whether the broken rule is a bound of a member of which something is assumed: names, types and what is required
    /// are documented.
    fn is_assumed(&self, violation: &Violation) -> bool {
        if matches!(violation.rule, Rule::Unknown | Rule::WrongType(_) | Rule::Missing) {
            return false;
        }
        let mut shape = &**self.operation.input;
        for name in violation.path.split('.').filter(|name| name.parse::<usize>().is_err()) {
            let Some(member) = shape.member(name) else { return false };
            if member.assumed.is_some() {
                return true;
            }
            let Some(below) = member.kind.shape() else { return false };
            shape = below;
        }
        false
    }
}

fn told(refused: &Refused) -> String {
    let status = refused.status;
    refused.code.clone().unwrap_or_else(|| format!("status {status}"))
}

fn words(rule: &Rule) -> String {
    match rule {
        Rule::Unknown => "is unknown".to_owned(),
        Rule::WrongType(word) => format!("is not of type {word}"),
        Rule::Missing => "is missing".to_owned(),
        Rule::TooShort(bound) => format!("is shorter than {bound}"),
        Rule::TooLong(bound) => format!("is longer than {bound}"),
        Rule::PatternMismatch => "has a wrong format".to_owned(),
        Rule::OutOfRange(..) => "is out of its range".to_owned(),
        Rule::NotAllowed(_) => "is none of the allowed texts".to_owned(),
    }
}
