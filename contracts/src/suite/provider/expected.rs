//! What answers a request that breaks one rule of the model.

use serde_json::Value;

use super::model::Model;
use crate::model::{Location, Member, Protocol};
use crate::validate::{Rule, Violation};

/// What answers a broken rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expected {
    /// This code.
    Code(String),
    /// A refusal; which one is the operation's own to say.
    Refused,
    /// Nothing: the protocol ignores the rule, or no request can break it.
    Nothing,
}

impl Expected {
    pub(super) fn of(model: Model, input: &Value, violation: &Violation) -> Self {
        let name = violation.path.split('.').next().unwrap_or_default();
        let member = model.operation.input.member(name);
        let location = member.map_or(Location::Body, |member| member.location);
        let code =
            || Self::Code(violation.answered_by(Some(model.service), model.protocol).to_owned());
        match model.service.protocol {
            Protocol::TencentApi3 => code(),
            Protocol::HuaweiApig => match (&violation.rule, location) {
                (Rule::Unknown, _) => Self::Nothing,
                (rule, location) if !can_be_sent(rule, location, member, input) => Self::Nothing,
                _ => code(),
            },
            Protocol::Aicc => match (&violation.rule, location) {
                (Rule::Unknown, _) | (_, Location::Header) => Self::Nothing,
                (Rule::WrongType(_), _) => code(),
                _ => Self::Refused,
            },
            // A directory may send what it likes in a body; the parameters of the query are the endpoint's.
            Protocol::Scim => match (&violation.rule, location) {
                (Rule::WrongType(_) | Rule::NotAllowed(_), Location::Query)
                    if can_be_sent(&violation.rule, location, member, input) =>
                {
                    Self::Code("invalidValue".to_owned())
                }
                _ => Self::Nothing,
            },
        }
    }
}

/// Whether a request can break that rule: a path always has all its parts, and a query and a header have texts
/// alone.
fn can_be_sent(rule: &Rule, location: Location, member: Option<&Member>, input: &Value) -> bool {
    let value = member.and_then(|member| input.get(&member.name));
    let is_text = value.is_some_and(Value::is_string);
    match (rule, location) {
        (Rule::TooShort(1), Location::Body) => !member.is_some_and(|m| m.empty_is_absent),
        (Rule::Missing | Rule::WrongType(_) | Rule::TooShort(_), Location::Path) => false,
        (_, Location::Body | Location::Path) => true,
        // A number in the place of a text is a text there, and a list of one is a list.
        (Rule::WrongType(word), _) => !["string", "array"].contains(word) && !is_text,
        // An empty value is no value.
        (Rule::TooShort(_), _) => value.is_some_and(|value| *value != "" && !value.is_array()),
        _ => true,
    }
}
