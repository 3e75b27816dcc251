//! What a gateway answers whatever the operation: the codes of a protocol, and which code answers
//! input that breaks the model.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Code, Packed, Protocol, Service};
use crate::template;

/// The facts of one protocol: what its gateway answers for any operation.
#[derive(Debug, Deserialize, Serialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct ProtocolModel {
    /// Which protocol.
    pub family: Protocol,
    /// The vendor's name of it.
    pub title: String,
    /// Where the facts come from.
    pub source: String,
    /// The HTTP status of a refusal whose code names none.
    pub status: u16,
    /// The code that answers a fault of the service.
    pub internal_error: String,
    /// The code that answers an operation which the twin knows and does not implement; its cause
    /// `not_modelled` has the text.
    pub not_modelled: String,
    /// The code that answers input which cannot be read.
    pub bad_input: String,
    /// Every code of the gateway.
    pub codes: Packed<BTreeMap<String, Code>>,
    /// Which code answers which broken rule of the model.
    pub rules: BTreeMap<RuleKind, RuleAnswer>,
    /// What is assumed beyond single codes and rules, each with its reason.
    pub assumed: Vec<String>,
}

/// Whether a client may send a refused request again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// Not without a change to the request.
    Never,
    /// The same request later, each time after a longer wait.
    Backoff,
    /// Once it has a new token.
    AfterRefresh,
    /// Once it is signed anew, with the time of now.
    Resign,
}

/// One of several reasons for a code that have a text or a status of their own. What it leaves out
/// is that of the code.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// The English text on the wire, a [template].
    pub message: Option<String>,
    /// The Chinese text on the wire, where it is known.
    pub message_zh: Option<String>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// Whether the request may be sent again.
    pub retry: Option<Retry>,
    /// Why no ordinary call can lead to it; present means: reachable only by force.
    pub forced_only: Option<String>,
    /// What of it is assumed, and why; absent means documented.
    pub assumed: Option<String>,
}

/// The rules of a shape that input can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// The shape has no such member.
    Unknown,
    /// The value has another type.
    WrongType,
    /// A required member is absent.
    Missing,
    /// A text or a list is too short.
    TooShort,
    /// A text or a list is too long.
    TooLong,
    /// A text does not match its pattern.
    Pattern,
    /// A number is out of its range.
    OutOfRange,
    /// A text is none of the allowed ones.
    NotAllowed,
    /// In a service: every rule that it does not name.
    Other,
}

/// What answers a broken rule.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct RuleAnswer {
    /// The code.
    pub code: String,
    /// The text, a [template] of `parameter` (the path), `name` (its last part), `type`, `bound`,
    /// `range` and `values`; absent: the text of the code.
    pub message: Option<String>,
    /// The text between two of `values`.
    pub joined_by: String,
    /// What of it is assumed, and why; absent means documented.
    pub assumed: Option<String>,
}

impl RuleKind {
    /// Its name, as models write it.
    pub fn name(self) -> &'static str {
        match self {
            RuleKind::Unknown => "unknown",
            RuleKind::WrongType => "wrong_type",
            RuleKind::Missing => "missing",
            RuleKind::TooShort => "too_short",
            RuleKind::TooLong => "too_long",
            RuleKind::Pattern => "pattern",
            RuleKind::OutOfRange => "out_of_range",
            RuleKind::NotAllowed => "not_allowed",
            RuleKind::Other => "other",
        }
    }
}

impl ProtocolModel {
    /// The HTTP status of a refusal with this code and this text: several causes of one code may
    /// have different ones.
    pub fn status_of(&self, code: &str, message: &str) -> u16 {
        let Some(known) = self.codes.get(code) else { return self.status };
        let cause = known.cause_of(message).and_then(|cause| cause.status);
        cause.or(known.status).unwrap_or(self.status)
    }
}

impl Code {
    /// The cause whose text this is; absent: the text is the code's own, or unknown.
    pub fn cause_of(&self, message: &str) -> Option<&Cause> {
        let own =
            |text: &Option<String>| text.as_deref().is_some_and(|t| template::fits(t, message));
        let mut causes = self.when.values();
        causes.find(|cause| own(&cause.message) || own(&cause.message_zh))
    }

    /// Whether a refusal with this text may be sent again; absent: the vendor does not say.
    pub fn retry_of(&self, message: &str) -> Option<Retry> {
        self.cause_of(message).and_then(|cause| cause.retry).or(self.retry)
    }
}

impl Service {
    /// What answers that broken rule, where the service differs from its protocol.
    pub fn rule(&self, kind: RuleKind) -> Option<&RuleAnswer> {
        self.rules.get(&kind).or_else(|| self.rules.get(&RuleKind::Other))
    }
}
